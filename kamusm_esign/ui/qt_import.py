"""Importing Qt, without what PySide does anew at every start.

PySide keeps modules of its own as source text within a library. Whenever it is imported it compiles
and runs them all, also the one that writes its type stubs, whose two regular expressions alone take
longer than painting: together a third of the time until the smallest window is there. Here the
compiled code is kept as Python keeps that of any other module, beside this one, and the stubs'
writer is passed over. Where Python may keep nothing, they are compiled as ever.
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

UNUSED = INSIDE + "signature/lib/pyi_generator.py"
"""Writes PySide's type stubs, for whoever builds PySide; nothing else uses it in this version:"""
UNUSED_IN = (6, 11)


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
        if filename == UNUSED and sys.modules["shiboken6"].__version_info__[:2] == UNUSED_IN:
            source = b""
        mark = source_hash(filename.encode() + source)
        code = self._kept.get(mark) or self.plain(source, filename, *more, **options)
        self._used[mark] = code
        return code

    def _read(self) -> dict[bytes, CodeType]:
        try:
            with open(self._path, "rb") as file:
                magic, kept = file.read(len(MAGIC_NUMBER)), file.read()
            # This is bytecode: who could change it could change all of the program's.
            return dict(marshal.loads(kept)) if magic == MAGIC_NUMBER else {}  # noqa: S302
        except (OSError, EOFError, ValueError, TypeError):
            return {}

    def keep(self) -> None:
        """Write what this start used, if some of it was not there yet."""
        if self._used.keys() <= self._kept.keys() or sys.dont_write_bytecode:
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
