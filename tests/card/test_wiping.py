"""What the card host does with the buffers of secrets, which no other process can see."""

from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from kamusm_esign.card import service, unblock
from kamusm_esign.card.results import SUCCEEDED
from kamusm_esign.card.translate import DriverError
from kamusm_esign.domain.card_result import CardResult


def bench_with(**parts: Any) -> Any:
    """A workbench of the given parts."""
    return SimpleNamespace(**parts)


@pytest.mark.parametrize("fails", [False, True])
def test_secrets_of_a_request_are_wiped_whatever_happens(fails: bool) -> None:
    sent = [bytearray(b"482915"), bytearray(b"590271")]
    waiting = iter(sent)
    seen: list[bytes] = []

    def work(*secrets: bytearray) -> CardResult:
        seen.extend(bytes(secret) for secret in secrets)
        if fails:
            raise DriverError("DeviceRemoved")
        return SUCCEEDED

    bench = bench_with(channel=SimpleNamespace(secret=lambda: next(waiting)))
    try:
        service._with_secrets(bench, 2, work)
    except DriverError:
        assert fails
    assert seen == [b"482915", b"590271"]
    assert sent == [bytes(6), bytes(6)]


@pytest.mark.parametrize("error", [None, "PinIncorrect"])
def test_the_puk_is_wiped_whatever_the_card_says(
    monkeypatch: pytest.MonkeyPatch, error: str | None
) -> None:
    puk, presented = bytearray(b"70416538"), list[bytes]()

    def logged_in(*, puk: bytearray) -> ExitStack:
        presented.append(bytes(puk))
        if error is not None:
            raise DriverError(error)
        session = ExitStack()
        session.init_pin = lambda new_pin: None  # type: ignore[attr-defined]
        return session

    token = SimpleNamespace(
        info=SimpleNamespace(flags=0), serial="SN", logged_in=logged_in, pin_pad=False
    )
    monkeypatch.setattr(unblock, "claim", lambda bench, request: SimpleNamespace(token=token))
    bench = bench_with(
        channel=SimpleNamespace(phase=lambda phase: None),
        seal_key=SimpleNamespace(open=lambda sealed, info: puk),
        to_put_away=ExitStack(),
    )
    request: Any = None
    result = unblock.unblock_with_so_pin(bench, request, "session", b"sealed", bytearray(b"590271"))
    assert (result.failure is None) is (error is None)
    assert presented == [b"70416538"]
    assert puk == bytes(8)
    assert bench.seal_key is None
