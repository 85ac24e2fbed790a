#include "report/finding.h"

#include <stdlib.h>
#include <string.h>

const char *
severity_text(enum severity severity)
{
    switch (severity) {
    case SEVERITY_INFO:
        return "info";
    case SEVERITY_WARNING:
        return "warning";
    case SEVERITY_ERROR:
        return "error";
    }
    return "";
}

static int
compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int
compare_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Place and rule: what makes two findings repeats of each other, as of one file in two modules. */
static int
compare_identity(const struct finding *a, const struct finding *b)
{
    int order = compare_text(a->path, b->path);

    if (order == 0)
        order = compare_number(a->line, b->line);
    if (order == 0)
        order = compare_number(a->column, b->column);
    if (order == 0)
        order = strcmp(a->rule->id, b->rule->id);
    return order;
}

static int
compare_notes(const struct finding *a, const struct finding *b)
{
    int order = compare_number(a->notes.count, b->notes.count);

    for (uint32_t i = 0; order == 0 && i < a->notes.count; i++) {
        const struct finding_note *left = &a->notes.items[i], *right = &b->notes.items[i];

        order = compare_text(left->path, right->path);
        if (order == 0)
            order = compare_number(left->line, right->line);
        if (order == 0)
            order = compare_number(left->column, right->column);
        if (order == 0)
            order = compare_text(left->text, right->text);
    }
    return order;
}

/* A total order, so that the report does not depend on the order in which findings were made. */
static int
compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int order = compare_identity(a, b);

    if (order == 0)
        order = compare_number(b->is_definite, a->is_definite);
    if (order == 0)
        order = compare_number(b->severity, a->severity);
    if (order == 0)
        order = compare_notes(a, b);
    if (order == 0)
        order = compare_text(a->message, b->message);
    if (order == 0)
        order = compare_text(a->module, b->module);
    return order == 0 ? compare_text(a->target, b->target) : order;
}

static int
compare_give_ups(const void *left, const void *right)
{
    const struct give_up *a = left, *b = right;
    int order = compare_number(b->is_file, a->is_file);

    if (order == 0)
        order = compare_text(a->path, b->path);
    if (order == 0)
        order = compare_text(a->function, b->function);
    return order == 0 ? compare_text(a->reason, b->reason) : order;
}

static void
merge_give_ups(struct report *report)
{
    uint32_t kept = 0;

    if (report->give_ups.count == 0)
        return;
    qsort(report->give_ups.items, report->give_ups.count, sizeof(struct give_up), compare_give_ups);
    for (uint32_t i = 1; i < report->give_ups.count; i++) {
        struct give_up *last = &report->give_ups.items[kept];

        if (compare_give_ups(last, &report->give_ups.items[i]) == 0)
            last->count += report->give_ups.items[i].count;
        else
            report->give_ups.items[++kept] = report->give_ups.items[i];
    }
    report->give_ups.count = kept + 1;
}

void
finding_sort(struct report *report)
{
    uint32_t kept = 0;

    merge_give_ups(report);
    if (report->findings.count == 0)
        return;
    qsort(report->findings.items, report->findings.count, sizeof(struct finding), compare_findings);
    for (uint32_t i = 1; i < report->findings.count; i++) {
        if (compare_identity(&report->findings.items[kept], &report->findings.items[i]) != 0)
            report->findings.items[++kept] = report->findings.items[i];
    }
    report->findings.count = kept + 1;
}
