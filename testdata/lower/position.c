/* Where an instruction stands, as a person reads it, and the outermost macro. */
#define INNER(x) f(x)
#define OUTER(x)      \
    do {              \
        if (x)        \
            INNER(x); \
    } while (0)
int f(int);

int
use(int a)
{
    OUTER(a);
    return INNER(
        a + 1);
}
