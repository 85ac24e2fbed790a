/* The text syntax. With arguments: the round trip of these files; else of all in testdata/ir, and errors. */
#include "ir/testing.h"

static void
check_round_trip(struct arena *arena, const char *path)
{
    size_t size;
    const char *text = file_read(arena, path, &size);
    const char *expected;
    char *once, *twice;

    assert_non_null(text);
    once = testing_print(arena, testing_parse(arena, path, text));
    twice = testing_print(arena, testing_parse(arena, path, once));
    assert_string_equal(once, twice);
    /* A file 'x.ir' with 'x.printed' beside it prints as that. */
    expected = file_read(arena, arena_printf(arena, "%.*s.printed", (int)strlen(path) - 3, path), &size);
    if (expected != NULL)
        assert_string_equal(once, expected);
}

static void
test_files(void **state)
{
    struct arena *arena = arena_new();
    size_t count;
    char **files = testing_files(arena, "testdata/ir", &count);

    (void)state;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        check_round_trip(arena, files[i]);
    arena_free(arena);
}

/* The example of the documentation is one. */
static void
test_documentation(void **state)
{
    static const char fence[] = "```\n";
    struct arena *arena = arena_new();
    size_t size;
    char *text = file_read(arena, "docs/ir.md", &size), *start, *end;

    (void)state;
    assert_non_null(text);
    start = strstr(text, "```\ntarget ");
    assert_non_null(start);
    start += strlen(fence);
    end = strstr(start, fence);
    assert_non_null(end);
    *end = '\0';
    testing_parse(arena, "docs/ir.md", start);
    arena_free(arena);
}

/* 'text' does not parse, and the first error is 'message'. */
static void
check_error(const char *text, const char *message)
{
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.arena = arena};

    assert_null(ir_parse(arena, "t.ir", text, &diagnostics));
    assert_string_equal(diagnostics.first, message);
    arena_free(arena);
}

static void
test_errors(void **state)
{
    (void)state;
    check_error("what", "t.ir:1:1: error: expected an item: target, unit, in, record, union, extern, static, "
                        "macro, global");
    check_error("global g: i32 = \"x", "t.ir:1:19: error: the string has no end on this line");
    check_error("extern f() {\n  jump b1\n}\n", "t.ir:2:8: error: there is no block 'b1'");
    check_error("extern f() {\n  return %x\n}\n", "t.ir:2:10: error: there is no value '%x'");
    check_error("extern f() {\n  call g()\n  return\n}\n", "t.ir:2:8: error: there is no function 'g'");
    check_error("extern f(p: *s) {\n  store p->x, 1\n  return\n}\n",
                "t.ir:2:12: error: record 's' is declared without fields");
    check_error("extern f(p: i32) {\n  store p.x, 1\n  return\n}\n",
                "t.ir:2:11: error: the place before is no record here: write 'record::field'");
    check_error("record s { y: i32 }\nextern f(p: *s) {\n  store p->x, 1\n  return\n}\n",
                "t.ir:3:12: error: 's' has no field 'x'");
    check_error("extern f(x: i32) {\nb0:\n  store x, 1\nb1:\n  return\n}\n",
                "t.ir:4:1: error: the block before has no end: jump, branch, switch, return or unreachable");
    check_error("extern f(x: i32) {\n  store x, 1\n}\n", "t.ir:2:12: error: the last block has no end");
    check_error("extern f() {\n  return\n  return\n}\n",
                "t.ir:3:3: error: the block has ended before this instruction");
    check_error("extern f() {\n  return\nb1:\n  return\n}\n",
                "t.ir:1:8: error: a block of this function is never reached");
    check_error("extern f() {\n  return\n", "t.ir:1:8: error: the body of this function has no '}'");
    check_error("extern f() {\n  return\n}\nextern f() {\n  return\n}\n",
                "t.ir:4:8: error: this function is defined already");
    check_error("unit \"a.c\"\nstatic f() {\n  return\n}\nunit \"b.c\"\nstatic f() {\n  return\n}\n",
                "t.ir:6:8: error: 'f' is here already: number the others, as in 'f#2'");
    check_error("macro m\nextern f() {\n  %0 = call m()\n  return\n}\n",
                "t.ir:3:15: error: the type does not follow from what stands here: write ': type'");
    check_error("global g: i32 = 5 5\n", "t.ir:1:19: error: unexpected text behind the initialiser");
    check_error("record s { x: i32 } 5\n", "t.ir:1:21: error: unexpected text behind the item");
}

/* What a person may leave out, and what is printed for it. */
static void
test_defaults(void **state)
{
    struct arena *arena = arena_new();
    const struct ir_program *program = testing_parse(arena, "t.ir",
                                                     "record s { x: i32 }\n"
                                                     "extern f(p: *s, a: **i32) -> i32 {\n"
                                                     "  %a = load p->x\n"
                                                     "  %b = load a[1][%a]\n"
                                                     "  store *(*a), %b // WARN(x)\n"
                                                     "  store p->s::x, 0x10\n"
                                                     "  return %b\n"
                                                     "}\n");

    (void)state;
    assert_string_equal(testing_print(arena, program), "unit \"t.ir\"\n"
                                                       "\n"
                                                       "record s !1 {\n"
                                                       "  x: i32\n"
                                                       "}\n"
                                                       "\n"
                                                       "extern f(p: *s, a: **i32) -> i32 !2 {\n"
                                                       "  b0:\n"
                                                       "    %0 = load p->x : i32 !3\n"
                                                       "    %1 = load a[1][%0] : i32 !4\n"
                                                       "    store **a, %1 : i32 !5\n"
                                                       "    store p->x, 16 : i32 !6\n"
                                                       "    return %1 !7\n"
                                                       "}\n");
    arena_free(arena);
}

/* The places of all loads of a function, as C would write them. */
static void
test_place_text(void **state)
{
    static const char *const expected[] = {
        "sc", "sc->ring[i].map", "i", "sc->next->next", "*sc->p", "sc->u", "sc->ring[2].map", "sc->p[i + 1]"};
    struct arena *arena = arena_new();
    const struct ir_program *program =
        testing_parse(arena, "t.ir",
                      "record anon { u: i32 }\n"
                      "record ring { map: i32 }\n"
                      "record soft { ring: [4]ring, next: *soft, p: *i32, \"\": anon }\n"
                      "extern f(sc: *soft, i: i32) {\n"
                      "  %sc = load sc\n"
                      "  %i = load i\n"
                      "  %0 = load %sc->ring[%i].map\n"
                      "  %1 = load %sc->next->next\n"
                      "  %2 = load *%sc->p\n"
                      "  %3 = load %sc->#3.u\n"
                      "  %4 = address %sc->ring[2]\n"
                      "  %5 = load %4->map\n"
                      "  %6 = add %i, 1\n"
                      "  %7 = load %sc->p[%6]\n"
                      "  return\n"
                      "}\n");
    const struct ir_function *function = &program->functions.items[0];
    uint32_t found = 0;

    (void)state;
    vector_each (instruction, &function->instructions) {
        const char *text;

        if (instruction->op != IR_OP_LOAD)
            continue;
        text = ir_place_text(arena, program, function, instruction->place);
        for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
            found += strcmp(text, expected[i]) == 0;
    }
    assert_int_equal(found, sizeof(expected) / sizeof(*expected));
    arena_free(arena);
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),    cmocka_unit_test(test_documentation), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_place_text),
    };
    struct arena *arena;

    if (count == 1)
        return cmocka_run_group_tests(tests, NULL, NULL);
    arena = arena_new();
    for (int i = 1; i < count; i++)
        check_round_trip(arena, arguments[i]);
    arena_free(arena);
    return 0;
}
