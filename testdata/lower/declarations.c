// MACROS: SYNC UNDEFINED CONSTANT
// DECLARATIONS
/* Only what is declared. */
#define SYNC(tag, map, op) do_sync(tag, map, op)
#define CONSTANT 5
#define __FreeBSD_base 1300010
#define __FreeBSD_version (__FreeBSD_base)
struct tag;
void do_sync(struct tag *, void *, int);
static inline int body(int a) { return a + 1; }
extern int printf(const char *, ...);
int old();
int table[3] = {1, 2, 3};
struct held { struct tag *tag; union { int a; void *b; }; };
extern struct held *holds;
#include "global.h"
