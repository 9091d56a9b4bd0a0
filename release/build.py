"""`python3 dev.py build`: everything that people install, in `dist/`.

Linux: the one-dir bundle, the .deb, the .tar.gz. Windows: the bundle and its installer
(`release/windows/build.ps1` signs them). All of it in an environment of its own, in which is
nothing but files whose SHA-256 is in `requirements/`.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from kamusm_esign import __version__
from release import bundle, contents, pinned, sbom

DIST = contents.ROOT / "dist"


def main() -> int:
    """Build; 0 if all was made and the bundle's own self-test is well."""
    parser = argparse.ArgumentParser(prog="dev.py build", description=__doc__)
    parser.add_argument("--output", type=Path, default=DIST, metavar="DIR")
    parser.add_argument("--practice", action="store_true", help="the practice world as well")
    parser.add_argument("--bundle-only", action="store_true", help="no packages")
    parser.add_argument(
        "--here",
        action="store_true",
        help="with the packages of this environment, whose hashes nobody checked: for tests",
    )
    arguments = parser.parse_args()
    output: Path = arguments.output.absolute()
    output.mkdir(parents=True, exist_ok=True)
    work, begun = output / "work", time.monotonic()
    status = _build(arguments, output, work) if arguments.here else _pinned(arguments, output)
    if arguments.practice:
        world = bundle.build(work / "practice", output, practice=True)
        _say(begun, world, bundle.size_of(world))
    shutil.rmtree(work, ignore_errors=True)
    return status


def _pinned(arguments: argparse.Namespace, output: Path) -> int:
    """The same command in an environment that is made of what is listed, and of nothing else."""
    environment = output / "environment"
    try:
        command = [str(pinned.make(environment)), "-m", "release.build", "--here"]
        command += ["--output", str(output), *(["--bundle-only"] if arguments.bundle_only else [])]
        return subprocess.run(command, cwd=contents.ROOT).returncode
    finally:
        shutil.rmtree(environment, ignore_errors=True)


def _build(arguments: argparse.Namespace, output: Path, work: Path) -> int:
    begun = time.monotonic()
    made = bundle.build(work / "bundle", output)
    _say(begun, made, bundle.size_of(made))
    sbom.write(output / f"{bundle.NAME}-{__version__}.cdx.json")
    status = subprocess.run([str(made / bundle.NAME), "selftest", "--language", "en"]).returncode
    if not arguments.bundle_only and sys.platform == "linux":
        from release import deb, tarball

        for package in (deb.build(made, work / "deb", output), tarball.build(made, output)):
            _say(begun, package, package.stat().st_size)
    elif not arguments.bundle_only and sys.platform == "win32":
        from release.windows import installer

        package = installer.build(made, work, output)
        _say(begun, package, package.stat().st_size)
    return status


def _say(begun: float, made: Path, size: int) -> None:
    print(f"==> {made}: {size / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
