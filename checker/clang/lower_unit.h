/*
 * A translation unit: which functions and globals are lowered, and the handles of all that are named. What is
 * defined in the main file, or with external linkage, is always lowered; what headers define, when it is
 * reached.
 */
#ifndef DMALINT_CLANG_LOWER_UNIT_H
#define DMALINT_CLANG_LOWER_UNIT_H

#include <deque>

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include "lower_macro.h"
#include "lower_position.h"
#include "lower_types.h"

namespace dmalint
{

class UnitLowering
{
  public:
    UnitLowering(clang::ASTContext &Context, clang::Preprocessor &Preprocessor, MacroExpansions &Macros,
                 ir_builder *Builder, const frontend_input &Input,
                 llvm::ArrayRef<clang::SourceLocation> Errors);

    /// Lowers the whole unit.
    void lower();

    /// Handles; the first use of a header's function or table puts it on the list of what is to be lowered.
    ir_function_id function(const clang::FunctionDecl *Function);
    ir_function_id macro(const clang::IdentifierInfo *Name, const clang::MacroInfo *Info);
    /// A builtin that is no function to Clang.
    ir_function_id builtin(llvm::StringRef Name, ir_type_id Result);
    ir_global_id global(const clang::VarDecl *Variable);
    /// The unnamed object of a compound literal outside functions.
    ir_global_id literal(const clang::CompoundLiteralExpr *Literal);
    name text(llvm::StringRef Text) const;
    /// Whether the compiler found an error in there: what it dropped is not in the tree.
    bool hasErrorIn(clang::SourceRange Range) const;

    clang::ASTContext &Context;
    clang::Preprocessor &Preprocessor;
    MacroExpansions &Macros;
    ir_builder *Builder;
    PositionMap Positions;
    TypeLowering Types;

  private:
    struct Initialised {
        ir_global_id Global;
        clang::QualType Type;
        const clang::Expr *Initialiser;
    };

    void declareAll();
    void lowerRoots();
    void lowerPending();
    bool isInitialised(const clang::VarDecl *Variable);
    std::string globalName(const clang::VarDecl *Variable);
    uint32_t versionOf(const char *Macro);

    const frontend_input &Input;
    llvm::ArrayRef<clang::SourceLocation> Errors;
    llvm::DenseMap<const clang::Decl *, uint32_t> Functions;
    llvm::DenseMap<const clang::Decl *, uint32_t> Globals;
    llvm::DenseMap<const clang::Expr *, uint32_t> Literals;
    llvm::StringMap<unsigned> StaticNames; // how many static locals have this name so far
    std::deque<const clang::FunctionDecl *> PendingFunctions;
    std::deque<Initialised> PendingGlobals;
};

} // namespace dmalint
#endif
