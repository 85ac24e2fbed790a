#include "base/intern.h"

#include <string.h>

#include "base/hash.h"
#include "base/vector.h"

struct entry {
    UT_hash_handle hh;
    const char *text;
    struct name name;
};

struct interner {
    struct arena *arena;
    struct entry *table;
    VECTOR(const char *) texts;
};

struct interner *
interner_new(struct arena *arena)
{
    struct interner *interner = arena_alloc(arena, sizeof(*interner));

    interner->arena = arena;
    intern(interner, "");
    return interner;
}

struct name
intern_n(struct interner *interner, const char *text, size_t length)
{
    struct arena *hash_arena = interner->arena;
    struct entry *entry;

    HASH_FIND(hh, interner->table, text, length, entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->text = arena_string_n(hash_arena, text, length);
        entry->name.index = interner->texts.count;
        vector_push(hash_arena, &interner->texts, entry->text);
        HASH_ADD_KEYPTR(hh, interner->table, entry->text, length, entry);
    }
    return entry->name;
}

struct name
intern(struct interner *interner, const char *text)
{
    return intern_n(interner, text, strlen(text));
}

struct name
intern_find(const struct interner *interner, const char *text)
{
    struct entry *entry;

    HASH_FIND(hh, interner->table, text, strlen(text), entry);
    return entry == NULL ? (struct name){0} : entry->name;
}

const char *
intern_text(const struct interner *interner, struct name name)
{
    return interner->texts.items[name.index];
}

uint32_t
intern_count(const struct interner *interner)
{
    return interner->texts.count;
}
