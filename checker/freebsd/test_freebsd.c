#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "freebsd/does_not_build.h"
#include "freebsd/freebsd.h"
#include "freebsd/text.h"

/* A toy tree below a temporary folder: two architectures, a listed driver, a module's driver, broken files.
 */
struct fixture {
    struct arena *arena;
    char folder[64];
    struct freebsd_options options;
    struct freebsd_tree tree;
    struct diagnostics diagnostics;
};

static const char *const toy_files[][2] = {
    {"sys/param.h", "#define __FreeBSD_version 1300010 /* toy */\n"},
    {"sys/toy.h", "#include <machine/cpu.h>\n"},
    {"amd64/include/cpu.h", ""},
    {"i386/include/cpu.h", ""},
    {"x86/include/cpu.h", ""},
    {"conf/Makefile.amd64", ".include \"$S/conf/kern.pre.mk\"\nINCLUDES+= -I$S/contrib/x\n"},
    {"conf/Makefile.i386", ".include \"$S/conf/kern.pre.mk\"\n"},
    {"conf/kern.pre.mk",
     "INCLUDES= -nostdinc -I. -I$S\nCFLAGS= -O2 -Werror ${INCLUDES} -include opt_global.h\n"
     "NORMAL_C= ${CC} -c ${CFLAGS} ${.IMPSRC}\nTOY_C= ${CC} -c ${CFLAGS:N-nostdinc} -DTOY "
     "${.IMPSRC}\n"},
    {"conf/kmod.mk",
     "CFLAGS+= -nostdinc -I. -I${SYSDIR}\n.for _o in ${KERN_OPTS}\nSRCS+=${SRCS.${_o}}\n.endfor\n"},
    {"conf/files",
     "toy_if.m standard\ndev/toy/toy.c optional toy pci | toybus \\\n\tcompile-with \"${TOY_C}\"\n"
     "dev/toy/toy_pci.c optional toy pci # comment\ndev/toy/fdt.c optional fdt toy\n"
     "dev/toy/rotten.c optional toy\ndev/toy/gone.c optional toy\ndev/toy/lost.c optional toy\n"
     "dev/toy/other.c optional toy i386\nkern/kern_toy.c standard\n"
     "toyobj.o optional toy dependency \"$S/dev/toy/object.c\" compile-with \"${NORMAL_C}\" no-obj\n"},
    {"conf/files.amd64", "include \"conf/files.x86\"\n"},
    {"conf/files.i386", ""},
    {"conf/files.x86", "x86/x86/toy.c standard\n"},
    {"conf/options", "TOY_DEBUG\nMAXUSERS opt_param.h\nFDT opt_platform.h\nTOY_SIZE opt_toy.h\nDEV_TOY "
                     "opt_toy.h\nSMP opt_global.h\n"},
    {"conf/NOTES",
     "options TOY_SIZE=\"(2 * 4)\" # size\noptions SMP\noptions TOY_DEBUG\nnooptions TOY_DEBUG\n"
     "device toy\nhint.toy.0.at=\"isa\"\n"},
    {"amd64/conf/NOTES", "options FOREIGN\n"},
    {"amd64/conf/GENERIC", "options TOY_DEBUG\ncpu HAMMER\n"},
    {"contrib/x/x.h", ""},
    {"dev/toy/toy.c",
     "#include \"opt_toy.h\"\n#include <sys/toy.h>\n#include \"toy_if.h\"\n#include \"toyreg.h\"\n"},
    {"dev/toy/toyreg.h",
     "#ifndef TOYREG\n#define TOYREG\n#include \"opt_unheard.h\"\n#ifdef X\n#include <no.h>\n"
     "#endif\n#endif\n"},
    {"dev/toy/toy_pci.c", "/* #include <no.h> */\n#ifndef _KERNEL\n#include <no.h>\n#endif\n"},
    {"dev/toy/fdt.c", ""},
    {"dev/toy/rotten.c", ""},
    {"dev/toy/lost.c", "#include \"lost.h\"\n"},
    {"dev/toy/lost.h", "#include <dev/toy/nowhere.h>\n"},
    {"dev/toy/other.c", ""},
    {"dev/toy/object.c", ""},
    {"dev/toy/only.c", ""},
    {"dev/toy/with_smp.c", ""},
    {"kern/kern_toy.c", ""},
    {"kern/toy_if.m", "INTERFACE toy;\nMETHOD int play { device_t dev; };\n"},
    {"x86/x86/toy.c", ""},
    {"modules/Makefile", "SUBDIR= toy ${_none}\n"},
    {"modules/toy/Makefile",
     ".PATH: ${SRCTOP}/sys/dev/toy\nKMOD= if_toy\nSRCS= only.c toy.c toy_if.h opt_own.h\n"
     "SRCS.SMP= with_smp.c\nCFLAGS+= -DONLY\n.include <bsd.kmod.mk>\n"},
};

static const char list[] = "# toy\n1300000-1400000\tamd64\tdev/toy/rot*.c\tuses what was removed\n";

static int
set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct arena *arena = fixture->arena = arena_new();

    strcpy(fixture->folder, "/tmp/dmalint-tree-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    for (size_t i = 0; i < sizeof(toy_files) / sizeof(toy_files[0]); i++) {
        char *path = arena_printf(arena, "%s/tree/sys/%s", fixture->folder, toy_files[i][0]);

        assert_true(file_make_folder(path_folder(arena, path)));
        assert_true(file_write(path, toy_files[i][1], strlen(toy_files[i][1])));
    }
    fixture->options = (struct freebsd_options){.tree = arena_printf(arena, "%s/tree", fixture->folder),
                                                .out = arena_printf(arena, "%s/out", fixture->folder),
                                                .does_not_build = list};
    fixture->diagnostics.arena = arena;
    *state = fixture;
    return 0;
}

static void
remove_all(struct arena *arena, const char *path)
{
    struct stat status;
    size_t count = 0;
    char **names;

    if (lstat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        unlink(path);
        return;
    }
    names = file_list(arena, path, &count);
    for (size_t i = 0; names != NULL && i < count; i++)
        remove_all(arena, path_join(arena, path, names[i]));
    rmdir(path);
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;

    remove_all(fixture->arena, fixture->folder);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static void
generate(struct fixture *fixture)
{
    if (!freebsd_generate(fixture->arena, &fixture->options, &fixture->tree, &fixture->diagnostics))
        fail_msg("%s", fixture->diagnostics.first);
}

static void
write_file(struct fixture *fixture, const char *path, const char *text)
{
    char *full = arena_printf(fixture->arena, "%s/sys/%s", fixture->options.tree, path);

    assert_true(file_make_folder(path_folder(fixture->arena, full)));
    assert_true(file_write(full, text, strlen(text)));
}

static const struct freebsd_file *
find_file(const struct freebsd_tree *tree, const char *path)
{
    for (uint32_t i = 0; i < tree->file_count; i++) {
        if (strcmp(tree->files[i].path, path) == 0)
            return &tree->files[i];
    }
    return NULL;
}

static bool
has_argument(const struct freebsd_file *file, const char *argument)
{
    for (uint32_t i = 0; i < file->argument_count; i++) {
        if (strcmp(file->arguments[i], argument) == 0)
            return true;
    }
    return false;
}

static const char *
generated_text(const struct freebsd_tree *tree, const char *path)
{
    for (uint32_t i = 0; i < tree->generated_count; i++) {
        if (strcmp(tree->generated[i].path, path) == 0)
            return tree->generated[i].text == NULL ? tree->generated[i].target : tree->generated[i].text;
    }
    return NULL;
}

static void
files_and_status(void **state)
{
    struct fixture *fixture = *state;
    const struct freebsd_tree *tree = &fixture->tree;

    generate(fixture);
    assert_int_equal(tree->version, 1300010);
    assert_string_equal(tree->triple, "x86_64-unknown-freebsd13");
    assert_int_equal(find_file(tree, "dev/toy/toy.c")->status, FREEBSD_BUILDS);
    assert_int_equal(find_file(tree, "dev/toy/toy_pci.c")->status, FREEBSD_BUILDS);
    assert_int_equal(find_file(tree, "dev/toy/rotten.c")->status, FREEBSD_DOES_NOT_BUILD);
    assert_string_equal(find_file(tree, "dev/toy/rotten.c")->reason, "uses what was removed");
    assert_int_equal(find_file(tree, "dev/toy/lost.c")->status, FREEBSD_MISSING_INCLUDE);
    assert_string_equal(find_file(tree, "dev/toy/lost.c")->reason, "dev/toy/nowhere.h");
    assert_null(find_file(tree, "dev/toy/other.c")); /* another architecture's */
    assert_null(find_file(tree, "dev/toy/gone.c"));
    assert_int_equal(tree->absent_count, 1);
    assert_string_equal(tree->absent[0], "dev/toy/gone.c");
    assert_non_null(find_file(tree, "x86/x86/toy.c"));
    assert_true(find_file(tree, "dev/toy/object.c")->listed);
    assert_false(find_file(tree, "dev/toy/only.c")->listed);
    assert_non_null(find_file(tree, "dev/toy/with_smp.c"));
    assert_int_equal(freebsd_count(tree, FREEBSD_MISSING_INCLUDE, true), 1);
}

static void
flags(void **state)
{
    struct fixture *fixture = *state;
    const struct freebsd_file *toy, *kernel, *only;
    char *sys;

    generate(fixture);
    toy = find_file(&fixture->tree, "dev/toy/toy.c");
    kernel = find_file(&fixture->tree, "kern/kern_toy.c");
    only = find_file(&fixture->tree, "dev/toy/only.c");
    sys = arena_printf(fixture->arena, "-I%s", fixture->tree.sys);
    assert_true(has_argument(toy, "-DTOY") && has_argument(toy, "-nostdlibinc"));
    assert_true(has_argument(kernel, "-nostdinc") && !has_argument(kernel, "-DTOY"));
    assert_true(has_argument(kernel, sys) && !has_argument(kernel, "-Werror") && has_argument(kernel, "-O2"));
    assert_true(has_argument(kernel, arena_printf(fixture->arena, "%s/contrib/x", sys)));
    assert_true(has_argument(kernel, arena_printf(fixture->arena, "%s/opt_global.h", fixture->tree.include)));
    assert_true(has_argument(only, "-DONLY") && !has_argument(only, "-DTOY"));
    assert_true(has_argument(find_file(&fixture->tree, "dev/toy/fdt.c"), "-DFDT=1"));
}

static const struct freebsd_module *
find_module(const struct freebsd_tree *tree, const char *name)
{
    for (uint32_t i = 0; i < tree->module_count; i++) {
        if (strcmp(tree->modules[i].name, name) == 0)
            return &tree->modules[i];
    }
    return NULL;
}

static void
modules(void **state)
{
    struct fixture *fixture = *state;
    const struct freebsd_file *toy;

    generate(fixture);
    assert_non_null(find_module(&fixture->tree, "kernel"));
    assert_int_equal(find_module(&fixture->tree, "toy")->file_count, 5);
    assert_int_equal(find_module(&fixture->tree, "if_toy")->file_count, 3);
    assert_null(find_module(&fixture->tree, "toybus")); /* a part of 'toy' */
    toy = find_file(&fixture->tree, "dev/toy/toy.c");
    assert_int_equal(toy->module_count, 2);
    assert_string_equal(fixture->tree.modules[toy->modules[0]].name, "if_toy");
}

static void
option_headers(void **state)
{
    struct fixture *fixture = *state;

    generate(fixture);
    assert_string_equal(generated_text(&fixture->tree, "opt_toy.h"),
                        "#define DEV_TOY 1\n#define TOY_SIZE (2 * 4)\n");
    assert_string_equal(generated_text(&fixture->tree, "opt_global.h"), "#define SMP 1\n");
    assert_string_equal(generated_text(&fixture->tree, "opt_toy_debug.h"), "");
    assert_string_equal(generated_text(&fixture->tree, "opt_unheard.h"), "");
    assert_string_equal(generated_text(&fixture->tree, "opt_own.h"), "");
    assert_non_null(strstr(generated_text(&fixture->tree, "toy_if.h"), "TOY_PLAY"));
    assert_true(text_ends(generated_text(&fixture->tree, "machine"), "/sys/amd64/include"));
    assert_string_equal(generated_text(&fixture->tree, "opt_param.h"), "#define MAXUSERS 0\n");
    fixture->options.config = "GENERIC";
    generate(fixture);
    assert_string_equal(generated_text(&fixture->tree, "opt_toy_debug.h"), "#define TOY_DEBUG 1\n");
    assert_string_equal(generated_text(&fixture->tree, "opt_toy.h"), "");
}

static void
written_folder(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {
        "compile_commands.json", "modules.json",          "stats.json",       "Makefile",
        "include/toy_if.h",      "include/machine/cpu.h", "include/opt_toy.h"};
    size_t size;
    char *text;

    generate(fixture);
    for (int round = 0; round < 2; round++)
        assert_true(freebsd_write(&fixture->tree, &fixture->diagnostics));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_true(file_exists(path_join(fixture->arena, fixture->tree.out, names[i])));
    text = file_read(fixture->arena, path_join(fixture->arena, fixture->tree.out, "stats.json"), &size);
    assert_non_null(strstr(text, "dev/toy/nowhere.h"));
    text = file_read(fixture->arena, path_join(fixture->arena, fixture->tree.out, "compile_commands.json"),
                     &size);
    assert_non_null(strstr(text, "\"clang-19\""));
    assert_null(strstr(text, "rotten.c"));
}

/* Some forks gather the architectures in a folder, and leave the configurations' includes as they were. */
static void
deeper_architecture(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    const char *sys = path_join(arena, fixture->options.tree, "sys");

    assert_true(file_make_folder(path_join(arena, sys, "machines")));
    assert_int_equal(rename(path_join(arena, sys, "amd64"), path_join(arena, sys, "machines/amd64")), 0);
    write_file(fixture, "machines/amd64/conf/LINT", "include \"../../conf/NOTES\"\ninclude NOTES\n");
    write_file(fixture, "machines/amd64/conf/NOTES", "options TOY_DEBUG\n");
    generate(fixture);
    assert_int_equal(fixture->diagnostics.warnings, 0);
    assert_true(text_ends(generated_text(&fixture->tree, "machine"), "/sys/machines/amd64/include"));
    assert_int_equal(find_file(&fixture->tree, "dev/toy/toy.c")->status, FREEBSD_BUILDS);
    assert_string_equal(generated_text(&fixture->tree, "opt_toy_debug.h"), "#define TOY_DEBUG 1\n");
    assert_string_equal(generated_text(&fixture->tree, "opt_global.h"), "#define SMP 1\n");
}

static void
included_configurations(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture, "amd64/conf/GENERIC-DEBUG",
               "include GENERIC\ninclude \"std.debug\"\n\ninclude \"std.gone\"\n");
    write_file(fixture, "conf/std.debug", "options SMP\n");
    fixture->options.config = "GENERIC-DEBUG";
    generate(fixture);
    assert_string_equal(generated_text(&fixture->tree, "opt_toy_debug.h"), "#define TOY_DEBUG 1\n");
    assert_string_equal(generated_text(&fixture->tree, "opt_global.h"), "#define SMP 1\n");
    assert_int_equal(fixture->diagnostics.warnings, 1);
}

static void
expect_error(struct fixture *fixture, const char *part)
{
    assert_false(freebsd_generate(fixture->arena, &fixture->options, &fixture->tree, &fixture->diagnostics));
    assert_int_equal(fixture->diagnostics.errors, 1);
    assert_non_null(strstr(fixture->diagnostics.first, part));
}

static void
no_such_tree(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.tree = "/no/such/tree";
    expect_error(fixture, "/no/such/tree: error: no such tree");
}

static void
no_tree(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.tree = fixture->folder;
    expect_error(fixture, "not a FreeBSD source tree: it has no sys/sys/param.h");
}

static void
no_architecture(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.architecture = "vax";
    expect_error(fixture, "the tree has no architecture 'vax'; it has amd64, i386");
}

static void
no_configuration(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.config = "GENERICK";
    expect_error(fixture, "no configuration 'GENERICK'");
}

static void
no_folder_to_write(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.out = path_join(fixture->arena, fixture->folder, "tree/sys/conf/files/out");
    generate(fixture);
    assert_false(freebsd_write(&fixture->tree, &fixture->diagnostics));
    assert_non_null(strstr(fixture->diagnostics.first, "cannot be written: Not a directory"));
}

static void
broken_files_list(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;

    assert_null(does_not_build_reason(arena, list, 1200000, "amd64", "dev/toy/rotten.c"));
    assert_null(does_not_build_reason(arena, list, 1300010, "i386", "dev/toy/rotten.c"));
    assert_non_null(does_not_build_reason(arena, "-\t*\ta.c\twhy\n", 1, "vax", "a.c"));
    assert_true(does_not_build_check(list, "list.tsv", &fixture->diagnostics));
    assert_false(does_not_build_check("#\n5-2\t*\ta.c\twhy\n", "list.tsv", &fixture->diagnostics));
    assert_non_null(strstr(fixture->diagnostics.first, "list.tsv:2: error: expected 'first-last"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_and_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(modules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(option_headers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(written_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deeper_architecture, set_up, tear_down),
        cmocka_unit_test_setup_teardown(included_configurations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_such_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_architecture, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_folder_to_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_files_list, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
