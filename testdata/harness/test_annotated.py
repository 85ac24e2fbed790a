#!/usr/bin/env python3
"""Shows that each kind of mismatch fails a test, with a command that prints a given report. Needs no dmalint and no lit."""

import os
import stat
import sys
import tempfile
import unittest

import annotated

# Prints SOURCE.report ('@' is the source), of it only lines for the target's release where they begin with '10.4|' or 'head|',
# and possible findings only if asked for; ends with SOURCE.status, or as the severities say.
FAKE = r"""#!/usr/bin/env python3
import os, sys
source = next(a for a in sys.argv if a.endswith('.c'))
release = 'head' if '-D__FreeBSD_version=1300010' in sys.argv else '10.4'
status = 0
for line in open(source + '.report').read().splitlines():
    label, bar, rest = line.partition('|')
    if bar and label != release:
        continue
    line = (rest if bar else line).replace('@', source)
    if '(possible)' in line and '--possible' not in sys.argv:
        continue
    status = 1 if ': error: ' in line or ': warning: ' in line else status
    print(line)
if os.path.exists(source + '.status'):
    status = int(open(source + '.status').read())
if status > 1:
    print('dmalint: something went wrong', file=sys.stderr)
sys.exit(status)
"""


class Harness(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.fake = os.path.join(self.folder.name, "fake")
        with open(self.fake, "w", encoding="utf-8") as file:
            file.write(FAKE)
        os.chmod(self.fake, os.stat(self.fake).st_mode | stat.S_IXUSR)

    def run_case(self, source, report, status=None):
        path = os.path.join(self.folder.name, "case.c")
        for name, text in ((path, source), (path + ".report", report)):
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        if status is not None:
            with open(path + ".status", "w", encoding="utf-8") as file:
                file.write(str(status))
        return annotated.check(self.fake, path, self.folder.name)

    def passes(self, source, report, status=None):
        self.assertEqual(self.run_case(source, report, status), [])

    def fails(self, source, report, why, status=None):
        problems = self.run_case(source, report, status)
        self.assertTrue(any(why in p for p in problems), problems)

    def test_nothing_expected_nothing_reported(self):
        self.passes("int x;\n", "")

    def test_warn(self):
        self.passes("f(); // WARN(a-rule)\n", "@:1:1: error: message [a-rule]\n@:9:1: note: step\n")
        self.fails("f(); // WARN(a-rule)\n", "", "WARN(a-rule) is not reported")
        self.fails("f(); // WARN(a-rule)\n", "@:1:1: error: m [b-rule]\n", "not annotated")
        self.fails("f(); // WARN(a-rule)\n", "@:2:1: error: m [a-rule]\n", "WARN(a-rule) is not reported")

    def test_severity(self):
        self.passes("f(); // WARN(a) error\n", "@:1:1: error: m [a]\n")
        self.fails("f(); // WARN(a) error\n", "@:1:1: warning: m [a]\n", "is warning, not error")
        self.passes("f(); // WARN(a) 10.4:error head:info\n", "10.4|@:1:1: error: m [a]\nhead|@:1:1: info: m [a]\n")
        self.fails("f(); // WARN(a) 10.4:error head:info\n", "@:1:1: error: m [a]\n", "[amd64/head]")
        self.passes("f(); // WARN(a) error head:none\n", "10.4|@:1:1: error: m [a]\n")
        self.fails("f(); // WARN(a) error head:none\n", "@:1:1: error: m [a]\n", "has 'none' for amd64/head")

    def test_ok(self):
        self.passes("f(); // OK(a)\n", "")
        self.fails("f(); // OK(a)\n", "@:1:1: info: m [a]\n", "OK(a), but reported")
        self.fails("f(); // OK(a)\n", "@:1:1: info: m [b]\n", "not annotated")
        self.passes("f(); // OK(a)\n", "@:1:1: info: m (possible) [a]\n")
        self.fails("f(); // OK(a) always\n", "@:1:1: info: m (possible) [a]\n", "OK(a), but reported")

    def test_possible(self):
        self.passes("f(); // WARN-POSSIBLE(a)\n", "@:1:1: warning: m (possible) [a]\n")
        self.fails("f(); // WARN-POSSIBLE(a)\n", "", "WARN-POSSIBLE(a) is not reported")
        self.fails("f(); // WARN-POSSIBLE(a)\n", "@:1:1: warning: m [a]\n", "is definite")
        self.fails("f(); // WARN(a)\n", "@:1:1: warning: m (possible) [a]\n", "WARN(a) is not reported")
        self.passes("f(); // WARN-POSSIBLE(a)\ng();\n", "@:1:1: info: m (possible) [a]\n@:2:1: info: m (possible) [b]\n")

    def test_known_noise_and_known_misses(self):
        self.passes("f(); // FP(a)\n", "@:1:1: error: m [a]\n")
        self.fails("f(); // FP(a)\n", "", "FP(a) is not reported any more")
        self.passes("f(); // MISS(a)\n", "")
        self.fails("f(); // MISS(a)\n", "@:1:1: error: m [a]\n", "MISS(a) is found now")

    def test_unannotated(self):
        for severity in annotated.SEVERITIES:
            self.fails("f();\n", f"@:1:1: {severity}: m [a]\n", "not annotated")
        self.passes("f();\n", "@:1:1: error: m (possible) [a]\n")
        self.fails("f();\n", "/elsewhere/x.h:1:1: error: m [a]\n", "/elsewhere/x.h:1: not annotated")

    def test_one_of(self):
        source = "f(); // WARN(a) one-of=k\ng(); // WARN(a) one-of=k\n"
        self.passes(source, "@:2:1: error: m [a]\n")
        self.passes(source, "@:1:1: error: m [a]\n@:2:1: error: m [a]\n")
        self.fails(source, "", "on none of the lines 1, 2")

    def test_several_on_a_line(self):
        source = "f(); // WARN(a) error WARN(b) OK(c)\n"
        self.passes(source, "@:1:1: error: m [a]\n@:1:5: info: m [b]\n")
        self.fails(source, "@:1:1: error: m [a]\n", "WARN(b) is not reported")
        self.fails(source, "@:1:1: error: m [a]\n@:1:1: info: m [b]\n@:1:1: info: m [c]\n", "OK(c), but reported")

    def test_exit_status(self):
        self.fails("f(); // WARN(a)\n", "@:1:1: error: m [a]\n", "does not fit the report", status=0)
        self.fails("f();\n", "", "does not fit the report", status=1)
        self.fails("f();\n", "", "exit status 3", status=3)
        self.passes("f(); // WARN(a)\n", "@:1:1: info: m [a]\n", status=0)

    def test_malformed(self):
        self.fails("f(); // WARN (a)\n", "", "looks like an annotation")
        self.fails("f(); // WARN(a) eror\n", "", "cannot read 'eror'")
        self.fails("f(); // WARN(a) 10.5:error\n", "", "unknown target or severity")
        self.fails("f(); // OK(two words)\n", "", "is no rule's id")
        self.fails("// RUN-TARGET: vax/10.4\nf();\n", "", "unknown target 'vax/10.4'")

    def test_targets_and_flags(self):
        path = os.path.join(self.folder.name, "x.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write("// RUN-TARGET: mips/12.1 amd64/14\n// RUN-FLAGS: --only a-*\nf();\n")
        read = annotated.read_annotations([path])
        self.assertEqual(read.targets, ("mips/12.1", "amd64/14"))
        self.assertEqual(read.flags, ("--only", "a-*"))
        self.assertIn("-D__FreeBSD_version=1400063", annotated.compiler_flags("amd64/14", "i", "f"))

    def test_program_takes_annotations_of_all_its_files(self):
        folder = os.path.join(self.folder.name, "program")
        os.mkdir(folder)
        for name, text in (("a.c", "f();\n"), ("b.c", "g(); // WARN(a)\n"), ("c.h", "// OK(a)\n"), ("a.c.report", "")):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        problems = annotated.check(self.fake, folder, folder)
        self.assertTrue(any("b.c:1: WARN(a) is not reported" in p for p in problems), problems)

    def test_coverage(self):
        rules, cases = os.path.join(self.folder.name, "rules"), os.path.join(self.folder.name, "td", "rules")
        for folder in (os.path.join(rules, "facts"), os.path.join(rules, "group"), os.path.join(cases, "a"), os.path.join(cases, "old")):
            os.makedirs(folder)
        for path, text in (("rules/facts/f.yaml", ""), ("rules/group/a.yaml", ""), ("td/rules/a/x.c", "// WARN(a)\n// WARN(a)\n// WARN(a)\n// OK(b)\n")):
            with open(os.path.join(self.folder.name, path), "w", encoding="utf-8") as file:
                file.write(text)
        problems = "\n".join(annotated.coverage(rules, os.path.join(self.folder.name, "td")))
        self.assertIn("rule a has 0 OK cases", problems)
        self.assertNotIn("WARN cases", problems)
        self.assertIn("old: no such rule", problems)
        self.assertIn("no rule 'b'", problems)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
