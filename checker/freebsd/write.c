#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "freebsd/freebsd.h"
#include "freebsd/text.h"

static bool
fail(struct diagnostics *diagnostics, const char *path)
{
    return diagnostic_error(diagnostics, (struct source_place){.file = path}, "cannot be written: %s",
                            strerror(errno));
}

/* Makes a link, or turns an existing one to 'target'. */
static bool
write_link(const char *path, const char *target)
{
    char old[4096];
    ssize_t length = readlink(path, old, sizeof(old) - 1);

    if (length >= 0) {
        old[length] = '\0';
        if (strcmp(old, target) == 0)
            return true;
        if (unlink(path) != 0)
            return false;
    }
    return symlink(target, path) == 0;
}

static bool
write_generated(struct arena *scratch, const struct freebsd_tree *tree, struct diagnostics *diagnostics)
{
    if (!file_make_folder(tree->include))
        return fail(diagnostics, tree->include);
    for (uint32_t i = 0; i < tree->generated_count; i++) {
        const struct freebsd_generated *file = &tree->generated[i];
        char *path = path_join(scratch, tree->include, file->path);
        bool written = file->target != NULL ? write_link(path, file->target)
                                            : file_write_if_changed(path, file->text, strlen(file->text));

        if (!written)
            return fail(diagnostics, path);
    }
    return true;
}

/* Writes a JSON value to OUT/name and releases it. */
static bool
write_json(struct arena *scratch, const struct freebsd_tree *tree, const char *name, json_t *value,
           struct diagnostics *diagnostics)
{
    char *path = path_join(scratch, tree->out, name);
    char *text = json_dumps(value, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    bool written = text != NULL && file_write_if_changed(path, text, strlen(text));

    json_decref(value);
    free(text);
    return written || fail(diagnostics, path);
}

static json_t *
compile_commands(struct arena *scratch, const struct freebsd_tree *tree)
{
    json_t *commands = json_array();

    for (uint32_t i = 0; i < tree->file_count; i++) {
        const struct freebsd_file *file = &tree->files[i];
        json_t *arguments;

        if (file->status != FREEBSD_BUILDS)
            continue;
        arguments = json_array();
        json_array_append_new(arguments, json_string("clang-19"));
        for (uint32_t a = 0; a < file->argument_count; a++)
            json_array_append_new(arguments, json_string(file->arguments[a]));
        json_array_append_new(arguments, json_string("-fsyntax-only"));
        json_array_append_new(arguments, json_string(path_join(scratch, tree->sys, file->path)));
        json_array_append_new(commands,
                              json_pack("{s:s, s:s, s:o}", "directory", tree->include, "file",
                                        path_join(scratch, tree->sys, file->path), "arguments", arguments));
    }
    return commands;
}

static json_t *
module_list(const struct freebsd_tree *tree)
{
    json_t *modules = json_object();

    for (uint32_t i = 0; i < tree->module_count; i++) {
        const struct freebsd_module *module = &tree->modules[i];
        json_t *files = json_array();

        for (uint32_t f = 0; f < module->file_count; f++)
            json_array_append_new(files, json_string(tree->files[module->files[f]].path));
        json_object_set_new(modules, module->name, files);
    }
    return modules;
}

static json_t *
left_out(const struct freebsd_tree *tree, enum freebsd_status status, const char *why)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < tree->file_count; i++) {
        const struct freebsd_file *file = &tree->files[i];

        if (file->status == status)
            json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "file", file->path, why, file->reason,
                                                  "listed", file->listed));
    }
    return list;
}

static json_t *
statistics(const struct freebsd_tree *tree)
{
    json_t *absent = json_array();

    for (uint32_t i = 0; i < tree->absent_count; i++)
        json_array_append_new(absent, json_string(tree->absent[i]));
    return json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:o, s:o, s:o}", "version", (int)tree->version,
                     "architecture", tree->architecture, "files", (int)tree->file_count, "builds",
                     (int)freebsd_count(tree, FREEBSD_BUILDS, false), "builds_listed",
                     (int)freebsd_count(tree, FREEBSD_BUILDS, true), "modules", (int)tree->module_count,
                     "missing_include", left_out(tree, FREEBSD_MISSING_INCLUDE, "include"), "does_not_build",
                     left_out(tree, FREEBSD_DOES_NOT_BUILD, "reason"), "absent", absent);
}

/* 'word' for a shell, or for one in the value of a variable of a Makefile. */
static void
add_word(struct text *text, const char *word, bool in_makefile)
{
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./,:@%")] ==
        '\0') {
        text_add(text, word);
        return;
    }
    text_add(text, "'");
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            text_add(text, "'\\''");
        else if (*word == '$')
            text_add(text, in_makefile ? "$$" : "$");
        else if (*word == '#' && in_makefile)
            text_add(text, "\\#");
        else
            text_add_n(text, word, 1);
    }
    text_add(text, "'");
}

/* 'path' as a prerequisite, in the value of a variable of a Makefile. */
static void
add_prerequisite(struct text *text, const char *path)
{
    for (; *path != '\0'; path++) {
        if (strchr(" \t:#", *path) != NULL)
            text_add(text, "\\");
        else if (*path == '$')
            text_add(text, "$");
        text_add_n(text, path, 1);
    }
}

/* What stands before the rules. CCC_CC is the compiler behind scan-build's, which would else be gcc. */
static void
add_makefile_head(struct text *text, const struct freebsd_tree *tree)
{
    text_add(
        text,
        "# Compiles each file of a source tree into an object of no further use: scan-build make\nSYS = ");
    add_prerequisite(text, tree->sys);
    text_add(text, "\nSYS_WORD = "); /* the same for the shell */
    add_word(text, tree->sys, true);
    text_add(text, "\nifeq ($(origin CC),default)\nCC = clang-19\nendif\nCCC_CC ?= clang-19\nexport CCC_CC\n"
                   "OBJECTS =\n\nall: objects\n\n");
}

/* Flags that a file has in common with others stand in one variable of the Makefile. */
static char *
flags_text(struct arena *scratch, const struct freebsd_file *file)
{
    struct text flags = {.arena = scratch};

    for (uint32_t i = 0; i < file->argument_count; i++) {
        text_add(&flags, i > 0 ? " " : "");
        add_word(&flags, file->arguments[i], true);
    }
    return text_value(&flags);
}

struct flag_set {
    const char *text;
    uint32_t file;
};

static int
compare_flags(const void *a, const void *b)
{
    const struct flag_set *left = a, *right = b;
    int order = strcmp(left->text, right->text);

    return order != 0 ? order : (left->file > right->file) - (left->file < right->file);
}

static bool
write_makefile(struct arena *scratch, const struct freebsd_tree *tree, struct diagnostics *diagnostics)
{
    struct text text = {.arena = scratch};
    struct flag_set *sets = arena_alloc(scratch, (tree->file_count + 1) * sizeof(*sets));
    char *path = path_join(scratch, tree->out, "Makefile");
    uint32_t count = 0, number = 0;

    for (uint32_t i = 0; i < tree->file_count; i++) {
        if (tree->files[i].status == FREEBSD_BUILDS)
            sets[count++] = (struct flag_set){flags_text(scratch, &tree->files[i]), i};
    }
    qsort(sets, count, sizeof(*sets), compare_flags);
    add_makefile_head(&text, tree);
    for (uint32_t i = 0; i < count; i++) {
        const char *file = tree->files[sets[i].file].path;

        if (i == 0 || strcmp(sets[i - 1].text, sets[i].text) != 0)
            text_printf(&text, "FLAGS_%u = %s\n", ++number, sets[i].text);
        text_printf(&text,
                    "OBJECTS += objects/%s.o\nobjects/%s.o: $(SYS)/%s\n\t@mkdir -p $(@D)\n"
                    "\t-$(CC) $(FLAGS_%u) -c -o $@ $(SYS_WORD)/%s\n",
                    file, file, file, number, file);
    }
    text_add(&text, "\nobjects: $(OBJECTS)\n\nclean:\n\trm -rf objects\n\n.PHONY: all objects clean\n");
    return file_write_if_changed(path, text_value(&text), text.length) || fail(diagnostics, path);
}

/* The flags for a driver that is not in the tree, as a response file. */
static bool
write_flags(struct arena *scratch, const struct freebsd_tree *tree, struct diagnostics *diagnostics)
{
    struct text text = {.arena = scratch};
    char *path = path_join(scratch, tree->out, "flags");

    for (uint32_t i = 0; i < tree->argument_count; i++) {
        add_word(&text, tree->arguments[i], false);
        text_add(&text, "\n");
    }
    return file_write_if_changed(path, text_value(&text), text.length) || fail(diagnostics, path);
}

bool
freebsd_write(const struct freebsd_tree *tree, struct diagnostics *diagnostics)
{
    struct arena *scratch = arena_new();
    bool written =
        write_generated(scratch, tree, diagnostics) &&
        write_json(scratch, tree, "compile_commands.json", compile_commands(scratch, tree), diagnostics) &&
        write_json(scratch, tree, "modules.json", module_list(tree), diagnostics) &&
        write_json(scratch, tree, "stats.json", statistics(tree), diagnostics) &&
        write_makefile(scratch, tree, diagnostics) && write_flags(scratch, tree, diagnostics);

    arena_free(scratch);
    return written;
}
