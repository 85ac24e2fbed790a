#include "analysis/relevance.h"

#include <string.h>

enum { SMALL_FUNCTION = 32 /* instructions */ };

struct sorter {
    const struct binding *binding;
    bool loads_users;          /* the module can load a user's memory: the life of its maps counts */
    struct flow *flow;         /* with the callers' uios and data in it */
    const uint8_t *is_foreign; /* by function: can run where no user's address space is current */
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

/* Whether what a call loads by its address can be a user's. */
static bool
is_given_user_address(const struct sorter *sorter, const struct fact_effect *effect, uint32_t number,
                      const struct ir_instruction *in)
{
    const struct ir_function *function = &sorter->binding->program->functions.items[number];
    int argument = binding_role(&sorter->binding->functions[in->call.function.index], effect, ROLE_ADDRESS);

    return argument >= 0 && (uint32_t)argument < in->call.argument_count &&
           flow_set(sorter->flow,
                    flow_operand(sorter->flow, (struct ir_function_id){number},
                                 function->operands.items[in->call.first_argument + (uint32_t)argument]))
               ->is_user_address;
}

static enum relevance
effect_relevance(const struct sorter *sorter, const struct fact_effect *effect, uint32_t number,
                 const struct ir_instruction *in)
{
    switch (effect->kind) {
    case EFFECT_HOLD:
    case EFFECT_UNHOLD:
    case EFFECT_WIRE:
    case EFFECT_UNWIRE:
        return RELEVANCE_FULL;
    case EFFECT_LOAD:
        return sorter->loads_users || is_given_user_address(sorter, effect, number, in) ? RELEVANCE_FULL
                                                                                        : RELEVANCE_NONE;
    case EFFECT_SYNC:
    case EFFECT_UNLOAD:
    case EFFECT_MAP_CREATE:
    case EFFECT_MAP_DESTROY:
    case EFFECT_MEMORY_ALLOC:
    case EFFECT_MEMORY_FREE:
        return sorter->loads_users ? RELEVANCE_FULL : RELEVANCE_NONE;
    case EFFECT_COPY: /* where it may be wrong, what the callers pass counts */
        return sorter->is_foreign[number] ? RELEVANCE_FULL : RELEVANCE_NONE;
    default:
        return RELEVANCE_NONE;
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

static enum relevance
function_relevance(const struct sorter *sorter, uint32_t number)
{
    const struct ir_function *function = &sorter->binding->program->functions.items[number];
    enum relevance most = RELEVANCE_NONE;

    for (uint32_t i = 0; i < function->instructions.count && most != RELEVANCE_FULL; i++) {
        const struct ir_instruction *in = &function->instructions.items[i];
        const struct fact_function *fact;

        if (in->op == IR_OP_STORE && sorter->loads_users && describes_memory(sorter->binding, function, in))
            return RELEVANCE_FULL;
        fact = in->op == IR_OP_CALL ? sorter->binding->functions[in->call.function.index].fact : NULL;
        if (fact == NULL)
            continue;
        vector_each (effect, &fact->effects) {
            enum relevance relevance = effect_relevance(sorter, effect, number, in);

            most = relevance > most ? relevance : most;
        }
    }
    return most;
}

/* Whether some function that can load a user's memory is called at all. */
static bool
may_load_users(const struct binding *binding)
{
    for (uint32_t f = 0; f < binding->program->functions.count; f++) {
        const struct fact_function *fact = binding->functions[f].fact;

        if (fact == NULL)
            continue;
        vector_each (effect, &fact->effects) {
            if (effect->kind == EFFECT_LOAD && effect->space != SPACE_KERNEL &&
                effect->space != SPACE_PHYSICAL)
                return true;
        }
    }
    return false;
}

static const uint8_t *
foreign_functions(struct arena *arena, const struct ir_program *program,
                  const struct context_result *contexts)
{
    uint8_t *mark = arena_alloc(arena, program->functions.count + 1);

    vector_each (reach, &contexts->reaches) {
        const char *addresses = contexts->entries.items[reach->entry].context->addresses;

        if (!reach->is_ambiguous && addresses != NULL &&
            (strcmp(addresses, "kernel") == 0 || strcmp(addresses, "arbitrary") == 0))
            mark[reach->function.index] = 1;
    }
    return mark;
}

const uint8_t *
relevance_new(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
              const struct context_result *contexts)
{
    const struct ir_program *program = binding->program;
    struct sorter sorter = {binding, may_load_users(binding), resolved->flow,
                            foreign_functions(arena, program, contexts)};
    uint8_t *relevance = arena_alloc(arena, program->functions.count + 1);
    uint8_t *full = arena_alloc(arena, program->functions.count + 1);

    for (uint32_t f = 0; f < program->functions.count; f++) {
        relevance[f] = (uint8_t)function_relevance(&sorter, f);
        full[f] = relevance[f] == RELEVANCE_FULL;
    }
    call_graph_mark_callers(arena, resolved->calls, full);
    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];

        if (full[f])
            relevance[f] = RELEVANCE_FULL;
        else if (relevance[f] == RELEVANCE_NONE && ir_function_is_defined(function) &&
                 function->instructions.count <= SMALL_FUNCTION)
            relevance[f] = RELEVANCE_SMALL;
    }
    return relevance;
}
