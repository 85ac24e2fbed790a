/*
 * One function's body, lowered from the AST statement by statement straight into the IR's blocks, and not
 * from Clang's CFG: C needs no more than jumps and labels, the expansion of a macro with a fact is one
 * subtree of the AST but spans several blocks of the CFG, and a second graph need not be built first. Places
 * are kept whole (sc->ring[i].map) and loaded where C converts an lvalue to its value.
 */
#ifndef DMALINT_CLANG_LOWER_STATEMENT_H
#define DMALINT_CLANG_LOWER_STATEMENT_H

#include <optional>

#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include "lower_unit.h"

namespace dmalint
{

class FunctionLowering
{
  public:
    FunctionLowering(UnitLowering &Unit, const clang::FunctionDecl *Definition, ir_function_id Id);

    void lower();

  private:
    struct LoopTargets {
        ir_block_id Break;
        ir_block_id Continue;
    };
    struct ComputedGoto {
        ir_block_id Block; // to be ended by a switch over all labels
        clang::SourceLocation Location;
    };

    /* lower_statement.cpp */
    void statement(const clang::Stmt *S);
    void plainStatement(const clang::Stmt *S);
    void error(clang::SourceLocation Begin, clang::SourceLocation End);
    void compound(const clang::CompoundStmt *S);
    void declaration(const clang::DeclStmt *S);
    void ifStatement(const clang::IfStmt *S);
    void whileStatement(const clang::WhileStmt *S);
    void doStatement(const clang::DoStmt *S);
    void forStatement(const clang::ForStmt *S);
    void switchStatement(const clang::SwitchStmt *S);
    void switchOn(const clang::SwitchStmt *S, llvm::ArrayRef<ir_case> Cases, ir_block_id Default);
    void returnStatement(const clang::ReturnStmt *S);
    void assembly(const clang::GCCAsmStmt *S);
    void endComputedGotos();
    void collectLabels(const clang::Stmt *S, llvm::SmallVectorImpl<ir_block_id> &Labels);
    void fallOff();
    void body(const clang::Stmt *S, LoopTargets Targets);
    void jump(ir_block_id Block);
    /// Ends the block with a jump, and starts one that nothing reaches yet.
    void leaveTo(ir_block_id Block);
    void startDead();
    ir_block_id label(const clang::LabelDecl *Label);
    ir_local_id local(const clang::VarDecl *Variable);
    ir_place temporary(clang::QualType Type);
    void at(clang::SourceLocation Location);
    void at(const clang::Expr *E);

    /* lower_place.cpp */
    ir_place place(const clang::Expr *E);
    ir_place variable(const clang::VarDecl *Variable);
    ir_place member(const clang::MemberExpr *E);
    ir_place element(const clang::Expr *Base, const clang::Expr *Index);
    const clang::Expr *barePointer(const clang::Expr *Pointer);
    ir_place pointee(const clang::Expr *Pointer);
    ir_place pointeeOfValue(const clang::Expr *Pointer);
    ir_place recordPlace(const clang::Expr *E);
    ir_place conditionalPlace(const clang::AbstractConditionalOperator *E);
    ir_place assembled(const clang::Expr *E, const clang::Expr *Initialiser);
    ir_place unknownPlace(const clang::Expr *E, const char *Reason);
    void assign(ir_place To, const clang::Expr *From);
    void initialise(ir_place To, clang::QualType Type, const clang::Expr *From, bool IsZeroed);
    void initialiseList(ir_place To, clang::QualType Type, const clang::InitListExpr *List);
    ir_type_id type(clang::QualType Type);

    /* lower_expression.cpp */
    ir_operand value(const clang::Expr *E);
    ir_operand plainValue(const clang::Expr *E);
    ir_operand otherValue(const clang::Expr *E);
    ir_operand load(const clang::Expr *E, ir_place Place);
    ir_operand load(clang::QualType Type, ir_place Place);
    ir_operand castValue(const clang::CastExpr *E);
    ir_operand convert(const clang::Expr *E, ir_operand Operand);
    ir_operand decay(const clang::Expr *E, const clang::Expr *Array);
    ir_operand call(const clang::CallExpr *E);
    std::optional<ir_operand> transparentCall(const clang::CallExpr *E, unsigned Builtin);
    ir_operand alignment(const clang::CallExpr *E, unsigned Builtin);
    ir_operand atomic(const clang::AtomicExpr *E);
    ir_operand statementValue(const clang::StmtExpr *E);
    /// The call of a macro whose expansion is these statements, or one expression.
    ir_operand macro(unsigned Index, llvm::ArrayRef<const clang::Stmt *> Nodes);
    /// The expansion that 'E' is all of, in parentheses or loaded or not; 'E' becomes just what is of the
    /// macro.
    std::optional<unsigned> macroOf(const clang::Expr *&E);
    ir_operand macroArgument(const MacroArgument &Argument, const clang::Expr *Found);
    ir_operand variableValue(const clang::VarDecl *Variable);
    ir_operand macroToken(const clang::Token &Token);
    ir_operand unknown(const clang::Expr *E, const char *Reason);
    std::optional<int64_t> constant(const clang::Expr *E);
    bool isConstantShape(const clang::Expr *E);

    /* lower_operator.cpp */
    ir_operand unaryValue(const clang::UnaryOperator *E);
    ir_operand step(const clang::UnaryOperator *E);
    ir_operand addressOf(const clang::UnaryOperator *E);
    ir_operand binaryValue(const clang::BinaryOperator *E);
    ir_operand arithmetic(const clang::BinaryOperator *E, ir_operand Left, ir_operand Right,
                          clang::QualType Type);
    ir_operand compoundAssign(const clang::CompoundAssignOperator *E);
    ir_operand logical(const clang::Expr *E);
    ir_operand conditional(const clang::AbstractConditionalOperator *E);
    /// Evaluates an expression whose value is not used.
    void effect(const clang::Expr *E);
    void condition(const clang::Expr *E, ir_block_id Then, ir_block_id Else);

    UnitLowering &Unit;
    ir_builder *Builder;
    const clang::FunctionDecl *Definition;
    ir_function_id Id;
    llvm::DenseMap<const clang::VarDecl *, uint32_t> Locals;
    llvm::StringMap<const clang::VarDecl *> LocalNames; // the latest of each name
    llvm::DenseMap<const clang::LabelDecl *, uint32_t> Labels;
    llvm::DenseMap<const clang::SwitchCase *, uint32_t> Cases;
    llvm::DenseMap<const clang::Expr *, ir_operand> Opaque;
    llvm::SmallVector<LoopTargets, 8> Targets;
    llvm::SmallVector<ComputedGoto, 2> ComputedGotos;
};

/// The expression in one pair of parentheses or behind __extension__, else 'E': one step, so that no macro's
/// own parentheses are passed by.
const clang::Expr *withoutParentheses(const clang::Expr *E);

/// An integer as the IR keeps it: sign- or zero-extended to 64 bits by its type.
std::optional<int64_t> irInteger(const llvm::APSInt &Value);

} // namespace dmalint
#endif
