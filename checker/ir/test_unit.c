/* Units on disk: the round trip, the header, and damaged payloads with a right checksum, so that the reader
 * meets them. */
#include <xxhash.h>

#include "ir/testing.h"
#include "ir/unit.h"
#include "ir/unit_format.h"

enum { HEADER = 16, MUTATIONS = 5000 };

struct encoded {
    uint8_t *bytes;
    size_t size;
};

static struct encoded
encode_file(struct arena *arena, const char *path)
{
    struct encoded unit;
    size_t size;
    const char *text = file_read(arena, path, &size);

    assert_non_null(text);
    unit.bytes = ir_unit_write(arena, testing_parse(arena, path, text), &unit.size);
    return unit;
}

static void
fix_checksum(struct encoded unit)
{
    uint64_t checksum = XXH3_64bits(unit.bytes + HEADER, unit.size - HEADER);

    for (int i = 0; i < 8; i++)
        unit.bytes[8 + i] = (uint8_t)(checksum >> (8 * i));
}

static void
test_round_trip(void **state)
{
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.arena = arena};
    size_t count;
    char **files = testing_files(arena, "testdata/ir", &count);

    (void)state;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        const char *text = file_read(arena, files[i], &size);
        const struct ir_program *program = testing_parse(arena, files[i], text);
        struct encoded first, second;
        const struct ir_program *again;

        first.bytes = ir_unit_write(arena, program, &first.size);
        again = ir_unit_read(arena, "x.unit", first.bytes, first.size, &diagnostics);
        assert_non_null(again);
        assert_string_equal(testing_print(arena, program), testing_print(arena, again));
        second.bytes = ir_unit_write(arena, again, &second.size);
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.bytes, second.bytes, first.size);
    }
    arena_free(arena);
}

/* The same program gives the same bytes, whatever names were interned before it. */
static void
test_deterministic(void **state)
{
    static const char text[] =
        "record s { x: i32 }\nextern f(p: *s) -> i32 {\n  %0 = load p->x\n  return %0\n}\n";
    struct arena *arena = arena_new();
    struct ir_program *one = testing_parse(arena, "t.ir", text);
    struct ir_program *two = testing_parse(arena, "t.ir", text);
    size_t one_size, two_size;
    void *one_bytes, *two_bytes;

    (void)state;
    intern(two->names, "another name");
    one_bytes = ir_unit_write(arena, one, &one_size);
    two_bytes = ir_unit_write(arena, two, &two_size);
    assert_int_equal(one_size, two_size);
    assert_memory_equal(one_bytes, two_bytes, one_size);
    arena_free(arena);
}

static void
check_refused(struct arena *arena, const void *bytes, size_t size, const char *message)
{
    struct diagnostics diagnostics = {.arena = arena};

    assert_null(ir_unit_read(arena, "x.unit", bytes, size, &diagnostics));
    assert_string_equal(diagnostics.first, message);
}

static void
test_header(void **state)
{
    struct arena *arena = arena_new();
    struct encoded unit = encode_file(arena, "testdata/ir/driver.ir");

    (void)state;
    check_refused(arena, "", 0, "x.unit: error: this is not a unit of dmalint");
    check_refused(arena, unit.bytes, HEADER - 1, "x.unit: error: this is not a unit of dmalint");
    check_refused(arena,
                  "\x7f"
                  "ELF............",
                  16, "x.unit: error: this is not a unit of dmalint");
    check_refused(arena, unit.bytes, unit.size - 1,
                  "x.unit: error: the unit is damaged: its checksum is wrong");
    unit.bytes[unit.size - 1] ^= 1;
    check_refused(arena, unit.bytes, unit.size, "x.unit: error: the unit is damaged: its checksum is wrong");
    unit.bytes[unit.size - 1] ^= 1;
    unit.bytes[4] = 99;
    check_refused(arena, unit.bytes, unit.size,
                  "x.unit: error: the unit is of format 99, this program reads 2");
    unit.bytes[4] = UNIT_VERSION;
    unit.size--;
    fix_checksum(unit);
    check_refused(arena, unit.bytes, unit.size,
                  "x.unit: error: the unit is damaged: it ends early or holds what cannot be");
    arena_free(arena);
}

/* ---- damage ---- */

static uint32_t
random_below(uint64_t *state, size_t limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 33) % limit);
}

/* A few bytes changed, and perhaps the end cut off. */
static struct encoded
damage(struct arena *arena, struct encoded whole, uint64_t *state)
{
    static const uint8_t telling[] = {0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x0f};
    struct encoded unit = {arena_copy(arena, whole.bytes, whole.size), whole.size};

    if (random_below(state, 8) == 0)
        unit.size = HEADER + random_below(state, whole.size - HEADER);
    for (uint32_t n = 1 + random_below(state, 3); n != 0 && unit.size > HEADER; n--) {
        uint8_t *byte = &unit.bytes[HEADER + random_below(state, unit.size - HEADER)];

        if (random_below(state, 2) == 0)
            *byte ^= (uint8_t)(1u << random_below(state, 8));
        else
            *byte = telling[random_below(state, sizeof(telling))];
    }
    fix_checksum(unit);
    return unit;
}

/* What was accepted can be walked. */
static void
walk(struct arena *arena, const struct ir_program *program)
{
    size_t size;

    testing_print(arena, program);
    ir_unit_write(arena, program, &size);
    vector_each (function, &program->functions)
        vector_each (instruction, &function->instructions)
            if (instruction->op == IR_OP_LOAD)
                ir_place_text(arena, program, function, instruction->place);
}

static void
test_damage(void **state)
{
    struct arena *arena = arena_new(), *scratch = arena_new();
    uint64_t random = 1;
    unsigned accepted = 0, refused = 0;
    size_t count;
    char **files = testing_files(arena, "testdata/ir", &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct encoded whole = encode_file(arena, files[i]);

        for (int n = 0; n < MUTATIONS; n++) {
            struct diagnostics diagnostics = {.arena = scratch};
            struct encoded unit = damage(scratch, whole, &random);
            /* A copy of its own, so that reading beyond the end is seen. */
            uint8_t *bytes = test_malloc(unit.size);
            struct ir_program *program;

            memcpy(bytes, unit.bytes, unit.size);
            program = ir_unit_read(scratch, "x.unit", bytes, unit.size, &diagnostics);
            test_free(bytes);
            if (program != NULL) {
                accepted++;
                walk(scratch, program);
            } else {
                refused++;
                assert_true(diagnostics.errors != 0);
            }
            arena_reset(scratch);
        }
    }
    print_message("%u damaged units accepted, %u refused\n", accepted, refused);
    arena_free(scratch);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_deterministic),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
