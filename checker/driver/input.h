/*
 * What is to be analysed: sources with their compiler flags, grouped into modules, from plain paths, from a
 * compile database or from a bare source tree. Sources are sorted by path, so that everything after depends
 * on the set only.
 */
#ifndef DMALINT_DRIVER_INPUT_H
#define DMALINT_DRIVER_INPUT_H

#include "base/vector.h"
#include "driver/options.h"

struct source {
    const char *directory; /* absolute; where the compiler runs */
    const char *file;      /* as the compiler is told */
    const char *path;      /* as people are told; unique enough to sort by */
    const char *const *arguments;
    uint32_t argument_count;
    bool is_known_broken; /* on the tree's list of files that do not build: what parses is analysed, and errors do not count */
    bool is_context; /* lowered because its module needs it, not because it was asked for: not reported on */
};

/* The files that are linked and analysed together. */
struct source_module {
    const char *name; /* NULL for the one module of plain files */
    VECTOR(uint32_t) sources;
};

/* A folder and how to spell it for people: "" leaves it out. */
struct path_spelling {
    const char *folder;
    const char *spelling;
};

/* A file with nothing, or not everything, to analyse, for a reason that is not the user's. */
struct input_skip {
    const char *path;
    const char *reason;
    bool is_left_out; /* nothing of it is analysed: it is not among the sources */
};

struct input {
    VECTOR(struct source) sources;
    VECTOR(struct source_module) modules;
    VECTOR(struct path_spelling) spellings;
    VECTOR(struct input_skip) skipped; /* known not to build, or not C; they do not count as failures */
    VECTOR(struct input_skip) failed;  /* asked for, and nothing to be made of them */
    const char *architecture;          /* the tree's; NULL: the compiler's */
};

/* Each false after a one-line error. */
bool input_from_paths(struct arena *arena, const struct options *options, struct input *input,
                      struct diagnostics *diagnostics);
bool input_from_database(struct arena *arena, const struct options *options, struct input *input,
                         struct diagnostics *diagnostics);
/* 'out' is the folder for what a kernel build would generate. */
bool input_from_tree(struct arena *arena, const struct options *options, const char *out, struct input *input,
                     struct diagnostics *diagnostics);

/* A path that came out of the compiler as people are told it. */
const char *input_spell(struct arena *arena, const struct input *input, const char *path);
/* Whether 'path' is one of the wanted paths or lies below one; all do when there are none. Normalised. */
bool input_is_wanted(const char *path, const char *const *wanted, uint32_t count);

#endif
