"""Screen 14 in words: the verdict, what was checked, what was not, and who signed."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from kamusm_esign.domain.verification import (
    Checked,
    FileKind,
    Finding,
    Point,
    Reason,
    Verdict,
    VerifiedFile,
)
from kamusm_esign.ui.presenter.verify import Verifying, present_verify
from kamusm_esign.ui.presenter.verify_models import VerifyPage
from kamusm_esign.ui.presenter.words import Words
from tests.ui.pages.stage import EN, TR
from tests.ui.verify_samples import BROKEN, INTACT, REFUSED, STATES, TRUSTED, receipt, signed

LANGUAGES = pytest.mark.parametrize("words", [TR, EN], ids=["tr", "en"])

VERDICTS = [
    ("verify", "", "", ""),
    ("verify-running", "", "", ""),
    ("verify-trusted", "succeeded", "İmza geçerli", "ok"),
    ("verify-intact", "unknown", "Belge değişmemiş, imzalayanın kimliği denetlenemedi", "warn"),
    ("verify-broken", "failed", "İmza geçerli değil", "ok bad"),
    ("verify-document", "", "", ""),
    ("verify-nothing", "", "", ""),
    ("verify-receipt", "unknown", "Makbuz okundu, belgeyle karşılaştırılmadı", "warn"),
    ("verify-receipt-fits", "unknown", "Makbuz bu belgeye ait", "warn"),
    ("verify-receipt-other", "failed", "Makbuz bu belgeye ait değil", "bad"),
]


def page(name: str, words: Words = TR) -> VerifyPage:
    return present_verify(STATES[name], words)


@pytest.mark.parametrize(("name", "verdict", "headline", "chips"), VERDICTS)
def test_the_verdict(name: str, verdict: str, headline: str, chips: str) -> None:
    shown = page(name)
    assert (shown.verdict, shown.headline) == (verdict, headline)
    assert [row.chip.kind for row in shown.rows] == chips.split()
    assert bool(shown.sentence) is bool(verdict)


@pytest.mark.parametrize(
    ("name", "code"), [("verify-broken", "IMZ-341"), ("verify-receipt-other", "IMZ-341")]
)
def test_what_does_not_stand_has_its_code(name: str, code: str) -> None:
    assert page(name).sentence.endswith(code)
    assert page(name).notice is None


def test_what_cannot_be_judged_is_said_with_its_code() -> None:
    notice = page("verify-nothing").notice
    assert notice is not None
    assert notice.code == "IMZ-340"


@pytest.mark.parametrize(
    ("name", "place", "asked"),
    [
        ("verify-trusted", False, ""),
        ("verify-nothing", False, ""),
        ("verify-document", True, "Bu imza, belgeden ayrı bir dosyadır."),
        ("verify-receipt", True, "Makbuz, belgeyi içinde taşımaz."),
        ("verify-receipt-fits", True, ""),
    ],
)
def test_the_document_is_asked_for_where_the_file_does_not_hold_it(
    name: str, place: bool, asked: str
) -> None:
    shown = page(name)
    assert (shown.document is not None) is place
    assert shown.document_lead.startswith(asked)
    assert bool(shown.document_lead) is bool(asked)
    assert page("verify-document").notice is None


def test_a_file_is_called_by_its_name_and_what_it_holds() -> None:
    assert (page("verify-broken").file.file_name, page("verify-broken").file.lead) == (
        "Başvuru formu.pdf",
        "İmzalı PDF, 2 imza",
    )
    assert page("verify-trusted").file.lead == "İmzalı PDF, bir imza"


@pytest.mark.parametrize(
    ("checks", "good", "bad", "unchecked"),
    [
        (TRUSTED, 5, 0, ["İptal durumu"]),
        (INTACT, 3, 0, ["Sertifika", "Zaman", "İptal durumu"]),
        (BROKEN, 1, 3, ["Zaman", "İptal durumu"]),
    ],
)
def test_what_was_checked_and_what_was_not(
    checks: tuple[Checked, ...], good: int, bad: int, unchecked: list[str]
) -> None:
    (row,) = present_verify(Verifying("a.pdf", found=signed(checks)), TR).rows
    states = [check.state for check in row.checked.checks]
    assert (states.count("ok"), states.count("bad"), len(states)) == (good, bad, good + bad)
    assert [check.name for check in row.unchecked.checks] == unchecked
    assert {check.state for check in row.unchecked.checks} == {"skipped"}


def test_nobody_is_told_of_a_folder_that_cannot_be_given_here() -> None:
    said = [check.sentence for row in page("verify-intact").rows for check in row.unchecked.checks]
    assert said[0] == "Sertifikanın kökü denetlenmedi: bu bilgisayarda güvenilen kök sertifika yok"


@LANGUAGES
def test_every_check_has_its_words(words: Words) -> None:
    every = tuple(Checked(*each) for each in product(Point, Finding, Reason))
    (row,) = present_verify(Verifying("a.pdf", found=signed(every)), words).rows
    checks = (*row.checked.checks, *row.unchecked.checks)
    assert len(checks) == len(every)
    assert all(check.name and check.sentence for check in checks)


def _every_verdict() -> Iterator[VerifiedFile]:
    undecided = (Checked(Point.DOCUMENT, Finding.NOT_CHECKED, Reason.NO_DOCUMENT),)
    yield from (signed(checks) for checks in (TRUSTED, INTACT, BROKEN, undecided))
    yield from (receipt(finding) for finding in Finding)


@LANGUAGES
def test_every_verdict_has_its_words(words: Words) -> None:
    found = list(_every_verdict())
    assert {f.verdict for f in found if f.kind is FileKind.SIGNED_PDF} == set(Verdict)
    for each in found:
        shown = present_verify(Verifying("a", found=each, failure=REFUSED), words)
        assert shown.headline
        assert shown.sentence
        assert all(row.chip.text for row in shown.rows)


@pytest.mark.parametrize("name", ["verify-trusted", "verify-receipt"])
def test_who_signed_is_shown_in_full_only_where_it_is_wanted(name: str) -> None:
    state = STATES[name]
    masked, whole = (
        [fact.value for row in present_verify(each, TR).rows for fact in row.facts]
        for each in (state, replace(state, unmasked=True))
    )
    assert any("A*** Y*****" in value for value in masked)
    assert not any("AYŞE" in value for value in masked)
    assert any("AYŞE YILMAZ" in value for value in whole)


def test_a_certificate_that_cannot_be_read_names_nobody() -> None:
    (row,) = present_verify(Verifying("a.pdf", found=signed(BROKEN, signer=None)), TR).rows
    assert [fact.name for fact in row.facts] == ["Beyan edilen imza zamanı"]
