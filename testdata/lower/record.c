/* Whole records, initialiser lists and compound literals. */
struct point {
    int x;
    int y;
};
struct line {
    struct point from;
    struct point to[2];
    union {
        int number;
        char *text;
    } tag;
};
union number {
    int i;
    long l;
};
struct point make(int);
int take(struct point);
int take_pointer(const struct point *);

void
locals(int n)
{
    struct point a = {1, n};
    struct point b = a;
    struct line l = {.to[1] = {.y = 3}, .from = {0, 2}, .tag.text = "t"};
    int table[4] = {[1] = n, [2 ... 3] = 5};
    char text[8] = "abc";
    int zero[2] = {};

    b = make(n);
    l.to[n] = b;
    l.to[0] = n ? a : b;
    a.x = make(2).x + table[1] + text[0] + zero[0];
    take(a);
    take(make(3));
    a = b = make(4);
}

struct point
results(struct point *p, int n)
{
    if (n)
        return *p;
    take_pointer(&(struct point){.y = n});
    *p = (struct point){n, 2};
    return make(n);
}

long
unions(int n)
{
    union number u = {.l = n};

    u = (union number)n;
    return u.l;
}
