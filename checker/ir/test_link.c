/* Linking: what becomes one, what stays apart, and that the result is a program as good as its units. */
#include "ir/link.h"
#include "ir/build.h"
#include "ir/testing.h"
#include "ir/unit.h"
#include "ir/verify.h"

/* The texts linked in order; each must link. */
static struct ir_program *
link_texts(struct arena *arena, const char *const *texts, size_t count, uint32_t *duplicates)
{
    struct ir_program *program = ir_program_new(arena);
    struct ir_linker *linker = ir_linker_new(program);
    struct diagnostics diagnostics = {.arena = arena};

    for (size_t i = 0; i < count; i++)
        assert_true(ir_link(linker, testing_parse(arena, "t.ir", texts[i]), &diagnostics));
    if (!ir_verify(program, "linked", &diagnostics))
        fail_msg("%s", diagnostics.first);
    if (duplicates != NULL)
        *duplicates = ir_linker_duplicate_definitions(linker);
    return program;
}

/* Two units that share headers, with their names in another order. */
static const char first[] = "target x86_64 1300010\n"
                            "unit \"dev/foo/foo.c\"\n"
                            "record soft !\"dev/foo/foo.h\":10 { a: i32, b: *other_soft }\n"
                            "record other_soft !5 { x: i32 }\n"
                            "extern shared: fn(*soft) -> i32 !\"dev/foo/foo.h\":20\n"
                            "global extern table: soft !\"dev/foo/foo.h\":21\n"
                            "static inline_get(s: *soft) -> i32 !\"dev/foo/foo.h\":30 {\n"
                            "  %0 = load s->a !31\n"
                            "  return %0 !31\n"
                            "}\n"
                            "static local(s: *soft) !40 {\n"
                            "  %0 = call inline_get(0) !41\n"
                            "  %1 = call shared(0) !42 macro FOO\n"
                            "  store s->a, %1 !43\n"
                            "  store @table.a, 3 !44\n"
                            "  return !45\n"
                            "}\n";
static const char second[] = "target x86_64 1300010\n"
                             "unit \"dev/foo/foo_bus.c\" errors 2\n"
                             "record other_soft !7 { y: i32 }\n"
                             "record soft !\"dev/foo/foo.h\":10 { c: u8, a: i32, b: *other_soft }\n"
                             "static local(y: *other_soft) !50 {\n"
                             "  store y->y, 1 !51\n"
                             "  return !52\n"
                             "}\n"
                             "static inline_get(s: *soft) -> i32 !\"dev/foo/foo.h\":30 {\n"
                             "  %0 = load s->a !31\n"
                             "  return %0 !31\n"
                             "}\n"
                             "extern shared(s: *soft) -> i32 !60 {\n"
                             "  %0 = load s->a !61\n"
                             "  store s->c, 1 !61\n"
                             "  %1 = call inline_get(0) !62\n"
                             "  call local(0) !63\n"
                             "  return %0 !64\n"
                             "}\n"
                             "global table: soft !70 = { .a = 5, .c = 1 }\n";

static const char linked[] = "target x86_64 1300010\n"
                             "unit \"dev/foo/foo.c\"\n"
                             "unit \"dev/foo/foo_bus.c\" errors 2\n"
                             "\n"
                             "record soft !\"dev/foo/foo.h\":10 {\n"
                             "  a: i32\n"
                             "  b: *other_soft\n"
                             "  c: u8\n"
                             "}\n"
                             "\n"
                             "record other_soft !\"dev/foo/foo.c\":5 {\n"
                             "  x: i32\n"
                             "}\n"
                             "\n"
                             "record other_soft#2 !7 {\n"
                             "  y: i32\n"
                             "}\n"
                             "\n"
                             "global table: soft !70 = {\n"
                             "  .a = 5\n"
                             "  .c = 1\n"
                             "}\n"
                             "\n"
                             "extern shared(s: *soft) -> i32 !60 {\n"
                             "  b0:\n"
                             "    %0 = load s->a : i32 !61\n"
                             "    store s->c, 1 : u8 !61\n"
                             "    %2 = call inline_get(0) : i32 !62\n"
                             "    call local#2(0) !63\n"
                             "    return %0 !64\n"
                             "}\n"
                             "\n"
                             "in 0\n"
                             "static inline_get(s: *soft) -> i32 !\"dev/foo/foo.h\":30 {\n"
                             "  b0:\n"
                             "    %0 = load s->a : i32 !31\n"
                             "    return %0 !31\n"
                             "}\n"
                             "\n"
                             "static local(s: *soft) !40 {\n"
                             "  b0:\n"
                             "    %0 = call inline_get(0) : i32 !41\n"
                             "    %1 = call shared(0) : i32 !42 macro FOO\n"
                             "    store s->a, %1 : i32 !43\n"
                             "    store @table.a, 3 : i32 !44\n"
                             "    return !45\n"
                             "}\n"
                             "\n"
                             "in 1\n"
                             "static local#2(y: *other_soft#2) !50 {\n"
                             "  b0:\n"
                             "    store y->y, 1 : i32 !51\n"
                             "    return !52\n"
                             "}\n";

static void
test_two_units(void **state)
{
    static const char *const texts[] = {first, second};
    struct arena *arena = arena_new();
    uint32_t duplicates;
    struct ir_program *program = link_texts(arena, texts, 2, &duplicates);
    char *text = testing_print(arena, program);

    (void)state;
    assert_int_equal(duplicates, 0);
    assert_string_equal(text, linked);
    assert_string_equal(testing_print(arena, testing_parse(arena, "linked.ir", text)), linked);
    arena_free(arena);
}

static void
test_duplicates(void **state)
{
    static const char *const texts[] = {
        "unit \"a.c\"\nextern f() -> i32 !1 {\n  return 1 !1\n}\nglobal g: i32 !2 = 1\nglobal h: i32 !3\n",
        "unit \"b.c\"\nextern f() -> i32 !1 {\n  return 2 !1\n}\nglobal g: i32 !2 = 2\nglobal h: i32 !3 = "
        "3\n",
    };
    struct arena *arena = arena_new();
    uint32_t duplicates;
    const struct ir_program *program = link_texts(arena, texts, 2, &duplicates);

    (void)state;
    assert_int_equal(duplicates, 2);
    assert_int_equal(program->functions.count, 1);
    assert_int_equal(program->functions.items[0].instructions.items[0].operand.constant, 1);
    assert_int_equal(program->globals.items[0].initialisers.items[0].operand.constant, 1);
    assert_int_equal(program->globals.items[1].initialisers.items[0].operand.constant, 3);
    arena_free(arena);
}

/* Static variables stay apart by unit, even those of headers, but constants of headers are one. */
static void
test_static_globals(void **state)
{
    static const char *const texts[] = {
        "unit \"a.c\"\nglobal static g: i32 !2 = 1\nglobal static const c: i32 !\"h.h\":1 = 1\n"
        "global static v: i32 !\"h.h\":2 = 1\n",
        "unit \"b.c\"\nglobal static g: i32 !2 = 2\nglobal static const c: i32 !\"h.h\":1 = 1\n"
        "global static v: i32 !\"h.h\":2 = 1\n",
    };
    struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(link_texts(arena, texts, 2, NULL)->globals.count, 5);
    arena_free(arena);
}

static void
test_targets(void **state)
{
    struct arena *arena = arena_new();
    struct ir_linker *linker = ir_linker_new(ir_program_new(arena));
    struct diagnostics diagnostics = {.arena = arena};

    (void)state;
    assert_true(ir_link(linker, testing_parse(arena, "a.ir", "target i386 5\nunit \"a.c\"\n"), &diagnostics));
    assert_true(ir_link(linker, testing_parse(arena, "b.ir", "unit \"b.c\"\n"), &diagnostics));
    assert_false(
        ir_link(linker, testing_parse(arena, "c.ir", "target aarch64\nunit \"c.c\"\n"), &diagnostics));
    assert_string_equal(diagnostics.first,
                        "c.c: error: this is for aarch64, what it is linked with for i386");
    assert_false(
        ir_link(linker, testing_parse(arena, "c.ir", "target i386 6\nunit \"c.c\"\n"), &diagnostics));
    arena_free(arena);
}

/* One unit linked into nothing is the unit; linked twice it verifies and goes round. */
static void
test_files(void **state)
{
    struct arena *arena = arena_new();
    size_t count;
    char **files = testing_files(arena, "testdata/ir", &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t size;
        const char *text = file_read(arena, files[i], &size);
        const char *twice[] = {text, text};
        const struct ir_program *program;
        char *printed;

        program = link_texts(arena, twice, 1, NULL);
        assert_string_equal(testing_print(arena, program),
                            testing_print(arena, testing_parse(arena, "t.ir", text)));
        printed = testing_print(arena, link_texts(arena, twice, 2, NULL));
        assert_string_equal(printed, testing_print(arena, testing_parse(arena, "t.ir", printed)));
    }
    arena_free(arena);
}

/* A record that one unit only declares and another defines: the elements behind a pointer have its fields in
 * both orders. */
static void
test_declared_record(void **state)
{
    static const char declares[] = "unit \"a.c\"\n"
                                   "record part !\"s.h\":1\n"
                                   "record soft !\"s.h\":2 { parts: *part }\n"
                                   "global extern all: *part !\"s.h\":3\n"
                                   "extern f(s: *soft) -> *part !4 {\n"
                                   "  %0 = load s->parts !4\n"
                                   "  return %0 !4\n"
                                   "}\n";
    static const char defines[] = "unit \"b.c\"\n"
                                  "record part !2 { x: i32 }\n"
                                  "record soft !\"s.h\":2 { parts: *part }\n"
                                  "global extern all: *part !\"s.h\":3\n"
                                  "extern g(s: *soft) -> i32 !4 {\n"
                                  "  %0 = load s->parts[1].x !4\n"
                                  "  %1 = load @all[1].x !5\n"
                                  "  return %0 !5\n"
                                  "}\n";
    static const char *const orders[][2] = {{declares, defines}, {defines, declares}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct arena *arena = arena_new();
        struct ir_program *program = link_texts(arena, orders[i], 2, NULL);

        for (uint32_t j = 0; j < program->records.count; j++) {
            const struct ir_record *record = &program->records.items[j];

            if (strcmp(ir_text(program, record->name), "soft") == 0)
                assert_int_equal(ir_build_type_knows(program, record->fields[0].type), 3);
        }
        assert_int_equal(ir_build_type_knows(program, program->globals.items[0].type), 3);
        arena_free(arena);
    }
}

/* One record by two headers, of which each unit sees another: as a part of a third record it is whichever
 * came first. */
static void
test_record_of_two_headers(void **state)
{
    static const char one[] = "unit \"a.c\"\n"
                              "record list !\"a.h\":1 { first: *void }\n"
                              "record soft !\"s.h\":2 { list: list }\n";
    static const char other[] = "unit \"b.c\"\n"
                                "record list !\"b.h\":1 { first: *void }\n"
                                "record soft !\"s.h\":2 { list: list }\n"
                                "extern g(s: *soft) -> *void !4 {\n"
                                "  %0 = load s->list.first !4\n"
                                "  return %0 !4\n"
                                "}\n";
    static const char *const texts[] = {one, other};
    struct arena *arena = arena_new();

    (void)state;
    link_texts(arena, texts, 2, NULL);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_units),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_static_globals),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_declared_record),
        cmocka_unit_test(test_record_of_two_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
