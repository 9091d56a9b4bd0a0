"""Every state of both journeys becomes a complete page that tells nobody who the person is."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows import set_pin_model
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.presenter import intents, models
from kamusm_esign.ui.presenter.code_checks import present_checks
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.my_card import present_try
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.pin_rules import judge_with
from kamusm_esign.ui.presenter.pin_use import present_change
from kamusm_esign.ui.presenter.set_pin import Surroundings, present
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.program import PAGE_TEXTS
from tests.equipment.values import SERVER_TIME, overview, session, token
from tests.flows.samples import PIN_USE_STATES, SET_PIN_STATES
from tests.ui.samples import SAMPLES

WORDS = {language: Words(Catalogue.load(language, *PAGE_TEXTS)) for language in ("tr", "en")}
LANGUAGES = pytest.mark.parametrize("language", ["tr", "en"])
PRIVATE = ("AYŞE", "YILMAZ", "12345678901", "SN-0001", "session-0123456789", "1357901234")
"""Holder, id, serials and session of the samples, none of which may be shown whole."""
UNSHOWN = {"serial", "sha256", "session_id"}
"""Members that name things and are never shown."""
LIGHT = Light("Okuyucu", "ok", "takılı")
AROUND = Surroundings(
    checks=present_checks(
        Status(LIGHT, LIGHT, LIGHT, LIGHT), overview(token()), WORDS["tr"], SERVER_TIME
    ),
    overview=overview(token(), token("SN-0002")),
    code=VerificationCode("123456789012345"),
    portal_url="https://portal.example/",
)


def set_pin(state: State, words: Words) -> Any:
    return present(state, AROUND, words)


def change(state: State, words: Words) -> Any:
    return present_change(state, overview(token()), words, hides=True)


def try_pin(state: State, words: Words) -> Any:
    return present_try(state, overview(token()), words, SERVER_TIME, hides=True)


JOURNEYS: list[tuple[str, Callable[[State, Words], Any], State]] = [
    *(("set-pin", set_pin, state) for state in SET_PIN_STATES),
    *(("change-pin", change, state) for state in PIN_USE_STATES),
    *(("verify-pin", try_pin, state) for state in PIN_USE_STATES),
]
EVERY_STATE = pytest.mark.parametrize(
    ("job", "show", "state"), JOURNEYS, ids=lambda v: v if isinstance(v, str) else ""
)
EVERY_SAMPLE = pytest.mark.parametrize("name", SAMPLES)

SCREENS = {
    "set-pin": {"CodePage": 2, "StepUpPage": 3, "NewPinPage": 4, "WorkingPage": 5, "ResultPage": 6},
    "change-pin": {"NewPinPage": 9, "WorkingPage": 5, "ResultPage": 6},
    "verify-pin": {"TryPinPage": 10, "WorkingPage": 5, "ResultPage": 6},
}
PRIMARIES = {
    2: {"tr": "İleri", "en": "Next"},
    3: {"tr": "Onayla", "en": "Confirm"},
    4: {"tr": "PIN Kodunu Değiştir", "en": "Change the PIN"},
    6: {"tr": "Uygulamayı Kapat", "en": "Close application"},
    9: {"tr": "PIN Kodunu Değiştir", "en": "Change the PIN"},
    10: {"tr": "PIN'imi dene", "en": "Try my PIN"},
}
"""The one way forward of each screen; 5 has one only while a card is waited for."""


def strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a model, with the member that it stands in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from strings(item, name)
    elif isinstance(value, dict):
        yield from strings(tuple(value.values()), name)
    elif dataclasses.is_dataclass(value) and not isinstance(value, intents.Intent):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name), field.name)


def shown(model: Any) -> list[str]:
    return [text for name, text in strings(model) if name not in UNSHOWN]


# ---------------------------------------------------------------------------- complete
@LANGUAGES
@EVERY_STATE
def test_every_state_has_its_screen_with_a_title_and_the_one_way_forward(
    job: str, show: Callable[[State, Words], Any], state: State, language: str
) -> None:
    model = show(state, WORDS[language])
    frame = model.frame
    assert frame.screen == SCREENS[job][type(model).__name__]
    assert frame.title
    if frame.screen == 5:
        waits = isinstance(state, set_pin_model.CheckingOutcome) and state.missing
        assert (frame.primary is not None) is waits
    else:
        assert frame.primary.text == PRIMARIES[frame.screen][language]
        assert frame.primary.enabled or frame.primary.reason


NEEDED = {
    "headline",
    "lead",
    "sentence",
    "next_title",
    "pin_name",
    "new_name",
    "try_title",
    "try_lead",
}
"""Texts that a page that has them never leaves empty."""


@LANGUAGES
@EVERY_STATE
def test_no_text_that_a_page_must_have_is_empty(
    job: str, show: Callable[[State, Words], Any], state: State, language: str
) -> None:
    model = show(state, WORDS[language])
    has = {field.name for field in dataclasses.fields(model)} & NEEDED
    assert [name for name in has if not getattr(model, name)] == []


# ---------------------------------------------------------------------------- private
@LANGUAGES
@EVERY_STATE
def test_no_state_shows_who_the_person_is(
    job: str, show: Callable[[State, Words], Any], state: State, language: str
) -> None:
    told = shown(show(state, WORDS[language]))
    assert [text for text in told for private in PRIVATE if private in text] == []


@LANGUAGES
@EVERY_SAMPLE
def test_no_sample_shows_who_the_person_is(name: str, language: str) -> None:
    told = shown(SAMPLES[name](WORDS[language]))
    assert told
    assert [text for text in told for private in PRIVATE if private in text] == []


@LANGUAGES
def test_what_is_said_of_a_pin_quotes_none_of_its_digits(language: str) -> None:
    judge = judge_with(
        WORDS[language],
        token().pin_limits,  # type: ignore[arg-type]
        token(),
        AROUND.code,
    )
    for typed, repeated in ((b"739", b""), (b"7391058264", b"739105"), (b"777777", b"777777")):
        said = judge(_secret(typed), _secret(repeated), _secret(b"739105"))
        digits = {typed[i : i + 3].decode() for i in range(len(typed) - 2)}
        told = [text for _, text in strings(said) if "111111" not in text]
        assert [text for text in told for run in digits if run in text] == []


def _secret(digits: bytes) -> Secret:
    return Secret.taking(bytearray(digits))


# ---------------------------------------------------------------------------- screen 6
def ended(job: str, outcome: Outcome, code: FailureCode | None, ending: Ending) -> Any:
    """Screen 6 of a job."""
    state = Done(7, outcome, Failure.of(code) if code else None, True)
    if job == "set-pin":
        return present(state, dataclasses.replace(AROUND, ending=ending), WORDS["tr"])
    page = present_change if job == "change-pin" else None
    if page is not None:
        return page(state, overview(token()), WORDS["tr"], hides=False, ending=ending)
    return present_try(state, None, WORDS["tr"], SERVER_TIME, hides=False, ending=ending)


C, O = FailureCode, Outcome  # noqa: E741
ENDS = [
    ("set-pin", O.SUCCEEDED, None, "succeeded", "Uygulamayı Kapat", None),
    ("set-pin", O.FAILED, C.PIN_NOT_SET, "failed", "Yeni kodla dene", "code"),
    ("set-pin", O.FAILED, C.PUK_LAST_TRY, "failed", "Uygulamayı Kapat", None),
    ("set-pin", O.UNKNOWN, C.PIN_SET_UNKNOWN, "unknown", "PIN'imi dene", "verify-pin"),
    ("change-pin", O.SUCCEEDED, None, "succeeded", "Uygulamayı Kapat", None),
    ("change-pin", O.FAILED, C.DRIVER_CRASHED, "failed", "Yeniden dene", "change-pin"),
    ("change-pin", O.FAILED, C.PIN_BLOCKED, "failed", "Doğrulama kodum var", "code"),
    ("change-pin", O.UNKNOWN, C.PIN_CHANGE_UNKNOWN, "unknown", "PIN'imi dene", "verify-pin"),
    ("verify-pin", O.SUCCEEDED, None, "succeeded", "Uygulamayı Kapat", None),
    ("verify-pin", O.FAILED, C.CARD_REMOVED, "failed", "Yeniden dene", "verify-pin"),
    ("verify-pin", O.UNKNOWN, C.DRIVER_NO_ANSWER, "unknown", "PIN'imi dene", "verify-pin"),
]


@pytest.mark.parametrize(("job", "outcome", "code", "verdict", "primary", "leads_to"), ENDS)
def test_every_end_says_what_happened_and_the_one_way_on(
    job: str,
    outcome: Outcome,
    code: FailureCode | None,
    verdict: str,
    primary: str,
    leads_to: str | None,
) -> None:
    page = ended(job, outcome, code, Ending())
    assert isinstance(page, models.ResultPage)
    assert (page.verdict, page.frame.primary.text) == (verdict, primary)  # type: ignore[union-attr]
    wanted = page.frame.primary.intent  # type: ignore[union-attr]
    assert wanted == (intents.OpenJob(leads_to) if leads_to else intents.CloseProgram())
    assert (page.support is None) is (page.summary is not None) is (code is None)
    assert page.next_steps
    assert not page.frame.headed  # the verdict is the headline
    states = [step.state for step in page.frame.steps]
    assert states[-2:] == (["failed", "now"] if verdict == "failed" else ["done", "now"])


@pytest.mark.parametrize(
    ("job", "code", "claims"),
    [
        ("set-pin", C.PIN_NOT_SET, True),
        ("set-pin", C.PUK_LAST_TRY, True),
        ("set-pin", C.PUK_NOT_OPENED, True),
        ("set-pin", C.PUK_REFUSED, False),
        ("set-pin", C.DRIVER_CRASHED, False),
        ("change-pin", C.DRIVER_NO_ANSWER, False),
        ("change-pin", C.OTHER_CARD, True),
        ("change-pin", C.PIN_BLOCKED, False),
        ("verify-pin", C.CARD_REMOVED, False),
    ],
)
def test_no_try_was_spent_is_said_only_where_it_is_certain(
    job: str, code: FailureCode, claims: bool
) -> None:
    chips = [chip.text for chip in ended(job, O.FAILED, code, Ending()).chips]
    assert ("Deneme hakkı harcanmadı" in chips) is claims


def test_the_summary_says_what_was_done_masked() -> None:
    card = token(pin=PinState.BLOCKED)
    at = SERVER_TIME + timedelta(minutes=3)
    ending = Ending(session=session(), token=card, at=at)
    summary = ended("set-pin", O.SUCCEEDED, None, ending).summary
    facts = {fact.name: fact.value for fact in summary.facts}
    assert facts["İşlem"] == "Kilit çözme ve yeni PIN"
    assert facts["Sahibi"] == "A*** Y*****"
    assert facts["Kart no"] == "…0001"
    assert facts["Zaman"] == at.astimezone().strftime("%d.%m.%Y %H:%M:%S")
    assert summary.told.text == "Portala bildirildi"
    assert all(value in summary.text for value in facts.values())


@pytest.mark.parametrize(
    ("key_store", "words"), [(True, "Saklandı"), (False, "parola deposu olmadığı için")]
)
def test_what_the_portal_was_not_told_is_promised_only_where_it_can_be_kept(
    key_store: bool, words: str
) -> None:
    state = Done(7, O.SUCCEEDED, None, False)
    ending = Ending(session=session(), token=token(), key_store=key_store)
    page: Any = present(state, dataclasses.replace(AROUND, ending=ending), WORDS["tr"])
    assert words in page.next_steps[-1].text
    assert page.summary.told.kind == "warn"


# ---------------------------------------------------------------------------- what is remembered
def test_an_ending_remembers_session_card_and_the_second_look() -> None:
    remembered, at = Ending(), SERVER_TIME
    for state in SET_PIN_STATES:
        if isinstance(state, set_pin_model.WithToken):
            remembered = remembered.after(state, at)
    assert remembered.session == session()
    assert remembered.token == token()
    assert (remembered.holder, remembered.serial) == ("A*** Y*****", "…0001")
    looked = Ending().after(
        set_pin_model.CheckingOutcome(
            *(7, session(), False, None), token=token(), failure=Failure.of(C.DRIVER_CRASHED)
        ),
        at,
    )
    assert looked.read_again
    assert not looked.key_store
    assert looked.after(SET_PIN_STATES[0], at) == Ending()
    assert looked.after(Done(8, O.FAILED, Failure.of(C.PIN_NOT_SET), True), at).at == at
