/* The verifier: what text cannot say wrong is broken by hand in a program that was right. */
#include "ir/testing.h"
#include "ir/verify.h"

static const char sample[] = "record s { x: i32, next: *s }\n"
                             "global g: s = { .x = 1 }\n"
                             "extern f(p: *s, n: i32) -> i32 {\n"
                             "  %0 = load p->x\n"
                             "  branch %0, b1, b2\n"
                             "b1:\n"
                             "  %2 = add %0, 1\n"
                             "  jump b2\n"
                             "b2:\n"
                             "  %4 = call f(0, %0)\n"
                             "  store g.x, %4\n"
                             "  switch %4, b3 { 1: b3 }\n"
                             "b3:\n"
                             "  return %4\n"
                             "}\n";

struct fixture {
    struct arena *arena;
    struct ir_program *program;
    struct ir_function *f;
    struct diagnostics diagnostics;
};

static struct fixture
fixture_new(void)
{
    struct fixture fixture = {.arena = arena_new()};

    fixture.diagnostics.arena = fixture.arena;
    fixture.program = testing_parse(fixture.arena, "t.ir", sample);
    fixture.f = &fixture.program->functions.items[0];
    return fixture;
}

/* The program is refused with this message, and the fixture ends. */
static void
check_refused(struct fixture *fixture, const char *message)
{
    assert_false(ir_verify(fixture->program, "t.ir", &fixture->diagnostics));
    assert_string_equal(fixture->diagnostics.first, message);
    arena_free(fixture->arena);
}

static void
test_accepts(void **state)
{
    struct fixture fixture = fixture_new();

    (void)state;
    assert_true(ir_verify(fixture.program, "t.ir", &fixture.diagnostics));
    arena_free(fixture.arena);
}

#define REFUSES(name, message, ...)                                                                          \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        struct fixture fixture = fixture_new();                                                              \
        struct ir_program *program = fixture.program;                                                        \
        struct ir_function *f = fixture.f;                                                                   \
                                                                                                             \
        (void)state, (void)program, (void)f;                                                                 \
        __VA_ARGS__;                                                                                         \
        check_refused(&fixture, message);                                                                    \
    }

#define IN_F(line, text) "t.ir:" #line ": error: function 0 'f': " text

REFUSES(test_value_not_made, IN_F(8, "value %2 is not made on every way here"),
        f->instructions.items[3].op = IR_OP_JUMP;
        f->instructions.items[4].call.argument_count = 0;
        f->instructions.items[5].store.operand.value.index = 2; f->instructions.items[3].position.line = 8;
        f->instructions.items[5].position.line = 8)
REFUSES(test_value_before, IN_F(7, "value %2 is used before it is made"),
        f->instructions.items[2].arithmetic.left.value.index = 2)
REFUSES(test_value_none, IN_F(14, "instruction 5 gives no value, but it is used"),
        f->instructions.items[7].operand.value.index = 5)
REFUSES(test_value_range, IN_F(14, "value %99 does not exist"),
        f->instructions.items[7].operand.value.index = 99)
REFUSES(test_void_value, IN_F(11, "instruction 4 gives no value, but it is used"),
        f->instructions.items[4].type.index = 0)
REFUSES(test_no_end, IN_F(5, "block 0 has no end"), f->instructions.items[1] = f->instructions.items[0];
        f->instructions.items[1].position.line = 5)
REFUSES(test_early_end, IN_F(7, "block 1 ends before its last instruction"),
        f->instructions.items[2].op = IR_OP_UNREACHABLE)
REFUSES(test_empty_block, IN_F(3, "block 1 does not hold the instructions behind those of the block before"),
        f->blocks.items[1].instruction_count = 0)
REFUSES(test_loose_instruction, IN_F(3, "instructions are in no block"), f->instructions.count++)
REFUSES(test_unreached, IN_F(3, "block 1 is never reached"),
        f->instructions.items[1].branch.then_block.index = 2)
REFUSES(test_block_range, IN_F(5, "block 9 does not exist"),
        f->instructions.items[1].branch.then_block.index = 9)
REFUSES(test_case_block, IN_F(12, "block 7 does not exist"), f->cases.items[0].block.index = 7)
REFUSES(test_case_range, IN_F(12, "the cases are out of range"),
        f->instructions.items[6].switch_.first_case = UINT32_MAX)
REFUSES(test_argument_range, IN_F(10, "the arguments are out of range"),
        f->instructions.items[4].call.argument_count = 3)
REFUSES(test_call_range, IN_F(10, "function 4 does not exist"),
        f->instructions.items[4].call.function.index = 4)
REFUSES(test_steps_range, IN_F(4, "the steps of a place are out of range"),
        f->instructions.items[0].place.step_count = 100)
REFUSES(test_field_range, IN_F(4, "record 's' has no field 2"), f->steps.items[1].index = 2)
REFUSES(test_record_range, IN_F(4, "record 3 does not exist"), f->steps.items[1].record.index = 3)
REFUSES(test_field_of_pointer, IN_F(4, "a field of 's' is taken from something else"),
        f->steps.items[0] = f->steps.items[1])
REFUSES(test_local_range, IN_F(4, "a place starts at root 9 of kind 0, which does not exist"),
        f->instructions.items[0].place.root_index = 9)
REFUSES(test_root_kind, IN_F(4, "a place starts at root 0 of kind 7, which does not exist"),
        f->instructions.items[0].place.root = (enum ir_root_kind)7)
REFUSES(test_op_kind, "t.ir: error: function 0 'f': an instruction of kind 77",
        f->instructions.items[1].op = (enum ir_op)77;
        f->instructions.items[1].position.file.index = IR_NONE)
REFUSES(test_operator, IN_F(7, "an operator that does not take 2 operands"),
        f->instructions.items[2].arithmetic.operator_ = IR_OPERATOR_NEGATE)
REFUSES(test_operand_kind, IN_F(14, "an operand of kind 9"),
        f->instructions.items[7].operand.kind = (enum ir_operand_kind)9)
REFUSES(test_missing_operand, IN_F(7, "an operand is missing"),
        f->instructions.items[2].arithmetic.right = ir_none())
REFUSES(test_parameters, IN_F(3, "it has more parameters than locals"), f->parameter_count = 3)
REFUSES(test_macro_body, IN_F(3, "a macro has no body"), f->linkage = IR_LINKAGE_MACRO)
REFUSES(test_function_type, IN_F(3, "its type is no function's"), f->type = f->locals.items[0].type)
REFUSES(test_type_range, IN_F(3, "type 999 does not exist"), f->locals.items[1].type.index = 999)
REFUSES(test_file_range, "t.ir: error: function 0 'f': file 5 does not exist",
        f->instructions.items[0].position.file.index = 5)
REFUSES(test_unit_range, "t.ir:2: error: global 0 'g': unit 3 does not exist",
        program->globals.items[0].unit = 3)
REFUSES(test_initialiser_operand,
        "t.ir:2: error: global 0 'g': an initialiser is none, or of nothing that exists",
        program->globals.items[0].initialisers.items[0].operand.kind = IR_OPERAND_VALUE)
REFUSES(test_record_in_itself, "t.ir:1: error: record 0 's': it holds records too deep, or itself",
        for (uint32_t i = 0; i < program->types.count;
             i++) if (program->types.items[i].kind == IR_TYPE_RECORD) program->records.items[0]
            .fields[1]
            .type.index = i)
REFUSES(test_type_of_later, "t.ir: error: type 1 '': it is made of no type before it",
        program->types.items[1].kind = IR_TYPE_POINTER;
        program->types.items[1].element.index = 1)

/* A ladder of blocks, with ways back to the first from every 'back'th. */
static void
check_ladder(int blocks, int back)
{
    struct arena *arena = arena_new();
    char *text = arena_alloc(arena, 64 * (size_t)blocks), *end = text;

    end += sprintf(end, "extern f(x: i32) {\n  %%0 = load x\n  jump b1\n");
    for (int i = 1; i < blocks; i++)
        end += sprintf(end, "b%d:\n  branch %%0, b%d, b%d\n", i, i + 1, i % back == 0 ? 1 : i + 1);
    sprintf(end, "b%d:\n  return %%0\n}\n", blocks);
    testing_parse(arena, "t.ir", text);
    arena_free(arena);
}

static void
test_many_blocks(void **state)
{
    (void)state;
    check_ladder(100000, 100000); /* deep enough that recursion would show */
    check_ladder(5000, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts),
        cmocka_unit_test(test_value_not_made),
        cmocka_unit_test(test_value_before),
        cmocka_unit_test(test_value_none),
        cmocka_unit_test(test_value_range),
        cmocka_unit_test(test_void_value),
        cmocka_unit_test(test_no_end),
        cmocka_unit_test(test_early_end),
        cmocka_unit_test(test_empty_block),
        cmocka_unit_test(test_loose_instruction),
        cmocka_unit_test(test_unreached),
        cmocka_unit_test(test_block_range),
        cmocka_unit_test(test_case_block),
        cmocka_unit_test(test_case_range),
        cmocka_unit_test(test_argument_range),
        cmocka_unit_test(test_call_range),
        cmocka_unit_test(test_steps_range),
        cmocka_unit_test(test_field_range),
        cmocka_unit_test(test_record_range),
        cmocka_unit_test(test_field_of_pointer),
        cmocka_unit_test(test_local_range),
        cmocka_unit_test(test_root_kind),
        cmocka_unit_test(test_op_kind),
        cmocka_unit_test(test_operator),
        cmocka_unit_test(test_operand_kind),
        cmocka_unit_test(test_missing_operand),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_macro_body),
        cmocka_unit_test(test_function_type),
        cmocka_unit_test(test_type_range),
        cmocka_unit_test(test_file_range),
        cmocka_unit_test(test_unit_range),
        cmocka_unit_test(test_initialiser_operand),
        cmocka_unit_test(test_record_in_itself),
        cmocka_unit_test(test_type_of_later),
        cmocka_unit_test(test_many_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
