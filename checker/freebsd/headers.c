#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "freebsd/build.h"
#include "freebsd/generators.h"

/* A header to generate: the table it comes from, and the script that would, both as text. */
struct source {
    struct arena *arena;
    const char *table;
    const char *script; /* NULL when the tree has none */
};

static char *
make_usb(const struct source *s)
{
    return devices_header(s->arena, s->table, "USB");
}

static char *
make_usb_data(const struct source *s)
{
    return devices_data(s->arena, s->table, "USB");
}

static char *
make_sdio(const struct source *s)
{
    return devices_header(s->arena, s->table, "SDIO");
}

static char *
make_sdio_data(const struct source *s)
{
    return devices_data(s->arena, s->table, "SDIO");
}

static char *
make_mii(const struct source *s)
{
    return miidevs_header(s->arena, s->table);
}

static char *
make_pccard(const struct source *s)
{
    return pccarddevs_header(s->arena, s->table);
}

static char *
make_quirks(const struct source *s)
{
    return acpi_quirks_header(s->arena, s->table);
}

static char *
make_teken(const struct source *s)
{
    return teken_state_header(s->arena, s->table, s->script);
}

static char *
make_nvram(const struct source *s)
{
    return nvram_map_header(s->arena, s->table);
}

static char *
make_nvram_data(const struct source *s)
{
    return nvram_map_data_header(s->arena, s->script);
}

static char *
make_division(const struct source *s)
{
    return sound_division_header(s->arena);
}

static char *
make_rate(const struct source *s)
{
    return sound_rate_header(s->arena);
}

static char *
make_equalizer(const struct source *s)
{
    return sound_equalizer_header(s->arena);
}

static char *
make_rpc(const struct source *s)
{
    return rpc_header(s->arena, s->table);
}

static char *
make_labels(const struct source *s)
{
    return labels_header(s->arena, s->table);
}

static char *
make_printed(const struct source *s)
{
    return printed_defines_header(s->arena, s->table);
}

/*
 * The headers a kernel build makes from a table; where the tree lacks the table, it does not use the header.
 */
static const struct {
    const char *path;
    const char *table;
    const char *script;
    char *(*generate)(const struct source *);
} generators[] = {
    {"acpi_quirks.h", "dev/acpica/acpi_quirks", "tools/acpi_quirks2h.awk", make_quirks},
    {"acpi_wakedata.h", "@/acpica/acpi_wakecode.S", NULL, make_labels},
    {"bhnd_nvram_map.h", "dev/bhnd/nvram/nvram_map", "dev/bhnd/tools/nvram_map_gen.awk", make_nvram},
    {"bhnd_nvram_map_data.h", "dev/bhnd/nvram/nvram_map", "dev/bhnd/tools/nvram_map_gen.awk",
     make_nvram_data},
    {"feeder_eq_gen.h", "tools/sound/feeder_eq_mkfilter.awk", NULL, make_equalizer},
    {"feeder_rate_gen.h", "tools/sound/feeder_rate_mkfilter.awk", NULL, make_rate},
    {"gssd.h", "kgssapi/gssd.x", NULL, make_rpc},
    {"miidevs.h", "dev/mii/miidevs", "tools/miidevs2h.awk", make_mii},
    {"pccarddevs.h", "dev/pccard/pccarddevs", "tools/pccarddevs2h.awk", make_pccard},
    {"sdiodevs.h", "dev/sdio/sdiodevs", "tools/sdiodevs2h.awk", make_sdio},
    {"sdiodevs_data.h", "dev/sdio/sdiodevs", "tools/sdiodevs2h.awk", make_sdio_data},
    {"snd_fxdiv_gen.h", "tools/sound/snd_fxdiv_gen.awk", NULL, make_division},
    {"teken_state.h", "teken/sequences", "teken/gensequences", make_teken},
    {"usbdevs.h", "dev/usb/usbdevs", "tools/usbdevs2h.awk", make_usb},
    {"usbdevs_data.h", "dev/usb/usbdevs", "tools/usbdevs2h.awk", make_usb_data},
    {"vdso_ia32_offsets.h", "tools/amd64_ia32_vdso.sh", NULL, make_printed},
    {"vdso_offsets.h", "tools/amd64_vdso.sh", NULL, make_printed},
};

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
        path = arena_printf(arena, "%s%s", build->architecture, path + 1);
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
    table = read_below(build, table);
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
        struct source source = {arena, read_below(build, generators[i].table),
                                read_below(build, generators[i].script)};

        if (source.table != NULL)
            add(build, generators[i].path, generators[i].generate(&source));
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
