/* The door into clang-tidy: one check for each rule, all on one reading of the translation unit. */
#include <memory>

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Registry.h"

#include "door.h"

using namespace clang;
using namespace clang::tidy;

namespace dmalint
{

namespace
{

/// What the checks of one translation unit share: the first to ask begins, and does the work.
struct SharedUnit {
    std::unique_ptr<Door> Unit;
    llvm::StringSet<> Begun; // checks that have seen this unit begin; one that is here begins the next
    const report *Report = nullptr;

    void
    begin(llvm::StringRef Check, Preprocessor &Preprocessor, const std::string &Rules,
          const std::string &Units)
    {
        if (Begun.contains(Check))
            Begun.clear();
        if (Begun.empty()) {
            Report = nullptr;
            Unit = std::make_unique<Door>(Preprocessor, Rules, Units);
        }
        Begun.insert(Check);
    }

    /// Null after an error.
    const report *
    check(ASTContext &Context)
    {
        if (Unit->error() == nullptr && Report == nullptr)
            Report = &Unit->check(Context);
        return Unit->error() == nullptr ? Report : nullptr;
    }
};

class RuleCheck : public ClangTidyCheck
{
  public:
    RuleCheck(llvm::StringRef Name, ClangTidyContext *Context, std::string TheRule,
              std::shared_ptr<SharedUnit> TheShared)
        : ClangTidyCheck(Name, Context), Name(Name), Rule(std::move(TheRule)), Shared(std::move(TheShared)),
          Rules(Options.getLocalOrGlobal("Rules", "")), Units(Options.getLocalOrGlobal("Units", "")),
          ShowsPossible(Options.getLocalOrGlobal("Possible", false))
    {
    }

    bool
    isLanguageVersionSupported(const LangOptions &Language) const override
    {
        return !Language.CPlusPlus && !Language.ObjC;
    }

    void
    storeOptions(ClangTidyOptions::OptionMap &Map) override
    {
        Options.store(Map, "Rules", Rules);
        Options.store(Map, "Units", Units);
        Options.store(Map, "Possible", ShowsPossible);
    }

    void
    registerPPCallbacks(const SourceManager &, Preprocessor *Preprocessor, class Preprocessor *) override
    {
        Shared->begin(Name, *Preprocessor, Rules, Units);
    }

    void
    registerMatchers(ast_matchers::MatchFinder *Finder) override
    {
        Finder->addMatcher(ast_matchers::translationUnitDecl(), this);
    }

    void
    check(const ast_matchers::MatchFinder::MatchResult &Result) override
    {
        if (Result.Context->getDiagnostics().hasUncompilableErrorOccurred())
            return;
        const report *Report = Shared->check(*Result.Context);
        if (Report == nullptr) {
            diag("%0", DiagnosticIDs::Error) << Shared->Unit->error();
            return;
        }
        for (uint32_t I = 0; I < Report->findings.count; I++)
            show(Report->findings.items[I], *Result.SourceManager);
    }

  private:
    void
    show(const finding &Finding, SourceManager &Sources)
    {
        SourceLocation Place = Door::locate(Sources, Finding.path, Finding.line, Finding.column);
        if (Rule != Finding.rule->id || Place.isInvalid() || !(Finding.is_definite || ShowsPossible))
            return;
        diag(Place, "%0") << doorMessage(Finding);
        for (uint32_t I = 0; I < Finding.notes.count; I++) {
            const finding_note &Step = Finding.notes.items[I];
            SourceLocation At = Door::locate(Sources, Step.path, Step.line, Step.column);
            diag(At.isValid() ? At : Place, "%0", DiagnosticIDs::Note) << Step.text;
        }
    }

    std::string Name;
    std::string Rule;
    std::shared_ptr<SharedUnit> Shared;
    std::string Rules;
    std::string Units;
    bool ShowsPossible;
};

class RuleModule : public ClangTidyModule
{
  public:
    void
    addCheckFactories(ClangTidyCheckFactories &Factories) override
    {
        auto Shared = std::make_shared<SharedUnit>();
        unit_check *Check = unit_check_new(nullptr);
        const rule_set *Rules = unit_check_rules(Check);
        for (uint32_t I = 0; I < Rules->rules.count; I++) {
            std::string Rule = Rules->rules.items[I].id;
            Factories.registerCheckFactory(
                "dmalint-" + Rule, [Rule, Shared](llvm::StringRef Name, ClangTidyContext *Context) {
                    return std::make_unique<RuleCheck>(Name, Context, Rule, Shared);
                });
        }
        unit_check_free(Check);
    }
};

} // namespace

static llvm::Registry<ClangTidyModule>::Add<RuleModule> Registered("dmalint", "misuse of DMA on user memory");

} // namespace dmalint
