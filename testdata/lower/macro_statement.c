// MACROS: SYNC UNLOAD PAIR BRACES
/* A macro with a fact is one call on the arguments as spelled; its body is not lowered. */
typedef struct tag *tag_t;
typedef struct map *map_t;
typedef enum { PRE = 1, POST = 2 } op_t;
struct softc {
    tag_t tag;
    map_t maps[4];
};
void do_sync(tag_t, map_t, op_t);
void do_unload(tag_t, map_t);
int next(void);
#define SYNC(tag, map, op)             \
    do {                               \
        if ((map) != 0)                \
            do_sync(tag, map, op);     \
    } while (0)
#define UNLOAD(tag, map) if ((map) != 0) do_unload(tag, map)
#define PAIR(a, b) do_unload(a, b); do_unload(a, b)
#define BRACES(a) { do_unload(a, 0); }
#define FLAGS (PRE | POST)
#define WRAP(sc, i) SYNC((sc)->tag, (sc)->maps[i], FLAGS)
#define WRAP_TWICE(sc)  \
    do {                \
        WRAP(sc, 0);    \
        WRAP((sc), 1);  \
    } while (0)
#define ONLY(x) x

void
plain(struct softc *sc, map_t map)
{
    SYNC(sc->tag, map, PRE);
    SYNC(sc->tag, sc->maps[1], PRE | POST);
    SYNC(sc->tag, sc->maps[next()], FLAGS);
    if (map)
        SYNC(sc->tag, map, POST);
    else
        UNLOAD(sc->tag, map);
    PAIR(sc->tag, map);
    BRACES(sc->tag);
    do_unload(sc->tag, map);
}

void
wrapped(struct softc *sc)
{
    WRAP(sc, 2);
    WRAP_TWICE(sc);
    ONLY(SYNC(sc->tag, sc->maps[3], PRE));
    ONLY(ONLY(UNLOAD(ONLY(sc->tag), sc->maps[3])));
}
