"""The rules for a new PIN as a table, and against a second, plain reading of the same rules."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kamusm_esign.domain.pin_policy import (
    PRODUCT_LIMITS,
    PinProblem,
    check_new_pin,
    effective_limits,
    may_be_present_pin,
)
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinLimits
from kamusm_esign.domain.verification_code import VerificationCode

P = PinProblem
TCKN = "26803951746"
VKN = "4830617295"
PASSPORT = "U40718362"
CODE = "168857414351237"
BIRTH = "19870523"


def secret(text: str) -> Secret:
    return Secret.taking(bytearray(text.encode()))


# (PIN, the rules that it breaks) for a holder with TCKN, VKN, PASSPORT, CODE and BIRTH.
TABLE: list[tuple[str, set[PinProblem]]] = [
    # good ones
    ("402917", set()),
    ("739164", set()),
    ("40291738", set()),
    ("402917385064", set()),
    ("112233", set()),
    ("123321", set()),
    ("135792", set()),
    ("024680", set()),
    ("135790", set()),
    ("123457", set()),
    ("123465", set()),
    ("012346", set()),
    ("111112", set()),
    ("211111", set()),
    ("123124", set()),
    ("12341234", set()),  # the period is four: not among the rules
    ("123412", set()),
    # length and characters
    ("", {P.TOO_SHORT}),
    ("4", {P.TOO_SHORT}),
    ("11", {P.TOO_SHORT}),
    ("147", {P.TOO_SHORT}),
    ("40291", {P.TOO_SHORT}),
    ("11111", {P.TOO_SHORT, P.REPETITION}),
    ("1234", {P.TOO_SHORT, P.RUN}),
    ("2580", {P.TOO_SHORT, P.COLUMNS}),
    ("4029173850641", {P.TOO_LONG}),
    ("1111111111111", {P.TOO_LONG, P.REPETITION}),
    ("40291738506418", {P.TOO_LONG}),
    ("402917385064185", {P.MAY_BE_CODE}),
    (CODE, {P.MAY_BE_CODE, P.VERIFICATION_CODE}),
    ("4029173850641852", {P.TOO_LONG}),
    ("40291a", {P.NOT_DIGITS}),
    ("40291 ", {P.NOT_DIGITS}),
    ("-40291", {P.NOT_DIGITS}),
    ("40291\n", {P.NOT_DIGITS}),
    ("40291\0", {P.NOT_DIGITS}),
    ("٤٠٢٩١٧", {P.NOT_DIGITS}),  # Arabic-Indic digits: str.isdigit() would take them
    ("４０２９", {P.NOT_DIGITS}),  # full-width digits, 12 bytes
    ("40291²", {P.NOT_DIGITS}),
    ("111111ş", {P.NOT_DIGITS}),
    # run
    ("123456", {P.RUN}),
    ("456789", {P.RUN}),
    ("654321", {P.RUN}),
    ("987654", {P.RUN}),
    ("890123", {P.RUN}),
    ("901234", {P.RUN}),
    ("109876", {P.RUN}),
    ("210987", {P.RUN}),
    ("012345678901", {P.RUN}),
    ("098765432109", {P.RUN}),
    # repetition
    ("000000", {P.REPETITION}),
    ("111111", {P.REPETITION}),
    ("999999999999", {P.REPETITION}),
    ("121212", {P.REPETITION}),
    ("1212121", {P.REPETITION}),
    ("123123", {P.REPETITION}),
    ("1231231", {P.REPETITION}),
    ("12312312", {P.REPETITION}),
    ("407407407", {P.REPETITION}),
    ("11211211", {P.REPETITION}),
    # keypad columns
    ("147258", {P.COLUMNS}),
    ("258147", {P.COLUMNS}),
    ("147258369", {P.COLUMNS}),
    ("1472580369", {P.COLUMNS}),  # 147 2580 369, and not 147 258 036
    ("963852741", {P.COLUMNS}),
    ("0852963", {P.COLUMNS}),
    ("1472583", {P.COLUMNS}),  # 147 258 3..
    ("14725836", {P.COLUMNS}),
    ("147258085", {P.COLUMNS}),  # 147 258 085.
    ("258025", {P.COLUMNS}),  # 2580 25..
    ("2580147", {P.COLUMNS}),
    ("3692580", {P.COLUMNS}),
    ("741852", {P.COLUMNS}),
    ("147147", {P.COLUMNS, P.REPETITION}),
    ("147741", {P.COLUMNS}),
    ("147259", set()),
    ("472583", set()),  # does not begin with a whole column
    ("1425836", set()),  # cut in the middle
    ("147852963085", {P.COLUMNS}),
    ("147520", set()),
    # own numbers
    ("268039", {P.OWN_NUMBER}),
    ("803951", {P.OWN_NUMBER}),
    ("951746", {P.OWN_NUMBER}),
    ("26803951746", {P.OWN_NUMBER}),
    ("268039517460", set()),  # longer than the number: does not stand inside it
    ("268038", set()),
    ("061729", {P.OWN_NUMBER}),
    ("4830617295", {P.OWN_NUMBER}),
    ("407183", {P.OWN_NUMBER}),
    ("40718362", {P.OWN_NUMBER}),
    ("407182", set()),
    # the verification code
    ("168857", {P.VERIFICATION_CODE}),
    ("351237", {P.VERIFICATION_CODE}),
    ("857414351237", {P.VERIFICATION_CODE}),
    ("732153", set()),  # backwards
    # date of birth, 23 May 1987
    ("23051987", {P.BIRTH_DATE}),
    ("19870523", {P.BIRTH_DATE}),
    ("230587", {P.BIRTH_DATE}),
    ("870523", {P.BIRTH_DATE}),
    ("05231987", {P.BIRTH_DATE}),
    ("052387", set()),  # mmddyy is not among the forms
    ("230519", set()),  # a part of a form is not the date
    ("2305870", {P.BIRTH_DATE}),
    ("9230587", {P.BIRTH_DATE}),
    ("402305198711", {P.BIRTH_DATE}),
]


def check(pin: str) -> tuple[PinProblem, ...]:
    return check_new_pin(
        secret(pin),
        limits=PRODUCT_LIMITS,
        own_numbers=(TCKN, VKN, PASSPORT),
        code=VerificationCode(CODE),
        birth_dates=(BIRTH,),
    )


@pytest.mark.parametrize(("pin", "broken"), TABLE)
def test_table(pin: str, broken: set[PinProblem]) -> None:
    assert set(check(pin)) == broken


def test_the_table_is_long_enough_and_has_every_rule_of_one_pin() -> None:
    assert len(TABLE) >= 70
    judged = {problem for _, broken in TABLE for problem in broken}
    assert set(P) - judged == {P.DIFFERENT, P.SAME_AS_CURRENT, P.NO_LENGTH_FITS}


@pytest.mark.parametrize(
    ("entry", "may_be"),
    [
        (b"482915", True),
        (b"4", True),
        (b"Gizli-482915", True),
        (b"1" * 32, True),
        (b"Gizli-482915-x15", True),
        (b"402917385064185x"[1:], True),
        (b"", False),
        (b"1" * 33, False),
        (b"402917385064185", False),
        (b"4829\x0015", False),
        (b"482915\r", False),
        (b"482 915", False),
        ("48291ş".encode(), False),
        ("٤٨٢٩١٥".encode(), False),
    ],
)
def test_what_may_cost_a_try_of_the_present_pin(entry: bytes, may_be: bool) -> None:
    assert may_be_present_pin(Secret.taking(bytearray(entry))) is may_be


def test_problems_come_in_the_order_of_the_enum_and_once() -> None:
    found = check_new_pin(
        secret("11111"),
        limits=PRODUCT_LIMITS,
        repeat=secret("1111"),
        current=secret("11111"),
        own_numbers=("0111110", "11111"),
    )
    expected = (P.TOO_SHORT, P.DIFFERENT, P.SAME_AS_CURRENT, P.REPETITION, P.OWN_NUMBER)
    assert found == expected


@pytest.mark.parametrize(
    ("repeat", "current", "broken"),
    [
        ("402917", None, ()),
        ("402917", "739164", ()),
        ("402918", None, (P.DIFFERENT,)),
        ("40291", None, (P.DIFFERENT,)),
        ("4029170", None, (P.DIFFERENT,)),
        ("", None, (P.DIFFERENT,)),
        (None, "402917", (P.SAME_AS_CURRENT,)),
        (None, "4029171", ()),
        ("402918", "402917", (P.DIFFERENT, P.SAME_AS_CURRENT)),
    ],
)
def test_the_other_entries(
    repeat: str | None, current: str | None, broken: tuple[PinProblem, ...]
) -> None:
    found = check_new_pin(
        secret("402917"),
        limits=PRODUCT_LIMITS,
        repeat=None if repeat is None else secret(repeat),
        current=None if current is None else secret(current),
    )
    assert found == broken


def test_what_is_not_known_forbids_nothing() -> None:
    found = check_new_pin(
        secret("230587"),
        limits=PRODUCT_LIMITS,
        own_numbers=("", "12", "AB"),
        birth_dates=("", "1987", "1987-05-23", "١٩٨٧٠٥٢٣"),
    )
    assert found == ()


@pytest.mark.parametrize(
    ("token", "policy", "limits"),
    [
        (None, None, (6, 12)),
        ((4, 255), None, (6, 12)),
        ((4, 8), None, (6, 8)),
        ((8, 8), None, (8, 8)),
        ((0, 16), None, (6, 12)),
        ((0, 0), None, (6, 12)),  # the driver did not say
        ((8, 4), None, (6, 12)),  # nonsense
        ((0, 2**32 - 1), None, (6, 12)),  # CK_UNAVAILABLE_INFORMATION
        (None, (4, 32), (6, 12)),
        (None, (8, 32), (8, 12)),
        (None, (32, 4), (6, 12)),
        ((7, 10), (8, 32), (8, 10)),
        ((6, 8), (8, 12), (8, 8)),
        ((6, 7), (8, 12), (8, 7)),  # nothing is left
        ((4, 4), None, (6, 4)),
        (None, (13, 32), (13, 12)),
    ],
)
def test_limits(
    token: tuple[int, int] | None, policy: tuple[int, int] | None, limits: tuple[int, int]
) -> None:
    found = effective_limits(
        PinLimits(*token) if token else None, PinLimits(*policy) if policy else None
    )
    assert found == PinLimits(*limits)


@pytest.mark.parametrize(
    ("pin", "limits", "broken"),
    [
        ("40291738", (8, 8), ()),
        ("4029173", (8, 8), (P.TOO_SHORT,)),
        ("402917385", (8, 8), (P.TOO_LONG,)),
        ("402917", (6, 7), ()),
        ("40291738", (6, 7), (P.TOO_LONG,)),
        ("402917", (8, 7), (P.NO_LENGTH_FITS,)),
        ("123456", (8, 7), (P.NO_LENGTH_FITS, P.RUN)),
        ("123456", (8, 12), (P.TOO_SHORT, P.RUN)),
        ("40291x", (8, 7), (P.NOT_DIGITS,)),
    ],
)
def test_other_limits(pin: str, limits: tuple[int, int], broken: tuple[PinProblem, ...]) -> None:
    assert check_new_pin(secret(pin), limits=PinLimits(*limits)) == broken


def test_the_pin_is_only_looked_at() -> None:
    pin, repeat, current = secret("147258"), secret("147258"), secret("402917")
    check_new_pin(
        pin,
        limits=PRODUCT_LIMITS,
        repeat=repeat,
        current=current,
        own_numbers=(TCKN,),
        code=VerificationCode(CODE),
        birth_dates=(BIRTH,),
    )
    assert bytes(pin.view()) == bytes(repeat.view()) == b"147258"
    assert bytes(current.view()) == b"402917"


# ------------------------------------------------------------------------ a second reading
UP_AND_DOWN = ("0123456789" * 3, "9876543210" * 3)
COLUMN_WORDS = ["147", "258", "369", "2580"]
COLUMN_WORDS += [word[::-1] for word in COLUMN_WORDS]


def walks_columns(pin: str) -> bool:
    return pin == "" or any(
        word.startswith(pin) or (pin.startswith(word) and walks_columns(pin[len(word) :]))
        for word in COLUMN_WORDS
    )


def plainly(pin: str, own: list[str], code: str, birth: str) -> set[PinProblem]:
    """The product's sentences, on strings."""
    broken = set()
    if len(pin) < 6:
        broken.add(P.TOO_SHORT)
    if len(pin) > 12:
        broken.add(P.MAY_BE_CODE if len(pin) == 15 else P.TOO_LONG)
    if len(pin) < 4:
        return broken
    if any(pin in line for line in UP_AND_DOWN):
        broken.add(P.RUN)
    if any((pin[:n] * 20).startswith(pin) for n in (1, 2, 3)):
        broken.add(P.REPETITION)
    if walks_columns(pin):
        broken.add(P.COLUMNS)
    if any(pin in number for number in own):
        broken.add(P.OWN_NUMBER)
    if pin in code:
        broken.add(P.VERIFICATION_CODE)
    y, m, d = birth[:4], birth[4:6], birth[6:]
    if any(f in pin for f in (d + m + y, y + m + d, d + m + y[2:], y[2:] + m + d, m + d + y)):
        broken.add(P.BIRTH_DATE)
    return broken


digits = st.text("0123456789", max_size=14)
from_columns = st.lists(st.sampled_from(COLUMN_WORDS), max_size=4).map(lambda w: "".join(w)[:13])
from_copies = st.builds(
    lambda part, n: (part * 14)[:n],
    st.text("0123456789", min_size=1, max_size=4),
    st.integers(4, 13),
)
from_runs = st.builds(
    lambda line, i, n: line[i : i + n],
    st.sampled_from(UP_AND_DOWN),
    st.integers(0, 9),
    st.integers(4, 13),
)
changed = st.builds(
    lambda pin, i, c: pin[: i % (len(pin) + 1)] + c + pin[i % (len(pin) + 1) + 1 :],
    from_columns | from_copies | from_runs,
    st.integers(0, 13),
    st.sampled_from("0123456789"),
)
cut_out = st.builds(
    lambda text, i, n: text[i : i + n], st.just(TCKN + CODE), st.integers(0, 25), st.integers(4, 12)
)
dates = st.dates().map(lambda date: date.strftime("%Y%m%d").rjust(8, "0"))


@given(
    digits | from_columns | from_copies | from_runs | changed | cut_out,
    st.lists(st.text("0123456789", max_size=11), max_size=2),
    dates,
)
@example("1472580852", [], BIRTH)
@example("23051987", [], BIRTH)
def test_two_readings_agree(pin: str, own: list[str], birth: str) -> None:
    own = [*own, TCKN]
    found = check_new_pin(
        secret(pin),
        limits=PRODUCT_LIMITS,
        own_numbers=own,
        code=VerificationCode(CODE),
        birth_dates=(birth,),
    )
    assert set(found) == plainly(pin, own, CODE, birth)
