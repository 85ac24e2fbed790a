#include "report/report_pack.h"

static void
pack_note(struct bytes_writer *writer, const struct finding_note *note)
{
    bytes_put_number(writer, note->kind);
    bytes_put_text(writer, note->path);
    bytes_put_number(writer, note->line);
    bytes_put_number(writer, note->column);
    bytes_put_text(writer, note->function);
    bytes_put_text(writer, note->context);
    bytes_put_text(writer, note->text);
}

static void
pack_finding(struct bytes_writer *writer, const struct finding *finding)
{
    bytes_put_text(writer, finding->rule->id);
    bytes_put_number(writer, finding->severity);
    bytes_put_number(writer, finding->is_definite);
    bytes_put_text(writer, finding->path);
    bytes_put_number(writer, finding->line);
    bytes_put_number(writer, finding->column);
    bytes_put_text(writer, finding->function);
    bytes_put_text(writer, finding->module);
    bytes_put_text(writer, finding->message);
    bytes_put_text(writer, finding->target);
    bytes_put_number(writer, finding->notes.count);
    vector_each (note, &finding->notes)
        pack_note(writer, note);
}

void
report_pack(struct bytes_writer *writer, const struct report *report)
{
    bytes_put_number(writer, report->findings.count);
    vector_each (finding, &report->findings)
        pack_finding(writer, finding);
    bytes_put_number(writer, report->give_ups.count);
    vector_each (give_up, &report->give_ups) {
        bytes_put_text(writer, give_up->path);
        bytes_put_text(writer, give_up->function);
        bytes_put_text(writer, give_up->reason);
        bytes_put_number(writer, give_up->count);
        bytes_put_number(writer, give_up->is_file);
    }
}

static struct finding_note
unpack_note(struct arena *arena, struct bytes_reader *reader)
{
    struct finding_note note = {0};

    note.kind = bytes_get_count(reader, NOTE_FIX);
    note.path = bytes_get_text(arena, reader);
    note.line = bytes_get_count(reader, UINT32_MAX);
    note.column = bytes_get_count(reader, UINT32_MAX);
    note.function = bytes_get_text(arena, reader);
    note.context = bytes_get_text(arena, reader);
    note.text = bytes_get_text(arena, reader);
    return note;
}

static bool
unpack_finding(struct bytes_reader *reader, const struct rule_set *rules, struct report *report)
{
    struct arena *arena = report->arena;
    struct finding finding = {0};
    const char *id = bytes_get_text(arena, reader);
    uint32_t notes;

    finding.rule = id == NULL ? NULL : rule_find(rules, id);
    if (finding.rule == NULL)
        return false;
    finding.severity = bytes_get_count(reader, SEVERITY_ERROR);
    finding.is_definite = bytes_get_count(reader, 1) != 0;
    finding.path = bytes_get_text(arena, reader);
    finding.line = bytes_get_count(reader, UINT32_MAX);
    finding.column = bytes_get_count(reader, UINT32_MAX);
    finding.function = bytes_get_text(arena, reader);
    finding.module = bytes_get_text(arena, reader);
    finding.message = bytes_get_text(arena, reader);
    finding.target = bytes_get_text(arena, reader);
    notes = bytes_get_count(reader, UINT32_MAX);
    for (uint32_t i = 0; i < notes && !reader->failed; i++)
        vector_push(arena, &finding.notes, unpack_note(arena, reader));
    if (reader->failed || finding.path == NULL || finding.message == NULL)
        return false;
    vector_push(arena, &report->findings, finding);
    return true;
}

bool
report_unpack(struct bytes_reader *reader, const struct rule_set *rules, struct report *report)
{
    struct arena *arena = report->arena;
    uint32_t count = bytes_get_count(reader, UINT32_MAX);

    for (uint32_t i = 0; i < count; i++) {
        if (!unpack_finding(reader, rules, report))
            return false;
    }
    count = bytes_get_count(reader, UINT32_MAX);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        struct give_up give_up = {0};

        give_up.path = bytes_get_text(arena, reader);
        give_up.function = bytes_get_text(arena, reader);
        give_up.reason = bytes_get_text(arena, reader);
        give_up.count = bytes_get_count(reader, UINT32_MAX);
        give_up.is_file = bytes_get_count(reader, 1) != 0;
        if (!reader->failed)
            vector_push(arena, &report->give_ups, give_up);
    }
    return !reader->failed;
}
