/* States: what regions hold, what is assumed, objects, and how states are joined. */
#include "analysis/state.h"
#include "analysis/testing.h"

static const char program_text[] = "record inner { a: i32, b: i32 }\n"
                                   "record outer { one: inner, many: [4]inner, n: i32 }\n"
                                   "static f(o: outer, n: i32, p: *outer) { return }\n"
                                   "static g(n: i32) { return }\n";
enum { INNER, OUTER };
enum { SITE = 7, OTHER_SITE = 8 };

struct fixture {
    struct arena *arena;
    struct symbols *s;
    struct state *state;
    struct region o, n; /* locals of f */
    struct symbol x, y;
};

static int
set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = arena_alloc(arena, sizeof(*f));
    struct ir_function_id function = {0};

    f->arena = arena;
    f->s = symbols_new(arena, testing_parse(arena, "state.ir", program_text));
    f->state = arena_alloc(arena, sizeof(*f->state));
    f->o = region_local(f->s, function, 0);
    f->n = region_local(f->s, function, 1);
    f->x = symbol_initial(f->s, f->n);
    f->y = symbol_initial(f->s, region_local(f->s, function, 2));
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

static struct symbol
number(struct fixture *f, int64_t n)
{
    return symbol_constant(f->s, n);
}

static struct region
field(struct fixture *f, struct region base, uint32_t record, uint32_t index)
{
    return region_field(f->s, base, (struct ir_record_id){record}, index);
}

static struct region
element(struct fixture *f, struct symbol index, uint32_t member)
{
    return field(f, region_element(f->s, field(f, f->o, OUTER, 1), index), INNER, member);
}

static void
write_number(struct fixture *f, struct state *state, struct region region, int64_t n)
{
    state_write(f->arena, state, f->s, region, number(f, n));
}

static bool
holds(struct fixture *f, const struct state *state, struct region region, int64_t n)
{
    return symbol_equal(state_read(state, f->s, region), number(f, n));
}

/* Assumes 'symbol OPERATOR n', or that it is not so. */
static bool
assume(struct fixture *f, struct state *state, struct symbol symbol, enum ir_operator operator_, int64_t n,
       bool is_true)
{
    return state_assume(f->arena, state, f->s, symbol_binary(f->s, operator_, symbol, number(f, n)), is_true);
}

static void
check_known(struct fixture *f, const struct state *state, struct symbol symbol, int64_t low, int64_t high,
            bool not_zero)
{
    struct constraint known = state_known(state, f->s, symbol);

    assert_true(known.low == low);
    assert_true(known.high == high);
    assert_int_equal(known.not_zero, not_zero);
}

#define assert_same(a, b)   assert_int_equal((a).index, (b).index)
#define assert_differ(a, b) assert_int_not_equal((a).index, (b).index)

/* ---- regions ---- */

static void
test_read(void **state)
{
    struct fixture *f = *state;
    struct region one = field(f, f->o, OUTER, 0), a = field(f, one, INNER, 0), b = field(f, one, INNER, 1);

    assert_same(state_read(f->state, f->s, a), symbol_initial(f->s, a));
    write_number(f, f->state, a, 5);
    assert_true(holds(f, f->state, a, 5));
    assert_same(state_read(f->state, f->s, b), symbol_initial(f->s, b));
    write_number(f, f->state, a, 6);
    assert_true(holds(f, f->state, a, 6));
    assert_int_equal(f->state->bindings.count, 1);
}

/* A write to a whole forgets its parts; what is zeroed has zero parts, what came from elsewhere has parts of
 * that. */
static void
test_whole(void **state)
{
    struct fixture *f = *state;
    struct region one = field(f, f->o, OUTER, 0), a = field(f, one, INNER, 0), b = field(f, one, INNER, 1);
    struct symbol from_call = symbol_result(f->s, SITE, 0);

    write_number(f, f->state, a, 5);
    write_number(f, f->state, f->n, 9);
    state_write(f->arena, f->state, f->s, f->o, symbol_zeroed(f->s));
    assert_same(state_read(f->state, f->s, a), symbol_zeroed(f->s));
    assert_true(holds(f, f->state, f->n, 9));
    write_number(f, f->state, a, 5);
    assert_true(holds(f, f->state, a, 5));
    assert_same(state_read(f->state, f->s, b), symbol_zeroed(f->s));
    state_write(f->arena, f->state, f->s, f->o, from_call);
    assert_same(state_read(f->state, f->s, a), symbol_after(f->s, from_call, a));
    assert_differ(state_read(f->state, f->s, a), state_read(f->state, f->s, b));
}

static void
test_elements(void **state)
{
    struct fixture *f = *state;
    struct symbol some = {IR_NONE};

    write_number(f, f->state, element(f, f->x, 0), 20);
    write_number(f, f->state, element(f, number(f, 1), 0), 11);
    write_number(f, f->state, element(f, number(f, 2), 0), 12);
    write_number(f, f->state, element(f, number(f, 2), 1), 13);
    /* constants tell elements apart */
    assert_true(holds(f, f->state, element(f, number(f, 1), 0), 11));
    assert_true(holds(f, f->state, element(f, number(f, 2), 0), 12));
    assert_true(holds(f, f->state, element(f, number(f, 2), 1), 13));
    /* what may be the same element is forgotten */
    assert_false(holds(f, f->state, element(f, f->x, 0), 20));
    /* another part of the same one is kept */
    write_number(f, f->state, element(f, f->x, 0), 21);
    write_number(f, f->state, element(f, f->x, 1), 22);
    assert_true(holds(f, f->state, element(f, f->x, 0), 21));
    assert_false(holds(f, f->state, element(f, number(f, 1), 0), 11));
    /* some element is any */
    write_number(f, f->state, element(f, some, 0), 30);
    assert_false(holds(f, f->state, element(f, f->x, 0), 21));
    write_number(f, f->state, field(f, f->o, OUTER, 2), 3);
    write_number(f, f->state, element(f, some, 0), 31);
    assert_true(holds(f, f->state, field(f, f->o, OUTER, 2), 3));
}

/* A write to one field of an element that is not known says nothing of another field. */
static void
test_other_field(void **state)
{
    struct fixture *f = *state;

    write_number(f, f->state, element(f, number(f, 1), 0), 11);
    write_number(f, f->state, element(f, f->x, 1), 22);
    assert_true(holds(f, f->state, element(f, number(f, 1), 0), 11));
}

static void
test_frame(void **state)
{
    struct fixture *f = *state;
    struct region other = region_local(f->s, (struct ir_function_id){1}, 0);
    struct region behind = field(f, region_pointee(f->s, f->y), OUTER, 2);

    write_number(f, f->state, field(f, f->o, OUTER, 2), 1);
    write_number(f, f->state, region_value(f->s, (struct ir_function_id){0}, 4), 2);
    write_number(f, f->state, other, 3);
    write_number(f, f->state, behind, 4);
    state_drop_frame(f->state, f->s, (struct ir_function_id){0});
    assert_int_equal(f->state->bindings.count, 2);
    assert_true(holds(f, f->state, other, 3));
    assert_true(holds(f, f->state, behind, 4));
}

static void
test_copy(void **state)
{
    struct fixture *f = *state;
    struct state *copy;

    write_number(f, f->state, f->n, 1);
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_LESS, 10, true));
    copy = state_copy(f->arena, f->state);
    write_number(f, copy, f->n, 2);
    assert_true(assume(f, copy, f->x, IR_OPERATOR_LESS, 5, true));
    assert_true(holds(f, f->state, f->n, 1));
    assert_true(holds(f, copy, f->n, 2));
    check_known(f, f->state, f->x, INT64_MIN, 9, false);
    check_known(f, copy, f->x, INT64_MIN, 4, false);
}

/* ---- assuming ---- */

static void
test_assume_constants(void **state)
{
    struct fixture *f = *state;
    struct symbol choice = symbol_choice(f->s, number(f, 0), number(f, 3), 0, (struct region){IR_NONE});

    assert_true(state_assume(f->arena, f->state, f->s, number(f, 1), true));
    assert_false(state_assume(f->arena, f->state, f->s, number(f, 1), false));
    assert_false(state_assume(f->arena, f->state, f->s, number(f, 0), true));
    assert_false(state_assume(f->arena, f->state, f->s, symbol_zeroed(f->s), true));
    assert_true(state_assume(f->arena, f->state, f->s, choice, true));
    assert_true(state_assume(f->arena, f->state, f->s, choice, false));
    assert_true(state_assume_range(f->arena, f->state, f->s, choice, 2, 5));
    assert_false(state_assume_range(f->arena, f->state, f->s, choice, 1, 2));
    check_known(f, f->state, choice, 0, 3, false);
    check_known(f, f->state, number(f, 3), 3, 3, true);
    testing_known_fault(state_assume_range(f->arena, f->state, f->s, choice, 2, 5) &&
                            state_known(f->state, f->s, choice).low == 3,
                        "a choice that is at least 2 is 3");
}

static void
test_assume_range(void **state)
{
    struct fixture *f = *state;

    assert_true(assume(f, f->state, f->x, IR_OPERATOR_GREATER_EQUAL, 3, true));
    check_known(f, f->state, f->x, 3, INT64_MAX, true);
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_GREATER, 9, false));
    check_known(f, f->state, f->x, 3, 9, true);
    /* the ends can be taken away, one by one */
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_NOT_EQUAL, 3, true));
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_EQUAL, 9, false));
    check_known(f, f->state, f->x, 4, 8, true);
    assert_false(assume(f, f->state, f->x, IR_OPERATOR_LESS, 4, true));
    assert_false(assume(f, f->state, f->x, IR_OPERATOR_EQUAL, 9, true));
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_EQUAL, 5, true));
    check_known(f, f->state, f->x, 5, 5, true);
    assert_false(assume(f, f->state, f->x, IR_OPERATOR_NOT_EQUAL, 5, true));
    assert_false(state_assume_range(f->arena, f->state, f->s, f->x, 6, 7));
}

static void
test_assume_not_zero(void **state)
{
    struct fixture *f = *state;

    assert_true(state_assume(f->arena, f->state, f->s, f->x, true));
    check_known(f, f->state, f->x, INT64_MIN, INT64_MAX, true);
    assert_false(assume(f, f->state, f->x, IR_OPERATOR_EQUAL, 0, true));
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_GREATER_EQUAL, 0, true));
    check_known(f, f->state, f->x, 1, INT64_MAX, true);
    /* and the other way round */
    assert_true(state_assume(f->arena, f->state, f->s, f->y, false));
    check_known(f, f->state, f->y, 0, 0, false);
    assert_false(state_assume(f->arena, f->state, f->s, f->y, true));
}

/* A number in the middle that it is not: kept only while there are bounds to move. */
static void
test_assume_hole(void **state)
{
    struct fixture *f = *state;

    assert_true(assume(f, f->state, f->x, IR_OPERATOR_EQUAL, 5, false));
    assert_true(!assume(f, state_copy(f->arena, f->state), f->x, IR_OPERATOR_EQUAL, 5, true));
}

static void
test_assume_two(void **state)
{
    struct fixture *f = *state;
    struct symbol equal = symbol_binary(f->s, IR_OPERATOR_EQUAL, f->x, f->y);
    struct symbol less = symbol_binary(f->s, IR_OPERATOR_LESS, f->x, f->y);

    assert_true(state_assume(f->arena, f->state, f->s, equal, true));
    assert_false(state_assume(f->arena, f->state, f->s, equal, false));
    assert_false(
        state_assume(f->arena, f->state, f->s, symbol_unary(f->s, IR_OPERATOR_LOGICAL_NOT, equal), true));
    assert_true(state_assume(f->arena, f->state, f->s, less, false));
    assert_false(state_assume(f->arena, f->state, f->s, less, true));
    /* bounds decide */
    f->state->constraints.count = 0;
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_LESS, 3, true));
    assert_true(assume(f, f->state, f->y, IR_OPERATOR_GREATER, 7, true));
    assert_false(state_assume(f->arena, f->state, f->s, equal, true));
    assert_true(state_assume(f->arena, f->state, f->s, equal, false));
    assert_false(state_assume(f->arena, f->state, f->s, less, false));
    assert_true(state_assume(f->arena, f->state, f->s, less, true));
}

/* A mask that is tested is remembered as it is. */
static void
test_assume_mask(void **state)
{
    struct fixture *f = *state;
    struct symbol masked = symbol_binary(f->s, IR_OPERATOR_AND, f->x, number(f, 4));

    assert_true(state_assume(f->arena, f->state, f->s, masked, true));
    assert_false(assume(f, f->state, masked, IR_OPERATOR_EQUAL, 0, true));
    assert_true(state_assume(f->arena, f->state, f->s,
                             symbol_binary(f->s, IR_OPERATOR_AND, f->x, number(f, 8)), false));
}

/* Before a site runs again, what was known of its symbol goes, and with it what the symbol tells apart. */
static void
test_forget(void **state)
{
    struct fixture *f = *state;
    struct symbol result = symbol_result(f->s, SITE, -1), other = symbol_result(f->s, OTHER_SITE, -1);
    struct symbol masked = symbol_binary(f->s, IR_OPERATOR_AND, result, number(f, 4));
    struct symbol deeper = symbol_binary(f->s, IR_OPERATOR_ADD, masked, f->x);
    struct region behind = field(f, region_pointee(f->s, result), OUTER, 2);

    assert_true(assume(f, f->state, result, IR_OPERATOR_EQUAL, 3, true));
    assert_true(assume(f, f->state, other, IR_OPERATOR_EQUAL, 3, true));
    assert_true(state_assume(f->arena, f->state, f->s, masked, true));
    assert_true(assume(f, f->state, deeper, IR_OPERATOR_EQUAL, 3, true));
    write_number(f, f->state, behind, 1);
    write_number(f, f->state, element(f, result, 0), 2);
    write_number(f, f->state, f->n, 3);
    state_forget_symbol(f->state, f->s, result);
    check_known(f, f->state, result, INT64_MIN, INT64_MAX, false);
    check_known(f, f->state, masked, INT64_MIN, INT64_MAX, false);
    check_known(f, f->state, other, 3, 3, true);
    assert_false(holds(f, f->state, behind, 1));
    assert_false(holds(f, f->state, element(f, result, 0), 2));
    assert_true(holds(f, f->state, f->n, 3));
    assert_true(state_known(f->state, f->s, deeper).low != 3);
}

static void
test_forget_held(void **state)
{
    struct fixture *f = *state;
    struct symbol result = symbol_result(f->s, SITE, -1);

    state_write(f->arena, f->state, f->s, f->n, result);
    state_forget_symbol(f->state, f->s, result);
    assert_true(!symbol_equal(state_read(f->state, f->s, f->n), result));
}

/* ---- objects ---- */

static struct object
map_object(struct symbol key, enum object_state state)
{
    struct object object;

    memset(&object, 0, sizeof(object));
    object.kind = OBJECT_MAP;
    object.state = (uint8_t)state;
    object.key = key;
    object.memory = object.length = object.pages_array = object.protection = (struct symbol){IR_NONE};
    return object;
}

static void
test_objects(void **state)
{
    struct fixture *f = *state;
    struct state *other = state_copy(f->arena, f->state);

    assert_null(state_object(f->state, OBJECT_MAP, f->x));
    state_set_object(f->arena, f->state, map_object(f->y, MAP_LOADED));
    state_set_object(f->arena, f->state, map_object(f->x, MAP_LOADED));
    state_set_object(f->arena, f->state, map_object(f->y, MAP_UNLOADED));
    assert_int_equal(f->state->objects.count, 2);
    assert_int_equal(state_object(f->state, OBJECT_MAP, f->y)->state, MAP_UNLOADED);
    assert_null(state_object(f->state, OBJECT_HOLD, f->y));
    /* the order in which they came does not matter */
    state_set_object(f->arena, other, map_object(f->y, MAP_UNLOADED));
    assert_false(state_objects_equal(f->state, other));
    state_set_object(f->arena, other, map_object(f->x, MAP_LOADED));
    assert_true(state_objects_equal(f->state, other));
    state_object(other, OBJECT_MAP, f->x)->post = 2;
    assert_false(state_objects_equal(f->state, other));
}

/* ---- joining ---- */

static void
test_join_equal(void **state)
{
    struct fixture *f = *state;

    write_number(f, f->state, f->n, 1);
    assert_true(assume(f, f->state, f->x, IR_OPERATOR_LESS, 10, true));
    assert_false(state_join(f->arena, f->state, state_copy(f->arena, f->state), f->s, SITE));
    assert_true(holds(f, f->state, f->n, 1));
    check_known(f, f->state, f->x, INT64_MIN, 9, false);
}

/* Constants become a choice; with anything else they merge into a symbol of the place and site. */
static void
test_join_values(void **state)
{
    struct fixture *f = *state;
    struct state *other = state_copy(f->arena, f->state);
    struct region a = field(f, f->o, OUTER, 2), b = region_local(f->s, (struct ir_function_id){0}, 2);

    write_number(f, f->state, f->n, 1);
    write_number(f, other, f->n, 4);
    write_number(f, f->state, a, 1); /* on one way only: else it is what it was at first */
    state_write(f->arena, f->state, f->s, b, f->x);
    state_write(f->arena, other, f->s, b, f->x);
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    assert_same(state_read(f->state, f->s, f->n),
                symbol_choice(f->s, number(f, 1), number(f, 4), SITE, f->n));
    assert_same(state_read(f->state, f->s, a), symbol_merge(f->s, SITE, a));
    assert_same(state_read(f->state, f->s, b), f->x);
    assert_false(f->state->is_ambiguous);
    /* again nothing new comes in */
    assert_false(state_join(f->arena, f->state, other, f->s, SITE));
}

static void
test_join_merge_bounds(void **state)
{
    struct fixture *f = *state;
    struct state *other = state_copy(f->arena, f->state);
    struct symbol merge = symbol_merge(f->s, SITE, f->n);

    write_number(f, f->state, f->n, 2);
    state_write(f->arena, other, f->s, f->n, f->y);
    assert_true(state_assume_range(f->arena, other, f->s, f->y, 5, 9));
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    assert_same(state_read(f->state, f->s, f->n), merge);
    check_known(f, f->state, merge, 2, 9, true);
    /* a bound that moves again is given up, so that loops end */
    assert_true(state_assume_range(f->arena, other, f->s, f->y, 5, 9));
    state_write(f->arena, other, f->s, f->n, number(f, 12));
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    check_known(f, f->state, merge, 2, INT64_MAX, true);
    state_write(f->arena, other, f->s, f->n, number(f, 0));
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    check_known(f, f->state, merge, INT64_MIN, INT64_MAX, false);
    write_number(f, other, f->n, 77);
    assert_false(state_join(f->arena, f->state, other, f->s, SITE));
}

static void
test_join_constraints(void **state)
{
    struct fixture *f = *state;
    struct state *other = state_copy(f->arena, f->state);

    assert_true(state_assume_range(f->arena, f->state, f->s, f->x, 2, 5));
    assert_true(state_assume_range(f->arena, f->state, f->s, f->y, 1, 1));
    assert_true(state_assume_range(f->arena, other, f->s, f->x, 3, 8));
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    check_known(f, f->state, f->x, 2, INT64_MAX, true); /* widened */
    check_known(f, f->state, f->y, INT64_MIN, INT64_MAX, false);
    assert_int_equal(f->state->constraints.count, 1);
    assert_false(state_join(f->arena, f->state, other, f->s, SITE));
}

/* Objects that differ are dropped, and the state rests on something that was not decided. */
static void
test_join_objects(void **state)
{
    struct fixture *f = *state;
    struct state *other = state_copy(f->arena, f->state);

    state_set_object(f->arena, f->state, map_object(f->x, MAP_LOADED));
    state_set_object(f->arena, f->state, map_object(f->y, MAP_LOADED));
    state_set_object(f->arena, other, map_object(f->x, MAP_LOADED));
    state_set_object(f->arena, other, map_object(f->y, MAP_UNLOADED));
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    assert_int_equal(f->state->objects.count, 1);
    assert_non_null(state_object(f->state, OBJECT_MAP, f->x));
    assert_true(f->state->is_ambiguous);
    /* from the other side it comes along, too */
    other = state_copy(f->arena, f->state);
    f->state->is_ambiguous = false;
    assert_true(state_join(f->arena, f->state, other, f->s, SITE));
    assert_true(f->state->is_ambiguous);
}

/* Joining ends: a counter that grows in every round comes to rest within a few. */
static void
test_join_ends(void **state)
{
    struct fixture *f = *state;
    struct state *head = state_copy(f->arena, f->state);
    int rounds = 0;

    write_number(f, head, f->n, 0);
    for (;; rounds++) {
        struct state *next = state_copy(f->arena, head);

        state_write(f->arena, next, f->s, f->n,
                    symbol_binary(f->s, IR_OPERATOR_ADD, state_read(next, f->s, f->n), number(f, 1)));
        assert_true(rounds < 20);
        if (!state_join(f->arena, head, next, f->s, SITE))
            break;
    }
    assert_same(state_read(head, f->s, f->n), symbol_merge(f->s, SITE, f->n));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_read),
        TEST(test_whole),
        TEST(test_elements),
        TEST(test_other_field),
        TEST(test_frame),
        TEST(test_copy),
        TEST(test_assume_constants),
        TEST(test_assume_range),
        TEST(test_assume_not_zero),
        TEST(test_assume_hole),
        TEST(test_assume_two),
        TEST(test_assume_mask),
        TEST(test_forget),
        TEST(test_forget_held),
        TEST(test_objects),
        TEST(test_join_equal),
        TEST(test_join_values),
        TEST(test_join_merge_bounds),
        TEST(test_join_constraints),
        TEST(test_join_objects),
        TEST(test_join_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
