# shellcheck shell=sh disable=SC2154
# Sourced by the commands in this folder: installs what is missing, and builds. Needs 'root', the project's folder.

packages='ca-certificates clang-19 cmake git libclang-19-dev libclang-cpp19-dev libclang-rt-19-dev libcmocka-dev
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

# Where there is no apt: what the build needs and cannot find, as words for a person.
missing_tools() {
    for tool in clang-19 clang++-19 cmake ninja pkg-config python3; do
        command -v "$tool" >/dev/null 2>&1 || printf '  the command %s\n' "$tool"
    done
    for module in libfyaml jansson libxxhash cmocka; do
        pkg-config --exists "$module" 2>/dev/null || printf '  the library %s with its headers\n' "$module"
    done
    [ -e /usr/include/uthash.h ] || [ -e /usr/local/include/uthash.h ] || printf '  the header uthash.h\n'
}

install_missing() {
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        lacking=$(missing_tools)
        if [ -n "$lacking" ]; then
            say 'this system has no apt; please install these, and LLVM and Clang 19 with their headers, by hand:'
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
