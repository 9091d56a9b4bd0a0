"""Slots → readers, one row per habit of a driver."""

import pytest

from kamusm_esign.card.slots import certain_reader, same_reader, slots_by_reader
from kamusm_esign.card.wire import SlotToken
from kamusm_esign.domain.tokens import PinState, PukState, Token

ACS, ACS_2 = "ACS ACR39U ICC Reader 00 00", "ACS ACR39U ICC Reader 01 00"
MILKO = "MILKO Smart Card Reader 0"
LONG = "Gemalto Ezio Shield Secure Channel (Çok Uzun Bir Okuyucu Adı) 00 00"
LONG_2 = LONG[:-5] + "01 00"


def slot(number: int, description: str) -> SlotToken:
    token = Token(str(number), "", PinState.OK, PukState.OK, None, (), ())
    return SlotToken(number, description, token)


def cut(name: str) -> str:
    """As a driver puts a name into 64 bytes."""
    return name.encode()[:64].decode(errors="ignore")


@pytest.mark.parametrize(
    ("description", "reader", "same"),
    [
        (ACS, ACS, True),
        (ACS.ljust(64), ACS, True),
        (ACS + "\0" * 5, ACS, True),
        (ACS, ACS_2, False),
        (ACS + " slot 1", ACS, True),
        (ACS + "1", ACS, False),
        (cut(LONG), LONG, True),
        (cut(LONG), LONG_2, True),
        (LONG[:30], LONG, False),
        ("", ACS, False),
        ("", "", True),
        ("ACS", ACS, False),
    ],
)
def test_same_reader(description: str, reader: str, same: bool) -> None:
    assert same_reader(description, reader) is same


@pytest.mark.parametrize(
    ("name", "descriptions", "wanted", "others", "expected"),
    [
        ("by name", [ACS], [ACS], [], {ACS: [0]}),
        ("by name, other order", [ACS_2, ACS], [ACS, ACS_2], [], {ACS: [1], ACS_2: [0]}),
        ("another driver's reader", [MILKO], [ACS], [MILKO], {}),
        ("both", [MILKO, ACS], [ACS], [MILKO], {ACS: [1]}),
        ("nameless", ["AKIS 1"], [ACS], [], {ACS: [0]}),
        ("nameless, in order", ["AKIS 1", "AKIS 2"], [ACS, MILKO], [], {ACS: [0], MILKO: [1]}),
        ("nameless, the rest", ["1", "2", "3"], [ACS, MILKO], [], {ACS: [0], MILKO: [1, 2]}),
        ("one named, one not", [MILKO, "AKIS"], [ACS, MILKO], [], {MILKO: [0], ACS: [1]}),
        ("nameless beside its named one", [ACS, "AKIS"], [ACS], [], {ACS: [0]}),
        ("two slots of one card", [ACS, ACS + " 2"], [ACS], [], {ACS: [0, 1]}),
        ("cut", [cut(LONG)], [LONG], [], {LONG: [0]}),
        ("cut, may be either", [cut(LONG)] * 2, [LONG, LONG_2], [], {LONG: [0], LONG_2: [1]}),
        ("fewer than readers", ["AKIS"], [ACS, MILKO], [], {ACS: [0]}),
        ("no token", [], [ACS], [], {}),
        ("no reader", [ACS, "AKIS"], [], [], {}),
    ],
)
def test_slots_by_reader(
    name: str,
    descriptions: list[str],
    wanted: list[str],
    others: list[str],
    expected: dict[str, list[int]],
) -> None:
    slots = [slot(i, d) for i, d in enumerate(descriptions)]
    given = slots_by_reader(slots, wanted, others)
    assert {reader: [s.slot_id for s in of] for reader, of in given.items()} == expected, name


@pytest.mark.parametrize(
    ("name", "description", "with_card", "expected"),
    [
        ("by name", ACS_2, [ACS, ACS_2], ACS_2),
        ("the only card", "AKIS 1", [ACS], ACS),
        ("nameless", "AKIS 1", [ACS, ACS_2], None),
        ("nameless, the last that is left", "AKIS 1", [ACS, MILKO], None),
        ("cut, may be either", cut(LONG), [LONG, LONG_2], None),
        ("cut, and only one begins so", cut(LONG), [LONG, ACS], LONG),
        ("a reader without a card", MILKO, [ACS, ACS_2], None),
        ("no card", ACS, [], None),
    ],
)
def test_certain_reader(
    name: str, description: str, with_card: list[str], expected: str | None
) -> None:
    assert certain_reader(description, with_card) == expected, name
