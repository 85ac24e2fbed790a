/* What differs between the versions of Clang that the adapter is built with; no other file asks for a
 * version. */
#ifndef DMALINT_CLANG_CLANG_COMPAT_H
#define DMALINT_CLANG_CLANG_COMPAT_H

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticIDs.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace dmalint
{

/// An engine that gives everything to 'Consumer', which it does not own.
inline llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine>
makeDiagnostics(clang::DiagnosticConsumer *Consumer)
{
    return new clang::DiagnosticsEngine(new clang::DiagnosticIDs(), new clang::DiagnosticOptions(), Consumer,
                                        /*ShouldOwnClient=*/false);
}

/// Gives the compiler an engine of the same kind.
inline void
createDiagnostics(clang::CompilerInstance &Compiler, llvm::vfs::FileSystem &Files,
                  clang::DiagnosticConsumer *Consumer)
{
#if CLANG_VERSION_MAJOR >= 20
    Compiler.createDiagnostics(Files, Consumer, /*ShouldOwnClient=*/false);
#else
    (void)Files;
    Compiler.createDiagnostics(Consumer, /*ShouldOwnClient=*/false);
#endif
}

} // namespace dmalint
#endif
