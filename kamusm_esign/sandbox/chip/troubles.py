"""What goes wrong with a virtual card: a file that is read at every command.

One trouble a line, `INSTRUCTION COUNT TROUBLE [VALUE]`; `#` begins a remark.

    2C 1 gone           pulled out before the first RESET RETRY COUNTER does anything
    2C 1 gone-after     pulled out when it is done; its answer is lost
    20 2 status 6581    the second VERIFY answers this instead of doing anything
    20+ 1 gone          before the first VERIFY that carries a PIN, not a mere question
    20 1 status-after 6f00
    84 1 delay 5000     milliseconds before the first GET CHALLENGE
    84 1 garble         the data of the answer is spoilt
    * 0 delay 50        every command (COUNT 0: each time)

The instruction is two hex digits, with `+` only those that carry data; counts begin when the card
is plugged in.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kamusm_esign.sandbox.chip.apdu import Command

_EVERY, _WITH_DATA = "*", "+"


class GoneError(Exception):
    """The card was pulled out."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line."""

    instruction: str
    """Two hex digits, perhaps `+`; or `*`."""
    count: int
    """0: each time."""
    kind: str
    value: str


class Troubles:
    """The troubles of one card while it is plugged in."""

    def __init__(self, path: Path | None) -> None:
        """
        Args:
            path: of the file, which need not be there.
        """
        self._path = path
        self._counts: Counter[str] = Counter()

    def around(self, command: Command, work: Callable[[], bytes]) -> bytes:
        """Do one command with whatever goes wrong with it.

        Raises:
            GoneError: the card is out.
        """
        name = f"{command.ins:02X}"
        names = (_EVERY, name, name + _WITH_DATA) if command.data else (_EVERY, name)
        self._counts.update(names)
        due = [
            t
            for t in self._read()
            if t.instruction in names and t.count in (0, self._counts[t.instruction])
        ]
        for trouble in due:
            instead = _before(trouble)
            if instead is not None:
                return instead
        said = work()
        for trouble in due:
            said = _after(trouble, said)
        return said

    def _read(self) -> list[Trouble]:
        if self._path is None or not self._path.exists():
            return []
        lines = (line.partition("#")[0].split() for line in self._path.read_text().splitlines())
        return [_parse(words) for words in lines if words]


def _parse(words: list[str]) -> Trouble:
    return Trouble(words[0], int(words[1]), words[2], words[3] if len(words) > 3 else "")


def _before(trouble: Trouble) -> bytes | None:
    """The answer instead of the command, if there is to be one."""
    if trouble.kind == "delay":
        time.sleep(int(trouble.value) / 1000)
    elif trouble.kind == "gone":
        raise GoneError
    elif trouble.kind == "status":
        return bytes.fromhex(trouble.value)
    return None


def _after(trouble: Trouble, said: bytes) -> bytes:
    if trouble.kind == "gone-after":
        raise GoneError
    if trouble.kind == "status-after":
        return bytes.fromhex(trouble.value)
    if trouble.kind == "garble":
        return bytes(byte ^ 0x5A for byte in said[:-2]) + said[-2:]
    return said
