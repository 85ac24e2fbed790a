#include "door.h"

using namespace clang;

namespace dmalint
{

Door::Door(class Preprocessor &Preprocessor, const std::string &Rules, const std::string &Units)
    : Check(unit_check_new(Rules.empty() ? nullptr : Rules.c_str()))
{
    if (!Units.empty())
        unit_check_join(Check, Units.c_str());
    if (error() == nullptr)
        Unit.emplace(Preprocessor, *unit_check_input(Check));
}

Door::~Door()
{
    unit_check_free(Check);
}

const char *
Door::error() const
{
    return unit_check_error(Check);
}

void
Door::lower(ASTContext &Context)
{
    if (!IsLowered)
        Unit->run(Context, {}, unit_check_program(Check));
    IsLowered = true;
}

const report &
Door::check(ASTContext &Context)
{
    lower(Context);
    return *unit_check_run(Check);
}

bool
Door::write(ASTContext &Context, const std::string &Folder)
{
    lower(Context);
    return unit_check_write(Check, Folder.c_str());
}

SourceLocation
Door::locate(SourceManager &Sources, const char *Path, unsigned Line, unsigned Column)
{
    if (Path == nullptr)
        return SourceLocation();
    auto File = Sources.getFileManager().getOptionalFileRef(Path);
    if (!File)
        return SourceLocation();
    return Sources.translateLineCol(Sources.getOrCreateFileID(*File, SrcMgr::C_User), Line,
                                    Column == 0 ? 1 : Column);
}

std::string
doorMessage(const finding &Finding)
{
    return std::string(Finding.message) + (Finding.is_definite ? "" : " (possible)");
}

} // namespace dmalint
