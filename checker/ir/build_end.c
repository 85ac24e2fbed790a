#include "ir/builder.h"

#include <assert.h>

#include "ir/visit.h"

/*
 * The layout of a finished function, from instructions by order of creation to instructions block after
 * block: find the blocks that control reaches, number the instructions in them, then copy each with all it
 * mentions renumbered.
 */

/* 'count' words of 'value' in a vector of them. */
#define fill(builder, vector, size, value)                                                                   \
    do {                                                                                                     \
        (vector)->count = 0;                                                                                 \
        for (uint32_t fill_index = 0; fill_index < (size); fill_index++)                                     \
            vector_push((builder)->arena, (vector), (value));                                                \
    } while (0)

static void
end_open_blocks(struct ir_builder *builder)
{
    if (builder->blocks.count == 0)
        ir_build_block(builder);
    for (uint32_t i = 0; i < builder->blocks.count; i++) {
        const struct raw_block *block = &builder->blocks.items[i];

        if (block->is_ended)
            continue;
        if (block->last != IR_NONE)
            builder->position = builder->body.instructions.items[block->last].position;
        else
            builder->position = builder->program->functions.items[builder->function.index].position;
        builder->macro = (struct name){0};
        ir_build_enter(builder, (struct ir_block_id){i});
        ir_build_unreachable(builder);
    }
}

/* ---- blocks that control reaches ---- */

static void
reach(struct ir_builder *builder, struct ir_block_id block)
{
    assert(block.index < builder->blocks.count);
    if (builder->new_blocks.items[block.index] == IR_NONE) {
        builder->new_blocks.items[block.index] = 0;
        vector_push(builder->arena, &builder->order, block.index);
    }
}

/* Uses 'order' as its worklist; afterwards 'new_blocks' numbers the blocks reached in order of creation. */
static uint32_t
number_blocks(struct ir_builder *builder)
{
    const struct ir_function *body = &builder->body;
    uint32_t count = 0;

    fill(builder, &builder->new_blocks, builder->blocks.count, IR_NONE);
    builder->order.count = 0;
    reach(builder, (struct ir_block_id){0});
    while (builder->order.count != 0) {
        uint32_t block = builder->order.items[--builder->order.count];
        const struct ir_instruction *end = &body->instructions.items[builder->blocks.items[block].last];

        if (end->op == IR_OP_JUMP) {
            reach(builder, end->jump);
        } else if (end->op == IR_OP_BRANCH) {
            reach(builder, end->branch.then_block);
            reach(builder, end->branch.else_block);
        } else if (end->op == IR_OP_SWITCH) {
            reach(builder, end->switch_.default_block);
            for (uint32_t i = 0; i < end->switch_.case_count; i++)
                reach(builder, body->cases.items[end->switch_.first_case + i].block);
        }
    }
    for (uint32_t i = 0; i < builder->blocks.count; i++)
        if (builder->new_blocks.items[i] != IR_NONE)
            builder->new_blocks.items[i] = count++;
    return count;
}

/* ---- values of dropped code that kept code uses ---- */

static bool
is_kept(const struct ir_builder *builder, uint32_t instruction)
{
    uint32_t owner = builder->owners.items[instruction];

    return owner != IR_NONE && builder->new_blocks.items[owner] != IR_NONE;
}

struct search {
    const struct ir_builder *builder;
    uint32_t found; /* a dropped instruction whose value is used, IR_NONE: none */
};

static void
search_value(struct search *search, uint32_t value)
{
    assert(value < search->builder->owners.count);
    if (!is_kept(search->builder, value))
        search->found = value;
}

static void
search_operand(void *context, struct ir_operand *operand)
{
    if (operand->kind == IR_OPERAND_VALUE)
        search_value(context, operand->value.index);
}

static void
search_place(void *context, struct ir_place *place)
{
    struct search *search = context;

    if (place->root == IR_ROOT_VALUE)
        search_value(search, place->root_index);
    for (uint32_t i = 0; i < place->step_count; i++)
        search_operand(search, &search->builder->body.steps.items[place->first_step + i].operand);
}

static void
ignore_block(void *context, struct ir_block_id *block)
{
    (void)context;
    (void)block;
}

/* A dropped instruction whose value kept code uses, or IR_NONE. */
static uint32_t
find_lost_value(struct ir_builder *builder)
{
    struct search search = {builder, IR_NONE};
    struct ir_visitor visitor = {&search, search_operand, search_place, ignore_block};
    struct ir_function *body = &builder->body;

    for (uint32_t i = 0; i < body->instructions.count && search.found == IR_NONE; i++) {
        struct ir_instruction *instruction = &body->instructions.items[i];

        if (!is_kept(builder, i))
            continue;
        ir_visit(&visitor, instruction);
        if (instruction->op == IR_OP_CALL || instruction->op == IR_OP_CALL_POINTER)
            for (uint32_t j = 0; j < instruction->call.argument_count; j++)
                search_operand(&search, &body->operands.items[instruction->call.first_argument + j]);
    }
    return search.found;
}

/* ---- numbering ---- */

/* Sets 'new_values' and 'order', and the final blocks of 'function'. The first 'extra' numbers stay free. */
static void
number_values(struct ir_builder *builder, struct ir_function *function, uint32_t extra)
{
    uint32_t next = extra;

    builder->starts.count = 0;
    for (uint32_t i = 0; i < builder->blocks.count; i++) {
        uint32_t new_block = builder->new_blocks.items[i];

        vector_push(builder->arena, &builder->starts, next);
        if (new_block == IR_NONE)
            continue;
        function->blocks.items[new_block] =
            (struct ir_block){.first_instruction = next, .instruction_count = builder->blocks.items[i].count};
        next += builder->blocks.items[i].count;
    }
    function->blocks.items[0].first_instruction -= extra;
    function->blocks.items[0].instruction_count += extra;
    fill(builder, &builder->new_values, builder->body.instructions.count, IR_NONE);
    fill(builder, &builder->order, next, IR_NONE);
    for (uint32_t i = 0; i < builder->body.instructions.count; i++) {
        if (!is_kept(builder, i))
            continue;
        builder->new_values.items[i] = builder->starts.items[builder->owners.items[i]]++;
        builder->order.items[builder->new_values.items[i]] = i;
    }
}

/* ---- renumbering what an instruction mentions ---- */

/* The value of dropped code is number 0, the 'unknown' that stands for all of them. */
static uint32_t
new_value(const struct ir_builder *builder, uint32_t value)
{
    uint32_t new = builder->new_values.items[value];

    return new == IR_NONE ? 0 : new;
}

static void
renumber_operand(void *context, struct ir_operand *operand)
{
    if (operand->kind == IR_OPERAND_VALUE)
        operand->value.index = new_value(context, operand->value.index);
}

static void
renumber_place(void *context, struct ir_place *place)
{
    struct ir_builder *builder = context;
    uint32_t first = builder->steps.count;

    if (place->root == IR_ROOT_VALUE)
        place->root_index = new_value(builder, place->root_index);
    for (uint32_t i = 0; i < place->step_count; i++) {
        struct ir_step step = builder->body.steps.items[place->first_step + i];

        renumber_operand(builder, &step.operand);
        vector_push(builder->arena, &builder->steps, step);
    }
    place->first_step = first;
}

static void
renumber_block(void *context, struct ir_block_id *block)
{
    const struct ir_builder *builder = context;

    block->index = builder->new_blocks.items[block->index];
}

static void
renumber_call(struct ir_builder *builder, struct ir_instruction *instruction)
{
    uint32_t first = builder->operands.count;

    for (uint32_t i = 0; i < instruction->call.argument_count; i++) {
        struct ir_operand operand = builder->body.operands.items[instruction->call.first_argument + i];

        renumber_operand(builder, &operand);
        vector_push(builder->arena, &builder->operands, operand);
    }
    instruction->call.first_argument = first;
}

static void
renumber_switch(struct ir_builder *builder, struct ir_instruction *instruction)
{
    uint32_t first = builder->cases.count;

    for (uint32_t i = 0; i < instruction->switch_.case_count; i++) {
        struct ir_case case_ = builder->body.cases.items[instruction->switch_.first_case + i];

        renumber_block(builder, &case_.block);
        vector_push(builder->arena, &builder->cases, case_);
    }
    instruction->switch_.first_case = first;
}

static void
lay_out(struct ir_builder *builder, struct ir_function *function)
{
    struct ir_visitor visitor = {builder, renumber_operand, renumber_place, renumber_block};

    builder->steps.count = 0;
    builder->operands.count = 0;
    builder->cases.count = 0;
    for (uint32_t i = 0; i < function->instructions.count; i++) {
        struct ir_instruction *instruction = &function->instructions.items[i];

        if (builder->order.items[i] == IR_NONE)
            continue;
        *instruction = builder->body.instructions.items[builder->order.items[i]];
        ir_visit(&visitor, instruction);
        if (instruction->op == IR_OP_CALL || instruction->op == IR_OP_CALL_POINTER)
            renumber_call(builder, instruction);
        else if (instruction->op == IR_OP_SWITCH)
            renumber_switch(builder, instruction);
    }
}

/* A vector of exactly the items of another. */
#define copy_vector(arena, to, from)                                                                         \
    do {                                                                                                     \
        (to)->count = (to)->capacity = (from)->count;                                                        \
        (to)->items = (from)->count == 0                                                                     \
                          ? NULL                                                                             \
                          : arena_copy(arena, (from)->items, (from)->count * sizeof(*(from)->items));        \
    } while (0)

#define new_vector(arena, vector, size)                                                                      \
    do {                                                                                                     \
        (vector)->count = (vector)->capacity = (size);                                                       \
        (vector)->items = arena_alloc(arena, (size) * sizeof(*(vector)->items));                             \
    } while (0)

void
ir_build_end(struct ir_builder *builder)
{
    struct arena *arena = builder->program->arena;
    struct ir_function *function = &builder->program->functions.items[builder->function.index];
    uint32_t lost;

    assert(builder->function.index != IR_NONE);
    assert(builder->body.locals.count >= function->parameter_count);
    end_open_blocks(builder);
    new_vector(arena, &function->blocks, number_blocks(builder));
    lost = find_lost_value(builder);
    number_values(builder, function, lost == IR_NONE ? 0 : 1);
    new_vector(arena, &function->instructions, builder->order.count);
    if (lost != IR_NONE)
        function->instructions.items[0] = (struct ir_instruction){
            .op = IR_OP_UNKNOWN,
            .type = builder->body.instructions.items[lost].type,
            .position = builder->body.instructions.items[lost].position,
            .reason = ir_build_name(builder, "a value of code that control does not reach"),
        };
    lay_out(builder, function);
    copy_vector(arena, &function->locals, &builder->body.locals);
    copy_vector(arena, &function->steps, &builder->steps);
    copy_vector(arena, &function->operands, &builder->operands);
    copy_vector(arena, &function->cases, &builder->cases);
    builder->function.index = IR_NONE;
    builder->current.index = IR_NONE;
}
