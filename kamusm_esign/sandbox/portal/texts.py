"""The portal's own texts, `texts/<language>/*.toml`; Turkish is the reference."""

import functools
import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = ("tr", "en")
_FOLDER = Path(__file__).resolve().parent / "texts"


@functools.cache
def texts(language: str) -> dict[str, Any]:
    """All texts of a language: one table a page, whatever file it stands in."""
    found: dict[str, Any] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        for table, content in tomllib.loads(path.read_text("utf-8")).items():
            if table in found:
                raise ValueError(f"two files have a table {table}")
            found[table] = content
    return found


@functools.cache
def document_words() -> dict[str, Any]:
    """The words of the documents that are signed; Turkish, as the real ones are."""
    return tomllib.loads((_FOLDER / "documents.toml").read_text("utf-8"))


def language_of(accept_language: str) -> str:
    """The first language of an Accept-Language header that the portal speaks; else Turkish.

    Weights are not looked at: browsers list the wanted languages in order.
    """
    for part in accept_language.split(","):
        language = part.partition(";")[0].strip()[:2].casefold()
        if language in LANGUAGES:
            return language
    return "tr"
