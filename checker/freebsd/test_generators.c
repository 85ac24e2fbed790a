#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "freebsd/generators.h"

static int
set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int
tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void
expect(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no '%s' in:\n%s", part, text);
}

static void
interface_methods(void **state)
{
    struct kobj_interface result = kobj_if_generate(
        *state, "#include <sys/bus.h>\nINTERFACE toy;\n\nHEADER {\n\tstruct toy;\n}\nCODE {\n\tstatic int\n"
                "\tnull_play(device_t dev)\n\t{\n\t\treturn (0);\n\t}\n};\n\n/**\n * METHOD not {\n */\n"
                "METHOD int play {\n\tdevice_t dev;   # who\n\tstruct toy *toy;\n} DEFAULT null_play;\n"
                "PROLOG {\n\tint before;\n}\nSTATICMETHOD void stop { device_t dev; };\n");

    expect(result.header, "#ifndef _toy_if_h_");
    expect(result.header, "struct toy;");
    expect(result.header, "extern struct kobjop_desc toy_play_desc;");
    expect(result.header, "typedef int toy_play_t(device_t dev, struct toy *toy);");
    expect(result.header, "static __inline int TOY_PLAY(device_t dev, struct toy *toy)");
    expect(result.header, "KOBJOPLOOKUP(((kobj_t)dev)->ops,toy_play);");
    expect(result.header, "rc = ((toy_play_t *) _m)(dev, toy);");
    expect(result.header, "static __inline void TOY_STOP(device_t dev)");
    expect(result.header, "int before;");
    expect(result.header, "KOBJOPLOOKUP(dev->ops,toy_stop);");
    expect(result.source, "#include <sys/bus.h>");
    expect(result.source, "null_play(device_t dev)");
    expect(result.source, "(kobjop_t)null_play }");
    expect(result.source, "(kobjop_t)kobj_error_method }");
    assert_null(strstr(result.header, "not"));
}

static void
file_operations(void **state)
{
    const char *table = "# comment\n%% eat vp L L L\n\nvop_eat {\n\tIN WILLRELE struct vnode *vp;\n"
                        "\tINOUT struct vnode **vpp;\n\tIN int flags; /* what */\n};\n";
    struct vnode_interface result = vnode_if_generate(*state, table, "registered");

    expect(result.header, "struct vop_eat_args {\n\tstruct vop_generic_args a_gen;\n\tstruct vnode *a_vp;");
    expect(result.header, "struct vnode **vpp,\n");
    expect(result.header, "return (VOP_EAT_APV(vp->v_op, &a));");
    expect(result.header, "vfs_vector_op_register");
    expect(result.prototypes, "vop_eat_t\t*vop_eat;\n\tbool\tregistered;");
    expect(result.types, "typedef int vop_eat_t(struct vop_eat_args *);");
    assert_null(strstr(vnode_if_generate(*state, table, NULL).header, "register"));
}

static void
device_tables(void **state)
{
    const char *usb =
        "$Version$\n/* kept */\nvendor ACME 0x1234 Acme # Toys\nproduct ACME ROCKET 0x0001 Big rocket\n";
    const char *cards = "$Version$\nvendor ACME -1 Acme\nproduct ACME A 0x1 Plain\n"
                        "product ACME B { \"Acme\", \"B&spcard\", NULL, NULL } With strings\n";

    expect(devices_header(*state, usb, "USB"), "/* kept */\n#define\tUSB_VENDOR_ACME\t0x1234\n"
                                               "#define\tUSB_PRODUCT_ACME_ROCKET\t0x0001\n");
    expect(devices_data(*state, usb, "USB"),
           "{ USB_VENDOR_ACME, USB_PRODUCT_ACME_ROCKET, 0, \"Acme (Toys)\", \"Big rocket\" },");
    expect(
        miidevs_header(*state, "$V$\noui ACME 0x1 Acme\nmodel ACME P 0x2 A phy\n"),
        "#define\tMII_OUI_ACME\t0x1\n#define\tMII_MODEL_ACME_P\t0x2\n#define\tMII_STR_ACME_P\t\"A phy\"\n");
    expect(pccarddevs_header(*state, cards), "#define\tPCMCIA_VENDOR_ACME\t0xffffffff");
    expect(pccarddevs_header(*state, cards), "PCMCIA_CIS_ACME_A\t{ NULL, NULL, NULL, NULL }");
    expect(pccarddevs_header(*state, cards), "PCMCIA_CIS_ACME_B\t{ \"Acme\", \"B card\", NULL, NULL }");
    expect(pccarddevs_header(*state, cards), "PCMCIA_STR_ACME_B\t\"With strings\"");
}

static void
quirks(void **state)
{
    const char *header = acpi_quirks_header(*state, "# Toy\nname: TOY\noem: FADT \"TOY\" \"BOARD \"\n"
                                                    "oem_rev: FADT <= 0x10\nquirks: Q_BROKEN\n");

    expect(header, "const struct acpi_q_rule TOY[] = {\n\t{ \"FADT\", OEM, {\"TOY\"}, {\"BOARD \"} },\n"
                   "\t{ \"FADT\", OEM_REV, {.op = OP_LEQ}, {.rev = 0x10} },\n\t{ \"\" }\n};");
    expect(header, "\t{ TOY, Q_BROKEN },\n\t{ NULL, 0 }\n};");
}

static void
terminal(void **state)
{
    const char *header = teken_state_header(*state,
                                            "# Abbr\tName\tSequence\tArgs\n"
                                            "A\tMove Up\t^[ [ A\tn\nB\tReset\t^[ c\nC\tModes\t^[ [ h\tv\n",
                                            NULL);

    expect(header, "static teken_state_t\tteken_state_1;");
    expect(header, "case '\\x1B':\n\t\tteken_state_switch(t, teken_state_1);");
    expect(header, "teken_subr_move_up(t, (t->t_curnum < 1 || t->t_nums[0] == 0) ? 1 : t->t_nums[0]);");
    expect(header, "teken_subr_modes(t, t->t_curnum, t->t_nums);");
    expect(header, "teken_subr_reset(t);");
    expect(header, "if (teken_state_numbers(t, c))");
}

static void
remote_procedures(void **state)
{
    const char *header = rpc_header(*state, "/* toy */\n%#include <toy.h>\ntypedef uint64_t toy_id;\n"
                                            "struct toy_arg {\n\ttoy_id id;\n\tchar name<>;\n};\n"
                                            "enum kind { A, B };\nprogram TOY {\n version TOYVERS {\n"
                                            "  void TOY_NULL(void) = 0;\n  toy_arg\n  TOY_GET(toy_arg) = 1;\n"
                                            " } = 2;\n} = 0x40000001;\n");

    expect(header, "#include <toy.h>");
    expect(header, "typedef uint64_t toy_id;");
    expect(header, "struct {\n\t\tu_int name_len;\n\t\tchar *name_val;\n\t} name;");
    expect(header, "bool_t xdr_toy_arg(XDR *, toy_arg *);");
    expect(header, "enum kind {\n A, B };");
    expect(header, "#define TOYVERS ((rpcvers_t)2)");
    expect(header, "enum clnt_stat toy_get_2(toy_arg *, toy_arg *, CLIENT *);");
}

static void
other_tables(void **state)
{
    expect(nvram_map_header(*state,
                            "group \"x\" {\n\tu8 power[4] {\n\t\tdesc \"u8 not {\"\n\t}\n}\nu16 id {}\n"),
           "#define\tBHND_NVAR_POWER\t\"power\"\n#define\tBHND_NVAR_POWER_MAX\t4\n");
    expect(labels_header(*state, "start:\n\tmov x\n1:\nend:\n"), "#define start 0x0\n#define end 0x8\n");
    expect(printed_defines_header(*state, "awk '{printf \"#define TOY_OFF 0x%s\"}'"), "#define TOY_OFF 0\n");
    expect(sound_division_header(*state), "[0x03] = { 0x2aab, 0x0f },");
    expect(sound_rate_header(*state), "} z_coeff_tab[] = {");
    expect(sound_equalizer_header(*state), "} feed_eq_tab[] = {");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(interface_methods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_operations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(device_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quirks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(remote_procedures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_tables, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
