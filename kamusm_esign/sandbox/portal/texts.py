"""The portal's own texts, `texts/*.toml`; Turkish is the reference."""

import functools
import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = ("tr", "en")
_FOLDER = Path(__file__).resolve().parent / "texts"


@functools.cache
def texts(name: str) -> dict[str, Any]:
    """All texts of a language (`tr`, `en`), or the words of the documents (`documents`)."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def language_of(accept_language: str) -> str:
    """The first language of an Accept-Language header that the portal speaks; else Turkish.

    Weights are not looked at: browsers list the wanted languages in order.
    """
    for part in accept_language.split(","):
        language = part.partition(";")[0].strip()[:2].casefold()
        if language in LANGUAGES:
            return language
    return "tr"
