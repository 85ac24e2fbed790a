/* Member access is one place, loaded once where C takes the value. */
struct map;
struct ring {
    struct map *map;
    int count[4];
    int (*matrix)[8];
    struct {
        unsigned low : 4, high : 4;
        union {
            int word;
            char bytes[4];
        };
    };
};
struct softc {
    struct ring *ring;
    struct ring own;
    void *arg;
};

struct map *
element(struct softc *sc, int i)
{
    return sc->ring[i].map;
}

int
registers(volatile int *device, struct softc *sc)
{
    device[2] |= 4;
    return *device + *(volatile int *)&sc->own.word;
}

void
stores(struct softc *sc, struct map *map, int i)
{
    sc->ring[i + 1].map = map;
    sc->own.count[2] = 7;
    sc->own.low = 3;
    sc->own.word = sc->own.bytes[1];
    (*sc).ring->count[i]++;
    ((struct ring *)sc->arg)->map = map;
    *(sc->ring->count + i) = 1;
    sc->ring->matrix[i][2] = 5;
    (*sc->ring->matrix)[2] = 5;
}

int *
addresses(struct softc *sc, struct ring *ring, int i)
{
    struct ring *p = &sc->ring[i];
    int local = 0;
    int *q = &local;

    p = ring + i;
    p = i + ring;
    ring -= 2;
    *q++ = i;
    return sc->own.count;
}

#define test_bit(i, a) ((a)[(i) / 32] & (1 << (i) % 32))
int
not_an_array(struct ring *ring, int i)
{
    int word, row[2][3];

    row[i][1] = *(*(row + 1) + i) + (&row[1])[0][2];
    *&word = 1;
    return test_bit(i, &ring->word) + test_bit(3, &word) + *((int *)&ring->count[1] + i);
}
