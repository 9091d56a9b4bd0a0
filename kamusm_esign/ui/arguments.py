"""The arguments of a start with a window, read before anything is imported.

The grammar is `cli/arguments.py`'s; this knows only the part that a window needs. What it does not
understand is left to the command line, which says what is wrong with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

_WITH_VALUE = ("--language", "--portal", "--module", "--settings", "--code")
_FLAGS = ("--verbose", "--show-personal-data")


class WindowArguments(NamedTuple):
    """`[options] [gui [--code CODE] [URL]]`."""

    language: str | None = None
    portal: str | None = None
    module: str | None = None
    settings: str | None = None
    verbose: bool = False
    code: str | None = None
    """As it was typed; not judged yet."""
    link: str | None = None
    """As it was given; not judged yet."""


def window_arguments(argv: Sequence[str]) -> WindowArguments | None:
    """Read the arguments without the program's name; None: not for a window, or not understood."""
    values: dict[str, str] = {}
    flags: set[str] = set()
    plain: list[str] = []
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            flags.add(word)
        elif word == "--":
            plain += rest
            break
        elif name in _WITH_VALUE and (equals or rest):
            values[name[2:]] = value if equals else rest.pop(0)
        elif word.startswith("-"):
            return None
        else:
            plain.append(word)
    return _understood(values, plain, "--verbose" in flags)


def _understood(values: dict[str, str], plain: list[str], verbose: bool) -> WindowArguments | None:
    opens_window = not plain or plain[0] == "gui"
    if not opens_window or len(plain) > 2 or ("code" in values and not plain):
        return None
    if values.get("language", "tr") not in ("tr", "en"):
        return None
    link = plain[1] if len(plain) == 2 else None
    return WindowArguments(verbose=verbose, link=link, **values)
