/* The builder: equal objects are one, and a function comes out in order whatever order it was built in. */
#include "ir/build.h"
#include "ir/testing.h"
#include "ir/verify.h"

struct fixture {
    struct arena *arena;
    struct ir_program *program;
    struct ir_builder *builder;
    struct ir_type_id i32;
    struct ir_position position;
};

static struct fixture
fixture_new(void)
{
    struct fixture fixture = {.arena = arena_new()};
    struct ir_file_id file;

    fixture.program = ir_program_new(fixture.arena);
    fixture.builder = ir_builder_new(fixture.program);
    file = ir_build_file(fixture.builder, "a.c");
    ir_build_unit(fixture.builder, file, 0);
    fixture.i32 = ir_build_integer(fixture.builder, 32, true);
    fixture.position = (struct ir_position){file, 1, 0};
    return fixture;
}

static struct ir_function_id
begin(struct fixture *fixture, const char *name)
{
    struct ir_type_id type = ir_build_function_type(fixture->builder, fixture->i32, NULL, 0, false);
    struct ir_function_id id = ir_build_function(fixture->builder, ir_build_name(fixture->builder, name),
                                                 IR_LINKAGE_EXTERNAL, type, fixture->position);

    ir_build_begin(fixture->builder, id, fixture->position, 0);
    return id;
}

/* The function prints as expected, the program verifies, and the fixture ends. */
static void
check(struct fixture *fixture, struct ir_function_id function, const char *expected)
{
    struct diagnostics diagnostics = {.arena = fixture->arena};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    ir_print_function(stream, fixture->program, function);
    fclose(stream);
    assert_string_equal(text, expected);
    free(text);
    if (!ir_verify(fixture->program, "built", &diagnostics))
        fail_msg("%s", diagnostics.first);
    arena_free(fixture->arena);
}

static void
test_tables(void **state)
{
    struct fixture fixture = fixture_new();
    struct ir_builder *builder = fixture.builder;
    struct ir_type_id pointer = ir_build_pointer(builder, fixture.i32);
    struct ir_type_id parameters[] = {pointer, fixture.i32};
    struct name s = ir_build_name(builder, "s");
    struct ir_position elsewhere = fixture.position;
    struct ir_builder *again;

    (void)state;
    elsewhere.line = 2;
    assert_int_equal(ir_build_integer(builder, 32, true).index, fixture.i32.index);
    assert_int_not_equal(ir_build_integer(builder, 32, false).index, fixture.i32.index);
    assert_int_equal(ir_build_pointer(builder, fixture.i32).index, pointer.index);
    assert_int_equal(ir_build_function_type(builder, pointer, parameters, 2, false).index,
                     ir_build_function_type(builder, pointer, parameters, 2, false).index);
    assert_int_not_equal(ir_build_function_type(builder, pointer, parameters, 2, false).index,
                         ir_build_function_type(builder, pointer, parameters, 2, true).index);
    assert_int_equal(ir_build_record(builder, s, fixture.position, false).index,
                     ir_build_record(builder, s, fixture.position, false).index);
    assert_int_not_equal(ir_build_record(builder, s, fixture.position, false).index,
                         ir_build_record(builder, s, elsewhere, false).index);
    /* A second builder finds what the first one made. */
    again = ir_builder_new(fixture.program);
    assert_int_equal(ir_build_pointer(again, fixture.i32).index, pointer.index);
    assert_int_equal(ir_build_file(again, "a.c").index, fixture.position.file.index);
    assert_int_equal(ir_build_record(again, s, elsewhere, false).index, 1);
    arena_free(fixture.arena);
}

static void
test_symbols(void **state)
{
    struct fixture fixture = fixture_new();
    struct ir_builder *builder = fixture.builder;
    struct ir_position nowhere = {.file = {IR_NONE}};
    struct ir_type_id type = ir_build_function_type(builder, fixture.i32, NULL, 0, false);
    struct name f = ir_build_name(builder, "f");
    struct ir_function_id external =
        ir_build_function(builder, f, IR_LINKAGE_EXTERNAL, (struct ir_type_id){0}, nowhere);
    struct ir_function_id local = ir_build_function(builder, f, IR_LINKAGE_STATIC, type, nowhere);

    (void)state;
    assert_int_not_equal(external.index, local.index);
    assert_int_equal(ir_build_function(builder, f, IR_LINKAGE_EXTERNAL, type, fixture.position).index,
                     external.index);
    assert_int_equal(fixture.program->functions.items[external.index].type.index, type.index);
    assert_int_equal(fixture.program->functions.items[external.index].position.line, 1);
    ir_build_unit(builder, ir_build_file(builder, "b.c"), 0);
    assert_int_equal(ir_build_function(builder, f, IR_LINKAGE_EXTERNAL, type, nowhere).index, external.index);
    assert_int_not_equal(ir_build_function(builder, f, IR_LINKAGE_STATIC, type, nowhere).index, local.index);
    arena_free(fixture.arena);
}

/* Blocks left and entered again; instructions behind an end, blocks that are never reached and one without an
 * end. */
static void
test_order(void **state)
{
    struct fixture fixture = fixture_new();
    struct ir_builder *builder = fixture.builder;
    struct ir_function_id f = begin(&fixture, "f");
    struct ir_local_id x = ir_build_local(builder, ir_build_name(builder, "x"), fixture.i32);
    struct ir_block_id entry = ir_build_block(builder), unreached = ir_build_block(builder);
    struct ir_block_id yes = ir_build_block(builder), no = ir_build_block(builder);
    struct ir_place place = ir_build_place_local(builder, x);
    struct ir_operand a, b;

    (void)state;
    ir_build_enter(builder, entry);
    a = ir_build_load(builder, place, fixture.i32);
    ir_build_enter(builder, yes);
    b = ir_build_binary(builder, IR_OPERATOR_ADD, a, ir_constant(1), fixture.i32);
    ir_build_enter(builder, unreached);
    ir_build_store(builder, place, b, fixture.i32);
    ir_build_jump(builder, no);
    ir_build_enter(builder, entry);
    ir_build_zero(builder, place, fixture.i32);
    ir_build_branch(builder, a, yes, no);
    assert_true(ir_build_is_ended(builder));
    ir_build_return(builder, ir_none());
    ir_build_enter(builder, yes);
    assert_false(ir_build_is_ended(builder));
    ir_build_return(builder, b);
    ir_build_end(builder);
    check(&fixture, f,
          "extern f() -> i32 !1 {\n  x: i32\n"
          "  b0:\n    %0 = load x : i32 !1\n    zero x : i32 !1\n    branch %0, b1, b2 !1\n"
          "  b1:\n    %3 = add %0, 1 : i32 !1\n    return %3 !1\n"
          "  b2:\n    unreachable !1\n}\n");
}

/* A value made behind the end of a block, but used where control comes: an 'unknown' stands for it. */
static void
test_lost_value(void **state)
{
    struct fixture fixture = fixture_new();
    struct ir_builder *builder = fixture.builder;
    struct ir_function_id f = begin(&fixture, "f");
    struct ir_local_id x = ir_build_local(builder, ir_build_name(builder, "x"), fixture.i32);
    struct ir_block_id entry = ir_build_block(builder), next = ir_build_block(builder);
    struct ir_operand lost;

    (void)state;
    ir_build_enter(builder, entry);
    ir_build_jump(builder, next);
    lost = ir_build_load(builder, ir_build_place_local(builder, x), fixture.i32);
    ir_build_enter(builder, next);
    ir_build_return(builder, lost);
    ir_build_end(builder);
    check(&fixture, f,
          "extern f() -> i32 !1 {\n  x: i32\n"
          "  b0:\n    %0 = unknown \"a value of code that control does not reach\" : i32 !1\n    jump b1 !1\n"
          "  b1:\n    return %0 !1\n}\n");
}

/* One place extended in two ways, and steps between. */
static void
test_places(void **state)
{
    struct fixture fixture = fixture_new();
    struct ir_builder *builder = fixture.builder;
    struct ir_record_id s = ir_build_record(builder, ir_build_name(builder, "s"), fixture.position, false);
    struct ir_field fields[] = {{ir_build_name(builder, "a"), fixture.i32},
                                {ir_build_name(builder, "b"), ir_build_array(builder, fixture.i32, 4)}};
    struct ir_type_id pointer = ir_build_pointer(builder, ir_build_record_type(builder, s));
    struct ir_function_id f = begin(&fixture, "f");
    struct ir_local_id p = ir_build_local(builder, ir_build_name(builder, "p"), pointer);
    struct ir_place stem, a, b;
    struct ir_operand index;

    (void)state;
    ir_build_fields(builder, s, fields, 2);
    ir_build_enter(builder, ir_build_block(builder));
    stem = ir_build_place_deref(builder, ir_build_place_local(builder, p));
    a = ir_build_place_field(builder, stem, s, 0);
    b = ir_build_place_field(builder, stem, s, 1);
    index = ir_build_load(builder, a, fixture.i32);
    b = ir_build_place_element(builder, b, index);
    assert_int_equal(ir_place_type(fixture.program, ir_build_body(builder), b).index, fixture.i32.index);
    ir_build_store(builder, b, index, fixture.i32);
    ir_build_store(builder, a, index, fixture.i32);
    ir_build_return(builder, index);
    ir_build_end(builder);
    assert_int_equal(fixture.program->functions.items[f.index].steps.count, 7);
    check(&fixture, f,
          "extern f() -> i32 !1 {\n  p: *s\n"
          "  b0:\n    %0 = load p->a : i32 !1\n    store p->b[%0], %0 : i32 !1\n    store p->a, %0 : i32 !1\n"
          "    return %0 !1\n}\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),     cmocka_unit_test(test_symbols), cmocka_unit_test(test_order),
        cmocka_unit_test(test_lost_value), cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
