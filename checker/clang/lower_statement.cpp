#include "lower_statement.h"

using namespace clang;

namespace dmalint
{

FunctionLowering::FunctionLowering(UnitLowering &TheUnit, const FunctionDecl *TheDefinition,
                                   ir_function_id TheId)
    : Unit(TheUnit), Builder(TheUnit.Builder), Definition(TheDefinition), Id(TheId)
{
}

void
FunctionLowering::lower()
{
    ir_build_begin(Builder, Id, Unit.Positions.position(Definition->getLocation()),
                   Definition->getNumParams());
    for (const ParmVarDecl *Parameter : Definition->parameters())
        local(Parameter);
    ir_build_enter(Builder, ir_build_block(Builder));
    statement(Definition->getBody());
    fallOff();
    endComputedGotos();
    ir_build_end(Builder);
}

/// The end of the body: 'return', with some value where there must be one.
void
FunctionLowering::fallOff()
{
    at(Definition->getBody()->getEndLoc());
    ir_operand Result = ir_none();
    if (!Definition->getReturnType()->isVoidType())
        Result = ir_build_unknown(Builder, "no return value", type(Definition->getReturnType()));
    ir_build_return(Builder, Result);
}

/* ---- small things ---- */

void
FunctionLowering::at(SourceLocation Location)
{
    ir_build_at(Builder, Unit.Positions.position(Location), Unit.Positions.macro(Location));
}

void
FunctionLowering::at(const Expr *E)
{
    at(E->getExprLoc());
}

ir_type_id
FunctionLowering::type(QualType Type)
{
    return Unit.Types.type(Type);
}

ir_local_id
FunctionLowering::local(const VarDecl *Variable)
{
    auto [Entry, IsNew] = Locals.try_emplace(Variable, 0);
    if (IsNew) {
        Entry->second =
            ir_build_local(Builder, Unit.text(Variable->getName()), type(Variable->getType())).index;
        LocalNames[Variable->getName()] = Variable;
    }
    return {Entry->second};
}

ir_place
FunctionLowering::temporary(QualType Type)
{
    return ir_build_place_local(Builder, ir_build_local(Builder, {0}, type(Type)));
}

ir_block_id
FunctionLowering::label(const LabelDecl *Label)
{
    auto [Entry, IsNew] = Labels.try_emplace(Label, 0);
    if (IsNew)
        Entry->second = ir_build_block(Builder).index;
    return {Entry->second};
}

void
FunctionLowering::jump(ir_block_id Block)
{
    if (!ir_build_is_ended(Builder))
        ir_build_jump(Builder, Block);
}

void
FunctionLowering::startDead()
{
    ir_build_enter(Builder, ir_build_block(Builder));
}

void
FunctionLowering::leaveTo(ir_block_id Block)
{
    jump(Block);
    startDead();
}

/* ---- statements ---- */

void
FunctionLowering::statement(const Stmt *S)
{
    if (std::optional<unsigned> Index = Unit.Macros.startedBy(S))
        macro(*Index, S);
    else
        plainStatement(S);
}

void
FunctionLowering::plainStatement(const Stmt *S)
{
    if (const auto *E = dyn_cast<Expr>(S))
        return effect(E);
    at(S->getBeginLoc());
    switch (S->getStmtClass()) {
    case Stmt::NullStmtClass:
        return;
    case Stmt::CompoundStmtClass:
        return compound(cast<CompoundStmt>(S));
    case Stmt::DeclStmtClass:
        return declaration(cast<DeclStmt>(S));
    case Stmt::IfStmtClass:
        return ifStatement(cast<IfStmt>(S));
    case Stmt::WhileStmtClass:
        return whileStatement(cast<WhileStmt>(S));
    case Stmt::DoStmtClass:
        return doStatement(cast<DoStmt>(S));
    case Stmt::ForStmtClass:
        return forStatement(cast<ForStmt>(S));
    case Stmt::SwitchStmtClass:
        return switchStatement(cast<SwitchStmt>(S));
    case Stmt::CaseStmtClass:
    case Stmt::DefaultStmtClass: {
        const auto *Case = cast<SwitchCase>(S);
        if (auto Known = Cases.find(Case); Known != Cases.end()) {
            jump({Known->second});
            ir_build_enter(Builder, {Known->second});
        }
        return statement(Case->getSubStmt());
    }
    case Stmt::LabelStmtClass: {
        ir_block_id Block = label(cast<LabelStmt>(S)->getDecl());
        jump(Block);
        ir_build_enter(Builder, Block);
        return statement(cast<LabelStmt>(S)->getSubStmt());
    }
    case Stmt::AttributedStmtClass:
        return statement(cast<AttributedStmt>(S)->getSubStmt());
    case Stmt::GotoStmtClass:
        return leaveTo(label(cast<GotoStmt>(S)->getLabel()));
    case Stmt::IndirectGotoStmtClass: {
        effect(cast<IndirectGotoStmt>(S)->getTarget());
        ComputedGotos.push_back({ir_build_block(Builder), S->getBeginLoc()});
        return leaveTo(ComputedGotos.back().Block);
    }
    case Stmt::BreakStmtClass:
        return Targets.empty() ? startDead() : leaveTo(Targets.back().Break);
    case Stmt::ContinueStmtClass:
        return Targets.empty() ? startDead() : leaveTo(Targets.back().Continue);
    case Stmt::ReturnStmtClass:
        return returnStatement(cast<ReturnStmt>(S));
    case Stmt::GCCAsmStmtClass:
        return assembly(cast<GCCAsmStmt>(S));
    default:
        ir_build_unknown(Builder, S->getStmtClassName(), {0});
    }
}

/// A macro with a fact may be several statements, which are one call all the same.
/// Where the compiler found an error, what it made nothing of is not in the tree.
void
FunctionLowering::error(SourceLocation Begin, SourceLocation End)
{
    if (!Unit.hasErrorIn({Begin, End}))
        return;
    at(End);
    ir_build_unknown(Builder, IR_REASON_ERROR, type(Unit.Context.VoidTy));
}

/// Whether errors inside are found at the statements in it.
static bool
holdsStatements(const Stmt *S)
{
    return isa<CompoundStmt, IfStmt, WhileStmt, DoStmt, ForStmt, SwitchStmt, SwitchCase, LabelStmt>(S);
}

void
FunctionLowering::compound(const CompoundStmt *S)
{
    SourceLocation Last = S->getLBracLoc();
    for (auto Next = S->body_begin(); Next != S->body_end();) {
        const Stmt *First = *Next;
        std::optional<unsigned> Index = Unit.Macros.startedBy(First);
        error(Last, holdsStatements(First) ? First->getBeginLoc() : First->getEndLoc());
        Last = First->getEndLoc();
        if (!Index) {
            plainStatement(*Next++);
            continue;
        }
        llvm::SmallVector<const Stmt *, 4> Nodes = {*Next++};
        while (Next != S->body_end() && Unit.Macros.holding(*Next) == Index)
            Nodes.push_back(*Next++);
        macro(*Index, Nodes);
    }
    error(Last, S->getRBracLoc());
}

void
FunctionLowering::declaration(const DeclStmt *S)
{
    for (const Decl *Declaration : S->decls()) {
        const auto *Variable = dyn_cast<VarDecl>(Declaration);
        if (Variable == nullptr)
            continue;
        if (!Variable->hasLocalStorage()) {
            Unit.global(Variable);
            continue;
        }
        ir_place Place = variable(Variable);
        if (const Expr *Initialiser = Variable->getInit()) {
            initialise(Place, Variable->getType(), Initialiser, /*IsZeroed=*/false);
        }
    }
}

void
FunctionLowering::ifStatement(const IfStmt *S)
{
    ir_block_id Then = ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    ir_block_id Else = S->getElse() != nullptr ? ir_build_block(Builder) : End;
    condition(S->getCond(), Then, Else);
    ir_build_enter(Builder, Then);
    statement(S->getThen());
    at(S->getBeginLoc());
    jump(End);
    if (S->getElse() != nullptr) {
        ir_build_enter(Builder, Else);
        statement(S->getElse());
        at(S->getElseLoc());
        jump(End);
    }
    ir_build_enter(Builder, End);
}

void
FunctionLowering::body(const Stmt *S, LoopTargets Now)
{
    Targets.push_back(Now);
    statement(S);
    Targets.pop_back();
}

void
FunctionLowering::whileStatement(const WhileStmt *S)
{
    ir_block_id Head = ir_build_block(Builder);
    ir_block_id Body = ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    jump(Head);
    ir_build_enter(Builder, Head);
    condition(S->getCond(), Body, End);
    ir_build_enter(Builder, Body);
    body(S->getBody(), {End, Head});
    at(S->getBeginLoc());
    jump(Head);
    ir_build_enter(Builder, End);
}

/// 'do ... while (0)' is no loop: 'continue' leaves it.
void
FunctionLowering::doStatement(const DoStmt *S)
{
    std::optional<int64_t> Constant = constant(S->getCond());
    bool IsOnce = Constant && *Constant == 0;
    ir_block_id Body = IsOnce ? ir_block_id{IR_NONE} : ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    ir_block_id Test = IsOnce ? End : ir_build_block(Builder);
    if (!IsOnce) {
        jump(Body);
        ir_build_enter(Builder, Body);
    }
    body(S->getBody(), {End, Test});
    at(S->getWhileLoc());
    jump(Test);
    if (!IsOnce) {
        ir_build_enter(Builder, Test);
        condition(S->getCond(), Body, End);
    }
    ir_build_enter(Builder, End);
}

void
FunctionLowering::forStatement(const ForStmt *S)
{
    if (S->getInit() != nullptr)
        statement(S->getInit());
    ir_block_id Head = ir_build_block(Builder);
    ir_block_id Body = S->getCond() != nullptr ? ir_build_block(Builder) : Head;
    ir_block_id Next = S->getInc() != nullptr ? ir_build_block(Builder) : Head;
    ir_block_id End = ir_build_block(Builder);
    jump(Head);
    ir_build_enter(Builder, Head);
    if (S->getCond() != nullptr)
        condition(S->getCond(), Body, End);
    ir_build_enter(Builder, Body);
    body(S->getBody(), {End, Next});
    at(S->getBeginLoc());
    jump(Next);
    if (S->getInc() != nullptr) {
        ir_build_enter(Builder, Next);
        statement(S->getInc());
        at(S->getBeginLoc());
        jump(Head);
    }
    ir_build_enter(Builder, End);
}

void
FunctionLowering::switchStatement(const SwitchStmt *S)
{
    ir_block_id End = ir_build_block(Builder);
    ir_block_id Default = End;
    llvm::SmallVector<const SwitchCase *, 16> InOrder;
    for (const SwitchCase *Case = S->getSwitchCaseList(); Case != nullptr; Case = Case->getNextSwitchCase())
        InOrder.push_back(Case);
    std::reverse(InOrder.begin(), InOrder.end()); // the list runs backwards
    llvm::SmallVector<ir_case, 16> All;
    for (const SwitchCase *Case : InOrder) {
        ir_block_id Block = ir_build_block(Builder);
        Cases[Case] = Block.index;
        const auto *Valued = dyn_cast<CaseStmt>(Case);
        if (Valued == nullptr) {
            Default = Block;
            continue;
        }
        std::optional<int64_t> Low = constant(Valued->getLHS());
        std::optional<int64_t> High = Valued->getRHS() != nullptr ? constant(Valued->getRHS()) : Low;
        if (Low && High && *Low <= *High)
            All.push_back({*Low, *High, Block});
    }
    switchOn(S, All, Default);
    startDead();
    ir_block_id Continue = Targets.empty() ? End : Targets.back().Continue;
    body(S->getBody(), {End, Continue});
    at(S->getBeginLoc());
    jump(End);
    ir_build_enter(Builder, End);
}

void
FunctionLowering::switchOn(const SwitchStmt *S, llvm::ArrayRef<ir_case> All, ir_block_id Default)
{
    ir_operand Value = value(S->getCond());
    at(S->getBeginLoc());
    if (Value.kind != IR_OPERAND_CONSTANT) {
        ir_build_switch(Builder, Value, All.data(), All.size(), Default);
        return;
    }
    ir_block_id Target = Default;
    for (const ir_case &Case : All) {
        if (Case.low <= Value.constant && Value.constant <= Case.high)
            Target = Case.block;
    }
    jump(Target);
}

void
FunctionLowering::returnStatement(const ReturnStmt *S)
{
    ir_operand Result = ir_none();
    const Expr *Value = S->getRetValue();
    bool IsVoid = Definition->getReturnType()->isVoidType();
    if (Value != nullptr && (IsVoid || Value->getType()->isVoidType()))
        effect(Value);
    else if (Value != nullptr)
        Result = value(Value);
    at(S->getBeginLoc());
    if (!IsVoid && Result.kind == IR_OPERAND_NONE)
        Result = ir_build_unknown(Builder, "no return value", type(Definition->getReturnType()));
    ir_build_return(Builder, Result);
    startDead();
}

/* ---- assembly, computed goto ---- */

/// What the instructions do is not known, but only the outputs change.
void
FunctionLowering::assembly(const GCCAsmStmt *S)
{
    for (const Expr *Input : S->inputs())
        effect(Input);
    at(S->getAsmLoc());
    ir_build_unknown(Builder, "asm", {0});
    for (const Expr *Output : S->outputs()) {
        ir_place Place = place(Output);
        at(S->getAsmLoc());
        ir_type_id Type = type(Output->getType());
        ir_build_store(Builder, Place, ir_build_unknown(Builder, "asm", Type), Type);
    }
    if (!S->isAsmGoto())
        return;
    ir_operand Value = ir_build_unknown(Builder, "asm", type(Unit.Context.IntTy));
    llvm::SmallVector<ir_case, 4> All;
    for (const AddrLabelExpr *Label : S->labels())
        All.push_back({(int64_t)All.size(), (int64_t)All.size(), label(Label->getLabel())});
    ir_block_id Next = ir_build_block(Builder);
    ir_build_switch(Builder, Value, All.data(), All.size(), Next);
    ir_build_enter(Builder, Next);
}

void
FunctionLowering::collectLabels(const Stmt *S, llvm::SmallVectorImpl<ir_block_id> &Found)
{
    if (const auto *Address = dyn_cast<AddrLabelExpr>(S))
        Found.push_back(label(Address->getLabel()));
    for (const Stmt *Child : S->children()) {
        if (Child != nullptr)
            collectLabels(Child, Found);
    }
}

/// A computed goto may go to every label whose address is taken somewhere in the function.
void
FunctionLowering::endComputedGotos()
{
    if (ComputedGotos.empty())
        return;
    llvm::SmallVector<ir_block_id, 16> All;
    collectLabels(Definition->getBody(), All);
    ir_type_id Pointer = type(Unit.Context.VoidPtrTy);
    for (const ComputedGoto &Goto : ComputedGotos) {
        ir_build_enter(Builder, Goto.Block);
        at(Goto.Location);
        ir_operand Which = ir_build_unknown(Builder, "computed goto", Pointer);
        llvm::SmallVector<ir_case, 16> AllCases;
        for (size_t I = 1; I < All.size(); I++)
            AllCases.push_back({(int64_t)I, (int64_t)I, All[I]});
        if (All.empty())
            ir_build_unreachable(Builder);
        else
            ir_build_switch(Builder, Which, AllCases.data(), AllCases.size(), All[0]);
    }
}

} // namespace dmalint
