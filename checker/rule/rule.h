/*
 * Facts and rules: what kernel functions do, which context they give a function, and what is wrong, all read from YAML
 * (rules/, format in docs/rules.md). Nothing here knows the IR. Everything lives as long as the arena of its set;
 * text is NUL-terminated, absent text is NULL.
 */
#ifndef DMALINT_RULE_RULE_H
#define DMALINT_RULE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diagnostic.h"
#include "base/vector.h"
#include "rule/expression.h"

/* A span of kernel versions: since <= version < until; until 0: no end. Version 0 (unknown) lies in every span. */
struct version_span {
    uint32_t since;
    uint32_t until;
};

/* ---- facts: functions ---- */

enum effect_kind {
#define EFFECT(enumerator, key) EFFECT_##enumerator,
#include "rule/effect.def"
    EFFECT_COUNT
};

enum role {
#define ROLE(enumerator, key, types) ROLE_##enumerator,
#include "rule/effect.def"
    ROLE_COUNT
};

enum {
    ARGUMENT_ABSENT = -1, /* the effect has no such role */
    ARGUMENT_RESULT = -2, /* the call's result plays it */
};

enum outcome_test { OUTCOME_EQUAL, OUTCOME_NEGATIVE, OUTCOME_POSITIVE, OUTCOME_NOT_ZERO, OUTCOME_OTHER };
enum outcome_meaning {
    OUTCOME_DONE,     /* it happened */
    OUTCOME_FAILED,   /* nothing happened, nothing to undo */
    OUTCOME_PENDING,  /* it will happen later */
    OUTCOME_CALLBACK, /* the callback's error argument says */
    OUTCOME_NOTHING,  /* succeeded, with nothing to do or undo (a hold of length 0) */
};

/* What a result means: the first row whose test holds. */
struct outcome {
    enum outcome_test test;
    int64_t value; /* of OUTCOME_EQUAL */
    enum outcome_meaning meaning;
};

/* When a call may sleep: always; or unless/if an argument has a flag; only on some architectures (none listed: all). */
enum sleep_condition { SLEEP_NEVER, SLEEP_ALWAYS, SLEEP_UNLESS_FLAG, SLEEP_IF_FLAG, SLEEP_FAULTS /* may fault and wait for a page */ };
struct sleeps {
    enum sleep_condition condition;
    int8_t argument;
    int64_t flag;
    bool sf_buf_only; /* only where target.copy is sf-buf */
};

enum space { SPACE_UNKNOWN, SPACE_KERNEL, SPACE_USER, SPACE_UIO /* as the uio says */, SPACE_PHYSICAL, SPACE_UNSET };
enum copy_direction { COPY_NONE, COPY_IN /* user or physical to kernel */, COPY_OUT, COPY_BOTH };
enum callback_time { CALLBACK_INLINE /* before return */, CALLBACK_EITHER /* inline or deferred, unless flagged */, CALLBACK_DEFERRED };
enum lock_kind { LOCK_MUTEX, LOCK_SPIN, LOCK_SLEEPABLE, LOCK_EPOCH };
enum returned_kind { RETURNS_ARGUMENT, RETURNS_CURRENT_THREAD, RETURNS_CURRENT_PROCESS, RETURNS_SOFTC, RETURNS_OPAQUE };

struct fact_effect {
    enum effect_kind kind;
    struct source_place place;   /* in the YAML */
    struct version_span span;
    int8_t argument[ROLE_COUNT]; /* which argument plays the role; in arguments of the fact's own prototype */
    enum space space;            /* load, copy: of the memory; wire, hold: SPACE_USER */
    VECTOR(struct outcome) outcomes;
    struct sleeps sleeps;        /* also of 'allocate' */
    enum callback_time callback_time;
    int64_t inline_flag;         /* CALLBACK_EITHER: inline when flags has this */
    int8_t callback_error;       /* the callback's parameter that is 0 or an error; ARGUMENT_ABSENT */
    int8_t callback_segments;    /* ... that is the number of segments; ARGUMENT_ABSENT */
    const char *drained_context;  /* drain: nothing runs in it behind the call */
    const char *callback_context; /* where it runs when it is deferred; NULL: not followed there */
    enum copy_direction direction;
    enum lock_kind lock;
    bool of_thread;              /* wire, unwire: of the running thread's process, counted on the thread (vslock) */
    int64_t zero_flag;           /* allocate: the flag of 'flags' that makes it zeroed; 0: none */
    int64_t user_flag;           /* wire, unwire: the flag of 'flags' that makes it the process' own to undo */
    int64_t user_mask;           /* ... under this mask; 0: no such mode */
    bool kept;                   /* load: the interface itself keeps the pages (pages role) */
    enum returned_kind returned;
};

/* A function that starts another: argument 'function' runs with argument 'data' in 'context'. */
struct fact_start {
    struct source_place place;
    struct version_span span;
    int8_t function;        /* argument index; or -1 when by field */
    int8_t data;            /* argument index of what it is given as its first parameter, or ARGUMENT_ABSENT */
    const char *field;      /* of a struct fact: the field that holds the function */
    const char *data_field; /* of a struct fact: the field that holds its data */
    int8_t data_parameter;  /* which parameter of the started function receives the data; default 0 */
    const char *context;    /* name of a context; "caller": the context of whoever calls the registering function;
                               "task": that of the queue it is put on */
    int8_t task;            /* "task": the argument that is the task; default 0 */
    int8_t flag_argument;   /* 'context' holds if this argument has 'flag', else 'otherwise'; ARGUMENT_ABSENT: always */
    int64_t flag;
    const char *otherwise;  /* of "task": where it runs when its queue is not known; NULL: it is not started */
    const char *phase;      /* attach, run, detach; default run */
    int8_t uio;             /* parameter of the started function that is a uio of the caller, or ARGUMENT_ABSENT */
    enum space uio_space;   /* of it */
    int8_t user_data;       /* parameter that is a kernel copy of the caller's argument (ioctl), or ARGUMENT_ABSENT */
    int8_t thread;          /* parameter that is the current thread */
    enum copy_direction direction; /* d_read: COPY_OUT to the user, d_write: COPY_IN */
};

/* Another name that the compiler may see for the fact's function. */
enum spelling_kind { SPELLING_FUNCTION, SPELLING_MACRO };
struct fact_spelling {
    enum spelling_kind kind;
    const char *name;
    struct version_span span;
    int8_t argument[16];    /* argument[i]: which argument of the spelling is argument i of the fact; identity by default */
    bool has_argument_map;
};

/* What a kernel function does. */
struct fact_function {
    const char *name;
    struct source_place place;  /* in the YAML */
    struct version_span span;   /* releases that have it */
    VECTOR(const char *) architectures; /* only these have it; none: all */
    const char *prototype;      /* a C function type: "void (bus_dma_tag_t, bus_dmamap_t, bus_dmasync_op_t)" */
    const char *header;         /* what declares it, for 'rules --check': "sys/bus_dma.h"; NULL: found by the check */
    const char *source;         /* manual page or file:line */
    bool noreturn;
    VECTOR(struct fact_spelling) spellings; /* includes the name itself as a function, unless a spelling says otherwise */
    VECTOR(struct fact_effect) effects;
    VECTOR(struct fact_start) starts;
    const char *queue_context;  /* its result is a task queue: the context its tasks run in */
    struct sleeps sleeps;
};

/* ---- facts: structs, globals, methods, contexts, flags, targets ---- */

/* What the fields of a kernel struct mean; absent ones NULL. */
struct fact_struct {
    const char *name;
    struct source_place place;
    struct version_span span;
    const char *header;         /* what declares it, for 'rules --check'; NULL: found by the check */
    bool framework;             /* values in its fields do not cross modules */
    VECTOR(struct fact_start) starts;
    /* a description of memory, as struct uio: */
    const char *space_field;    /* uio_segflg */
    int64_t user_value;         /* UIO_USERSPACE */
    VECTOR(int64_t) kernel_values;
    const char *owner_field;    /* uio_td */
    const char *vector_field;   /* uio_iov */
    const char *direction_field;/* uio_rw */
    int64_t read_value;         /* UIO_READ: the kernel hands data to the user */
    int64_t write_value;        /* UIO_WRITE */
    const char *remaining_field;/* uio_resid */
    const char *address_field;  /* of struct iovec: iov_base; of a memory descriptor, its address */
    const char *length_field;   /* iov_len */
    /* a method table, as kobj_method: rows of selector and function */
    const char *selector_field; /* desc */
    const char *function_field; /* func */
    const char *kernel_field;   /* leads to kernel memory, or to a description of such */
    const char *process_field;  /* of a thread: its process; of a process: its address space */
    const char *source;         /* where the fact was read */
};

/* A row of a method table: the global its selector points to says which method it is. */
struct fact_method {
    const char *selector; /* device_attach_desc */
    const char *context;
    const char *phase;
    struct source_place place;
    struct version_span span;
    const char *source;
};

struct fact_global {
    const char *name;
    const char *queue_context; /* a task queue: the context its tasks run in */
    bool current_thread;       /* holds the running thread (curthread where it is a variable) */
    struct source_place place;
    struct version_span span;
    const char *header;        /* as of a struct */
    const char *source;
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };
struct fact_context {
    const char *name;
    const char *article;   /* "an interrupt thread", for messages */
    const char *summary;   /* what is true in it, in one sentence */
    enum answer may_sleep;
    const char *addresses; /* a symbol of the attribute context.addresses */
    const char *locks;     /* a symbol of the attribute context.locks */
    struct source_place place;
    const char *source;
};

/* Named flags or enumerators: set "sync" has PREREAD 1 ... */
struct fact_flag {
    const char *set;
    const char *name;     /* as rules and messages spell it: POSTREAD */
    const char *spelling; /* as C spells it: BUS_DMASYNC_POSTREAD */
    int64_t value;
    struct version_span span;
    struct source_place place;
    const char *header;   /* of its set, as of a struct */
};

/* A property of releases and architectures: attribute 'property' (target.sync) has 'value' there. First match counts. */
struct fact_target {
    const char *property;
    const char *value;
    VECTOR(const char *) architectures; /* none: all */
    struct version_span span;
    const char *source;
};

/* A release by name, for messages and --target: 1004000 is "10.4". */
struct fact_release {
    const char *name;
    struct version_span span;
};

/* ---- rules ---- */

enum event_kind {
#define EVENT(enumerator, name) EVENT_##enumerator,
#include "rule/attribute.def"
    EVENT_COUNT
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct rule_severity {
    enum severity level;
    const struct expression *condition; /* NULL: always */
    const char *message;                /* in this case, instead of the rule's; NULL: the rule's */
    const char *why;
    const char *fix;
};

struct rule {
    const char *id;
    const char *group;   /* the folder's name: user-memory, contract */
    const char *summary;
    VECTOR(enum event_kind) events;
    const struct expression *when;
    VECTOR(struct rule_severity) severities; /* the first that holds; the last has no condition */
    const char *message; /* with {attribute} in braces */
    const char *why;     /* with {attribute} too; shown as a note */
    const char *fix;
    const char *explanation; /* the page of 'dmalint explain': a paragraph or more of plain text; may be NULL */
    VECTOR(const char *) clauses;
    struct source_place place;
};

struct rule_set {
    struct arena *arena;
    VECTOR(struct fact_function) functions; /* sorted by name */
    VECTOR(struct fact_struct) structs;
    VECTOR(struct fact_method) methods;
    VECTOR(struct fact_global) globals;
    VECTOR(struct fact_context) contexts;
    VECTOR(struct fact_flag) flags;
    VECTOR(struct fact_target) targets;
    VECTOR(struct fact_release) releases;
    VECTOR(struct rule) rules;              /* sorted by id */
    const char *version_macro;              /* whose value is the kernel's version: from releases.yaml */
};

/* One YAML file by name and content: embedded at build time, or read from a folder. */
struct rule_source {
    const char *path; /* as in messages: rules/freebsd/facts/busdma.yaml */
    const char *text;
    size_t length;
};

/* Reads files into a new set; NULL after diagnostics ('path:line:col: error: ...') when any has a mistake: unknown keys,
 * attributes and symbols (with the nearest suggested), wrong types, twice the same fact or rule. A file in a folder named 'facts' is a
 * list of facts, any other holds one rule. A source that is not of rule_embedded() replaces the embedded facts and rules of the same kind
 * and name (that is what --rules DIR does). */
struct rule_set *rule_read(struct arena *arena, const struct rule_source *sources, size_t count,
                           struct diagnostics *diagnostics);

/* The YAML files below a folder, sorted by path; false after a diagnostic when it cannot be read or has none. */
bool rule_find_sources(struct arena *arena, const char *folder, struct rule_source **sources, size_t *count,
                       struct diagnostics *diagnostics);
/* The YAML files compiled into this program, sorted by path. */
const struct rule_source *rule_embedded(size_t *count);
/* Any file below rules/ compiled into this program, by its path (rules/freebsd/does-not-build.tsv), or NULL. */
const char *rule_embedded_text(const char *path, size_t *length);

bool version_in(struct version_span span, uint32_t version);

/* Lookups; NULL when there is none. A function may have several facts with spans apart: the first is that of the oldest span;
 * _at looks for the one of a version. */
const struct fact_function *rule_function(const struct rule_set *set, const char *name);
const struct fact_function *rule_function_at(const struct rule_set *set, const char *name, uint32_t version);
const struct fact_struct *rule_struct(const struct rule_set *set, const char *name, uint32_t version);
const struct fact_context *rule_context(const struct rule_set *set, const char *name);
const struct rule *rule_find(const struct rule_set *set, const char *id);
/* The value of a target's property, "unknown" when no row matches. 'architecture' as FreeBSD spells it (amd64). */
const char *rule_target(const struct rule_set *set, const char *property, const char *architecture, uint32_t version);
/* The release's name for a version ("10.4", "13-CURRENT"), or NULL. */
const char *rule_release(const struct rule_set *set, uint32_t version);
/* The names of set flags: "POSTREAD|POSTWRITE"; "0" for none, rest in hexadecimal. */
char *rule_flag_text(struct arena *arena, const struct rule_set *set, const char *flags, int64_t value);
/* Whether 'id' matches one of the comma-separated globs. */
bool rule_glob_list(const char *globs, const char *id);

#endif
