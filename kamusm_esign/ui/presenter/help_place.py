"""Which page of the helpdesk's guide belongs to what is shown."""

from collections.abc import Iterator
from typing import Any

WARNINGS = ("bad", "warn")


def help_page(model: Any) -> str:
    """File of the guide: the failure that is shown, or else the screen.

    Args:
        model: a model of `presenter.models`; None for the home screen.
    """
    code = next(_codes(model), "")
    if code:
        return f"{code}.html"
    return f"ekran-{1 if model is None else model.frame.screen}.html"


def _codes(model: Any) -> Iterator[str]:
    """Failure codes on the page, the most important first."""
    for name in ("support", "notice", "saved", "advice"):
        code = getattr(getattr(model, name, None), "code", "")
        if code:
            yield code
    rows = [getattr(row, "check", None) for row in getattr(model, "rows", ())]
    for state in WARNINGS:
        yield from (row.code for row in rows if row is not None and row.state == state and row.code)
