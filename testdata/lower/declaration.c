/* Declarations that are written in unusual ways. */
int f(int);
#define PAIR(name)                                                                                           \
    struct name {                                                                                            \
        struct {                                                                                             \
            int x;                                                                                           \
        } first;                                                                                             \
        struct {                                                                                             \
            long y;                                                                                          \
        } second;                                                                                            \
    }
PAIR(pair);
typedef struct {
    int unnamed;
} typed_t;
typedef int handler_t(int);
static handler_t forward;
inline int header_style(int a) { return a; }
enum color { RED, GREEN = 5 };

int
old_style(a, b)
    int a;
    char b;
{
    return f(a) + b;
}

int
statics(int rows[][4], int n, typed_t *t)
{
    static int count = 1;
    int variable[n];

    {
        static int count = 2;

        count++;
    }
    for (int i = 0, j = n; i < j; i++)
        variable[i] = rows[i][2] + sizeof(variable);
    t->unnamed = forward(GREEN);
    return count + header_style(n);
}

static int
forward(int a)
{
    enum color c = a ? RED : GREEN;
    const char *name = __func__;
    _Atomic int atomic = 1;
    struct pair p = {{1}, {2}};
    extern int elsewhere;

    atomic++;
    return name[0] + c + atomic + p.second.y + p.first.x + elsewhere;
}

int
assembly(int *p, int n)
{
    __asm__ volatile("" : "+m"(p[n]), "=r"(n) : : "memory");
    __asm__ goto("" : : : : out);
    return n;
out:
    return 0;
}
