#include <sys/param.h>
#include <sys/toy.h>
#include "toy_if.h"
