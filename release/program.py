"""The bundled program's first lines."""

import os
import sys

if sys.platform == "linux":
    # The bundle's own libraries are for this process alone: not for the browser that it opens, and
    # not for a card driver's helpers.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before

from kamusm_esign.__main__ import main

main()
