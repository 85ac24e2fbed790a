#include "analysis/witness.h"

static const char *
function_name(const struct interpreter *in, struct ir_function_id function)
{
    return ir_text(in->binding->program, in->binding->program->functions.items[function.index].name);
}

static void
add(struct interpreter *in, struct report *report, struct finding *finding, enum note_kind kind,
    struct ir_position position, const char *function, const char *context, const char *text)
{
    const struct ir_program *program = in->binding->program;
    struct finding_note note = {.kind = kind, .line = position.line, .column = position.column, .text = text};

    note.path = arena_string(report->arena, ir_position_path(program, position));
    note.function = function == NULL ? NULL : arena_string(report->arena, function);
    note.context = context;
    vector_push(report->arena, &finding->notes, note);
}

static const char *
registration_text(struct interpreter *in, struct report *report, const struct context_entry *entry,
                  enum note_kind kind)
{
    const char *name = function_name(in, entry->function);

    if (kind == NOTE_BUFFER && entry->start != NULL && entry->start->uio_space == SPACE_USER &&
        entry->start->uio >= 0)
        return arena_printf(report->arena,
                            "the caller's buffer comes in here: '%s' is registered by %s and runs in %s",
                            name, entry->how, entry->context->article);
    return arena_printf(report->arena, "'%s' is registered by %s and runs in %s", name, entry->how,
                        entry->context->article);
}

/* The calls from the entry point to a function that is executed by itself. */
static void
add_reach(struct interpreter *in, struct report *report, struct finding *finding, enum note_kind kind,
          const struct activation *activation)
{
    uint32_t chain[32], count = 0;

    for (uint32_t reach = activation->reach; reach != IR_NONE && count < 32;
         reach = in->contexts->reaches.items[reach].from)
        chain[count++] = reach;
    while (count > 0) {
        const struct context_reach *reach = &in->contexts->reaches.items[chain[--count]];
        const struct call_edge *edge;
        const struct ir_function *caller;

        if (reach->edge == IR_NONE)
            continue;
        edge = &in->resolved->calls->edges.items[reach->edge];
        caller = &in->binding->program->functions.items[edge->caller.index];
        add(in, report, finding, kind, caller->instructions.items[edge->instruction].position,
            function_name(in, edge->caller), activation->context == NULL ? NULL : activation->context->name,
            arena_printf(report->arena, "'%s' calls '%s'", function_name(in, edge->caller),
                         function_name(in, edge->callee)));
    }
}

/* The registration of the activation, then each call down to the site. */
static void
add_way(struct interpreter *in, struct report *report, struct finding *finding, enum note_kind kind,
        const struct activation *activation, uint32_t site)
{
    const struct context_entry *entry = activation->entry;
    const char *context = activation->context == NULL ? NULL : activation->context->name;
    uint32_t chain[32], count = 0;

    if (entry != NULL)
        add(in, report, finding, kind, entry->position,
            entry->registrar.index == IR_NONE ? NULL : function_name(in, entry->registrar), context,
            registration_text(in, report, entry, kind));
    add_reach(in, report, finding, kind, activation);
    for (uint32_t call = interpret_site_at(in, site)->parent; call != SITE_NONE && count < 32;
         call = interpret_site_at(in, call)->parent)
        chain[count++] = call;
    while (count > 0) {
        uint32_t call = chain[--count];
        const struct site *callee = interpret_site_at(in, count == 0 ? site : chain[count - 1]);
        const char *caller = function_name(in, interpret_site_at(in, call)->function);

        add(in, report, finding, kind, interpret_instruction_at(in, call)->position, caller, context,
            arena_printf(report->arena, "'%s' calls '%s'", caller, function_name(in, callee->function)));
    }
}

/* Where the memory was loaded, held or wired that the event is about. */
static void
add_subject(struct interpreter *in, struct report *report, struct finding *finding, uint32_t site,
            bool is_load, const struct activation *activation)
{
    const struct site *at = interpret_site_at(in, site);
    const struct ir_instruction *ins = interpret_instruction_at(in, site);
    const char *callee = ins->op == IR_OP_CALL ? function_name(in, ins->call.function) : "a call";

    add(in, report, finding, NOTE_BUFFER, ins->position, function_name(in, at->function),
        activation->context == NULL ? NULL : activation->context->name,
        arena_printf(report->arena,
                     is_load ? "the memory is loaded into the map here, by '%s'"
                             : "the pages are held or wired here, by '%s'",
                     callee));
}

void
witness_add(struct interpreter *in, struct report *report, struct finding *finding, const struct event *event,
            const struct activation *activation)
{
    if (event->load != NULL) {
        add_way(in, report, finding, NOTE_BUFFER, event->load->activation, event->load->site);
        add_subject(in, report, finding, event->load->site, true, event->load->activation);
    } else if (event->subject != SITE_NONE && event->subject != event->site) {
        add_subject(in, report, finding, event->subject,
                    event->kind == EVENT_SYNC || event->kind == EVENT_UNLOAD, activation);
    }
    if (event->loaded != SITE_NONE)
        add_subject(in, report, finding, event->loaded, true, activation);
    add_way(in, report, finding, NOTE_THREAD, activation, event->site);
}

uint32_t
witness_depth(const struct interpreter *in, uint32_t site)
{
    uint32_t depth = 0;

    for (uint32_t call = interpret_site_at(in, site)->parent; call != SITE_NONE;
         call = interpret_site_at(in, call)->parent)
        depth++;
    return depth;
}
