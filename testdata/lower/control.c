/* Jumps of every kind. */
void work(int);
void panic(const char *, ...) __attribute__((noreturn));

void
loops(int n)
{
    int i;

    for (i = 0; i < n; i++) {
        if (i == 3)
            continue;
        if (i == 5)
            break;
        work(i);
    }
    while (n > 0)
        work(n--);
    do {
        work(n);
    } while (++n < 4);
    for (;;)
        work(0);
}

void
constant(int n)
{
    do {
        if (n == 1)
            break;
        work(1);
    } while (0);
    if (0)
        work(2);
    if (sizeof(int) == 4 && n)
        work(3);
    while (0)
        work(4);
    while (1) {
        if (n)
            return;
    }
}

int
choose(int n)
{
    switch (n) {
    case 1:
        work(1);
        /* FALLTHROUGH */
    case 2 ... 5:
        work(2);
        break;
    default:
        work(3);
    case 9:
        return 9;
    }
    switch (sizeof(int)) {
    case 4:
        work(4);
        break;
    case 8:
        work(8);
    }
    return 0;
}

void
duff(int n)
{
    switch (n & 1) {
        do {
    case 0:
            work(0);
    case 1:
            work(1);
        } while (--n > 0);
    }
}

int
fail(int n)
{
    if (n < 0)
        goto out;
again:
    work(n);
    if (n & 1)
        goto again;
    return 0;
out:
    panic("negative %d", n);
}

void
computed(int n)
{
    static void *const targets[] = {&&one, &&two};

    goto *targets[n];
one:
    work(1);
    return;
two:
    work(2);
}
