/* Reading facts: one file a kind of fact. The functions return false after diagnostics. */
#ifndef DMALINT_RULE_FACT_READ_H
#define DMALINT_RULE_FACT_READ_H

#include "rule/key.h"

/* What must be known before other facts can be read. */
enum fact_pass { FACT_PASS_NAMES /* flags and contexts */, FACT_PASS_REST };

/* The facts of one pass in a file, whose document is 'root', into the reader's set. The pass for names also
 * says which facts are none; the other may follow only if it found nothing wrong. */
bool fact_read_file(struct reader *reader, const struct yaml_node *root, enum fact_pass pass);

/* Each reads one fact, a mapping. */
bool fact_function_read(struct reader *reader, const struct yaml_node *map);
bool fact_struct_read(struct reader *reader, const struct yaml_node *map);
bool fact_method_read(struct reader *reader, const struct yaml_node *map);
bool fact_global_read(struct reader *reader, const struct yaml_node *map);
bool fact_context_read(struct reader *reader, const struct yaml_node *map);
bool fact_flags_read(struct reader *reader, const struct yaml_node *map);
bool fact_target_read(struct reader *reader, const struct yaml_node *map);
bool fact_release_read(struct reader *reader, const struct yaml_node *map);
bool fact_version_macro_read(struct reader *reader, const struct yaml_node *map);

/* Whether the prototype of a 'function' fact that has one is well-formed, and has the arguments that the fact
 * speaks of. */
bool fact_prototype_check(struct reader *reader, const struct yaml_node *map,
                          const struct fact_function *function);

/* An effect, or a list of effects, of a fact_function 'object'; its key says which. */
bool fact_effect_read(struct reader *reader, const struct yaml_node *value, void *object);
/* The list of starts of a fact_function, or of a fact_struct. */
bool fact_function_starts_read(struct reader *reader, const struct yaml_node *value, void *object);
bool fact_struct_starts_read(struct reader *reader, const struct yaml_node *value, void *object);

extern const struct word fact_phase_words[];
extern const struct word fact_direction_words[];

#endif
