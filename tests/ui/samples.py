"""One model of every page that this program can show at the end of a job, and of its variants."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kamusm_esign.domain.certificate_chain import CertificateChain, ChainEnd, ChainLink
from kamusm_esign.domain.check_result import SKIPPED, CheckResult, doubt, fine, trouble
from kamusm_esign.domain.doctor_report import Environment, make_report
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Holder, Outcome, Purpose
from kamusm_esign.domain.tokens import CertificateKind, PinState
from kamusm_esign.flows import change_or_verify_pin as pin_use
from kamusm_esign.flows import set_pin_model
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.runtime.recovery import PendingJob
from kamusm_esign.ui.presenter.chains import with_chains
from kamusm_esign.ui.presenter.doctor import Findings, present_doctor
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.my_card import present_try
from kamusm_esign.ui.presenter.pin_use import present_change
from kamusm_esign.ui.presenter.set_pin import Surroundings, present
from kamusm_esign.ui.presenter.unfinished import present_unfinished
from kamusm_esign.ui.presenter.which_pin import present_which_pin
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import SERVER_TIME, certificate, overview, session, token
from tests.ui.about_samples import ABOUT
from tests.ui.settings_samples import SETTINGS
from tests.ui.signing_samples import SIGNING
from tests.ui.verify_samples import VERIFYING

Make = Callable[[Words], object]

SESSION = session(holder=Holder("A*** Y*****", "*******8901"))
AT = SERVER_TIME + timedelta(seconds=149)
CARD = token(
    "1357901234",
    pin=PinState.OK,
    certificates=(
        certificate(
            "now",
            not_before=SERVER_TIME - timedelta(days=1068),
            not_after=SERVER_TIME + timedelta(days=28, seconds=1531),
        ),
        certificate(
            "next",
            not_before=SERVER_TIME + timedelta(days=28, seconds=1532),
            not_after=SERVER_TIME + timedelta(days=1124),
        ),
    ),
)
SEAL = token(
    "2468018802",
    pin=PinState.LOW,
    certificates=(
        certificate("seal", kind=CertificateKind.MALI_MUHUR, holder="YILMAZ TİCARET A.Ş."),
    ),
)
_ISSUERS = tuple(
    ChainLink(name, SERVER_TIME - timedelta(days=days), SERVER_TIME + timedelta(days=3000))
    for name, days in (("Kamu SM NES Sürüm 6", 1400), ("Kamu SM Kök Sürüm 4", 1500))
)
CHAINS = {
    CARD.certificates[0].sha256: CertificateChain(_ISSUERS[0].name, _ISSUERS, ChainEnd.COMPLETE),
    CARD.certificates[1].sha256: CertificateChain(
        "Kamu SM NES Sürüm 7", (), ChainEnd.NO_ISSUER, "Kamu SM NES Sürüm 7"
    ),
}
"""What is known of the card's issuers."""
ENDING = Ending(session=SESSION, token=token("1357901234"), at=AT)
_KNOWN = (7, SESSION, True, None)


def _set(state: State, ending: Ending = ENDING) -> Make:
    around = Surroundings(overview=overview(CARD), ending=ending)
    return lambda words: present(state, around, words)


def _ended(outcome: Outcome, code: FailureCode | None, *, reported: bool = True) -> Make:
    failure = Failure.of(code) if code else None
    again = outcome is Outcome.FAILED
    return _set(Done(7, outcome, failure, reported), replace(ENDING, read_again=again))


def _try(state: State, *cards: object, asking: bool = True) -> Make:
    seen = overview(*cards)  # type: ignore[arg-type]

    def made(words: Words) -> object:
        more = {"hides": False, "ending": ENDING, "asking": asking}
        return with_chains(present_try(state, seen, words, SERVER_TIME, **more), CHAINS, words)  # type: ignore[arg-type]

    return made


def _asks(card: object, refused: Failure | None = None) -> State:
    return pin_use.AskPin(ticket=7, wanted=None, token=card, refused=refused)  # type: ignore[arg-type]


def _pending(step: JournalStep, outcome: Outcome, **kept: object) -> PendingJob:
    ended = step is JournalStep.ENDED
    entry = JournalEntry(
        session_id="session-x7Qa2f",
        portal="https://portal.example/api/v1",
        purpose=Purpose.PIN_UNBLOCK,
        token_serial="1357901234",
        pin_before=PinState.BLOCKED,
        since=SERVER_TIME,
        clock_offset=0.0,
        step=step,
        outcome=outcome if ended else None,
        decided_at=AT if ended else None,
    )
    return PendingJob(entry, outcome, **kept)  # type: ignore[arg-type]


def _unfinished(*jobs: PendingJob, busy: bool = False) -> Make:
    return lambda words: present_unfinished(jobs, words, busy=busy)


HERE = Environment("2.0.0", "Windows 11 (10.0.26100)", "AMD64", 64, "tr", False, 0)
CHECKS = {
    **dict.fromkeys(("pcsc-service", "reader", "remote-session"), "reader"),
    **dict.fromkeys(("driver", "driver-copies"), "driver"),
    **dict.fromkeys(("card", "card-free", "token", "pin", "puk", "certificate"), "card"),
    **dict.fromkeys(("proxy", "dns", "connection", "captive-portal"), "network"),
    **dict.fromkeys(("tls", "tls-inspection", "portal"), "network"),
    **{"clock": "clock", "key-store": "program", "journal": "program", "last-job": "program"},
}
"""Name and group of each, as the program has them."""
FOUND = {
    **dict.fromkeys(CHECKS, fine()),
    "pcsc-service": fine(service="running"),
    "reader": fine(readers="ACS ACR39U ICC Reader 00 00"),
    "driver": trouble(
        Failure.of(FailureCode.DRIVER_WRONG_ARCHITECTURE),
        path="C:\\Program Files (x86)\\AKIS\\bin\\akisp11.dll",
    ),
    **dict.fromkeys(("token", "pin", "puk", "certificate"), SKIPPED),
    "proxy": fine(proxy="none"),
    "clock": doubt(Failure.of(FailureCode.CLOCK_WRONG, seconds=400), skew="+400 s"),
}


def _doctor(
    results: dict[str, CheckResult], *, busy: bool, report: bool = False, code: str | None = None
) -> Make:
    findings = Findings(tuple(CHECKS.items()), results, busy, decoding=code)

    def made(words: Words) -> Any:
        shown = findings
        if report:
            found = list(results.items())
            told = make_report(HERE, found, words, words.catalogue.fact, SERVER_TIME)
            shown = replace(findings, report=told)
        return present_doctor(shown, words, "https://portal.example/")

    return made


SAMPLES: dict[str, Make] = {
    "working": _set(set_pin_model.Unblocking(*_KNOWN, token=CARD)),
    "working-checking": _set(
        set_pin_model.CheckingOutcome(
            *_KNOWN, token=CARD, failure=Failure.of(FailureCode.DRIVER_CRASHED), missing=True
        )
    ),
    "working-reporting": _set(
        set_pin_model.Reporting(*_KNOWN, token=CARD, outcome=Outcome.SUCCEEDED, failure=None)
    ),
    "working-trying": _try(pin_use.UsingCard(ticket=7, wanted=None, token=CARD), CARD),
    "result-succeeded": _ended(Outcome.SUCCEEDED, None),
    "result-succeeded-later": _ended(Outcome.SUCCEEDED, None, reported=False),
    "result-failed": _ended(Outcome.FAILED, FailureCode.PIN_NOT_SET),
    "result-hopeless": _ended(Outcome.FAILED, FailureCode.PUK_LAST_TRY),
    "result-unknown": _ended(Outcome.UNKNOWN, FailureCode.PIN_SET_UNKNOWN),
    "result-right": _try(Done(7, Outcome.SUCCEEDED, None, True), CARD),
    "result-blocked": lambda words: present_change(
        Done(7, Outcome.FAILED, Failure.of(FailureCode.PIN_BLOCKED), True),
        overview(CARD),
        words,
        hides=False,
        ending=ENDING,
    ),
    "card": _try(_asks(CARD), CARD, asking=False),
    "card-two": _try(_asks(CARD), CARD, SEAL, asking=False),
    "try": _try(_asks(CARD), CARD),
    "try-wrong": _try(
        _asks(replace(CARD, pin=PinState.LOW), Failure.of(FailureCode.PIN_WRONG)), CARD, SEAL
    ),
    "try-on-reader": _try(_asks(replace(CARD, pin_pad=True)), CARD),
    "working-on-reader": _try(
        pin_use.UsingCard(ticket=7, wanted=None, token=replace(CARD, pin_pad=True)), CARD
    ),
    "try-last": _try(_asks(replace(CARD, pin=PinState.FINAL_TRY)), CARD),
    "try-choose": _try(
        pin_use.FindingToken(ticket=7, wanted=None, candidates=(CARD, SEAL), looked=True),
        CARD,
        SEAL,
    ),
    "try-none": _try(
        pin_use.FindingToken(
            ticket=7, wanted=None, failure=Failure.of(FailureCode.NO_CARD), looked=True
        )
    ),
    "unfinished": _unfinished(_pending(JournalStep.ENDED, Outcome.SUCCEEDED)),
    "unfinished-unknown": _unfinished(
        _pending(JournalStep.WRITING, Outcome.UNKNOWN),
        _pending(JournalStep.AUTHORIZING, Outcome.FAILED),
    ),
    "unfinished-told": _unfinished(_pending(JournalStep.ENDED, Outcome.SUCCEEDED, handed_in=True)),
    "unfinished-none": _unfinished(),
    "which-pin": lambda words: present_which_pin(
        _pending(JournalStep.WRITING, Outcome.UNKNOWN).entry, words
    ),
    "doctor": _doctor(FOUND, busy=False),
    "doctor-running": _doctor({"pcsc-service": fine(), "reader": fine()}, busy=True),
    "doctor-report": _doctor(FOUND, busy=False, report=True),
    "doctor-decoded": _doctor(FOUND, busy=False, code="MA9E-AAAQ"),
    "doctor-misheard": _doctor(FOUND, busy=False, code="MA9E-AAAR"),
    "doctor-fine": _doctor(dict.fromkeys(CHECKS, fine()), busy=False),
    **SIGNING,
    **VERIFYING,
    **SETTINGS,
    **ABOUT,
}
