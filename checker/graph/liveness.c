#include "graph/liveness.h"

#include "graph/block_order.h"

struct builder {
    const struct ir_function *function;
    struct liveness *liveness;
    uint64_t *used;    /* by block: read before it is written there */
    uint64_t *written; /* by block */
    uint32_t block;
    bool is_numbering; /* the first walk: which results are read in other blocks */
};

static bool
has(const uint64_t *set, uint32_t number)
{
    return (set[number / 64] >> number % 64 & 1) != 0;
}

static void
add(uint64_t *set, uint32_t number)
{
    set[number / 64] |= (uint64_t)1 << number % 64;
}

static void
use(struct builder *b, uint32_t number)
{
    uint32_t first = b->block * b->liveness->word_count;

    if (!has(b->written + first, number))
        add(b->used + first, number);
}

static void
use_value(struct builder *b, struct ir_operand operand)
{
    uint32_t *number;

    if (operand.kind != IR_OPERAND_VALUE)
        return;
    number = &b->liveness->value_number[operand.value.index];
    if (b->is_numbering) {
        if (b->liveness->block_of[operand.value.index] != b->block)
            *number = 0;
    } else if (*number != IR_NONE) {
        use(b, *number);
    }
}

static void
use_place(struct builder *b, struct ir_place place)
{
    if (place.root == IR_ROOT_VALUE)
        use_value(b, ir_value((struct ir_value_id){place.root_index}));
    else if (place.root == IR_ROOT_LOCAL && !b->is_numbering)
        use(b, place.root_index);
    for (uint32_t i = 0; i < place.step_count; i++)
        use_value(b, ir_steps(b->function, place)[i].operand);
}

static void
write_place(struct builder *b, struct ir_place place)
{
    if (place.root == IR_ROOT_LOCAL && place.step_count == 0) {
        if (!b->is_numbering)
            add(b->written + b->block * b->liveness->word_count, place.root_index);
        return;
    }
    use_place(b, place); /* what is written in part keeps its other parts */
}

static void
address_place(struct builder *b, struct ir_place place)
{
    bool is_followed = false;

    for (uint32_t i = 0; i < place.step_count; i++)
        is_followed |= ir_steps(b->function, place)[i].kind == IR_STEP_DEREF;
    if (place.root == IR_ROOT_LOCAL && !is_followed && !b->is_numbering)
        add(b->liveness->addressed, place.root_index);
    use_place(b, place);
}

static void
visit(struct builder *b, const struct ir_instruction *in)
{
    switch (in->op) {
    case IR_OP_LOAD:
        use_place(b, in->place);
        break;
    case IR_OP_ADDRESS:
        address_place(b, in->place);
        break;
    case IR_OP_ZERO:
        write_place(b, in->place);
        break;
    case IR_OP_STORE:
        use_value(b, in->store.operand);
        write_place(b, in->store.place);
        break;
    case IR_OP_COPY:
        use_place(b, in->copy.from);
        write_place(b, in->copy.to);
        break;
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        use_value(b, in->arithmetic.left);
        use_value(b, in->arithmetic.right);
        break;
    case IR_OP_CAST:
    case IR_OP_RETURN:
        use_value(b, in->operand);
        break;
    case IR_OP_CALL_POINTER:
        use_value(b, in->call.pointer); /* fall through */
    case IR_OP_CALL:
        for (uint32_t i = 0; i < in->call.argument_count; i++)
            use_value(b, ir_arguments(b->function, in)[i]);
        break;
    case IR_OP_BRANCH:
        use_value(b, in->branch.condition);
        break;
    case IR_OP_SWITCH:
        use_value(b, in->switch_.value);
        break;
    default:
        break;
    }
}

static void
walk(struct builder *b)
{
    for (b->block = 0; b->block < b->function->blocks.count; b->block++) {
        const struct ir_block *block = &b->function->blocks.items[b->block];

        for (uint32_t i = 0; i < block->instruction_count; i++) {
            uint32_t index = block->first_instruction + i;

            visit(b, &b->function->instructions.items[index]);
            if (!b->is_numbering && b->liveness->value_number[index] != IR_NONE)
                add(b->written + b->block * b->liveness->word_count, b->liveness->value_number[index]);
        }
    }
}

/* live = used, and what is live behind and not written; until nothing changes. */
static void
solve(struct builder *b)
{
    uint32_t words = b->liveness->word_count;
    bool changed = true;

    memcpy(b->liveness->live, b->used, b->function->blocks.count * words * sizeof(uint64_t));
    while (changed) {
        changed = false;
        for (uint32_t block = b->function->blocks.count; block-- > 0;) {
            uint64_t *live = b->liveness->live + block * words;

            for (uint32_t s = 0; s < block_successor_count(b->function, block); s++) {
                const uint64_t *behind = b->liveness->live + block_successor(b->function, block, s) * words;

                for (uint32_t w = 0; w < words; w++) {
                    uint64_t more = behind[w] & ~b->written[block * words + w] & ~live[w];

                    changed |= more != 0;
                    live[w] |= more;
                }
            }
        }
    }
}

struct liveness *
liveness_new(struct arena *arena, const struct ir_function *function)
{
    struct liveness *liveness = arena_alloc(arena, sizeof(*liveness));
    struct builder b = {.function = function, .liveness = liveness};
    uint32_t count = function->locals.count;
    size_t size;

    liveness->local_count = count;
    liveness->block_of = arena_alloc(arena, function->instructions.count * sizeof(uint32_t));
    liveness->value_number = arena_alloc(arena, function->instructions.count * sizeof(uint32_t));
    for (uint32_t i = 0; i < function->instructions.count; i++)
        liveness->value_number[i] = IR_NONE;
    for (uint32_t block = 0; block < function->blocks.count; block++) {
        for (uint32_t i = 0; i < function->blocks.items[block].instruction_count; i++)
            liveness->block_of[function->blocks.items[block].first_instruction + i] = block;
    }
    b.is_numbering = true;
    walk(&b);
    for (uint32_t i = 0; i < function->instructions.count; i++) {
        if (liveness->value_number[i] != IR_NONE)
            liveness->value_number[i] = count++;
    }
    b.is_numbering = false;
    liveness->word_count = count / 64 + 1;
    size = (size_t)function->blocks.count * liveness->word_count * sizeof(uint64_t);
    liveness->live = arena_alloc(arena, size);
    liveness->addressed = arena_alloc(arena, liveness->word_count * sizeof(uint64_t));
    b.used = arena_alloc(arena, size);
    b.written = arena_alloc(arena, size);
    walk(&b);
    solve(&b);
    return liveness;
}

bool
liveness_of_local(const struct liveness *liveness, uint32_t block, uint32_t local)
{
    return local >= liveness->local_count || has(liveness->addressed, local) ||
           has(liveness->live + block * liveness->word_count, local);
}

bool
liveness_of_value(const struct liveness *liveness, uint32_t block, uint32_t instruction)
{
    uint32_t number = liveness->value_number[instruction];

    return number != IR_NONE && has(liveness->live + block * liveness->word_count, number);
}
