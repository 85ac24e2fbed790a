#!/usr/bin/env python3
"""check.py DMALINT [TREE-FOLDER]: holds the findings on real source trees against what was read by hand.

TREES/*.tsv is named release-architecture; a row is: path below sys, line, rule, verdict (true, false, unsure), why. The release's tree is
TREE-FOLDER/release. Scans the folders of the files that the rows name, and demands that each 'true' row is reported as
definite, that no 'false' row is, and that no other definite error or warning stands in those files.
Without a folder (argument, or DMALINT_TREES in the environment) it exits with 77: skipped.
"""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def read_rows(path):
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 5 or fields[3] not in ("true", "false", "unsure"):
                sys.exit(f"{path}:{number}: not 'path, line, rule, true|false|unsure, why', separated by tabs")
            rows[fields[0], int(fields[1]), fields[2]] = fields[3]
    return rows


def scan(dmalint, tree, architecture, paths):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "findings.json")
        result = subprocess.run(
            [dmalint, "scan", "--tree", tree, "--arch", architecture, "--output", "json=" + out, "--fail-on", "never",
             "--keep-going", *paths], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            sys.exit(f"dmalint ended with {result.returncode}: {result.stderr}")
        with open(out, encoding="utf-8") as report:
            return json.load(report)["findings"]


def compare(name, rows, findings):
    paths = {path for path, _, _ in rows}
    found = {(f["path"], f["line"], f["rule"]) for f in findings
             if f["path"] in paths and f.get("definite", True) and f["severity"] in ("error", "warning")}
    complaints = []
    for key, verdict in sorted(rows.items()):
        where = f"{name}: {key[0]}:{key[1]} [{key[2]}]"
        if verdict == "true" and key not in found:
            complaints.append(f"{where} is true and is not reported")
        if verdict == "false" and key in found:
            complaints.append(f"{where} is known to be false and is reported")
    complaints += [f"{name}: {path}:{line} [{rule}] was never read by hand"
                   for path, line, rule in sorted(found - set(rows))]
    return complaints


def main():
    dmalint = sys.argv[1]
    trees = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("DMALINT_TREES")
    here = os.path.dirname(os.path.abspath(__file__))
    tables = {name[:-4]: read_rows(os.path.join(here, name)) for name in sorted(os.listdir(here)) if name.endswith(".tsv")}
    if not trees:
        print("skipped: DMALINT_TREES names no folder of source trees; the tables read well")
        return SKIPPED
    complaints, compared = [], 0
    for name, rows in tables.items():
        release, architecture = name.rsplit("-", 1)
        tree = os.path.join(trees, release)
        if not rows or not os.path.isdir(tree):
            print(f"skipped: {name}: no {tree}" if rows else f"{name}: nothing to compare")
            continue
        compared += 1
        complaints += compare(name, rows, scan(dmalint, tree, architecture,
                                                  sorted({os.path.dirname(path) for path, _, _ in rows})))
    print("\n".join(complaints))
    print(f"{compared} tables compared, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
