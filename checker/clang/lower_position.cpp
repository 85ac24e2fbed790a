#include "lower_position.h"

#include "clang/Basic/CharInfo.h"
#include "llvm/Support/Path.h"

#include "base/file.h"

using namespace clang;

namespace dmalint
{

static const ir_position Nowhere = {{IR_NONE}, 0, 0};

PositionMap::PositionMap(const SourceManager &Manager, ir_builder *TheBuilder, bool MakesAbsolute)
    : Sources(Manager), Builder(TheBuilder), IsAbsolute(MakesAbsolute), LastPosition(Nowhere)
{
}

ir_file_id
PositionMap::file(FileID File)
{
    auto [Entry, IsNew] = Files.try_emplace(File, IR_NONE);
    if (IsNew) {
        if (OptionalFileEntryRef Reference = Sources.getFileEntryRefForID(File)) {
            struct arena *Arena = ir_builder_program(Builder)->arena;
            llvm::StringRef Name = Reference->getName();
            const char *Path = path_normalize(Arena, arena_string_n(Arena, Name.data(), Name.size()));
            if (IsAbsolute)
                Path = path_absolute(Arena, Path);
            Entry->second = ir_build_file(Builder, Path).index;
        }
    }
    return {Entry->second};
}

ir_position
PositionMap::position(SourceLocation Location)
{
    if (Location.isInvalid())
        return Nowhere;
    SourceLocation InFile = Sources.getExpansionLoc(Location);
    if (InFile == Last)
        return LastPosition;
    auto [File, Offset] = Sources.getDecomposedLoc(InFile);
    ir_position Position = Nowhere;
    Position.file = file(File);
    if (Position.file.index != IR_NONE) {
        Position.line = Sources.getLineNumber(File, Offset);
        Position.column = Sources.getColumnNumber(File, Offset);
    }
    Last = InFile;
    LastPosition = Position;
    return Position;
}

name
PositionMap::macro(SourceLocation Location)
{
    if (!Location.isMacroID())
        return {0};
    SourceLocation Use = Sources.getExpansionLoc(Location);
    auto [Entry, IsNew] = Macros.try_emplace(Use, name{0});
    if (IsNew) {
        bool IsInvalid = false;
        const char *Start = Sources.getCharacterData(Use, &IsInvalid);
        const char *End = Start;
        while (!IsInvalid && isAsciiIdentifierContinue(*End, /*AllowDollar=*/true))
            End++;
        Entry->second = intern_n(ir_builder_program(Builder)->names, Start, IsInvalid ? 0 : End - Start);
    }
    return Entry->second;
}

bool
PositionMap::isSource(SourceLocation Location)
{
    FileID File = Sources.getFileID(Sources.getExpansionLoc(Location));
    auto [Entry, IsNew] = IsSource.try_emplace(File, false);
    if (IsNew) {
        OptionalFileEntryRef Reference = Sources.getFileEntryRefForID(File);
        Entry->second = File == Sources.getMainFileID() ||
                        (Reference && llvm::sys::path::extension(Reference->getName()) != ".h");
    }
    return Entry->second;
}

} // namespace dmalint
