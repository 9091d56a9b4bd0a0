"""What others made of the program: names, versions, licences and their texts.

    python -m release.licences

writes `resources/licences/` anew: `components.json` and the texts that it names. The window shows
them, the bundle has them with it, and the bill of materials is made of the same list.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TypedDict

from packaging.markers import default_environment
from packaging.requirements import Requirement

from release.contents import ROOT

FOLDER = ROOT / "resources" / "licences"
LIST = "components.json"
COMMON = Path("/usr/share/common-licenses")
"""Debian's copies of the texts that are not in the packages."""


class Component(TypedDict):
    """One entry of the list."""

    name: str
    version: str
    licence: str
    """SPDX expression."""
    home: str
    """Where it and its source text are."""
    purl: str
    """https://github.com/package-url/purl-spec; empty where it is part of another component."""
    texts: list[str]
    """Files of this folder."""


EXPRESSIONS = {
    "asn1crypto": "MIT",
    "backports.tarfile": "MIT",
    "jaraco.classes": "MIT",
    "keyring": "MIT",
    "lxml": "BSD-3-Clause",
    "multidict": "Apache-2.0",
    "oscrypto": "MIT",
    "propcache": "Apache-2.0",
    "pyscard": "LGPL-2.1-or-later",
    "python-pkcs11": "MIT",
    "requests": "Apache-2.0",
    "SecretStorage": "BSD-3-Clause",
    "tzlocal": "MIT",
    "yarl": "Apache-2.0",
    "aiohappyeyeballs": "PSF-2.0",
    "aiosignal": "Apache-2.0",
    "certifi": "MPL-2.0",
    "uritools": "MIT",
    "pycparser": "BSD-3-Clause",
    "frozenlist": "Apache-2.0",
    "truststore": "MIT",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "PySide6_Essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}
"""Of packages whose metadata say it in no form that can be read by a program, or that may be had
under several: the one that is used here."""
PLAIN = frozenset(("MIT", "Apache-2.0", "BSD-3-Clause", "MPL-2.0"))
"""What an older field of the metadata may say and mean."""
ELSEWHERE = re.compile(r"/(v8_xfa|android|[a-z]+_musl)/|\.pyc?$")
"""Of PDFium's, the texts for parts that are not in the builds that are used here."""
GNU = {"LGPL-3.0-only": ("LGPL-3", "GPL-3")}
"""Licences whose texts do not come with the packages; the LGPL is written upon the GPL."""


def components() -> list[Component]:
    """Everything in a bundle that somebody else made, in the order of the names."""
    found = [_component(name) for name in _required("kamusm-esign")]
    return sorted([*found, *_others()], key=lambda component: component["name"].casefold())


def _required(root: str) -> set[str]:
    """Names of the packages that a package wants, directly or not."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        for text in metadata.requires(waiting.pop()) or ():
            wanted = Requirement(text)
            environment: dict[str, str] = {**default_environment(), "extra": ""}  # type: ignore[dict-item]
            if wanted.marker is not None and not wanted.marker.evaluate(environment):
                continue
            name = metadata.metadata(wanted.name)["Name"]
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _component(name: str) -> Component:
    about = metadata.metadata(name)
    licence = EXPRESSIONS.get(name) or _said(name, "License-Expression")
    if not licence and (older := _said(name, "License")) in PLAIN:
        licence = older
    if not licence:
        raise ValueError(f"{name}: which licence is {_said(name, 'License')!r}?")
    plain = re.sub(r"[-_.]+", "-", name).casefold()
    return Component(
        name=name,
        version=about["Version"],
        licence=licence,
        home=_home(name),
        purl=f"pkg:pypi/{plain}@{about['Version']}",
        texts=[f"{text}.txt" for text in GNU.get(licence, ())] or [f"{plain}.txt"],
    )


def _said(name: str, field: str) -> str:
    """One field of a package's metadata, empty where it is not there."""
    return str((metadata.metadata(name).get_all(field) or [""])[0])


def _home(name: str) -> str:
    about = metadata.metadata(name)
    urls = [url.partition(",")[2].strip() for url in about.get_all("Project-URL") or ()]
    source = [url for url in urls if re.search(r"//(github|gitlab|code\.qt)", url)]
    found = next(
        iter(
            [
                *source,
                *filter(None, [_said(name, "Home-page")]),
                *urls,
                f"https://pypi.org/project/{name}/",
            ]
        )
    )
    return re.sub(r"(//git(?:hub|lab)\.com/[^/]+/[^/]+)/.*", r"\1", found)


def _others() -> list[Component]:
    """What is in a bundle and is no package of Python's index."""
    from cryptography.hazmat.backends.openssl import backend
    from lxml import etree

    qt, openssl = metadata.version("PySide6-Essentials"), backend.openssl_version_text()
    return [
        _other("Python", f"{sys.version_info.major}.{sys.version_info.minor}", "PSF-2.0"),
        _other("Qt", qt, "LGPL-3.0-only", ["LGPL-3.txt", "GPL-3.txt"]),
        _other("ICU", "73", "Unicode-3.0"),
        _other("libxml2", ".".join(map(str, etree.LIBXML_VERSION)), "MIT", ["lxml.txt"]),
        _other("libxslt", ".".join(map(str, etree.LIBXSLT_VERSION)), "MIT", ["lxml.txt"]),
        _other("Noto Sans", "2.004", "OFL-1.1"),
        _other("OpenSSL", openssl.split()[1], "Apache-2.0", ["cryptography.txt"]),
        _other(
            "PyInstaller bootloader",
            metadata.version("pyinstaller"),
            "GPL-2.0-or-later WITH Bootloader-exception",
        ),
    ]


HOMES = {
    "libxml2": "https://gitlab.gnome.org/GNOME/libxml2",
    "libxslt": "https://gitlab.gnome.org/GNOME/libxslt",
    "OpenSSL": "https://github.com/openssl/openssl",
    "Python": "https://www.python.org/downloads/source/",
    "Qt": "https://download.qt.io/official_releases/qt/",
    "ICU": "https://github.com/unicode-org/icu",
    "Noto Sans": "https://github.com/notofonts/latin-greek-cyrillic",
    "PyInstaller bootloader": "https://github.com/pyinstaller/pyinstaller",
}


def _other(name: str, version: str, licence: str, texts: list[str] | None = None) -> Component:
    plain = name.casefold().replace(" ", "-")
    return Component(
        name=name,
        version=version,
        licence=licence,
        home=HOMES[name],
        purl="",
        texts=texts or [f"{plain}.txt"],
    )


# ---------------------------------------------------------------------------- the texts
def texts() -> dict[str, str]:
    """Every licence text, by the name of its file."""
    found = {f"{name}.txt": _read(COMMON / name) for name in ("LGPL-3", "GPL-3")}
    for component in components():
        if component["purl"] and component["licence"] not in GNU:
            (name,) = component["texts"]
            found[name] = _of_package(component["name"])
    found["python.txt"] = _read(Path(sys.base_prefix, *_python_licence()))
    found["noto-sans.txt"] = _read(ROOT / "resources" / "fonts" / "OFL.txt")
    found["pyinstaller-bootloader.txt"] = _of_package("pyinstaller")
    (icu,) = (f for f in metadata.files("pypdfium2") or () if f.name == "icu.txt")
    found["icu.txt"] = _read(Path(str(icu.locate())))
    return found


def _python_licence() -> tuple[str, ...]:
    if sys.platform == "win32":
        return ("LICENSE.txt",)
    return ("lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "LICENSE.txt")


def _of_package(name: str) -> str:
    """The licence files of a package, one after the other."""
    parts = []
    for file in sorted(metadata.files(name) or (), key=str):
        if _is_licence(str(file)):
            parts.append(_read(Path(str(file.locate()))))
    if not parts:
        raise ValueError(f"{name} comes without its licence")
    return "\n\n".join(parts)


def _is_licence(path: str) -> bool:
    inside = re.search(r"\.dist-info/(licenses/.*|LICEN[CS]E[^/]*|COPYING[^/]*|NOTICE[^/]*)$", path)
    return bool(inside) and not ELSEWHERE.search(path)


def _read(path: Path) -> str:
    lines = path.read_text("utf-8", "replace").replace("\f", "").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _files() -> Iterator[tuple[str, str]]:
    yield LIST, json.dumps(components(), ensure_ascii=False, indent=1) + "\n"
    yield from texts().items()


def main() -> None:
    """Write the folder anew."""
    made = dict(_files())
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
