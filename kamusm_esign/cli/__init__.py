"""The command line: composition root of the product without a window.

Start in `main.py`; one module per command.
"""

from kamusm_esign.cli.main import main

__all__ = ["main"]
