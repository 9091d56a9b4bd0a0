import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.child.frames import (
    LIMITS,
    FrameType,
    WireError,
    decode_message,
    encode_message,
    read_frame,
    write_frame,
)


class Trickle(io.RawIOBase):
    """A pipe that hands out and takes a few bytes at a time."""

    def __init__(self, data: bytes = b"", step: int = 3) -> None:
        self.data = bytearray(data)
        self._step = step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = min(self._step, len(buffer), len(self.data))
        buffer[:count] = self.data[:count]
        del self.data[:count]
        return count

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        part = bytes(data[: self._step])
        self.data += part
        return len(part)


@given(st.sampled_from(FrameType), st.binary(max_size=32), st.integers(1, 40))
def test_what_is_written_is_read(kind: FrameType, payload: bytes, step: int) -> None:
    pipe = Trickle(step=step)
    write_frame(pipe, kind, payload)
    assert read_frame(pipe) == (kind, bytearray(payload))
    assert read_frame(pipe) is None


@given(st.binary(max_size=200))
def test_garbage_is_a_frame_or_an_error(data: bytes) -> None:
    pipe = Trickle(data, 64)
    try:
        frame = read_frame(pipe)
    except WireError:
        return
    if frame is None:
        assert data == b""
    else:
        kind, payload = frame
        assert data.startswith(kind.value + len(payload).to_bytes(4) + payload)


@pytest.mark.parametrize(
    "data",
    [
        b"X\0\0\0\0",
        b"J\0\0",
        b"J\0\0\0\x05abc",
        b"J\0\0\0\x05",
        b"S" + (LIMITS[FrameType.SECRET] + 1).to_bytes(4) + b"1" * 65,
        b"J\xff\xff\xff\xff",
    ],
)
def test_broken_frames(data: bytes) -> None:
    with pytest.raises(WireError):
        read_frame(Trickle(data))


@pytest.mark.parametrize("kind", FrameType)
def test_nothing_longer_than_the_limit_is_sent(kind: FrameType) -> None:
    pipe = Trickle(step=1 << 21)
    with pytest.raises(WireError):
        write_frame(pipe, kind, bytes(LIMITS[kind] + 1))
    assert not pipe.data


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _JSON))
def test_messages_survive(message: dict[str, object]) -> None:
    try:
        encoded = encode_message(message)
    except UnicodeEncodeError:
        return  # lone surrogates are no text
    assert decode_message(encoded) == message


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"1", b'"a"', b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b"[" * 100_000],
)
def test_no_message(payload: bytes) -> None:
    with pytest.raises(WireError):
        decode_message(payload)
