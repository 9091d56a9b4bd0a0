"""The 15-digit code from the portal page, and what people type or paste in its place."""

from enum import Enum

from kamusm_esign.domain.secret import Sensitive

LENGTH = 15
_DROPPED = frozenset(
    " \t\r\n\v\f-\u00a0\u2007\u202f\u2009\u200a"
    "\u2010\u2011\u2012\u2013\u2014\u2212\u200b\u2060\ufeff"
)
"""Blanks, line breaks and dashes that come along when a person types or pastes groups."""


class VerificationCode(Sensitive):
    """Exactly 15 ASCII digits."""


class CodeProblem(Enum):
    """Why something is not a verification code."""

    EMPTY = "empty"
    MAY_BE_PIN = "may-be-pin"
    """4 to 12 digits: a person may have typed a PIN into the code field."""
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NOT_DIGITS = "not-digits"


def parse_verification_code(text: str) -> VerificationCode | CodeProblem:
    """Read a code as a person types or pastes it; blanks, dashes and line breaks are dropped.

    No check digit can be assumed (the portal publishes none): 15 ASCII digits is all there is.
    """
    digits = "".join(c for c in text if c not in _DROPPED)
    if not digits:
        return CodeProblem.EMPTY
    if not (digits.isascii() and digits.isdigit()):
        return CodeProblem.NOT_DIGITS
    if len(digits) == LENGTH:
        return VerificationCode(digits)
    if len(digits) > LENGTH:
        return CodeProblem.TOO_LONG
    return CodeProblem.MAY_BE_PIN if 4 <= len(digits) <= 12 else CodeProblem.TOO_SHORT
