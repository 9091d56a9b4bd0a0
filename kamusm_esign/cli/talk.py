"""What a command says while it works: lines on standard error, in the person's language."""

from kamusm_esign.cli.output import tell
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
        tell(self.text(key, **params))

    def ask(self, question: str) -> None:
        """Print a question, without a line end."""
        tell(question, end="")

    def failure(self, failure: Failure) -> None:
        """Print what went wrong, where it can still be mended."""
        text = self.shown.catalogue.failure(failure)
        tell("\n".join((text.title, text.body, text.todo)))
