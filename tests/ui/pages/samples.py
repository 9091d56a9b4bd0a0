"""The samples of the last pages, in a language, and the windows in which they must fit."""

from typing import Any

from tests.ui.pages.stage import LOOKS, WORDS
from tests.ui.samples import SAMPLES

FITS = (
    *(look[:3] for look in LOOKS if look[3] == "light"),
    *(((640, 360), 1.0, language) for language in WORDS),
)
"""(size, text scale, language); colours take no room."""


def sample(name: str, language: str = "tr") -> Any:
    """A model of `tests.ui.samples`."""
    return SAMPLES[name](WORDS[language])
