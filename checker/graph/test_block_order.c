/* The order of blocks: those of a loop together, what follows it behind them. */
#include "graph/block_order.h"
#include "ir/testing.h"

/* The order of the one function of a program, its blocks named by their numbers. */
static struct block_order
order_of(struct arena *arena, const char *body)
{
    char text[1024];
    struct ir_program *program;

    snprintf(text, sizeof(text), "unit \"a.c\"\nstatic f(x: i32) {\n%s}\n", body);
    program = testing_parse(arena, "a.ir", text);
    return block_order_new(arena, &program->functions.items[0]);
}

static void
a_loop_comes_before_what_follows_it(void **state)
{
    struct arena *arena = arena_new();
    struct block_order order = order_of(arena, "b0:\n jump b1\n"
                                               "b1:\n %0 = load x\n branch %0, b2, b5\n"
                                               "b2:\n %1 = load x\n branch %1, b5, b3\n"
                                               "b3:\n %2 = load x\n branch %2, b4, b1\n"
                                               "b4:\n jump b1\n"
                                               "b5:\n return\n");

    (void)state;
    assert_int_equal(order.ranks[0], 0);
    assert_int_equal(order.ranks[1], 1);
    assert_int_equal(order.ranks[5], 5);
    assert_int_equal(order.loop_ends[1], 5);
    assert_int_equal(order.loop_ends[2], 0);
    arena_free(arena);
}

static void
an_inner_loop_lies_in_the_outer_one(void **state)
{
    struct arena *arena = arena_new();
    struct block_order order = order_of(arena, "b0:\n jump b1\n"
                                               "b1:\n %0 = load x\n branch %0, b2, b5\n"
                                               "b2:\n %1 = load x\n branch %1, b3, b4\n"
                                               "b3:\n jump b2\n"
                                               "b4:\n jump b1\n"
                                               "b5:\n return\n");

    (void)state;
    assert_int_equal(order.loop_ends[1], 5);
    assert_int_equal(order.ranks[2], 2);
    assert_int_equal(order.ranks[3], 3);
    assert_int_equal(order.loop_ends[2], 4);
    assert_int_equal(order.ranks[4], 4);
    assert_int_equal(order.ranks[5], 5);
    arena_free(arena);
}

static void
a_block_can_be_a_loop_of_its_own(void **state)
{
    struct arena *arena = arena_new();
    struct block_order order =
        order_of(arena, "b0:\n jump b1\nb1:\n %0 = load x\n branch %0, b1, b2\nb2:\n return\n");

    (void)state;
    assert_int_equal(order.loop_ends[1], 2);
    assert_int_equal(order.ranks[2], 2);
    arena_free(arena);
}

/* A loop with two ways in, as goto makes one: all that is asked is an order. */
static void
every_block_has_a_rank_of_its_own(void **state)
{
    struct arena *arena = arena_new();
    struct block_order order = order_of(arena, "b0:\n %0 = load x\n branch %0, b1, b2\n"
                                               "b1:\n jump b2\n"
                                               "b2:\n %1 = load x\n branch %1, b1, b3\n"
                                               "b3:\n return\n");
    uint32_t seen = 0;

    (void)state;
    for (uint32_t block = 0; block < 4; block++)
        seen |= 1u << order.ranks[block];
    assert_int_equal(seen, 15);
    assert_int_equal(order.ranks[3], 3);
    arena_free(arena);
}

static void
a_loop_with_two_ways_in_ends_with_the_function(void **state)
{
    struct arena *arena = arena_new();
    struct block_order order = order_of(arena, "b0:\n %0 = load x\n branch %0, b1, b2\n"
                                               "b1:\n %1 = load x\n branch %1, b2, b3\n"
                                               "b2:\n %2 = load x\n branch %2, b1, b3\n"
                                               "b3:\n return\n");

    (void)state;
    for (uint32_t b = 0; b < 4; b++) {
        assert_true(order.loop_ends[b] <= 4);
        assert_false(order.loop_ends[b] > 0 && order.is_only_way_in[b]);
    }
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_comes_before_what_follows_it),
        cmocka_unit_test(an_inner_loop_lies_in_the_outer_one),
        cmocka_unit_test(a_block_can_be_a_loop_of_its_own),
        cmocka_unit_test(a_loop_with_two_ways_in_ends_with_the_function),
        cmocka_unit_test(every_block_has_a_rank_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
