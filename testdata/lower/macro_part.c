// MACROS: DECLARE EACH TWO LAST STRING EMPTY OBJECT
/* Macros with facts that are not one statement or one expression. */
struct list {
    struct list *next;
    int value;
};
int work(int);
#define DECLARE(t, v) int t = work(v)
#define EACH(item, head) for ((item) = (head); (item) != 0; (item) = (item)->next)
#define TWO(a, b) work(a); work(b)
#define LAST(a, b) { work(1); if (b) work(2); else if (a) work(3); }
#define STRING(x) work(sizeof(#x))
#define EMPTY(x)
#define OBJECT work(7)
#define UNLESS(c, s) do { if (!(c)) { s; } } while (0)

int
parts(struct list *head, int a)
{
    struct list *item;

    DECLARE(t, a + 1);
    EACH(item, head)
        work(item->value);
    TWO(a, t);
    LAST(a, t);
    STRING(a);
    EMPTY(a);
    OBJECT;
    UNLESS(a, OBJECT);
    UNLESS(OBJECT, TWO(1, a));
    if (a)
        TWO(2, 3);
    return t + OBJECT;
}
