/*
 * Expansions of the macros that have facts: recorded while the preprocessor runs, found again in the AST by
 * its nodes' locations. An expansion is known by the location of its name, which is unique: where the name
 * comes from the body of another macro, each expansion of that one gives its tokens new locations.
 */
#ifndef DMALINT_CLANG_LOWER_MACRO_H
#define DMALINT_CLANG_LOWER_MACRO_H

#include <memory>
#include <optional>
#include <vector>

#include "clang/AST/Expr.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include "clang/frontend.h"

namespace dmalint
{

/// One argument as spelled: its first and last token.
struct MacroArgument {
    clang::Token First;
    clang::Token Last;
    bool IsEmpty;
};

struct MacroExpansion {
    const clang::IdentifierInfo *Name;
    const clang::MacroInfo *Info;
    llvm::SmallVector<MacroArgument, 4> Arguments; // those of '...' one by one
    clang::FileID Body; // the tokens of the body, once a node showed where they are
};

class MacroExpansions
{
  public:
    MacroExpansions(clang::Preprocessor &Preprocessor, const frontend_names *Names);

    /// To be given to the preprocessor before it starts; refers to this object.
    std::unique_ptr<clang::PPCallbacks> callbacks();

    llvm::ArrayRef<const clang::IdentifierInfo *>
    known() const
    {
        return Known;
    }
    const MacroExpansion &
    operator[](unsigned Index) const
    {
        return Expansions[Index];
    }

    /// The outermost expansion that holds all of 'Node' and is neither being lowered nor made by one that is.
    std::optional<unsigned>
    holding(const clang::Stmt *Node)
    {
        return Expansions.empty() || !Node->getBeginLoc().isMacroID() ? std::nullopt : find(Node);
    }
    /// That expansion if the statement 'Node' starts it: what follows in it are further statements.
    std::optional<unsigned>
    startedBy(const clang::Stmt *Node)
    {
        std::optional<unsigned> Index = holding(Node);
        return Index && covers(*Index, Node, /*OnlyStart=*/true) ? Index : std::nullopt;
    }
    /// That expansion if the expression 'Node' is all of it.
    std::optional<unsigned>
    madeInto(const clang::Expr *Node)
    {
        std::optional<unsigned> Index = holding(Node);
        return Index && covers(*Index, Node, /*OnlyStart=*/false) ? Index : std::nullopt;
    }
    /// For each argument the outermost expression in 'Nodes' that was made of it, or null.
    llvm::SmallVector<const clang::Expr *, 8> arguments(unsigned Index,
                                                        llvm::ArrayRef<const clang::Stmt *> Nodes) const;

    /// Between these, nodes are parts of an argument of the expansion.
    void
    enter(unsigned Index)
    {
        Active.push_back(Index);
    }
    void
    leave()
    {
        Active.pop_back();
    }

  private:
    using List = llvm::SmallVector<unsigned, 2>;
    class Callbacks;

    void record(const clang::Token &Name, const clang::MacroInfo *Info, const clang::MacroArgs *Arguments);
    void addArguments(MacroExpansion &Expansion, const clang::Token *Tokens, bool IsSplit);
    bool covers(unsigned Index, const clang::Stmt *Node, bool OnlyStart) const;
    const List &containing(clang::SourceLocation Location);
    std::optional<unsigned> find(const clang::Stmt *Node);
    bool isStart(clang::SourceLocation Location, clang::FileID Body) const;
    bool isEnd(clang::SourceLocation Location, const MacroExpansion &Expansion) const;
    bool reaches(clang::SourceLocation Location, clang::SourceLocation Token, bool AtEnd) const;
    void match(unsigned Index, const clang::Stmt *Node, llvm::MutableArrayRef<const clang::Expr *> Found,
               unsigned &Missing) const;

    const clang::SourceManager &Sources;
    llvm::SmallVector<const clang::IdentifierInfo *, 32> Known;
    llvm::DenseSet<const clang::IdentifierInfo *> IsKnown;
    std::vector<MacroExpansion> Expansions;
    llvm::DenseMap<clang::SourceLocation, unsigned> ByName;
    llvm::DenseMap<clang::FileID, std::unique_ptr<List>> Containing; // outermost first
    llvm::SmallVector<unsigned, 4> Active;
    std::vector<clang::SourceLocation> NameLocations; // of each expansion
};

} // namespace dmalint
#endif
