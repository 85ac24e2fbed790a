#include "lower_statement.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace dmalint
{

/* ---- constants ---- */

std::optional<int64_t>
irInteger(const llvm::APSInt &Value)
{
    if (Value.isSigned())
        return Value.trySExtValue();
    return Value.getActiveBits() <= 64 ? std::optional<int64_t>((int64_t)Value.getZExtValue()) : std::nullopt;
}

const Expr *
withoutParentheses(const Expr *E)
{
    if (const auto *Paren = dyn_cast<ParenExpr>(E))
        return Paren->getSubExpr();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) /* newer versions have these in C, too */
        return Cleanups->getSubExpr();
    const auto *Unary = dyn_cast<UnaryOperator>(E);
    return Unary != nullptr && Unary->getOpcode() == UO_Extension ? Unary->getSubExpr() : E;
}

/// A quick look before Clang's evaluator is asked: gives up at the first operand that is no constant.
bool
FunctionLowering::isConstantShape(const Expr *E)
{
    if (Unit.Macros.madeInto(E))
        return false;
    if (const Expr *Inner = withoutParentheses(E); Inner != E)
        return isConstantShape(Inner);
    switch (E->getStmtClass()) {
    case Stmt::GenericSelectionExprClass:
    case Stmt::ChooseExprClass:
        return E->IgnoreParens() != E && isConstantShape(E->IgnoreParens());
    case Stmt::ConstantExprClass:
    case Stmt::IntegerLiteralClass:
    case Stmt::CharacterLiteralClass:
    case Stmt::FloatingLiteralClass:
    case Stmt::UnaryExprOrTypeTraitExprClass:
    case Stmt::OffsetOfExprClass:
    case Stmt::TypeTraitExprClass:
        return true;
    case Stmt::DeclRefExprClass:
        return isa<EnumConstantDecl>(cast<DeclRefExpr>(E)->getDecl());
    case Stmt::ImplicitCastExprClass:
    case Stmt::CStyleCastExprClass: {
        CastKind Kind = cast<CastExpr>(E)->getCastKind();
        bool IsNumber = Kind == CK_IntegralCast || Kind == CK_NoOp || Kind == CK_IntegralToBoolean ||
                        Kind == CK_FloatingToIntegral || Kind == CK_FloatingCast ||
                        Kind == CK_IntegralToFloating || Kind == CK_FloatingToBoolean;
        return IsNumber && isConstantShape(cast<CastExpr>(E)->getSubExpr());
    }
    case Stmt::UnaryOperatorClass: {
        UnaryOperatorKind Kind = cast<UnaryOperator>(E)->getOpcode();
        bool IsNumber = Kind == UO_Plus || Kind == UO_Minus || Kind == UO_Not || Kind == UO_LNot;
        return IsNumber && isConstantShape(cast<UnaryOperator>(E)->getSubExpr());
    }
    case Stmt::BinaryOperatorClass: {
        const auto *Operator = cast<BinaryOperator>(E);
        return !Operator->isAssignmentOp() && !Operator->isCommaOp() && isConstantShape(Operator->getLHS()) &&
               (Operator->isLogicalOp() || isConstantShape(Operator->getRHS()));
    }
    case Stmt::ConditionalOperatorClass:
        return isConstantShape(cast<ConditionalOperator>(E)->getCond());
    case Stmt::CallExprClass: {
        const auto *Call = cast<CallExpr>(E);
        unsigned Builtin = Call->getBuiltinCallee();
        if (Builtin == Builtin::BI__builtin_constant_p || Builtin == Builtin::BI__builtin_object_size)
            return true;
        return Builtin != 0 && Call->getNumArgs() != 0 &&
               llvm::all_of(Call->arguments(),
                            [this](const Expr *Argument) { return isConstantShape(Argument); });
    }
    default:
        return false;
    }
}

std::optional<int64_t>
FunctionLowering::constant(const Expr *E)
{
    Expr::EvalResult Result;
    if (!E->getType()->isIntegralOrEnumerationType() || E->isValueDependent() || E->containsErrors() ||
        !isConstantShape(E) ||
        !E->EvaluateAsInt(Result, Unit.Context, Expr::SE_NoSideEffects, /*InConstantContext=*/true))
        return std::nullopt;
    return irInteger(Result.Val.getInt());
}

ir_operand
FunctionLowering::unknown(const Expr *E, const char *Reason)
{
    at(E);
    return ir_build_unknown(Builder, E->containsErrors() ? IR_REASON_ERROR : Reason, type(E->getType()));
}

/* ---- values ---- */

ir_operand
FunctionLowering::load(const Expr *E, ir_place Place)
{
    at(E);
    return load(E->getType(), Place);
}

/// What a place of a type holds.
ir_operand
FunctionLowering::load(QualType Type, ir_place Place)
{
    return Type.isVolatileQualified() ? ir_build_load_volatile(Builder, Place, type(Type))
                                      : ir_build_load(Builder, Place, type(Type));
}

/// The value of an expression; of an lvalue what it holds, and of an array or a function its address.
ir_operand
FunctionLowering::value(const Expr *E)
{
    const auto *Cast = dyn_cast<ImplicitCastExpr>(E);
    bool IsConversion = Cast != nullptr && Cast->getCastKind() != CK_LValueToRValue &&
                        Cast->getCastKind() != CK_ArrayToPointerDecay;
    if (const Expr *Inner = E; !IsConversion) { // what the context converts to is not part of a macro
        if (std::optional<unsigned> Index = macroOf(Inner))
            return macro(*Index, Inner);
    }
    if (std::optional<int64_t> Constant = constant(E))
        return ir_constant(*Constant);
    return plainValue(E);
}

ir_operand
FunctionLowering::plainValue(const Expr *E)
{
    switch (E->getStmtClass()) {
    case Stmt::ParenExprClass:
        return value(cast<ParenExpr>(E)->getSubExpr());
    case Stmt::ConstantExprClass:
        return value(cast<ConstantExpr>(E)->getSubExpr());
    case Stmt::GenericSelectionExprClass:
        if (cast<GenericSelectionExpr>(E)->isResultDependent())
            return unknown(E, IR_REASON_ERROR);
        return value(cast<GenericSelectionExpr>(E)->getResultExpr());
    case Stmt::ChooseExprClass:
        if (cast<ChooseExpr>(E)->isConditionDependent())
            return unknown(E, IR_REASON_ERROR);
        return value(cast<ChooseExpr>(E)->getChosenSubExpr());
    case Stmt::OpaqueValueExprClass: {
        auto Known = Opaque.find(E);
        return Known != Opaque.end() ? Known->second : unknown(E, "opaque value");
    }
    case Stmt::ImplicitCastExprClass:
    case Stmt::CStyleCastExprClass:
        return castValue(cast<CastExpr>(E));
    case Stmt::UnaryOperatorClass:
        return unaryValue(cast<UnaryOperator>(E));
    case Stmt::BinaryOperatorClass:
        return binaryValue(cast<BinaryOperator>(E));
    case Stmt::CompoundAssignOperatorClass:
        return compoundAssign(cast<CompoundAssignOperator>(E));
    case Stmt::ConditionalOperatorClass:
    case Stmt::BinaryConditionalOperatorClass:
        return conditional(cast<AbstractConditionalOperator>(E));
    case Stmt::CallExprClass:
        return call(cast<CallExpr>(E));
    case Stmt::AtomicExprClass:
        return atomic(cast<AtomicExpr>(E));
    case Stmt::StmtExprClass:
        return statementValue(cast<StmtExpr>(E));
    default:
        return otherValue(E);
    }
}

ir_operand
FunctionLowering::otherValue(const Expr *E)
{
    if (const auto *List = dyn_cast<InitListExpr>(E); List && !E->getType()->isRecordType())
        return List->getNumInits() == 1 ? value(List->getInit(0)) : ir_constant(0);
    if (isa<ImplicitValueInitExpr>(E) && !E->getType()->isRecordType())
        return ir_constant(0);
    if (isa<VAArgExpr>(E))
        return unknown(E, "va_arg");
    if (isa<FloatingLiteral, ImaginaryLiteral>(E))
        return unknown(E, "floating constant");
    if (isa<IntegerLiteral>(E))
        return unknown(E, "wide constant");
    if (isa<AddrLabelExpr>(E))
        return unknown(E, "address of a label");
    if (isa<RecoveryExpr>(E))
        return unknown(E, IR_REASON_ERROR);
    if (isa<UnaryExprOrTypeTraitExpr>(E))
        return unknown(E, "size of a variable array");
    if (isa<OffsetOfExpr>(E))
        return unknown(E, "offset of a variable element");
    if (E->getType()->isArrayType() || E->getType()->isFunctionType())
        return decay(E, E);
    if (E->isGLValue() || E->getType()->isRecordType())
        return load(E, place(E));
    if (isa<MemberExpr, ArraySubscriptExpr>(E)) // of a struct that is no lvalue
        return load(E, place(E));
    return unknown(E, E->getStmtClassName());
}

/// An array as the address of its first element, a string, or a function's address.
ir_operand
FunctionLowering::decay(const Expr *E, const Expr *Array)
{
    Array = Array->IgnoreParens();
    if (const auto *Predefined = dyn_cast<PredefinedExpr>(Array))
        Array = Predefined->getFunctionName();
    if (const auto *Text = dyn_cast_or_null<clang::StringLiteral>(Array)) {
        if (Text->getCharByteWidth() != 1)
            return unknown(E, "wide string");
        ir_operand Operand = ir_none();
        Operand.kind = IR_OPERAND_STRING;
        Operand.string = Unit.text(Text->getString());
        return Operand;
    }
    if (const auto *Reference = dyn_cast<DeclRefExpr>(Array)) {
        if (const auto *Function = dyn_cast<FunctionDecl>(Reference->getDecl()))
            return ir_function_address(Unit.function(Function));
    }
    if (Array->getType()->isFunctionType()) { // *pointer
        const auto *Deref = dyn_cast<UnaryOperator>(Array);
        return Deref != nullptr ? value(Deref->getSubExpr()) : unknown(E, Array->getStmtClassName());
    }
    ir_place Place = place(Array);
    at(E);
    QualType Pointer = E->getType();
    return ir_build_address(Builder, Place,
                            Pointer->isPointerType() ? type(Pointer)
                                                     : type(Unit.Context.getDecayedType(Pointer)));
}

/* ---- casts ---- */

ir_operand
FunctionLowering::castValue(const CastExpr *E)
{
    const Expr *Operand = E->getSubExpr();
    switch (E->getCastKind()) {
    case CK_LValueToRValue:
        if (E->getType()->isRecordType())
            return load(E, place(Operand));
        return load(Operand, place(Operand));
    case CK_ArrayToPointerDecay:
    case CK_FunctionToPointerDecay:
    case CK_BuiltinFnToFnPtr:
        return decay(E, Operand);
    case CK_NullToPointer:
        effect(Operand);
        return ir_constant(0);
    case CK_ToVoid:
        effect(Operand);
        return ir_none();
    case CK_ToUnion:
        return load(E, place(E));
    case CK_IntegralToBoolean:
    case CK_PointerToBoolean:
    case CK_FloatingToBoolean: {
        ir_operand Value = value(Operand);
        at(E);
        return ir_build_binary(Builder, IR_OPERATOR_NOT_EQUAL, Value, ir_constant(0), type(E->getType()));
    }
    case CK_Dependent:
        effect(Operand);
        return unknown(E, IR_REASON_ERROR);
    case CK_VectorSplat:
        effect(Operand);
        return unknown(E, "vector");
    default:
        break;
    }
    if (E->getType()->isRecordType())
        return load(E, place(E));
    if (Operand->isGLValue()) // a reinterpreted lvalue
        return load(E, place(Operand));
    return convert(E, value(Operand));
}

/// Constants, functions and strings need no cast: what they are converted to is where they go.
ir_operand
FunctionLowering::convert(const Expr *E, ir_operand Operand)
{
    ir_type_id Type = type(E->getType());
    const Expr *From = cast<CastExpr>(E)->getSubExpr();
    if (Operand.kind == IR_OPERAND_CONSTANT && E->getType()->isIntegralOrEnumerationType()) {
        unsigned Bits = Unit.Context.getIntWidth(E->getType());
        if (Bits >= 64)
            return Operand;
        llvm::APInt Cut = llvm::APInt(64, (uint64_t)Operand.constant).trunc(Bits);
        bool IsSigned = E->getType()->isSignedIntegerOrEnumerationType();
        return ir_constant(IsSigned ? Cut.getSExtValue() : (int64_t)Cut.getZExtValue());
    }
    bool IsAddress = E->getType()->isPointerType() && Operand.kind != IR_OPERAND_VALUE;
    if (IsAddress || type(From->getType()).index == Type.index)
        return Operand;
    at(E);
    return ir_build_cast(Builder, Operand, Type);
}

/* ---- calls ---- */

/// Builtins that are no calls: the value of an argument, or none.
std::optional<ir_operand>
FunctionLowering::transparentCall(const CallExpr *E, unsigned Builtin)
{
    switch (Builtin) {
    case Builtin::BI__builtin_expect:
    case Builtin::BI__builtin_expect_with_probability:
    case Builtin::BI__builtin_assume_aligned:
    case Builtin::BI__builtin_unpredictable:
        return value(E->getArg(0));
    case Builtin::BI__builtin_align_down:
    case Builtin::BI__builtin_align_up:
    case Builtin::BI__builtin_is_aligned:
        return alignment(E, Builtin);
    case Builtin::BI__builtin_constant_p:
        return ir_constant(0);
    case Builtin::BI__builtin_unreachable:
        at(E);
        ir_build_unreachable(Builder);
        startDead();
        return ir_none();
    case Builtin::BI__assume:
    case Builtin::BI__builtin_assume:
        return ir_none();
    default:
        return std::nullopt;
    }
}

static bool
neverReturns(const CallExpr *E)
{
    if (const FunctionDecl *Callee = E->getDirectCallee(); Callee && Callee->isNoReturn())
        return true;
    QualType Type = E->getCallee()->getType();
    if (Type->isPointerType())
        Type = Type->getPointeeType();
    const auto *Function = Type->getAs<FunctionType>();
    return Function != nullptr && Function->getNoReturnAttr();
}

ir_operand
FunctionLowering::call(const CallExpr *E)
{
    if (std::optional<ir_operand> Value = transparentCall(E, E->getBuiltinCallee()))
        return *Value;
    if (E->getType()->isDependentType())
        return unknown(E, IR_REASON_ERROR);
    ir_operand Callee = value(E->getCallee());
    llvm::SmallVector<ir_operand, 8> Arguments;
    for (const Expr *Argument : E->arguments())
        Arguments.push_back(value(Argument));
    at(E);
    ir_type_id Type = type(E->getType());
    ir_operand Result =
        Callee.kind == IR_OPERAND_FUNCTION
            ? ir_build_call(Builder, Callee.function, Arguments.data(), Arguments.size(), Type)
            : ir_build_call_pointer(Builder, Callee, Arguments.data(), Arguments.size(), Type);
    if (neverReturns(E)) {
        ir_build_unreachable(Builder);
        startDead();
    }
    return E->getType()->isVoidType() ? ir_none() : Result;
}

ir_operand
FunctionLowering::atomic(const AtomicExpr *E)
{
    static const char *const Names[] = {
#define BUILTIN(ID, TYPE, ATTRS)
#define ATOMIC_BUILTIN(ID, TYPE, ATTRS) #ID,
#include "clang/Basic/Builtins.inc"
    };
    llvm::SmallVector<ir_operand, 6> Arguments;
    for (const Stmt *Argument : E->children())
        Arguments.push_back(value(cast<Expr>(Argument)));
    at(E);
    ir_type_id Type = type(E->getType());
    ir_function_id Function = Unit.builtin(Names[E->getOp()], Type);
    return ir_build_call(Builder, Function, Arguments.data(), Arguments.size(), Type);
}

/// The value of ({ ...; last; }); a statement before the last can be a macro's call too.
ir_operand
FunctionLowering::statementValue(const StmtExpr *E)
{
    const CompoundStmt *Body = E->getSubStmt();
    bool HasValue = !E->getType()->isVoidType() && !Body->body_empty();
    const Expr *Last = HasValue ? dyn_cast<Expr>(Body->body_back()) : nullptr;
    if (Last == nullptr) {
        compound(Body);
        return E->getType()->isVoidType() ? ir_none() : unknown(E, "statement expression");
    }
    for (const Stmt *Child : Body->body()) {
        if (Child != Last)
            statement(Child);
    }
    return value(Last);
}

/* ---- macros with facts ---- */

std::optional<unsigned>
FunctionLowering::macroOf(const Expr *&E)
{
    const Expr *Inner = E;
    for (;;) {
        if (std::optional<unsigned> Index = Unit.Macros.madeInto(Inner)) {
            E = Inner;
            return Index;
        }
        const auto *Cast = dyn_cast<ImplicitCastExpr>(Inner);
        if (Cast != nullptr && Cast->getCastKind() == CK_LValueToRValue)
            Inner = Cast->getSubExpr();
        else if (const auto *Paren = dyn_cast<ParenExpr>(Inner))
            Inner = Paren->getSubExpr();
        else
            return std::nullopt;
    }
}

ir_operand
FunctionLowering::macro(unsigned Index, llvm::ArrayRef<const Stmt *> Nodes)
{
    const MacroExpansion &Expansion = Unit.Macros[Index];
    llvm::SmallVector<const Expr *, 8> Found = Unit.Macros.arguments(Index, Nodes);
    llvm::SmallVector<ir_operand, 8> Arguments;
    const auto *Expression = dyn_cast<Expr>(Nodes.front());
    SourceLocation Location = Nodes.front()->getBeginLoc();
    Unit.Macros.enter(Index);
    for (size_t I = 0; I < Found.size(); I++) {
        at(Location);
        Arguments.push_back(macroArgument(Expansion.Arguments[I], Found[I]));
    }
    Unit.Macros.leave();
    at(Location);
    bool HasValue = Expression != nullptr && !Expression->getType()->isVoidType();
    ir_operand Result =
        ir_build_call(Builder, Unit.macro(Expansion.Name, Expansion.Info), Arguments.data(), Arguments.size(),
                      HasValue ? type(Expression->getType()) : ir_type_id{0});
    return HasValue ? Result : ir_none();
}

ir_operand
FunctionLowering::macroArgument(const MacroArgument &Argument, const Expr *Found)
{
    if (Found == nullptr && !Argument.IsEmpty && Argument.First.getLocation() == Argument.Last.getLocation())
        return macroToken(Argument.First);
    if (Found == nullptr)
        return ir_build_unknown(Builder, "argument of a macro", type(Unit.Context.IntTy));
    /* The macro's body converts the argument; as spelled it is not converted. */
    while (const auto *Cast = dyn_cast<ImplicitCastExpr>(Found)) {
        if (Cast->getCastKind() == CK_LValueToRValue || Cast->getCastKind() == CK_ArrayToPointerDecay ||
            Cast->getCastKind() == CK_FunctionToPointerDecay || Cast->getCastKind() == CK_NullToPointer)
            break;
        Found = Cast->getSubExpr();
    }
    ir_operand Value = value(Found);
    if (Value.kind != IR_OPERAND_NONE)
        return Value;
    return ir_build_unknown(Builder, "argument without a value", type(Unit.Context.IntTy));
}

ir_operand
FunctionLowering::variableValue(const VarDecl *Variable)
{
    ir_place Place = variable(Variable);
    QualType Type = Variable->getType();
    if (Type->isArrayType())
        return ir_build_address(Builder, Place, type(Unit.Context.getArrayDecayedType(Type)));
    return load(Type, Place);
}

/// An argument that the macro's body does not use is not in the AST: a number or a variable can be told by
/// its token.
ir_operand
FunctionLowering::macroToken(const Token &Token)
{
    if (Token.is(tok::numeric_constant)) {
        uint64_t Number;
        llvm::StringRef Text(Token.getLiteralData(), Token.getLength());
        if (!Text.rtrim("uUlL").getAsInteger(0, Number))
            return ir_constant((int64_t)Number);
    }
    if (const IdentifierInfo *Name = Token.is(tok::identifier) ? Token.getIdentifierInfo() : nullptr) {
        auto Known = LocalNames.find(Name->getName());
        if (Known != LocalNames.end())
            return variableValue(Known->second);
        for (const NamedDecl *Declaration : Unit.Context.getTranslationUnitDecl()->lookup(Name)) {
            if (const auto *Variable = dyn_cast<VarDecl>(Declaration))
                return variableValue(Variable);
            if (const auto *Constant = dyn_cast<EnumConstantDecl>(Declaration))
                return ir_constant(irInteger(Constant->getInitVal()).value_or(0));
            if (const auto *Function = dyn_cast<FunctionDecl>(Declaration))
                return ir_function_address(Unit.function(Function));
        }
    }
    return ir_build_unknown(Builder, "argument of a macro", type(Unit.Context.IntTy));
}

} // namespace dmalint
