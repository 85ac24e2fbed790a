#include "clang/unit_check.h"

#include <string.h>

#include "analysis/analysis.h"
#include "base/file.h"
#include "driver/rule_choice.h"
#include "driver/target.h"
#include "driver/units.h"
#include "ir/link.h"
#include "ir/unit.h"

struct unit_check {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct rule_set *rules;
    struct frontend_names names;
    struct frontend_input input;
    struct ir_program *unit;
    const char *units; /* a folder of units to link with; NULL: none */
    struct report report;
};

struct unit_check *
unit_check_new(const char *rules)
{
    struct arena *arena = arena_new();
    struct unit_check *check = arena_alloc(arena, sizeof(*check));
    struct options options = {.rules = rules == NULL ? NULL : arena_string(arena, rules)};

    check->arena = check->report.arena = check->diagnostics.arena = arena;
    check->rules = rule_choice_read(arena, &options, &check->diagnostics);
    if (check->rules == NULL)
        return check;
    check->names = rule_choice_names(arena, check->rules);
    check->input = (struct frontend_input){
        .names = &check->names, .version_macro = check->rules->version_macro, .absolute_paths = true};
    check->unit = ir_program_new(arena);
    return check;
}

void
unit_check_free(struct unit_check *check)
{
    arena_free(check->arena);
}

const char *
unit_check_error(const struct unit_check *check)
{
    return check->diagnostics.first;
}

const struct rule_set *
unit_check_rules(const struct unit_check *check)
{
    return check->rules;
}

const struct frontend_input *
unit_check_input(const struct unit_check *check)
{
    return &check->input;
}

struct ir_program *
unit_check_program(struct unit_check *check)
{
    return check->unit;
}

void
unit_check_join(struct unit_check *check, const char *folder)
{
    check->units = arena_string(check->arena, folder);
}

static const char *
source_path(const struct unit_check *check)
{
    const struct ir_unit *unit = &check->unit->units.items[0];

    return path_absolute(check->arena,
                         ir_position_path(check->unit, (struct ir_position){.file = unit->file}));
}

/* Links a unit that lies in the folder of this one's module. */
static void
link_other(struct unit_check *check, struct ir_linker *linker, const char *path,
           const struct extract_unit *unit)
{
    struct ir_program *program =
        ir_unit_read(check->arena, path, unit->data, unit->size, &check->diagnostics);

    if (program != NULL)
        ir_link(linker, program, &check->diagnostics);
}

/* Links this unit, and those that lie beside its place in the folder, in the order of their names: it is
 * newer than what may be there of itself. */
static void
link_module(struct unit_check *check, struct ir_linker *linker)
{
    const char *source = source_path(check);
    const char *beside = check->units == NULL
                             ? NULL
                             : path_join(check->arena, check->units, path_folder(check->arena, source) + 1);
    struct extract_unit *units = NULL;
    struct input input = {0};
    bool is_linked = false;

    if (beside != NULL && file_is_folder(beside))
        units_read(check->arena, &beside, 1, &input, &units, &check->diagnostics);
    for (uint32_t i = 0; i < input.sources.count; i++) {
        int order = strcmp(path_base(input.sources.items[i].path), path_base(source));

        if (order >= 0 && !is_linked)
            is_linked = ir_link(linker, check->unit, &check->diagnostics);
        if (order != 0)
            link_other(check, linker, input.sources.items[i].path, &units[i]);
    }
    if (!is_linked)
        ir_link(linker, check->unit, &check->diagnostics);
}

/* A finding is told by the file that holds the event, so that each of several files tells its own. */
static void
keep_own(struct unit_check *check)
{
    const char *source = source_path(check);
    uint32_t kept = 0;

    vector_each (finding, &check->report.findings) {
        if (strcmp(path_absolute(check->arena, finding->path), source) == 0)
            check->report.findings.items[kept++] = *finding;
    }
    check->report.findings.count = kept;
}

const struct report *
unit_check_run(struct unit_check *check)
{
    struct target_list none = {0};
    struct target_list targets = target_of_program(check->arena, &none, NULL, check->unit);
    struct analysis_options options = {
        .rules = check->rules, .targets = targets.items.items, .target_count = targets.items.count};
    struct ir_program *program = ir_program_new(check->arena);

    link_module(check, ir_linker_new(program));
    analysis_run(check->arena, &options, program, &check->report);
    finding_sort(&check->report);
    if (check->units != NULL)
        keep_own(check);
    return &check->report;
}

bool
unit_check_write(struct unit_check *check, const char *folder)
{
    struct extract_unit unit = {0};

    unit.data = ir_unit_write(check->arena, check->unit, &unit.size);
    return units_write_one(check->arena, folder, source_path(check), &unit, &check->diagnostics);
}
