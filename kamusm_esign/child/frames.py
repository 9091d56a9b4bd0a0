"""Frames on the pipe between the program and a child process of its own.

A frame is one type byte, the length of the payload as 4 bytes in network order, and the payload.
Secrets travel in frames of their own and are read straight into a buffer that can be wiped. Used on
both sides, so it imports next to nothing: a host starts with it.
"""

import io
import json
from enum import Enum
from typing import Any


class FrameType(Enum):
    """What a frame carries."""

    MESSAGE = b"J"
    """A JSON object."""
    PHASE = b"P"
    """The name of a step: how far the host has come."""
    SECRET = b"S"
    """The bytes of one secret, nothing else."""
    BULK = b"B"
    """Many bytes that belong to the message before: a document, a picture."""


LIMITS = {
    FrameType.MESSAGE: 1 << 20,
    FrameType.PHASE: 32,
    FrameType.SECRET: 64,
    FrameType.BULK: 32 << 20,
}
"""Longest payload of each type, in bytes."""

_HEADER = 5


class WireError(Exception):
    """The other side broke the protocol. Never carries what it sent."""


def write_frame(pipe: io.RawIOBase, kind: FrameType, payload: bytes | memoryview) -> None:
    """Send one frame; the payload is not copied.

    Raises:
        OSError: nobody reads the pipe.
        WireError: the payload is too long for its type.
    """
    if len(payload) > LIMITS[kind]:
        raise WireError(kind.name)
    _write_all(pipe, kind.value + len(payload).to_bytes(4))
    _write_all(pipe, payload)


def _write_all(pipe: io.RawIOBase, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while len(view):
        view = view[pipe.write(view) or 0 :]


def read_frame(pipe: io.RawIOBase) -> tuple[FrameType, bytearray] | None:
    """Wait for one frame; None at the end of the pipe.

    The payload stands in the returned buffer only: whoever gets a secret wipes it.

    Raises:
        WireError: not a frame, or cut off.
    """
    header = bytearray(_HEADER)
    if not _read_all(pipe, header):
        return None
    try:
        kind = FrameType(bytes(header[:1]))
    except ValueError:
        raise WireError("type") from None
    length = int.from_bytes(header[1:])
    if length > LIMITS[kind]:
        raise WireError("length")
    payload = bytearray(length)
    if length and not _read_all(pipe, payload):
        raise WireError("cut off")
    return kind, payload


def _read_all(pipe: io.RawIOBase, buffer: bytearray) -> bool:
    """Fill the buffer; False where the pipe ended before its first byte."""
    view = memoryview(buffer)
    got = 0
    while got < len(view):
        count = pipe.readinto(view[got:]) or 0
        if not count:
            if got:
                raise WireError("cut off")
            return False
        got += count
    return True


def encode_message(message: dict[str, Any]) -> bytes:
    """A JSON object as UTF-8."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def decode_message(payload: bytes | bytearray) -> dict[str, Any]:
    """Read a JSON object strictly: UTF-8, an object, no member twice, no NaN.

    Raises:
        WireError: it is not one.
    """
    try:
        value = json.loads(
            payload.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise WireError("JSON") from None
    if not isinstance(value, dict):
        raise WireError("JSON")
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _refuse(name: str) -> Any:
    raise ValueError(name)
