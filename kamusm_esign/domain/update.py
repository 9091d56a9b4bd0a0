"""A newer version of the program, as its makers announce it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """One file of a version."""

    name: str
    """A plain file name, without a folder."""
    platform: str
    """Which installation it is for: `windows`, `linux-deb` or `linux-tar`."""
    size: int
    """Bytes."""
    sha256: str
    """64 hexadecimal digits, lower case."""


@dataclass(frozen=True, slots=True)
class UpdateManifest:
    """One release; only a verified manifest becomes one of these."""

    sequence: int
    """Grows with every manifest that is signed; a smaller one than was seen before is a replay."""
    version: str
    """`major.minor.patch`."""
    not_before: datetime
    """UTC; nobody installs it earlier."""
    expires: datetime
    """UTC; later than that somebody may be keeping back newer manifests."""
    files: tuple[UpdateFile, ...]

    def file_for(self, platform: str) -> UpdateFile | None:
        """The file for an installation, None where there is none."""
        return next((file for file in self.files if file.platform == platform), None)


@dataclass(frozen=True, slots=True)
class Update:
    """A version that is newer than this one, and its file for this installation."""

    manifest: UpdateManifest
    file: UpdateFile
    base_url: str
    """Where manifest and files lie; ends with a slash."""


def version_numbers(version: str) -> tuple[int, ...]:
    """The first three numbers of a version, for comparing; what is none counts as 0.

    A version that is not finished (`2.1.0rc1`) counts as the one that it leads to.
    """
    numbers = []
    for part in version.split(".")[:3]:
        digits = ""
        for character in part:
            if not (character.isascii() and character.isdigit()):
                break
            digits += character
        numbers.append(int(digits or "0"))
    return tuple(numbers + [0] * (3 - len(numbers)))
