/* Control does not come back from some calls. */
void stop(void) __attribute__((noreturn));
void (*hook)(void) __attribute__((noreturn));

int
guard(int a)
{
    if (a)
        stop();
    if (a == 2)
        hook();
    if (a == 3)
        __builtin_unreachable();
    return a;
}

int
nothing(int a)
{
    if (a)
        return 1;
}
