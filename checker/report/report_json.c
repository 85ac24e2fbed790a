#include "report/report_json.h"

#include <jansson.h>
#include <string.h>

/* A string; null for NULL. Bytes that are not UTF-8 (old sources are Latin-1) become question marks. */
static json_t *
text_value(struct arena *arena, const char *text)
{
    json_t *value;

    if (text == NULL)
        return json_null();
    value = json_string(text);
    if (value == NULL) {
        char *ascii = arena_string(arena, text);

        for (char *at = ascii; *at != '\0'; at++) {
            if ((unsigned char)*at >= 0x80)
                *at = '?';
        }
        value = json_string(ascii);
    }
    return value;
}

static void
set_text(struct arena *arena, json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text_value(arena, text));
}

static void
set_number(json_t *object, const char *key, uint64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

static const char *
note_kind_text(enum note_kind kind)
{
    switch (kind) {
    case NOTE_BUFFER:
        return "buffer";
    case NOTE_THREAD:
        return "thread";
    case NOTE_WHY:
        return "why";
    case NOTE_FIX:
        return "fix";
    }
    return "";
}

static json_t *
note_value(struct arena *arena, const struct finding_note *note)
{
    json_t *object = json_object();

    set_text(arena, object, "kind", note_kind_text(note->kind));
    if (note->path != NULL) {
        set_text(arena, object, "path", note->path);
        set_number(object, "line", note->line);
        set_number(object, "column", note->column);
    }
    if (note->function != NULL)
        set_text(arena, object, "function", note->function);
    if (note->context != NULL)
        set_text(arena, object, "context", note->context);
    set_text(arena, object, "text", note->text);
    return object;
}

static json_t *
finding_value(struct arena *arena, const struct finding *finding)
{
    json_t *object = json_object();
    json_t *notes = json_array();

    set_text(arena, object, "rule", finding->rule->id);
    set_text(arena, object, "severity", severity_text(finding->severity));
    json_object_set_new(object, "definite", json_boolean(finding->is_definite));
    set_text(arena, object, "path", finding->path);
    set_number(object, "line", finding->line);
    set_number(object, "column", finding->column);
    set_text(arena, object, "function", finding->function);
    set_text(arena, object, "module", finding->module);
    set_text(arena, object, "target", finding->target);
    set_text(arena, object, "message", finding->message);
    vector_each (note, &finding->notes)
        json_array_append_new(notes, note_value(arena, note));
    json_object_set_new(object, "notes", notes);
    return object;
}

static json_t *
incomplete_value(struct arena *arena, const struct report *report)
{
    json_t *array = json_array();

    vector_each (give_up, &report->give_ups) {
        json_t *object;

        if (!give_up->is_file)
            continue;
        object = json_object();
        set_text(arena, object, "path", give_up->path);
        set_text(arena, object, "reason", give_up->reason);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
summary_value(const struct report_summary *summary)
{
    json_t *object = json_object();

    set_number(object, "findings", summary->findings);
    set_number(object, "error", summary->by_severity[SEVERITY_ERROR]);
    set_number(object, "warning", summary->by_severity[SEVERITY_WARNING]);
    set_number(object, "info", summary->by_severity[SEVERITY_INFO]);
    set_number(object, "possible", summary->possible);
    set_number(object, "files_with_findings", summary->files_with_findings);
    set_number(object, "files", summary->files);
    set_number(object, "files_incomplete", summary->files_incomplete);
    set_number(object, "files_left_out", summary->files_left_out);
    return object;
}

static int
write_piece(const char *buffer, size_t size, void *stream)
{
    return fwrite(buffer, 1, size, stream) == size ? 0 : -1;
}

void
report_json_write(FILE *stream, const struct report *report, const struct report_summary *summary,
                  const char *version)
{
    struct arena *scratch = arena_new();
    json_t *root = json_object();
    json_t *tool = json_object();
    json_t *findings = json_array();

    set_text(scratch, tool, "name", "dmalint");
    set_text(scratch, tool, "version", version);
    set_number(root, "format", 1);
    json_object_set_new(root, "tool", tool);
    vector_each (finding, &report->findings)
        json_array_append_new(findings, finding_value(scratch, finding));
    json_object_set_new(root, "findings", findings);
    json_object_set_new(root, "incomplete", incomplete_value(scratch, report));
    json_object_set_new(root, "summary", summary_value(summary));
    json_dump_callback(root, write_piece, stream, JSON_INDENT(2));
    putc('\n', stream);
    json_decref(root);
    arena_free(scratch);
}
