/* What is known of single bits goes through |, &, ~ and +. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analysis/bits.h"

static void
assert_bits(struct bits bits, uint64_t mask, uint64_t one, uint64_t zero, uint64_t unknown)
{
    assert_int_equal(bits.one & mask, one);
    assert_int_equal(bits.zero & mask, zero);
    assert_int_equal(bits.unknown & mask, unknown);
}

static void
keeps_what_a_constant_decides(void **state)
{
    struct bits unknown = bits_unknown(), six = bits_of_constant(6);

    (void)state;
    assert_bits(bits_binary(IR_OPERATOR_OR, unknown, six), 15, 6, 0, 9);
    assert_bits(bits_binary(IR_OPERATOR_OR, six, unknown), 15, 6, 0, 9);
    assert_bits(bits_binary(IR_OPERATOR_AND, unknown, six), 15, 0, 9, 6);
    assert_bits(bits_unary(IR_OPERATOR_COMPLEMENT, six), 15, 9, 6, 0);
    assert_bits(bits_unary(IR_OPERATOR_NEGATE, six), 15, 0, 0, 15);
    assert_bits(bits_binary(IR_OPERATOR_XOR, six, six), 15, 0, 0, 15);
}

static void
joins_several_values(void **state)
{
    struct bits bits = bits_of_constant(1);

    (void)state;
    assert_true(bits_add(&bits, bits_of_constant(3)));
    assert_false(bits_add(&bits, bits_of_constant(3)));
    assert_bits(bits, 7, 3, 6, 0);
    assert_bits(bits_binary(IR_OPERATOR_AND, bits, bits_of_constant(2)), 7, 2, 7, 0);
    assert_bits(bits_binary(IR_OPERATOR_OR, bits, bits_of_constant(2)), 7, 3, 4, 0);
}

static void
adds_where_nothing_is_carried(void **state)
{
    (void)state;
    assert_bits(bits_binary(IR_OPERATOR_ADD, bits_of_constant(4), bits_of_constant(3)), 15, 7, 8, 0);
    assert_bits(bits_binary(IR_OPERATOR_ADD, bits_of_constant(4), bits_of_constant(5)), 15, 0, 0, 15);
    assert_bits(bits_binary(IR_OPERATOR_ADD, bits_unknown(), bits_of_constant(1)), 15, 0, 0, 15);
}

/* Nothing has come to the other side yet: what is decided already stands, the rest waits. */
static void
waits_for_what_has_no_way(void **state)
{
    struct bits nothing = {0};

    (void)state;
    assert_bits(bits_binary(IR_OPERATOR_OR, nothing, bits_of_constant(2)), 7, 2, 0, 0);
    assert_bits(bits_binary(IR_OPERATOR_AND, nothing, bits_of_constant(2)), 7, 0, 5, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_a_constant_decides),
        cmocka_unit_test(joins_several_values),
        cmocka_unit_test(adds_where_nothing_is_carried),
        cmocka_unit_test(waits_for_what_has_no_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
