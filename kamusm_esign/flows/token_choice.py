"""Which of the plugged-in tokens a job is for."""

from collections.abc import Callable
from dataclasses import dataclass

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import CardOverview, Token


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """What a look at the cards means for a job: one of the three is there."""

    token: Token | None
    """The one token that the job is for."""
    candidates: tuple[Token, ...]
    """Several that may do it: the person has to choose."""
    failure: Failure | None
    """Why there is none (yet)."""


def choose_token(
    overview: CardOverview, may_do_it: Callable[[Token], bool], wanted: str | None
) -> TokenChoice:
    """Judge the cards for a job.

    Args:
        overview: what is plugged in.
        may_do_it: whether a token is eligible.
        wanted: the serial that the person named; then no other token is ever taken.
    """
    eligible = tuple(t for t in overview.tokens if may_do_it(t))
    if wanted is not None:
        eligible = tuple(t for t in eligible if t.serial == wanted)
    if len(eligible) == 1:
        return TokenChoice(eligible[0], (), None)
    if eligible:
        return TokenChoice(None, eligible, None)
    return TokenChoice(None, (), _why_none(overview, wanted))


def _why_none(overview: CardOverview, wanted: str | None) -> Failure:
    if wanted is not None and overview.tokens and overview.token(wanted) is None:
        return Failure.of(FailureCode.TOKEN_NOT_FOUND)
    if overview.tokens:
        return Failure.of(FailureCode.CODE_FOR_OTHER_CARD)
    if overview.failure is not None:
        return overview.failure
    failures = [r.failure for r in overview.readers if r.failure is not None]
    # A reader that holds a card says more about the trouble than an empty one beside it.
    telling = [f for f in failures if f.code is not FailureCode.NO_CARD]
    return (telling or failures or [Failure.of(FailureCode.NO_CARD)])[0]
