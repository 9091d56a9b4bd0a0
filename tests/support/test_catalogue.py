"""Every code and every word has its text in both languages, and no text is left over."""

import re
import tomllib
from collections.abc import Iterator
from enum import Enum
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.domain.check_result import CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode, ParamValue
from kamusm_esign.domain.incident import ALPHABET
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.settings import Origin
from kamusm_esign.domain.tokens import (
    CertificateKind,
    DriverStatus,
    PinState,
    PukState,
    ServiceStatus,
    UnusableReason,
)
from kamusm_esign.domain.verification_code import CodeProblem
from kamusm_esign.resource_files import resource
from kamusm_esign.support.catalogue import Catalogue, placeholders, visible

TR, EN = Catalogue.load("tr"), Catalogue.load("en")
MOST_WORDS = 25
"""Of a sentence; longer ones are not read by somebody who is afraid for their card."""
LANGUAGES = pytest.mark.parametrize("catalogue", [TR, EN], ids=["tr", "en"])

TABLES: dict[str, type[Enum]] = {
    "problem": PinProblem,
    "code_problem": CodeProblem,
    "unusable": UnusableReason,
    "kind": CertificateKind,
    "pin_state": PinState,
    "puk_state": PukState,
    "driver_status": DriverStatus,
    "service": ServiceStatus,
    "purpose": Purpose,
    "outcome": Outcome,
    "step": JournalStep,
    "check_status": CheckStatus,
    "setting_origin": Origin,
}
CHECKS = {
    *("pcsc-service", "reader", "remote-session", "driver", "driver-copies", "card", "card-free"),
    *("token", "pin", "puk", "certificate", "proxy", "dns", "connection", "captive-portal", "tls"),
    *("tls-inspection", "portal", "clock", "key-store", "journal", "last-job"),
}
CHECK_GROUPS = {"reader", "driver", "card", "network", "clock", "program"}
SIGNING_KINDS = {kind.value for kind in CertificateKind} - {"encryption", "other"}
FACTS = {
    "service": {"running"},
    "session": {"local"},
    "proxy": {"none", "used"},
    "pin": {state.value for state in PinState},
    "puk": {state.value for state in PukState},
    "kind": SIGNING_KINDS,
}

# What a text of these codes may use, with values of every kind that it has to bear.
C = FailureCode
COUNTS: tuple[ParamValue, ...] = (None, 0, 1, 2, 3)
RAW: tuple[ParamValue, ...] = (None, "0x80000001")
PARAMS: dict[FailureCode, dict[str, tuple[ParamValue, ...]]] = {
    C.DRIVER_UNEXPECTED: {"raw": RAW},
    C.PCSC_UNEXPECTED: {"raw": RAW},
    C.PIN_WRONG: {"attempts_left": COUNTS},
    C.TOO_MANY_ATTEMPTS: {"retry_after": (None, 0, 1, 2, 119, 120, 3601)},
    C.MAINTENANCE: {"retry_after": (None, 0, 1, 2, 119, 120, 3601)},
    C.OTP_WRONG: {"attempts_left": COUNTS},
    C.PROBLEM_UNKNOWN: {"raw": RAW},
    C.UNEXPECTED: {"raw": RAW},
    C.SELF_TEST_FAILED: {"raw": RAW},
    C.PIN_BREAKS_RULE: {"problems": (None, "run", "too-short own-number")},
    C.PIN_BREAKS_POLICY: {"problems": (None, "too-long")},
    C.CODE_NOT_15_DIGITS: {"problem": (None, *(problem.value for problem in CodeProblem))},
    C.USAGE: {"detail": (None, "--module: not an absolute path")},
    C.SETTINGS_INVALID: {"path": ("/x.toml",), "line": (None, 1, 7), "detail": ("not TOML",)},
    C.SETTING_IGNORED: {
        "path": ("/x.toml",),
        "line": (None, 7),
        "key": ("scale",),
        "setting_problem": ("unknown", "not-number"),
        "allowed": ("100–200",),
    },
    C.LOCKED_BY_POLICY: {"key": (None, "portal")},
    C.DRIVER_INCOMPLETE: {"library": (None, "libgone.so.1")},
    C.CLOCK_WRONG: {"seconds": (None, -1, 1, 90, -86400)},
}
MADE = {"retry_after": "wait", "seconds": "difference"}


def texts(catalogue: Catalogue) -> dict[str, Any]:
    with resource("i18n", f"{catalogue.language}.toml").open("rb") as file:
        return tomllib.load(file)


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= (
            flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        )
    return found


ALL = {catalogue: flat(texts(catalogue)) for catalogue in (TR, EN)}


def test_both_languages_have_the_same_texts_with_the_same_parameters() -> None:
    used = [{key: placeholders(text) for key, text in ALL[c].items()} for c in (TR, EN)]
    assert used[0] == used[1]


@LANGUAGES
def test_every_text_says_something(catalogue: Catalogue) -> None:
    for key, text in ALL[catalogue].items():
        assert text.strip(), key
        assert text == visible(text), key
        assert "  " not in text, key
        assert key.startswith("cli.ask-") or text == text.strip(), key


@pytest.mark.parametrize("file", sorted(resource("i18n").iterdir()), ids=lambda file: file.name)
def test_no_sentence_is_long(file: Path) -> None:
    long = [
        sentence
        for text in _all_texts(tomllib.loads(file.read_text("utf-8")))
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert not long


def _all_texts(table: dict[str, Any]) -> Iterator[str]:
    for value in table.values():
        if isinstance(value, dict):
            yield from _all_texts(value)
        else:
            yield str(value)


@LANGUAGES
def test_there_is_an_entry_for_every_failure_and_no_other(catalogue: Catalogue) -> None:
    assert set(texts(catalogue)["failure"]) == {code.value for code in FailureCode}


@LANGUAGES
@pytest.mark.parametrize("table", TABLES)
def test_every_member_has_its_text_and_no_text_is_left_over(
    catalogue: Catalogue, table: str
) -> None:
    assert set(texts(catalogue)[table]) == {member.value for member in TABLES[table]}


@LANGUAGES
def test_checks_and_spoken_words(catalogue: Catalogue) -> None:
    assert set(texts(catalogue)["check"]) == CHECKS
    assert set(texts(catalogue)["check_group"]) == CHECK_GROUPS
    assert {name: set(words) for name, words in texts(catalogue)["fact"].items()} == FACTS
    words = texts(catalogue)["spoken"]
    assert set(words) == set(ALPHABET)
    assert len(set(words.values())) == len(ALPHABET)


@LANGUAGES
def test_the_forms_of_an_entry(catalogue: Catalogue) -> None:
    for code, entry in texts(catalogue)["failure"].items():
        forms = {key.partition("_") for key in entry}
        assert {name for name, _, _ in forms} == {"title", "body", "todo"}, code
        assert {form for _, _, form in forms} <= {"", "none", "zero", "one"}, code
        for key, text in entry.items():
            known = PARAMS.get(FailureCode(code), {})
            allowed = {MADE.get(name, name) for name in known}
            assert placeholders(text) <= allowed, (code, key)
            # What is not known must not be asked for, or a person would see a crash.
            optional = {MADE.get(name, name) for name, values in known.items() if None in values}
            if placeholders(text) & optional:
                assert key + "_none" in entry, (code, key)
            if key.endswith("_none"):
                assert not placeholders(text) & optional, (code, key)


@LANGUAGES
@pytest.mark.parametrize("code", FailureCode, ids=lambda code: code.value)
def test_every_failure_can_be_said_whatever_is_known(
    catalogue: Catalogue, code: FailureCode
) -> None:
    known = PARAMS.get(code, {})
    for values in product(*known.values()):
        found = catalogue.failure(Failure.of(code, **dict(zip(known, values, strict=True))))
        for part in (found.title, found.body, found.todo):
            assert part
            assert "{" not in part
            assert not re.search(r"\bNone\b(?! of)", part)
    if code not in (C.SETTINGS_INVALID, C.SETTING_IGNORED):
        assert catalogue.failure(Failure.of(code)).body


@pytest.mark.parametrize("code", FailureCode, ids=lambda code: code.value)
def test_words_that_people_do_not_know(code: FailureCode) -> None:
    for catalogue in (TR, EN):
        for text in flat(texts(catalogue)["failure"][code.value]).values():
            text = re.sub(r"`[^`]+`", "", text)  # commands are written as they are
            assert not re.search(r"CKR|PKCS|PUK|APDU|SCARD|token|session id|HTTP\b|TLS|SSL", text)


def test_the_call_centre_is_named_only_where_nothing_else_helps() -> None:
    for catalogue in (TR, EN):
        entries = texts(catalogue)["failure"]
        naming = {code for code, entry in entries.items() if "444 5 576" in str(entry)}
        assert len(naming) <= 20
        assert {"KRT-125", "KRT-126", "KRT-127"} <= naming
        assert all("444 5 576" not in entries[code]["title"] for code in entries)


@LANGUAGES
@pytest.mark.parametrize("problem", PinProblem, ids=lambda problem: problem.value)
def test_no_rule_quotes_a_digit(catalogue: Catalogue, problem: PinProblem) -> None:
    text = ALL[catalogue][f"problem.{problem.value}"].replace("444 5 576", "")
    assert not any(c.isdigit() for c in text)
    assert placeholders(text) <= {"minimum", "maximum"}


@pytest.mark.parametrize(
    ("left", "body", "todo"),
    [
        (3, "You have 3 attempts left", "Enter your PIN again"),
        (1, "only one attempt left", "not sure"),
        (0, "now blocked", "verification code"),
        (None, "did not say", "not sure"),
    ],
)
def test_attempts_left_have_their_own_sentences(left: int | None, body: str, todo: str) -> None:
    found = EN.failure(Failure.of(C.PIN_WRONG, attempts_left=left))
    assert body in found.body
    assert todo in found.todo


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 saniye bekleyip"),
        (30, "30 saniye bekleyip"),
        (119, "119 saniye bekleyip"),
        (120, "2 dakika bekleyip"),
        (121, "3 dakika bekleyip"),
        (None, "Birkaç dakika bekleyip"),
    ],
)
def test_waiting_times(seconds: int | None, text: str) -> None:
    found = TR.failure(Failure.of(C.TOO_MANY_ATTEMPTS, retry_after=seconds))
    assert found.todo.startswith(text)


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"problems": "too-short"}, "en az 6 hane"),
        ({"problems": "too-short", "minimum": 8, "maximum": 10}, "en az 8 hane"),
        ({"problems": "too-long", "maximum": 10}, "en çok 10 hane"),
        ({"problems": "run own-number"}, "tahmin edilir. PIN, kimlik, vergi"),
    ],
)
def test_broken_rules_are_named(params: dict[str, ParamValue], text: str) -> None:
    assert text in TR.failure(Failure.of(C.PIN_BREAKS_RULE, **params)).body


def test_a_pin_in_place_of_a_code_is_called_one() -> None:
    found = TR.failure(Failure.of(C.CODE_NOT_15_DIGITS, problem="may-be-pin"))
    assert found.body.startswith("Bu bir PIN olabilir;")


def test_a_used_up_code_is_told() -> None:
    found = TR.failure(Failure.of(C.PIN_BREAKS_POLICY, problems="too-short", minimum=8))
    assert "Bu kod artık geçmez" in found.todo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ayşe İŞIK-ı 1", "Ayşe İŞIK-ı 1"),
        ("a\u202eb", "a[U+202E]b"),
        ("\x1b[31m", "[U+001B][31m"),
        ("a\nb\u2028\u200b", "a[U+000A]b[U+2028][U+200B]"),
    ],
)
def test_foreign_text_cannot_change_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert TR.text("cli.reader", name=text) == f"Okuyucu: {shown}"


def test_parameters_are_not_read_as_texts() -> None:
    assert EN.text("cli.reader", name="{name.__class__}") == "Reader: {name.__class__}"


@pytest.mark.parametrize("key", ["cli.no-such-text", "cli", "nothing", "cli.reader.name"])
def test_a_text_that_is_not_there_is_a_programming_error(key: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        EN.text(key, name="x")


def test_a_missing_parameter_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        EN.text("cli.reader")


def test_spoken() -> None:
    words = ("Kars", "yedi", "Muş", "dört", "Sinop", "Adana", "Hatay", "Bolu")
    assert TR.spoken("K7M4-SAHB") == words
    assert EN.spoken("K7")[0] == "Kilo"


def test_another_language_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        Catalogue.load("de")
