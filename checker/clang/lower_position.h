/* Source locations as a person reads them: where the outermost macro is used, and that macro's name. */
#ifndef DMALINT_CLANG_LOWER_POSITION_H
#define DMALINT_CLANG_LOWER_POSITION_H

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"

#include "ir/build.h"

namespace dmalint
{

class PositionMap
{
  public:
    PositionMap(const clang::SourceManager &Sources, ir_builder *Builder, bool MakesAbsolute);

    /// The place in a file; nowhere for what the compiler made itself.
    ir_position position(clang::SourceLocation Location);
    /// The outermost macro whose expansion holds the location, empty for none.
    name macro(clang::SourceLocation Location);
    ir_file_id file(clang::FileID File);
    /// Whether this file's definitions belong to the unit: the main file, or a source that it includes.
    bool isSource(clang::SourceLocation Location);

  private:
    const clang::SourceManager &Sources;
    ir_builder *Builder;
    bool IsAbsolute;
    llvm::DenseMap<clang::FileID, uint32_t> Files;
    llvm::DenseMap<clang::FileID, bool> IsSource;
    llvm::DenseMap<clang::SourceLocation, name> Macros; // by the location of the macro's use
    clang::SourceLocation Last;
    ir_position LastPosition;
};

} // namespace dmalint
#endif
