#include "driver/units.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { FORMAT = 1 };
static const char INDEX_NAME[] = "units.json";

/* ---- writing ---- */

static json_t *
text_value(const char *text)
{
    json_t *value = text == NULL ? json_null() : json_string(text);

    return value == NULL ? json_string("?") : value; /* not UTF-8 */
}

/* Where the unit of a source goes, below the folder and never above it; 'same': which of several commands
 * for the source it is. */
static char *
unit_path(struct arena *arena, const char *source, uint32_t same)
{
    while (*source == '/' || strncmp(source, "../", 3) == 0)
        source += *source == '/' ? 1 : 3;
    return path_normalize(arena, same == 0 ? arena_printf(arena, "%s.unit", source)
                                           : arena_printf(arena, "%s.%u.unit", source, same + 1));
}

static char *
unit_path_of(struct arena *arena, const struct input *input, uint32_t index)
{
    const char *path = input->sources.items[index].path;
    uint32_t same = 0;

    for (uint32_t i = index; i > 0 && strcmp(input->sources.items[i - 1].path, path) == 0; i--)
        same++;
    return unit_path(arena, path, same);
}

static json_t *
source_value(const struct source *source, const struct extract_unit *unit, const char *path)
{
    json_t *object = json_object();

    json_object_set_new(object, "path", text_value(source->path));
    json_object_set_new(object, "unit", text_value(path));
    json_object_set_new(object, "problem", text_value(unit->problem));
    json_object_set_new(object, "context", json_boolean(source->is_context));
    return object;
}

static json_t *
modules_value(const struct input *input)
{
    json_t *array = json_array();

    vector_each (module, &input->modules) {
        json_t *object = json_object();
        json_t *sources = json_array();

        vector_each (index, &module->sources)
            json_array_append_new(sources, json_integer(*index));
        json_object_set_new(object, "name", text_value(module->name));
        json_object_set_new(object, "sources", sources);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
spellings_value(const struct input *input)
{
    json_t *array = json_array();

    vector_each (spelling, &input->spellings) {
        json_t *object = json_object();

        json_object_set_new(object, "folder", text_value(spelling->folder));
        json_object_set_new(object, "spelling", text_value(spelling->spelling));
        json_array_append_new(array, object);
    }
    return array;
}

static bool
cannot_write(const char *path, struct diagnostics *diagnostics)
{
    return diagnostic_error(diagnostics, (struct source_place){.file = path}, "cannot be written: %s",
                            strerror(errno));
}

static bool
write_unit(struct arena *arena, const char *path, const struct extract_unit *unit,
           struct diagnostics *diagnostics)
{
    if (!file_make_folder(path_folder(arena, path)) || !file_write(path, unit->data, unit->size))
        return cannot_write(path, diagnostics);
    return true;
}

bool
units_write_one(struct arena *arena, const char *folder, const char *source, const struct extract_unit *unit,
                struct diagnostics *diagnostics)
{
    const char *path = unit_path(arena, path_absolute(arena, source), 0);

    return write_unit(arena, path_join(arena, folder, path), unit, diagnostics);
}

bool
units_write(struct arena *arena, const char *folder, const struct input *input,
            const struct extract_unit *units, struct diagnostics *diagnostics)
{
    json_t *root = json_object();
    json_t *sources = json_array();
    const char *index_path = path_join(arena, folder, INDEX_NAME);
    bool good = file_make_folder(folder) || cannot_write(folder, diagnostics);
    char *text;

    for (uint32_t i = 0; good && i < input->sources.count; i++) {
        char *path = units[i].data == NULL ? NULL : unit_path_of(arena, input, i);

        if (path != NULL)
            good = write_unit(arena, path_join(arena, folder, path), &units[i], diagnostics);
        json_array_append_new(sources, source_value(&input->sources.items[i], &units[i], path));
    }
    json_object_set_new(root, "format", json_integer(FORMAT));
    json_object_set_new(root, "architecture", text_value(input->architecture));
    json_object_set_new(root, "sources", sources);
    json_object_set_new(root, "modules", modules_value(input));
    json_object_set_new(root, "spellings", spellings_value(input));
    text = json_dumps(root, JSON_INDENT(1));
    if (good && !file_write(index_path, text, strlen(text)))
        good = cannot_write(index_path, diagnostics);
    free(text);
    json_decref(root);
    return good;
}

/* ---- reading ---- */

struct unit_list {
    VECTOR(struct extract_unit) items;
};

static const char *
text_member(struct arena *arena, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text == NULL ? NULL : arena_string(arena, text);
}

static bool
read_unit(struct arena *arena, const char *path, struct extract_unit *unit, struct diagnostics *diagnostics)
{
    unit->data = file_read(arena, path, &unit->size);
    return unit->data != NULL || diagnostic_error(diagnostics, (struct source_place){.file = path},
                                                  "cannot be read: %s", strerror(errno));
}

static bool
read_source(struct arena *arena, const char *folder, const json_t *value, struct input *input,
            struct unit_list *units, struct diagnostics *diagnostics)
{
    const char *path = text_member(arena, value, "path");
    const char *unit = text_member(arena, value, "unit");
    struct extract_unit read = {.problem = text_member(arena, value, "problem")};

    if (path == NULL || (unit == NULL && read.problem == NULL))
        return false;
    if (unit != NULL && !read_unit(arena, path_join(arena, folder, unit), &read, diagnostics))
        return false;
    vector_push(arena, &input->sources,
                (struct source){.path = path, .is_context = json_is_true(json_object_get(value, "context"))});
    vector_push(arena, &units->items, read);
    return true;
}

static struct source_module *
find_module(struct arena *arena, struct input *input, const char *name)
{
    vector_each (module, &input->modules) {
        if (module->name == name || (module->name != NULL && name != NULL && strcmp(module->name, name) == 0))
            return module;
    }
    vector_push(arena, &input->modules, (struct source_module){.name = name});
    return &input->modules.items[input->modules.count - 1];
}

static bool
read_module(struct arena *arena, const json_t *value, uint32_t first, struct input *input)
{
    const json_t *sources = json_object_get(value, "sources");
    struct source_module *module = find_module(arena, input, text_member(arena, value, "name"));

    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *item = json_array_get(sources, i);
        json_int_t index = json_is_integer(item) ? json_integer_value(item) : -1;

        if (index < 0 || index >= (json_int_t)(input->sources.count - first))
            return false;
        vector_push(arena, &module->sources, first + (uint32_t)index);
    }
    return true;
}

static bool
read_index(struct arena *arena, const char *folder, const json_t *root, struct input *input,
           struct unit_list *units, struct diagnostics *diagnostics)
{
    const json_t *sources = json_object_get(root, "sources");
    const json_t *modules = json_object_get(root, "modules");
    const json_t *spellings = json_object_get(root, "spellings");
    const char *architecture = text_member(arena, root, "architecture");
    uint32_t first = input->sources.count;

    if (json_integer_value(json_object_get(root, "format")) != FORMAT)
        return false;
    for (size_t i = 0; i < json_array_size(sources); i++) {
        if (!read_source(arena, folder, json_array_get(sources, i), input, units, diagnostics))
            return false;
    }
    for (size_t i = 0; i < json_array_size(modules); i++) {
        if (!read_module(arena, json_array_get(modules, i), first, input))
            return false;
    }
    for (size_t i = 0; i < json_array_size(spellings); i++) {
        struct path_spelling spelling = {text_member(arena, json_array_get(spellings, i), "folder"),
                                         text_member(arena, json_array_get(spellings, i), "spelling")};

        if (spelling.folder != NULL && spelling.spelling != NULL)
            vector_push(arena, &input->spellings, spelling);
    }
    if (architecture != NULL)
        input->architecture = architecture;
    return true;
}

static bool
has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), size = strlen(suffix);

    return length > size && strcmp(name + length - size, suffix) == 0;
}

/* The units that compilations have left below 'folder', each by itself: what lies in one folder of sources is
 * a module. 'below' is the part of the path behind 'root', that of the absolute path of the source. */
static bool
read_loose(struct arena *arena, const char *root, const char *below, struct input *input,
           struct unit_list *units, struct diagnostics *diagnostics)
{
    size_t count = 0;
    char **names = file_list(arena, path_join(arena, root, below), &count);
    bool good = true;

    for (size_t i = 0; good && i < count; i++) {
        const char *inner = below[0] == '\0' ? names[i] : path_join(arena, below, names[i]);
        const char *path = path_join(arena, root, inner);
        struct extract_unit unit = {0};

        if (file_is_folder(path)) {
            good = read_loose(arena, root, inner, input, units, diagnostics);
        } else if (has_suffix(path, ".unit")) {
            struct source_module *module = find_module(arena, input, below);

            if (!read_unit(arena, path, &unit, diagnostics))
                return false;
            vector_push(arena, &module->sources, input->sources.count);
            vector_push(
                arena, &input->sources,
                (struct source){.path = arena_printf(arena, "/%.*s", (int)(strlen(inner) - 5), inner)});
            vector_push(arena, &units->items, unit);
        }
    }
    return good;
}

/* Whether a folder is one of those before it. */
static bool
is_repeated(const char *const *folders, uint32_t index)
{
    struct file_identity identity, before;

    for (uint32_t i = 0; i < index; i++) {
        if (file_identify(folders[i], &before) && file_identify(folders[index], &identity) &&
            before.device == identity.device && before.number == identity.number)
            return true;
    }
    return false;
}

bool
units_read(struct arena *arena, const char *const *folders, uint32_t count, struct input *input,
           struct extract_unit **units, struct diagnostics *diagnostics)
{
    struct unit_list list = {0};

    for (uint32_t i = 0; i < count; i++) {
        const char *path = path_join(arena, folders[i], INDEX_NAME);
        uint32_t errors = diagnostics->errors;
        json_error_t error;
        json_t *root;
        bool good;

        if (is_repeated(folders, i))
            continue;
        if (file_is_folder(folders[i]) && !file_exists(path)) {
            uint32_t before = list.items.count;

            if (!read_loose(arena, folders[i], "", input, &list, diagnostics))
                return false;
            if (list.items.count == before)
                return diagnostic_error(diagnostics, (struct source_place){.file = folders[i]},
                                        "neither %s nor units are there", INDEX_NAME);
            continue;
        }
        root = json_load_file(path, 0, &error);
        if (root == NULL)
            return diagnostic_error(diagnostics, (struct source_place){.file = path}, "%s",
                                    error.line > 0 ? error.text : strerror(errno));
        good = read_index(arena, folders[i], root, input, &list, diagnostics);
        json_decref(root);
        if (!good && diagnostics->errors == errors)
            diagnostic_error(diagnostics, (struct source_place){.file = path}, "not an index of units");
        if (!good)
            return false;
    }
    *units = list.items.items;
    return true;
}
