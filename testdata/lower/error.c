/* A mistake costs what it touches and nothing else. */
int f(int);

int
before(int a)
{
    return f(a);
}

int
broken(int a)
{
    int b = a;

    f(missing(b) + a);
    return f(b;
}

struct softc {
    nonsense_t x;
    int y;
};

int
after(struct softc *sc)
{
    return f(sc->y);
}

unsigned long
aligned(struct softc *sc)
{
    return __builtin_align_up(sc->missing, 8);
}
