#include "analysis/relevance.h"

#include <string.h>

#include "analysis/origin.h"

enum { SMALL_FUNCTION = 32 /* instructions */ };

struct sorter {
    const struct binding *binding;
    struct flow *flow; /* with the callers' uios and data in it */
    struct origin_finder *origins;
    struct origin_set user_maps; /* where the maps come from that a user's memory can be loaded into */
    bool loads_users;            /* the module can load a user's memory: the life of those maps counts */
    bool keeps_users;            /* it holds or wires a user's memory, or loads it */
    bool describes_users;        /* it makes descriptors of uios */
    bool copies_descriptions;    /* it copies uios, so that one of its own may say what a caller's says */
    const uint8_t *contexts;     /* by function: the reasons that count in some context it runs in */
    uint8_t *relevance;          /* by function */
};

bool
relevance_is_given_user_memory(const struct context_entry *entry)
{
    return entry->start != NULL && ((entry->start->uio >= 0 && entry->start->uio_space == SPACE_USER) ||
                                    entry->start->user_data >= 0);
}

bool
relevance_has_user_memory(const struct context_result *contexts)
{
    vector_each (entry, &contexts->entries) {
        if (relevance_is_given_user_memory(entry))
            return true;
    }
    return false;
}

/* A call of a function with a fact, and where it stands. */
struct fact_call {
    const struct function_binding *bound;
    struct ir_function_id caller;
    const struct ir_instruction *instruction;
};

static struct ir_operand
argument(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect,
         enum role role)
{
    return binding_operand(call->bound, effect, role,
                           &sorter->binding->program->functions.items[call->caller.index], call->instruction);
}

static const struct flow_set *
argument_set(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect,
             enum role role)
{
    struct ir_operand operand = argument(sorter, call, effect, role);

    return operand.kind == IR_OPERAND_NONE
               ? NULL
               : flow_set(sorter->flow, flow_operand(sorter->flow, call->caller, operand));
}

/* Whether some description of memory in the module may be of a user's: one says so, or none says anything. */
static bool
may_describe_users(const struct sorter *sorter)
{
    uint32_t record = sorter->binding->memory_record;
    const struct record_binding *bound;
    const struct flow_set *spaces;

    if (record == IR_NONE)
        return true;
    bound = &sorter->binding->records[record];
    spaces =
        flow_set(sorter->flow, flow_field(sorter->flow, (struct ir_record_id){record}, bound->space_field));
    for (uint32_t i = 0; i < spaces->constants.count; i++) {
        if (spaces->constants.items[i] == bound->fact->user_value)
            return true;
    }
    return spaces->is_unknown || spaces->constants.count == 0 || sorter->copies_descriptions;
}

/* Whether what a call loads can be a user's memory: by its address, or as the description says. One that the
 * module has made itself is as the module's stores say; one from elsewhere can be anything, but a descriptor
 * is the kernel's unless the module makes such ones of uios. */
static bool
may_load_users(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    const struct flow_set *address = argument_set(sorter, call, effect, ROLE_ADDRESS);
    const struct flow_set *uio = argument_set(sorter, call, effect, ROLE_UIO);

    if (address != NULL && address->is_user_address)
        return true;
    if (effect->space == SPACE_KERNEL || effect->space == SPACE_PHYSICAL)
        return false;
    if (uio == NULL)
        return sorter->describes_users && may_describe_users(sorter);
    return uio->is_caller_uio || !uio->is_unknown || may_describe_users(sorter);
}

static bool
is_of_single_page(const struct fact_call *call, const struct fact_effect *effect)
{
    return binding_role(call->bound, effect, ROLE_PAGE) != ARGUMENT_ABSENT &&
           binding_role(call->bound, effect, ROLE_ADDRESS) == ARGUMENT_ABSENT;
}

/* Whether a hold, wiring or release can be of a user's memory. References to single pages are what page
 * tables and kernel memory are made of, too: those count that came out of an array, as holds of ranges put
 * them there. */
static bool
may_keep_users(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    const struct flow_set *page = argument_set(sorter, call, effect, ROLE_PAGE);

    return !is_of_single_page(call, effect) || (sorter->keeps_users && page != NULL && page->is_element);
}

static bool
is_given_user_address(const struct sorter *sorter, const struct fact_call *call,
                      const struct fact_effect *effect)
{
    static const enum role roles[] = {ROLE_TO, ROLE_FROM, ROLE_ADDRESS};

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        const struct flow_set *set = argument_set(sorter, call, effect, roles[i]);

        if (set != NULL && set->is_near_address)
            return true;
    }
    return false;
}

/* Where the map of a call comes from. */
static void
find_map(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect,
         struct origin_set *origins)
{
    struct ir_operand map = argument(sorter, call, effect, ROLE_MAP);

    if (map.kind == IR_OPERAND_NONE)
        origins->is_incomplete = true;
    else
        origin_find(sorter->origins, (struct origin_pointer){.function = call->caller, .operand = map},
                    origins);
}

/* Whether a user's memory can be in the map of a call: most drivers that load it have maps of their own, too.
 */
static bool
may_map_users(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    struct origin_set map = {0};

    if (!sorter->loads_users)
        return false;
    find_map(sorter, call, effect, &map);
    return origin_may_be_same(&map, &sorter->user_maps);
}

static uint8_t
effect_reasons(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    switch (effect->kind) {
    case EFFECT_HOLD:
    case EFFECT_WIRE:
        return may_keep_users(sorter, call, effect) ? RELEVANCE_LIFE : 0;
    case EFFECT_UNHOLD:
        return may_keep_users(sorter, call, effect) ? RELEVANCE_UNHOLD : 0;
    case EFFECT_UNWIRE:
        if (effect->of_thread) /* which thread it is counts by itself */
            return RELEVANCE_LIFE;
        if (!may_keep_users(sorter, call, effect))
            return 0;
        /* a held page is a wired one since 13: to unwire it lets go of the hold */
        return is_of_single_page(call, effect) ? RELEVANCE_UNHOLD | RELEVANCE_UNWIRE : RELEVANCE_UNWIRE;
    case EFFECT_LOAD: /* what is not seen to be a user's may be */
        return sorter->loads_users ? RELEVANCE_LIFE : 0;
    case EFFECT_SYNC:
    case EFFECT_UNLOAD:
    case EFFECT_MAP_CREATE:
    case EFFECT_MAP_DESTROY:
    case EFFECT_MEMORY_ALLOC:
    case EFFECT_MEMORY_FREE:
        return may_map_users(sorter, call, effect) ? RELEVANCE_LIFE : 0;
    case EFFECT_MOVE: /* straight from or to a user's address */
    case EFFECT_FILL:
        return is_given_user_address(sorter, call, effect) ? RELEVANCE_TOUCH : 0;
    case EFFECT_COPY: /* where it may be wrong, what the callers pass counts */
        return sorter->contexts[call->caller.index] &
               (effect->space == SPACE_PHYSICAL ? RELEVANCE_PHYSICAL_COPY : RELEVANCE_USER_COPY);
    default:
        return 0;
    }
}

/* A store into a description of memory: which space, which vector. */
static bool
describes_memory(const struct binding *binding, const struct ir_function *function,
                 const struct ir_instruction *in)
{
    for (uint32_t i = 0; i < in->store.place.step_count; i++) {
        const struct ir_step *step = &function->steps.items[in->store.place.first_step + i];

        if (step->kind == IR_STEP_FIELD && (binding->records[step->record.index].space_field == step->index ||
                                            binding->records[step->record.index].vector_field == step->index))
            return true;
    }
    return false;
}

/* What to do with each call of a function with a fact, direct or through a pointer, by functions that have
 * none themselves (the bodies of those are not executed). */
static void
each_fact_call(struct sorter *sorter, void (*visit)(struct sorter *, const struct fact_call *))
{
    const struct ir_program *program = sorter->binding->program;
    const struct flow_call *pointer_calls;
    uint32_t pointer_call_count = flow_pointer_calls(sorter->flow, &pointer_calls);

    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];

        for (uint32_t i = 0; i < function->instructions.count && sorter->binding->functions[f].fact == NULL;
             i++) {
            const struct ir_instruction *in = &function->instructions.items[i];
            const struct function_binding *bound =
                in->op == IR_OP_CALL ? &sorter->binding->functions[in->call.function.index] : NULL;

            if (bound != NULL && bound->fact != NULL)
                visit(sorter, &(struct fact_call){bound, {f}, in});
        }
    }
    for (uint32_t c = 0; c < pointer_call_count; c++) {
        const struct flow_call *at = &pointer_calls[c];
        const struct flow_set *pointer = flow_set(sorter->flow, at->pointer);

        for (uint32_t i = 0; i < pointer->functions.count; i++) {
            const struct function_binding *bound =
                &sorter->binding->functions[pointer->functions.items[i].index];
            const struct ir_instruction *in =
                &program->functions.items[at->caller.index].instructions.items[at->instruction];

            if (bound->fact != NULL && sorter->binding->functions[at->caller.index].fact == NULL)
                visit(sorter, &(struct fact_call){bound, at->caller, in});
        }
    }
}

/* Whether a call makes a descriptor of memory that a uio describes. */
static bool
describes_uio(const struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    const struct ir_program *program = sorter->binding->program;
    int argument = binding_role(call->bound, effect, ROLE_RESULT);
    const struct ir_type *callee, *type;

    if (effect->kind != EFFECT_RETURNS || effect->returned != RETURNS_ARGUMENT || argument < 0 ||
        call->instruction->op != IR_OP_CALL)
        return false;
    callee =
        &program->types.items[program->functions.items[call->instruction->call.function.index].type.index];
    if ((uint32_t)argument >= callee->parameter_count)
        return false;
    type = &program->types.items[callee->parameters[argument].index];
    return type->kind == IR_TYPE_POINTER &&
           program->types.items[type->element.index].kind == IR_TYPE_RECORD &&
           program->types.items[type->element.index].record.index == sorter->binding->memory_record;
}

static void
note_descriptor(struct sorter *sorter, const struct fact_call *call)
{
    vector_each (effect, &call->bound->fact->effects) {
        const struct flow_set *from = argument_set(sorter, call, effect, ROLE_FROM);

        sorter->describes_users |= describes_uio(sorter, call, effect);
        sorter->copies_descriptions |= from != NULL && from->is_caller_uio;
    }
}

/* A description that is copied whole, by assignment. */
static void
note_copies(struct sorter *sorter)
{
    const struct ir_program *program = sorter->binding->program;

    for (uint32_t f = 0; f < program->functions.count && !sorter->copies_descriptions; f++) {
        vector_each (in, &program->functions.items[f].instructions) {
            if (in->op == IR_OP_COPY && program->types.items[in->type.index].kind == IR_TYPE_RECORD &&
                program->types.items[in->type.index].record.index == sorter->binding->memory_record)
                sorter->copies_descriptions = true;
        }
    }
}

/* What the callback of a load leaves behind decides how its caller goes on. */
static void
note_callback(struct sorter *sorter, const struct fact_call *call, const struct fact_effect *effect)
{
    const struct flow_set *callback = argument_set(sorter, call, effect, ROLE_CALLBACK);

    for (uint32_t i = 0; callback != NULL && i < callback->functions.count; i++)
        sorter->relevance[callback->functions.items[i].index] |= RELEVANCE_SMALL;
}

static void
note_use_of_users(struct sorter *sorter, const struct fact_call *call)
{
    vector_each (effect, &call->bound->fact->effects) {
        if (effect->kind == EFFECT_LOAD && may_load_users(sorter, call, effect)) {
            sorter->loads_users = sorter->keeps_users = true;
            find_map(sorter, call, effect, &sorter->user_maps);
            note_callback(sorter, call, effect);
        }
        if ((effect->kind == EFFECT_HOLD || effect->kind == EFFECT_WIRE) && !is_of_single_page(call, effect))
            sorter->keeps_users = true;
    }
}

static void
note_reasons(struct sorter *sorter, const struct fact_call *call)
{
    vector_each (effect, &call->bound->fact->effects)
        sorter->relevance[call->caller.index] |= effect_reasons(sorter, call, effect);
}

/* Whether a place is behind an address that can be a user's. */
static bool
is_behind_user_address(const struct sorter *sorter, struct ir_function_id id, struct ir_place place)
{
    const struct ir_function *function = &sorter->binding->program->functions.items[id.index];
    struct flow_node root;

    if (place.step_count == 0 || place.root == IR_ROOT_GLOBAL)
        return false;
    if (place.root == IR_ROOT_LOCAL && ir_steps(function, place)[0].kind != IR_STEP_DEREF)
        return false;
    root = place.root == IR_ROOT_LOCAL
               ? flow_local(sorter->flow, id, (struct ir_local_id){place.root_index})
               : flow_operand(sorter->flow, id, ir_value((struct ir_value_id){place.root_index}));
    return flow_set(sorter->flow, root)->is_near_address;
}

/* Functions that go straight to what can be a user's address. */
static void
note_touches(struct sorter *sorter)
{
    for (uint32_t f = 0; f < sorter->binding->program->functions.count; f++) {
        vector_each (in, &sorter->binding->program->functions.items[f].instructions) {
            struct ir_function_id id = {f};

            if ((in->op == IR_OP_LOAD && is_behind_user_address(sorter, id, in->place)) ||
                (in->op == IR_OP_STORE && is_behind_user_address(sorter, id, in->store.place)))
                sorter->relevance[f] |= RELEVANCE_TOUCH;
        }
    }
}

static void
note_describers(struct sorter *sorter)
{
    for (uint32_t f = 0; f < sorter->binding->program->functions.count; f++) {
        const struct ir_function *function = &sorter->binding->program->functions.items[f];

        for (uint32_t i = 0; i < function->instructions.count; i++) {
            const struct ir_instruction *in = &function->instructions.items[i];

            if (in->op == IR_OP_STORE && describes_memory(sorter->binding, function, in))
                sorter->relevance[f] |= RELEVANCE_LIFE;
        }
    }
}

uint8_t
relevance_of_context(const struct fact_context *context)
{
    bool is_foreign;

    if (context == NULL)
        return RELEVANCE_LIFE | RELEVANCE_COPIES;
    is_foreign = context->addresses != NULL &&
                 (strcmp(context->addresses, "kernel") == 0 || strcmp(context->addresses, "arbitrary") == 0);

    return (uint8_t)(RELEVANCE_LIFE | (is_foreign ? RELEVANCE_USER_COPY : 0) |
                     (context->may_sleep == ANSWER_NO ? RELEVANCE_PHYSICAL_COPY : 0));
}

static bool
is_small(const struct ir_function *function)
{
    return ir_function_is_defined(function) && function->instructions.count <= SMALL_FUNCTION;
}

static const uint8_t *
relevance_of_contexts(struct arena *arena, const struct ir_program *program,
                      const struct context_result *contexts)
{
    uint8_t *reasons = arena_alloc(arena, program->functions.count + 1);

    vector_each (reach, &contexts->reaches) {
        reasons[reach->function.index] |= relevance_of_context(contexts->entries.items[reach->entry].context);
    }
    return reasons;
}

/* Adds a reason of functions to all that call them, where a context of theirs makes it one. */
static void
spread_reason(struct arena *arena, const struct sorter *sorter, const struct call_graph *calls,
              enum relevance reason)
{
    uint32_t count = sorter->binding->program->functions.count;
    uint8_t *marks = arena_alloc(arena, count + 1);

    for (uint32_t f = 0; f < count; f++)
        marks[f] = (sorter->relevance[f] & reason) != 0;
    call_graph_mark_callers(arena, calls, reason == RELEVANCE_TOUCH ? RELEVANCE_NEAR : RELEVANCE_DEPTH,
                            marks);
    for (uint32_t f = 0; f < count; f++) {
        if (marks[f] && ((reason & RELEVANCE_COPIES) == 0 || (sorter->contexts[f] & reason) != 0))
            sorter->relevance[f] |= (uint8_t)reason;
    }
}

const uint8_t *
relevance_new(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
              const struct context_result *contexts)
{
    const struct ir_program *program = binding->program;
    struct sorter sorter = {.binding = binding,
                            .flow = resolved->flow,
                            .origins = origin_finder_new(arena, resolved->flow),
                            .contexts = relevance_of_contexts(arena, program, contexts),
                            .relevance = arena_alloc(arena, program->functions.count + 1)};

    note_copies(&sorter);
    each_fact_call(&sorter, note_descriptor);
    each_fact_call(&sorter, note_use_of_users);
    each_fact_call(&sorter, note_reasons);
    note_touches(&sorter);
    if (sorter.loads_users)
        note_describers(&sorter);
    for (enum relevance reason = RELEVANCE_LIFE; reason <= RELEVANCE_TOUCH; reason *= 2)
        spread_reason(arena, &sorter, resolved->calls, reason);
    for (uint32_t f = 0; f < program->functions.count; f++) {
        if (is_small(&program->functions.items[f]))
            sorter.relevance[f] |= RELEVANCE_SMALL;
    }
    return sorter.relevance;
}
