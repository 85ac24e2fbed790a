/*
 * Building a program: interned types, tables of symbols, and functions instruction by instruction. Used by the
 * compiler's adapter, the parser of the text syntax and the reader of units. Nothing is checked here beyond
 * assertions; ir_verify() checks the whole.
 */
#ifndef DMALINT_IR_BUILD_H
#define DMALINT_IR_BUILD_H

#include "ir/ir.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ir_builder;

/* A builder that adds to 'program'; it lives as long as the program's arena. */
struct ir_builder *ir_builder_new(struct ir_program *program);
struct ir_program *ir_builder_program(struct ir_builder *builder);

/* ---- tables: each returns the existing handle where an equal object is there already ---- */
struct name ir_build_name(struct ir_builder *builder, const char *text);
struct ir_file_id ir_build_file(struct ir_builder *builder, const char *path);
/* How much a type says of what has it: of two types of one thing, that which says more is kept. */
uint64_t ir_build_type_knows(const struct ir_program *program, struct ir_type_id type);
struct ir_type_id ir_build_integer(struct ir_builder *builder, uint32_t bits, bool is_signed);
struct ir_type_id ir_build_floating(struct ir_builder *builder, uint32_t bits);
struct ir_type_id ir_build_pointer(struct ir_builder *builder, struct ir_type_id element);
struct ir_type_id ir_build_array(struct ir_builder *builder, struct ir_type_id element, uint64_t count);
struct ir_type_id ir_build_record_type(struct ir_builder *builder, struct ir_record_id record);
struct ir_type_id ir_build_function_type(struct ir_builder *builder, struct ir_type_id result,
                                         const struct ir_type_id *parameters, uint32_t count,
                                         bool is_variadic);
struct ir_type_id ir_build_other_type(struct ir_builder *builder);
/* A record by name and position, not complete when new; then its fields, once. */
struct ir_record_id ir_build_record(struct ir_builder *builder, struct name name, struct ir_position definition,
                                    bool is_union);
void ir_build_fields(struct ir_builder *builder, struct ir_record_id record, const struct ir_field *fields,
                     uint32_t count);
/* A function or global by name and linkage: external ones by name, macros by name, static ones by name within the
 * unit being built. A second call with a type fills in what the first did not know. */
struct ir_function_id ir_build_function(struct ir_builder *builder, struct name name, enum ir_linkage linkage,
                                        struct ir_type_id type, struct ir_position position);
struct ir_global_id ir_build_global(struct ir_builder *builder, struct name name, enum ir_linkage linkage,
                                    struct ir_type_id type, struct ir_position position);
void ir_build_initialiser(struct ir_builder *builder, struct ir_global_id global, const struct ir_step *steps,
                          uint32_t step_count, struct ir_operand operand);
/* Starts the next unit; functions and globals made from now on belong to it. */
void ir_build_unit(struct ir_builder *builder, struct ir_file_id file, uint32_t errors);

/* ---- a function's body: begin, locals and blocks, instructions block by block, end ---- */

/* 'position' is that of the definition. Parameters are added first, with ir_build_local(). */
void ir_build_begin(struct ir_builder *builder, struct ir_function_id function, struct ir_position position,
                    uint32_t parameter_count);
struct ir_local_id ir_build_local(struct ir_builder *builder, struct name name, struct ir_type_id type);
/* A new empty block; the first one made is the entry. */
struct ir_block_id ir_build_block(struct ir_builder *builder);
/* Instructions go to the end of this block from now on. A block may be left and entered again until it ends. */
void ir_build_enter(struct ir_builder *builder, struct ir_block_id block);
/* Whether the current block has its last instruction; instructions added behind it are dropped. */
bool ir_build_is_ended(struct ir_builder *builder);
/* The position and macro of the instructions to come. */
void ir_build_at(struct ir_builder *builder, struct ir_position position, struct name macro);

/* Places, step by step: start with a root, then each call returns the longer place. Places are values: a place may be
 * kept and extended in two ways. */
struct ir_place ir_build_place_local(struct ir_builder *builder, struct ir_local_id local);
struct ir_place ir_build_place_global(struct ir_builder *builder, struct ir_global_id global);
/* What 'pointer' points to: a value root with its dereference. */
struct ir_place ir_build_place_pointer(struct ir_builder *builder, struct ir_value_id pointer);
struct ir_place ir_build_place_deref(struct ir_builder *builder, struct ir_place place);
struct ir_place ir_build_place_field(struct ir_builder *builder, struct ir_place place, struct ir_record_id record,
                                     uint32_t field);
struct ir_place ir_build_place_element(struct ir_builder *builder, struct ir_place place, struct ir_operand index);

struct ir_operand ir_build_load(struct ir_builder *builder, struct ir_place place, struct ir_type_id type);
struct ir_operand ir_build_load_volatile(struct ir_builder *builder, struct ir_place place, struct ir_type_id type);
struct ir_operand ir_build_address(struct ir_builder *builder, struct ir_place place, struct ir_type_id type);
struct ir_operand ir_build_unary(struct ir_builder *builder, enum ir_operator operator_, struct ir_operand operand,
                                 struct ir_type_id type);
struct ir_operand ir_build_binary(struct ir_builder *builder, enum ir_operator operator_, struct ir_operand left,
                                  struct ir_operand right, struct ir_type_id type);
struct ir_operand ir_build_cast(struct ir_builder *builder, struct ir_operand operand, struct ir_type_id type);
/* 'type' is the result's type, void for none (the result is then never used). */
struct ir_operand ir_build_call(struct ir_builder *builder, struct ir_function_id function,
                                const struct ir_operand *arguments, uint32_t count, struct ir_type_id type);
struct ir_operand ir_build_call_pointer(struct ir_builder *builder, struct ir_operand pointer,
                                        const struct ir_operand *arguments, uint32_t count,
                                        struct ir_type_id type);
struct ir_operand ir_build_unknown(struct ir_builder *builder, const char *reason, struct ir_type_id type);
void ir_build_store(struct ir_builder *builder, struct ir_place place, struct ir_operand operand,
                    struct ir_type_id type);
void ir_build_copy(struct ir_builder *builder, struct ir_place to, struct ir_place from, struct ir_type_id type);
void ir_build_zero(struct ir_builder *builder, struct ir_place place, struct ir_type_id type);
void ir_build_jump(struct ir_builder *builder, struct ir_block_id block);
void ir_build_branch(struct ir_builder *builder, struct ir_operand condition, struct ir_block_id then_block,
                     struct ir_block_id else_block);
void ir_build_switch(struct ir_builder *builder, struct ir_operand value, const struct ir_case *cases,
                     uint32_t count, struct ir_block_id default_block);
void ir_build_return(struct ir_builder *builder, struct ir_operand operand);
void ir_build_unreachable(struct ir_builder *builder);

/* The body in the making, for ir_place_type() and ir_operand_type(): locals, instructions in order of creation,
 * steps. Valid until the next call. */
const struct ir_function *ir_build_body(const struct ir_builder *builder);

/* Ends the function: blocks that control cannot reach are dropped, blocks not ended get 'unreachable',
 * instructions are laid out block after block and values renumbered. */
void ir_build_end(struct ir_builder *builder);

#ifdef __cplusplus
}
#endif
#endif
