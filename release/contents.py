"""What goes into a bundle and what stays out, and why."""

import re
import sys
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[1]

Entry: TypeAlias = tuple[str, str, str]
"""PyInstaller's: path in the bundle, path on this machine, kind."""

LATE_IN_PRACTICE = ["sqlalchemy.dialects.sqlite", "alembic", "logging.config"]
"""The same for the practice bundle, whose database is always SQLite."""
LATE = [
    *("smartcard.scard", "pkcs11._pkcs11", "pyhanko.sign.signers", "pyhanko_certvalidator"),
    *("keyring.backends", "truststore", "cryptography.hazmat.primitives.hpke"),
]
"""Modules that are imported by name only."""

STANDARD = [
    *("tkinter", "_tkinter", "sqlite3", "curses", "readline", "lib2to3", "pydoc_data", "idlelib"),
    *("ensurepip", "venv", "distutils", "setuptools", "pip", "pkg_resources", "test", "xmlrpc"),
    *("wsgiref", "dbm", "turtle", "doctest", "pdb"),
]
"""Of Python, what nothing here uses. (`decimal` looks unused and is not: asn1crypto needs it.)"""
UNUSED_PARTS = ["lxml.html", "lxml.objectify", "lxml.isoschematron", "lxml.sax", "lxml.cssselect"]
"""pyHanko wants lxml.etree alone, for the metadata of PDFs.

It also imports aiohttp, whose only use there is an HTTP client of its own that is never used here.
It cannot be left out: `pyhanko.sign.timestamps` imports it whenever anything is signed."""
ELSEWHERE = ["pytest", "mypy", "hypothesis", "IPython", "numpy", "PIL", "PyInstaller", "rich"]
"""Of the build machine."""
SANDBOX = [
    *("kamusm_esign.sandbox", "sqlalchemy", "alembic", "starlette", "uvicorn", "jinja2"),
    *("psycopg", "mako", "anyio", "httpx"),
]

QT_MODULES = frozenset(("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtNetwork"))
"""Bindings: what is imported anywhere in `ui/`. QtNetwork is for QLocalServer (one window)."""
QT_LIBRARIES = frozenset(
    (
        *("Core", "Gui", "Widgets", "Svg", "Network"),
        "DBus",  # screen readers, input methods, the desktop's theme and file dialog
        "XcbQpa",  # the windows of X11
        "WaylandClient",  # and those of Wayland
    )
)
QT_TEXTS = frozenset(("qtbase_tr.qm",))
"""What Qt says by itself, in Turkish (`ui/qt_texts.py`); its English needs no file."""
QT_PLUGINS = {
    "platforms": ("xcb", "wayland", "windows", "offscreen"),
    # offscreen: the self-test on a machine without a screen
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("bradient",),
    # the frame of a window where the desktop draws none
    "platforminputcontexts": (
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    ),
    # dead keys, input methods
    "platformthemes": ("xdgdesktopportal",),
    # light or dark, file dialogs of the desktop; not gtk3, which would bring all of GTK
    "iconengines": ("svgicon",),
    "styles": ("modernwindowsstyle",),
}
"""Plug-ins: folder → names without `libq`, `q` and the ending.

Left out: image formats (pictures are SVG or drawn here), TLS and network information (HTTPS is
Python's), GL integrations (everything is drawn by the processor: faster to start, and the same in a
remote desktop), printing, SQL, QML."""

OF_THE_SYSTEM = ("/lib/", "/usr/lib/", "/lib64/", "/usr/lib64/")
TAKEN_ALONG = ("libbz2.", "libffi.", "liblzma.", "libpython3")
"""Linux: libraries of the operating system stay its own: it knows its display and its fonts, and
keeps OpenSSL safe. The packages that hold them are what the .deb depends on. These few are small
and have another name from one distribution to the next. Python and its extension modules are never
the system's, where the build's Python is the system's own."""


def unused(*, practice: bool) -> list[str]:
    """Modules to leave out whoever imports them."""
    standard = [name for name in STANDARD if not (practice and name in ("sqlite3", "pdb"))]
    return [*standard, *UNUSED_PARTS, *ELSEWHERE, *(["psycopg"] if practice else SANDBOX)]


PACKAGE_FILES = {
    "publicsuffixlist": ("public_suffix_list.dat", ""),
    "dukpy": ("jscore", "/jscore"),
}
"""Files that running a PAC file needs: package → what of it, and where below it."""


def _package_files() -> list[tuple[str, str]]:
    found = []
    for package, (name, below) in PACKAGE_FILES.items():
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append((str(Path(spec.origin).parent / name), package + below))
    return found


def datas(made: Path, *, practice: bool) -> list[tuple[str, str]]:
    """Files beside the modules: (path here, folder in the bundle)."""
    found = [
        (str(made / "resources"), "kamusm_esign/resources"),
        # PySide's own modules, compiled once (ui/qt_import.py).
        *((str(path), "kamusm_esign/ui/__pycache__") for path in made.glob("shiboken.*.pyc")),
        *_package_files(),
    ]
    if practice:
        sandbox = ROOT / "kamusm_esign" / "sandbox"
        for path in sandbox.rglob("*"):
            # Alembic reads its steps as source text.
            is_read = path.suffix != ".py" or "migrations" in path.parts
            if path.is_file() and is_read and path.suffix != ".pyc":
                found.append((str(path), path.parent.relative_to(ROOT).as_posix()))
    return found


def kept(entries: list[Entry]) -> list[Entry]:
    """What of PyInstaller's findings goes into the bundle."""
    return [entry for entry in entries if _is_kept(entry)]


def _is_kept(entry: Entry) -> bool:
    name, source, kind = entry
    path = PurePosixPath(name.replace("\\", "/"))
    if "PySide6" in path.parts or path.name.startswith(("libQt6", "Qt6")):
        return _is_qt_kept(path)
    if ".dist-info" in name and path.name not in ("METADATA", "entry_points.txt"):
        return False  # licences are collected by themselves
    if sys.platform == "linux" and source.startswith(OF_THE_SYSTEM):
        return kind == "EXTENSION" or path.name.startswith(TAKEN_ALONG)
    return True


def _is_qt_kept(path: PurePosixPath) -> bool:
    name = path.name
    if "translations" in path.parts:
        return name in QT_TEXTS
    if "qml" in path.parts:
        return False
    if "plugins" in path.parts:
        folder, plain = path.parent.name, re.sub(r"^(lib)?q?", "", name.split(".")[0])
        return plain in QT_PLUGINS.get(folder, ())
    if match := re.match(r"(?:lib)?Qt6(\w+?)\.(?:so|dll)", name):
        return match[1] in QT_LIBRARIES
    if match := re.match(r"(Qt\w+)\.(abi3\.so|pyd)", name):
        return match[1] in QT_MODULES
    return not name.startswith(("libpyside6qml", "pyside6qml"))
