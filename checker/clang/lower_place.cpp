#include "lower_statement.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace dmalint
{

/* ---- places of lvalues ---- */

ir_place
FunctionLowering::variable(const VarDecl *Variable)
{
    if (Variable->hasLocalStorage())
        return ir_build_place_local(Builder, local(Variable));
    return ir_build_place_global(Builder, Unit.global(Variable));
}

ir_place
FunctionLowering::unknownPlace(const Expr *E, const char *Reason)
{
    at(E);
    ir_type_id Pointer = ir_build_pointer(Builder, type(E->getType()));
    return ir_build_place_pointer(Builder, ir_build_unknown(Builder, Reason, Pointer).value);
}

/// The place of an lvalue, or of the temporary that holds a struct which is no lvalue.
ir_place
FunctionLowering::place(const Expr *E)
{
    E = E->IgnoreParens(); // also __extension__, _Generic and __builtin_choose_expr
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) // newer versions have these in C, too
        E = Temporary->getSubExpr();
    switch (E->getStmtClass()) {
    case Stmt::DeclRefExprClass:
        if (const auto *Variable = dyn_cast<VarDecl>(cast<DeclRefExpr>(E)->getDecl()))
            return variable(Variable);
        return pointeeOfValue(E);
    case Stmt::MemberExprClass:
        return member(cast<MemberExpr>(E));
    case Stmt::ArraySubscriptExprClass: {
        const auto *Subscript = cast<ArraySubscriptExpr>(E);
        QualType Base = Subscript->getBase()->getType();
        if (!Base->isPointerType())
            return unknownPlace(E, "element of a vector");
        return element(Subscript->getBase(), Subscript->getIdx());
    }
    case Stmt::UnaryOperatorClass:
        if (cast<UnaryOperator>(E)->getOpcode() == UO_Deref)
            return pointee(cast<UnaryOperator>(E)->getSubExpr());
        return unknownPlace(E, "part of a complex number");
    case Stmt::CompoundLiteralExprClass:
        return assembled(E, cast<CompoundLiteralExpr>(E)->getInitializer());
    case Stmt::StringLiteralClass:
    case Stmt::PredefinedExprClass:
        return pointeeOfValue(E);
    case Stmt::BinaryOperatorClass: {
        const auto *Operator = cast<BinaryOperator>(E);
        if (Operator->getOpcode() != BO_Comma)
            break;
        effect(Operator->getLHS());
        return place(Operator->getRHS());
    }
    default:
        break;
    }
    if (E->getType()->isRecordType())
        return recordPlace(E);
    return unknownPlace(E, E->getStmtClassName());
}

ir_place
FunctionLowering::member(const MemberExpr *E)
{
    const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
    ir_place Base = E->isArrow() ? pointee(E->getBase()) : place(E->getBase());
    if (Field == nullptr)
        return unknownPlace(E, "member");
    return ir_build_place_field(Builder, Base, Unit.Types.record(Field->getParent()), Field->getFieldIndex());
}

/// The pointer without parentheses and casts that change nothing, down to a macro's value.
const Expr *
FunctionLowering::barePointer(const Expr *Pointer)
{
    for (;;) {
        const Expr *Inner = Pointer;
        const auto *Cast = dyn_cast<CastExpr>(Pointer);
        if (macroOf(Inner))
            return Pointer;
        if (Cast != nullptr && (Cast->getCastKind() == CK_NoOp || Cast->getCastKind() == CK_BitCast) &&
            type(Cast->getSubExpr()->getType()).index == type(Cast->getType()).index)
            Inner = Cast->getSubExpr();
        else
            Inner = withoutParentheses(Pointer);
        if (Inner == Pointer)
            return Pointer;
        Pointer = Inner;
    }
}

static bool
isCast(const Expr *E, CastKind Kind)
{
    const auto *Cast = dyn_cast<ImplicitCastExpr>(E);
    return Cast != nullptr && Cast->getCastKind() == Kind;
}

/// An element of an array in a place, or of what a pointer points to. Where that is an array itself, the
/// pointer is moved: an element of the pointee would be one of the array's.
ir_place
FunctionLowering::element(const Expr *Base, const Expr *Index)
{
    Base = barePointer(Base);
    const Expr *Inner = Base;
    bool IsMacro = macroOf(Inner).has_value();
    if (isCast(Base, CK_ArrayToPointerDecay) && !IsMacro) {
        ir_place Array = place(cast<CastExpr>(Base)->getSubExpr());
        return ir_build_place_element(Builder, Array, value(Index));
    }
    QualType Pointee = Base->getType()->getPointeeType();
    if (!Pointee.isNull() && Pointee->isArrayType()) {
        ir_operand Pointer = value(Base);
        ir_operand Distance = value(Index);
        at(Base);
        Pointer = ir_build_binary(Builder, IR_OPERATOR_ADD, Pointer, Distance, type(Base->getType()));
        return ir_build_place_pointer(Builder, Pointer.value);
    }
    ir_place First = isCast(Base, CK_LValueToRValue) ? pointee(Base) : pointeeOfValue(Base);
    return ir_build_place_element(Builder, First, value(Index));
}

/// What a pointer points to, as a longer place where the pointer itself is loaded from one.
ir_place
FunctionLowering::pointee(const Expr *Pointer)
{
    const Expr *Bare = barePointer(Pointer);
    if (const Expr *Inner = Bare; macroOf(Inner))
        return pointeeOfValue(Pointer);
    if (isCast(Bare, CK_LValueToRValue))
        return ir_build_place_deref(Builder, place(cast<CastExpr>(Bare)->getSubExpr()));
    if (isCast(Bare, CK_ArrayToPointerDecay)) {
        const Expr *Array = cast<CastExpr>(Bare)->getSubExpr();
        if (!isa<clang::StringLiteral>(Array->IgnoreParens()))
            return ir_build_place_element(Builder, place(Array), ir_constant(0));
    }
    const auto *Unary = dyn_cast<UnaryOperator>(Bare);
    if (Unary != nullptr && Unary->getOpcode() == UO_AddrOf && !Unary->getType()->isFunctionPointerType())
        return place(Unary->getSubExpr());
    const auto *Sum = dyn_cast<BinaryOperator>(Bare);
    if (Sum != nullptr && Sum->getOpcode() == BO_Add) {
        bool IsSwapped = Sum->getRHS()->getType()->isPointerType();
        return element(IsSwapped ? Sum->getRHS() : Sum->getLHS(), IsSwapped ? Sum->getLHS() : Sum->getRHS());
    }
    return pointeeOfValue(Pointer);
}

ir_place
FunctionLowering::pointeeOfValue(const Expr *Pointer)
{
    ir_operand Value = value(Pointer);
    at(Pointer);
    if (Value.kind != IR_OPERAND_VALUE) { // a number, a function or a string
        QualType Type = Pointer->getType();
        ir_type_id Made = Type->isPointerType() ? type(Type) : ir_build_pointer(Builder, type(Type));
        Value = ir_build_cast(Builder, Value, Made);
    }
    return ir_build_place_pointer(Builder, Value.value);
}

/* ---- structs that are no lvalues ---- */

ir_place
FunctionLowering::assembled(const Expr *E, const Expr *Initialiser)
{
    ir_place Place = temporary(E->getType());
    initialise(Place, E->getType(), Initialiser, /*IsZeroed=*/false);
    return Place;
}

ir_place
FunctionLowering::conditionalPlace(const AbstractConditionalOperator *E)
{
    ir_place Place = temporary(E->getType());
    ir_block_id Then = ir_build_block(Builder);
    ir_block_id Else = ir_build_block(Builder);
    ir_block_id End = ir_build_block(Builder);
    condition(E->getCond(), Then, Else);
    for (bool IsThen : {true, false}) {
        ir_build_enter(Builder, IsThen ? Then : Else);
        assign(Place, IsThen ? E->getTrueExpr() : E->getFalseExpr());
        at(E);
        jump(End);
    }
    ir_build_enter(Builder, End);
    return Place;
}

ir_place
FunctionLowering::recordPlace(const Expr *E)
{
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
        switch (Cast->getCastKind()) {
        case CK_LValueToRValue:
        case CK_NoOp:
        case CK_AtomicToNonAtomic:
        case CK_NonAtomicToAtomic:
            return place(Cast->getSubExpr());
        case CK_ToUnion: {
            ir_place Place = temporary(E->getType());
            const FieldDecl *Field = Cast->getTargetUnionField();
            ir_record_id Record = Unit.Types.record(Field->getParent());
            initialise(ir_build_place_field(Builder, Place, Record, Field->getFieldIndex()), Field->getType(),
                       Cast->getSubExpr(), /*IsZeroed=*/false);
            return Place;
        }
        default:
            return unknownPlace(E, "cast of a struct");
        }
    }
    if (const auto *Operator = dyn_cast<BinaryOperator>(E); Operator && Operator->isAssignmentOp()) {
        ir_place Place = place(Operator->getLHS());
        assign(Place, Operator->getRHS());
        return Place;
    }
    if (const auto *Conditional = dyn_cast<AbstractConditionalOperator>(E))
        return conditionalPlace(Conditional);
    if (isa<InitListExpr, ImplicitValueInitExpr, DesignatedInitUpdateExpr>(E))
        return assembled(E, E);
    /* A call, a statement expression, va_arg: a value, which a temporary keeps. */
    ir_operand Value = value(E);
    ir_place Place = temporary(E->getType());
    at(E);
    ir_build_store(Builder, Place, Value, type(E->getType()));
    return Place;
}

/* ---- giving places their contents ---- */

void
FunctionLowering::assign(ir_place To, const Expr *From)
{
    bool IsWhole = From->getType()->isRecordType();
    const Expr *Inner = From;
    if (IsWhole && !isa<CallExpr, StmtExpr, VAArgExpr>(From->IgnoreParens()) && !macroOf(Inner)) {
        ir_place Source = place(From);
        at(From);
        ir_build_copy(Builder, To, Source, type(From->getType()));
        return;
    }
    ir_operand Value = value(From);
    at(From);
    ir_build_store(Builder, To, Value, type(From->getType()));
}

void
FunctionLowering::initialise(ir_place To, QualType Type, const Expr *From, bool IsZeroed)
{
    if (const auto *Constant = dyn_cast<ConstantExpr>(From))
        From = Constant->getSubExpr();
    if (const auto *List = dyn_cast<InitListExpr>(From->IgnoreParens())) {
        bool IsWhole = Type->isRecordType() || Type->isArrayType();
        if (List->isTransparent() || !IsWhole) {
            if (List->getNumInits() == 1)
                initialise(To, Type, List->getInit(0), IsZeroed);
            return;
        }
        if (!IsZeroed) {
            at(From);
            ir_build_zero(Builder, To, type(Type));
        }
        initialiseList(To, Type, List);
    } else if (isa<ImplicitValueInitExpr>(From)) {
        at(From);
        if (!IsZeroed)
            ir_build_zero(Builder, To, type(Type));
    } else if (const auto *Update = dyn_cast<DesignatedInitUpdateExpr>(From)) {
        initialise(To, Type, Update->getBase(), IsZeroed);
        initialise(To, Type, Update->getUpdater(), /*IsZeroed=*/true);
    } else if (isa<NoInitExpr>(From)) {
        return;
    } else if (Type->isArrayType()) { // of characters, from a string; or GNU C's from a compound literal
        ir_place Source = place(From->IgnoreParenImpCasts());
        at(From);
        ir_build_copy(Builder, To, Source, type(Type));
    } else {
        assign(To, From);
    }
}

void
FunctionLowering::initialiseList(ir_place To, QualType Type, const InitListExpr *List)
{
    if (const ArrayType *Array = Type->getAsArrayTypeUnsafe()) {
        for (unsigned Index = 0; Index < List->getNumInits(); Index++) {
            if (const Expr *Element = List->getInit(Index))
                initialise(ir_build_place_element(Builder, To, ir_constant(Index)), Array->getElementType(),
                           Element, /*IsZeroed=*/true);
        }
        return;
    }
    const RecordDecl *Record = Type->castAs<RecordType>()->getDecl()->getDefinition();
    unsigned Index = 0;
    for (const FieldDecl *Field : Record->fields()) {
        bool IsSkipped =
            Record->isUnion() ? Field != List->getInitializedFieldInUnion() : Field->isUnnamedBitField();
        if (IsSkipped)
            continue;
        if (Index == List->getNumInits())
            break;
        const Expr *Element = List->getInit(Index++);
        ir_record_id Owner = Unit.Types.record(Record);
        initialise(ir_build_place_field(Builder, To, Owner, Field->getFieldIndex()), Field->getType(),
                   Element,
                   /*IsZeroed=*/true);
    }
}

} // namespace dmalint
