/* Static initialisers with addresses and numbers; what headers define is kept only when it is used. */
typedef int method(void *);
struct desc {
    const char *name;
};
struct row {
    const struct desc *desc;
    method *call;
    int flags;
};
struct driver {
    const char *name;
    const struct row *rows;
    method *open, *close;
    long size;
    struct {
        int version;
    } info;
};

#include "global.h"

extern struct desc attach_desc;
extern int elsewhere;
static int attach(void *arg)
{
    static int count = 3;
    static const method *calls[] = {attach};

    count++;
    elsewhere = count;
    return calls[0] == arg ? header_used(arg) : 0;
}
static const struct row rows[] = {
    {&attach_desc, attach, 0},
    [2] = {.desc = &attach_desc, .call = (method *)header_method, .flags = 1 << 3},
};
struct driver driver = {.name = "demo", .rows = rows, .close = attach, .size = -4, .info.version = 2};
static struct driver *drivers[] = {&driver, 0};
static struct row *literal = (struct row[]){{0, attach, 1}};
int number = 5;
int zeroed;
static unsigned char big[5000] = {[0 ... 4999] = 1};
static struct row large[2000] = {[0 ... 1998] = {0, 0, 1}, [1999] = {0, attach, 7}};
