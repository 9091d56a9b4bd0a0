"""The archive for Linux systems without Debian's packages."""

import tarfile
from pathlib import Path

from kamusm_esign import __version__
from release.bundle import NAME
from release.commit import commit_time
from release.contents import ROOT
from release.deb import LINUX, architecture, filled

README = """\
E-İmza Uygulaması @VERSION@

./install.sh           kendi hesabınıza kurar (~/.local); yönetici hakkı gerekmez
./install.sh --remove  kaldırır; yarım kalan işleriniz ve ayarlarınız kalır
./kamusm-esign/kamusm-esign   kurmadan çalıştırır

./install.sh           installs for your account (~/.local), without administrator rights
./install.sh --remove  removes it; unfinished jobs and settings stay
./kamusm-esign/kamusm-esign   runs it without installing

Needs glibc 2.35 or newer, OpenSSL 3, pcsc-lite and the X11 or Wayland libraries of any desktop
(Fedora: pcsc-lite pcsc-lite-ccid xcb-util-cursor; openSUSE: pcsc-lite pcsc-ccid libxcb-cursor0).
"""


def build(bundle: Path, output: Path) -> Path:
    """Make the archive: the same files, owners and times whoever makes it."""
    root = f"{NAME}-{__version__}"
    made = output / f"{root}-linux-{architecture()}.tar.gz"
    readme = output / "README.txt"
    readme.write_text(README.replace("@VERSION@", __version__), "utf-8")
    metainfo = output / "metainfo.xml"
    metainfo.write_text(filled(LINUX / "tr.gov.kamusm.esign.metainfo.xml"), "utf-8")
    members = {
        "kamusm-esign": bundle,
        "install.sh": LINUX / "install.sh",
        "share/kamusm-esign.desktop": LINUX / "kamusm-esign.desktop",
        "share/kamusm-esign.svg": ROOT / "resources/icons/app.svg",
        "share/tr.gov.kamusm.esign.metainfo.xml": metainfo,
        "README.txt": readme,
    }
    with _archive(made) as archive:
        for name, path in members.items():
            archive.add(path, f"{root}/{name}", filter=_plain)
    readme.unlink()
    metainfo.unlink()
    return made


def _archive(path: Path) -> tarfile.TarFile:
    import gzip
    import io

    class Stamped(tarfile.TarFile):
        """Closes the compressor, in whose head stands no time."""

        def close(self) -> None:
            super().close()
            compressor.close()
            path.write_bytes(raw.getvalue())

    raw = io.BytesIO()
    compressor = gzip.GzipFile("", "wb", 9, raw, mtime=0)
    return Stamped(fileobj=compressor, mode="w", format=tarfile.GNU_FORMAT)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = int(commit_time())
    runs = member.isdir() or member.name.endswith(("/install.sh", f"/{NAME}/{NAME}"))
    member.mode = 0o755 if runs else 0o644
    return member
