/*
 * Types and records. A record is made when something names it and completed (given its fields) only when it
 * is held by value or one of its fields is used: most of what kernel headers define is never looked into.
 */
#ifndef DMALINT_CLANG_LOWER_TYPES_H
#define DMALINT_CLANG_LOWER_TYPES_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/DenseSet.h"

#include "lower_position.h"

namespace dmalint
{

class TypeLowering
{
  public:
    TypeLowering(const clang::ASTContext &Context, PositionMap &Positions, ir_builder *Builder);

    /// The type of something held by value: records in it are complete.
    ir_type_id type(clang::QualType Type);
    /// The type of something only pointed to.
    ir_type_id reference(clang::QualType Type);
    /// The record that a field belongs to, complete.
    ir_record_id record(const clang::RecordDecl *Record);

  private:
    ir_type_id make(const clang::Type *Type);
    ir_type_id makeFunction(const clang::FunctionType *Type);
    ir_record_id declare(const clang::RecordDecl *Record);
    name recordName(const clang::RecordDecl *Record);
    void complete(const clang::RecordDecl *Record);

    const clang::ASTContext &Context;
    PositionMap &Positions;
    ir_builder *Builder;
    llvm::DenseMap<const clang::Type *, uint32_t> Types;
    llvm::DenseMap<const clang::Decl *, uint32_t> Records;
    llvm::DenseSet<const clang::Decl *> Completed;
    llvm::DenseSet<uint32_t> Taken; // records that already stand for a declaration
};

} // namespace dmalint
#endif
