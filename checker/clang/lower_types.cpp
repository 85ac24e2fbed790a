#include "lower_types.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

using namespace clang;

namespace dmalint
{

TypeLowering::TypeLowering(const ASTContext &TheContext, PositionMap &ThePositions, ir_builder *TheBuilder)
    : Context(TheContext), Positions(ThePositions), Builder(TheBuilder)
{
}

ir_type_id
TypeLowering::type(QualType Type)
{
    const clang::Type *Base = Type->getBaseElementTypeUnsafe();
    if (const auto *Record = Base->getAs<RecordType>())
        complete(Record->getDecl());
    return reference(Type);
}

ir_type_id
TypeLowering::reference(QualType Type)
{
    const clang::Type *Canonical = Type.getCanonicalType().getTypePtr();
    auto Found = Types.find(Canonical);
    if (Found != Types.end())
        return {Found->second};
    ir_type_id Id = make(Canonical);
    Types[Canonical] = Id.index;
    return Id;
}

ir_type_id
TypeLowering::make(const clang::Type *Type)
{
    if (Type->isDependentType() || Type->isUndeducedType())
        return ir_build_other_type(Builder);
    if (Type->isVoidType())
        return {0};
    if (const auto *Enum = dyn_cast<EnumType>(Type)) {
        QualType Integer = Enum->getDecl()->getIntegerType();
        return Integer.isNull() ? reference(Context.UnsignedIntTy) : reference(Integer);
    }
    if (Type->isIntegerType())
        return ir_build_integer(Builder, Context.getTypeSize(Type), Type->isSignedIntegerType());
    if (Type->isRealFloatingType())
        return ir_build_floating(Builder, Context.getTypeSize(Type));
    if (Type->isPointerType())
        return ir_build_pointer(Builder, reference(Type->getPointeeType()));
    if (const auto *Constant = dyn_cast<ConstantArrayType>(Type))
        return ir_build_array(Builder, reference(Constant->getElementType()), Constant->getZExtSize());
    if (const auto *Array = dyn_cast<ArrayType>(Type))
        return ir_build_array(Builder, reference(Array->getElementType()), 0);
    if (const auto *Record = dyn_cast<RecordType>(Type))
        return ir_build_record_type(Builder, declare(Record->getDecl()));
    if (const auto *Function = dyn_cast<FunctionType>(Type))
        return makeFunction(Function);
    if (const auto *Atomic = dyn_cast<AtomicType>(Type))
        return reference(Atomic->getValueType());
    return ir_build_other_type(Builder);
}

ir_type_id
TypeLowering::makeFunction(const FunctionType *Type)
{
    llvm::SmallVector<ir_type_id, 8> Parameters;
    const auto *Prototype = dyn_cast<FunctionProtoType>(Type);
    if (Prototype != nullptr) {
        for (QualType Parameter : Prototype->param_types())
            Parameters.push_back(reference(Parameter));
    }
    return ir_build_function_type(Builder, reference(Type->getReturnType()), Parameters.data(),
                                  Parameters.size(), Prototype == nullptr || Prototype->isVariadic());
}

/// A record without tag or typedef has no name, unless it comes from a macro: two of one expansion would
/// otherwise have the same name and position.
name
TypeLowering::recordName(const RecordDecl *Record)
{
    interner *Names = ir_builder_program(Builder)->names;
    llvm::StringRef Name = Record->getName();
    if (Name.empty()) {
        if (const TypedefNameDecl *Typedef = Record->getTypedefNameForAnonDecl())
            Name = Typedef->getName();
    }
    if (!Name.empty() || !Record->getLocation().isMacroID())
        return intern_n(Names, Name.data(), Name.size());
    const SourceManager &Sources = Context.getSourceManager();
    SourceLocation Spelling = Sources.getSpellingLoc(Record->getLocation());
    std::string Made = ("anonymous_" + llvm::Twine(Sources.getSpellingLineNumber(Spelling)) + "_" +
                        llvm::Twine(Sources.getSpellingColumnNumber(Spelling)))
                           .str();
    return intern(Names, Made.c_str());
}

ir_record_id
TypeLowering::declare(const RecordDecl *Record)
{
    const Decl *Key = Record->getCanonicalDecl();
    auto Found = Records.find(Key);
    if (Found != Records.end())
        return {Found->second};

    const RecordDecl *Definition = Record->getDefinition();
    ir_position Position = {{IR_NONE}, 0, 0};
    if (Definition != nullptr)
        Position = Positions.position(Definition->getLocation());
    name Name = recordName(Definition != nullptr ? Definition : Record);
    ir_record_id Id = ir_build_record(Builder, Name, Position, Record->isUnion());
    /* Two definitions at one place under one name: only a macro can do that. The later one gets a name of its
     * own. */
    for (unsigned Copy = 2; Definition != nullptr && !Taken.insert(Id.index).second; Copy++) {
        interner *Names = ir_builder_program(Builder)->names;
        std::string Made = (llvm::Twine(intern_text(Names, Name)) + "_" + llvm::Twine(Copy)).str();
        Id = ir_build_record(Builder, intern(Names, Made.c_str()), Position, Record->isUnion());
    }
    Records[Key] = Id.index;
    return Id;
}

void
TypeLowering::complete(const RecordDecl *Record)
{
    const RecordDecl *Definition = Record->getDefinition();
    if (Definition == nullptr || !Completed.insert(Definition->getCanonicalDecl()).second)
        return;
    ir_record_id Id = declare(Definition);
    llvm::SmallVector<ir_field, 32> Fields;
    for (const FieldDecl *Field : Definition->fields()) {
        llvm::StringRef Name = Field->getName();
        name FieldName = intern_n(ir_builder_program(Builder)->names, Name.data(), Name.size());
        Fields.push_back({FieldName, type(Field->getType())});
    }
    ir_build_fields(Builder, Id, Fields.data(), Fields.size());
}

ir_record_id
TypeLowering::record(const RecordDecl *Record)
{
    complete(Record);
    return declare(Record);
}

} // namespace dmalint
