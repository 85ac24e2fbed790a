/* Static initialisers: the addresses and non-zero integers in them, each with its path in the object. */
#ifndef DMALINT_CLANG_LOWER_INITIALISER_H
#define DMALINT_CLANG_LOWER_INITIALISER_H

#include "lower_unit.h"

namespace dmalint
{

/// A table of more scalars than this keeps only the rows that hold an address.
constexpr unsigned LargestWholeTable = 4096;

void lowerInitialiser(UnitLowering &Unit, ir_global_id Global, clang::QualType Type,
                      const clang::Expr *Initialiser);

} // namespace dmalint
#endif
