"""The texts of the first painted window; the rest of the catalogue is read later.

The whole catalogue takes several milliseconds to parse, and a window that is simply there cannot
wait for it. These files are small on purpose.
"""

import tomllib
from typing import Any

from kamusm_esign.resource_files import resource


class Texts:
    """Tables `frame`, `home`, `guide` and `status` of one language."""

    def __init__(self, language: str) -> None:
        """Read them.

        Args:
            language: `tr` or `en`.

        Raises:
            FileNotFoundError: the installation is incomplete.
        """
        self.language = language
        with resource("i18n", f"home.{language}.toml").open("rb") as file:
            self._tables: dict[str, Any] = tomllib.load(file)

    def __call__(self, key: str, **params: str | int) -> str:
        """One text by its dotted key, e.g. `home.code.title`, with its parameters."""
        found: Any = self._tables
        for part in key.split("."):
            found = found[part]
        return str(found).format_map(params) if params else str(found)
