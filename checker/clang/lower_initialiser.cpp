#include "lower_initialiser.h"

#include <vector>

using namespace clang;

namespace dmalint
{

namespace
{

class InitialiserLowering
{
  public:
    InitialiserLowering(UnitLowering &TheUnit, ir_global_id TheGlobal) : Unit(TheUnit), Global(TheGlobal)
    {
    }

    void run(QualType Type, const Expr *Initialiser);

  private:
    struct Scalar {
        std::vector<ir_step> Steps;
        ir_operand Operand;
    };

    bool canHoldAddress(QualType Type);
    unsigned countScalars(const Expr *Initialiser);
    void walk(QualType Type, const Expr *Initialiser);
    void walkList(QualType Type, const InitListExpr *List);
    void walkArray(const ArrayType *Array, const InitListExpr *List);
    void walkField(const RecordDecl *Record, const FieldDecl *Field, const Expr *Initialiser);
    void scalar(const Expr *Initialiser);
    ir_operand address(APValue::LValueBase Base);
    void flush(bool KeepNumbers);

    UnitLowering &Unit;
    ir_global_id Global;
    bool IsLarge = false;
    std::vector<ir_step> Path;
    std::vector<Scalar> Row;
};

} // namespace

bool
InitialiserLowering::canHoldAddress(QualType Type)
{
    const clang::Type *Base = Type->getBaseElementTypeUnsafe();
    if (const auto *Record = Base->getAs<RecordType>()) {
        for (const FieldDecl *Field : Record->getDecl()->fields()) {
            if (canHoldAddress(Field->getType()))
                return true;
        }
        return false;
    }
    return Base->isPointerType();
}

unsigned
InitialiserLowering::countScalars(const Expr *Initialiser)
{
    const auto *List = dyn_cast<InitListExpr>(Initialiser);
    if (List == nullptr)
        return 1;
    unsigned Count = 0;
    for (const Expr *Element : List->inits()) {
        Count += Element != nullptr ? countScalars(Element) : 0;
        if (Count > LargestWholeTable)
            break;
    }
    return Count;
}

void
InitialiserLowering::run(QualType Type, const Expr *Initialiser)
{
    IsLarge = countScalars(Initialiser) > LargestWholeTable;
    if (IsLarge && !canHoldAddress(Type))
        return;
    walk(Type, Initialiser);
    flush(!IsLarge);
}

void
InitialiserLowering::walk(QualType Type, const Expr *Initialiser)
{
    Initialiser = Initialiser->IgnoreParens();
    if (const auto *Constant = dyn_cast<ConstantExpr>(Initialiser))
        Initialiser = Constant->getSubExpr();
    if (const auto *List = dyn_cast<InitListExpr>(Initialiser)) {
        walkList(Type, List);
    } else if (const auto *Update = dyn_cast<DesignatedInitUpdateExpr>(Initialiser)) {
        walk(Type, Update->getBase());
        walkList(Type, Update->getUpdater());
    } else if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(Initialiser->IgnoreImpCasts());
               Literal != nullptr && (Type->isRecordType() || Type->isArrayType())) {
        walk(Type, Literal->getInitializer());
    } else if (!Type->isRecordType() && !Type->isArrayType() &&
               !isa<ImplicitValueInitExpr, NoInitExpr>(Initialiser)) {
        scalar(Initialiser);
    }
}

void
InitialiserLowering::walkList(QualType Type, const InitListExpr *List)
{
    if (List->isTransparent() || (!Type->isRecordType() && !Type->isArrayType())) {
        if (List->getNumInits() == 1)
            walk(Type, List->getInit(0));
        return;
    }
    if (const ArrayType *Array = Type->getAsArrayTypeUnsafe()) {
        walkArray(Array, List);
        return;
    }
    const RecordDecl *Record = Type->castAs<RecordType>()->getDecl()->getDefinition();
    if (Record == nullptr)
        return;
    if (Record->isUnion()) {
        if (const FieldDecl *Field = List->getInitializedFieldInUnion(); Field && List->getNumInits() == 1)
            walkField(Record, Field, List->getInit(0));
        return;
    }
    unsigned Index = 0;
    for (const FieldDecl *Field : Record->fields()) {
        if (Field->isUnnamedBitField())
            continue;
        if (Index == List->getNumInits())
            break;
        walkField(Record, Field, List->getInit(Index++));
    }
}

void
InitialiserLowering::walkArray(const ArrayType *Array, const InitListExpr *List)
{
    bool AreRows = Path.empty();
    for (unsigned Index = 0; Index < List->getNumInits(); Index++) {
        ir_step Step = {IR_STEP_ELEMENT, 0, {IR_NONE}, ir_constant(Index)};
        Path.push_back(Step);
        if (const Expr *Element = List->getInit(Index))
            walk(Array->getElementType(), Element);
        Path.pop_back();
        if (AreRows)
            flush(!IsLarge);
    }
}

void
InitialiserLowering::walkField(const RecordDecl *Record, const FieldDecl *Field, const Expr *Initialiser)
{
    if (Initialiser == nullptr)
        return;
    ir_step Step = {IR_STEP_FIELD, Field->getFieldIndex(), Unit.Types.record(Record), ir_none()};
    Path.push_back(Step);
    walk(Field->getType(), Initialiser);
    Path.pop_back();
}

/// The address of a part of an object counts as that of the object.
ir_operand
InitialiserLowering::address(APValue::LValueBase Base)
{
    ir_operand Operand = ir_none();
    if (const auto *Declaration = Base.dyn_cast<const ValueDecl *>()) {
        if (const auto *Function = dyn_cast<FunctionDecl>(Declaration)) {
            Operand = ir_function_address(Unit.function(Function));
        } else if (const auto *Variable = dyn_cast<VarDecl>(Declaration)) {
            Operand.kind = IR_OPERAND_GLOBAL;
            Operand.global = Unit.global(Variable);
        }
    } else if (const auto *Expression = Base.dyn_cast<const Expr *>()) {
        if (const auto *Text = dyn_cast<clang::StringLiteral>(Expression)) {
            if (Text->getCharByteWidth() == 1) {
                Operand.kind = IR_OPERAND_STRING;
                Operand.string = Unit.text(Text->getString());
            }
        } else if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(Expression)) {
            Operand.kind = IR_OPERAND_GLOBAL;
            Operand.global = Unit.literal(Literal);
        }
    }
    return Operand;
}

void
InitialiserLowering::scalar(const Expr *Initialiser)
{
    ir_operand Operand = ir_none();
    Expr::EvalResult Result;
    if (const auto *Number = dyn_cast<IntegerLiteral>(Initialiser->IgnoreImpCasts())) {
        if (Number->getValue().getActiveBits() < 64)
            Operand = ir_constant(Number->getValue().getZExtValue());
    } else if (!Initialiser->isValueDependent() && !Initialiser->containsErrors() &&
               Initialiser->EvaluateAsRValue(Result, Unit.Context, true)) {
        if (Result.Val.isInt() && Result.Val.getInt().getBitWidth() <= 64) {
            llvm::APSInt Value = Result.Val.getInt();
            Operand = ir_constant(Value.isSigned() ? Value.getSExtValue() : (int64_t)Value.getZExtValue());
        } else if (Result.Val.isLValue() && Result.Val.getLValueBase()) {
            Operand = address(Result.Val.getLValueBase());
        } else if (Result.Val.isLValue()) {
            Operand = ir_constant(Result.Val.getLValueOffset().getQuantity());
        }
    }
    if (Operand.kind == IR_OPERAND_NONE || (Operand.kind == IR_OPERAND_CONSTANT && Operand.constant == 0))
        return;
    Row.push_back({Path, Operand});
}

void
InitialiserLowering::flush(bool KeepNumbers)
{
    for (const Scalar &Entry : Row)
        KeepNumbers |= Entry.Operand.kind == IR_OPERAND_FUNCTION || Entry.Operand.kind == IR_OPERAND_GLOBAL;
    for (const Scalar &Entry : Row) {
        if (KeepNumbers)
            ir_build_initialiser(Unit.Builder, Global, Entry.Steps.data(), Entry.Steps.size(), Entry.Operand);
    }
    Row.clear();
}

void
lowerInitialiser(UnitLowering &Unit, ir_global_id Global, QualType Type, const Expr *Initialiser)
{
    InitialiserLowering(Unit, Global).run(Type, Initialiser);
}

} // namespace dmalint
