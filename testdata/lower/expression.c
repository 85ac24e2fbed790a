/* Operators, and values that need blocks. */
typedef unsigned long size_t;
int f(int);
void g(void);
enum { RED = 2 };
#define __predict_false(x) __builtin_expect((x), 0)

int
arithmetic(int a, unsigned b, long c, char d)
{
    a += b;
    d |= 0x10;
    c <<= 2;
    a = -a + ~a * !a;
    a = b / 2 % 3 - (a >> 1);
    a = (a < 3) + (b >= 4u);
    return (a ^ 5) & 6 | RED;
}

int
shorts(int a, int b, int *p)
{
    int c = a && f(b);

    if (a || (b && !f(a)))
        c = a ? b : f(c);
    a && f(1);
    a ? g() : (void)0;
    c = p ? *p : -1;
    c = f(a) ?: b;
    if (__predict_false(p == 0))
        return (f(1), f(2));
    return !(a && b);
}

size_t
constants(int a)
{
    a = (unsigned char)300 + (1 ? 7 : f(2));
    a = __builtin_constant_p(a) ? f(1) : f(2);
    a = __builtin_choose_expr(1, a, f(3));
    a = _Generic(a, int: 1, default: f(4));
    a = __builtin_offsetof(struct { int x; int y; }, y);
    return sizeof(a) + ~0UL;
}

int
statement_expression(int a)
{
    return ({
        int t = f(a);
        t + 1;
    });
}

char *
casts(void *p, unsigned long u, int i)
{
    _Bool flag = u;
    const char *text = "text";
    int (*call)(int) = f;
    void *h = (void *)f;

    p = 0;
    u = (unsigned long)p;
    i = (short)i;
    p = (void *)u;
    call = h;
    i = call(1) + (*call)(2);
    return (char *)p;
}

int
others(int i, ...)
{
    __builtin_va_list ap;
    double x = 1.5;
    int out, in = i;

    __builtin_va_start(ap, i);
    i = __builtin_va_arg(ap, int);
    __asm__ volatile("mov %1, %0" : "=r"(out) : "r"(in), "r"(f(1)));
    i = __atomic_load_n(&i, 2) + __sync_fetch_and_add(&i, 1);
    i = x;
    __builtin_memcpy(&i, &out, sizeof(i));
    *(volatile int *)0x1000 = 1;
    return "abc"[i];
}
