/* What is known of a tree while freebsd_generate() works on it. Lives in the caller's arena. */
#ifndef DMALINT_FREEBSD_BUILD_H
#define DMALINT_FREEBSD_BUILD_H

#include "base/hash.h"
#include "freebsd/conf_files.h"
#include "freebsd/freebsd.h"
#include "freebsd/kernel_config.h"
#include "freebsd/make.h"
#include "freebsd/options.h"

/* A source file, before indexes are given. */
struct build_file {
    const char *path; /* below sys/ */
    text_words arguments;
    text_words modules;  /* names */
    const char *missing; /* an include the tree does not have; NULL: none */
    bool listed;
    UT_hash_handle hh;
};

/* A link that a kernel build makes to a folder of headers. */
struct build_link {
    const char *name;
    const char *target; /* absolute */
};

struct build {
    struct arena *arena;
    struct diagnostics *diagnostics;
    const char *tree;
    const char *sys;
    const char *include; /* OUT/include */
    const char *architecture;
    const char *folder; /* the architecture's own, below sys/: "amd64", in some forks "arch/amd64" */
    const char *notes;  /* NOTES that it shares with others, below sys/; NULL: none */
    VECTOR(struct build_link) links;
    const char *cpu;     /* MACHINE_CPUARCH */
    const char *machine; /* MACHINE_ARCH */
    const char *triple;
    uint32_t version;
    struct kernel_config config;
    text_words options; /* every option that the tree knows, sorted */
    conf_entries entries;
    generated_files generated;
    struct make *variables;   /* what every build file can count on */
    struct make *kernel;      /* those of the kernel's own Makefile */
    struct build_file *files; /* by path */
    text_words absent;
    text_words others;       /* the tree's other architectures */
    text_words modules_read; /* folders of Makefiles, absolute */
    VECTOR(struct freebsd_elsewhere) elsewhere;
};

/* The file at 'path' below sys/, added if need be. */
struct build_file *build_add_file(struct build *build, const char *path);
/* Makes a file a member of a module, once. */
void build_add_module(struct build *build, struct build_file *file, const char *module);
/* 'path' below the tree's sys/, or NULL when it does not lie there. */
const char *build_below(const struct build *build, const char *path);

/* architecture.c: finds the architecture that is asked for, by its name, and the others. */
bool architecture_choose(struct build *build, const struct freebsd_options *options);
/* flags.c: variables of build files, and compiler arguments from their commands. */
void flags_prepare(struct build *build);
/* The arguments with which 'command' (unexpanded; NULL: the kernel's default) compiles 'path', in 'scope'. */
text_words flags_of(struct build *build, const struct make *scope, const char *command, const char *path);

/* headers.c: adds to 'generated' everything but the options' headers. */
void headers_generate(struct build *build);
/* modules.c: files and modules of sys/modules. */
void modules_read(struct build *build);
/*
 * Looks for a source at or below 'wanted' in the Makefiles that modules_read() has not come to: the one
 * beside it, and those of sys/modules that no other names. Takes in the modules that have one, and returns
 * the first one's Makefile, below sys/; NULL when there is none.
 */
const char *modules_find(struct build *build, const char *wanted);
/* unlisted.c: takes in the sources of wanted paths that have none so far. */
void unlisted_add(struct build *build, const struct freebsd_options *options);
/* module_numbers.c: fills the result's modules from the names that its files, in order, carry. */
void module_numbers(struct build *build, struct build_file **files, struct freebsd_tree *result);
/* includes.c: finds the includes that the tree does not have. */
void includes_check(struct build *build);

#endif
