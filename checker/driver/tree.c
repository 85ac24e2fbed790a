#include "driver/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "driver/input.h"
#include "rule/rule.h"

bool
tree_prepare(struct arena *arena, const struct options *options, const char *out, struct freebsd_tree *tree,
             struct diagnostics *diagnostics)
{
    size_t length;
    struct freebsd_options wanted = {.tree = options->tree,
                                     .out = out,
                                     .architecture = options->architecture,
                                     .config = options->config,
                                     .does_not_build =
                                         rule_embedded_text("rules/freebsd/does-not-build.tsv", &length)};

    return freebsd_generate(arena, &wanted, tree, diagnostics) && freebsd_write(tree, diagnostics);
}

/* ---- as input of a scan ---- */

enum { MOST_NEEDED = 16 }; /* files read besides the wanted ones of a module, unless more were wanted */

/* Which of the tree's files are asked for, and which their modules need besides. */
struct choice {
    bool *wanted;
    bool *needed;
};

/* The PATHs as paths below sys/; 'sys/dev', 'dev' and 'dev/' are the same. */
static const char **
wanted_paths(struct arena *arena, const struct options *options, const struct freebsd_tree *tree,
             uint32_t *count)
{
    uint32_t given = options->paths.count;
    const char **paths = arena_alloc(arena, (given + 1) * sizeof(*paths));

    *count = given == 0 ? 1 : given;
    paths[0] = "dev";
    for (uint32_t i = 0; i < given; i++) {
        const char *path = path_normalize(arena, options->paths.items[i]);
        const char *below = path_below(path, path[0] == '/' ? tree->sys : "sys");

        if (strcmp(path, "sys") == 0 || strcmp(path, tree->sys) == 0)
            below = ".";
        paths[i] = below == NULL ? path : below;
    }
    return paths;
}

/*
 * A driver's parts explain each other, so a module of which some files are wanted is read as a whole; but not
 * when these are a small part of something large, such as the kernel proper.
 */
static void
complete_module(const struct freebsd_module *module, struct choice *choice)
{
    uint32_t wanted = 0;

    for (uint32_t f = 0; f < module->file_count; f++)
        wanted += choice->wanted[module->files[f]];
    if (wanted == 0 || (module->file_count - wanted > MOST_NEEDED && module->file_count > 2 * wanted))
        return;
    for (uint32_t f = 0; f < module->file_count; f++)
        choice->needed[module->files[f]] = true;
}

/* Why a file that does not build is left out, or analysed in part only. */
static struct input_skip
skip_file(struct arena *arena, const struct freebsd_file *file)
{
    struct input_skip skip = {.path = file->path, .reason = file->reason};

    if (file->status == FREEBSD_MISSING_INCLUDE) {
        skip.reason = arena_printf(arena, "includes '%s', which the tree does not have", file->reason);
        skip.is_left_out = true;
    }
    return skip;
}

static bool
choose_files(struct arena *arena, const struct options *options, const struct freebsd_tree *tree,
             struct choice *choice, struct diagnostics *diagnostics)
{
    uint32_t count;
    const char **paths = wanted_paths(arena, options, tree, &count);

    for (uint32_t p = 0; p < count; p++) {
        const struct freebsd_file *hopeless = NULL;
        struct source_place place = {.file = paths[p]};
        bool found = false;

        for (uint32_t i = 0; i < tree->file_count; i++) {
            const struct freebsd_file *file = &tree->files[i];

            if (!input_is_wanted(file->path, &paths[p], 1))
                continue;
            choice->wanted[i] = true;
            if (file->status == FREEBSD_MISSING_INCLUDE && hopeless == NULL)
                hopeless = file;
            found = found || file->status != FREEBSD_MISSING_INCLUDE;
        }
        if (!found && hopeless != NULL)
            return diagnostic_error(diagnostics, place, "nothing here can be compiled: %s %s", hopeless->path,
                                    skip_file(arena, hopeless).reason);
        if (!found)
            return diagnostic_error(diagnostics, place,
                                    "the build of %s's kernel has no such source below sys/",
                                    tree->architecture);
    }
    for (uint32_t m = 0; m < tree->module_count; m++)
        complete_module(&tree->modules[m], choice);
    return true;
}

/* Adds the files that build, and those known to build in part only; 'numbers' receives each file's index
 * among the sources, UINT32_MAX for none. */
static void
add_files(struct arena *arena, const struct freebsd_tree *tree, const struct choice *choice,
          struct input *input, uint32_t *numbers)
{
    for (uint32_t i = 0; i < tree->file_count; i++) {
        const struct freebsd_file *file = &tree->files[i];

        numbers[i] = UINT32_MAX;
        if (!choice->wanted[i] && !choice->needed[i])
            continue;
        if (file->status != FREEBSD_BUILDS) {
            if (choice->wanted[i])
                vector_push(arena, &input->skipped, skip_file(arena, file));
            if (file->status != FREEBSD_DOES_NOT_BUILD)
                continue;
        }
        numbers[i] = input->sources.count;
        vector_push(arena, &input->sources,
                    (struct source){.directory = tree->include,
                                    .file = path_join(arena, tree->sys, file->path),
                                    .path = file->path,
                                    .arguments = file->arguments,
                                    .argument_count = file->argument_count,
                                    .is_known_broken = file->status == FREEBSD_DOES_NOT_BUILD,
                                    .is_context = !choice->wanted[i]});
    }
}

static void
add_modules(struct arena *arena, const struct freebsd_tree *tree, const uint32_t *numbers,
            struct input *input)
{
    for (uint32_t m = 0; m < tree->module_count; m++) {
        struct source_module module = {.name = tree->modules[m].name};

        bool wanted = false;

        for (uint32_t f = 0; f < tree->modules[m].file_count; f++) {
            uint32_t number = numbers[tree->modules[m].files[f]];

            if (number == UINT32_MAX)
                continue;
            vector_push(arena, &module.sources, number);
            wanted = wanted || !input->sources.items[number].is_context;
        }
        if (wanted)
            vector_push(arena, &input->modules, module);
    }
    for (uint32_t i = 0; i < tree->file_count; i++) {
        struct source_module module = {.name = tree->files[i].path};

        if (tree->files[i].module_count != 0 || numbers[i] == UINT32_MAX)
            continue;
        vector_push(arena, &module.sources, numbers[i]);
        vector_push(arena, &input->modules, module);
    }
}

bool
input_from_tree(struct arena *arena, const struct options *options, const char *out, struct input *input,
                struct diagnostics *diagnostics)
{
    struct freebsd_tree tree = {0};
    struct choice choice;
    uint32_t *numbers;

    if (!tree_prepare(arena, options, out, &tree, diagnostics))
        return false;
    choice.wanted = arena_alloc(arena, tree.file_count * sizeof(bool));
    choice.needed = arena_alloc(arena, tree.file_count * sizeof(bool));
    if (!choose_files(arena, options, &tree, &choice, diagnostics))
        return false;
    vector_push(arena, &input->spellings, (struct path_spelling){.folder = tree.sys, .spelling = ""});
    vector_push(arena, &input->spellings,
                (struct path_spelling){.folder = tree.include, .spelling = "generated"});
    input->architecture = tree.architecture;
    numbers = arena_alloc(arena, tree.file_count * sizeof(*numbers));
    add_files(arena, &tree, &choice, input, numbers);
    add_modules(arena, &tree, numbers, input);
    return true;
}
