"""A copy of the program that can be spoilt: a file of it changed, as a bad update would."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import kamusm_esign
from kamusm_esign.resource_files import resource

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "sandbox")


@dataclass(frozen=True)
class Installation:
    """One copy; processes run it with `root` as PYTHONPATH."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> "Installation":
        """Copy the program that is being tested."""
        package = Path(kamusm_esign.__file__).parent
        shutil.copytree(package, root / "kamusm_esign", ignore=_LEFT_OUT)
        shutil.copytree(resource("i18n").parent, root / "resources")
        return cls(root)

    def spoil(self, path: str, old: bytes, new: bytes) -> None:
        """Change what stands in a file."""
        file = self.root / path
        content = file.read_bytes()
        assert old in content
        file.write_bytes(content.replace(old, new))

    def replace(self, path: str, content: bytes) -> None:
        """Put another file there."""
        (self.root / path).write_bytes(content)
