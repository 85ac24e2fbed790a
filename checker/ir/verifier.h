/*
 * Inside the verifier: verify.c checks the tables and goes on only when they are sound, for bodies are
 * checked with their types; verify_body.c checks one function's body; verify_flow.c knows which block
 * dominates which.
 */
#ifndef DMALINT_IR_VERIFIER_H
#define DMALINT_IR_VERIFIER_H

#include "base/diagnostic.h"
#include "ir/ir.h"

struct verifier {
    const struct ir_program *program;
    const char *path;
    struct diagnostics *diagnostics;
    struct arena *scratch; /* reset for each function */
    uint32_t name_count;
    uint32_t errors;
    const char *subject; /* "type", "record" ...: what is being checked, and its index */
    uint32_t index;
};

/* An error about the subject, at its position when that lies in the file being checked; false. */
bool verifier_error(struct verifier *verifier, struct ir_position position, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool verifier_type(struct verifier *verifier, struct ir_position position, struct ir_type_id type);
bool verifier_name(struct verifier *verifier, struct ir_position position, struct name name);
bool verifier_position(struct verifier *verifier, struct ir_position position);
/* Step 'index' of 'steps', from a place of type '*type', which becomes the type after it. All but the operand
 * of an element. */
bool verifier_step(struct verifier *verifier, struct ir_position position, struct ir_type_id *type,
                   const struct ir_step *steps, uint32_t index);

/* The body of function 'index'; false after errors. */
bool verifier_body(struct verifier *verifier, uint32_t index);

/* Dominance in a function whose blocks and targets are in range. */
struct flow {
    uint32_t unreached;    /* a block that control does not reach, IR_NONE: none */
    bool is_given_up;      /* more work than any real function takes */
    const uint32_t *enter; /* of a block: its number in a walk down the tree of dominators */
    const uint32_t *leave; /* and the last number below it */
};

struct flow flow_of(struct arena *arena, const struct ir_function *function);

static inline bool
flow_dominates(const struct flow *flow, uint32_t above, uint32_t below)
{
    return flow->enter[above] <= flow->enter[below] && flow->enter[below] <= flow->leave[above];
}

#endif
