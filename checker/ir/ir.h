/*
 * The intermediate representation: what a translation unit, or a linked program, says, freed from C's spelling.
 * A program is a set of tables (types, records, globals, functions) referred to by 32-bit handles; a function is
 * a control-flow graph of blocks over one array of instructions. A value is the result of an instruction and is
 * known by that instruction's index; everything mutable is a place: a root followed by dereferences, fields and
 * elements. docs/ir.md is the reference, with the text syntax. After ir_verify() a program is const.
 */
#ifndef DMALINT_IR_IR_H
#define DMALINT_IR_IR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/vector.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- handles ---- */

#define IR_NONE UINT32_MAX /* the index of no object, in every handle */
#define IR_REASON_ERROR "error" /* of an unknown: the compiler found a mistake there */

struct ir_file_id { uint32_t index; };
struct ir_type_id { uint32_t index; };     /* 0 is always void */
struct ir_record_id { uint32_t index; };
struct ir_global_id { uint32_t index; };
struct ir_function_id { uint32_t index; };
struct ir_block_id { uint32_t index; };    /* in its function; block 0 is the entry */
struct ir_local_id { uint32_t index; };    /* in its function; the parameters come first */
struct ir_value_id { uint32_t index; };    /* in its function: the instruction that makes the value */

/* ---- positions ---- */

/* Where something stands in the source as a person reads it: for an expansion, where the macro is used. */
struct ir_position {
    struct ir_file_id file; /* IR_NONE: nowhere */
    uint32_t line;          /* from 1 */
    uint32_t column;        /* from 1; 0: the whole line */
};

/* ---- types ---- */

enum ir_type_kind {
    IR_TYPE_VOID,
    IR_TYPE_INTEGER,  /* also enumerations and bool: bits, is_signed */
    IR_TYPE_FLOATING, /* bits */
    IR_TYPE_POINTER,  /* element: what it points to */
    IR_TYPE_ARRAY,    /* element, count; count 0: unknown or flexible */
    IR_TYPE_RECORD,   /* record */
    IR_TYPE_FUNCTION, /* element: the result; parameters, is_variadic */
    IR_TYPE_OTHER,    /* vectors, complex numbers: kept apart, not understood */
};

struct ir_type {
    enum ir_type_kind kind;
    uint32_t bits;
    bool is_signed;
    bool is_variadic;
    struct ir_type_id element;
    uint64_t count;
    struct ir_record_id record;
    const struct ir_type_id *parameters;
    uint32_t parameter_count;
};

struct ir_field {
    struct name name; /* empty for an anonymous struct or union inside */
    struct ir_type_id type;
};

/* A struct or union. Two records are the same when name and place of definition are, never by name alone. */
struct ir_record {
    struct name name; /* the tag; for a record without one, the typedef's name; else empty */
    struct ir_position definition;
    bool is_union;
    bool is_complete; /* false: only declared, no fields */
    struct ir_field *fields;
    uint32_t field_count;
};

/* ---- operands and places ---- */

enum ir_operand_kind {
    IR_OPERAND_NONE,     /* no operand: 'return' without a value */
    IR_OPERAND_VALUE,    /* the result of an instruction */
    IR_OPERAND_CONSTANT, /* an integer, or a null pointer as 0 */
    IR_OPERAND_FUNCTION, /* the address of a function */
    IR_OPERAND_GLOBAL,   /* the address of a global; only in initialisers ('address' makes it in code) */
    IR_OPERAND_STRING,   /* the address of a string literal */
};

struct ir_operand {
    enum ir_operand_kind kind;
    union {
        struct ir_value_id value;
        int64_t constant;
        struct ir_function_id function;
        struct ir_global_id global;
        struct name string;
    };
};

enum ir_root_kind {
    IR_ROOT_LOCAL,  /* a parameter, a local variable or a temporary of the lowering */
    IR_ROOT_GLOBAL, /* a global, or a static local */
    IR_ROOT_VALUE,  /* a pointer value; the first step is a dereference */
};

enum ir_step_kind {
    IR_STEP_DEREF,   /* from a pointer to what it points to */
    IR_STEP_FIELD,   /* from a record to its field number 'index'; 'record' says of which record */
    IR_STEP_ELEMENT, /* from an array, or a pointed-to first element, to the element at 'operand' */
};

struct ir_step {
    enum ir_step_kind kind;
    uint32_t index;
    struct ir_record_id record;
    struct ir_operand operand; /* of an element; IR_OPERAND_NONE: some element */
};

/* root.step.step...; the steps are 'step_count' from 'first_step' of the function's 'steps'. */
struct ir_place {
    enum ir_root_kind root;
    uint32_t root_index; /* of the local, global or value */
    uint32_t first_step;
    uint32_t step_count;
};

/* ---- instructions ---- */

enum ir_op {
#define IR_OP(enumerator, spelling, has_result, ends_block) IR_OP_##enumerator,
#include "ir/ir_op.def"
#undef IR_OP
    IR_OP_COUNT
};

enum ir_operator {
#define IR_OPERATOR(enumerator, spelling, operands) IR_OPERATOR_##enumerator,
#include "ir/ir_operator.def"
#undef IR_OPERATOR
    IR_OPERATOR_COUNT
};

struct ir_case {
    int64_t low; /* low..high, both included */
    int64_t high;
    struct ir_block_id block;
};

struct ir_instruction {
    enum ir_op op;
    struct ir_type_id type; /* of the result; of what is stored, copied or zeroed; else void */
    struct ir_position position;
    struct name macro;      /* the outermost macro whose expansion holds it; empty: none */
    bool is_volatile;       /* load: of a volatile object, which can change by itself */
    union {
        struct ir_place place; /* load, address, zero */
        struct {               /* store */
            struct ir_place place;
            struct ir_operand operand;
        } store;
        struct { /* copy */
            struct ir_place to;
            struct ir_place from;
        } copy;
        struct { /* unary (right is NONE) and binary */
            enum ir_operator operator_;
            struct ir_operand left;
            struct ir_operand right;
        } arithmetic;
        struct ir_operand operand; /* cast, return */
        struct {                   /* call: function; call_pointer: pointer */
            struct ir_function_id function;
            struct ir_operand pointer;
            uint32_t first_argument; /* in the function's 'operands' */
            uint32_t argument_count;
        } call;
        struct name reason;       /* unknown: IR_REASON_ERROR, or what was not lowered */
        struct ir_block_id jump;  /* jump */
        struct {                  /* branch */
            struct ir_operand condition; /* non-zero: 'then' */
            struct ir_block_id then_block;
            struct ir_block_id else_block;
        } branch;
        struct { /* switch */
            struct ir_operand value;
            uint32_t first_case; /* in the function's 'cases' */
            uint32_t case_count;
            struct ir_block_id default_block;
        } switch_;
    };
};

/* ---- functions, globals, programs ---- */

struct ir_local {
    struct name name; /* of a temporary: empty */
    struct ir_type_id type;
};

/* Instructions first .. first + count - 1 of the function, the last one ending the block. */
struct ir_block {
    uint32_t first_instruction;
    uint32_t instruction_count;
};

enum ir_linkage {
    IR_LINKAGE_EXTERNAL, /* one in the program */
    IR_LINKAGE_STATIC,   /* one in its translation unit; static inlines of headers too */
    IR_LINKAGE_MACRO,    /* not a function: a macro called as one, because the facts name it */
};

/* A function that is declared, called or defined; only a defined one has blocks. */
struct ir_function {
    struct name name;
    enum ir_linkage linkage;
    bool is_noreturn;            /* declared so */
    struct ir_type_id type;      /* a function type; for a macro, void */
    struct ir_position position; /* of the name in the definition, else in a declaration */
    uint32_t unit;               /* which unit of the program it came from, by order of linking */
    uint32_t parameter_count;
    VECTOR(struct ir_local) locals;
    VECTOR(struct ir_block) blocks;
    VECTOR(struct ir_instruction) instructions;
    VECTOR(struct ir_step) steps;
    VECTOR(struct ir_operand) operands;
    VECTOR(struct ir_case) cases;
};

/* One scalar of a static initialiser, at 'steps' of the global; only non-zero ones are kept. */
struct ir_initialiser {
    const struct ir_step *steps;
    uint32_t step_count;
    struct ir_operand operand;
};

struct ir_global {
    struct name name; /* a static local's is function.variable */
    enum ir_linkage linkage;
    bool is_constant;
    bool is_defined;
    struct ir_type_id type;
    struct ir_position position;
    uint32_t unit;
    VECTOR(struct ir_initialiser) initialisers;
};

/* A translation unit that went into the program. */
struct ir_unit {
    struct ir_file_id file; /* its main file */
    uint32_t errors;        /* of the compiler; the parts that parsed are here all the same */
};

struct ir_program {
    struct arena *arena;
    struct interner *names;
    struct name architecture;  /* as the compiler's target spells it: x86_64, i386, aarch64 ... */
    uint32_t kernel_version;   /* the value of the macro that gives the kernel's version; 0: not known */
    VECTOR(struct name) files; /* paths as given on the command line or found from there */
    VECTOR(struct ir_unit) units;
    VECTOR(struct ir_type) types;
    VECTOR(struct ir_record) records;
    VECTOR(struct ir_global) globals;
    VECTOR(struct ir_function) functions;
};

/* ---- small questions ---- */

static inline bool
ir_op_ends_block(enum ir_op op)
{
    return op >= IR_OP_JUMP;
}

static inline bool
ir_op_has_result(enum ir_op op)
{
    return op < IR_OP_STORE;
}

static inline bool
ir_function_is_defined(const struct ir_function *function)
{
    return function->blocks.count != 0;
}

static inline struct ir_operand
ir_none(void)
{
    return (struct ir_operand){};
}

static inline struct ir_operand
ir_value(struct ir_value_id value)
{
    struct ir_operand operand = {};

    operand.kind = IR_OPERAND_VALUE;
    operand.value = value;
    return operand;
}

static inline struct ir_operand
ir_constant(int64_t constant)
{
    struct ir_operand operand = {};

    operand.kind = IR_OPERAND_CONSTANT;
    operand.constant = constant;
    return operand;
}

static inline struct ir_operand
ir_function_address(struct ir_function_id function)
{
    struct ir_operand operand = {};

    operand.kind = IR_OPERAND_FUNCTION;
    operand.function = function;
    return operand;
}

/* The steps of a place, the arguments of a call or callp, the cases of a switch; NULL when there are none. */
static inline const struct ir_step *
ir_steps(const struct ir_function *function, struct ir_place place)
{
    return place.step_count == 0 ? NULL : &function->steps.items[place.first_step];
}

static inline const struct ir_operand *
ir_arguments(const struct ir_function *function, const struct ir_instruction *instruction)
{
    return instruction->call.argument_count == 0 ? NULL
                                                 : &function->operands.items[instruction->call.first_argument];
}

static inline const struct ir_case *
ir_cases(const struct ir_function *function, const struct ir_instruction *instruction)
{
    return instruction->switch_.case_count == 0 ? NULL
                                                : &function->cases.items[instruction->switch_.first_case];
}

/* An empty program with the void type; it lives as long as 'arena'. */
struct ir_program *ir_program_new(struct arena *arena);

/* The spelling of an op (empty for unary and binary) and of an operator. */
const char *ir_op_spelling(enum ir_op op);
const char *ir_operator_spelling(enum ir_operator operator_);
/* How many operands an operator takes: 1 or 2. */
uint32_t ir_operator_operands(enum ir_operator operator_);

/* The text of a name of this program. */
static inline const char *
ir_text(const struct ir_program *program, struct name name)
{
    return intern_text(program->names, name);
}

/* The path of a position's file, "" for nowhere. */
const char *ir_position_path(const struct ir_program *program, struct ir_position position);

/* The type of a place, from its root and steps; void when a step does not fit. 'value root' types come from the instruction. */
struct ir_type_id ir_place_type(const struct ir_program *program, const struct ir_function *function,
                                struct ir_place place);
/* One step further from a place of type 'from'. A field has its own type, whatever it is taken from (casts in C make
 * that legal); an element of what is no array has the same type, for p[i] is '*p' and then element i. */
struct ir_type_id ir_step_type(const struct ir_program *program, struct ir_type_id from,
                               const struct ir_step *step);
/* The type of a value; of a function's address the function's type; void for all others, which have none. */
struct ir_type_id ir_operand_type(const struct ir_program *program, const struct ir_function *function,
                                  struct ir_operand operand);

#ifdef __cplusplus
}
#endif
#endif
