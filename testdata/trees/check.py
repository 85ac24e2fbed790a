#!/usr/bin/env python3
"""check.py DMALINT [TREE-FOLDER]: holds the findings on real source trees against what was read by hand.

Tables are named release-architecture.tsv, and the release's tree is TREE-FOLDER/release. A row is, separated by tabs:
path below sys, line, rule, certainty (definite, possible), verdict (true, false, unsure), why. Scans the folders of
the files that the rows name, with --possible, and demands:

  definite true    is reported as definite, as an error or a warning
  definite false   is not reported so
  definite unsure  may be either
  possible         nothing, whatever the verdict: it is data. One that is not reported at all any more is named in a
                   note, and fails nothing
  no row           that no other definite error or warning stands in the files that the rows name

Without a folder (argument, or DMALINT_TREES
in the environment) it exits with 77: skipped.
"""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77
CERTAINTIES = ("definite", "possible")
VERDICTS = ("true", "false", "unsure")


def read_rows(path):
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 6 or fields[3] not in CERTAINTIES or fields[4] not in VERDICTS:
                sys.exit(f"{path}:{number}: not 'path, line, rule, {'|'.join(CERTAINTIES)}, {'|'.join(VERDICTS)}, why', "
                         "separated by tabs")
            place = fields[0], int(fields[1]), fields[2]
            if place in rows:
                sys.exit(f"{path}:{number}: the row is there already")
            rows[place] = fields[3], fields[4]
    return rows


def scan(dmalint, tree, architecture, paths):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "findings.json")
        result = subprocess.run(
            [dmalint, "scan", "--tree", tree, "--arch", architecture, "--possible", "--output", "json=" + out,
             "--fail-on", "never", "--keep-going", *paths], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            sys.exit(f"dmalint ended with {result.returncode}: {result.stderr}")
        with open(out, encoding="utf-8") as report:
            return json.load(report)["findings"]


def compare(name, rows, findings):
    """What is wrong, and what is only worth a note."""
    paths = {path for path, _, _ in rows}
    findings = [f for f in findings if f["path"] in paths]
    reported = {(f["path"], f["line"], f["rule"]) for f in findings}
    definite = {(f["path"], f["line"], f["rule"]) for f in findings
                if f["definite"] and f["severity"] in ("error", "warning")}
    complaints, notes = [], []
    for place, (certainty, verdict) in sorted(rows.items()):
        where = f"{name}: {place[0]}:{place[1]} [{place[2]}]"
        if certainty == "possible":
            if place not in reported:
                notes.append(f"note: {where} was possible, by hand {verdict}, and is no longer reported")
        elif verdict == "true" and place not in definite:
            complaints.append(f"{where} is true and is not reported" + (" as definite" if place in reported else ""))
        elif verdict == "false" and place in definite:
            complaints.append(f"{where} is known to be false and is reported")
    for place in sorted(definite - {place for place, (certainty, _) in rows.items() if certainty == "definite"}):
        known = (f"is definite now; as a possible one it was {rows[place][1]}, by hand" if place in rows
                 else "was never read by hand")
        complaints.append(f"{name}: {place[0]}:{place[1]} [{place[2]}] {known}")
    return complaints, notes


def main():
    dmalint = sys.argv[1]
    trees = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("DMALINT_TREES")
    here = os.path.dirname(os.path.abspath(__file__))
    tables = {name[:-4]: read_rows(os.path.join(here, name)) for name in sorted(os.listdir(here)) if name.endswith(".tsv")}
    if not trees:
        print("skipped: DMALINT_TREES names no folder of source trees; the tables read well")
        return SKIPPED
    complaints, notes, compared = [], [], 0
    for name, rows in tables.items():
        release, architecture = name.rsplit("-", 1)
        tree = os.path.join(trees, release)
        if not rows or not os.path.isdir(tree):
            print(f"skipped: {name}: no {tree}" if rows else f"{name}: nothing to compare")
            continue
        compared += 1
        folders = sorted({os.path.dirname(path) for path, _, _ in rows})
        more = compare(name, rows, scan(dmalint, tree, architecture, folders))
        complaints += more[0]
        notes += more[1]
    print("\n".join(notes + complaints))
    print(f"{compared} tables compared, {len(complaints)} complaints, {len(notes)} notes")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
