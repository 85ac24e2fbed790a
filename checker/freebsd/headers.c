#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "freebsd/build.h"
#include "freebsd/generators.h"

enum kind {
    KIND_QUIRKS,
    KIND_LABELS,
    KIND_NVRAM,
    KIND_NVRAM_DATA,
    KIND_EQUALIZER,
    KIND_RATE,
    KIND_RPC,
    KIND_MII,
    KIND_PCCARD,
    KIND_SDIO,
    KIND_SDIO_DATA,
    KIND_DIVISION,
    KIND_TEKEN,
    KIND_USB,
    KIND_USB_DATA,
    KIND_PRINTED,
};

/*
 * The headers a kernel build makes from a table; where the tree lacks the table, it does not use the header.
 * A table that starts with '@' lies in the architecture's folder.
 */
static const struct {
    const char *path;
    const char *table;
    const char *script; /* that makes it; NULL: not asked about */
    enum kind kind;
} generators[] = {
    {"acpi_quirks.h", "dev/acpica/acpi_quirks", "tools/acpi_quirks2h.awk", KIND_QUIRKS},
    {"acpi_wakedata.h", "@/acpica/acpi_wakecode.S", NULL, KIND_LABELS},
    {"bhnd_nvram_map.h", "dev/bhnd/nvram/nvram_map", "dev/bhnd/tools/nvram_map_gen.awk", KIND_NVRAM},
    {"bhnd_nvram_map_data.h", "dev/bhnd/nvram/nvram_map", "dev/bhnd/tools/nvram_map_gen.awk",
     KIND_NVRAM_DATA},
    {"feeder_eq_gen.h", "tools/sound/feeder_eq_mkfilter.awk", NULL, KIND_EQUALIZER},
    {"feeder_rate_gen.h", "tools/sound/feeder_rate_mkfilter.awk", NULL, KIND_RATE},
    {"gssd.h", "kgssapi/gssd.x", NULL, KIND_RPC},
    {"miidevs.h", "dev/mii/miidevs", "tools/miidevs2h.awk", KIND_MII},
    {"pccarddevs.h", "dev/pccard/pccarddevs", "tools/pccarddevs2h.awk", KIND_PCCARD},
    {"sdiodevs.h", "dev/sdio/sdiodevs", "tools/sdiodevs2h.awk", KIND_SDIO},
    {"sdiodevs_data.h", "dev/sdio/sdiodevs", "tools/sdiodevs2h.awk", KIND_SDIO_DATA},
    {"snd_fxdiv_gen.h", "tools/sound/snd_fxdiv_gen.awk", NULL, KIND_DIVISION},
    {"teken_state.h", "teken/sequences", "teken/gensequences", KIND_TEKEN},
    {"usbdevs.h", "dev/usb/usbdevs", "tools/usbdevs2h.awk", KIND_USB},
    {"usbdevs_data.h", "dev/usb/usbdevs", "tools/usbdevs2h.awk", KIND_USB_DATA},
    {"vdso_ia32_offsets.h", "tools/amd64_ia32_vdso.sh", NULL, KIND_PRINTED},
    {"vdso_offsets.h", "tools/amd64_vdso.sh", NULL, KIND_PRINTED},
};

static char *
generate(struct arena *arena, enum kind kind, const char *table, const char *script)
{
    switch (kind) {
    case KIND_QUIRKS:
        return acpi_quirks_header(arena, table);
    case KIND_LABELS:
        return labels_header(arena, table);
    case KIND_NVRAM:
        return nvram_map_header(arena, table);
    case KIND_NVRAM_DATA:
        return nvram_map_data_header(arena, script);
    case KIND_EQUALIZER:
        return sound_equalizer_header(arena);
    case KIND_RATE:
        return sound_rate_header(arena);
    case KIND_RPC:
        return rpc_header(arena, table);
    case KIND_MII:
        return miidevs_header(arena, table);
    case KIND_PCCARD:
        return pccarddevs_header(arena, table);
    case KIND_SDIO:
        return devices_header(arena, table, "SDIO");
    case KIND_SDIO_DATA:
        return devices_data(arena, table, "SDIO");
    case KIND_DIVISION:
        return sound_division_header(arena);
    case KIND_TEKEN:
        return teken_state_header(arena, table, script);
    case KIND_USB:
        return devices_header(arena, table, "USB");
    case KIND_USB_DATA:
        return devices_data(arena, table, "USB");
    case KIND_PRINTED:
        return printed_defines_header(arena, table);
    }
    return NULL;
}

/* Headers whose real content (fonts, key maps, offsets, machine code) only a running build could give. */
static const struct generated_file stand_ins[] = {
    {"assym.inc", ""},
    {"assym.s", ""},
    {"offset.inc", ""},
    {"font.h", "u_char dflt_font_16[16*256];\nu_char dflt_font_14[14*256];\nu_char dflt_font_8[8*256];\n"},
    {"ukbdmap.h", "static keymap_t key_map;\nstatic accentmap_t accent_map;\n"},
    {"atkbdmap.h", "static keymap_t key_map;\nstatic accentmap_t accent_map;\n"},
    {"kbdmuxmap.h", "static keymap_t key_map;\nstatic accentmap_t accent_map;\n"},
    {"fdt_static_dtb.h", "extern u_char fdt_static_dtb;\n"},
    {"acpi_wakecode.h", "static char wakecode[] = { 0 };\n"},
    {"ia32_assym.h", ""},
    {"linux_assym.h", ""},
    {"linux32_assym.h", ""},
    {"svr4_assym.h", ""},
};

static char *
read_below(struct build *build, const char *path)
{
    struct arena *arena = build->arena;
    size_t size;

    if (path != NULL && *path == '@')
        path = arena_printf(arena, "%s%s", build->folder, path + 1);
    return path == NULL ? NULL : file_read(arena, path_join(arena, build->sys, path), &size);
}

static bool
is_generated(const struct build *build, const char *path)
{
    for (uint32_t i = 0; i < build->generated.count; i++) {
        if (strcmp(build->generated.items[i].path, path) == 0)
            return true;
    }
    return false;
}

static void
add(struct build *build, const char *path, const char *text)
{
    vector_push(build->arena, &build->generated, (struct generated_file){path, text});
}

/* NAME.x anywhere among the listed files' dependencies becomes NAME.h. */
static void
generate_rpc(struct build *build, const struct conf_entry *entry)
{
    struct arena *arena = build->arena;
    char *table;

    if (entry->compile_with == NULL || strstr(entry->compile_with, "rpcgen -h") == NULL ||
        entry->dependency == NULL || strcmp(entry->path, "gssd.h") == 0)
        return;
    table = make_expand(build->kernel, entry->dependency);
    table[strcspn(table, " ")] = '\0';
    table = read_below(build, text_unguard(arena, table));
    if (table != NULL)
        add(build, entry->path, rpc_header(arena, table));
}

static void
generate_interface(struct build *build, const char *path)
{
    struct arena *arena = build->arena;
    const char *base = path_base(path);
    char *stem = arena_string_n(arena, base, strlen(base) - strlen(".m")), *table = read_below(build, path);
    char *header = arena_printf(arena, "%s.h", stem);
    struct kobj_interface interface;

    if (table == NULL || is_generated(build, header))
        return;
    interface = kobj_if_generate(arena, table);
    add(build, header, interface.header);
    add(build, arena_printf(arena, "%s.c", stem), interface.source);
}

/* Every NAME_if.m below a folder: those of modules too, which no list names. */
static void
walk_interfaces(struct build *build, const char *folder)
{
    struct arena *arena = build->arena;
    size_t count = 0;
    char *absolute = path_join(arena, build->sys, folder);
    char **names = file_list(arena, absolute, &count);

    for (size_t i = 0; names != NULL && i < count; i++) {
        char *path = path_join(arena, folder, names[i]);
        struct stat status;

        if (text_ends(names[i], "_if.m"))
            generate_interface(build, path);
        else if (strchr(names[i], '.') == NULL && lstat(path_join(arena, absolute, names[i]), &status) == 0 &&
                 S_ISDIR(status.st_mode))
            walk_interfaces(build, path);
    }
}

void
headers_generate(struct build *build)
{
    struct arena *arena = build->arena;
    char *operations = read_below(build, "kern/vnode_if.src");

    for (size_t i = 0; i < sizeof(generators) / sizeof(generators[0]); i++) {
        char *table = read_below(build, generators[i].table),
             *script = read_below(build, generators[i].script);

        if (table != NULL)
            add(build, generators[i].path, generate(arena, generators[i].kind, table, script));
    }
    vector_each (entry, &build->entries)
        generate_rpc(build, entry);
    for (size_t i = 0; i < sizeof(stand_ins) / sizeof(stand_ins[0]); i++)
        add(build, stand_ins[i].path, stand_ins[i].text);
    if (operations != NULL) {
        struct vnode_interface interface =
            vnode_if_generate(arena, operations, read_below(build, "tools/vnode_if.awk"));

        add(build, "vnode_if.h", interface.header);
        add(build, "vnode_if_newproto.h", interface.prototypes);
        add(build, "vnode_if_typedef.h", interface.types);
    }
    vector_each (entry,
                 &build->entries) { /* first, since other architectures may have one of the same name */
        if (text_ends(entry->path, ".m"))
            generate_interface(build, entry->path);
    }
    walk_interfaces(build, "");
}

static bool
has_generated(const struct freebsd_tree *tree, const char *path)
{
    for (uint32_t i = 0; i < tree->generated_count; i++) {
        if (strcmp(tree->generated[i].path, path) == 0)
            return true;
    }
    return false;
}

/* A descriptor's name begins with that of its interface, which may itself have '_' in it: the longest counts.
 */
const char *
freebsd_interface_header(struct arena *arena, const struct freebsd_tree *tree, const char *descriptor,
                         bool *known)
{
    const char *header = arena_printf(arena, "%s_if.h", descriptor);
    char *interface = arena_string(arena, descriptor), *end;

    *known = false;
    while (!*known && (end = strrchr(interface, '_')) != NULL) {
        *end = '\0';
        header = arena_printf(arena, "%s_if.h", interface);
        *known = has_generated(tree, header);
    }
    return header;
}
