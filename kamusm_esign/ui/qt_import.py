"""Importing Qt, without what PySide does anew at every start.

PySide keeps modules of its own as source text within a library, and compiles them whenever it is
imported: a fifth of the time until the smallest window is painted. Here the compiled code is kept
as Python keeps that of any other module, beside this one, and where Python may keep none it is
compiled as ever. For the file, whoever could change it could change the program's other bytecode.
"""

import builtins
import linecache
import marshal
import os
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from types import CodeType
from typing import Any

INSIDE = "shibokensupport/"
"""What the file names of these modules begin with."""


class CompiledOnce:
    """Takes the place of `compile` while PySide is imported."""

    def __init__(self, path: str) -> None:
        """`path`: file of the kept code; it may be missing, outdated or spoilt."""
        self._path, self.plain = path, builtins.compile
        self._kept = self._read()
        self._used: dict[bytes, CodeType] = {}

    def __call__(self, source: Any, filename: Any, *more: Any, **options: Any) -> Any:
        if not (isinstance(source, bytes) and str(filename).startswith(INSIDE)):
            return self.plain(source, filename, *more, **options)
        mark = source_hash(filename.encode() + source)
        code = self._kept.get(mark) or self.plain(source, filename, *more, **options)
        self._used[mark] = code
        return code

    def _read(self) -> dict[bytes, CodeType]:
        try:
            with open(self._path, "rb") as file:
                magic, kept = file.read(len(MAGIC_NUMBER)), file.read()
            # No more trusted than bytecode, of which this is some.
            return dict(marshal.loads(kept)) if magic == MAGIC_NUMBER else {}  # noqa: S302
        except (OSError, EOFError, ValueError, TypeError):
            return {}

    def keep(self) -> None:
        """Write what was compiled, if it is not what was read."""
        if self._used.keys() == self._kept.keys() or sys.dont_write_bytecode:
            return
        beside = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(beside, "wb") as file:
                file.write(MAGIC_NUMBER + marshal.dumps(self._used))
            os.replace(beside, self._path)
        except OSError:
            pass  # not our folder, or no room: it is compiled again the next time


def import_qt() -> None:
    """Import the window's parts of Qt; before anything else does."""
    once = CompiledOnce(cache_from_source(os.path.join(os.path.dirname(__file__), "shiboken.py")))
    vars(builtins)["compile"] = once
    try:
        import PySide6.QtWidgets  # noqa: F401
    finally:
        vars(builtins)["compile"] = once.plain
    once.keep()
    _import_plainly()


def _import_plainly() -> None:
    """Take PySide's import hook out again.

    It reads the source of every module that is imported from now on, to find out whether the
    module may use `__feature__`, which none of ours does; that costs more than the importing. What
    it has read so far is still kept for tracebacks.
    """
    linecache.clearcache()
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
