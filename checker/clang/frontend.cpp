#include "clang/frontend.h"

#include <set>
#include <string>
#include <vector>

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/DiagnosticDriver.h"
#include "clang/Basic/DiagnosticFrontend.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Preprocessor.h"

#include "clang_compat.h"
#include "lower.h"

using namespace clang;

namespace dmalint
{

namespace
{

/// Counts errors and keeps the first, and where they are; nothing is printed.
class ErrorCounter : public DiagnosticConsumer
{
  public:
    void
    HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override
    {
        DiagnosticConsumer::HandleDiagnostic(Level, Info);
        if (Level < DiagnosticsEngine::Error)
            return;
        if (Info.getLocation().isValid())
            Locations.push_back(Info.getLocation());
        if (!First.empty())
            return;
        llvm::SmallString<128> Text;
        if (Info.getID() == diag::err_fe_expected_compiler_job)
            Text =
                "file and flags together are not one compilation of a C source"; // Clang lists its commands
        else
            Info.FormatDiagnostic(Text);
        if (Info.getLocation().isValid() && Info.hasSourceManager()) {
            const SourceManager &Sources = Info.getSourceManager();
            PresumedLoc Place = Sources.getPresumedLoc(Sources.getExpansionLoc(Info.getLocation()));
            if (Place.isValid())
                First = std::string(Place.getFilename()) + ":" + std::to_string(Place.getLine()) + ":" +
                        std::to_string(Place.getColumn()) + ": ";
        }
        First += Text.str();
    }

    std::string First;
    std::vector<SourceLocation> Locations;
};

class LoweringConsumer : public ASTConsumer
{
  public:
    LoweringConsumer(CompilerInstance &Compiler, ir_program *TheProgram, const frontend_input &TheInput,
                     const ErrorCounter &TheErrors, std::set<std::string> &TheDependencies)
        : Unit(Compiler.getPreprocessor(), TheInput), Program(TheProgram), Input(TheInput), Errors(TheErrors),
          Dependencies(TheDependencies)
    {
    }

    void
    HandleTranslationUnit(ASTContext &Context) override
    {
        Unit.run(Context, Errors.Locations, Program);
        for (auto File = Context.getSourceManager().fileinfo_begin();
             File != Context.getSourceManager().fileinfo_end(); ++File)
            Dependencies.insert(File->first.getName().str());
    }

    /// Bodies that will not be lowered are not parsed either.
    bool
    shouldSkipFunctionBody(Decl *) override
    {
        return Input.declarations_only;
    }

  private:
    Lowering Unit;
    ir_program *Program;
    const frontend_input &Input;
    const ErrorCounter &Errors;
    std::set<std::string> &Dependencies;
};

class LoweringAction : public ASTFrontendAction
{
  public:
    LoweringAction(ir_program *TheProgram, const frontend_input &TheInput, const ErrorCounter &TheErrors,
                   std::set<std::string> &TheDependencies)
        : Program(TheProgram), Input(TheInput), Errors(TheErrors), Dependencies(TheDependencies)
    {
    }

    std::unique_ptr<ASTConsumer>
    CreateASTConsumer(CompilerInstance &Compiler, llvm::StringRef) override
    {
        return std::make_unique<LoweringConsumer>(Compiler, Program, Input, Errors, Dependencies);
    }

  private:
    ir_program *Program;
    const frontend_input &Input;
    const ErrorCounter &Errors;
    std::set<std::string> &Dependencies;
};

} // namespace

/// What a command line asks for besides parsing does not happen: no output, no plugins, no options of LLVM.
static void
keepToParsing(CompilerInvocation &Invocation, const frontend_input &Input)
{
    FrontendOptions &Frontend = Invocation.getFrontendOpts();
    Frontend.ProgramAction = frontend::ParseSyntaxOnly;
    Frontend.DisableFree = false;
    Frontend.SkipFunctionBodies = Input.declarations_only;
    Frontend.Plugins.clear();
    Frontend.AddPluginActions.clear();
    Frontend.LLVMArgs.clear();
    Frontend.OutputFile.clear();
    Frontend.ShowStats = false;
    Frontend.StatsFile.clear();
    Frontend.TimeTracePath.clear();
    Invocation.getDependencyOutputOpts() = DependencyOutputOptions();
    DiagnosticOptions &Diagnostics = Invocation.getDiagnosticOpts();
    Diagnostics.DiagnosticSerializationFile.clear();
    Diagnostics.DiagnosticLogFile.clear();
    Diagnostics.VerifyDiagnostics = false;
    Diagnostics.ShowCarets = false;
    Diagnostics.IgnoreWarnings = true;
    Diagnostics.ErrorLimit = 0;
}

static std::vector<const char *>
commandLine(const frontend_input &Input)
{
    std::vector<const char *> Command = {DMALINT_CLANG_PROGRAM, "-resource-dir", DMALINT_CLANG_RESOURCES,
                                         "-fsyntax-only", "-w"};
    Command.insert(Command.end(), Input.arguments, Input.arguments + Input.argument_count);
    Command.push_back(Input.file);
    return Command;
}

static bool
readsOneCFile(const CompilerInvocation &Invocation)
{
    const auto &Inputs = Invocation.getFrontendOpts().Inputs;
    return Inputs.size() == 1 && Inputs[0].getKind().getLanguage() == Language::C &&
           Inputs[0].getKind().getFormat() == InputKind::Source;
}

static bool
run(ir_program *Program, const frontend_input &Input, ErrorCounter &Errors,
    std::set<std::string> &Dependencies)
{
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files = llvm::vfs::createPhysicalFileSystem();
    if (Input.directory != nullptr && Files->setCurrentWorkingDirectory(Input.directory)) {
        Errors.First = std::string(Input.directory) + ": no such folder";
        return false;
    }
    DiagnosticOptions DiagnosticSettings;
    CreateInvocationOptions Options;
    Options.Diags = makeDiagnostics(DiagnosticSettings, &Errors);
    Options.VFS = Files;
    std::shared_ptr<CompilerInvocation> Invocation = createInvocation(commandLine(Input), Options);
    if (Invocation == nullptr || Errors.getNumErrors() != 0)
        return false;
    keepToParsing(*Invocation, Input);
    if (!readsOneCFile(*Invocation)) {
        Errors.First = "not C, which is all that dmalint reads";
        return false;
    }

    std::unique_ptr<CompilerInstance> Compiler = makeCompiler(std::move(Invocation), Files, &Errors);
    Compiler->getDiagnostics().setFatalsAsError(true);
    Compiler->setVerboseOutputStream(std::make_unique<llvm::raw_null_ostream>());
    LoweringAction Action(Program, Input, Errors, Dependencies);
    Compiler->ExecuteAction(Action);
    return Program->units.count != 0;
}

} // namespace dmalint

bool
frontend_lower(struct ir_program *program, const struct frontend_input *input, struct frontend_result *result)
{
    dmalint::ErrorCounter Errors;
    std::set<std::string> Dependencies;
    bool IsDone = dmalint::run(program, *input, Errors, Dependencies);
    result->errors = Errors.getNumErrors();
    result->first_error = NULL;
    if (!IsDone && Errors.First.empty())
        Errors.First = std::string(input->file) + ": the compiler could not start";
    if (!Errors.First.empty())
        result->first_error = arena_string_n(program->arena, Errors.First.data(), Errors.First.size());
    auto **Paths =
        static_cast<const char **>(arena_alloc(program->arena, Dependencies.size() * sizeof(const char *)));
    result->dependencies = Paths;
    result->dependency_count = 0;
    for (const std::string &Path : Dependencies)
        Paths[result->dependency_count++] = arena_string_n(program->arena, Path.data(), Path.size());
    if (IsDone)
        program->units.items[program->units.count - 1].errors = result->errors;
    return IsDone;
}

const char *
frontend_version(void)
{
    return CLANG_VERSION_STRING;
}

#if __has_feature(address_sanitizer)
/* The shared libraries are not instrumented: what they and inline code of their headers do to the same
 * containers and arenas would look like overflows. */
extern "C" const char *
__asan_default_options()
{
    return "detect_container_overflow=0:allow_user_poisoning=0";
}
#endif
