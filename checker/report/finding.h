/*
 * A finding: one breach of one rule at one place, with the witness that explains it. Findings are plain data, free
 * of IR; paths are those of the scanned sources. Everything lives as long as the report's arena.
 */
#ifndef DMALINT_REPORT_FINDING_H
#define DMALINT_REPORT_FINDING_H

#include "base/vector.h"
#include "rule/rule.h"

enum note_kind {
    NOTE_BUFFER, /* a step of the memory's way, from where it comes in to the event */
    NOTE_THREAD, /* a step of the thread's way, from the registration to the event */
    NOTE_WHY,    /* what it means on this target */
    NOTE_FIX,    /* what to do instead */
};

/* A step of the witness; path NULL: about the finding's own place. */
struct finding_note {
    enum note_kind kind;
    const char *path;
    uint32_t line;
    uint32_t column;
    const char *function; /* in which the step lies; may be NULL */
    const char *context;  /* the context it runs in; may be NULL */
    const char *text;
};

struct finding {
    const struct rule *rule;
    enum severity severity;
    bool is_definite;
    const char *path;
    uint32_t line;
    uint32_t column;
    const char *function; /* in which the event lies */
    const char *module;   /* unit of linking; may be NULL */
    const char *message;
    const char *target;   /* "FreeBSD 10.4 on amd64": the worst of the targets asked for */
    VECTOR(struct finding_note) notes; /* in the order to be read */
};

/* What could not be looked at, for --stats and the exit status. */
struct give_up {
    const char *path; /* file, or NULL */
    const char *function;
    const char *reason; /* "time-out after 60 s", "does not parse: ...", "limit of states", "unknown: asm" */
    uint32_t count;
    bool is_file; /* a whole file: exit status 3 */
};

struct report {
    struct arena *arena;
    VECTOR(struct finding) findings;
    VECTOR(struct give_up) give_ups;
};

/* Sorts by path, line, column, rule, message and drops exact repeats (the same place, rule and tier): the most severe, then the
 * one with the shorter witness stays. */
void finding_sort(struct report *report);
const char *severity_text(enum severity severity);

#endif
