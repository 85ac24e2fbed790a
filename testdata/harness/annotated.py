"""Annotated C: what a finding must, may and must not be reported where, written on the line it speaks of.

docs/testing.md gives the grammar. This module reads annotations, runs the command once a target (twice where possible
findings are annotated) and says how report and annotations differ. It knows no rule; lit drives it through annotated_format.py.
"""

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field

RELEASES = {"10.4": 1004000, "11.0": 1100122, "12.1": 1201517, "head": 1300010, "14": 1400063, "15": 1501000}
TRIPLES = {
    "amd64": "x86_64-unknown-freebsd",
    "i386": "i386-unknown-freebsd",
    "arm64": "aarch64-unknown-freebsd",
    "mips": "mips-unknown-freebsd",
    "powerpc": "powerpc-unknown-freebsd",
}
DEFAULT_TARGETS = ("amd64/10.4", "amd64/head")
SEVERITIES = ("error", "warning", "info")
KINDS = ("WARN-POSSIBLE", "WARN", "OK", "FP", "MISS")
TIMEOUT = 120

ANNOTATION = re.compile(r"\b(WARN-POSSIBLE|WARN|OK|FP|MISS)\(([^()]*)\)((?:\s+[a-z0-9./-]+[:=][a-z0-9-]+|\s+(?:error|warning|info|always)\b)*)")
LOOKALIKE = re.compile(r"//.*\b(WARN\S*|OK|FP|MISS)\s*\(")
FINDING = re.compile(r"^(.+?):(\d+):(\d+): (error|warning|info): (.*?)( \(possible\))? \[([a-z0-9-]+)\]$")
HEADER = re.compile(r"^//\s*(RUN-TARGET|RUN-FLAGS):\s*(.*?)\s*$")


class Malformed(Exception):
    """An annotation or header that cannot be read: 'path:line: why'."""


@dataclass(frozen=True)
class Annotation:
    kind: str
    rule: str
    path: str
    line: int
    severity: str = ""  # of every target that 'by_target' does not name; "" is any
    by_target: tuple = ()  # (release, architecture or architecture/release; severity or 'none')
    key: str = ""  # one-of
    always: bool = False

    def expected(self, target):
        """The severity demanded for a target: "" is any, None is no finding at all."""
        architecture, release = target.split("/")
        for name, severity in self.by_target:
            if name in (target, architecture, release):
                return None if severity == "none" else severity
        return self.severity


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    severity: str
    rule: str
    is_possible: bool
    text: str


@dataclass
class Expectations:
    targets: tuple = DEFAULT_TARGETS
    flags: tuple = ()
    annotations: list = field(default_factory=list)


def read_qualifiers(annotation, text, where):
    severity, by_target, key, always = "", [], "", False
    for word in text.split():
        if word in SEVERITIES:
            severity = word
        elif word == "always":
            always = True
        elif word.startswith("one-of="):
            key = word[len("one-of="):]
        elif ":" in word:
            name, _, value = word.partition(":")
            known = name in RELEASES or name in TRIPLES or name in {f"{a}/{r}" for a in TRIPLES for r in RELEASES}
            if not known or value not in SEVERITIES + ("none",):
                raise Malformed(f"{where}: unknown target or severity in '{word}'")
            by_target.append((name, value))
        else:
            raise Malformed(f"{where}: cannot read '{word}' after {annotation}")
    return severity, tuple(by_target), key, always


def read_file(path, expectations):
    """Adds the annotations of a file; its headers replace the defaults."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        header = HEADER.match(line)
        if header is not None:
            words = tuple(header.group(2).split())
            if header.group(1) == "RUN-FLAGS":
                expectations.flags = words
                continue
            for target in words:
                architecture, _, release = target.partition("/")
                if architecture not in TRIPLES or release not in RELEASES:
                    raise Malformed(f"{where}: unknown target '{target}'")
            expectations.targets = words
            continue
        comment = line.find("//")
        if comment < 0:
            continue
        found = list(ANNOTATION.finditer(line, comment))
        if not found and LOOKALIKE.search(line):
            raise Malformed(f"{where}: looks like an annotation, and is none")
        rest = ANNOTATION.sub("", line[comment + 2:]).strip() if found else ""
        if rest:
            raise Malformed(f"{where}: cannot read '{rest}' beside an annotation")
        for match in found:
            if not re.fullmatch(r"[a-z0-9-]+", match.group(2)):
                raise Malformed(f"{where}: '{match.group(2)}' is no rule's id")
            severity, by_target, key, always = read_qualifiers(match.group(1), match.group(3), where)
            expectations.annotations.append(Annotation(match.group(1), match.group(2), os.path.realpath(path), number,
                                                       severity, by_target, key, always))


def read_annotations(paths):
    expectations = Expectations()
    for path in paths:
        read_file(path, expectations)
    return expectations


def sources_of(path):
    """The C files of a test (a file, or a folder of one program) and the headers beside them."""
    if os.path.isfile(path):
        return [path], []
    names = sorted(os.listdir(path))
    return ([os.path.join(path, n) for n in names if n.endswith(".c")],
            [os.path.join(path, n) for n in names if n.endswith(".h")])


def compiler_flags(target, include, folder):
    architecture, release = target.split("/")
    return ["-target", TRIPLES[architecture] + ("13.0" if release == "head" else release), "-nostdinc", "-ffreestanding",
            "-D_KERNEL", "-DKLD_MODULE", "-DINVARIANTS", "-DINVARIANT_SUPPORT", f"-D__FreeBSD_version={RELEASES[release]}",
            "-I", include, "-I", folder]


def parse_report(text):
    findings = []
    for line in text.splitlines():
        match = FINDING.match(line)
        if match is not None:
            path, number, _, severity, message, possible, rule = match.groups()
            findings.append(Finding(os.path.realpath(path), int(number), severity, rule, possible is not None, line))
    return findings


def place(annotation):
    return f"{annotation.path}:{annotation.line}"


def compare(annotations, findings, target, with_possible):
    """What differs, as lines of text; none if report and annotations agree."""
    differences = []
    at = {}
    for finding in findings:
        at.setdefault((finding.path, finding.line, finding.rule), []).append(finding)
    wanted, groups = set(), {}

    def definite(annotation):
        return [f for f in at.get((annotation.path, annotation.line, annotation.rule), []) if not f.is_possible]

    for a in annotations:
        here = (a.path, a.line, a.rule)
        severity = a.expected(target)
        if a.kind in ("OK", "MISS"):
            bad = at.get(here, []) if a.always and with_possible else definite(a)
            if bad and a.kind == "OK":
                differences.append(f"{place(a)}: OK({a.rule}), but reported: {bad[0].text}")
            elif bad and severity is not None:
                differences.append(f"{place(a)}: MISS({a.rule}) is found now: make it WARN")
            wanted.add(here)
            continue
        if severity is None:
            if definite(a):
                differences.append(f"{place(a)}: {a.kind}({a.rule}) has 'none' for {target}, but reported: {definite(a)[0].text}")
            wanted.add(here)
            continue
        wanted.add(here)
        if a.kind == "WARN-POSSIBLE":
            if definite(a):
                differences.append(f"{place(a)}: WARN-POSSIBLE({a.rule}) is definite: {definite(a)[0].text}")
            elif with_possible and here not in at:
                differences.append(f"{place(a)}: WARN-POSSIBLE({a.rule}) is not reported")
            hits = at.get(here, []) if with_possible else []
        elif a.key:
            hits = definite(a)
            groups.setdefault((a.kind, a.rule, a.key), []).append((a, hits))
        else:
            hits = definite(a)
            if not hits and a.kind == "FP":
                differences.append(f"{place(a)}: FP({a.rule}) is not reported any more: remove it, or make it OK")
            elif not hits:
                differences.append(f"{place(a)}: WARN({a.rule}) is not reported")
        for f in hits:
            if severity and f.severity != severity:
                differences.append(f"{place(a)}: {a.kind}({a.rule}) is {f.severity}, not {severity}: {f.text}")
    for (kind, rule, key), members in groups.items():
        if not any(hits for _, hits in members):
            lines = ", ".join(str(a.line) for a, _ in members)
            differences.append(f"{place(members[0][0])}: {kind}({rule}) one-of={key} is reported on none of the lines {lines}")
    for here, reported in sorted(at.items()):
        for f in reported:
            if here not in wanted and not f.is_possible:
                differences.append(f"{f.path}:{f.line}: not annotated: {f.text}")
                break
    return differences


def run_once(command, path, target, include, flags, with_possible):
    sources, _ = sources_of(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    arguments = [command, "scan", "--no-cache", "--output", "text"] + (["--possible"] if with_possible else []) + list(flags)
    arguments += sources + ["--"] + compiler_flags(target, include, folder)
    shown = " ".join(arguments)
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None, [f"no end within {TIMEOUT} s: {shown}"]
    findings = parse_report(done.stdout)
    problems = []
    fails = any(f.severity in ("error", "warning") for f in findings)
    if done.returncode not in (0, 1) or "runtime error" in done.stderr or "Sanitizer" in done.stderr:
        problems.append(f"exit status {done.returncode}: {shown}\n{done.stderr.rstrip()}")
    elif done.returncode != (1 if fails else 0):
        problems.append(f"exit status {done.returncode} does not fit the report: {shown}\n{done.stdout.rstrip()}")
    return findings, problems


def check(command, path, include):
    """Runs a test for all its targets; the differences, none if it passes."""
    sources, headers = sources_of(path)
    try:
        expectations = read_annotations(sources + headers)
    except Malformed as malformed:
        return [str(malformed)]
    possible = any(a.kind == "WARN-POSSIBLE" or a.always for a in expectations.annotations)
    result = []
    for target in expectations.targets:
        for with_possible in (False, True) if possible else (False,):
            findings, problems = run_once(command, path, target, include, expectations.flags, with_possible)
            if findings is not None:
                problems += compare(expectations.annotations, findings, target, with_possible)
            title = target + (" --possible" if with_possible else "")
            result += [f"[{title}] {problem}" for problem in problems]
    return result


def check_syntax(compiler, path, include):
    """Whether clang takes every source of a test, with all warnings, for all its targets."""
    sources, headers = sources_of(path)
    try:
        expectations = read_annotations(sources + headers)
    except Malformed as malformed:
        return [str(malformed)]
    result = []
    for target in expectations.targets:
        for source in sources:
            arguments = [compiler, "-fsyntax-only", "-Wall", "-Werror"] + compiler_flags(target, include, os.path.dirname(source))
            done = subprocess.run(arguments + [source], capture_output=True, text=True, timeout=TIMEOUT)
            if done.returncode != 0:
                result.append(f"[{target}] {done.stderr.rstrip()}")
    return result


def coverage(rules, testdata, at_least=3):
    """Rules without enough cases in their folder, and annotations or folders that name no rule."""
    ids, problems = set(), []
    for folder, _, names in os.walk(rules):
        if os.path.basename(folder) != "facts":
            ids |= {name[: -len(".yaml")] for name in names if name.endswith(".yaml")}
    folder = os.path.join(testdata, "rules")
    for rule in sorted(ids):
        cases = {"WARN": set(), "OK": set()}
        home = os.path.join(folder, rule)
        for name in sorted(os.listdir(home)) if os.path.isdir(home) else []:
            for a in read_annotations([os.path.join(home, name)]).annotations if name.endswith((".c", ".h")) else []:
                if a.rule == rule and a.kind in cases:
                    cases[a.kind].add((name, a.key or a.line))  # the lines of one key are one case
        for kind, found in cases.items():
            if len(found) < at_least:
                problems.append(f"rule {rule} has {len(found)} {kind} cases in {home}; it needs {at_least}")
    for suite in ("rules", "program", "look-alikes"):
        for base, _, names in os.walk(os.path.join(testdata, suite)):
            if suite == "rules" and os.path.dirname(base) == folder and os.path.basename(base) not in ids:
                problems.append(f"{base}: no such rule")
            for name in sorted(names):
                if not name.endswith((".c", ".h")):
                    continue
                for a in read_annotations([os.path.join(base, name)]).annotations:
                    if a.rule not in ids:
                        problems.append(f"{place(a)}: no rule '{a.rule}'")
    return problems


def main():
    parser = argparse.ArgumentParser(description="Annotated C: check one test by hand, or the coverage of all rules.")
    parser.add_argument("--command", help="the dmalint command: check PATH with it")
    parser.add_argument("--compiler", help="a clang: check that it takes PATH")
    parser.add_argument("--rules", help="the folder of rules: check that each has its cases below PATH")
    parser.add_argument("path", help="a C file, a folder of one program, or (with --rules) the folder testdata")
    arguments = parser.parse_args()
    include = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "include")
    problems = []
    if arguments.rules:
        problems += coverage(arguments.rules, arguments.path)
    if arguments.compiler:
        problems += check_syntax(arguments.compiler, arguments.path, include)
    if arguments.command:
        problems += check(arguments.command, arguments.path, include)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
