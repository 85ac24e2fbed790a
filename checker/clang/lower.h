/*
 * The lowering of a translation unit, for whoever runs the compiler: made before the preprocessor starts, so
 * that it sees the macros go by, and run when the tree is complete.
 */
#ifndef DMALINT_CLANG_LOWER_H
#define DMALINT_CLANG_LOWER_H

#include "clang/AST/ASTContext.h"
#include "clang/Lex/Preprocessor.h"

#include "lower_macro.h"

namespace dmalint
{

class Lowering
{
  public:
    Lowering(clang::Preprocessor &Preprocessor, const frontend_input &Input);

    /// Lowers into 'Program', which is empty; in what has one of the 'Errors' inside something is missing.
    void run(clang::ASTContext &Context, llvm::ArrayRef<clang::SourceLocation> Errors, ir_program *Program);

  private:
    clang::Preprocessor &Preprocessor;
    const frontend_input &Input;
    MacroExpansions Macros;
};

} // namespace dmalint
#endif
