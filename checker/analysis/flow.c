#include "analysis/flow_graph.h"

static const struct flow_node no_node = {IR_NONE};

static struct flow_node
node_of(struct flow *flow, enum node_kind kind, uint32_t a, uint64_t b)
{
    struct arena *hash_arena = flow->arena;
    struct node_key key = {kind, a, b};
    struct node *node;

    HASH_FIND(hh, flow->table, &key, sizeof(key), node);
    if (node == NULL) {
        node = arena_alloc(flow->arena, sizeof(*node));
        node->key = key;
        node->index = flow->nodes.count;
        vector_push(flow->arena, &flow->nodes, node);
        HASH_ADD(hh, flow->table, key, sizeof(key), node);
    }
    return (struct flow_node){node->index};
}

static void
queue(struct flow *flow, struct node *node)
{
    if (!node->is_queued) {
        node->is_queued = true;
        vector_push(flow->arena, &flow->work, node->index);
    }
}

static bool
add_function(struct flow *flow, struct flow_set *set, struct ir_function_id function)
{
    vector_each (known, &set->functions) {
        if (known->index == function.index)
            return false;
    }
    vector_push(flow->arena, &set->functions, function);
    return true;
}

static bool
add_constant(struct flow *flow, struct flow_set *set, int64_t constant)
{
    if (set->is_unknown && set->constants.count >= FLOW_CONSTANTS)
        return false;
    vector_each (known, &set->constants) {
        if (*known == constant)
            return false;
    }
    if (set->constants.count == FLOW_CONSTANTS) {
        set->is_unknown = true;
        return true;
    }
    vector_push(flow->arena, &set->constants, constant);
    return true;
}

static bool
set_flag(bool *flag, bool value)
{
    bool changed = value && !*flag;

    *flag |= value;
    return changed;
}

/* Adds all that 'from' holds to 'sink'; whether that grew. */
static bool
include(struct flow *flow, struct node *sink, const struct flow_set *from)
{
    struct flow_set *to = &sink->set;
    bool grew = set_flag(&to->is_unknown, from->is_unknown);

    if (!sink->is_computed)
        grew |= bits_add(&to->bits, from->bits);
    grew |= set_flag(&to->is_caller_uio, from->is_caller_uio);
    grew |= set_flag(&to->is_caller_data, from->is_caller_data);
    grew |= set_flag(&to->is_user_address, from->is_user_address);
    grew |= set_flag(&to->is_element, from->is_element);
    if (sink->key.kind != NODE_FIELD)
        grew |= set_flag(&to->is_near_address, from->is_near_address);
    for (uint32_t i = 0; i < from->functions.count; i++)
        grew |= add_function(flow, to, from->functions.items[i]);
    for (uint32_t i = 0; i < from->constants.count; i++)
        grew |= add_constant(flow, to, from->constants.items[i]);
    return grew;
}

static void
add_edge(struct flow *flow, struct flow_node from, struct flow_node to)
{
    struct node *source, *sink;

    if (from.index == IR_NONE || to.index == IR_NONE || from.index == to.index)
        return;
    source = flow->nodes.items[from.index];
    sink = flow->nodes.items[to.index];
    vector_push(flow->arena, &source->to, to.index);
    if (include(flow, sink, &source->set))
        queue(flow, sink);
}

static void
add_bits(struct flow *flow, struct flow_node to, struct bits bits)
{
    if (to.index != IR_NONE && bits_add(&flow->nodes.items[to.index]->set.bits, bits))
        queue(flow, flow->nodes.items[to.index]);
}

static void
add_unknown(struct flow *flow, struct flow_node to)
{
    struct node *node;

    if (to.index == IR_NONE)
        return;
    node = flow->nodes.items[to.index];
    if (set_flag(&node->set.is_unknown, true))
        queue(flow, node);
    if (!node->is_computed)
        add_bits(flow, to, bits_unknown());
}

struct flow_node
flow_local(struct flow *flow, struct ir_function_id function, struct ir_local_id local)
{
    return node_of(flow, NODE_LOCAL, function.index, local.index);
}

struct flow_node
flow_field(struct flow *flow, struct ir_record_id record, uint32_t field)
{
    return node_of(flow, NODE_FIELD, record.index, field);
}

struct flow_node
flow_operand(struct flow *flow, struct ir_function_id function, struct ir_operand operand)
{
    struct flow_node node;

    switch (operand.kind) {
    case IR_OPERAND_VALUE:
        return node_of(flow, NODE_VALUE, function.index, operand.value.index);
    case IR_OPERAND_CONSTANT:
        node = node_of(flow, NODE_CONSTANT, operand.kind, (uint64_t)operand.constant);
        add_constant(flow, &flow->nodes.items[node.index]->set, operand.constant);
        bits_add(&flow->nodes.items[node.index]->set.bits, bits_of_constant(operand.constant));
        return node;
    case IR_OPERAND_FUNCTION:
        node = node_of(flow, NODE_CONSTANT, operand.kind, operand.function.index);
        add_function(flow, &flow->nodes.items[node.index]->set, operand.function);
        return node;
    default:
        return no_node;
    }
}

/* 'operand' can be in 'to'. Constants go there at once: a node for each would have the whole program behind
 * it. */
static void
add_operand(struct flow *flow, struct ir_function_id function, struct ir_operand operand, struct flow_node to)
{
    struct node *sink;

    if (to.index == IR_NONE)
        return;
    sink = flow->nodes.items[to.index];
    if (operand.kind == IR_OPERAND_CONSTANT) {
        if (add_constant(flow, &sink->set, operand.constant))
            queue(flow, sink);
        if (!sink->is_computed)
            add_bits(flow, to, bits_of_constant(operand.constant));
    } else if (operand.kind == IR_OPERAND_FUNCTION) {
        if (add_function(flow, &sink->set, operand.function))
            queue(flow, sink);
    } else {
        add_edge(flow, flow_operand(flow, function, operand), to);
    }
}

/* The node of a field; none for the functions in the rows of method tables, of which a call looks for one by
 * its selector: all of them in one node would be far too much. */
static struct flow_node
field_node(struct flow *flow, struct ir_record_id record, uint32_t field)
{
    return flow->binding->records[record.index].function_field == field ? no_node
                                                                        : flow_field(flow, record, field);
}

/* Its last field, whatever comes behind; else its root when nothing is dereferenced. */
struct flow_node
flow_place(struct flow *flow, struct ir_function_id id, struct ir_place place)
{
    const struct ir_function *function = &flow->binding->program->functions.items[id.index];
    bool is_dereferenced = false;

    for (uint32_t i = place.step_count; i > 0; i--) {
        const struct ir_step *step = &function->steps.items[place.first_step + i - 1];

        if (step->kind == IR_STEP_FIELD)
            return field_node(flow, step->record, step->index);
        if (step->kind == IR_STEP_DEREF)
            is_dereferenced = true;
    }
    if (is_dereferenced || place.root == IR_ROOT_VALUE)
        return no_node;
    if (place.root == IR_ROOT_LOCAL)
        return flow_local(flow, id, (struct ir_local_id){place.root_index});
    return node_of(flow, NODE_GLOBAL, place.root_index, 0);
}

static void
set_user_address(struct flow *flow, struct node *node)
{
    bool grew = set_flag(&node->set.is_user_address, true);

    grew |= set_flag(&node->set.is_near_address, true);
    if (grew)
        queue(flow, node);
}

static struct flow_node
root_node(struct flow *flow, struct ir_function_id id, struct ir_place place)
{
    return place.root == IR_ROOT_LOCAL ? flow_local(flow, id, (struct ir_local_id){place.root_index})
                                       : node_of(flow, NODE_VALUE, id.index, place.root_index);
}

/* A pointer read through another: a user's address when that one leads to a user's data, or when its field
 * says so. */
static void
collect_pointer_load(struct flow *flow, struct ir_function_id id, const struct ir_function *function,
                     const struct ir_instruction *in, struct flow_node result)
{
    const struct ir_step *steps = ir_steps(function, in->place);
    const struct ir_step *last = in->place.step_count == 0 ? NULL : &steps[in->place.step_count - 1];
    struct flow_node root;

    if (last == NULL || flow->binding->program->types.items[in->type.index].kind != IR_TYPE_POINTER)
        return;
    if (last->kind != IR_STEP_FIELD && set_flag(&flow->nodes.items[result.index]->set.is_element, true))
        queue(flow, flow->nodes.items[result.index]);
    if (last->kind == IR_STEP_FIELD &&
        flow->binding->records[last->record.index].address_field == last->index) {
        set_user_address(flow, flow->nodes.items[result.index]);
        return;
    }
    /* a local struct may be a copy of what a caller passed */
    if (in->place.root == IR_ROOT_GLOBAL ||
        (steps[0].kind != IR_STEP_DEREF && in->place.root != IR_ROOT_LOCAL))
        return;
    root = root_node(flow, id, in->place);
    vector_push(flow->arena, &flow->nodes.items[root.index]->through, result.index);
}

static void
connect_call(struct flow *flow, struct ir_function_id caller, uint32_t instruction,
             struct ir_function_id callee)
{
    const struct ir_program *program = flow->binding->program;
    const struct ir_function *from = &program->functions.items[caller.index];
    const struct ir_function *to = &program->functions.items[callee.index];
    const struct ir_instruction *call = &from->instructions.items[instruction];
    struct flow_node result = node_of(flow, NODE_VALUE, caller.index, instruction);

    if (!ir_function_is_defined(to)) {
        add_unknown(flow, result);
        return;
    }
    for (uint32_t i = 0; i < call->call.argument_count && i < to->parameter_count; i++)
        add_operand(flow, caller, from->operands.items[call->call.first_argument + i],
                    flow_local(flow, callee, (struct ir_local_id){i}));
    add_edge(flow, node_of(flow, NODE_RESULT, callee.index, 0), result);
}

static struct bits
operand_bits(struct flow *flow, struct ir_function_id id, struct ir_operand operand)
{
    if (operand.kind == IR_OPERAND_CONSTANT)
        return bits_of_constant(operand.constant);
    if (operand.kind != IR_OPERAND_VALUE)
        return bits_unknown();
    return flow_set(flow, flow_operand(flow, id, operand))->bits;
}

/* Computes the bits of an operator's result anew. */
static void
compute(struct flow *flow, uint32_t node)
{
    struct node_key key = flow->nodes.items[node]->key;
    struct ir_function_id id = {key.a};
    const struct ir_instruction *in =
        &flow->binding->program->functions.items[key.a].instructions.items[key.b];
    struct bits left = operand_bits(flow, id, in->arithmetic.left);

    add_bits(flow, (struct flow_node){node},
             in->op == IR_OP_UNARY
                 ? bits_unary(in->arithmetic.operator_, left)
                 : bits_binary(in->arithmetic.operator_, left, operand_bits(flow, id, in->arithmetic.right)));
}

/* The result of an operator: an unknown number, of which some bits may be known. */
static void
collect_arithmetic(struct flow *flow, struct ir_function_id id, const struct ir_instruction *in,
                   struct flow_node result)
{
    enum ir_operator operator_ = in->arithmetic.operator_;
    struct ir_operand operands[] = {in->arithmetic.left, in->arithmetic.right};

    flow->nodes.items[result.index]->is_computed =
        operator_ == IR_OPERATOR_OR || operator_ == IR_OPERATOR_AND || operator_ == IR_OPERATOR_ADD ||
        operator_ == IR_OPERATOR_COMPLEMENT;
    add_unknown(flow, result);
    if (!flow->nodes.items[result.index]->is_computed)
        return;
    for (uint32_t i = 0; i < 2; i++) {
        if (operands[i].kind == IR_OPERAND_VALUE) {
            struct flow_node operand = flow_operand(flow, id, operands[i]);

            vector_push(flow->arena, &flow->nodes.items[operand.index]->computes, result.index);
        }
    }
    compute(flow, result.index);
}

/* What a caller passed is that in a copy, too: the local takes after the pointer that it was copied through.
 */
static void
collect_struct_copy(struct flow *flow, struct ir_function_id id, const struct ir_function *function,
                    const struct ir_instruction *in)
{
    if (in->copy.to.root == IR_ROOT_LOCAL && in->copy.to.step_count == 0 &&
        in->copy.from.root != IR_ROOT_GLOBAL && in->copy.from.step_count > 0 &&
        ir_steps(function, in->copy.from)[0].kind == IR_STEP_DEREF)
        add_edge(flow, root_node(flow, id, in->copy.from), flow_place(flow, id, in->copy.to));
}

/* Whether a mask takes the offset in a page, or the like: what is left is no address. */
static bool
takes_low_bits(struct ir_operand mask)
{
    return mask.kind == IR_OPERAND_CONSTANT && (mask.constant & 1) != 0;
}

static void
collect_instruction(struct flow *flow, struct ir_function_id id, const struct ir_function *function,
                    uint32_t index)
{
    const struct ir_instruction *in = &function->instructions.items[index];
    struct flow_node result = {IR_NONE};

    if (ir_op_has_result(in->op))
        result = node_of(flow, NODE_VALUE, id.index, index);
    switch (in->op) {
    case IR_OP_LOAD: {
        struct flow_node place = flow_place(flow, id, in->place);

        if (place.index == IR_NONE)
            add_bits(flow, result, bits_unknown());
        add_edge(flow, place, result);
        collect_pointer_load(flow, id, function, in, result);
        break;
    }
    case IR_OP_CAST:
        add_operand(flow, id, in->operand, result);
        break;
    case IR_OP_STORE:
        add_operand(flow, id, in->store.operand, flow_place(flow, id, in->store.place));
        break;
    case IR_OP_COPY: /* records are followed field by field; this is for arrays and unions of scalars */
        add_edge(flow, flow_place(flow, id, in->copy.from), flow_place(flow, id, in->copy.to));
        collect_struct_copy(flow, id, function, in);
        break;
    case IR_OP_RETURN:
        add_operand(flow, id, in->operand, node_of(flow, NODE_RESULT, id.index, 0));
        break;
    case IR_OP_CALL:
        connect_call(flow, id, index, in->call.function);
        break;
    case IR_OP_CALL_POINTER: {
        struct flow_node pointer = flow_operand(flow, id, in->call.pointer);

        if (pointer.index == IR_NONE)
            break;
        vector_push(flow->arena, &flow->nodes.items[pointer.index]->calls, flow->calls.count);
        vector_push(flow->arena, &flow->calls, (struct flow_call){id, index, pointer});
        vector_push(flow->arena, &flow->connected, (struct pointer_call){0});
        queue(flow, flow->nodes.items[pointer.index]);
        break;
    }
    case IR_OP_BINARY: /* an address stays the user's when something is added to it */
        collect_arithmetic(flow, id, in, result);
        if (in->arithmetic.operator_ == IR_OPERATOR_ADD || in->arithmetic.operator_ == IR_OPERATOR_SUBTRACT ||
            (in->arithmetic.operator_ == IR_OPERATOR_AND && !takes_low_bits(in->arithmetic.right)))
            add_operand(flow, id, in->arithmetic.left, result);
        break;
    case IR_OP_UNARY:
        collect_arithmetic(flow, id, in, result);
        break;
    case IR_OP_UNKNOWN:
    case IR_OP_ADDRESS:
        add_unknown(flow, result);
        break;
    default:
        break;
    }
}

static void
collect_initialisers(struct flow *flow, struct ir_global_id id)
{
    const struct ir_program *program = flow->binding->program;
    const struct ir_global *global = &program->globals.items[id.index];

    if (global->is_defined && global->initialisers.count == 0 &&
        program->types.items[global->type.index].kind == IR_TYPE_INTEGER)
        add_bits(flow, node_of(flow, NODE_GLOBAL, id.index, 0), bits_of_constant(0));
    vector_each (initialiser, &global->initialisers) {
        struct flow_node to = node_of(flow, NODE_GLOBAL, id.index, 0);

        for (uint32_t i = initialiser->step_count; i > 0; i--) {
            const struct ir_step *step = &initialiser->steps[i - 1];

            if (step->kind == IR_STEP_FIELD) {
                to = field_node(flow, step->record, step->index);
                break;
            }
        }
        add_operand(flow, (struct ir_function_id){IR_NONE}, initialiser->operand, to);
    }
}

static void
solve(struct flow *flow)
{
    while (flow->work.count > 0) {
        struct node *node = flow->nodes.items[flow->work.items[--flow->work.count]];

        node->is_queued = false;
        for (uint32_t i = 0; i < node->calls.count; i++) {
            struct pointer_call *call = &flow->connected.items[node->calls.items[i]];

            while (call->done < node->set.functions.count)
                connect_call(flow, flow->calls.items[node->calls.items[i]].caller,
                             flow->calls.items[node->calls.items[i]].instruction,
                             node->set.functions.items[call->done++]);
        }
        for (uint32_t i = 0; node->set.is_caller_data && i < node->through.count; i++) {
            struct node *to = flow->nodes.items[node->through.items[i]];

            set_user_address(flow, to);
        }
        for (uint32_t i = 0; i < node->to.count; i++) {
            struct node *to = flow->nodes.items[node->to.items[i]];

            if (include(flow, to, &node->set))
                queue(flow, to);
        }
        for (uint32_t i = 0; i < node->computes.count; i++)
            compute(flow, node->computes.items[i]);
    }
}

struct flow *
flow_new(struct arena *arena, const struct binding *binding)
{
    struct flow *flow = arena_alloc(arena, sizeof(*flow));
    const struct ir_program *program = binding->program;

    flow->arena = arena;
    flow->binding = binding;
    for (uint32_t i = 0; i < program->globals.count; i++)
        collect_initialisers(flow, (struct ir_global_id){i});
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const struct ir_function *function = &program->functions.items[i];

        for (uint32_t j = 0; j < function->instructions.count; j++)
            collect_instruction(flow, (struct ir_function_id){i}, function, j);
    }
    solve(flow);
    return flow;
}

const struct flow_set *
flow_set(const struct flow *flow, struct flow_node node)
{
    static const struct flow_set nothing;

    return node.index == IR_NONE ? &nothing : &flow->nodes.items[node.index]->set;
}

uint32_t
flow_functions(struct flow *flow, struct ir_function_id function, struct ir_operand operand,
               const struct ir_function_id **functions)
{
    const struct flow_set *set = flow_set(flow, flow_operand(flow, function, operand));

    *functions = set->functions.items;
    return set->functions.count;
}

static void
add_flag(struct flow *flow, struct flow_node node, bool *flag)
{
    if (set_flag(flag, true)) {
        queue(flow, flow->nodes.items[node.index]);
        solve(flow);
    }
}

void
flow_add_caller_uio(struct flow *flow, struct flow_node node)
{
    if (node.index != IR_NONE)
        add_flag(flow, node, &flow->nodes.items[node.index]->set.is_caller_uio);
}

void
flow_add_caller_data(struct flow *flow, struct flow_node node)
{
    if (node.index != IR_NONE)
        add_flag(flow, node, &flow->nodes.items[node.index]->set.is_caller_data);
}

uint32_t
flow_pointer_calls(const struct flow *flow, const struct flow_call **calls)
{
    *calls = flow->calls.items;
    return flow->calls.count;
}
