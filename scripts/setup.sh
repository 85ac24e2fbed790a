# shellcheck shell=sh disable=SC2154
# Sourced by the commands in this folder: installs what is missing, and builds. Needs 'root', the project's folder.

packages='ca-certificates clang-19 clang-tidy-19 clang-tools-19 cmake git libclang-19-dev libclang-cpp19-dev libclang-rt-19-dev libcmocka-dev
libfyaml-dev libjansson-dev libxxhash-dev llvm-19-dev llvm-19-tools make ninja-build pkg-config python3 uthash-dev'

say() {
    printf 'dmalint: %s\n' "$*" >&2
}

# The packages that are not installed, on one line.
missing_packages() {
    for package in $packages; do
        case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
        *' installed') ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

# Where there is no apt: what the build and the tests need and cannot find, as words for a person.
missing_tools() {
    for tool in clang-19 clang++-19 clang-tidy-19 cmake git make ninja pkg-config python3 scan-build-19; do
        command -v "$tool" >/dev/null 2>&1 || printf '  the command %s\n' "$tool"
    done
    if command -v pkg-config >/dev/null 2>&1; then
        for module in libfyaml jansson libxxhash cmocka; do
            pkg-config --exists "$module" 2>/dev/null || printf '  the library %s with its headers (and its .pc file)\n' "$module"
        done
    else
        printf '  the libraries libfyaml, jansson, libxxhash and cmocka with their headers\n'
    fi
    if command -v clang-19 >/dev/null 2>&1; then
        echo '#include <uthash.h>' | clang-19 -E -x c - >/dev/null 2>&1 || printf '  the header uthash.h\n'
    else
        printf '  the header uthash.h\n'
    fi
    llvm=${LLVM_DIR:-/usr/lib/llvm-19/lib/cmake/llvm}
    [ -e "$llvm/LLVMConfig.cmake" ] ||
        printf '  LLVM 19 with its headers: there is no %s/LLVMConfig.cmake (LLVM_DIR can name another folder)\n' "$llvm"
    [ -e "$llvm/../clang/ClangConfig.cmake" ] ||
        printf '  Clang 19 with its headers: there is no %s/ClangConfig.cmake\n' "${llvm%/*}/clang"
    lit=${DMALINT_LIT:-/usr/lib/llvm-19/build/utils/lit/lit.py}
    [ -e "$lit" ] || printf '  the test runner of LLVM: there is no %s (DMALINT_LIT can name another)\n' "$lit"
}

install_missing() {
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        lacking=$(missing_tools)
        if [ -n "$lacking" ]; then
            say 'this system has no apt; please install these by hand:'
            printf '%s\n' "$lacking" >&2
            exit 1
        fi
        return 0
    fi
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    say "installing $missing"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say "these packages are missing, and installing them takes root: $missing"
            exit 1
        fi
        as_root=sudo
    fi
    # shellcheck disable=SC2086
    if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $missing; } >&2; then
        say "could not install: $missing"
        exit 1
    fi
}

# build PRESET: configures and builds; quiet unless it fails.
build() {
    mkdir -p "$root/build"
    log=$root/build/$1.log
    say "building the $1 preset; the log is build/$1.log"
    if ! { (cd "$root" && cmake --preset "$1" && cmake --build --preset "$1" -j "${JOBS:-$(nproc)}"); } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        say "the $1 build failed; the whole log is $log"
        exit 1
    fi
}
