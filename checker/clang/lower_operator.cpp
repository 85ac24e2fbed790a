#include "lower_statement.h"

#include "clang/Basic/Builtins.h"

using namespace clang;

namespace dmalint
{

/* ---- unary ---- */

ir_operand
FunctionLowering::unaryValue(const UnaryOperator *E)
{
    switch (E->getOpcode()) {
    case UO_PostInc:
    case UO_PostDec:
    case UO_PreInc:
    case UO_PreDec:
        return step(E);
    case UO_AddrOf:
        return addressOf(E);
    case UO_Deref: // an lvalue asked for what it holds
        if (E->getType()->isFunctionType() || E->getType()->isArrayType())
            return decay(E, E);
        return load(E, place(E));
    case UO_Extension:
    case UO_Plus:
        return value(E->getSubExpr());
    case UO_Minus:
    case UO_Not:
    case UO_LNot: {
        ir_operand Operand = value(E->getSubExpr());
        enum ir_operator Operator = E->getOpcode() == UO_Minus ? IR_OPERATOR_NEGATE
                                    : E->getOpcode() == UO_Not ? IR_OPERATOR_COMPLEMENT
                                                               : IR_OPERATOR_LOGICAL_NOT;
        at(E);
        return ir_build_unary(Builder, Operator, Operand, type(E->getType()));
    }
    default:
        return unknown(E, "complex number");
    }
}

/// ++ and --, before and behind.
ir_operand
FunctionLowering::step(const UnaryOperator *E)
{
    ir_place Place = place(E->getSubExpr());
    ir_type_id Type = type(E->getType());
    at(E);
    ir_operand Old = load(E->getSubExpr()->getType(), Place);
    ir_operand New = ir_build_binary(Builder, E->isIncrementOp() ? IR_OPERATOR_ADD : IR_OPERATOR_SUBTRACT,
                                     Old, ir_constant(1), Type);
    ir_build_store(Builder, Place, New, Type);
    return E->isPrefix() ? New : Old;
}

ir_operand
FunctionLowering::addressOf(const UnaryOperator *E)
{
    const Expr *Operand = E->getSubExpr()->IgnoreParens();
    if (Operand->getType()->isFunctionType())
        return decay(E, Operand);
    const auto *Deref = dyn_cast<UnaryOperator>(Operand);
    if (Deref != nullptr && Deref->getOpcode() == UO_Deref)
        return value(Deref->getSubExpr());
    ir_place Place = place(Operand);
    at(E);
    return ir_build_address(Builder, Place, type(E->getType()));
}

/* ---- binary ---- */

static std::optional<enum ir_operator>
operatorOf(BinaryOperatorKind Kind)
{
    static const struct {
        BinaryOperatorKind Kind;
        enum ir_operator Operator;
    } Operators[] = {
        {BO_Mul, IR_OPERATOR_MULTIPLY}, {BO_Div, IR_OPERATOR_DIVIDE},    {BO_Rem, IR_OPERATOR_REMAINDER},
        {BO_Add, IR_OPERATOR_ADD},      {BO_Sub, IR_OPERATOR_SUBTRACT},  {BO_Shl, IR_OPERATOR_SHIFT_LEFT},
        {BO_LT, IR_OPERATOR_LESS},      {BO_LE, IR_OPERATOR_LESS_EQUAL}, {BO_Shr, IR_OPERATOR_SHIFT_RIGHT},
        {BO_GT, IR_OPERATOR_GREATER},   {BO_EQ, IR_OPERATOR_EQUAL},      {BO_GE, IR_OPERATOR_GREATER_EQUAL},
        {BO_NE, IR_OPERATOR_NOT_EQUAL}, {BO_And, IR_OPERATOR_AND},       {BO_Xor, IR_OPERATOR_XOR},
        {BO_Or, IR_OPERATOR_OR},
    };
    for (const auto &Row : Operators) {
        if (Row.Kind == Kind)
            return Row.Operator;
    }
    return std::nullopt;
}

/// A pointer stands left of what is added to it.
ir_operand
FunctionLowering::arithmetic(const BinaryOperator *E, ir_operand Left, ir_operand Right, QualType Type)
{
    BinaryOperatorKind Kind = E->getOpcode();
    std::optional<enum ir_operator> Operator =
        operatorOf(E->isCompoundAssignmentOp() ? BinaryOperator::getOpForCompoundAssignment(Kind) : Kind);
    if (!Operator || Type->isVectorType() || Type->isAnyComplexType())
        return unknown(E, "operator");
    if (Kind == BO_Add && E->getRHS()->getType()->isPointerType())
        std::swap(Left, Right);
    at(E);
    return ir_build_binary(Builder, *Operator, Left, Right, type(Type));
}

ir_operand
FunctionLowering::binaryValue(const BinaryOperator *E)
{
    if (E->getType()->isDependentType()) {
        effect(E->getLHS());
        effect(E->getRHS());
        return unknown(E, IR_REASON_ERROR);
    }
    switch (E->getOpcode()) {
    case BO_Comma:
        effect(E->getLHS());
        return value(E->getRHS());
    case BO_LAnd:
    case BO_LOr:
        return logical(E);
    case BO_Assign: {
        if (E->getType()->isRecordType())
            return load(E, place(E));
        ir_operand Value = value(E->getRHS());
        ir_place Place = place(E->getLHS());
        at(E);
        ir_build_store(Builder, Place, Value, type(E->getLHS()->getType()));
        return Value;
    }
    default: {
        ir_operand Left = value(E->getLHS());
        ir_operand Right = value(E->getRHS());
        return arithmetic(E, Left, Right, E->getType());
    }
    }
}

ir_operand
FunctionLowering::compoundAssign(const CompoundAssignOperator *E)
{
    if (E->getComputationLHSType().isNull() || E->getComputationResultType().isNull()) { // of a mistake
        effect(E->getRHS());
        return unknown(E, IR_REASON_ERROR);
    }
    ir_operand Right = value(E->getRHS());
    ir_place Place = place(E->getLHS());
    ir_type_id Type = type(E->getLHS()->getType());
    at(E);
    ir_operand Left = load(E->getLHS()->getType(), Place);
    ir_type_id Wide = type(E->getComputationLHSType());
    if (Wide.index != Type.index)
        Left = ir_build_cast(Builder, Left, Wide);
    ir_operand Result = arithmetic(E, Left, Right, E->getComputationResultType());
    if (type(E->getComputationResultType()).index != Type.index)
        Result = ir_build_cast(Builder, Result, Type);
    ir_build_store(Builder, Place, Result, Type);
    return Result;
}

/* ---- what needs blocks ---- */

/// && and || as a value: each way writes a temporary.
ir_operand
FunctionLowering::logical(const Expr *E)
{
    ir_place Place = temporary(E->getType());
    ir_type_id Type = type(E->getType());
    ir_block_id True = ir_build_block(Builder);
    ir_block_id False = ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    condition(E, True, False);
    for (bool IsTrue : {true, false}) {
        ir_build_enter(Builder, IsTrue ? True : False);
        at(E);
        ir_build_store(Builder, Place, ir_constant(IsTrue), Type);
        jump(End);
    }
    ir_build_enter(Builder, End);
    return load(E, Place);
}

ir_operand
FunctionLowering::conditional(const AbstractConditionalOperator *E)
{
    if (E->getType()->isRecordType())
        return load(E, conditionalPlace(E));
    const Expr *Condition = E->getCond();
    bool IsVoid = E->getType()->isVoidType();
    if (const auto *Short = dyn_cast<BinaryConditionalOperator>(E))
        Opaque[Short->getOpaqueValue()] = value(Short->getCommon());
    else if (std::optional<int64_t> Constant = constant(Condition))
        return value(*Constant != 0 ? E->getTrueExpr() : E->getFalseExpr());
    ir_place Place = {};
    if (!IsVoid)
        Place = temporary(E->getType());
    ir_block_id Then = ir_build_block(Builder);
    ir_block_id Else = ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    condition(Condition, Then, Else);
    for (bool IsThen : {true, false}) {
        const Expr *Arm = IsThen ? E->getTrueExpr() : E->getFalseExpr();
        ir_build_enter(Builder, IsThen ? Then : Else);
        if (IsVoid)
            effect(Arm);
        else
            assign(Place, Arm);
        at(E);
        jump(End);
    }
    ir_build_enter(Builder, End);
    return IsVoid ? ir_none() : load(E, Place);
}

void
FunctionLowering::effect(const Expr *E)
{
    if (std::optional<unsigned> Index = Unit.Macros.startedBy(E)) {
        macro(*Index, E);
        return;
    }
    if (const Expr *Inner = withoutParentheses(E); Inner != E)
        return effect(Inner);
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
        if (Cast->getCastKind() != CK_LValueToRValue || isa<DeclRefExpr>(Cast->getSubExpr()->IgnoreParens()))
            return effect(Cast->getSubExpr());
    }
    if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
        if (Operator->getOpcode() == BO_Assign && Operator->getType()->isRecordType()) {
            place(Operator);
            return;
        }
        if (Operator->isLogicalOp()) { // the right side for its effect alone
            ir_block_id More = ir_build_block(Builder);
            ir_block_id End = ir_build_block(Builder);
            bool IsAnd = Operator->getOpcode() == BO_LAnd;
            condition(Operator->getLHS(), IsAnd ? More : End, IsAnd ? End : More);
            ir_build_enter(Builder, More);
            effect(Operator->getRHS());
            at(Operator);
            jump(End);
            ir_build_enter(Builder, End);
            return;
        }
        if (Operator->getOpcode() == BO_Comma) {
            effect(Operator->getLHS());
            return effect(Operator->getRHS());
        }
    }
    if (isa<DeclRefExpr, IntegerLiteral, clang::StringLiteral>(E))
        return;
    if (const auto *Expression = dyn_cast<StmtExpr>(E))
        return compound(Expression->getSubStmt());
    value(E);
}

/// Whether the operand is zero exactly if the result is.
static bool
keepsTruth(const ASTContext &Context, const ImplicitCastExpr *Cast)
{
    if (Cast->getCastKind() == CK_IntegralCast)
        return Context.getTypeSize(Cast->getType()) >= Context.getTypeSize(Cast->getSubExpr()->getType());
    return Cast->getCastKind() == CK_IntegralToBoolean || Cast->getCastKind() == CK_PointerToBoolean;
}

/// Branches on an expression; a constant one jumps.
void
FunctionLowering::condition(const Expr *E, ir_block_id Then, ir_block_id Else)
{
    bool IsMacro = Unit.Macros.madeInto(E).has_value();
    if (const Expr *Inner = withoutParentheses(E); !IsMacro && Inner != E)
        return condition(Inner, Then, Else);
    if (const auto *Not = dyn_cast<UnaryOperator>(E); !IsMacro && Not && Not->getOpcode() == UO_LNot)
        return condition(Not->getSubExpr(), Else, Then);
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E); Cast && keepsTruth(Unit.Context, Cast))
        return condition(Cast->getSubExpr(), Then, Else);
    if (const auto *Call = dyn_cast<CallExpr>(E);
        !IsMacro && Call && Call->getBuiltinCallee() == Builtin::BI__builtin_expect && !constant(E))
        return condition(Call->getArg(0), Then, Else);
    const auto *Operator = dyn_cast<BinaryOperator>(E);
    if (!IsMacro && Operator && Operator->getOpcode() == BO_Comma) {
        effect(Operator->getLHS());
        return condition(Operator->getRHS(), Then, Else);
    }
    if (!IsMacro && Operator && Operator->isLogicalOp()) {
        bool IsAnd = Operator->getOpcode() == BO_LAnd;
        ir_block_id Right = ir_build_block(Builder);
        condition(Operator->getLHS(), IsAnd ? Right : Then, IsAnd ? Else : Right);
        ir_build_enter(Builder, Right);
        return condition(Operator->getRHS(), Then, Else);
    }
    ir_operand Value = value(E);
    at(E);
    if (Value.kind == IR_OPERAND_CONSTANT)
        jump(Value.constant != 0 ? Then : Else);
    else
        ir_build_branch(Builder, Value, Then, Else);
}

/// The alignment builtins as the arithmetic that headers spell out where there are none.
ir_operand
FunctionLowering::alignment(const CallExpr *E, unsigned Builtin)
{
    QualType Type = E->getArg(0)->getType();
    if (Type->isDependentType())
        return unknown(E, IR_REASON_ERROR);
    bool IsPointer = Type->isPointerType();
    ir_type_id Given = type(Type), Number = IsPointer ? type(Unit.Context.getUIntPtrType()) : Given;
    ir_operand Value = value(E->getArg(0)), Size = value(E->getArg(1));
    at(E);
    if (IsPointer)
        Value = ir_build_cast(Builder, Value, Number);
    bool IsConstant = Size.kind == IR_OPERAND_CONSTANT;
    ir_operand Mask = IsConstant
                          ? ir_constant(Size.constant - 1)
                          : ir_build_binary(Builder, IR_OPERATOR_SUBTRACT, Size, ir_constant(1), Number);
    if (Builtin == Builtin::BI__builtin_is_aligned) {
        Value = ir_build_binary(Builder, IR_OPERATOR_AND, Value, Mask, Number);
        return ir_build_binary(Builder, IR_OPERATOR_EQUAL, Value, ir_constant(0), type(E->getType()));
    }
    if (Builtin == Builtin::BI__builtin_align_up)
        Value = ir_build_binary(Builder, IR_OPERATOR_ADD, Value, Mask, Number);
    unsigned Bits = Unit.Context.getTypeSize(Type);
    bool IsNarrow = Bits < 64 && !Type->isSignedIntegerType();
    Mask = IsConstant ? ir_constant(~Mask.constant & (IsNarrow ? (int64_t)((1ull << Bits) - 1) : -1))
                      : ir_build_unary(Builder, IR_OPERATOR_COMPLEMENT, Mask, Number);
    Value = ir_build_binary(Builder, IR_OPERATOR_AND, Value, Mask, Number);
    return IsPointer ? ir_build_cast(Builder, Value, Given) : Value;
}

} // namespace dmalint
