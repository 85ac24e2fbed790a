#include <string.h>

#include "base/file.h"
#include "freebsd/build.h"

static void
define(struct build *build, const char *name, const char *value)
{
    make_define(build->variables, name, text_guard(build->arena, value));
}

/* The compiler and linker that the build files ask about: those of this program, with what they can do. */
static void
define_tools(struct build *build)
{
    static const char *const values[][2] = {
        {"CC", "cc"},
        {"LD", "ld.lld"},
        {"COMPILER_TYPE", "clang"},
        {"COMPILER_VERSION", "190000"},
        {"COMPILER_FEATURES", "c++11 c++14 retpoline init-all"},
        {"LINKER_TYPE", "lld"},
        {"LINKER_VERSION", "190000"},
        {"LINKER_FEATURES", "build-id ifunc ifunc-noplt retpoline riscv-relaxations"},
        {"MAKE_VERSION", "20220101"},
        {"MK_CTF", "no"},
        {"MK_SSP", "no"},
        {"KERN_IDENT", "LINT"},
        {"ALL_MODULES", "LINT"},
        {"AWK", "awk"},
        {"MK_FORMAT_EXTENSIONS", "yes"}};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        define(build, values[i][0], values[i][1]);
}

void
flags_prepare(struct build *build)
{
    build->variables = make_new(build->arena, NULL);
    make_set_library(build->variables, path_join(build->arena, build->sys, "conf"));
    define_tools(build);
    define(build, "S", build->sys);
    define(build, "SYSDIR", build->sys);
    define(build, "SRCTOP", build->tree);
    define(build, "MACHINE", build->architecture);
    define(build, "MACHINE_ARCH", build->machine);
    define(build, "MACHINE_CPUARCH", build->cpu);
    define(build, "TARGET", build->architecture);
    define(build, "TARGET_ARCH", build->machine);
    define(build, "KERNBUILDDIR", build->include);
    make_set(build->variables, ".OBJDIR", text_guard(build->arena, build->include));
    make_set(build->variables, ".CURDIR", text_guard(build->arena, build->include));
    vector_each (option, &build->config.make_options)
        make_set(build->variables, option->name, option->value);
    build->kernel = make_new(build->arena, build->variables);
    make_read(build->kernel,
              arena_printf(build->arena, "%s/conf/Makefile.%s", build->sys, build->architecture));
    if (make_raw(build->kernel, "NORMAL_C") == NULL)
        make_set(build->kernel, "NORMAL_C", "${CC} -c ${CFLAGS} ${.IMPSRC}");
}

/* Flags that change what the text means; all others are about warnings or code and are left out. */
static bool
is_wanted(const char *word)
{
    static const char *const wanted[] = {"-D",
                                         "-U",
                                         "-std=",
                                         "-march=",
                                         "-mcpu=",
                                         "-mcmodel=",
                                         "-mabi=",
                                         "-mno-sse",
                                         "-mno-mmx",
                                         "-mno-aes",
                                         "-mno-avx",
                                         "-mno-3dnow",
                                         "-mno-red-zone",
                                         "-msoft-float",
                                         "-mgeneral-regs-only",
                                         "-mmmx",
                                         "-msse",
                                         "-mssse3",
                                         "-maes",
                                         "-mavx",
                                         "-mpclmul",
                                         "-msha",
                                         "-mvaes",
                                         "-mvpclmulqdq",
                                         "-mrdrnd",
                                         "-ffixed-x18",
                                         "-fms-extensions",
                                         "-fshort-wchar",
                                         "-funsigned-char",
                                         "-fsigned-char",
                                         "-fno-builtin",
                                         "-fcommon",
                                         "-fno-common",
                                         "-fgnu89-inline",
                                         "-fno-strict-aliasing"};

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        if (text_starts(word, wanted[i]))
            return true;
    }
    return false;
}

/* A folder or file that an argument names: relative ones stand below the build folder, '@' is a link to sys/.
 */
static char *
resolve(struct build *build, const char *path)
{
    struct arena *arena = build->arena;

    if (path[0] == '@' && (path[1] == '/' || path[1] == '\0'))
        return path_normalize(arena, arena_printf(arena, "%s%s", build->sys, path + 1));
    return path_normalize(arena, path_join(arena, build->include, path));
}

static bool
has(const text_words *words, const char *word)
{
    vector_each (other, (text_words *)words) {
        if (strcmp(*other, word) == 0)
            return true;
    }
    return false;
}

static void
add_once(struct build *build, text_words *arguments, char *argument)
{
    if (!has(arguments, argument))
        vector_push(build->arena, arguments, argument);
}

static void
add_folder(struct build *build, text_words *arguments, const char *folder)
{
    if (file_is_folder(folder) || strcmp(folder, build->include) == 0)
        add_once(build, arguments, arena_printf(build->arena, "-I%s", folder));
}

/* Arguments that take a path, joined to it or as the next word. */
static bool
add_path_argument(struct build *build, const text_words *words, uint32_t *index, text_words *arguments)
{
    static const char *const options[] = {"-isystem", "-idirafter", "-iquote", "-include", "-imacros", "-I"};
    const char *word = words->items[*index];
    struct arena *arena = build->arena;

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const char *path = word + strlen(options[i]);

        if (!text_starts(word, options[i]))
            continue;
        if (*path == '\0')
            path = *index + 1 < words->count ? words->items[++*index] : "";
        if (*path == '\0')
            return true;
        if (strcmp(options[i], "-I") == 0) {
            add_folder(build, arguments, resolve(build, path));
        } else {
            vector_push(arena, arguments, options[i]);
            vector_push(arena, arguments, resolve(build, path));
        }
        return true;
    }
    return false;
}

/* Words that take a value which is of no use here. */
static bool
takes_value(const char *word)
{
    return strcmp(word, "-mllvm") == 0 || strcmp(word, "-o") == 0 || strcmp(word, "--param") == 0 ||
           strcmp(word, "-x") == 0 || strcmp(word, "-MF") == 0 || strcmp(word, "-MT") == 0;
}

/* Some headers have byte order macros that are constants only when optimising, as every kernel build does. */
static void
add_base(struct build *build, text_words *arguments, bool builtin_headers)
{
    static const char *const base[] = {"-O2",          "-ffreestanding",     "-fwrapv",
                                       "-D_KERNEL",    "-DKLD_MODULE",       "-DHAVE_KERNEL_OPTION_HEADERS",
                                       "-DINVARIANTS", "-DINVARIANT_SUPPORT"};

    vector_push(build->arena, arguments, "-target");
    vector_push(build->arena, arguments, build->triple);
    vector_push(build->arena, arguments, builtin_headers ? "-nostdlibinc" : "-nostdinc");
    for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++)
        vector_push(build->arena, arguments, base[i]);
}

static void
add_last(struct build *build, text_words *arguments, const char *path)
{
    static const char *const last[] = {"-Wno-implicit-function-declaration",
                                       "-Wno-implicit-int",
                                       "-Wno-int-conversion",
                                       "-Wno-return-mismatch",
                                       "-Wno-incompatible-function-pointer-types",
                                       "-Wno-deprecated-non-prototype",
                                       "-w"};
    struct arena *arena = build->arena;

    add_folder(build, arguments, build->include);
    add_folder(build, arguments, build->sys);
    add_folder(build, arguments, path_join(arena, build->sys, "contrib/ck/include"));
    add_folder(build, arguments, path_join(arena, build->sys, "contrib/libfdt"));
    add_folder(build, arguments,
               path_normalize(arena, path_join(arena, build->sys, path_folder(arena, path))));
    for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
        vector_push(arena, arguments, last[i]);
}

text_words
flags_of(struct build *build, const struct make *scope, const char *command, const char *path)
{
    struct arena *arena = build->arena, *scratch = arena_new();
    struct make *make = make_new(scratch, scope);
    text_words words, arguments = {0};

    make_set(make, ".IMPSRC", text_guard(scratch, path_join(scratch, build->sys, path)));
    make_set(make, ".ALLSRC", text_guard(scratch, path_join(scratch, build->sys, path)));
    make_set(make, ".TARGET", path_base(path));
    make_set(make, ".PREFIX", path_base(path));
    words = text_split(scratch, make_expand(make, command == NULL ? "${NORMAL_C}" : command), true);
    vector_each (word, &words)
        *word = text_unguard(scratch, *word);
    add_base(build, &arguments, words.count > 0 && !has(&words, "-nostdinc"));
    for (uint32_t i = 0; i < words.count; i++) {
        const char *word = words.items[i];

        if (takes_value(word))
            i++;
        else if (!add_path_argument(build, &words, &i, &arguments) && is_wanted(word) && strlen(word) > 2)
            add_once(build, &arguments, arena_string(arena, word));
    }
    add_last(build, &arguments, path);
    arena_free(scratch);
    return arguments;
}
