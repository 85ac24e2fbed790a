"""Checks the shape of checker/: test_layout.py CHECK COMPILER, run in the project's folder.

layers   every #include goes where checker/LAYERS lets it go
names    no function or macro that the facts know stands in C: those names belong to rules/
headers  every header compiles alone, as C17, and as C++17 where the adapter sees it
"""
import re
import subprocess
import sys
from pathlib import Path

CHECKER = Path("checker")
# The C library's own and plain words, which facts about kernels know too.
ALLOWED = {
    "abort", "bcmp", "bcopy", "bzero", "calloc", "free", "getenv", "malloc", "memcmp", "memcpy", "memmove", "memset",
    "open", "printf", "raise", "read", "realloc", "sleep", "snprintf", "strcmp", "strcpy", "strlen", "strncmp",
    "timeout", "vsnprintf", "write",
}


def sources(*suffixes):
    return sorted(path for path in CHECKER.rglob("*") if path.suffix in suffixes and path.parent != CHECKER)


def read_layers():
    layers = {}
    for line in (CHECKER / "LAYERS").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, allowed = line.split(":")
            unknown = set(allowed.split()) - set(layers)
            if unknown:
                sys.exit(f"checker/LAYERS: {folder} may include {sorted(unknown)}, which do not stand above it")
            layers[folder] = set(allowed.split()) | {folder}
    return layers


def check_layers():
    layers = read_layers()
    for path in sources(".c", ".h", ".cpp", ".def"):
        folder = path.relative_to(CHECKER).parts[0]
        if folder not in layers:
            yield f"{path}: checker/LAYERS does not know this folder"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
            if match and match[1] in layers and match[1] not in layers[folder]:
                yield f"{path}:{number}: {folder} may not include {match[1]}/ (checker/LAYERS)"
            match = re.match(r'\s*#\s*include\s+[<"]((?:clang|clang-c|llvm)/[^>"]+)', line)
            if match and folder != "clang" and not (CHECKER / match[1]).exists():
                yield f"{path}:{number}: only checker/clang sees Clang's headers"


def fact_names():
    names = set()
    for path in Path("rules").rglob("facts/*.yaml"):
        text = path.read_text()
        names |= set(re.findall(r"^- function:\s*(\w+)", text, re.M))
        names |= set(re.findall(r"\{\s*(?:macro|function):\s*(\w+)", text))
    return {name for name in names if not name.isdigit()}


def check_names():
    """In code: as an identifier. In a string: as the whole, or as a word if it has a '_' (others may be plain words)."""
    names = fact_names()
    if not names:
        yield "rules/: no facts were found"
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"((?:\\.|[^"\\\n])*)"|(\w+)', re.S)
    for path in sources(".c", ".h", ".cpp"):
        if path.parts[1] == "freebsd" or path.name.startswith("test_"):
            continue
        text = path.read_text()
        for match in token.finditer(text):
            string, word = match[1], match[2]
            found = set()
            if word in names - ALLOWED:
                found = {word}
            elif string is not None:
                found = {name for name in re.findall(r"\w+", string) if name in names and ("_" in name or name == string)}
            for name in sorted(found):
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: '{name}' is a name that belongs to rules/"


def check_headers(compiler):
    for path in sources(".h"):
        folder = path.parts[1]
        languages = []
        if folder != "clang" or path.name == "frontend.h":
            languages.append(["-x", "c", "-std=gnu17"])
        if folder in ("base", "ir") or path.name == "frontend.h":
            languages.append(["-x", "c++", "-std=c++17"])
        for language in languages:
            command = [compiler, *language, "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
                       "-Wno-unused-function", "-Wno-pragma-once-outside-header", "-Ichecker", "-fsyntax-only", str(path)]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode != 0:
                first = next((line for line in result.stderr.splitlines() if "error" in line), result.stderr)
                yield f"{path}: does not compile alone as {language[1]}: {first}"


def main():
    check = {"layers": check_layers, "names": check_names, "headers": lambda: check_headers(sys.argv[2])}[sys.argv[1]]
    problems = list(check())
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
