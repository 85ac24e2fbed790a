#include "rule/yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <string.h>

enum { DEEPEST = 32 };

/* One file while it is parsed. */
struct parse {
    struct arena *arena;
    struct diagnostics *diagnostics;
    const char *path;
    const char *text;
    struct fy_parser *parser;
    struct source_place last; /* of the last event that had one: for an empty scalar, which has none */
};

static struct source_place
place_of(struct parse *parse, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);

    if (mark != NULL)
        parse->last =
            (struct source_place){parse->path, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
    return parse->last;
}

static bool
is_plain_event(struct parse *parse, struct fy_event *event)
{
    struct fy_token *anchor = NULL, *tag = NULL;

    if (event->type == FYET_SCALAR) {
        anchor = event->scalar.anchor;
        tag = event->scalar.tag;
    } else if (event->type == FYET_MAPPING_START) {
        anchor = event->mapping_start.anchor;
        tag = event->mapping_start.tag;
    } else if (event->type == FYET_SEQUENCE_START) {
        anchor = event->sequence_start.anchor;
        tag = event->sequence_start.tag;
    }
    if (anchor == NULL && tag == NULL)
        return true;
    return diagnostic_error(parse->diagnostics, place_of(parse, event), "%s are not allowed",
                            anchor != NULL ? "anchors" : "tags");
}

static struct yaml_node *
read_scalar(struct parse *parse, struct fy_event *event)
{
    struct yaml_node *node = arena_alloc(parse->arena, sizeof(*node));
    const struct fy_mark *start = fy_event_start_mark(event), *end = fy_event_end_mark(event);
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    size_t length = 0;
    const char *text = fy_token_get_text(event->scalar.value, &length);

    node->kind = YAML_SCALAR;
    node->place = place_of(parse, event);
    node->raw_place = node->place;
    node->text = text == NULL ? "" : arena_string_n(parse->arena, text, length);
    node->raw = node->text;
    node->is_quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    if (start != NULL && end != NULL && end->input_pos >= start->input_pos)
        node->raw =
            arena_string_n(parse->arena, parse->text + start->input_pos, end->input_pos - start->input_pos);
    if (node->is_quoted)
        node->place.column--;
    return node;
}

static struct fy_event *
next_event(struct parse *parse)
{
    return fy_parser_parse(parse->parser);
}

static struct yaml_node *read_node(struct parse *parse, struct fy_event *event, unsigned depth);

/* An entry's value goes by the last of its key; says so of a key that occurred before. */
static bool
is_new_key(struct parse *parse, const struct yaml_node *map, const struct yaml_node *key)
{
    if (key->kind != YAML_SCALAR)
        return diagnostic_error(parse->diagnostics, key->place, "a key must be a scalar, not %s",
                                yaml_kind_text(key));
    if (yaml_get(map, key->text) != NULL)
        return diagnostic_error(parse->diagnostics, key->place, "key '%s' occurs twice", key->text);
    return true;
}

/* Reads the rest of a list or map, whose start was 'node', up to 'end'. */
static bool
read_children(struct parse *parse, struct yaml_node *node, enum fy_event_type end, unsigned depth)
{
    const struct yaml_node **link = &node->child;

    if (depth >= DEEPEST)
        return diagnostic_error(parse->diagnostics, node->place, "nested deeper than %d", DEEPEST);
    for (;;) {
        struct fy_event *event = next_event(parse);
        struct yaml_node *key = NULL, *child;

        if (event == NULL)
            return false;
        if (event->type == end) {
            fy_parser_event_free(parse->parser, event);
            return true;
        }
        if (node->kind == YAML_MAP) {
            key = read_node(parse, event, depth + 1);
            if (key == NULL || !is_new_key(parse, node, key))
                return false;
            event = next_event(parse);
            if (event == NULL)
                return false;
        }
        child = read_node(parse, event, depth + 1);
        if (child == NULL)
            return false;
        child->key = key;
        *link = child;
        link = &child->next;
    }
}

/* Reads the node that begins with 'event', and frees the event; NULL after a diagnostic, or when the parser
 * stopped. */
static struct yaml_node *
read_node(struct parse *parse, struct fy_event *event, unsigned depth)
{
    struct yaml_node *node = NULL;
    enum fy_event_type type = event->type;

    if (type == FYET_ALIAS) {
        diagnostic_error(parse->diagnostics, place_of(parse, event), "aliases are not allowed");
    } else if (is_plain_event(parse, event)) {
        if (type == FYET_SCALAR) {
            node = read_scalar(parse, event);
        } else {
            node = arena_alloc(parse->arena, sizeof(*node));
            node->kind = type == FYET_MAPPING_START ? YAML_MAP : YAML_LIST;
            node->place = place_of(parse, event);
        }
    }
    fy_parser_event_free(parse->parser, event);
    if (node == NULL || node->kind == YAML_SCALAR)
        return node;
    if (!read_children(parse, node, node->kind == YAML_MAP ? FYET_MAPPING_END : FYET_SEQUENCE_END, depth))
        return NULL;
    return node;
}

static const struct yaml_node *
read_document(struct parse *parse)
{
    const struct yaml_node *root = NULL;
    struct fy_event *event;

    while ((event = next_event(parse)) != NULL) {
        bool is_content = event->type == FYET_SCALAR || event->type == FYET_MAPPING_START ||
                          event->type == FYET_SEQUENCE_START || event->type == FYET_ALIAS;

        if (event->type == FYET_DOCUMENT_START && root != NULL) {
            diagnostic_error(parse->diagnostics, place_of(parse, event), "more than one document");
            fy_parser_event_free(parse->parser, event);
            return NULL;
        }
        if (!is_content) {
            fy_parser_event_free(parse->parser, event);
            continue;
        }
        root = read_node(parse, event, 0);
        if (root == NULL)
            return NULL;
    }
    return root;
}

/* The library takes bytes that are no UTF-8, and NUL, for the end of the file: look for them first. */
static bool
is_text(struct parse *parse, size_t length)
{
    struct source_place place = {parse->path, 1, 1};
    const unsigned char *bytes = (const unsigned char *)parse->text;

    for (size_t i = 0; i < length; place.column++) {
        unsigned more = bytes[i] < 0x80   ? 0
                        : bytes[i] < 0xc2 ? 4
                        : bytes[i] < 0xe0 ? 1
                        : bytes[i] < 0xf0 ? 2
                                          : 3;

        if (bytes[i] == 0 || more == 4 || bytes[i] > 0xf4 || i + more >= length)
            return diagnostic_error(parse->diagnostics, place, "not UTF-8 text");
        if (bytes[i] == '\n') {
            place.line++;
            place.column = 0;
        }
        for (i++; more > 0; more--, i++)
            if ((bytes[i] & 0xc0) != 0x80)
                return diagnostic_error(parse->diagnostics, place, "not UTF-8 text");
    }
    return true;
}

static void
report_library_errors(struct parse *parse, struct fy_diag *diag)
{
    struct fy_diag_error *error;
    void *position = NULL;
    uint32_t before = parse->diagnostics->errors;

    while ((error = fy_diag_errors_iterate(diag, &position)) != NULL) {
        struct source_place place = {parse->path, error->line > 0 ? (uint32_t)error->line : 0,
                                     error->column > 0 ? (uint32_t)error->column : 0};

        if (error->type == FYET_ERROR)
            diagnostic_error(parse->diagnostics, place, "%s", error->msg);
    }
    if (parse->diagnostics->errors == before && fy_parser_get_stream_error(parse->parser))
        diagnostic_error(parse->diagnostics, parse->last, "cannot be parsed as YAML");
}

const struct yaml_node *
yaml_read(struct arena *arena, const char *path, const char *text, size_t length,
          struct diagnostics *diagnostics)
{
    struct parse parse = {arena, diagnostics, path, text, NULL, {path, 1, 1}};
    uint32_t before = diagnostics->errors;
    struct fy_parse_cfg configuration = {.flags = FYPCF_QUIET};
    const struct yaml_node *root;

    if (!is_text(&parse, length))
        return NULL;
    configuration.diag = fy_diag_create(NULL);
    assert(configuration.diag != NULL);
    fy_diag_set_collect_errors(configuration.diag, true);
    parse.parser = fy_parser_create(&configuration);
    assert(parse.parser != NULL);
    fy_parser_set_string(parse.parser, text, length);
    root = read_document(&parse);
    if (diagnostics->errors == before)
        report_library_errors(&parse, configuration.diag);
    fy_parser_destroy(parse.parser);
    fy_diag_destroy(configuration.diag);
    if (root == NULL && diagnostics->errors == before)
        diagnostic_error(diagnostics, (struct source_place){path, 0, 0}, "the file is empty");
    return diagnostics->errors == before ? root : NULL;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
    for (const struct yaml_node *entry = map->child; entry != NULL; entry = entry->next)
        if (entry->key != NULL && strcmp(entry->key->text, key) == 0)
            return entry;
    return NULL;
}

const char *
yaml_kind_text(const struct yaml_node *node)
{
    switch (node->kind) {
    case YAML_LIST:
        return "a list";
    case YAML_MAP:
        return "a mapping";
    case YAML_SCALAR:
        break;
    }
    return node->text[0] == '\0' ? "nothing" : "a scalar";
}
