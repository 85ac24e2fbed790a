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
    check->input =
        (struct frontend_input){.names = &check->names, .version_macro = check->rules->version_macro};
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

const struct report *
unit_check_run(struct unit_check *check)
{
    struct target_list none = {0};
    struct target_list targets = target_of_program(check->arena, &none, NULL, check->unit);
    struct analysis_options options = {
        .rules = check->rules, .targets = targets.items.items, .target_count = targets.items.count};
    struct ir_program *program = ir_program_new(check->arena);

    /* a unit alone always goes together */
    ir_link(ir_linker_new(program), check->unit, &check->diagnostics);
    analysis_run(check->arena, &options, program, &check->report);
    finding_sort(&check->report);
    return &check->report;
}

bool
unit_check_write(struct unit_check *check, const char *folder)
{
    struct extract_unit unit = {0};

    unit.data = ir_unit_write(check->arena, check->unit, &unit.size);
    return units_write_one(
        check->arena, folder,
        ir_position_path(check->unit, (struct ir_position){.file = check->unit->units.items[0].file}), &unit,
        &check->diagnostics);
}
