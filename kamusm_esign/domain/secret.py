"""Secrets that can be wiped, and values that must not be printed.

`Secret` holds a PIN, a PUK or an SMS code in a fixed-size buffer, because growing a bytearray
leaves copies behind. `SecretBox` is where one waits between the field it was typed into and the
one operation that uses it. `Sensitive` is a text (verification code, session token) that has to
travel as a `str` but never shows itself.
"""

import hmac
import threading
from dataclasses import dataclass
from typing import NoReturn

PIN_CAPACITY = 12
"""Bytes of a PIN field: the longest PIN that the product accepts."""


class Secret:
    """ASCII characters in one fixed buffer that is overwritten with zeros by `wipe`.

    It cannot be printed, copied, pickled or grown.
    """

    __slots__ = ("_buffer", "_length")

    def __init__(self, capacity: int = PIN_CAPACITY) -> None:
        self._buffer = bytearray(capacity)
        self._length = 0

    @classmethod
    def taking(cls, source: bytearray) -> "Secret":
        """Make a secret of the bytes of `source`, and wipe `source`."""
        secret = cls(max(len(source), 1))
        secret._buffer[: len(source)] = source
        secret._length = len(source)
        source[:] = bytes(len(source))
        return secret

    def push(self, byte: int) -> bool:
        """Append one byte; False, and nothing changed, when the buffer is full."""
        if self._length == len(self._buffer):
            return False
        self._buffer[self._length] = byte
        self._length += 1
        return True

    def pop(self) -> None:
        """Remove the last byte, if there is one, and zero its place."""
        if self._length:
            self._length -= 1
            self._buffer[self._length] = 0

    def wipe(self) -> None:
        """Overwrite everything with zeros; the secret is then empty."""
        self._buffer[:] = bytes(len(self._buffer))
        self._length = 0

    def view(self) -> memoryview:
        """The bytes themselves, not a copy. Do not keep it, and do not make a `str` of it."""
        return memoryview(self._buffer)[: self._length]

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.view(), other.view())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not serialised")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a secret is not copied")

    __copy__ = __reduce__

    def __del__(self) -> None:
        self.wipe()


@dataclass(frozen=True, slots=True)
class SecretHandle:
    """A claim on one secret in the box; what states, events and effects carry instead of it."""

    number: int


class SecretGoneError(KeyError):
    """A secret was taken or dropped already: somebody went elsewhere meanwhile."""


class SecretBox:
    """Secrets waiting for the one operation that uses them: `put`, then `take` once."""

    def __init__(self) -> None:
        self._secrets: dict[SecretHandle, Secret] = {}
        self._next = 0
        self._lock = threading.Lock()

    def put(self, secret: Secret) -> SecretHandle:
        """Keep `secret`, which from now on belongs to the box."""
        with self._lock:
            self._next += 1
            handle = SecretHandle(self._next)
            self._secrets[handle] = secret
        return handle

    def take(self, handle: SecretHandle) -> Secret:
        """Hand the secret out; who takes it wipes it.

        Raises:
            SecretGoneError: it was taken or dropped already.
        """
        with self._lock:
            secret = self._secrets.pop(handle, None)
        if secret is None:
            raise SecretGoneError
        return secret

    def drop(self, handle: SecretHandle) -> None:
        """Wipe one secret; nothing happens if it is gone already."""
        with self._lock:
            secret = self._secrets.pop(handle, None)
        if secret is not None:
            secret.wipe()

    def wipe(self) -> None:
        """Wipe and drop everything."""
        with self._lock:
            secrets = list(self._secrets.values())
            self._secrets.clear()
        for secret in secrets:
            secret.wipe()

    def __len__(self) -> int:
        return len(self._secrets)

    def __repr__(self) -> str:
        return f"SecretBox({len(self)} waiting)"


class Sensitive:
    """A text that must travel but not show itself: `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text. Only for the one place that sends or compares it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(
            self._text.encode(), other._text.encode()
        )

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._text))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sensitive value is not serialised")


class StampPassword(Sensitive):
    """The password of an account at a time stamp server."""

    __slots__ = ()
