"""The incident code: what goes in comes out, and what was misheard is noticed."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.incident import (
    ALPHABET,
    Incident,
    Platform,
    decode,
    encode,
    incident_of,
    suggestions,
)

CARD_REMOVED = Incident(6, "KRT-131", "2.0.0", Platform.WINDOWS, None)
SAMPLES = [
    CARD_REMOVED,
    Incident(0, "SYS-901", "0.0.0", Platform.OTHER, 3),
    Incident(15, "PRT-299", "15.63.31", Platform.MACOS, 0),
    Incident(11, "IMZ-300", "2.17.9", Platform.LINUX, 1),
]

incidents = st.builds(
    Incident,
    screen=st.integers(0, 15),
    failure=st.builds(
        lambda family, number: f"{family}{number:02}",
        st.sampled_from(["KRT-1", "PRT-2", "IMZ-3", "SYS-9"]),
        st.integers(0, 99),
    ),
    version=st.builds(
        lambda a, b, c: f"{a}.{b}.{c}", st.integers(0, 15), st.integers(0, 63), st.integers(0, 31)
    ),
    platform=st.sampled_from(Platform),
    attempts_left=st.none() | st.integers(0, 3),
)


def invalid(text: str) -> bool:
    try:
        decode(text)
    except FailedError as error:
        return error.failure.code is FailureCode.INCIDENT_CODE_INVALID
    return False


def test_the_alphabet() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set(ALPHABET) & set("Iİı0O1")
    assert all(c.isascii() and (c.isdigit() or c.isupper()) for c in ALPHABET)


def test_codes_of_earlier_versions_stay_readable() -> None:
    # Helpdesk papers hold codes: these lines may be added to, never changed.
    assert encode(CARD_REMOVED) == "MA9E-AAAQ"
    assert decode("MA9E-AAAQ") == CARD_REMOVED


@given(incidents)
def test_round_trip(incident: Incident) -> None:
    code = encode(incident)
    assert len(code) == 9
    assert code[4] == "-"
    assert decode(code) == incident


@pytest.mark.parametrize("code", FailureCode, ids=lambda code: code.value)
def test_every_failure_fits(code: FailureCode) -> None:
    incident = Incident(4, code.value, "2.0.0", Platform.LINUX, 2)
    assert decode(encode(incident)).failure == code.value


@pytest.mark.parametrize(
    ("given_version", "kept"),
    [("2.1", "2.1.0"), ("2.0.1a3", "2.0.1"), ("16.64.32", "15.63.31"), ("dev", "0.0.0")],
)
def test_versions(given_version: str, kept: str) -> None:
    incident = Incident(1, "KRT-101", given_version, Platform.LINUX, None)
    assert decode(encode(incident)).version == kept


@pytest.mark.parametrize(("left", "kept"), [(-1, 0), (0, 0), (3, 3), (15, 3), (None, None)])
def test_attempts_are_classes(left: int | None, kept: int | None) -> None:
    incident = Incident(1, "KRT-121", "2.0.0", Platform.LINUX, left)
    assert decode(encode(incident)).attempts_left == kept


@pytest.mark.parametrize(
    "text",
    [
        "ma9e-aaaq",
        "MA9EAAAQ",
        " MA 9E – AA AQ\n",
        "MA9E\u00a0AAAQ",
        "mA9E\u2011aaAQ",
    ],
)
def test_what_a_person_types_is_read(text: str) -> None:
    assert decode(text) == CARD_REMOVED


@pytest.mark.parametrize(
    "text",
    [
        *("", "MA9E", "MA9E-AAAQA", "MA9E_AAAQ", "ＭA9E-AAAQ"),
        *("MA9E-AAAI", "MA9E-AAA0", "MA9E-AAA1", "MA9E-AAAİ", "MA9E-AAAı"),
        *("AAAA-AAAA", "9999-9999"),
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    assert invalid(text)


@pytest.mark.parametrize("incident", SAMPLES)
def test_every_single_wrong_symbol_is_caught(incident: Incident) -> None:
    code = encode(incident).replace("-", "")
    for place, symbol in product(range(8), ALPHABET):
        if symbol != code[place]:
            assert invalid(code[:place] + symbol + code[place + 1 :])


def check_symbol_of(seven: str) -> str:
    """The one symbol that is not called wrong, found from outside."""
    return next(s for s in ALPHABET if sums_up(seven + s))


def sums_up(code: str) -> bool:
    """The check as it is defined: the sum of symbol times 2^(7 - place) in GF(32) is zero."""
    total = 0
    for place, symbol in enumerate(code):
        value = ALPHABET.index(symbol)
        for _ in range(7 - place):
            value <<= 1
            value ^= 0b100101 if value & 32 else 0
        total ^= value
    return total == 0


@pytest.mark.parametrize("place", range(7))
def test_every_swap_of_neighbours_is_caught(place: int) -> None:
    # The sum is linear: what the other six symbols are makes no difference, two fillings stand
    # for all. Every pair of different symbols at every place is tried.
    for filling in ("JAAAAAAA", "M7QM4XB9"):
        for first, second in product(ALPHABET, repeat=2):
            body = filling[:place] + first + second + filling[place + 2 :]
            if first == second:
                continue
            if place < 6:
                code = body[:7] + check_symbol_of(body[:7])
            elif sums_up(body):
                code = body
            else:
                continue
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert invalid(swapped)


@pytest.mark.parametrize("incident", SAMPLES)
def test_every_swap_in_a_code_is_caught(incident: Incident) -> None:
    code = encode(incident).replace("-", "")
    for place in range(7):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or invalid(swapped)


@pytest.mark.parametrize(
    ("seven", "refused"),
    [
        ("JAAAAAA", False),
        ("AAAAAAA", True),  # another layout
        ("SAAAAAA", True),
        ("2AAAAAA", True),
        ("JD9AAAA", True),  # a number above 99
        ("JAAAAAE", False),
        ("JAAAAAF", True),  # a class of attempts left that does not exist
    ],
)
def test_a_right_check_symbol_is_not_enough(seven: str, refused: bool) -> None:
    assert invalid(seven + check_symbol_of(seven)) == refused


def test_a_code_that_is_not_ours_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        encode(Incident(1, "XYZ-101", "2.0.0", Platform.LINUX, None))


@pytest.mark.parametrize("code", ["MA9E-AAAQ", encode(SAMPLES[3])])
def test_what_was_meant_is_among_the_suggestions(code: str) -> None:
    plain = code.replace("-", "")
    known = any(decode(code).failure == failure.value for failure in FailureCode)
    for place, right in enumerate(plain):
        for wrong in "02A9Zı":
            typed = plain[:place] + wrong + plain[place + 1 :]
            if wrong == right:
                continue
            assert invalid(typed)
            assert (code in suggestions(typed)) is known
            if wrong in "0ı":  # the place of the mistake is known: one way out at most
                assert len(suggestions(typed)) <= 1
    for place in range(7):
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        if swapped != plain:
            assert (code in suggestions(swapped)) is known


@pytest.mark.parametrize("text", ["", "MA9E", "MA9E-AAAQA", "MA9E-0A1Q", "????-????"])
def test_nothing_is_guessed_of_what_is_no_code(text: str) -> None:
    assert suggestions(text) == ()


def test_the_code_of_a_failure_here() -> None:
    failure = Failure.of(FailureCode.PIN_WRONG, attempts_left=1)
    incident = decode(incident_of(failure, 9, "2.1.0"))
    assert (incident.screen, incident.failure, incident.version) == (9, "KRT-121", "2.1.0")
    assert incident.attempts_left == 1
    other = decode(incident_of(Failure.of(FailureCode.NO_CARD), 11, "2.1.0", 2))
    assert other.attempts_left == 2
