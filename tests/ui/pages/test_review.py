"""Screen 7: what signing does, the documents, "okudum", and the digits of a login."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from kamusm_esign.ui.pages.match import Match
from kamusm_esign.ui.pages.review import Review
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import TR, Stage, clipped, nameless, press, settle, wait_until
from tests.ui.signing_samples import APPLICATION, BEYAN, review

SPACE, ENTER, TAB = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Tab
PIN_JOURNEY = ("kilit", "yeni pin", "pin kodunu değiştir", "unblock", "new pin")
"""Words of the other journey, which frighten people here."""


def words(stage: Stage) -> str:
    labels = stage.page.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


# ---------------------------------------------------------------------------- what it means
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("review-grant", ("E-Onay veriyorsunuz", "PIN kodunuz değişmez.", "Geri alınabilir")),
        ("review-revoke", ("E-Onayı kaldırıyorsunuz", "Daha önce verdiğiniz", "kâğıt form")),
        ("review-application", ("Başvurunuzu imzalıyorsunuz", "sizin imzanızla")),
        ("review-login", ("Portala giriş yapıyorsunuz", "siz başlatmadıysanız vazgeçiniz")),
    ],
)
def test_the_program_says_what_signing_does(show: Show, name: str, said: tuple[str, ...]) -> None:
    stage = show(Review(), sample(name))
    banner = stage.find("review.meaning")
    assert banner.hasFocus()
    assert all(part in banner.accessibleName() for part in said)
    assert all(part in words(stage) for part in said)
    assert nameless(stage.page) == []


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("name", ["review-grant", "review-revoke", "review-application"])
def test_no_word_of_the_pin_journey(show: Show, name: str, language: str) -> None:
    said = words(show(Review(), sample(name, language))).casefold()
    assert [word for word in PIN_JOURNEY if word in said] == []


def test_the_servers_reason_stands_beside_the_programs_own_sentence(show: Show) -> None:
    said = words(show(Review(), sample("review-grant")))
    assert "Kamu Sertifikasyon Merkezi" in said
    assert "Sonraki NES başvurularını e-imza ile yapmak" in said
    assert "Ayrık CAdES-BES" in said


# ---------------------------------------------------------------------------- the documents
def test_the_document_is_shown_and_marked_by_hand(show: Show) -> None:
    stage = show(Review(), sample("review-grant-unread"))
    box = stage.find("document.accept")
    assert not box.isChecked()
    assert stage.primary[-1] == (False, "Okuduğunuzu işaretleyiniz")
    QTest.keyClick(box, SPACE)
    assert stage.intents == [intents.MarkDocument(BEYAN.id, read=True)]
    stage.render(sample("review-grant"))
    assert box.isChecked()
    assert stage.primary[-1] == (True, "")
    QTest.keyClick(box, SPACE)
    assert stage.intents[-1] == intents.MarkDocument(BEYAN.id, read=False)


def test_a_document_that_cannot_be_shown_cannot_be_marked(show: Show) -> None:
    stage = show(Review(), sample("review-broken"))
    assert not stage.find("document.accept").isEnabled()
    assert not stage.find("document.save").isEnabled()
    assert "IMZ-371" in stage.text("page.problem")
    assert stage.primary[-1][0] is False
    assert sample("review-broken").frame.primary.reason == "Bu belge okunamıyor"
    assert sample("review-opening").frame.primary.reason == "Belge açılıyor…"


def test_another_document_is_chosen_from_the_list(show: Show) -> None:
    stage = show(Review(), sample("review-application"))
    first, second = stage.find("document.list").items
    assert (first.isChecked(), second.isChecked()) == (False, True)
    assert "okundu" in first.accessibleDescription()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.ShowDocument(APPLICATION.documents[0].id)]


def test_the_line_of_what_is_shown_is_in_view(show: Show) -> None:
    model: Any = sample("review-many")
    stage = show(Review(), model, size=(1366, 768))
    documents = stage.find("document.list")
    port = next(
        a.viewport() for a in stage.page.findChildren(ScrollArea) if a.isAncestorOf(documents)
    )
    for place in (11, 0, 6):
        stage.render(replace(model, chosen=model.documents[place].id))
        settle()
        item = documents.items[place]
        top = item.mapTo(port, QPoint()).y()
        assert 0 <= top <= port.height() - item.height(), place


def test_the_way_forward_leads_to_the_next_unread_document() -> None:
    model: Any = sample("review-many")
    assert model.frame.primary.intent is None
    read: Any = sample("review-application")
    assert read.frame.primary.reason == "Okuduğunuzu işaretleyiniz"

    marked: Any = review(APPLICATION, 1, 0)(TR)
    assert marked.frame.primary.text == "Sonraki belge"
    assert marked.frame.primary.intent == intents.ShowDocument(APPLICATION.documents[1].id)


def test_the_document_is_saved_where_the_person_says(show: Show, tmp_path: Path) -> None:
    stage = show(Review(), sample("review-grant"))
    QTest.mouseClick(stage.find("document.save"), Qt.MouseButton.LeftButton)
    (dialog,) = stage.page.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("E-Onay Beyanı.txt")
    dialog.fileSelected.emit(str(tmp_path / "beyan.txt"))
    assert stage.intents == [intents.SaveDocument(BEYAN.id, str(tmp_path / "beyan.txt"))]
    dialog.reject()


@pytest.mark.parametrize("language", ["tr", "en"])
def test_rendering_again_keeps_place_zoom_and_focus(show: Show, language: str) -> None:
    stage = show(Review(), sample("review-application"), size=(1000, 700))
    view = stage.page.view
    view.set_zoom(1.5)
    bar = view.canvas.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    view.canvas.setFocus()
    settle()
    place, before = view.canvas.place(), bar.value()
    stage.render(sample("review-application", language))
    assert (view.canvas.place(), bar.value()) == (place, before)
    assert view.canvas.hasFocus()


def test_another_theme_and_text_size_keep_place_zoom_and_mark(show: Show) -> None:
    stage = show(Review(), sample("review-application"), size=(1000, 700))
    view, box = stage.page.view, stage.find("document.accept")
    view.set_zoom(1.5)
    view.canvas.verticalScrollBar().setValue(view.canvas.verticalScrollBar().maximum() // 2)
    settle()
    place, ticked = view.canvas.place(), box.isChecked()

    def brightness() -> int:
        one = (
            stage.page.grab()
            .toImage()
            .scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation)
        )
        return int(one.pixelColor(0, 0).lightness())

    light = brightness()
    theme.set("dark")
    settle()
    assert brightness() < light
    assert (view.canvas.place(), box.isChecked()) == (place, ticked)
    theme.set("light", 1.25)
    settle()
    now = view.canvas.place()
    assert (now.sheet, now.zoom, box.isChecked()) == (place.sheet, 1.5, ticked)
    assert now.share == pytest.approx(place.share, abs=0.02)


def test_the_place_is_kept_while_another_page_is_shown(show: Show) -> None:
    model = sample("review-application")
    stage = show(Review(), model)
    stage.page.view.set_zoom(2.0)
    bar = stage.page.view.canvas.verticalScrollBar()
    bar.setValue(900)
    settle()
    there = stage.page.view.canvas.place()
    stage.page.leave()
    again = show(Review(), model)
    assert again.page.view.canvas.place().zoom == 2.0
    assert again.page.view.canvas.place().sheet == there.sheet
    assert abs(again.page.view.canvas.place().share - there.share) < 0.01


def test_what_was_accepted_can_only_be_looked_at(show: Show) -> None:
    stage = show(Review(), sample("review-back"))
    assert not stage.find("document.accept").isVisible()
    assert stage.primary[-1] == (True, "")


# ---------------------------------------------------------------------------- removing
def test_removing_is_asked_a_second_time(show: Show) -> None:
    stage = show(Review(), sample("review-revoke"))
    stage.render(sample("review-revoke-question"))
    box = stage.find("removal.accept")
    assert box.hasFocus()
    assert stage.primary[-1] == (False, "Önce kutuyu işaretleyiniz")
    press(SPACE)
    assert stage.primary[-1] == (True, "")
    stage.page.primary_pressed()
    assert stage.intents == [intents.ConfirmRemoval(confirmed=True)]
    stage.render(sample("review-revoke"))
    assert not box.isVisible()
    stage.render(sample("review-revoke-question"))
    assert not box.isChecked()


def test_going_back_from_the_question_is_one_press() -> None:
    model: Any = sample("review-revoke-question")
    assert model.frame.secondary.intent == intents.ConfirmRemoval(confirmed=False)
    assert model.frame.secondary.text == "Hayır, geri dön"


# ---------------------------------------------------------------------------- the two digits
def test_the_digits_are_typed_and_sent(show: Show) -> None:
    stage = show(Match(), sample("match"))
    field = stage.find("session.match")
    assert field.hasFocus()
    assert "başka biri" in field.accessibleDescription()
    QTest.keyClicks(field, "4x2")
    assert field.text() == "42"
    assert stage.primary[-1] == (True, "")
    press(ENTER)
    assert stage.intents == [intents.EnterMatch("42")]
    stage.render(sample("match-wrong"))
    assert field.text() == ""
    assert stage.text("page.problem").startswith("Bu sayı, giriş isteğindeki sayı değil.")
    assert nameless(stage.page) == []


def test_whoever_did_not_begin_it_has_a_way_out(show: Show) -> None:
    stage = show(Match(), sample("match"))
    said = words(stage)
    assert all(part in said for part in ("Firefox", "192.0.2.*", "20.11.2026"))
    QTest.mouseClick(stage.find("match.stop"), Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.DenyOrigin()]


# ---------------------------------------------------------------------------- room
NAMES = ("review-revoke-question", "review-application")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Review(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []


@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_of_the_digits_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Match(), sample("match-wrong", language), size=size, scale=scale)
    assert clipped(stage.area) == []


def test_resizing_moves_mark_and_save_and_keeps_the_place(show: Show) -> None:
    stage = show(Review(), sample("review-application"))
    for size in ((683, 384), (1366, 768), (500, 800), (1000, 700)):
        stage.resize(size)
        inside = stage.page.isAncestorOf(stage.page.accept)
        assert inside is (size[0] < 900), size
        wait_until(stage.page.accept.isVisible)
        assert clipped(stage.area) == []
