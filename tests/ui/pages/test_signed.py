"""Screens 5 and 6 of a signing journey: how far it is, and what came of it."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from kamusm_esign.ui.pages.progress import Progress
from kamusm_esign.ui.pages.signed import Signed
from kamusm_esign.ui.presenter import intents
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import TR, Stage, clipped, nameless
from tests.ui.signing_samples import done


def words(stage: Stage) -> str:
    labels = stage.page.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


# ---------------------------------------------------------------------------- screen 5
def test_the_bar_says_how_much_is_signed(show: Show) -> None:
    stage = show(Progress(), sample("signing"))
    bar = stage.find("progress")
    assert (bar.value(), bar.maximum()) == (5, 12)
    assert bar.accessibleName() == stage.text("progress.text") == "5 / 12 belge imzalandı"
    model: Any = sample("signing")
    assert model.frame.secondary.intent == intents.Cancel()
    assert nameless(stage.page) == []


@pytest.mark.parametrize("name", ["signing-stopping", "signing-keeping", "submitting"])
def test_cancel_is_offered_only_where_it_can_still_be_taken(name: str) -> None:
    model: Any = sample(name)
    assert model.frame.secondary is None
    assert model.frame.screen == 5


def test_what_could_not_be_handed_in_goes_on_now_or_later(show: Show) -> None:
    stage = show(Progress(), sample("submitting-lost"))
    assert "PRT-201" in stage.text("page.problem")
    assert "İmzalarınız saklandı" in words(stage)
    model: Any = sample("submitting-lost")
    assert model.frame.primary.intent == intents.Retry()
    QTest.mouseClick(stage.find("button.later"), Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.Later()]
    stage.render(sample("submitting"))
    assert not stage.find("button.later").isVisible()


def test_documents_that_did_not_come_are_fetched_again(show: Show) -> None:
    model: Any = sample("fetching-failed")
    assert (model.frame.screen, model.frame.primary.intent) == (7, intents.Retry())
    assert "PRT-201" in show(Progress(), model).text("page.problem")


# ---------------------------------------------------------------------------- screen 6
@pytest.mark.parametrize(
    ("name", "verdict", "headline"),
    [
        ("signed", "succeeded", "E-Onayınız verildi."),
        ("signed-application", "succeeded", "Başvurunuz imzalandı."),
        ("signed-later", "unknown", "Belge imzalandı, portala henüz ulaşmadı."),
        ("signed-refused", "failed", "İmzanız geçerli olmadı."),
        ("signed-partly", "failed", "İmzanız geçerli olmadı."),
        ("signed-not", "failed", "Hiçbir belge imzalanmadı."),
    ],
)
def test_every_end_says_what_happened(show: Show, name: str, verdict: str, headline: str) -> None:
    model: Any = sample(name)
    assert (model.verdict, model.headline) == (verdict, headline)
    stage = show(Signed(), model)
    assert stage.text("result.title") == headline
    assert "PIN kodunuz değişmedi" in words(stage)
    assert nameless(stage.page) == []
    assert (model.support is not None) is (verdict == "failed")
    if model.support is not None:
        assert stage.find("result.incident").isVisible()


def test_the_receipt_has_number_time_holder_and_digest(show: Show) -> None:
    said = words(show(Signed(), sample("signed")))
    for part in ("EO-2026-118201", "A*** Y*****", "…b3f1", "0" * 30, "Portala teslim edildi"):
        assert part in said
    assert "AYŞE" not in said


def test_name_and_number_are_shown_in_full_where_the_person_wants_it(show: Show) -> None:
    stage = show(Signed(), sample("signed"))
    QTest.mouseClick(stage.find("receipt.unmask"), Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.UnmaskReceipts(unmasked=True)]
    stage.render(done(unmasked=True)(TR))
    said = words(stage)
    assert "AYŞE YILMAZ" in said
    assert "5c81a9d20e47b3f1" in said


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_receipts_are_saved_where_the_person_says(show: Show, tmp_path: Path, form: str) -> None:
    stage = show(Signed(), sample("signed"))
    QTest.mouseClick(stage.find(f"receipt.{form}"), Qt.MouseButton.LeftButton)
    (dialog,) = stage.page.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith(f"makbuz-EO-2026-118201.{form}")
    dialog.fileSelected.emit(str(tmp_path / f"r.{form}"))
    assert stage.intents == [intents.SaveReceipts(str(tmp_path / f"r.{form}"), form)]
    dialog.reject()


def test_what_has_no_effect_cannot_be_saved_as_a_receipt(show: Show) -> None:
    stage = show(Signed(), sample("signed-partly"))
    said = words(stage)
    assert "Hükmü yok" in said
    assert "Portal 1 imzayı almıştı" in said
    assert not stage.find("receipt.pdf").isVisible()


def test_what_waits_says_what_happens_next(show: Show) -> None:
    said = words(show(Signed(), sample("signed-later")))
    assert "Gönderilmeyi bekliyor" in said
    assert "yeniden imzalamanız gerekmez" in said
    assert "yedi gün" in said


# ---------------------------------------------------------------------------- room
@pytest.mark.parametrize(
    ("page", "name"),
    [
        (Signed, "signed"),
        (Signed, "signed-partly"),
        (Progress, "submitting-lost"),
    ],
)
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, page: Any, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(page(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []
