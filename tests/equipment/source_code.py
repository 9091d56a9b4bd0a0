"""Reads the program's own source for tests/test_house.py: imports, calls, lengths. Runs nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = "kamusm_esign"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Import:
    """One imported name, wherever it stands: at the top, in a function, under TYPE_CHECKING."""

    target: str
    """Dotted; `from a.b import c` gives `a.b.c`, which may be a module or a name in `a.b`."""
    line: int


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: str
    """Relative to the package, with slashes: `card/host.py`."""
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @property
    def name(self) -> str:
        """Dotted name."""
        parts = [PACKAGE, *self.path.removesuffix(".py").split("/")]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def floor(self) -> str:
        """First part of the path: `card`, `ports`, …; `` for the package's own `__init__`."""
        return "" if self.path == "__init__.py" else self.path.removesuffix(".py").split("/")[0]

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(i for node in ast.walk(self.tree) for i in _imports(node))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the last part of what is called: `a.b.c()` gives `c`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield called_name(node), node

    def functions(self) -> Iterator[tuple[str, int, int]]:
        """Name, line and length in lines of every function and method, its docstring included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def program() -> list[Module]:
    """Every source file of the package."""
    base = ROOT / PACKAGE
    return [
        Module(path.relative_to(base).as_posix(), path.read_text("utf-8"))
        for path in sorted(base.rglob("*.py"))
    ]


def called_name(node: ast.Call) -> str:
    """The last part of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def contains_call(node: ast.AST, *names: str) -> bool:
    """Whether one of the calls stands anywhere inside."""
    return any(isinstance(n, ast.Call) and called_name(n) in names for n in ast.walk(node))


def _imports(node: ast.AST) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(a.name, node.lineno) for a in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        yield from (Import(f"{base}.{a.name}", node.lineno) for a in node.names)
    elif isinstance(node, ast.Call) and called_name(node) in ("import_module", "__import__"):
        name = node.args[0] if node.args else None
        known = isinstance(name, ast.Constant) and isinstance(name.value, str)
        yield Import(name.value if known else "?", node.lineno)  # type: ignore[union-attr]
