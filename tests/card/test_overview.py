"""Readers, drivers and tokens put together: the situations, the retries, the operations."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.drivers import SearchPlace
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.card.watcher import PcscWatcher
from kamusm_esign.card.wire import SlotToken
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import (
    CertificateKind,
    DriverStatus,
    PinState,
    PluggedReader,
    PukState,
    ReadersSnapshot,
    ServiceStatus,
    Token,
    TokenTarget,
    UnblockMethod,
)
from tests.card.conftest import MakeHost
from tests.card.test_binaries import NATIVE, elf
from tests.equipment.pcsc_world import AKIS_ATR, READER, missing_equipment, pcsc_world, wait_until
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import PIN

AKIS = AKIS_ATR.hex().upper()
ACS, MILKO = "ACS ACR39U ICC Reader 0", "MILKO Smart Card Reader 0"
CARD = PluggedReader(ACS, True, AKIS, 1)
EMPTY = PluggedReader(ACS, False, None, 0)
NO_SERVICE = ReadersSnapshot(ServiceStatus.STOPPED, (), Failure.of(FailureCode.NO_PCSC_SERVICE))
LIBRARY = "usr/lib/libakisp11.so"


class FixedWatcher:
    """Shows what it is told to show."""

    def __init__(self, *readers: PluggedReader) -> None:
        self.shown = ReadersSnapshot(ServiceStatus.RUNNING, readers)

    def snapshot(self) -> ReadersSnapshot:
        return self.shown

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        on_change(self.shown)

    def stop(self) -> None:
        """Nothing runs."""


Answer = Sequence[SlotToken] | FailureCode


class ScriptedHost(CardHostClient):
    """Answers LIST by script, the last answer for ever; starts no process."""

    def __init__(self, **answers: Sequence[Answer]) -> None:
        super().__init__(Path("/nonexistent"))
        self.answers = {name: list(script) for name, script in answers.items()}
        self.asked: list[str] = []

    def start(self) -> None:
        """No process."""

    def list_tokens(
        self, module: Path, *, reveals_tries: bool = True, reveals_puk_tries: bool = False
    ) -> tuple[SlotToken, ...]:
        self.asked.append(module.stem)
        script = self.answers[module.stem]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, FailureCode):
            raise FailedError.of(answer)
        return tuple(answer)


def slot(serial: str, description: str = ACS) -> SlotToken:
    token = Token(serial, "", PinState.OK, PukState.OK, None, (), (UnblockMethod.SO_PIN,))
    return SlotToken(1, description, token)


def put_library(root: Path, path: str = LIBRARY, source: Path | bytes = NATIVE) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, bytes):
        file.write_bytes(source)
    else:
        shutil.copyfile(source, file)
    return file


def cards(
    root: Path,
    host: CardHostClient,
    *readers: PluggedReader,
    waits: Sequence[float] = (),
    module: Path | None = None,
) -> tuple[PluggedCards, FixedWatcher]:
    watcher = FixedWatcher(*readers)
    place = SearchPlace("linux", {}, "x86_64-linux-gnu", root)
    gateway = PluggedCards(
        watcher, load_card_types, host, module=module, place=place, retry_waits=waits
    )
    return gateway, watcher


def pin(text: str = PIN) -> Secret:
    return Secret.taking(bytearray(text.encode()))


# ---------------------------------------------------------------------------- situations
@pytest.mark.parametrize(
    "snapshot",
    [
        NO_SERVICE,
        ReadersSnapshot(ServiceStatus.UNAVAILABLE, (), Failure.of(FailureCode.PCSC_REFUSED)),
    ],
)
def test_no_service(tmp_path: Path, snapshot: ReadersSnapshot) -> None:
    gateway, watcher = cards(tmp_path, ScriptedHost())
    watcher.shown = snapshot
    overview = gateway.overview()
    assert (overview.service, overview.failure) == (snapshot.service, snapshot.failure)
    assert overview.readers == ()


@pytest.mark.parametrize(
    "readers", [(), (PluggedReader("Windows Hello for Business 1", True, AKIS, 0),)]
)
def test_no_reader(tmp_path: Path, readers: tuple[PluggedReader, ...]) -> None:
    overview = cards(tmp_path, ScriptedHost(), *readers)[0].overview()
    assert overview.service is ServiceStatus.RUNNING
    assert overview.failure == Failure.of(FailureCode.NO_READER)
    assert overview.readers == ()


@pytest.mark.parametrize(
    ("reader", "library", "status", "code", "card_type"),
    [
        (EMPTY, None, DriverStatus.NO_CARD, FailureCode.NO_CARD, None),
        (
            replace(CARD, atr="3B00"),
            NATIVE,
            DriverStatus.FOREIGN_CARD,
            FailureCode.FOREIGN_CARD,
            None,
        ),
        (
            replace(CARD, atr=None, mute=True),
            NATIVE,
            DriverStatus.MUTE_CARD,
            FailureCode.MUTE_CARD,
            None,
        ),
        (CARD, None, DriverStatus.MISSING, FailureCode.DRIVER_MISSING, "AKİS"),
        (
            CARD,
            elf(32, 3),
            DriverStatus.WRONG_ARCHITECTURE,
            FailureCode.DRIVER_WRONG_ARCHITECTURE,
            "AKİS",
        ),
        (CARD, b"text", DriverStatus.NOT_LOADABLE, FailureCode.DRIVER_NOT_LOADABLE, "AKİS"),
    ],
)
def test_before_a_driver_is_asked(
    tmp_path: Path,
    reader: PluggedReader,
    library: bytes | None,
    status: DriverStatus,
    code: FailureCode,
    card_type: str | None,
) -> None:
    if library is not None:
        put_library(tmp_path, source=library)
    host = ScriptedHost()
    overview = cards(tmp_path, host, reader)[0].overview()
    (shown,) = overview.readers
    assert overview.failure is None
    assert (shown.driver.status, shown.failure) == (status, Failure.of(code))
    assert (shown.name, shown.atr, shown.card_type) == (ACS, reader.atr, card_type)
    assert (shown.card_present, shown.tokens) == (reader.card_present, ())
    assert host.asked == []


@pytest.mark.parametrize(
    ("answer", "exclusive", "status", "code"),
    [
        ([], False, DriverStatus.NO_TOKEN, FailureCode.TOKEN_NOT_RECOGNISED),
        ([], True, DriverStatus.BUSY, FailureCode.CARD_BUSY),
        (FailureCode.TOKEN_NOT_RECOGNISED, False, DriverStatus.NO_TOKEN, None),
        (FailureCode.TOKEN_NOT_RECOGNISED, True, DriverStatus.BUSY, FailureCode.CARD_BUSY),
        (FailureCode.DRIVER_UNEXPECTED, False, DriverStatus.NO_TOKEN, None),
        (FailureCode.CARD_REMOVED, False, DriverStatus.NO_TOKEN, None),
        (FailureCode.DRIVER_NOT_LOADABLE, False, DriverStatus.NOT_LOADABLE, None),
        (FailureCode.DRIVER_CRASHED, False, DriverStatus.CRASHED, None),
        (FailureCode.DRIVER_CRASHED, True, DriverStatus.CRASHED, None),
        (FailureCode.DRIVER_NO_ANSWER, False, DriverStatus.NO_ANSWER, None),
        (FailureCode.CARD_HOST_FAILED, False, DriverStatus.NO_ANSWER, None),
        (FailureCode.CARD_BUSY, False, DriverStatus.BUSY, None),
    ],
)
def test_when_a_driver_gives_no_token(
    tmp_path: Path,
    answer: Answer,
    exclusive: bool,
    status: DriverStatus,
    code: FailureCode | None,
) -> None:
    """`code` None: the driver's own failure is shown."""
    path = put_library(tmp_path)
    host = ScriptedHost(libakisp11=[answer])
    reader = replace(CARD, exclusive=exclusive)
    (shown,) = cards(tmp_path, host, reader)[0].overview().readers
    assert (shown.driver.path, shown.driver.status) == (str(path), status)
    assert shown.failure == Failure.of(code or answer)  # type: ignore[arg-type]
    assert host.asked == ["libakisp11"]


def test_each_library_is_asked_once(tmp_path: Path) -> None:
    put_library(tmp_path)
    host = ScriptedHost(libakisp11=[[slot("2", MILKO), slot("1", ACS)]])
    readers = (CARD, replace(CARD, name=MILKO), replace(EMPTY, name="third"))
    overview = cards(tmp_path, host, *readers)[0].overview()
    assert [[t.serial for t in r.tokens] for r in overview.readers] == [["1"], ["2"], []]
    assert host.asked == ["libakisp11"]


def test_a_second_library_is_asked_for_what_the_first_does_not_know(tmp_path: Path) -> None:
    first = put_library(tmp_path)
    second = put_library(tmp_path, "usr/lib/libtckkp11.so")
    host = ScriptedHost(
        libakisp11=[[slot("1", ACS)]], libtckkp11=[[slot("1", ACS), slot("2", MILKO)]]
    )
    overview = cards(tmp_path, host, CARD, replace(CARD, name=MILKO))[0].overview()
    assert [r.driver.path for r in overview.readers] == [str(first), str(second)]
    assert [[t.serial for t in r.tokens] for r in overview.readers] == [["1"], ["2"]]


def test_where_no_library_knows_the_card_the_best_one_is_named(tmp_path: Path) -> None:
    first = put_library(tmp_path)
    put_library(tmp_path, "usr/lib/libtckkp11.so")
    host = ScriptedHost(libakisp11=[FailureCode.DRIVER_CRASHED], libtckkp11=[[]])
    (shown,) = cards(tmp_path, host, CARD)[0].overview().readers
    assert (shown.driver.path, shown.driver.status) == (str(first), DriverStatus.CRASHED)
    assert host.asked == ["libakisp11", "libtckkp11"]


# ---------------------------------------------------------------------------- patience
WAITS = (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("script", "looks", "found"),
    [
        ([[slot("1")]], 1, True),
        ([[], [slot("1")]], 2, True),
        ([FailureCode.TOKEN_NOT_RECOGNISED, FailureCode.DRIVER_UNEXPECTED, [slot("1")]], 3, True),
        ([FailureCode.CARD_REMOVED], 4, False),
        ([[]], 4, False),
        ([FailureCode.DRIVER_CRASHED], 1, False),
        ([FailureCode.DRIVER_NO_ANSWER], 1, False),
        ([FailureCode.CARD_BUSY], 1, False),
    ],
)
@pytest.mark.parametrize("by_module", [False, True])
def test_a_new_card_gets_more_than_one_look(
    tmp_path: Path, script: list[Answer], looks: int, found: bool, by_module: bool
) -> None:
    path = put_library(tmp_path)
    host = ScriptedHost(libakisp11=script)
    module = path if by_module else None
    gateway, watcher = cards(tmp_path, host, CARD, waits=WAITS, module=module)
    assert bool(gateway.overview().tokens) is found
    assert len(host.asked) == looks
    gateway.overview()
    assert len(host.asked) == looks + 1, "the same card gets one look from now on"
    watcher.shown = ReadersSnapshot(ServiceStatus.RUNNING, (replace(CARD, event_count=3),))
    gateway.overview()
    assert len(host.asked) == looks + (5 if not found and looks == 4 else 2)


def test_close_ends_the_patience(tmp_path: Path) -> None:
    put_library(tmp_path)
    host = ScriptedHost(libakisp11=[[]])
    gateway, _ = cards(tmp_path, host, CARD, waits=(60.0, 60.0))
    listing = host.list_tokens

    def close_meanwhile(module: Path, **options: bool) -> tuple[SlotToken, ...]:
        gateway.close()
        return listing(module, **options)

    host.list_tokens = close_meanwhile  # type: ignore[method-assign]
    assert not gateway.overview().tokens
    assert len(host.asked) == 1


# ---------------------------------------------------------------------------- the real host
def test_a_card_with_its_driver(tmp_path: Path, card: ShimmedToken, host: CardHostClient) -> None:
    root = tmp_path / "root"
    path = put_library(root, source=card.module)
    overview = cards(root, host, CARD)[0].overview()
    (reader,) = overview.readers
    assert (reader.driver.path, reader.driver.status) == (str(path), DriverStatus.OK)
    assert reader.failure is None
    (token,) = reader.tokens
    assert token.serial == card.token.serial
    assert token.pin is PinState.UNKNOWN, "AKİS is not known to tell"
    assert token.puk is PukState.UNKNOWN
    assert [c.kind for c in token.certificates] == [CertificateKind.NES]
    assert card.spending_calls() == []
    assert overview.token(token.serial) is token


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("C_Initialize 0 crash", DriverStatus.CRASHED),
        ("C_GetSlotList 0 hang", DriverStatus.NO_ANSWER),
        ("C_GetTokenInfo 0 error 0xe1", DriverStatus.NO_TOKEN),
    ],
)
def test_a_driver_that_fails(
    tmp_path: Path, card: ShimmedToken, make_host: MakeHost, fault: str, status: DriverStatus
) -> None:
    root = tmp_path / "root"
    put_library(root, source=card.module)
    gateway, _ = cards(root, make_host(read_timeout=1.0), CARD)
    card.fault(fault)
    (reader,) = gateway.overview().readers
    assert reader.driver.status is status
    assert reader.failure is not None
    card.fault()
    assert gateway.overview().tokens, "a fresh host does better"


# ---------------------------------------------------------------------------- --module
def test_module_without_pcsc(tmp_path: Path, card: ShimmedToken, host: CardHostClient) -> None:
    gateway, watcher = cards(tmp_path, host, module=card.module)
    watcher.shown = NO_SERVICE
    overview = gateway.overview()
    assert (overview.service, overview.failure) == (ServiceStatus.STOPPED, None)
    (reader,) = overview.readers
    assert reader.name.startswith("SoftHSM slot ID")
    assert (reader.card_present, reader.atr, reader.card_type) == (True, None, None)
    assert reader.driver.path == str(card.module)
    assert [t.pin for t in reader.tokens] == [PinState.OK]


def test_module_takes_the_atr_of_the_reader_of_that_name(tmp_path: Path) -> None:
    path = put_library(tmp_path)
    host = ScriptedHost(libakisp11=[[slot("1", ACS), slot("2", MILKO), slot("3", "third")]])
    readers = (CARD, replace(CARD, name=MILKO, atr="3B00"))
    overview = cards(tmp_path, host, *readers, module=path)[0].overview()
    assert [(r.name, r.atr, r.card_type) for r in overview.readers] == [
        (ACS, AKIS, "AKİS"),
        (MILKO, "3B00", None),
        ("third", None, None),
    ]


@pytest.mark.parametrize(
    ("readers", "answer", "code"),
    [
        ((CARD,), FailureCode.DRIVER_CRASHED, FailureCode.DRIVER_CRASHED),
        ((CARD,), [], FailureCode.NO_CARD),
        ((EMPTY,), [], FailureCode.NO_CARD),
        ((), [], FailureCode.NO_READER),
        (None, [], FailureCode.NO_PCSC_SERVICE),
    ],
)
def test_module_without_a_token(
    tmp_path: Path,
    readers: tuple[PluggedReader, ...] | None,
    answer: Answer,
    code: FailureCode,
) -> None:
    path = put_library(tmp_path)
    host = ScriptedHost(libakisp11=[answer])
    gateway, watcher = cards(tmp_path, host, *(readers or ()), module=path)
    if readers is None:
        watcher.shown = NO_SERVICE
    overview = gateway.overview()
    assert overview.readers == ()
    assert overview.failure == Failure.of(code)


@pytest.mark.parametrize(
    ("module", "data", "code"),
    [
        ("x.so", None, FailureCode.DRIVER_MISSING),
        ("x.so", elf(32, 3), FailureCode.DRIVER_WRONG_ARCHITECTURE),
        ("x.so", b"text", FailureCode.DRIVER_NOT_LOADABLE),
        (None, NATIVE, FailureCode.DRIVER_MISSING),
    ],
)
def test_module_that_cannot_be_loaded(
    tmp_path: Path, module: str | None, data: bytes | None, code: FailureCode
) -> None:
    """`module` None: a relative path, which is never loaded."""
    if data is not None:
        put_library(tmp_path, module or "x.so", data)
    path = tmp_path / module if module else Path("x.so")
    overview = cards(tmp_path, ScriptedHost(), CARD, module=path)[0].overview()
    assert overview.readers == ()
    assert overview.failure == Failure.of(code)


# ---------------------------------------------------------------------------- operations
def test_an_operation_on_a_token_not_looked_at_yet(
    tmp_path: Path, card: ShimmedToken, host: CardHostClient
) -> None:
    root = tmp_path / "root"
    put_library(root, source=card.module)
    gateway, _ = cards(root, host, CARD)
    secret = pin()
    assert gateway.verify_pin(card.token.target, secret, last_try=False).failure is None
    assert len(secret) == 0
    assert card.spending_calls() == ["C_Login(USER)"]


def test_signing(tmp_path: Path, card: ShimmedToken, host: CardHostClient) -> None:
    gateway, _ = cards(tmp_path, host, module=card.module)
    target, secret = card.token.target, pin()
    sha256 = card.token.certificate_sha256
    with gateway.signing(target, sha256, secret, last_try=False) as signing:
        assert len(signing.sign(bytes(32), "sha256")) == 256
    assert len(secret) == 0


Operation = Callable[[PluggedCards, TokenTarget, Secret], object]


def unblock(gateway: PluggedCards, target: TokenTarget, secret: Secret) -> object:
    return gateway.unblock_pin(target, "s", UnblockGrant(UnblockMethod.SO_PIN, b""), secret)


def change(gateway: PluggedCards, target: TokenTarget, secret: Secret) -> object:
    current = pin()
    result = gateway.change_pin(target, current, secret, last_try=False)
    assert len(current) == 0
    return result


def verify(gateway: PluggedCards, target: TokenTarget, secret: Secret) -> object:
    return gateway.verify_pin(target, secret, last_try=False)


@pytest.mark.parametrize(
    ("slots", "code"),
    [([], FailureCode.CARD_REMOVED), ([slot("other")], FailureCode.OTHER_CARD)],
)
@pytest.mark.parametrize("operation", [unblock, change, verify])
def test_a_token_that_is_not_there(
    tmp_path: Path, slots: list[SlotToken], code: FailureCode, operation: Operation
) -> None:
    """One more look, then a failure for certain; secrets are wiped all the same."""
    put_library(tmp_path)
    host = ScriptedHost(libakisp11=[slots])
    gateway, _ = cards(tmp_path, host, CARD)
    secret = pin()
    result = operation(gateway, TokenTarget("1234", None), secret)
    assert (result.outcome, result.failure) == (Outcome.FAILED, Failure.of(code))  # type: ignore[attr-defined]
    assert len(secret) == 0
    assert len(host.asked) == 1
    with (
        pytest.raises(FailedError) as caught,
        gateway.signing(TokenTarget("1234", None), "00", again := pin(), last_try=False),
    ):
        pass
    assert caught.value.failure == Failure.of(code)
    assert len(again) == 0


def test_a_wrong_table_of_the_user_is_told(tmp_path: Path) -> None:
    def broken() -> None:
        raise FailedError.of(FailureCode.SETTINGS_INVALID)

    gateway = PluggedCards(FixedWatcher(CARD), broken, ScriptedHost())  # type: ignore[arg-type]
    with pytest.raises(FailedError):
        gateway.overview()
    result = gateway.verify_pin(TokenTarget("1", None), pin(), last_try=False)
    assert result.failure == Failure.of(FailureCode.SETTINGS_INVALID)


# ---------------------------------------------------------------------------- the real PC/SC
@pytest.fixture
def watcher() -> Iterator[PcscWatcher]:
    """The watcher of the product."""
    watcher = PcscWatcher()
    yield watcher
    watcher.stop()


@pytest.mark.pcsc
def test_from_the_reader_to_the_token(
    tmp_path: Path, card: ShimmedToken, host: CardHostClient, watcher: PcscWatcher
) -> None:
    missing = missing_equipment()
    if missing is not None:
        pytest.skip(missing)
    root = tmp_path / "root"
    put_library(root, source=card.module)
    place = SearchPlace("linux", {}, "x86_64-linux-gnu", root)
    gateway = PluggedCards(watcher, load_card_types, host, place=place)
    with pcsc_world() as world:
        assert gateway.overview().failure == Failure.of(FailureCode.NO_PCSC_SERVICE)
        world.start_service()
        first, second = gateway.overview().readers
        assert first.driver.status is second.driver.status is DriverStatus.NO_CARD
        world.insert()
        wait_until(lambda: gateway.overview().readers[0].card_present)
        first, second = gateway.overview().readers
        assert (first.name, first.atr, first.card_type) == (READER, AKIS, "AKİS")
        assert [t.serial for t in first.tokens] == [card.token.serial]
        assert second.driver.status is DriverStatus.NO_CARD
        world.remove()
        wait_until(lambda: not gateway.overview().readers[0].card_present)
        world.insert(bytes.fromhex("3BF51800FF8131FE454D7945494400"))
        wait_until(lambda: gateway.overview().readers[0].card_present)
        assert gateway.overview().readers[0].failure == Failure.of(FailureCode.FOREIGN_CARD)
    assert card.spending_calls() == []
