// MACROS: GET ADD SELF BOTH UNUSED NAME LIMIT VARIADIC ADDRESS FIELD OWNED POINTER VIA BLOCK PLAIN
/* A macro that is an expression has its value; its arguments are told from its body's own code. */
struct node {
    int value;
    struct node *next;
};
int work(int);
int print(const char *, ...);
#define GET(n) ((n)->value)
#define ADD(a, b) ((a) + (b))
#define SELF(x) x
#define BOTH(x) ((x) * (x))
#define UNUSED(used, a, b, c, d, e) work(used)
#define NAME() 5
#define LIMIT 7
#define VARIADIC(format, ...) print(format, __VA_ARGS__)
#define ADDRESS(x) work_on(&(x))
#define FIELD(n) ((n)->next)
#define VIA(a) GET(a)
#define BLOCK(a) ({ int t_ = (a); work(t_); })
#define PLAIN(x) x + 1
#define DRIVER(a) (GET(a) + 1)
#define TWICE(e) ((e) ? (e) : 0)
int work_on(int *);
enum { CONSTANT = 9 };

int
values(struct node *n, int i)
{
    int t = GET(n);

    t = GET(n->next) + 1;
    t = ADD(GET(n), BOTH(i + 1));
    t = ADD(ADD(1, i), ADD(LIMIT, 3));
    t = SELF(i) + SELF(work(i));
    t = NAME() + LIMIT + 2;
    t = BLOCK(n->value);
    t = VIA(n);
    t = DRIVER(n);
    t = TWICE(GET(n));
    t = ADDRESS(i);
    if (GET(n) && !SELF(i))
        t = 1;
    if (NAME())
        t = 2;
    GET(n) = 3;
    t = FIELD(n)->value;
    t = PLAIN(i) * 2;
    GET(n);
    VARIADIC("%d %d", i, ADD(i, 1));
    VARIADIC("%d", 1);
    return GET(FIELD(n));
}

int
unused(struct node *n, int i)
{
    return UNUSED(i, n, 0x10UL, CONSTANT, n->value, work);
}

#define OWNED(n) ((n)->value == 3)
#define POINTER(n) ((int *)(n))
#define likely(x) __builtin_expect((x), 1)
int
parentheses(struct node *n)
{
    if (!(OWNED(n)))
        return (NAME()) + ((2));
    if (likely(OWNED(n)) && likely((GET(n))))
        return *(POINTER(n)) + (POINTER(n))[1] + (FIELD(n))->value;
    (void)(OWNED(n));
    ((OWNED(n)));
    return ({ OWNED(n); }) ? (OWNED(n)) : 0;
}
