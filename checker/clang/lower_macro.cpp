#include "lower_macro.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Lex/MacroArgs.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace dmalint
{

class MacroExpansions::Callbacks : public PPCallbacks
{
  public:
    explicit Callbacks(MacroExpansions &TheOwner) : Owner(TheOwner)
    {
    }

    void
    MacroExpands(const Token &Name, const MacroDefinition &Definition, SourceRange,
                 const MacroArgs *Arguments) override
    {
        if (Owner.IsKnown.contains(Name.getIdentifierInfo()))
            Owner.record(Name, Definition.getMacroInfo(), Arguments);
    }

  private:
    MacroExpansions &Owner;
};

MacroExpansions::MacroExpansions(Preprocessor &Preprocessor, const frontend_names *Names)
    : Sources(Preprocessor.getSourceManager())
{
    for (uint32_t Index = 0; Names != nullptr && Index < Names->macro_count; Index++) {
        Known.push_back(Preprocessor.getIdentifierInfo(Names->macros[Index]));
        IsKnown.insert(Known.back());
    }
}

std::unique_ptr<PPCallbacks>
MacroExpansions::callbacks()
{
    return std::make_unique<Callbacks>(*this);
}

void
MacroExpansions::record(const Token &Name, const MacroInfo *Info, const MacroArgs *Arguments)
{
    MacroExpansion Expansion = {Name.getIdentifierInfo(), Info, {}, FileID()};
    if (Arguments != nullptr) {
        for (unsigned Index = 0; Index < Info->getNumParams(); Index++) {
            bool IsRest = Info->isVariadic() && Index + 1 == Info->getNumParams();
            addArguments(Expansion, Arguments->getUnexpArgument(Index), IsRest);
        }
    }
    ByName[Name.getLocation()] = Expansions.size();
    Expansions.push_back(std::move(Expansion));
    NameLocations.push_back(Name.getLocation());
}

void
MacroExpansions::addArguments(MacroExpansion &Expansion, const Token *Tokens, bool IsSplit)
{
    MacroArgument Argument = {};
    unsigned Depth = 0;
    Argument.IsEmpty = true;
    if (IsSplit && Tokens->is(tok::eof))
        return;
    for (const Token *Token = Tokens; Token->isNot(tok::eof); Token++) {
        if (Token->isOneOf(tok::l_paren, tok::l_brace, tok::l_square))
            Depth++;
        else if (Token->isOneOf(tok::r_paren, tok::r_brace, tok::r_square))
            Depth--;
        if (IsSplit && Depth == 0 && Token->is(tok::comma)) {
            Expansion.Arguments.push_back(Argument);
            Argument.IsEmpty = true;
            continue;
        }
        if (Argument.IsEmpty)
            Argument.First = *Token;
        Argument.Last = *Token;
        Argument.IsEmpty = false;
    }
    Expansion.Arguments.push_back(Argument);
}

/// A token made by an argument's expansion lies in two ways inside macros: by the place of the parameter in
/// the body, and by what the argument itself was made of.
const MacroExpansions::List &
MacroExpansions::containing(SourceLocation Location)
{
    static const List Nothing;
    if (!Location.isMacroID())
        return Nothing;
    FileID File = Sources.getFileID(Location);
    auto Cached = Containing.find(File);
    if (Cached != Containing.end())
        return *Cached->second;

    auto Result = std::make_unique<List>();
    auto Add = [&](unsigned Index) {
        if (!llvm::is_contained(*Result, Index))
            Result->push_back(Index);
    };
    const SrcMgr::ExpansionInfo &Info = Sources.getSLocEntry(File).getExpansion();
    for (unsigned Outer : containing(Info.getExpansionLocStart()))
        Add(Outer);
    if (Info.isMacroArgExpansion()) {
        for (unsigned Inner : containing(Info.getSpellingLoc()))
            Add(Inner);
    } else {
        auto Own = ByName.find(Info.getExpansionLocStart());
        if (Own != ByName.end()) {
            Expansions[Own->second].Body = File;
            Add(Own->second);
        }
    }
    return *(Containing[File] = std::move(Result));
}

std::optional<unsigned>
MacroExpansions::find(const Stmt *Node)
{
    const List &Begin = containing(Node->getBeginLoc());
    if (Begin.empty())
        return std::nullopt;
    const List &End = containing(Node->getEndLoc());
    for (unsigned Index : Begin) {
        if (!llvm::is_contained(End, Index) || llvm::is_contained(Active, Index))
            continue;
        const List &Makers = containing(NameLocations[Index]);
        if (llvm::none_of(Makers, [&](unsigned Maker) { return llvm::is_contained(Active, Maker); }))
            return Index;
    }
    return std::nullopt;
}

bool
MacroExpansions::isStart(SourceLocation Location, FileID Body) const
{
    while (Location.isMacroID()) {
        auto [File, Offset] = Sources.getDecomposedLoc(Location);
        if (File == Body)
            return Offset == 0;
        const SrcMgr::ExpansionInfo &Info = Sources.getSLocEntry(File).getExpansion();
        if (Info.isMacroArgExpansion() && isStart(Info.getSpellingLoc().getLocWithOffset(Offset), Body))
            return true;
        if (Offset != 0)
            return false;
        Location = Info.getExpansionLocStart();
    }
    return false;
}

bool
MacroExpansions::isEnd(SourceLocation Location, const MacroExpansion &Expansion) const
{
    if (Expansion.Info->tokens_empty())
        return true;
    SourceLocation First = Expansion.Info->tokens().front().getLocation();
    SourceLocation Last = Expansion.Info->tokens().back().getLocation();
    while (Location.isMacroID()) {
        auto [File, Offset] = Sources.getDecomposedLoc(Location);
        if (File == Expansion.Body)
            return Offset >= Last.getRawEncoding() - First.getRawEncoding();
        const SrcMgr::ExpansionInfo &Info = Sources.getSLocEntry(File).getExpansion();
        if (Info.isMacroArgExpansion() && isEnd(Info.getSpellingLoc().getLocWithOffset(Offset), Expansion))
            return true;
        Location = Info.getExpansionLocEnd();
    }
    return false;
}

bool
MacroExpansions::covers(unsigned Index, const Stmt *Node, bool OnlyStart) const
{
    const MacroExpansion &Expansion = Expansions[Index];
    return isStart(Node->getBeginLoc(), Expansion.Body) && (OnlyStart || isEnd(Node->getEndLoc(), Expansion));
}

/// Whether the token at 'Location' was made from 'Token': by passing it down as an argument, or by expanding
/// it. What a location was made from always has a smaller offset, which ends the search early.
bool
MacroExpansions::reaches(SourceLocation Location, SourceLocation Token, bool AtEnd) const
{
    constexpr SourceLocation::UIntTy OffsetMask = ~(SourceLocation::UIntTy)0 >> 1;
    while (Location != Token) {
        if (!Location.isMacroID() ||
            (Location.getRawEncoding() & OffsetMask) < (Token.getRawEncoding() & OffsetMask))
            return false;
        auto [File, Offset] = Sources.getDecomposedLoc(Location);
        const SrcMgr::ExpansionInfo &Info = Sources.getSLocEntry(File).getExpansion();
        if (Info.isMacroArgExpansion() &&
            reaches(Info.getSpellingLoc().getLocWithOffset(Offset), Token, AtEnd))
            return true;
        Location = AtEnd ? Info.getExpansionLocEnd() : Info.getExpansionLocStart();
    }
    return true;
}

void
MacroExpansions::match(unsigned Index, const Stmt *Node, llvm::MutableArrayRef<const Expr *> Found,
                       unsigned &Missing) const
{
    const MacroExpansion &Expansion = Expansions[Index];
    if (const auto *Expression = dyn_cast<Expr>(Node)) {
        for (size_t I = 0; I < Found.size(); I++) {
            const MacroArgument &Argument = Expansion.Arguments[I];
            if (Found[I] != nullptr || Argument.IsEmpty ||
                !reaches(Node->getBeginLoc(), Argument.First.getLocation(), false) ||
                !reaches(Node->getEndLoc(), Argument.Last.getLocation(), true))
                continue;
            Found[I] = Expression;
            Missing--;
        }
    }
    for (const Stmt *Child : Node->children()) {
        if (Missing == 0)
            return;
        if (Child != nullptr)
            match(Index, Child, Found, Missing);
    }
}

llvm::SmallVector<const Expr *, 8>
MacroExpansions::arguments(unsigned Index, llvm::ArrayRef<const Stmt *> Nodes) const
{
    llvm::SmallVector<const Expr *, 8> Found(Expansions[Index].Arguments.size(), nullptr);
    unsigned Missing = 0;
    for (const MacroArgument &Argument : Expansions[Index].Arguments)
        Missing += !Argument.IsEmpty;
    for (const Stmt *Node : Nodes) {
        if (Missing != 0)
            match(Index, Node, Found, Missing);
    }
    return Found;
}

} // namespace dmalint
