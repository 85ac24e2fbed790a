/* What differs between the versions of Clang that the adapter is built with, 19 and 22; no other file asks
 * for a version. */
#ifndef DMALINT_CLANG_CLANG_COMPAT_H
#define DMALINT_CLANG_CLANG_COMPAT_H

#include <memory>

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticIDs.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/Support/VirtualFileSystem.h"
#if CLANG_VERSION_MAJOR >= 22
#include "clang/Driver/CreateInvocationFromArgs.h"
#else
#include "clang/Frontend/Utils.h"
#endif

namespace dmalint
{

/// An engine that gives everything to 'Consumer', which it does not own, and may refer to 'Options'.
inline llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine>
makeDiagnostics(clang::DiagnosticOptions &Options, clang::DiagnosticConsumer *Consumer)
{
#if CLANG_VERSION_MAJOR >= 21
    return llvm::makeIntrusiveRefCnt<clang::DiagnosticsEngine>(clang::DiagnosticIDs::create(), Options,
                                                               Consumer, /*ShouldOwnClient=*/false);
#else
    return new clang::DiagnosticsEngine(new clang::DiagnosticIDs(), new clang::DiagnosticOptions(Options),
                                        Consumer, /*ShouldOwnClient=*/false);
#endif
}

/// A compiler that reads 'Files' and gives its diagnostics to 'Consumer', which it does not own.
inline std::unique_ptr<clang::CompilerInstance>
makeCompiler(std::shared_ptr<clang::CompilerInvocation> Invocation,
             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files, clang::DiagnosticConsumer *Consumer)
{
#if CLANG_VERSION_MAJOR >= 22
    auto Compiler = std::make_unique<clang::CompilerInstance>(std::move(Invocation));
    Compiler->setVirtualFileSystem(Files);
    Compiler->createDiagnostics(Consumer, /*ShouldOwnClient=*/false);
    Compiler->createFileManager();
#else
    auto Compiler = std::make_unique<clang::CompilerInstance>();
    Compiler->setInvocation(std::move(Invocation));
    Compiler->createDiagnostics(Consumer, /*ShouldOwnClient=*/false);
    Compiler->createFileManager(Files);
#endif
    return Compiler;
}

} // namespace dmalint
#endif
