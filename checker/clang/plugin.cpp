/* The door into the compiler: findings are warnings of an ordinary build, and units can be left for 'dmalint
 * link'. */
#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

#include "door.h"

using namespace clang;

namespace dmalint
{

namespace
{

struct PluginOptions {
    std::string Rules;
    std::string Units;
    bool ShowsPossible = false;
};

class PluginConsumer : public ASTConsumer
{
  public:
    PluginConsumer(CompilerInstance &TheCompiler, const PluginOptions &TheOptions)
        : Compiler(TheCompiler), Options(TheOptions),
          Unit(TheCompiler.getPreprocessor(), TheOptions.Rules, "")
    {
    }

    void
    HandleTranslationUnit(ASTContext &Context) override
    {
        if (Unit.error() != nullptr)
            return fail();
        if (Compiler.getDiagnostics().hasErrorOccurred())
            return; /* the compiler has said enough, and makes nothing of this source either */
        if (!Options.Units.empty() && !Unit.write(Context, Options.Units))
            return fail();
        if (Compiler.getDiagnostics().getIgnoreAllWarnings())
            return;
        const report &Report = Unit.check(Context);
        for (uint32_t I = 0; I < Report.findings.count; I++) {
            if (Report.findings.items[I].is_definite || Options.ShowsPossible)
                show(Report.findings.items[I]);
        }
    }

  private:
    void
    fail()
    {
        DiagnosticsEngine &Diagnostics = Compiler.getDiagnostics();
        Diagnostics.Report(Diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "dmalint: %0"))
            << Unit.error();
    }

    /// -Werror by hand: the engine does not apply it to messages that are not its own.
    static DiagnosticsEngine::Level
    level(const finding &Finding, const DiagnosticsEngine &Diagnostics)
    {
        if (Finding.severity == SEVERITY_INFO)
            return DiagnosticsEngine::Remark;
        return Diagnostics.getWarningsAsErrors() ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning;
    }

    void
    show(const finding &Finding)
    {
        DiagnosticsEngine &Diagnostics = Compiler.getDiagnostics();
        SourceManager &Sources = Compiler.getSourceManager();
        unsigned Warning = Diagnostics.getCustomDiagID(level(Finding, Diagnostics), "%0 [%1]");
        unsigned Note = Diagnostics.getCustomDiagID(DiagnosticsEngine::Note, "%0");
        SourceLocation Place = Door::locate(Sources, Finding.path, Finding.line, Finding.column);

        Diagnostics.Report(Place, Warning) << doorMessage(Finding) << Finding.rule->id;
        for (uint32_t I = 0; I < Finding.notes.count; I++) {
            const finding_note &Step = Finding.notes.items[I];

            Diagnostics.Report(Door::locate(Sources, Step.path, Step.line, Step.column), Note) << Step.text;
        }
    }

    CompilerInstance &Compiler;
    PluginOptions Options;
    Door Unit;
};

class PluginAction : public PluginASTAction
{
  protected:
    std::unique_ptr<ASTConsumer>
    CreateASTConsumer(CompilerInstance &Compiler, llvm::StringRef) override
    {
        /* the analyzer has a door of its own, and would have each finding twice */
        if (Compiler.getFrontendOpts().ProgramAction == frontend::RunAnalysis ||
            Compiler.getLangOpts().CPlusPlus || Compiler.getLangOpts().ObjC)
            return std::make_unique<ASTConsumer>();
        return std::make_unique<PluginConsumer>(Compiler, Options);
    }

    bool
    ParseArgs(const CompilerInstance &Compiler, const std::vector<std::string> &Arguments) override
    {
        for (const std::string &Argument : Arguments) {
            llvm::StringRef Text = Argument;

            if (Text.consume_front("units=")) {
                Options.Units = Text.str();
            } else if (Text.consume_front("rules=")) {
                Options.Rules = Text.str();
            } else if (Text == "possible") {
                Options.ShowsPossible = true;
            } else {
                DiagnosticsEngine &Diagnostics = Compiler.getDiagnostics();

                Diagnostics.Report(Diagnostics.getCustomDiagID(
                    DiagnosticsEngine::Error,
                    "dmalint: unknown argument '%0' (units=DIR, rules=DIR, possible)"))
                    << Text;
                return false;
            }
        }
        return true;
    }

    ActionType
    getActionType() override
    {
        return AddAfterMainAction;
    }

  private:
    PluginOptions Options;
};

} // namespace

static FrontendPluginRegistry::Add<PluginAction> Registered("dmalint", "misuse of DMA on user memory");

} // namespace dmalint
