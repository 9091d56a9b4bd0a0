"""Listing tokens through a real card host, SoftHSM2 and the shim."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kamusm_esign.card.card_objects import CardCertificate, CardKey, lenient_text
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.reading import has_private_key, public_key
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import CertificateKind, PinState, PukState
from tests.card.conftest import MakeHost
from tests.card.test_locks import held_elsewhere
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import LABEL, SoftHsmToken


def failure_of(work: Callable[[], object]) -> tuple[FailureCode, object]:
    """The code with which it fails, and `raw`."""
    with pytest.raises(FailedError) as caught:
        work()
    return caught.value.failure.code, caught.value.failure.param("raw")


@pytest.mark.parametrize(
    ("token_sort", "kind", "key"),
    [
        ({"kind": "nes", "key": "rsa2048"}, CertificateKind.NES, "rsa2048"),
        ({"kind": "nes", "key": "p384"}, CertificateKind.NES, "p384"),
        ({"kind": "mali-muhur", "key": "rsa2048"}, CertificateKind.MALI_MUHUR, "rsa2048"),
        ({"kind": "mali-muhur", "key": "p256"}, CertificateKind.MALI_MUHUR, "p256"),
        ({"object_id": b""}, CertificateKind.NES, "rsa2048"),
        ({"object_id": b"", "key": "p384"}, CertificateKind.NES, "p384"),
    ],
)
def test_a_token_is_read_without_login(
    host: CardHostClient, card: ShimmedToken, kind: CertificateKind, key: str
) -> None:
    (slot,) = host.list_tokens(card.module)
    token = slot.token
    assert (token.serial, token.label) == (card.token.serial, LABEL)
    assert (token.pin, token.puk) == (PinState.OK, PukState.UNKNOWN)
    assert token.pin_limits is not None
    assert token.pin_limits.minimum == 4
    (certificate,) = token.certificates
    assert certificate.sha256 == card.token.certificate_sha256
    assert (certificate.kind, certificate.key) == (kind, key)
    assert certificate.has_private_key
    assert card.spending_calls() == []


@pytest.mark.parametrize("token_sort", [{"pin": None}])
def test_a_token_without_pin(host: CardHostClient, card: ShimmedToken) -> None:
    (slot,) = host.list_tokens(card.module)
    assert slot.token.pin is PinState.UNSET


@pytest.mark.parametrize(
    ("pin", "puk", "options", "states"),
    [
        (3, 3, {"reveals_tries": False}, (PinState.UNKNOWN, PukState.UNKNOWN)),
        (3, 3, {"reveals_puk_tries": True}, (PinState.OK, PukState.OK)),
        (2, 2, {}, (PinState.LOW, PukState.LOW)),
        (1, 1, {"reveals_tries": False}, (PinState.FINAL_TRY, PukState.FINAL_TRY)),
        (0, 0, {}, (PinState.BLOCKED, PukState.BLOCKED)),
    ],
)
def test_tries_left(
    host: CardHostClient,
    card: ShimmedToken,
    pin: int,
    puk: int,
    options: dict[str, bool],
    states: tuple[PinState, PukState],
) -> None:
    card.set_tries(pin, puk)
    (slot,) = host.list_tokens(card.module, **options)
    assert (slot.token.pin, slot.token.puk) == states


def test_a_label_that_is_not_utf8(host: CardHostClient, card: ShimmedToken) -> None:
    for file in (card.token.folder / "tokens").rglob("token.object"):
        content = file.read_bytes()
        assert content.count(LABEL.encode()) == 1
        file.write_bytes(content.replace(LABEL.encode(), "IŞIK ÖĞÜTÇÜ".encode("cp1254")))
    (slot,) = host.list_tokens(card.module)
    assert slot.token.label == "IŞIK ÖĞÜTÇÜ"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"08C9\0\0  ", "08C9"),
        (b"  08c9 ", "  08c9"),
        ("Şifre".encode(), "Şifre"),
        ("Şifre".encode("cp1254"), "Şifre"),
        (b"\x81\x8d", "\ufffd\ufffd"),
        (b"\0" * 16, ""),
    ],
)
def test_lenient_text(raw: bytes, text: str) -> None:
    assert lenient_text(raw) == text


def test_a_key_is_matched_by_id_else_by_public_key(
    templates: Callable[..., SoftHsmToken],
) -> None:
    certificate = CardCertificate(templates().issued.certificate_der, b"\x01")
    material = public_key(certificate)
    fragment = material[60:200]
    assert has_private_key(certificate, [])
    assert has_private_key(certificate, [CardKey(b"\x09", b""), CardKey(b"\x01", b"")])
    assert has_private_key(certificate, [CardKey(b"", fragment)])
    assert not has_private_key(certificate, [CardKey(b"\x02", bytes(64))])
    assert not has_private_key(CardCertificate(certificate.der, b""), [CardKey(b"", b"")])
    assert not has_private_key(CardCertificate(b"no certificate", b""), [CardKey(b"", fragment)])


def test_what_cannot_be_loaded(host: CardHostClient, tmp_path: Path) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"\x7fELF, but not really")
    for path in (tmp_path / "missing.so", broken):
        assert failure_of(lambda path=path: host.list_tokens(path)) == (  # type: ignore[misc]
            FailureCode.DRIVER_NOT_LOADABLE,
            None,
        )


@pytest.mark.parametrize(
    ("fault", "code", "raw"),
    [
        ("C_Initialize 1 error 0x5", FailureCode.DRIVER_UNEXPECTED, "GeneralError"),
        ("C_Initialize 1 error 0x80000123", FailureCode.DRIVER_UNEXPECTED, "0x80000123"),
        ("C_GetSlotList 1 error 0x30", FailureCode.DRIVER_UNEXPECTED, "DeviceError"),
        ("C_GetTokenInfo 0 error 0xe1", FailureCode.TOKEN_NOT_RECOGNISED, None),
        ("C_OpenSession 1 error 0x32", FailureCode.CARD_REMOVED, None),
        ("C_Initialize 1 crash", FailureCode.DRIVER_CRASHED, None),
        ("C_GetTokenInfo 2 crash", FailureCode.DRIVER_CRASHED, None),
    ],
)
def test_a_failing_driver_and_the_next_look(
    host: CardHostClient, card: ShimmedToken, fault: str, code: FailureCode, raw: str | None
) -> None:
    card.fault(fault)
    assert failure_of(lambda: host.list_tokens(card.module)) == (code, raw)
    card.fault()
    assert len(host.list_tokens(card.module)) == 1


@pytest.mark.parametrize("fault", ["C_Initialize 0 hang", "C_OpenSession 0 hang"])
def test_a_hanging_driver(make_host: MakeHost, card: ShimmedToken, fault: str) -> None:
    host = make_host(read_timeout=1.0)
    host.seal_key()  # the host is up
    card.fault(fault)
    code, _ = failure_of(lambda: host.list_tokens(card.module))
    assert code is FailureCode.DRIVER_NO_ANSWER
    card.fault()
    assert len(make_host().list_tokens(card.module)) == 1


@pytest.mark.parametrize("error", ["0xe0", "0xe1"])
def test_an_empty_slot_hides_nothing(host: CardHostClient, card: ShimmedToken, error: str) -> None:
    # SoftHSM2's second slot is the one without a token.
    card.fault(f"C_GetTokenInfo 2 error {error}", f"C_GetTokenInfo 3 error {error}")
    assert len(host.list_tokens(card.module)) == 1


def test_a_token_taken_out_is_no_error(host: CardHostClient, card: ShimmedToken) -> None:
    card.fault("C_GetTokenInfo 0 error 0xe0")
    assert host.list_tokens(card.module) == ()


def test_a_token_that_is_written_to_is_waited_for(
    make_host: MakeHost, card: ShimmedToken, tmp_path: Path
) -> None:
    # The wait is longer than the read's time-out: signs of life keep the parent patient.
    host = make_host(read_timeout=1.5, write_timeout=-2.8)
    host.seal_key()  # the host is up
    with held_elsewhere(tmp_path / "locks", card.token.serial):
        code, _ = failure_of(lambda: host.list_tokens(card.module))
        assert code is FailureCode.CARD_BUSY
    assert len(host.list_tokens(card.module)) == 1


def test_drivers_that_print_disturb_nothing(host: CardHostClient, card: ShimmedToken) -> None:
    card.fault("C_GetSlotList 0 noise")
    assert len(host.list_tokens(card.module)) == 1
