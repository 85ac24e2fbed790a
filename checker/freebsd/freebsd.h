/*
 * A bare FreeBSD source tree as something to compile: which files belong to an architecture and to which
 * module, each file's compiler arguments, and the headers a kernel build would generate. All is read from the
 * tree's own build files; nothing of the tree is executed. freebsd_generate() only reads the tree;
 * freebsd_write() makes the folder that the arguments point into. Results live in the arena given.
 */
#ifndef DMALINT_FREEBSD_FREEBSD_H
#define DMALINT_FREEBSD_FREEBSD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diagnostic.h"

struct freebsd_options {
    const char *tree;           /* the folder above sys/ */
    const char *out;            /* the folder to be written; arguments name it by its absolute path */
    const char *architecture;   /* as the tree calls it ("amd64", "i386", "arm64"); NULL: "amd64" */
    const char *config;         /* options from this configuration ("GENERIC"); NULL or "LINT": from NOTES */
    const char *does_not_build; /* rules/freebsd/does-not-build.tsv as text; NULL: no such list */
    const char *const *wanted; /* paths below sys/ whose sources are taken in even where no list names them */
    uint32_t wanted_count;
};

enum freebsd_status {
    FREEBSD_BUILDS,
    FREEBSD_DOES_NOT_BUILD,  /* on the list of files known to be broken in this release */
    FREEBSD_MISSING_INCLUDE, /* includes, without condition, a file that the tree does not have */
};

struct freebsd_file {
    const char *path;             /* below TREE/sys */
    const char *const *arguments; /* without compiler and file name */
    uint32_t argument_count;
    const uint32_t *modules; /* indexes into the tree's modules, ascending */
    uint32_t module_count;
    enum freebsd_status status;
    const char *reason; /* why it does not build, or the include that is missing; NULL when it builds */
    bool listed;        /* named by sys/conf/files*, not only by a module's Makefile */
};

/* The unit of linking: files that share an option or device, or that one Makefile below sys/modules builds.
 */
struct freebsd_module {
    const char *name;
    const uint32_t *files; /* indexes into the tree's files, ascending */
    uint32_t file_count;
};

/* A wanted path whose sources only kernels of other architectures have. */
struct freebsd_elsewhere {
    const char *path;
    const char *architectures; /* "arm, arm64" */
};

/* A file or link to be written below the folder of generated headers. */
struct freebsd_generated {
    const char *path;
    const char *text;   /* NULL for a link */
    const char *target; /* of a link, else NULL */
};

struct freebsd_tree {
    uint32_t version; /* __FreeBSD_version */
    const char *architecture;
    const char *triple;         /* clang's name of the target */
    const char *sys;            /* TREE/sys, absolute */
    const char *out;            /* absolute */
    const char *include;        /* OUT/include, where generated headers go */
    struct freebsd_file *files; /* sorted by path */
    uint32_t file_count;
    struct freebsd_module *modules; /* sorted by name */
    uint32_t module_count;
    struct freebsd_generated *generated; /* sorted by path */
    uint32_t generated_count;
    const char *const *arguments; /* what compiles a driver that is not in the tree */
    uint32_t argument_count;
    const char *const *absent; /* listed source files that the tree does not have, sorted */
    uint32_t absent_count;
    const struct freebsd_elsewhere *elsewhere; /* in the order of 'wanted' */
    uint32_t elsewhere_count;
};

/* Works out everything about a tree; false after a diagnostic when it is no tree or has no such architecture.
 */
bool freebsd_generate(struct arena *arena, const struct freebsd_options *options, struct freebsd_tree *result,
                      struct diagnostics *diagnostics);
/* Writes compile_commands.json, Makefile, modules.json, stats.json and the generated headers below 'out'. */
bool freebsd_write(const struct freebsd_tree *tree, struct diagnostics *diagnostics);
/* The generated header that declares a kobj method's descriptor (toy_play_desc): "toy_if.h"; 'known' says
 * whether the tree has that interface. */
const char *freebsd_interface_header(struct arena *arena, const struct freebsd_tree *tree,
                                     const char *descriptor, bool *known);
/* How many files have 'status'; of those in sys/conf/files* only, when 'listed' is set. */
uint32_t freebsd_count(const struct freebsd_tree *tree, enum freebsd_status status, bool listed);

#endif
