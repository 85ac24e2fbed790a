#include "lower_unit.h"

#include <cstring>

#include "clang/Basic/TargetInfo.h"

#include "lower_initialiser.h"
#include "lower_statement.h"

using namespace clang;

namespace dmalint
{

UnitLowering::UnitLowering(ASTContext &TheContext, clang::Preprocessor &ThePreprocessor,
                           MacroExpansions &TheMacros, ir_builder *TheBuilder, const frontend_input &TheInput,
                           llvm::ArrayRef<SourceLocation> TheErrors)
    : Context(TheContext), Preprocessor(ThePreprocessor), Macros(TheMacros), Builder(TheBuilder),
      Positions(TheContext.getSourceManager(), TheBuilder, TheInput.absolute_paths),
      Types(TheContext, Positions, TheBuilder), Input(TheInput), Errors(TheErrors)
{
}

bool
UnitLowering::hasErrorIn(SourceRange Range) const
{
    const SourceManager &Sources = Context.getSourceManager();
    return llvm::any_of(Errors, [&](SourceLocation Error) {
        return Sources.isPointWithin(Sources.getExpansionLoc(Error),
                                     Sources.getExpansionLoc(Range.getBegin()),
                                     Sources.getExpansionLoc(Range.getEnd()));
    });
}

name
UnitLowering::text(llvm::StringRef Text) const
{
    return intern_n(ir_builder_program(Builder)->names, Text.data(), Text.size());
}

static bool
isListed(const char *const *Names, uint32_t Count, llvm::StringRef Name)
{
    uint32_t Low = 0;
    while (Low < Count) {
        uint32_t Middle = Low + (Count - Low) / 2;
        int Order = Name.compare(Names[Middle]);
        if (Order == 0)
            return true;
        if (Order > 0)
            Low = Middle + 1;
        else
            Count = Middle;
    }
    return false;
}

/// An inline function of a header that is not 'static' has its body in every unit all the same.
static bool
isExternal(const FunctionDecl *Function, const FunctionDecl *Definition)
{
    if (Function->getFormalLinkage() != Linkage::External)
        return false;
    return Definition == nullptr || !Definition->isInlined();
}

ir_function_id
UnitLowering::function(const FunctionDecl *Function)
{
    auto Found = Functions.find(Function->getCanonicalDecl());
    if (Found != Functions.end())
        return {Found->second};

    const FunctionDecl *Definition = nullptr;
    Function->hasBody(Definition);
    const FunctionDecl *Shown = Definition != nullptr ? Definition : Function->getMostRecentDecl();
    bool IsBuiltin = Function->getBuiltinID() != 0 && Shown->isImplicit();
    ir_position Position = Positions.position(IsBuiltin ? SourceLocation() : Shown->getLocation());
    llvm::StringRef Name = Function->getName();
    enum ir_linkage Linkage = isExternal(Function, Definition) ? IR_LINKAGE_EXTERNAL : IR_LINKAGE_STATIC;
    ir_function_id Id =
        ir_build_function(Builder, text(Name), Linkage, Types.reference(Shown->getType()), Position);
    Functions[Function->getCanonicalDecl()] = Id.index;
    ir_program *Program = ir_builder_program(Builder);
    if (Shown->isNoReturn() || Function->isNoReturn())
        Program->functions.items[Id.index].is_noreturn = true;
    bool HasFact =
        Input.names != nullptr && isListed(Input.names->functions, Input.names->function_count, Name);
    if (Definition != nullptr && Definition->getBody() != nullptr && !HasFact && !Input.declarations_only)
        PendingFunctions.push_back(Definition);
    return Id;
}

ir_function_id
UnitLowering::macro(const IdentifierInfo *Name, const MacroInfo *Info)
{
    ir_function_id Id = ir_build_function(Builder, text(Name->getName()), IR_LINKAGE_MACRO, {0},
                                          Positions.position(Info->getDefinitionLoc()));
    ir_builder_program(Builder)->functions.items[Id.index].parameter_count = Info->getNumParams();
    return Id;
}

ir_function_id
UnitLowering::builtin(llvm::StringRef Name, ir_type_id Result)
{
    ir_type_id Type = ir_build_function_type(Builder, Result, nullptr, 0, true);
    return ir_build_function(Builder, text(Name), IR_LINKAGE_EXTERNAL, Type, {{IR_NONE}, 0, 0});
}

std::string
UnitLowering::globalName(const VarDecl *Variable)
{
    std::string Name = Variable->getName().str();
    if (!Variable->isStaticLocal())
        return Name;
    if (const auto *Function = dyn_cast<FunctionDecl>(Variable->getDeclContext()))
        Name = Function->getName().str() + "." + Name;
    unsigned Copy = ++StaticNames[Name];
    return Copy == 1 ? Name : Name + "." + std::to_string(Copy);
}

/// Where only declarations are wanted, what the main file itself says is wanted in full.
bool
UnitLowering::isInitialised(const VarDecl *Variable)
{
    const SourceManager &Sources = Context.getSourceManager();
    SourceLocation Place = Sources.getExpansionLoc(Variable->getLocation());
    return !Input.declarations_only || Sources.getFileID(Place) == Sources.getMainFileID();
}

ir_global_id
UnitLowering::global(const VarDecl *Variable)
{
    auto Found = Globals.find(Variable->getCanonicalDecl());
    if (Found != Globals.end())
        return {Found->second};

    const VarDecl *Initialising = nullptr;
    const Expr *Initialiser = Variable->getAnyInitializer(Initialising);
    const VarDecl *Shown = Initialising;
    if (Shown == nullptr)
        Shown = Variable->getActingDefinition();
    bool IsDefined = Shown != nullptr || Variable->getDefinition() != nullptr;
    if (Shown == nullptr)
        Shown = IsDefined ? Variable->getDefinition() : Variable->getMostRecentDecl();
    bool IsStatic = Variable->isStaticLocal() || Variable->getFormalLinkage() != Linkage::External;
    ir_global_id Id = ir_build_global(Builder, text(globalName(Variable)),
                                      IsStatic ? IR_LINKAGE_STATIC : IR_LINKAGE_EXTERNAL,
                                      Types.type(Shown->getType()), Positions.position(Shown->getLocation()));
    Globals[Variable->getCanonicalDecl()] = Id.index;
    ir_global *Global = &ir_builder_program(Builder)->globals.items[Id.index];
    Global->is_constant = Context.getBaseElementType(Shown->getType()).isConstQualified();
    Global->is_defined = IsDefined;
    if (Initialiser != nullptr && isInitialised(Shown))
        PendingGlobals.push_back({Id, Shown->getType(), Initialiser});
    return Id;
}

ir_global_id
UnitLowering::literal(const CompoundLiteralExpr *Literal)
{
    auto Found = Literals.find(Literal);
    if (Found != Literals.end())
        return {Found->second};
    std::string Name = ".literal" + std::to_string(Literals.size());
    ir_global_id Id = ir_build_global(Builder, text(Name), IR_LINKAGE_STATIC, Types.type(Literal->getType()),
                                      Positions.position(Literal->getBeginLoc()));
    Literals[Literal] = Id.index;
    ir_global *Global = &ir_builder_program(Builder)->globals.items[Id.index];
    Global->is_constant = Literal->getType().isConstQualified();
    Global->is_defined = true;
    PendingGlobals.push_back({Id, Literal->getType(), Literal->getInitializer()});
    return Id;
}

void
UnitLowering::lowerPending()
{
    while (!PendingFunctions.empty() || !PendingGlobals.empty()) {
        while (!PendingGlobals.empty()) {
            Initialised Next = PendingGlobals.front();
            PendingGlobals.pop_front();
            lowerInitialiser(*this, Next.Global, Next.Type, Next.Initialiser);
        }
        if (!PendingFunctions.empty()) {
            const FunctionDecl *Next = PendingFunctions.front();
            PendingFunctions.pop_front();
            FunctionLowering(*this, Next, function(Next)).lower();
        }
    }
}

void
UnitLowering::declareAll()
{
    for (const Decl *Declaration : Context.getTranslationUnitDecl()->decls()) {
        if (Declaration->isImplicit())
            continue;
        if (const auto *Function = dyn_cast<FunctionDecl>(Declaration))
            function(Function);
        else if (const auto *Variable = dyn_cast<VarDecl>(Declaration))
            global(Variable);
        else if (const auto *Record = dyn_cast<RecordDecl>(Declaration))
            Types.record(Record);
    }
    for (const IdentifierInfo *Name : Macros.known()) {
        if (const MacroInfo *Info = Preprocessor.getMacroInfo(Name))
            macro(Name, Info);
    }
}

void
UnitLowering::lowerRoots()
{
    for (const Decl *Declaration : Context.getTranslationUnitDecl()->decls()) {
        if (const auto *Function = dyn_cast<FunctionDecl>(Declaration)) {
            if (Function->doesThisDeclarationHaveABody() &&
                (Positions.isSource(Function->getLocation()) || isExternal(Function, Function)))
                function(Function);
        } else if (const auto *Variable = dyn_cast<VarDecl>(Declaration)) {
            bool IsDefinition = Variable->isThisDeclarationADefinition() != VarDecl::DeclarationOnly;
            if (IsDefinition && (Positions.isSource(Variable->getLocation()) ||
                                 Variable->getFormalLinkage() == Linkage::External))
                global(Variable);
        }
    }
}

/// The macro's integer: a literal, in parentheses or not, or another macro that is one.
uint32_t
UnitLowering::versionOf(const char *Macro)
{
    const IdentifierInfo *Name = Preprocessor.getIdentifierInfo(Macro);
    for (unsigned Depth = 0; Name != nullptr && Depth < 8; Depth++) {
        const MacroInfo *Info = Preprocessor.getMacroInfo(Name);
        Name = nullptr;
        for (const Token &Token : Info != nullptr ? Info->tokens() : llvm::ArrayRef<clang::Token>()) {
            uint32_t Value;
            llvm::StringRef Text = Token.isLiteral() ? Token.getLiteralData() : "";
            Text = Text.take_front(Token.getLength()).rtrim("uUlL");
            if (Token.is(tok::numeric_constant) && !Text.getAsInteger(0, Value))
                return Value;
            if (Token.is(tok::identifier))
                Name = Token.getIdentifierInfo();
        }
    }
    return 0;
}

void
UnitLowering::lower()
{
    ir_program *Program = ir_builder_program(Builder);
    const llvm::Triple &Triple = Context.getTargetInfo().getTriple();
    bool HasAliases = Triple.isX86() || Triple.getArch() == llvm::Triple::aarch64;
    Program->architecture =
        text(HasAliases ? llvm::Triple::getArchTypeName(Triple.getArch()) : Triple.getArchName());
    if (Input.version_macro != nullptr)
        Program->kernel_version = versionOf(Input.version_macro);
    if (Input.declarations_only)
        declareAll();
    else
        lowerRoots();
    lowerPending();
}

} // namespace dmalint
