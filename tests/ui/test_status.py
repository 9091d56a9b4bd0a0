"""The four lights: every state that can be seen has its colour, its words and its way out."""

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import ClientInfo
from kamusm_esign.domain.tokens import (
    CardOverview,
    Driver,
    DriverStatus,
    PinState,
    Reader,
    ServiceStatus,
)
from kamusm_esign.ui.presenter.intents import LookAgain, OpenAddress, OpenJob
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.status import Sights, present_status
from kamusm_esign.ui.texts import Texts
from tests.equipment.values import overview, token

TR, EN = Texts("tr"), Texts("en")
CLIENT = ClientInfo("1.0.0", "2.1.0", "https://portal.example/app", None)
HELP, ABOUT, AGAIN = OpenJob("doctor"), OpenJob("about"), LookAgain()


def lights(sights: Sights, version: str = "2.0.0") -> Status:
    english = present_status(sights, version, EN)
    turkish = present_status(sights, version, TR)
    for name in ("reader", "driver", "token", "portal"):
        one, other = getattr(english, name), getattr(turkish, name)
        assert (one.state, one.fix_intent) == (other.state, other.fix_intent)
        assert bool(one.fix) == bool(other.fix) == (one.fix_intent is not None)
        assert one.sentence
        assert other.sentence
    return turkish


def seen(light: Light) -> tuple[str, object]:
    return light.state, light.fix_intent


def reader(status: DriverStatus, *, card: bool = True, kind: str | None = "AKİS") -> CardOverview:
    made = Reader("ACS ACR39U", card, "3B00", kind, Driver(None, status), (), None)
    return CardOverview(ServiceStatus.RUNNING, (made,), None)


def test_before_the_first_look_everything_runs() -> None:
    status = lights(Sights())
    assert {getattr(status, n).state for n in ("reader", "driver", "token", "portal")} == {
        "running"
    }


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (ServiceStatus.RUNNING, ("warn", HELP)),
        (ServiceStatus.STOPPED, ("bad", HELP)),
        (ServiceStatus.UNAVAILABLE, ("bad", HELP)),
    ],
)
def test_without_a_reader(service: ServiceStatus, expected: tuple[str, object]) -> None:
    status = lights(Sights(overview=CardOverview(service, (), None)))
    assert seen(status.reader) == expected
    assert seen(status.driver) == seen(status.token) == ("running", None)


def test_every_service_status_is_tried() -> None:
    assert len(ServiceStatus) == 3


DRIVERS: dict[DriverStatus, tuple[str, object]] = {
    DriverStatus.OK: ("ok", None),
    DriverStatus.NO_CARD: ("running", None),
    DriverStatus.FOREIGN_CARD: ("warn", HELP),
    DriverStatus.MUTE_CARD: ("warn", HELP),
    DriverStatus.MISSING: ("bad", OpenAddress("https://kamusm.gov.tr")),
    DriverStatus.WRONG_ARCHITECTURE: ("bad", OpenAddress("https://kamusm.gov.tr")),
    DriverStatus.NOT_LOADABLE: ("bad", HELP),
    DriverStatus.NO_TOKEN: ("bad", AGAIN),
    DriverStatus.CRASHED: ("bad", AGAIN),
    DriverStatus.NO_ANSWER: ("bad", AGAIN),
    DriverStatus.BUSY: ("warn", AGAIN),
}


@pytest.mark.parametrize("status", DriverStatus, ids=lambda s: s.value)
def test_every_driver_status(status: DriverStatus) -> None:
    found = lights(Sights(overview=reader(status, card=status is not DriverStatus.NO_CARD)))
    assert seen(found.driver) == DRIVERS[status]
    assert found.reader.sentence == "ACS ACR39U takılı"
    assert found.token.state == "warn"


PINS: dict[PinState, tuple[str, object]] = {
    PinState.OK: ("ok", None),
    PinState.UNKNOWN: ("ok", None),
    PinState.LOW: ("warn", None),
    PinState.FINAL_TRY: ("warn", None),
    PinState.BLOCKED: ("warn", OpenJob("code")),
    PinState.UNSET: ("warn", OpenJob("code")),
}


@pytest.mark.parametrize("pin", PinState, ids=lambda s: s.value)
def test_every_pin_state(pin: PinState) -> None:
    found = lights(Sights(overview=overview(token("1234567890", pin=pin)))).token
    assert seen(found) == PINS[pin]
    assert "A*** Y*****" in found.sentence
    assert "…7890" in found.sentence
    assert "123456" not in found.sentence


def test_several_cards_and_readers_are_counted() -> None:
    found = lights(Sights(overview=overview(token("1"), token("2"))))
    assert found.token.sentence == "2 kart okundu"
    assert found.reader.sentence == "2 okuyucu takılı"


def test_a_card_without_certificates_is_named_by_its_number() -> None:
    found = lights(Sights(overview=overview(token("1234567890", certificates=()))))
    assert "…7890" in found.token.sentence


def test_a_card_that_is_being_read() -> None:
    found = lights(Sights(overview=reader(DriverStatus.NO_CARD, card=False), reading=True))
    assert seen(found.token) == seen(found.driver) == ("running", None)


def test_an_overview_that_failed() -> None:
    failure = Failure.of(FailureCode.SETTINGS_INVALID, path="x", line=None, detail="y")
    found = lights(Sights(overview_failure=failure))
    assert seen(found.token) == ("bad", HELP)
    assert FailureCode.SETTINGS_INVALID.value in found.token.sentence


@pytest.mark.parametrize("code", [c for c in FailureCode if c.value.startswith("PRT")])
def test_every_failure_of_the_portal(code: FailureCode) -> None:
    found = lights(Sights(portal_failure=Failure.of(code))).portal
    gentle = (FailureCode.MAINTENANCE, FailureCode.TOO_MANY_ATTEMPTS)
    assert seen(found) == ("warn" if code in gentle else "bad", AGAIN)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.1.0", ("ok", None)),
        ("2.2.0.dev1", ("ok", None)),
        ("2.0.0", ("ok", ABOUT)),
        ("1.0.0", ("ok", ABOUT)),
        ("0.9.9", ("bad", ABOUT)),
        ("0.10.0.dev1", ("bad", ABOUT)),
    ],
)
def test_a_portal_that_answers(version: str, expected: tuple[str, object]) -> None:
    assert seen(lights(Sights(client=CLIENT), version).portal) == expected
