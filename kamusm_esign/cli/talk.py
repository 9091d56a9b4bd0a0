"""What a command says while it works: lines on standard error, in the person's language."""

import sys

from kamusm_esign.cli.result import Shown
from kamusm_esign.domain.failures import Failure


class Talk:
    """Progress lines; standard output stays for the result."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    def text(self, key: str, **params: str | int) -> str:
        """A text of the catalogue."""
        return self.shown.catalogue.text(key, **params)

    def say(self, key: str, **params: str | int) -> None:
        """Print one line."""
        print(self.text(key, **params), file=sys.stderr, flush=True)

    def ask(self, question: str) -> None:
        """Print a question, without a line end."""
        print(question, end="", file=sys.stderr, flush=True)

    def failure(self, failure: Failure) -> None:
        """Print what went wrong, where it can still be mended."""
        text = self.shown.catalogue.failure(failure)
        print(text.title, text.body, text.todo, sep="\n", file=sys.stderr, flush=True)
