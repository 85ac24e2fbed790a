#include "analysis/origin.h"

#include <string.h>

#include "analysis/flow_graph.h"

enum { MOST_NODES = 4096 };

/* The flow graph backwards: what each node includes is sources[first[n]] .. sources[first[n + 1] - 1]. */
struct origin_finder {
    struct arena *arena;
    struct flow *flow;
    uint32_t node_count;
    uint32_t *first;
    uint32_t *sources;
    uint8_t *is_exposed; /* by node: stores go there that have no edge */
    uint32_t *seen;      /* by node: the number of the search that came to it last */
    uint32_t search;
    bool is_cut; /* the search came to more nodes than it goes to */
    VECTOR(uint32_t) found;
};

/* Whether a value is used by an instruction otherwise than as an argument of a function with a fact. */
static bool
is_let_out(const struct binding *binding, const struct ir_function *function, const struct ir_instruction *in,
           uint32_t value)
{
    switch (in->op) {
    case IR_OP_STORE:
        return in->store.operand.kind == IR_OPERAND_VALUE && in->store.operand.value.index == value;
    case IR_OP_RETURN:
        return in->operand.kind == IR_OPERAND_VALUE && in->operand.value.index == value;
    case IR_OP_CALL:
    case IR_OP_CALL_POINTER:
        if (in->op == IR_OP_CALL && binding->functions[in->call.function.index].fact != NULL)
            return false;
        for (uint32_t i = 0; i < in->call.argument_count; i++) {
            struct ir_operand argument = function->operands.items[in->call.first_argument + i];

            if (argument.kind == IR_OPERAND_VALUE && argument.value.index == value)
                return true;
        }
        return false;
    default:
        return false;
    }
}

/* Whether the address that an instruction makes gets to where others can store through it; casts of it are
 * looked through. */
static bool
escapes(const struct binding *binding, const struct ir_function *function, uint32_t value)
{
    for (uint32_t i = value + 1; i < function->instructions.count; i++) {
        const struct ir_instruction *in = &function->instructions.items[i];

        if (is_let_out(binding, function, in, value) ||
            (in->op == IR_OP_CAST && in->operand.kind == IR_OPERAND_VALUE &&
             in->operand.value.index == value && escapes(binding, function, i)))
            return true;
    }
    return false;
}

static bool
holds_pointers(const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = &program->types.items[id.index];

    while (type->kind == IR_TYPE_ARRAY)
        type = &program->types.items[type->element.index];
    return type->kind == IR_TYPE_POINTER;
}

/* The nodes of pointers whose address is given away: who has it stores there, and no edge says so. */
static uint8_t *
find_exposed(struct arena *arena, struct flow *flow)
{
    const struct ir_program *program = flow->binding->program;
    VECTOR(uint32_t) exposed = {0};
    uint8_t *is_exposed;

    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];

        for (uint32_t i = 0; i < function->instructions.count; i++) {
            const struct ir_instruction *in = &function->instructions.items[i];
            struct flow_node node;

            if (in->op != IR_OP_ADDRESS ||
                !holds_pointers(program, ir_place_type(program, function, in->place)) ||
                !escapes(flow->binding, function, i))
                continue;
            node = flow_place(flow, (struct ir_function_id){f}, in->place);
            if (node.index != IR_NONE)
                vector_push(arena, &exposed, node.index);
        }
    }
    is_exposed = arena_alloc(arena, flow->nodes.count + 1);
    vector_each (node, &exposed)
        is_exposed[*node] = 1;
    return is_exposed;
}

struct origin_finder *
origin_finder_new(struct arena *arena, struct flow *flow)
{
    struct origin_finder *finder = arena_alloc(arena, sizeof(*finder));
    uint8_t *is_exposed = find_exposed(arena, flow);
    uint32_t count = flow->nodes.count, edges = 0;
    uint32_t *first = arena_alloc(arena, (count + 2) * sizeof(*first));

    vector_each (node, &flow->nodes) {
        vector_each (to, &(*node)->to)
            first[*to + 2]++;
        edges += (*node)->to.count;
    }
    for (uint32_t i = 2; i < count + 2; i++)
        first[i] += first[i - 1];
    finder->sources = arena_alloc(arena, (edges + 1) * sizeof(*finder->sources));
    for (uint32_t i = 0; i < count; i++) {
        vector_each (to, &flow->nodes.items[i]->to)
            finder->sources[first[*to + 1]++] = i;
    }
    finder->arena = arena;
    finder->is_exposed = is_exposed;
    finder->flow = flow;
    finder->node_count = count;
    finder->first = first;
    finder->seen = arena_alloc(arena, (count + 1) * sizeof(*finder->seen));
    return finder;
}

static void
add_origin(struct arena *arena, struct origin_set *set, enum origin_kind kind, uint32_t a, uint32_t b)
{
    vector_each (known, &set->items) {
        if (known->kind == kind && known->a == a && known->b == b)
            return;
    }
    vector_push(arena, &set->items, (struct origin){kind, a, b});
}

static void
visit(struct origin_finder *finder, struct flow_node node)
{
    if (node.index >= finder->node_count || finder->seen[node.index] == finder->search)
        return;
    if (finder->found.count >= MOST_NODES) {
        finder->is_cut = true;
        return;
    }
    finder->seen[node.index] = finder->search;
    vector_push(finder->arena, &finder->found, node.index);
}

/* The address of a place is its last field's, or its root's; behind a pointer it is what the pointer is. */
static void
visit_address(struct origin_finder *finder, struct ir_function_id id, struct ir_place place,
              struct origin_set *set)
{
    const struct ir_function *function = &finder->flow->binding->program->functions.items[id.index];
    const struct ir_step *steps = ir_steps(function, place);

    while (place.step_count > 0 && steps[place.step_count - 1].kind == IR_STEP_ELEMENT)
        place.step_count--;
    if (place.step_count > 0 && steps[place.step_count - 1].kind == IR_STEP_FIELD)
        add_origin(finder->arena, set, ORIGIN_FIELD_ADDRESS, steps[place.step_count - 1].record.index,
                   steps[place.step_count - 1].index);
    else if (place.step_count > 1 || (place.step_count == 1 && place.root != IR_ROOT_VALUE)) {
        place.step_count--;
        visit(finder, flow_place(finder->flow, id, place));
    } else if (place.root == IR_ROOT_VALUE)
        visit(finder, flow_operand(finder->flow, id, ir_value((struct ir_value_id){place.root_index})));
    else if (place.root == IR_ROOT_GLOBAL)
        add_origin(finder->arena, set, ORIGIN_GLOBAL_ADDRESS, place.root_index, 0);
    else
        add_origin(finder->arena, set, ORIGIN_LOCAL_ADDRESS, id.index, place.root_index);
}

static bool
has_sources(const struct origin_finder *finder, uint32_t node)
{
    return finder->first[node] != finder->first[node + 1];
}

static void
visit_sources(struct origin_finder *finder, uint32_t node)
{
    for (uint32_t i = finder->first[node]; i < finder->first[node + 1]; i++)
        visit(finder, (struct flow_node){finder->sources[i]});
}

static void
visit_value(struct origin_finder *finder, uint32_t node, struct ir_function_id id, uint32_t number,
            struct origin_set *set)
{
    const struct binding *binding = finder->flow->binding;
    const struct ir_instruction *in = &binding->program->functions.items[id.index].instructions.items[number];
    bool is_followed = has_sources(finder, node);

    if (in->op == IR_OP_ADDRESS)
        visit_address(finder, id, in->place, set);
    else if ((in->op == IR_OP_CALL || in->op == IR_OP_CALL_POINTER) &&
             (!is_followed ||
              (in->op == IR_OP_CALL && binding->functions[in->call.function.index].fact != NULL)))
        add_origin(finder->arena, set, ORIGIN_RESULT, id.index, number);
    else
        visit_sources(finder, node);
    /* a cast without a source is one of a constant */
    set->is_incomplete |= !is_followed && in->op != IR_OP_ADDRESS && in->op != IR_OP_CAST;
}

static void
visit_local(struct origin_finder *finder, uint32_t node, struct ir_function_id id, uint32_t local,
            struct origin_set *set)
{
    if (local >= finder->flow->binding->program->functions.items[id.index].parameter_count)
        add_origin(finder->arena, set, ORIGIN_LOCAL, id.index, local);
    else
        set->is_incomplete |= !has_sources(finder, node);
    visit_sources(finder, node);
}

void
origin_find(struct origin_finder *finder, struct origin_pointer pointer, struct origin_set *set)
{
    finder->search++;
    finder->is_cut = false;
    finder->found.count = 0;
    if (pointer.is_place)
        visit_address(finder, pointer.function, pointer.place, set);
    else
        visit(finder, flow_operand(finder->flow, pointer.function, pointer.operand));
    for (uint32_t i = 0; i < finder->found.count; i++) {
        uint32_t node = finder->found.items[i];
        struct node_key key = finder->flow->nodes.items[node]->key;

        set->is_incomplete |= finder->is_exposed[node];
        if (key.kind == NODE_FIELD)
            add_origin(finder->arena, set, ORIGIN_FIELD, key.a, (uint32_t)key.b);
        if (key.kind == NODE_GLOBAL)
            add_origin(finder->arena, set, ORIGIN_GLOBAL, key.a, 0);
        if (key.kind == NODE_VALUE)
            visit_value(finder, node, (struct ir_function_id){key.a}, (uint32_t)key.b, set);
        else if (key.kind == NODE_LOCAL)
            visit_local(finder, node, (struct ir_function_id){key.a}, (uint32_t)key.b, set);
        else if (key.kind != NODE_GLOBAL || finder->flow->binding->globals[key.a] == NULL)
            visit_sources(finder, node);
    }
    set->is_incomplete |= finder->is_cut;
}

bool
origin_share(const struct origin_set *a, const struct origin_set *b)
{
    vector_each (x, &a->items) {
        vector_each (y, &b->items) {
            if (x->kind == y->kind && x->a == y->a && x->b == y->b)
                return true;
        }
    }
    return false;
}

/* The place itself, for its address. */
static struct origin
origin_place(struct origin origin)
{
    static const enum origin_kind kinds[] = {[ORIGIN_FIELD_ADDRESS] = ORIGIN_FIELD,
                                             [ORIGIN_GLOBAL_ADDRESS] = ORIGIN_GLOBAL,
                                             [ORIGIN_LOCAL_ADDRESS] = ORIGIN_LOCAL};

    if (origin.kind <= ORIGIN_LOCAL_ADDRESS)
        origin.kind = kinds[origin.kind];
    return origin;
}

/* What a function that is not followed returns can be anything. */
static bool
is_open(const struct origin_set *set)
{
    vector_each (origin, &set->items) {
        if (origin->kind == ORIGIN_RESULT)
            return true;
    }
    return set->is_incomplete || set->items.count == 0;
}

bool
origin_may_be_same(const struct origin_set *a, const struct origin_set *b)
{
    if (is_open(a) || is_open(b))
        return true;
    vector_each (x, &a->items) {
        vector_each (y, &b->items) {
            struct origin left = origin_place(*x), right = origin_place(*y);

            if (left.kind == right.kind && left.a == right.a && left.b == right.b)
                return true;
        }
    }
    return false;
}

void
origin_add_global(struct arena *arena, struct origin_set *set, struct ir_global_id global,
                  const struct ir_step *steps, uint32_t step_count)
{
    while (step_count > 0 && steps[step_count - 1].kind != IR_STEP_FIELD)
        step_count--;
    if (step_count > 0)
        add_origin(arena, set, ORIGIN_FIELD_ADDRESS, steps[step_count - 1].record.index,
                   steps[step_count - 1].index);
    else
        add_origin(arena, set, ORIGIN_GLOBAL_ADDRESS, global.index, 0);
}

static bool
is_stored(const struct ir_function *function, uint32_t local)
{
    vector_each (in, &function->instructions) {
        if (in->op == IR_OP_STORE && in->store.place.root == IR_ROOT_LOCAL &&
            in->store.place.root_index == local && in->store.place.step_count == 0)
            return true;
    }
    return false;
}

uint32_t
origin_parameter(const struct ir_program *program, struct origin_pointer pointer)
{
    const struct ir_function *function = &program->functions.items[pointer.function.index];
    uint32_t local = IR_NONE;

    if (pointer.is_place && pointer.place.root == IR_ROOT_LOCAL && pointer.place.step_count == 1 &&
        ir_steps(function, pointer.place)->kind == IR_STEP_DEREF)
        local = pointer.place.root_index;
    while (!pointer.is_place && pointer.operand.kind == IR_OPERAND_VALUE) {
        const struct ir_instruction *in = &function->instructions.items[pointer.operand.value.index];

        if (in->op == IR_OP_LOAD && in->place.root == IR_ROOT_LOCAL && in->place.step_count == 0)
            local = in->place.root_index;
        if (in->op != IR_OP_CAST)
            break;
        pointer.operand = in->operand;
    }
    return local < function->parameter_count && !is_stored(function, local) ? local : IR_NONE;
}
