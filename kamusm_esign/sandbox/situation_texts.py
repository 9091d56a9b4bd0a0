"""What is said of practice mode and its situations, in one language."""

import tomllib
from typing import Any

from kamusm_esign.sandbox.situations import Situation
from kamusm_esign.sandbox.teller import TEXTS


class SituationTexts:
    """The texts of `demo_texts/situations.*.toml`."""

    def __init__(self, language: str) -> None:
        """Read them.

        Args:
            language: `tr` or `en`.
        """
        self.language = language
        source = (TEXTS / f"situations.{language}.toml").read_text("utf-8")
        self._texts: dict[str, Any] = tomllib.loads(source)

    def __call__(self, key: str, **values: object) -> str:
        """One text by its dotted key, e.g. `chooser.title`."""
        table, _, name = key.partition(".")
        return str(self._texts[table][name]).format(**values)

    def title(self, situation: Situation) -> str:
        """Its name."""
        return self(f"{situation.name}.title")

    def line(self, situation: Situation) -> str:
        """What is the matter, in a few words."""
        return self(f"{situation.name}.line")

    def task(self, situation: Situation) -> str:
        """What the person is asked to do, in one sentence."""
        return self(f"{situation.name}.task")
