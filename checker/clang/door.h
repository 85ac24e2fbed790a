/*
 * What the doors into other people's programs share (plugin.cpp, analyzer.cpp, tidy.cpp): one unit, lowered
 * from the compiler that runs, checked by itself, and its findings put back into that compiler's source.
 */
#ifndef DMALINT_CLANG_DOOR_H
#define DMALINT_CLANG_DOOR_H

#include <memory>
#include <optional>

#include "clang/AST/ASTContext.h"

#include "clang/unit_check.h"
#include "lower.h"

namespace dmalint
{

class Door
{
  public:
    /// Before the preprocessor starts. 'Rules' is a folder of more rules, 'Units' one of units that join this
    /// one, or "".
    Door(clang::Preprocessor &Preprocessor, const std::string &Rules, const std::string &Units);
    ~Door();

    /// Why there is nothing to check by; null when there is.
    const char *error() const;
    /// Lowers and checks, once the tree is there. With an error in the source the parts that did parse.
    const report &check(clang::ASTContext &Context);
    /// Lowers, and leaves the unit below 'Folder'; false after error().
    bool write(clang::ASTContext &Context, const std::string &Folder);
    /// Where a finding or a note stands, also in a file that is not part of this compilation; invalid where
    /// there is no such place.
    static clang::SourceLocation locate(clang::SourceManager &Sources, const char *Path, unsigned Line,
                                        unsigned Column);

  private:
    void lower(clang::ASTContext &Context);

    unit_check *Check;
    std::optional<Lowering> Unit;
    bool IsLowered = false;
};

/// The message of a finding, with its tier; hosts add the rule's name themselves, where they can.
std::string doorMessage(const finding &Finding);

} // namespace dmalint
#endif
