"""The texts of the first painted window; the rest of the catalogue is read later.

The whole catalogue takes several milliseconds to parse, and a window that is simply there cannot
wait for it. These files are small on purpose, and so plain that no TOML parser is needed: tables,
and one text a line without escapes.
"""

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
        self._texts = plain_toml(resource("i18n", f"home.{language}.toml").read_text("utf-8"))

    def __call__(self, key: str, **params: str | int) -> str:
        """One text by its dotted key, e.g. `home.code.title`, with its parameters."""
        text = self._texts[key]
        return text.format_map(params) if params else text


def plain_toml(source: str) -> dict[str, str]:
    """Read the part of TOML that these files use; the keys come out dotted."""
    texts: dict[str, str] = {}
    table = ""
    for line in source.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" = ")
            texts[f"{table}.{key}"] = value.strip('"')
    return texts
