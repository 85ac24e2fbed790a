#include <dev/nowhere.h>
