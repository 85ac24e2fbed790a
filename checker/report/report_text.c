#include "report/report_text.h"

#include <ctype.h>
#include <string.h>

/* The escape sequences of a terminal; all empty without colour. */
struct palette {
    const char *bold;
    const char *severity[SEVERITY_ERROR + 1];
    const char *note;
    const char *off;
};

static const struct palette PLAIN = {"", {"", "", ""}, "", ""};
static const struct palette COLOURED = {
    "\033[1m", {"\033[1;34m", "\033[1;35m", "\033[1;31m"}, "\033[1;36m", "\033[0m"};

/* Text of a rule file may be folded over lines; a report's line is one line. */
static void
write_line(FILE *stream, const char *text)
{
    bool pending_space = false;

    for (const char *at = text; *at != '\0'; at++) {
        if (isspace((unsigned char)*at)) {
            pending_space = at != text;
            continue;
        }
        if (pending_space)
            putc(' ', stream);
        pending_space = false;
        putc(*at, stream);
    }
}

static void
write_place(FILE *stream, const struct palette *palette, const char *path, uint32_t line, uint32_t column)
{
    fprintf(stream, "%s%s", palette->bold, path);
    if (line != 0)
        fprintf(stream, ":%u", line);
    if (line != 0 && column != 0)
        fprintf(stream, ":%u", column);
    fprintf(stream, ":%s ", palette->off);
}

static void
write_finding(FILE *stream, const struct palette *palette, const struct finding *finding)
{
    write_place(stream, palette, finding->path, finding->line, finding->column);
    fprintf(stream, "%s%s:%s ", palette->severity[finding->severity], severity_text(finding->severity),
            palette->off);
    write_line(stream, finding->message);
    fprintf(stream, "%s [%s]\n", finding->is_definite ? "" : " (possible)", finding->rule->id);
    vector_each (note, &finding->notes) {
        if (note->path != NULL)
            write_place(stream, palette, note->path, note->line, note->column);
        fprintf(stream, "%snote:%s ", palette->note, palette->off);
        write_line(stream, note->text);
        putc('\n', stream);
    }
}

static const char *
plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void
write_counts(FILE *stream, const struct report_summary *summary)
{
    static const char *const NAMES[] = {"info", "warning", "error"};
    const char *separator = " (";

    for (int severity = SEVERITY_ERROR; severity >= 0; severity--) {
        uint32_t count = summary->by_severity[severity];

        if (count == 0)
            continue;
        fprintf(stream, "%s%u %s%s", separator, count, NAMES[severity],
                severity == SEVERITY_INFO ? "" : plural(count));
        separator = ", ";
    }
    if (summary->possible != 0)
        fprintf(stream, "; %u of them possible", summary->possible);
    fprintf(stream, ") in %u file%s", summary->files_with_findings, plural(summary->files_with_findings));
}

void
report_text_write(FILE *stream, const struct report *report, const struct report_summary *summary,
                  bool colour)
{
    const struct palette *palette = colour ? &COLOURED : &PLAIN;

    vector_each (finding, &report->findings)
        write_finding(stream, palette, finding);
    if (summary->findings == 0)
        fputs("no findings", stream);
    else
        fprintf(stream, "%u finding%s", summary->findings, plural(summary->findings));
    if (summary->findings != 0)
        write_counts(stream, summary);
    if (summary->files_incomplete == 0)
        fprintf(stream, "; %u file%s analysed", summary->files, plural(summary->files));
    else
        fprintf(stream, "; %u of %u file%s analysed", summary->files - summary->files_incomplete,
                summary->files, plural(summary->files));
    if (summary->files_left_out != 0)
        fprintf(stream, ", %u left out (--stats says why)", summary->files_left_out);
    putc('\n', stream);
}
