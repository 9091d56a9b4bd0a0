"""What others made of the program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Component:
    """One entry of `resources/licences/components.json`."""

    name: str
    version: str
    licence: str
    """SPDX expression."""
    home: str
    """Where it and its source text are."""
    texts: tuple[str, ...]
    """Names of the files with its licence."""
