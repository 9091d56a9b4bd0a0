"""The floors of docs/architecture.md, and the sizes and habits that keep them liveable.

Each rule is a function from source files to violations, and is itself tried on a small bad sample.
"""

import ast
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.equipment.source_code import (
    PACKAGE,
    Import,
    Module,
    contains_call,
    program,
)

ANY = frozenset(("*",))
NONE: frozenset[str] = frozenset()
PORT_SIDE = frozenset(("", "domain", "ports", "resource_files"))
EVERYTHING_BUT_SANDBOX = frozenset(
    (
        *PORT_SIDE,
        *("app", "card", "child", "cli", "documents", "flows", "portal_client", "runtime"),
        *("signing", "support", "ui", "updates"),
    )
)

# floor: (floors of ours that it may import besides itself, other people's packages)
FLOORS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "": (NONE, NONE),
    "domain": (NONE, NONE),
    "resource_files": (NONE, NONE),
    "ports": (frozenset(("domain",)), NONE),
    "flows": (frozenset(("domain", "ports")), NONE),
    "child": (frozenset(("",)), NONE),
    "card": (PORT_SIDE | {"child"}, frozenset(("pkcs11", "smartcard", "cryptography"))),
    "documents": (PORT_SIDE | {"child"}, frozenset(("pypdfium2_raw",))),
    "portal_client": (
        PORT_SIDE | {"child"},
        frozenset(("requests", "urllib3", "truststore", "pypac")),
    ),
    "signing": (
        PORT_SIDE,
        frozenset(("pyhanko", "pyhanko_certvalidator", "asn1crypto", "cryptography")),
    ),
    "support": (PORT_SIDE, frozenset(("keyring", "tomlkit"))),
    "updates": (PORT_SIDE, frozenset(("cryptography",))),
    "runtime": (frozenset(("domain", "flows", "ports")), NONE),
    "ui": (
        frozenset(
            ("", "domain", "flows", "ports", "resource_files", "runtime", "support.catalogue")
        ),
        frozenset(("PySide6",)),
    ),
    "cli": (EVERYTHING_BUT_SANDBOX, NONE),
    "app": (EVERYTHING_BUT_SANDBOX, frozenset(("PySide6",))),
    "__main__": (EVERYTHING_BUT_SANDBOX, NONE),
    "sandbox": (EVERYTHING_BUT_SANDBOX, ANY),
}

FLOWS_STDLIB = frozenset(("collections.abc", "dataclasses", "enum", "hashlib", "typing"))

ONE_IMPORTER = {
    "keyring": "support/secret_store.py",
    "pkcs11": "card/pkcs11_token.py",
    "pyhanko": "signing/",
    "pyhanko_certvalidator": "signing/",
    "pypac": "portal_client/pac_host.py",
    "pypdfium2_raw": "documents/pdfium.py",
    "requests": "portal_client/transport.py",
    "smartcard": "card/pcsc.py",
    "tomlkit": "support/settings_keeper.py",
}
JUDGES = {
    "pyhanko": "sandbox/portal/signatures/",
    "pyhanko_certvalidator": "sandbox/portal/signatures/",
}
"""Who may use the same package to judge, from the outside, what came through the one door."""

MODULE_LINES, FUNCTION_LINES, MEDIAN_FUNCTION_LINES = 300, 60, 10

TEXT_FLOORS = frozenset(("app", "cli", "domain", "flows", "runtime", "support", "ui"))
CASE_METHODS = frozenset(("upper", "lower", "title", "capitalize", "casefold", "swapcase"))

REVEALING = {
    "domain/": "compares and checks",
    "portal_client/": "sends the code and the session token",
    "signing/stamp_account.py": "proves to the time stamp server who asks",
    "support/secret_store.py": "hands the session token to the operating system's key store",
    "sandbox/": "plays the portal's part",
}
"""Who may look inside a `Sensitive`, and why."""

PRINTING = {"cli/": "its job", "sandbox/": "its job"}

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("floors", "cli/selftest_imports.py"): "imports everything there is, by name",
    ("floors", "ui/self_test.py"): "imports everything of the window, by name",
    ("no_case_change", "ui/widgets/last_try.py"): (
        "compares the typed SON HAK / LAST TRY, ASCII in both languages"
    ),
    ("secrets_stay_inside", "cli/secret_input.py"): (
        "reads the verification code, which is a Sensitive text, through the buffer for secrets"
    ),
}
"""(rule, path) → why this file is let off."""

Rule = Callable[[Sequence[Module]], Iterator[str]]


def at(module: Module, line: int, text: str) -> str:
    return f"{module.path}:{line}: {text}"


def under(path: str, table: dict[str, str]) -> bool:
    return any(path == entry or (entry[-1] == "/" and path.startswith(entry)) for entry in table)


def ours(target: str, floors: frozenset[str]) -> bool:
    """Whether `kamusm_esign.…` lies on one of the floors (`a` or `a.b`)."""
    inner = target.split(".", 1)[1] if "." in target else ""
    if inner.startswith("__version__"):
        inner = ""
    return any(inner == f or (f and inner.startswith(f + ".")) for f in floors)


# ---------------------------------------------------------------------------- the rules
def floors(modules: Sequence[Module]) -> Iterator[str]:
    """Every import goes to a floor that the importing one may know."""
    for module in modules:
        if module.floor not in FLOORS:
            yield at(module, 1, "stands on no floor")
            continue
        for imported in module.imports:
            if not _may_import(module, imported):
                yield at(module, imported.line, f"{module.floor} imports {imported.target}")


def _may_import(module: Module, imported: Import) -> bool:
    own, foreign = FLOORS[module.floor]
    top = imported.target.split(".")[0]
    if top == PACKAGE:
        return ours(imported.target, own | {module.floor} - {""})
    if top in sys.stdlib_module_names:
        return module.floor != "flows" or any(
            imported.target.startswith(allowed + ".") for allowed in FLOWS_STDLIB
        )
    return foreign is ANY or top in foreign


def one_importer(modules: Sequence[Module]) -> Iterator[str]:
    """Some packages have one door each."""
    for module in modules:
        for imported in module.imports:
            door = ONE_IMPORTER.get(imported.target.split(".")[0])
            doors = {d: "" for d in (door, JUDGES.get(imported.target.split(".")[0])) if d}
            if door and not under(module.path, doors):
                yield at(module, imported.line, f"{imported.target} is imported by {door} only")


def no_cycle(modules: Sequence[Module]) -> Iterator[str]:
    """No module reaches itself through imports, late ones included."""
    names = {m.name for m in modules}
    graph = {m.name: {_module_of(i.target, names) for i in m.imports} - {None} for m in modules}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> Iterator[str]:
        if name in path:
            yield "import cycle: " + " → ".join((*path[path.index(name) :], name))
        elif name not in done:
            for target in sorted(t for t in graph[name] if t):
                yield from visit(target, (*path, name))
            done.add(name)

    for name in sorted(graph):
        yield from visit(name, ())


def _module_of(target: str, names: set[str]) -> str | None:
    if target in names:
        return target
    parent = target.rpartition(".")[0]
    return parent if parent in names else None


def sizes(modules: Sequence[Module]) -> Iterator[str]:
    """Short modules, short functions."""
    for module in modules:
        lines = module.source.count("\n")
        if lines > MODULE_LINES:
            yield at(module, 1, f"{lines} lines, at most {MODULE_LINES}")
        for name, line, length in module.functions():
            if length > FUNCTION_LINES:
                yield at(module, line, f"{name} has {length} lines, at most {FUNCTION_LINES}")


def median_size(modules: Sequence[Module]) -> Iterator[str]:
    """Most functions fit into one glance."""
    lengths = [length for m in modules for _, _, length in m.functions()]
    if lengths and (median := statistics.median(lengths)) > MEDIAN_FUNCTION_LINES:
        yield f"the median function has {median} lines, at most {MEDIAN_FUNCTION_LINES}"


def no_case_change(modules: Sequence[Module]) -> Iterator[str]:
    """İ and ı do not survive `upper` and `lower`."""
    for module in modules:
        if module.floor in TEXT_FLOORS:
            for name, call in module.calls():
                if name in CASE_METHODS and isinstance(call.func, ast.Attribute):
                    yield at(module, call.lineno, f".{name}() on a text")


def secrets_stay_inside(modules: Sequence[Module]) -> Iterator[str]:
    """Nobody reveals, prints, logs or decodes what must not be seen."""
    for module in modules:
        for name, call in module.calls():
            if name == "reveal" and not under(module.path, REVEALING):
                yield at(module, call.lineno, "reveals a Sensitive")
            if name == "print" and not under(module.path, PRINTING):
                yield at(module, call.lineno, "prints")
            if name == "decode" and contains_call(call.func, "view"):
                yield at(module, call.lineno, "makes a str of a Secret")
            if name == "str" and any(contains_call(a, "view") for a in call.args):
                yield at(module, call.lineno, "makes a str of a Secret")
            if _is_logging(call) and any(contains_call(a, "view", "reveal") for a in call.args):
                yield at(module, call.lineno, "logs a secret")


def _is_logging(call: ast.Call) -> bool:
    levels = ("debug", "info", "warning", "error", "exception", "critical", "log")
    return isinstance(call.func, ast.Attribute) and call.func.attr in levels


RULES: tuple[Rule, ...] = (
    floors,
    one_importer,
    no_cycle,
    sizes,
    median_size,
    no_case_change,
    secrets_stay_inside,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_program_keeps_the_rule(rule: Rule) -> None:
    modules = [m for m in program() if (rule.__name__, m.path) not in EXCEPTIONS]
    violations = list(rule(modules))
    assert not violations, "\n".join(violations)


BAD = [
    (floors, {"domain/a.py": "import requests"}, "domain imports requests"),
    (floors, {"domain/a.py": f"from {PACKAGE} import ports"}, "domain imports"),
    (floors, {"card/a.py": f"def f():\n import {PACKAGE}.support.journal"}, "card imports"),
    (floors, {"card/a.py": f"from {PACKAGE}.flows.set_pin import step"}, "card imports"),
    (floors, {"flows/a.py": "import time"}, "flows imports time"),
    (floors, {"flows/a.py": "from collections import deque"}, "flows imports collections.deque"),
    (floors, {"cli/a.py": f"from {PACKAGE}.sandbox import demo"}, "cli imports"),
    (floors, {"cli/a.py": "from PySide6 import QtCore"}, "cli imports PySide6.QtCore"),
    (floors, {"ui/a.py": f"from {PACKAGE}.support import journal"}, "ui imports"),
    (floors, {"ui/a.py": "from . import b"}, "ui imports ..b"),
    (floors, {"ui/a.py": "import importlib\nimportlib.import_module('card')"}, "ui imports card"),
    (floors, {"ui/a.py": "import importlib\nimportlib.import_module(name)"}, "ui imports ?"),
    (floors, {"attic/a.py": ""}, "stands on no floor"),
    (one_importer, {"card/host.py": "import pkcs11"}, "imported by card/pkcs11_token.py only"),
    (one_importer, {"sandbox/a.py": "from smartcard.scard import x"}, "by card/pcsc.py only"),
    (
        no_cycle,
        {
            "card/a.py": f"from {PACKAGE}.card import b",
            "card/b.py": f"def f():\n from {PACKAGE}.card.a import x",
        },
        "card.a → kamusm_esign.card.b → kamusm_esign.card.a",
    ),
    (sizes, {"card/a.py": "x = 1\n" * 301}, "301 lines"),
    (sizes, {"card/a.py": "def f():\n" + " x = 1\n" * 60}, "f has 61 lines"),
    (median_size, {"card/a.py": "def f():\n" + " x = 1\n" * 10}, "has 11 lines"),
    (no_case_change, {"cli/a.py": "print('i'.upper())"}, ".upper() on a text"),
    (secrets_stay_inside, {"cli/a.py": "send(code.reveal())"}, "reveals"),
    (secrets_stay_inside, {"card/a.py": "print(1)"}, "prints"),
    (secrets_stay_inside, {"card/a.py": "bytes(pin.view()).decode()"}, "makes a str"),
    (secrets_stay_inside, {"card/a.py": "str(pin.view(), 'ascii')"}, "makes a str"),
    (secrets_stay_inside, {"domain/a.py": "log.info('%s', code.reveal())"}, "logs a secret"),
]


@pytest.mark.parametrize(("rule", "files", "complaint"), BAD)
def test_the_rule_can_fail(rule: Rule, files: dict[str, str], complaint: str) -> None:
    modules = [Module(path, source) for path, source in files.items()]
    assert any(complaint in violation for violation in rule(modules))


def test_every_exception_is_needed_and_explained() -> None:
    found = {(r.__name__, v.split(":")[0]) for r in RULES for v in r(program())}
    assert EXCEPTIONS.keys() <= found
    assert all(EXCEPTIONS.values())
