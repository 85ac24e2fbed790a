# Suites below this folder. Parameters: dmalint=PATH runs the annotated tests, clang=PATH compiles them only (both: both);
# build=PATH is where lit keeps its notes. A folder of another kind (ir, cli ...) has a lit.local.cfg with its own test format.
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "harness"))

import annotated_format

config.name = "dmalint"
config.test_source_root = here
config.test_exec_root = lit_config.params.get("build", os.path.join(here, os.pardir, "build", "lit"))
os.makedirs(config.test_exec_root, exist_ok=True)
config.excludes = ["include", "harness", "inputs", "Inputs", "CMakeLists.txt", "__pycache__"]
config.test_format = annotated_format.AnnotatedFormat(
    os.path.join(here, "include"),
    command=lit_config.params.get("dmalint"),
    compiler=lit_config.params.get("clang"),
)
config.substitutions.append(("%dmalint", lit_config.params.get("dmalint", "dmalint")))
config.substitutions.append(("%include", os.path.join(here, "include")))
config.substitutions.append(("%testdata", here))
