"""The lit test format over annotated.py: below rules/ and look-alikes/ every C file is a test, below program/ every
folder with C files."""

import os

import lit.formats
import lit.Test

import annotated


class AnnotatedFormat(lit.formats.TestFormat):
    def __init__(self, include, command=None, compiler=None):
        self.include = include
        self.command = command
        self.compiler = compiler

    def getTestsInDirectory(self, testSuite, path_in_suite, litConfig, localConfig):
        source = testSuite.getSourcePath(path_in_suite)
        files = sorted(name for name in os.listdir(source) if name.endswith(".c"))
        if not files or not path_in_suite:
            return
        if path_in_suite[0] == "program":
            yield lit.Test.Test(testSuite, path_in_suite, localConfig)
        elif path_in_suite[0] in ("rules", "look-alikes"):
            for name in files:
                yield lit.Test.Test(testSuite, path_in_suite + (name,), localConfig)

    def execute(self, test, litConfig):
        path = test.getSourcePath()
        problems = []
        if self.compiler:
            problems += annotated.check_syntax(self.compiler, path, self.include)
        if self.command:
            problems += annotated.check(self.command, path, self.include)
        if problems:
            return lit.Test.Result(lit.Test.FAIL, "\n".join(problems) + "\n")
        return lit.Test.Result(lit.Test.PASS, "")
