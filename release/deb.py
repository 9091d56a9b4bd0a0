"""The Debian package (Debian, Ubuntu, Pardus) of a bundle."""

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from kamusm_esign import __version__
from release.bundle import NAME, binaries, environment, size_of
from release.commit import commit_time
from release.contents import ROOT

LINUX = ROOT / "release" / "linux"
HOME = "usr/lib/kamusm-esign"
MAINTAINER = "Kamu SM <bilgi@kamusm.gov.tr>"
DEPENDS = ("ca-certificates", "libpcsclite1")
"""Besides the libraries that the binaries name: pyscard opens its library by itself."""
RECOMMENDS = (
    "pcscd",  # reaches card readers
    "libccid",  # drives nearly all of them
    "fonts-noto-core",  # the letters of the window, with every letter of Turkish
    "fonts-noto-mono",  # its codes
    "xdg-utils",  # opens the portal's page
    "gnome-keyring | kwalletmanager | keepassxc",  # keeps what waits for the portal
)
SUGGESTS = ("xdg-desktop-portal",)
DESCRIPTION = """\
electronic signature application for Kamu SM certificates
 For holders of Kamu SM certificates (NES, Mali Mühür) on an AKİS card.
 .
 With a short-lived code from the portal it creates or unblocks the card's
 PIN, or signs E-Onay consents, applications and logins; every document is
 shown before it is signed. A window, and a command line for scripts."""
VERSIONS_MATTER = frozenset(("libc6", "libssl3", "libstdc++6"))
"""Of the other libraries any version will do that a supported system has. Debian's own bounds would
keep the package off Ubuntu 22.04, whose libraries Qt's makers do support."""
ON_WAYLAND = re.compile(r"libqwayland|libQt6WaylandClient|/wayland-")
"""What only Wayland wants: its libraries are recommended, not required."""


def build(bundle: Path, work: Path, output: Path) -> Path:
    """Make the package out of a bundle's folder; the folder `work` is emptied."""
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    shutil.copytree(bundle, tree / HOME, symlinks=True)
    _put_in_place(tree)
    _write_control(tree, work)
    _set_rights_and_dates(tree)
    made = output / f"{NAME}_{__version__}_{architecture()}.deb"
    # dpkg-deb sorts the names, dates its own members by SOURCE_DATE_EPOCH, and cuts the data into
    # the same blocks however many processors there are; the rest is said, so that no setting of the
    # builder's account says it.
    packed = ["-Zxz", "-z6", "--root-owner-group"]
    command = ["dpkg-deb", *packed, "--build", str(tree), str(made)]
    _run(command, work)
    return made


def architecture() -> str:
    """Debian's name of this machine's processor."""
    return _run(["dpkg", "--print-architecture"], ROOT).strip()


def _put_in_place(tree: Path) -> None:
    programs = tree / "usr/bin"
    programs.mkdir(parents=True)
    (programs / NAME).symlink_to(f"../lib/kamusm-esign/{NAME}")
    share = tree / "usr/share"
    _copy(LINUX / "kamusm-esign.desktop", share / "applications/kamusm-esign.desktop")
    metainfo = "tr.gov.kamusm.esign.metainfo.xml"
    _write(share / "metainfo" / metainfo, filled(LINUX / metainfo))
    _write_gz(share / "man/man1/kamusm-esign.1.gz", filled(LINUX / "kamusm-esign.1"))
    _write_gz(share / "man/tr/man1/kamusm-esign.1.gz", filled(LINUX / "kamusm-esign.tr.1"))
    _copy(ROOT / "resources/icons/app.svg", share / "icons/hicolor/scalable/apps/kamusm-esign.svg")
    _copy(LINUX / "lintian-overrides", share / "lintian/overrides/kamusm-esign")
    papers = share / "doc/kamusm-esign"
    _write_gz(papers / "changelog.gz", _changelog())
    _copy(LINUX / "copyright", papers / "copyright")


def filled(template: Path) -> str:
    """A file of `linux/` with version and date in it."""
    day = datetime.fromtimestamp(int(commit_time()), UTC).date().isoformat()
    return template.read_text("utf-8").replace("@VERSION@", __version__).replace("@DATE@", day)


def _changelog() -> str:
    """Debian's form; what changed stands in CHANGELOG.md."""
    when = datetime.fromtimestamp(int(commit_time()), UTC)
    return (
        f"{NAME} ({__version__}) stable; urgency=medium\n\n"
        "  * See CHANGELOG.md of the program.\n\n"
        f" -- {MAINTAINER}  {when:%a, %d %b %Y %H:%M:%S} +0000\n"
    )


def _write_control(tree: Path, work: Path) -> None:
    (tree / "DEBIAN").mkdir()
    required, wanted = libraries_of(tree, work)
    fields = {
        "Package": NAME,
        "Version": __version__,
        "Architecture": architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(-(-size_of(tree) // 1024)),
        "Depends": ", ".join((*required, *DEPENDS)),
        "Recommends": ", ".join((*wanted, *RECOMMENDS)),
        "Suggests": ", ".join(SUGGESTS),
        "Section": "utils",
        "Priority": "optional",
        "Homepage": "https://kamusm.gov.tr",
        "Description": DESCRIPTION,
    }
    control = "".join(f"{name}: {value}\n" for name, value in fields.items())
    _write(tree / "DEBIAN/control", control)
    sums = work / "md5sums"
    names = sorted(
        path.relative_to(tree).as_posix()
        for path in (tree / "usr").rglob("*")
        if path.is_file() and not path.is_symlink()
    )
    sums.write_text(_run(["md5sum", *names], tree), "utf-8")
    _copy(sums, tree / "DEBIAN/md5sums")


def libraries_of(tree: Path, work: Path) -> tuple[list[str], list[str]]:
    """The packages that hold the libraries that the bundle leaves to the system.

    Returns:
        Those without which it does not start, and those that only Wayland wants.
    """
    _write(work / "debian/control", f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n")
    files = list(binaries(tree))
    always = [f"-e{path}" for path in files if not ON_WAYLAND.search(str(path))]
    sometimes = [f"-e{path}" for path in files if ON_WAYLAND.search(str(path))]
    own = sorted({str(path.parent) for path in files})
    command = [
        *("dpkg-shlibdeps", "-O", "--ignore-missing-info", *(f"-l{folder}" for folder in own)),
        *("-dDepends", *always, "-dRecommends", *sometimes),
    ]
    found = dict(line.split("=", 1) for line in _run(command, work).splitlines() if "=" in line)
    # What is required already is not recommended besides; that may be all of it.
    return _names(found["shlibs:Depends"]), _names(found.get("shlibs:Recommends", ""))


def _names(listed: str) -> list[str]:
    """Packages, each with a version only where that matters."""
    names = (whole.strip() for whole in listed.split(",") if whole.strip())
    return [whole if (name := whole.split()[0]) in VERSIONS_MATTER else name for whole in names]


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


def _write(to: Path, text: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, "utf-8")


def _write_gz(to: Path, text: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _set_rights_and_dates(tree: Path) -> None:
    """Everything is as old as the commit, and the builder's umask does not show."""
    moment = int(commit_time())
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path == tree / HOME / NAME
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _run(command: Iterable[str], folder: Path) -> str:
    done = subprocess.run(
        list(command), cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:  # what they warn about otherwise is not about us
        raise RuntimeError(f"{done.args[0]}: {done.stderr[-4000:]}")
    return done.stdout
