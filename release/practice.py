"""The practice bundle's first lines: the sandbox's commands, and everything that they start."""

import os
import runpy
import sys

if sys.platform == "linux":
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)  # see program.py
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before

from kamusm_esign.sandbox.own_process import RUNS_MODULE

if sys.argv[1:2] == [RUNS_MODULE]:
    module = sys.argv[2]
    del sys.argv[1:3]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
elif sys.argv[1:2] and sys.argv[1].endswith(("-host", "-check")):
    from kamusm_esign.__main__ import main as program

    program()
else:
    from kamusm_esign.sandbox.__main__ import main

    sys.exit(main(sys.argv[1:] or ["demo"]))
