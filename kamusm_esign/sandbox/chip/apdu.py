"""Commands and status words (ISO/IEC 7816-4 sections 5.1 and 5.3)."""

from dataclasses import dataclass

OK = 0x9000
MEMORY_FAILURE = 0x6581
WRONG_LENGTH = 0x6700
NOT_ALLOWED = 0x6982
BLOCKED = 0x6983
CONDITIONS = 0x6985
WRONG_DATA = 0x6A80
NO_FILE = 0x6A82
NO_REFERENCE = 0x6A88
OUT_OF_FILE = 0x6B00
UNKNOWN_INSTRUCTION = 0x6D00
_TRIES_LEFT = 0x63C0


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command; its data may be a PIN and is never shown."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Command | None":
        """A short command; None where it is none."""
        if len(raw) < 4:
            return None
        data = b""
        if len(raw) > 5:
            data = raw[5 : 5 + raw[4]]
            if len(data) != raw[4] or len(raw) > 6 + raw[4]:
                return None
        return cls(raw[0], raw[1], raw[2], raw[3], data)

    @property
    def reference(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2


def tries_left(tries: int) -> int:
    """63Cx, or 6983 where there is none left."""
    return _TRIES_LEFT | tries if tries else BLOCKED


def answer(status: int, data: bytes = b"") -> bytes:
    """What goes back to the reader."""
    return data + status.to_bytes(2)
