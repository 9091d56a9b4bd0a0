"""What demo and tour say in the terminal, in the person's language."""

import tomllib
from pathlib import Path

TEXTS = Path(__file__).with_name("demo_texts")


class Teller:
    """Says what is going on."""

    def __init__(self, language: str, steps: int = 0) -> None:
        """Make one.

        Args:
            language: `tr` or `en`.
            steps: how many there will be.
        """
        self.language = language
        self._texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
        self._step, self._steps = 0, steps

    def text(self, key: str, **values: object) -> str:
        """One text."""
        return str(self._texts[key]).format(**values)

    def say(self, key: str, **values: object) -> None:
        """Say a text as part of a step."""
        print("   " + self.text(key, **values), flush=True)

    def step(self, key: str) -> None:
        """Begin the next step."""
        self._step += 1
        print(f"\n{self._step}/{self._steps} {self.text(key)}", flush=True)

    def begin(self, intro: str = "intro") -> None:
        """Say what this is."""
        print(f"\n{self.text('title')}\n{self.text(intro)}", flush=True)

    def fact(self, key: str, *, true: bool) -> bool:
        """Say whether something is so, and give it back."""
        print(f"   {self.text('yes' if true else 'no'):6}{self.text(key)}", flush=True)
        return true

    def end(self, key: str, **values: object) -> None:
        """Say how it ended."""
        print("\n" + self.text(key, **values), flush=True)
