#include "driver/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "driver/input.h"
#include "rule/rule.h"

/* A path that is found from the current folder, below the tree's sys/; NULL when it does not lie there. */
static const char *
found_below(struct arena *arena, const char *sys, const char *given)
{
    const char *real = path_real(arena, given), *real_sys = path_real(arena, sys);

    if (real == NULL || real_sys == NULL)
        return NULL;
    return strcmp(real, real_sys) == 0 ? "." : path_below(real, real_sys);
}

/* A PATH below the tree's sys/: by its name there, else as it is found from the current folder. */
static const char *
below_sys(struct arena *arena, const char *sys, const char *given)
{
    const char *path = path_normalize(arena, given), *below = path_below(path, path[0] == '/' ? sys : "sys");
    const char *found;

    if (strcmp(path, "sys") == 0 || strcmp(path, sys) == 0)
        return ".";
    if (below == NULL)
        below = path;
    if (below[0] != '/' && strcmp(below, ".") != 0 && file_exists(path_join(arena, sys, below)))
        return below;
    found = found_below(arena, sys, given);
    return found == NULL ? below : found;
}

/* The PATHs as paths below sys/; 'sys/dev', 'dev', 'dev/' and, seen from the current folder, the tree's own
 * are the same. */
static const char **
wanted_paths(struct arena *arena, const struct options *options, uint32_t *count)
{
    uint32_t given = options->paths.count;
    const char **paths = arena_alloc(arena, (given + 1) * sizeof(*paths));
    const char *sys = path_join(arena, path_absolute(arena, options->tree), "sys");

    *count = given == 0 ? 1 : given;
    paths[0] = "dev";
    for (uint32_t i = 0; i < given; i++)
        paths[i] = below_sys(arena, sys, options->paths.items[i]);
    return paths;
}

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

    if (options->command == COMMAND_SCAN || options->command == COMMAND_EXTRACT)
        wanted.wanted = wanted_paths(arena, options, &wanted.wanted_count);
    return freebsd_generate(arena, &wanted, tree, diagnostics) && freebsd_write(tree, diagnostics);
}

/* ---- as input of a scan ---- */

enum { MOST_NEEDED = 16 }; /* files read besides the wanted ones of a module, unless more were wanted */

/* Which of the tree's files are asked for, and which their modules need besides. */
struct choice {
    bool *wanted;
    bool *needed;
    bool *failed; /* wanted by a PATH of which nothing can be compiled */
};

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

/* Says why the kernel's build has no source at a path. */
static bool
report_missing(struct arena *arena, const struct freebsd_tree *tree, const char *path,
               struct diagnostics *diagnostics)
{
    struct source_place place = {.file = path};

    for (uint32_t i = 0; i < tree->elsewhere_count; i++) {
        if (strcmp(tree->elsewhere[i].path, path) == 0)
            return diagnostic_error(diagnostics, place,
                                    "the build of %s's kernel has no such source; that of %s has",
                                    tree->architecture, tree->elsewhere[i].architectures);
    }
    if (file_exists(path_join(arena, tree->sys, path)))
        return diagnostic_error(diagnostics, place, "there are no C sources in this folder");
    return diagnostic_error(diagnostics, place, "there is no such source below %s", tree->sys);
}

/* Chooses the files at or below a path; false when there are none. */
static bool
choose_path(const struct freebsd_tree *tree, const char *path, struct choice *choice)
{
    bool found = false, compiles = false;

    for (uint32_t i = 0; i < tree->file_count; i++) {
        if (!input_is_wanted(tree->files[i].path, &path, 1))
            continue;
        found = choice->wanted[i] = true;
        compiles = compiles || tree->files[i].status != FREEBSD_MISSING_INCLUDE;
    }
    for (uint32_t i = 0; i < tree->file_count && !compiles; i++)
        choice->failed[i] = choice->failed[i] || input_is_wanted(tree->files[i].path, &path, 1);
    return found;
}

static bool
choose_files(struct arena *arena, const struct options *options, const struct freebsd_tree *tree,
             struct choice *choice, struct diagnostics *diagnostics)
{
    uint32_t count;
    const char **paths = wanted_paths(arena, options, &count);

    for (uint32_t p = 0; p < count; p++) {
        if (!choose_path(tree, paths[p], choice))
            return report_missing(arena, tree, paths[p], diagnostics);
    }
    for (uint32_t m = 0; m < tree->module_count; m++)
        complete_module(&tree->modules[m], choice);
    return true;
}

/* Notes a wanted file that is not as it should be. */
static void
note_problem(struct arena *arena, const struct freebsd_file *file, bool failed, struct input *input)
{
    struct input_skip skip = {.path = file->path, .reason = file->reason};

    if (file->status == FREEBSD_MISSING_INCLUDE) {
        skip.reason =
            arena_printf(arena, "not analysed: it includes '%s', which the tree does not have", file->reason);
        skip.is_left_out = true;
    }
    if (failed)
        vector_push(arena, &input->failed, skip);
    else
        vector_push(arena, &input->skipped, skip);
}

/* Says that files are left out, in one line for all of them. */
static void
warn_of_missing(const struct input *input, struct diagnostics *diagnostics)
{
    const struct input_skip *first = NULL;
    uint32_t count = 0;

    vector_each (skip, &input->skipped) {
        if (!skip->is_left_out)
            continue;
        first = count++ == 0 ? skip : first;
    }
    if (count == 1)
        diagnostic_warning(diagnostics, (struct source_place){.file = first->path}, "%s", first->reason);
    else if (count > 1)
        diagnostic_warning(diagnostics, (struct source_place){.file = first->path},
                           "%s; and so for %u more file%s, which --stats names", first->reason, count - 1,
                           count == 2 ? "" : "s");
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
        if (file->status != FREEBSD_BUILDS && choice->wanted[i])
            note_problem(arena, file, choice->failed[i], input);
        if (file->status == FREEBSD_MISSING_INCLUDE)
            continue;
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
    choice.failed = arena_alloc(arena, tree.file_count * sizeof(bool));
    if (!choose_files(arena, options, &tree, &choice, diagnostics))
        return false;
    vector_push(arena, &input->spellings, (struct path_spelling){.folder = tree.sys, .spelling = ""});
    vector_push(arena, &input->spellings,
                (struct path_spelling){.folder = tree.include, .spelling = "generated"});
    input->architecture = tree.architecture;
    numbers = arena_alloc(arena, tree.file_count * sizeof(*numbers));
    add_files(arena, &tree, &choice, input, numbers);
    warn_of_missing(input, diagnostics);
    add_modules(arena, &tree, numbers, input);
    return true;
}
