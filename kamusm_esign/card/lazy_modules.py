"""Import some modules not before they are used: the card host has to be quick."""

import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _LazyFinder:
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(self._prefix):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def load_on_first_use(prefix: str) -> None:
    """Modules whose full name starts with `prefix` run when something of them is first touched.

    In a frozen program they are not on the path, and are imported as ever.
    """
    sys.meta_path.insert(0, _LazyFinder(prefix))
