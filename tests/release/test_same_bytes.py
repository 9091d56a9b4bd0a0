"""Packages made twice of one commit are the same bytes, however the second bundle came about."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from release import deb, tarball

LONG_AGO = 1_000_000_000
BIG = 26_000_000
"""More than one block of xz at its usual level, so that several processors have something to do."""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Looks like one: programs that need libraries (some only for Wayland), links, many names."""
    folder = tmp_path / "first" / "kamusm-esign"
    inside = folder / "_internal"
    (inside / "wayland-shell-integration").mkdir(parents=True)
    shutil.copy("/bin/ls", folder / "kamusm-esign")
    shutil.copy("/bin/ls", inside / "wayland-shell-integration/libxdg-shell.so")
    (inside / "libone.so.1").write_bytes(b"\0" * BIG)
    (inside / "libone.so").symlink_to("libone.so.1")
    for name in ("b", "a", "Z", "ğ", "İ", "a-b", "a.b", "a_b"):
        (inside / f"{name}.txt").write_text(name * 1000, "utf-8")
    return folder


@contextmanager
def umask(wanted: int) -> Iterator[None]:
    before = os.umask(wanted)
    try:
        yield
    finally:
        os.umask(before)


def copied_otherwise(bundle: Path, to: Path) -> Path:
    """The same files, put there in another order, at other times, with other rights."""
    files = [path for path in bundle.rglob("*") if path.is_symlink() or not path.is_dir()]
    random.Random(7).shuffle(files)
    for number, path in enumerate(files):
        target = to / path.relative_to(bundle)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            target.symlink_to(os.readlink(path))
            continue
        shutil.copyfile(path, target)
        target.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
        os.utime(target, (LONG_AGO + number, LONG_AGO + number))
    return to


def packaged(bundle: Path, output: Path) -> dict[str, bytes]:
    output.mkdir()
    made = (deb.build(bundle, output / "work", output), tarball.build(bundle, output))
    return {path.name: path.read_bytes() for path in made}


def test_the_same_bundle_gives_the_same_packages(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with umask(0o022):
        first = packaged(bundle, tmp_path / "one")
    time.sleep(1.1)  # another second: what is stamped anywhere in the files is another stamp
    monkeypatch.setenv("DPKG_DEB_THREADS_MAX", "1")
    monkeypatch.setenv("DPKG_DEB_COMPRESSOR_LEVEL", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    with umask(0o077):
        second = packaged(copied_otherwise(bundle, tmp_path / "other"), tmp_path / "two")
    assert [name.rpartition(".")[2] for name in first] == ["deb", "gz"]
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_another_commit_is_seen(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison above does see dates: with another commit's date no package is the same."""
    (bundle / "_internal/libone.so.1").write_bytes(b"")
    first = packaged(bundle, tmp_path / "one")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LONG_AGO))
    second = packaged(bundle, tmp_path / "two")
    assert [name for name in first if first[name] == second[name]] == []
