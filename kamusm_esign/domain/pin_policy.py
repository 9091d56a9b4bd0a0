"""The rules for a new PIN, exactly those of the product ("Rules for a new PIN") and no more.

Everything works on the bytes of `Secret.view()`: no `str` or `bytes` copy of a PIN is made. What a
PIN is compared with (numbers, dates, patterns) is built from the other side.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinLimits
from kamusm_esign.domain.verification_code import LENGTH as CODE_LENGTH
from kamusm_esign.domain.verification_code import VerificationCode

PRODUCT_LIMITS = PinLimits(6, 12)
"""What the product accepts of any card and any portal."""

_LONGEST_PRESENT_PIN = 32
"""Characters; a card may hold a longer PIN than the product would set."""

_JUDGED_FROM = 4
"""Digits from which on a PIN can be weak: a shorter one is only too short, not also a run."""

_COLUMNS = (b"147", b"258", b"369", b"2580", b"741", b"852", b"963", b"0852")
"""The columns of the keypad, down and up."""


class PinProblem(Enum):
    """A rule that a new PIN breaks; the sentences are in the catalogue, table `problem`."""

    NOT_DIGITS = "not-digits"
    """Something else than ASCII digits; length and patterns are then not judged."""
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    MAY_BE_CODE = "may-be-code"
    """As long as a verification code: a person may have typed that one into the PIN field."""
    NO_LENGTH_FITS = "no-length-fits"
    """Card, portal and product leave no length at all: no PIN can be accepted."""
    DIFFERENT = "different"
    """The two entries differ."""
    SAME_AS_CURRENT = "same-as-current"
    RUN = "run"
    REPETITION = "repetition"
    COLUMNS = "columns"
    OWN_NUMBER = "own-number"
    """It stands inside the holder's TCKN, VKN or passport number."""
    VERIFICATION_CODE = "verification-code"
    """It stands inside the verification code."""
    BIRTH_DATE = "birth-date"


def may_be_present_pin(pin: Secret) -> bool:
    """Whether a card may be asked about this PIN: what cannot be one must not cost a try.

    Refused are an empty and an endless entry, control and non-ASCII characters, and 15 digits: that
    is a verification code.
    """
    if not 0 < len(pin) <= _LONGEST_PRESENT_PIN:
        return False
    if not all(0x20 < byte < 0x7F for byte in pin.view()):
        return False
    return len(pin) != CODE_LENGTH or not _is_digits(pin)


def effective_limits(token: PinLimits | None, policy: PinLimits | None) -> PinLimits:
    """The lengths that product, token and session all accept.

    Limits that contradict themselves (0 to 0, minimum above maximum) say nothing and are ignored.
    Where nothing is left, `minimum` is above `maximum` and every PIN is `NO_LENGTH_FITS`.
    """
    told = [limits for limits in (token, policy) if limits is not None and _says_something(limits)]
    return PinLimits(
        max(limits.minimum for limits in (PRODUCT_LIMITS, *told)),
        min(limits.maximum for limits in (PRODUCT_LIMITS, *told)),
    )


def _says_something(limits: PinLimits) -> bool:
    return limits.maximum > 0 and limits.minimum <= limits.maximum


def check_new_pin(
    pin: Secret,
    *,
    limits: PinLimits,
    repeat: Secret | None = None,
    current: Secret | None = None,
    own_numbers: Sequence[str] = (),
    code: VerificationCode | None = None,
    birth_dates: Sequence[str] = (),
) -> tuple[PinProblem, ...]:
    """Every rule that the PIN breaks, in the order of `PinProblem`.

    Args:
        pin: the new PIN; only looked at.
        limits: from `effective_limits`.
        repeat: the second entry, where there is one.
        current: the present PIN, where it is known.
        own_numbers: TCKN, VKN or passport numbers of the holder; the PIN may not stand inside one.
        code: the verification code of this job.
        birth_dates: yyyymmdd, as the certificates know them; other texts are ignored. The PIN may
            not contain the date in any of its five forms (the window tells people so: "Kimlik no
            veya doğum tarihi içermiyor"), so that `1503901` does not pass where `150390` fails.
    """
    broken = set(_length_problems(pin, limits))
    if repeat is not None and pin != repeat:
        broken.add(PinProblem.DIFFERENT)
    if current is not None and pin == current:
        broken.add(PinProblem.SAME_AS_CURRENT)
    if PinProblem.NOT_DIGITS not in broken and len(pin) >= _JUDGED_FROM:
        digits = pin.view()
        broken.update(problem for problem, is_weak in _PATTERNS.items() if is_weak(digits))
        if any(_inside(digits, number) for number in own_numbers):
            broken.add(PinProblem.OWN_NUMBER)
        if code is not None and _inside(digits, code.reveal()):
            broken.add(PinProblem.VERIFICATION_CODE)
        if any(_contains(digits, form) for date in birth_dates for form in _date_forms(date)):
            broken.add(PinProblem.BIRTH_DATE)
    return tuple(problem for problem in PinProblem if problem in broken)


def _length_problems(pin: Secret, limits: PinLimits) -> tuple[PinProblem, ...]:
    if not _is_digits(pin):
        return (PinProblem.NOT_DIGITS,)
    if limits.minimum > limits.maximum:
        return (PinProblem.NO_LENGTH_FITS,)
    if len(pin) < limits.minimum:
        return (PinProblem.TOO_SHORT,)
    if len(pin) == CODE_LENGTH:
        return (PinProblem.MAY_BE_CODE,)
    return (PinProblem.TOO_LONG,) if len(pin) > limits.maximum else ()


def _is_digits(pin: Secret) -> bool:
    return all(0x30 <= byte <= 0x39 for byte in pin.view())


def _is_run(digits: memoryview) -> bool:
    """Every step +1, or every step -1, modulo 10: 123456, 987654, 890123."""
    step = (digits[1] - digits[0]) % 10
    return step in (1, 9) and all(
        (digits[i + 1] - digits[i]) % 10 == step for i in range(1, len(digits) - 1)
    )


def _is_repetition(digits: memoryview) -> bool:
    """Its first 1, 2 or 3 digits again and again, the last copy may be cut: 121212, 1231231."""
    return any(
        all(digits[i] == digits[i - period] for i in range(period, len(digits)))
        for period in (1, 2, 3)
    )


def _is_columns(digits: memoryview) -> bool:
    """Whole keypad columns one after the other, down or up; the last may be cut: 0852963."""
    reached = {0}
    for start in range(len(digits)):
        if start not in reached:
            continue
        rest = digits[start:]
        for column in _COLUMNS:
            if rest[: len(column)] == column[: len(rest)]:
                reached.add(start + min(len(column), len(rest)))
    return len(digits) in reached


_PATTERNS: dict[PinProblem, Callable[[memoryview], bool]] = {
    PinProblem.RUN: _is_run,
    PinProblem.REPETITION: _is_repetition,
    PinProblem.COLUMNS: _is_columns,
}


def _inside(digits: memoryview, text: str) -> bool:
    """Whether the PIN stands inside `text`."""
    hay = memoryview(text.encode())
    size = len(digits)
    return any(hay[i : i + size] == digits for i in range(len(hay) - size + 1))


def _contains(digits: memoryview, form: bytes) -> bool:
    """Whether `form` stands inside the PIN."""
    size = len(form)
    return any(digits[i : i + size] == form for i in range(len(digits) - size + 1))


def _date_forms(yyyymmdd: str) -> tuple[bytes, ...]:
    if not (len(yyyymmdd) == 8 and yyyymmdd.isascii() and yyyymmdd.isdigit()):
        return ()
    year, month, day = yyyymmdd[:4], yyyymmdd[4:6], yyyymmdd[6:]
    forms = (
        day + month + year,
        year + month + day,
        day + month + year[2:],
        year[2:] + month + day,
        month + day + year,
    )
    return tuple(form.encode() for form in forms)
