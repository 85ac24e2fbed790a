#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "freebsd/make_internal.h"

struct fixture {
    struct arena *arena;
    struct make *make;
    char folder[64];
};

static int
set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    fixture->arena = arena_new();
    fixture->make = make_new(fixture->arena, NULL);
    strcpy(fixture->folder, "/tmp/dmalint-make-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;
    size_t count;
    char **names = file_list(fixture->arena, fixture->folder, &count);

    for (size_t i = 0; i < count; i++)
        unlink(path_join(fixture->arena, fixture->folder, names[i]));
    rmdir(fixture->folder);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static char *
write_file(struct fixture *fixture, const char *name, const char *text)
{
    char *path = path_join(fixture->arena, fixture->folder, name);

    assert_true(file_write(path, text, strlen(text)));
    return path;
}

static void
read_text(struct fixture *fixture, const char *text)
{
    assert_true(make_read(fixture->make, write_file(fixture, "Makefile", text)));
}

static void
expect(struct fixture *fixture, const char *expression, const char *value)
{
    assert_string_equal(make_expand(fixture->make, expression), value);
}

static void
assignments(void **state)
{
    read_text(*state, "A= one\nA+= two\nB?= ${A}\nB?= no\nC:= ${A}\nA= three # not this\n"
                      "D!= rm -rf /\nE= a \\\n  b\n\tF= a command\n.undef C\nG = x=y\n");
    expect(*state, "${A}/${B}/${C}/${D}/${E}/${F}/${G}", "three/three///a  b//x=y");
}

static void
defined_later(void **state)
{
    read_text(*state, "A= -I. ${LATER}\nB:= ${A:N-I*} $$A ${C}\nC= ${LATER}\nLATER= -Dx\n");
    expect(*state, "${B}", "-Dx $A -Dx");
}

static void
modifiers(void **state)
{
    read_text(*state, "L= -I. -O2 -Ifoo -O2\nP= a/b.c d.h\n");
    expect(*state, "${L:M-I*}", "-I. -Ifoo");
    expect(*state, "${L:N-I*}", "-O2 -O2");
    expect(*state, "${L:C/^-O2$/-O3/:N-I.}", "-O3 -Ifoo -O3");
    expect(*state, "${L:S/-I/-J/}", "-J. -O2 -Jfoo -O2");
    expect(*state, "${P:S/.c$/.o/:T}", "b.o d.h");
    expect(*state, "${P:R} ${P:E} ${P:H}", "a/b d c h a .");
    expect(*state, "${P:.c=.o}", "a/b.o d.h");
    expect(*state, "${NONE:Udefault} ${P:D yes}", "default  yes");
    expect(*state, "${L:O:u}", "-I. -Ifoo -O2");
    expect(*state, "${P:@w@<${w}>@}", "<a/b.c> <d.h>");
    expect(*state, "${P:[1]} ${P:[-1]} ${P:[#]}", "a/b.c d.h 2");
    expect(*state, "${P:C/(.)\\..$/\\1/} ${P:tu}", "a/b d A/B.C D.H");
    expect(*state, "${${P:Md*} != \"\":?some:none} $$x $P", "some $x a/b.c d.h");
}

static void
conditions(void **state)
{
    struct fixture *fixture = *state;

    read_text(fixture, "A= yes\nN= 130000\nE=\n");
    assert_true(make_condition(fixture->make, "defined(A) && !defined(B)"));
    assert_true(make_condition(fixture->make, "${A} == \"yes\" && (${N} >= 100000 || defined(B))"));
    assert_true(make_condition(fixture->make, "empty(E) && !empty(A:My*)"));
    assert_true(make_condition(fixture->make, "${A:Mn*} == \"\" && ${A} != no"));
    assert_false(make_condition(fixture->make, "make(install) || exists(/no/such/file)"));
    assert_false(make_condition(fixture->make, "${A} == yes )("));
}

static void
branches_and_loops(void **state)
{
    read_text(*state, "M= arm64\n.if ${M} == amd64\nA= x\n.if 1\nB= y\n.endif\n.elif ${M} == arm64\nA= arm\n"
                      ".else\nA= z\n.endif\n.ifndef NONE\nC= c\n.endif\n"
                      ".for i in one two\nV_${i}= ${i:S/o/0/}\nALL+= ${V_${i}}\n.endfor\n");
    expect(*state, "${A} ${B} ${C} ${V_one} ${ALL}", "arm  c 0ne 0ne tw0");
}

static void
includes(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture, "other.mk", "X= other\n.include \"Makefile\"\n"); /* a circle ends */
    write_file(fixture, "kmod.mk", "K= kmod\n");
    make_set_library(fixture->make, fixture->folder);
    read_text(fixture, ".include \"other.mk\"\n.include <bsd.own.mk>\n.include <bsd.kmod.mk>\n"
                       ".include \"missing.mk\"\n.PATH: ${X} b\n");
    assert_non_null(strstr(make_value(fixture->make, ".PATH"), "other b"));
    expect(fixture, "${X} ${K}", "other kmod");
}

static void
scopes(void **state)
{
    struct fixture *fixture = *state;
    struct make *child = make_new(fixture->arena, fixture->make);

    make_define(fixture->make, "FIXED", "f");
    make_set(fixture->make, "A", "a");
    make_append(child, "A", "b");
    make_set(child, "FIXED", "changed");
    assert_string_equal(make_value(child, "A"), "a b");
    assert_string_equal(make_value(fixture->make, "A"), "a");
    assert_string_equal(make_value(child, "FIXED"), "f");
    make_set(child, "SELF", "${SELF}${SELF}x"); /* a variable that names itself ends */
    assert_string_equal(make_expand(child, "${SELF}"), "x");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(assignments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(defined_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(modifiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conditions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(branches_and_loops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scopes, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
