#include "lower.h"

#include "ir/build.h"
#include "lower_unit.h"

using namespace clang;

namespace dmalint
{

Lowering::Lowering(class Preprocessor &ThePreprocessor, const frontend_input &TheInput)
    : Preprocessor(ThePreprocessor), Input(TheInput), Macros(ThePreprocessor, TheInput.names)
{
    if (!Macros.known().empty() && !Input.declarations_only)
        Preprocessor.addPPCallbacks(Macros.callbacks());
}

void
Lowering::run(ASTContext &Context, llvm::ArrayRef<SourceLocation> Errors, ir_program *Program)
{
    ir_builder *Builder = ir_builder_new(Program);
    UnitLowering Unit(Context, Preprocessor, Macros, Builder, Input, Errors);
    ir_build_unit(Builder, Unit.Positions.file(Context.getSourceManager().getMainFileID()), 0);
    Unit.lower();
}

} // namespace dmalint
