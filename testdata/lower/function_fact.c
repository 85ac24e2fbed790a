// FUNCTIONS: sync
/* A function with a fact has no body, and what only its body calls is not there. */
void hidden(int);
static inline void
sync(int op)
{
    hidden(op);
}
void
use(void)
{
    sync(1);
}
