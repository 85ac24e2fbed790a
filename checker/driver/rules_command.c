#include "driver/rules_command.h"

#include <ctype.h>
#include <string.h>

#include "driver/fact_check.h"
#include "driver/rule_choice.h"
#include "driver/scan.h"
#include "report/finding.h"

enum { PAGE_WIDTH = 100 };

/* Prints text folded at PAGE_WIDTH; an empty line in it ends a paragraph. */
static void
print_folded(const char *text, int indent)
{
    int column = 0;

    while (*text != '\0') {
        const char *end;
        int length;

        if (text[0] == '\n' && text[1] == '\n') {
            printf("\n\n");
            column = 0;
        }
        if (isspace((unsigned char)*text)) {
            text++;
            continue;
        }
        for (end = text; *end != '\0' && !isspace((unsigned char)*end); end++)
            continue;
        length = (int)(end - text);
        if (column != 0 && column + 1 + length > PAGE_WIDTH) {
            putchar('\n');
            column = 0;
        }
        column += printf("%*s%.*s", column == 0 ? indent : 1, "", length, text);
        text = end;
    }
    putchar('\n');
}

static void
list_rules(const struct rule_set *rules)
{
    size_t widest = 0;

    vector_each (rule, &rules->rules)
        widest = strlen(rule->id) > widest ? strlen(rule->id) : widest;
    vector_each (rule, &rules->rules)
        printf("%-*s  %s\n", (int)widest, rule->id, rule->summary);
}

/* The rule's own text last: each severity may have another. */
static void
print_section(const struct rule *rule, const char *title, size_t of_severity, const char *text)
{
    printf("\n%s:\n", title);
    vector_each (severity, &rule->severities) {
        const char *other;

        memcpy(&other, (const char *)severity + of_severity, sizeof(other));
        if (other != NULL)
            print_folded(other, 2);
    }
    print_folded(text, 2);
}

static void
explain_rule(const struct rule *rule)
{
    const char *separator = "\nclauses: ";

    printf("%s (%s)\n\n", rule->id, rule->group);
    print_folded(rule->summary, 0);
    if (rule->explanation != NULL) {
        putchar('\n');
        print_folded(rule->explanation, 0);
    }
    print_section(rule, "why", offsetof(struct rule_severity, why), rule->why);
    print_section(rule, "what to do instead", offsetof(struct rule_severity, fix), rule->fix);
    vector_each (clause, &rule->clauses) {
        printf("%s%s", separator, *clause);
        separator = ", ";
    }
    if (rule->clauses.count != 0)
        putchar('\n');
    printf("defined in: %s\n", rule->place.file);
}

/* Explains the rules of the ids given, once all of them are known. */
static int
explain_rules(struct arena *arena, const struct options *options, const struct rule_set *rules,
              struct diagnostics *diagnostics)
{
    bool known = true;

    vector_each (id, &options->paths) {
        if (rule_find(rules, *id) == NULL)
            known = rule_choice_unknown(arena, rules, *id, diagnostics);
    }
    for (uint32_t i = 0; known && i < options->paths.count; i++) {
        if (i != 0)
            putchar('\n');
        explain_rule(rule_find(rules, options->paths.items[i]));
    }
    return known ? EXIT_CLEAN : EXIT_USAGE;
}

int
rules_command_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    struct rule_set *rules = rule_choice_read(arena, options, diagnostics);

    if (rules == NULL)
        return EXIT_USAGE;
    if (options->checks.count != 0)
        return fact_check_run(arena, options, rules, diagnostics) ? EXIT_CLEAN : EXIT_USAGE;
    if (options->command == COMMAND_EXPLAIN)
        return explain_rules(arena, options, rules, diagnostics);
    list_rules(rules);
    return EXIT_CLEAN;
}
