"""What the rules say of a PIN while it is typed."""

from collections.abc import Sequence

from kamusm_esign.domain.pin_policy import PinProblem, check_new_pin
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinLimits, Token
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ui.presenter.pieces import JudgePin, PinJudgement, RuleRow
from kamusm_esign.ui.presenter.words import Words

_ROWS: tuple[tuple[str, frozenset[PinProblem]], ...] = (
    (
        "length",
        frozenset(
            {
                PinProblem.TOO_SHORT,
                PinProblem.TOO_LONG,
                PinProblem.NOT_DIGITS,
                PinProblem.NO_LENGTH_FITS,
            }
        ),
    ),
    ("equal", frozenset({PinProblem.DIFFERENT})),
    ("repetition", frozenset({PinProblem.REPETITION})),
    ("run", frozenset({PinProblem.RUN})),
    ("own", frozenset({PinProblem.OWN_NUMBER, PinProblem.BIRTH_DATE})),
    ("columns", frozenset({PinProblem.COLUMNS})),
    ("code", frozenset({PinProblem.VERIFICATION_CODE})),
    ("not-current", frozenset({PinProblem.SAME_AS_CURRENT})),
)


def judge_with(
    words: Words, limits: PinLimits, token: Token | None, code: VerificationCode | None
) -> JudgePin:
    """A function that judges what is typed; it keeps no digit.

    Args:
        words: the texts.
        limits: of product, card and session.
        token: whose own numbers are no PIN; None before a card is chosen.
        code: the verification code; None where there was none.
    """
    certificates = token.certificates if token else ()
    own = [c.holder_id for c in certificates if c.holder_id]
    dates = [c.birth_date for c in certificates if c.birth_date]

    def judge(new_pin: Secret, repeat: Secret, current: Secret | None) -> PinJudgement:
        problems = check_new_pin(
            new_pin,
            limits=limits,
            repeat=repeat,
            current=current if current is not None and len(current) else None,
            own_numbers=own,
            code=code,
            birth_dates=dates,
        )
        return _judgement(words, limits, problems, new_pin, repeat, current is not None, code)

    return judge


def _judgement(
    words: Words,
    limits: PinLimits,
    problems: Sequence[PinProblem],
    new_pin: Secret,
    repeat: Secret,
    changes: bool,
    code: VerificationCode | None,
) -> PinJudgement:
    typed = len(new_pin) > 0
    long_enough = len(new_pin) >= limits.minimum
    # While the person still types, what is only not finished yet is no mistake.
    mistakes = [p for p in problems if _is_mistake(p, new_pin, repeat, limits)]
    rows = []
    for name, broken_by in _ROWS:
        if (name == "not-current" and not changes) or (name == "code" and code is None):
            continue
        text = words(f"rule.{name}", minimum=limits.minimum, maximum=limits.maximum)
        state = _state(name, broken_by, problems, mistakes, typed, repeat)
        rows.append(RuleRow(text, state, words(f"rule_state.{state}", rule=text)))
    about_first = [p for p in problems if p is not PinProblem.DIFFERENT]
    sentence = ""
    if mistakes:
        limit_words = {"minimum": limits.minimum, "maximum": limits.maximum}
        sentence = words(f"problem.{mistakes[0].value}", **limit_words)
    return PinJudgement(
        rules=tuple(rows),
        problem=sentence,
        ready=typed and not problems,
        complete=long_enough and not about_first,
    )


def _is_mistake(problem: PinProblem, new_pin: Secret, repeat: Secret, limits: PinLimits) -> bool:
    if problem is PinProblem.TOO_SHORT:
        return len(repeat) > 0
    if problem is PinProblem.DIFFERENT:
        return len(repeat) >= len(new_pin)
    return len(new_pin) >= limits.minimum


def _state(
    name: str,
    broken_by: frozenset[PinProblem],
    problems: Sequence[PinProblem],
    mistakes: Sequence[PinProblem],
    typed: bool,
    repeat: Secret,
) -> str:
    if broken_by & set(mistakes):
        return "broken"
    if not typed or broken_by & set(problems) or (name == "equal" and not len(repeat)):
        return "open"
    return "ok"
