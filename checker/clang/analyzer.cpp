/* The door into the Clang Static Analyzer: one checker that does the work, and one for each rule that turns
 * it on. */
#include "clang/Frontend/CompilerInstance.h"
#include "clang/StaticAnalyzer/Core/BugReporter/BugReporter.h"
#include "clang/StaticAnalyzer/Core/BugReporter/BugType.h"
#include "clang/StaticAnalyzer/Core/Checker.h"
#include "clang/StaticAnalyzer/Core/CheckerManager.h"
#include "clang/StaticAnalyzer/Core/PathSensitive/AnalysisManager.h"
#include "clang/StaticAnalyzer/Frontend/CheckerRegistry.h"

#include "door.h"

using namespace clang;
using namespace ento;

namespace dmalint
{

namespace
{

constexpr llvm::StringLiteral Package = "dmalint";
constexpr llvm::StringLiteral Engine = "dmalint.Engine";
constexpr llvm::StringLiteral UserRules = "dmalint.user-rules";

/// On the translation unit, not behind it: what looks at the end of one counts as path-sensitive, and makes
/// the analyzer run its own engine over every function.
class UnitChecker : public Checker<check::ASTDecl<TranslationUnitDecl>>
{
  public:
    void
    checkASTDecl(const TranslationUnitDecl *, AnalysisManager &Manager, BugReporter &Reporter) const
    {
        if (Unit->error() != nullptr || Manager.getASTContext().getDiagnostics().hasErrorOccurred())
            return fail(Manager);
        const report &Report = Unit->check(Manager.getASTContext());
        for (uint32_t I = 0; I < Report.findings.count; I++)
            show(Report.findings.items[I], Manager.getASTContext().getSourceManager(), Reporter);
        if (Unit->error() != nullptr)
            fail(Manager);
    }

    std::unique_ptr<Door> Unit;
    llvm::StringMap<CheckerNameRef> Enabled; // by rule id; "" is for rules that are not compiled in
    llvm::StringMap<char> CompiledIn;
    bool ShowsPossible = false;
    bool IsOfOneFile = false; // what the analyzer writes

  private:
    void
    fail(AnalysisManager &Manager) const
    {
        DiagnosticsEngine &Diagnostics = Manager.getASTContext().getDiagnostics();
        if (Unit->error() != nullptr)
            Diagnostics.Report(Diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "dmalint: %0"))
                << Unit->error();
    }

    void
    show(const finding &Finding, SourceManager &Sources, BugReporter &Reporter) const
    {
        auto Name = Enabled.find(CompiledIn.count(Finding.rule->id) ? Finding.rule->id : "");
        SourceLocation Place = Door::locate(Sources, Finding.path, Finding.line, Finding.column);
        if (Name == Enabled.end() || Place.isInvalid() || !(Finding.is_definite || ShowsPossible))
            return;
        BugType &Type = typeOf(Finding, Name->second);
        auto Bug = std::make_unique<BasicBugReport>(Type, doorMessage(Finding),
                                                    PathDiagnosticLocation(Place, Sources));
        for (uint32_t I = 0; I < Finding.notes.count; I++)
            Bug->addNote(noteText(Finding.notes.items[I], Sources, Place),
                         PathDiagnosticLocation(notePlace(Finding.notes.items[I], Sources, Place), Sources));
        Reporter.emitReport(std::move(Bug));
    }

    /// Where a step is shown: an output of one file drops a whole report that leaves the file.
    SourceLocation
    notePlace(const finding_note &Step, SourceManager &Sources, SourceLocation Place) const
    {
        SourceLocation At = Door::locate(Sources, Step.path, Step.line, Step.column);
        bool Leaves = At.isInvalid() || Sources.getFileID(At) != Sources.getFileID(Place);
        return At.isInvalid() || (Leaves && IsOfOneFile) ? Place : At;
    }

    std::string
    noteText(const finding_note &Step, SourceManager &Sources, SourceLocation Place) const
    {
        if (Step.path == nullptr || Step.line == 0 || notePlace(Step, Sources, Place) != Place)
            return Step.text;
        return std::string(Step.path) + ":" + std::to_string(Step.line) + ": " + Step.text;
    }

    /// The reports live as long as the analysis, and so must their types.
    BugType &
    typeOf(const finding &Finding, CheckerNameRef Name) const
    {
        std::unique_ptr<BugType> &Type = Types[Finding.rule->id];
        if (Type == nullptr)
            Type = std::make_unique<BugType>(Name, Finding.rule->summary, "DMA on user memory");
        return *Type;
    }

    mutable llvm::StringMap<std::unique_ptr<BugType>> Types;
};

/// The names of the compiled-in rules as checkers; the registry keeps references to them.
struct RuleName {
    std::string Checker; // "dmalint.user-memory.user-load-unheld"
    std::string Summary;
    std::string Page;
};

std::vector<RuleName>
ruleNames()
{
    std::vector<RuleName> Names;
    unit_check *Check = unit_check_new(nullptr);
    const rule_set *Rules = unit_check_rules(Check);
    for (uint32_t I = 0; I < Rules->rules.count; I++) {
        const rule &Rule = Rules->rules.items[I];
        Names.push_back({(Package + "." + Rule.group + "." + Rule.id).str(), Rule.summary,
                         std::string("dmalint explain ") + Rule.id});
    }
    unit_check_free(Check);
    return Names;
}

const std::vector<RuleName> &
compiledIn()
{
    static const std::vector<RuleName> Names = ruleNames();
    return Names;
}

void
registerEngine(CheckerManager &Manager)
{
    auto *Checker = Manager.registerChecker<UnitChecker>();
    const AnalyzerOptions &Options = Manager.getAnalyzerOptions();
    auto &Preprocessor = const_cast<class Preprocessor &>(Manager.getPreprocessor());
    for (const RuleName &Name : compiledIn())
        Checker->CompiledIn[llvm::StringRef(Name.Checker).rsplit('.').second] = 1;
    Checker->ShowsPossible = Options.getCheckerBooleanOption(Checker, "Possible", /*SearchInParents=*/true);
    Checker->IsOfOneFile =
        Options.AnalysisDiagOpt == PD_PLIST || Options.AnalysisDiagOpt == PD_HTML_SINGLE_FILE;
    Checker->Unit = std::make_unique<Door>(
        Preprocessor, Options.getCheckerStringOption(Checker, "Rules", /*SearchInParents=*/true).str(),
        Options.getCheckerStringOption(Checker, "Units", /*SearchInParents=*/true).str());
}

/// One function for all rules: the manager says which one it is for.
void
registerRule(CheckerManager &Manager)
{
    CheckerNameRef Name = Manager.getCurrentCheckerName();
    llvm::StringRef Text = Name;
    llvm::StringRef Id = Text == UserRules ? "" : Text.rsplit('.').second;
    Manager.getChecker<UnitChecker>()->Enabled.try_emplace(Id, Name);
}

bool
isC(const CheckerManager &Manager)
{
    return !Manager.getLangOpts().CPlusPlus && !Manager.getLangOpts().ObjC;
}

} // namespace

} // namespace dmalint

extern "C" __attribute__((visibility("default"))) const char clang_analyzerAPIVersionString[] =
    CLANG_ANALYZER_API_VERSION_STRING;

extern "C" __attribute__((visibility("default"))) void
clang_registerCheckers(CheckerRegistry &Registry)
{
    using namespace dmalint;

    Registry.addPackage(Package);
    Registry.addPackageOption("string", Package, "Rules", "", "a folder of rules to add", "released");
    Registry.addPackageOption(
        "string", Package, "Units", "",
        "a folder of units that the compiler plugin has left: those beside the file join it", "released");
    Registry.addPackageOption("bool", Package, "Possible", "false", "report what is only possible, too",
                              "released");
    Registry.addChecker(registerEngine, isC, Engine, "what all dmalint checkers stand on", "", true);
    for (const RuleName &Name : compiledIn()) {
        Registry.addChecker(registerRule, isC, Name.Checker, Name.Summary, Name.Page, false);
        Registry.addDependency(Name.Checker, Engine);
    }
    Registry.addChecker(registerRule, isC, UserRules, "the rules of dmalint:Rules that are not compiled in",
                        "", false);
    Registry.addDependency(UserRules, Engine);
}
