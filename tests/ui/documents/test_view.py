"""What a person does with a document: scroll, zoom, search, come back to it."""

import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kamusm_esign.domain.documents import PageSize
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.ui.presenter.document import ShownDocument
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets import document_pictures
from kamusm_esign.ui.widgets.document_paper import WHOLE_WIDTH
from tests.equipment.pdfs import large, simple
from tests.equipment.recording_documents import RecordingDocuments
from tests.equipment.recording_ports import Recorder
from tests.ui.documents.stage import Stage, texts

PDF_FILE = b"%PDF-1.7"
LONG_TEXT = "".join(f"line {n} of a long text\n" for n in range(20_000)).encode()
Key = Qt.Key


def page_label(stage: Stage) -> str:
    return stage.view._page.text()


# ---------------------------------------------------------------------------- pages
def test_only_what_is_near_is_drawn(stage: Stage, documents: RecordingDocuments) -> None:
    documents.pages = (PageSize(595, 842),) * 100
    stage.show(PDF_FILE)
    assert {band.page for band in documents.drawn} == {0}
    stage.view.canvas.verticalScrollBar().setValue(900)
    stage.settle()
    assert [band.page for band in documents.drawn] == [0, 1]
    assert len(stage.view.canvas.sheets()) <= 3
    assert page_label(stage) == "Sayfa 1 / 100"


def test_pictures_have_the_dots_of_the_screen(stage: Stage, documents: RecordingDocuments) -> None:
    stage.show(PDF_FILE)
    ratio = stage.view.devicePixelRatioF()
    assert documents.drawn[0].width == round(595 * 96 / 72 * ratio)


def test_a_large_page_comes_in_bands(stage: Stage, documents: RecordingDocuments) -> None:
    documents.pages = (PageSize(3000, 3000),)
    stage.show(PDF_FILE)
    documents.drawn.clear()
    stage.view.set_zoom(2.0)
    stage.settle()
    assert {band.top for band in documents.drawn} == {0}
    assert all(band.width * band.rows <= 4 << 20 for band in documents.drawn)
    stage.view.canvas.verticalScrollBar().setValue(3000)
    stage.settle()
    assert max(band.top for band in documents.drawn) > 0


def test_the_memory_for_pictures_is_bounded(
    stage: Stage, documents: RecordingDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.pages = (PageSize(595, 842),) * 30
    stage.show(PDF_FILE)
    paper = stage.view._paper
    pictures = paper.pictures  # type: ignore[union-attr]
    pictures._limit = 15 << 20
    for _ in range(40):
        QTest.keyClick(stage.view.canvas, Key.Key_PageDown)
        stage.settle()
        assert pictures.size <= 15 << 20
        assert len(stage.view.canvas.sheets()) <= 4
    assert document_pictures.LIMIT == 64 << 20
    drawn = len(documents.drawn)
    QTest.keyClick(stage.view.canvas, Key.Key_Home)
    stage.settle()
    assert len(documents.drawn) > drawn


def test_a_page_that_cannot_be_drawn_says_so_and_is_not_tried_again(
    stage: Stage, record: Recorder
) -> None:
    record.failures["picture"] = Failure.of(FailureCode.DOCUMENT_TOO_SLOW)
    key = stage.show(PDF_FILE)
    assert {told for told, _ in stage.failures} == {key}
    tried = record.calls.count("picture")
    stage.view.canvas.verticalScrollBar().setValue(5)
    stage.settle()
    assert record.calls.count("picture") == tried


# ---------------------------------------------------------------------------- scrolling
@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_keys(stage: Stage, content: bytes) -> None:
    stage.show(content)
    canvas, bar = stage.view.canvas, stage.view.canvas.verticalScrollBar()
    seen = [0]
    for key, more in (
        (Key.Key_Down, True),
        (Key.Key_PageDown, True),
        (Key.Key_Up, False),
        (Key.Key_PageUp, False),
        (Key.Key_End, True),
    ):
        QTest.keyClick(canvas, key)
        assert (bar.value() > seen[-1]) is more, key
        seen.append(bar.value())
    stage.settle()
    assert bar.value() == bar.maximum()
    QTest.keyClick(canvas, Key.Key_Home)
    assert bar.value() == 0


def test_the_page_that_is_read_is_told(stage: Stage) -> None:
    told: list[tuple[int, int]] = []
    stage.view.page_changed.connect(lambda *page: told.append(page))
    stage.show(PDF_FILE)
    for _ in range(10):
        QTest.keyClick(stage.view.canvas, Key.Key_PageDown)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert page_label(stage) == "Sayfa 3 / 3"


@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_having_seen_the_end_is_told_once(stage: Stage, content: bytes) -> None:
    told: list[str] = []
    stage.view.read_to_end.connect(told.append)
    key = stage.show(content)
    assert told == []
    for end in (Key.Key_End, Key.Key_Home, Key.Key_End):
        QTest.keyClick(stage.view.canvas, end)
    assert told == [key]


def test_a_short_document_has_been_seen_at_once(stage: Stage) -> None:
    told: list[str] = []
    stage.view.read_to_end.connect(told.append)
    assert told == [] or stage.show(b"Two\nlines") in told
    assert stage.show(b"Three\nmore\nlines") in told


# ---------------------------------------------------------------------------- zoom
def wheel(stage: Stage, turn: int, keys: Qt.KeyboardModifier) -> None:
    view = stage.view.canvas.viewport()
    middle = QPointF(view.rect().center())
    event = QWheelEvent(
        middle,
        view.mapToGlobal(middle),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_zoom_by_buttons_wheel_and_keys(stage: Stage) -> None:
    stage.show(PDF_FILE)
    view, control = stage.view, Qt.KeyboardModifier.ControlModifier
    paper = view._paper
    assert paper is not None
    assert view.figure.text() == "%100"
    for act, percent in (
        (view.larger.click, 110),
        (view.larger.click, 125),
        (view.smaller.click, 110),
        (lambda: wheel(stage, 120, control), 125),
        (lambda: wheel(stage, -120, control), 110),
        (lambda: QTest.keyClick(view.canvas, Key.Key_Plus, control), 125),
        (lambda: QTest.keyClick(view.canvas, Key.Key_Minus, control), 110),
        (lambda: QTest.keyClick(view.canvas, Key.Key_0, control), 100),
    ):
        act()
        stage.settle()
        assert round(paper.zoom * 100) == percent
        assert view.figure.text() == f"%{percent}"
    view.figure.click()
    assert abs(paper.width - (view.canvas.viewport().width() - 48)) <= 1
    view.figure.click()
    assert paper.zoom == 1.0


def test_zoom_has_ends(stage: Stage) -> None:
    stage.show(PDF_FILE)
    for by, end in ((1, 4.0), (-1, 0.25)):
        for _ in range(30):
            stage.view.zoom_by(by)
        assert stage.view._paper is not None
        assert stage.view._paper.zoom == end


@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_what_is_read_stays_in_view_while_zooming(stage: Stage, content: bytes) -> None:
    stage.show(content)
    canvas = stage.view.canvas
    canvas.verticalScrollBar().setValue(canvas.verticalScrollBar().maximum() // 2)
    stage.settle()
    before = canvas.place()
    for by in (1, 1, 1, -1, -1, -1):
        stage.view.zoom_by(by)
        stage.settle()
    after = canvas.place()
    assert after.sheet == before.sheet
    assert abs(after.share - before.share) < 0.1


def test_a_narrow_view_has_no_bar_to_the_side(stage: Stage) -> None:
    stage.view.resize(420, 500)
    stage.show(PDF_FILE)
    assert stage.view.canvas.horizontalScrollBar().maximum() == 0
    stage.view.set_zoom(1.0)
    assert stage.view.canvas.horizontalScrollBar().maximum() > 0
    before = stage.view.canvas.horizontalScrollBar().value()
    QTest.keyClick(stage.view.canvas, Key.Key_Right)
    assert stage.view.canvas.horizontalScrollBar().value() > before


# ---------------------------------------------------------------------------- coming back
def test_each_document_is_shown_where_it_was_left(stage: Stage) -> None:
    stage.show(PDF_FILE)
    stage.view.set_zoom(1.5)
    stage.view.canvas.verticalScrollBar().setValue(900)
    stage.settle()
    left = stage.view.canvas.place()
    stage.show(LONG_TEXT)
    assert stage.view.canvas.verticalScrollBar().value() == 0
    stage.show(PDF_FILE)
    assert stage.view.canvas.place() == left
    stage.view.forget_places()
    stage.show(LONG_TEXT)
    stage.view.forget_places()
    stage.show(PDF_FILE)
    assert stage.view.canvas.verticalScrollBar().value() == 0


def test_the_same_document_again_moves_nothing(stage: Stage, documents: RecordingDocuments) -> None:
    key = stage.show(PDF_FILE)
    stage.search("page")
    stage.view.canvas.verticalScrollBar().setValue(700)
    stage.settle()
    drawn = len(documents.drawn)
    shown = ShownDocument("Other title", documents.kept[key], stage.supply)
    stage.view.set_document(shown)
    stage.settle()
    assert stage.view.canvas.verticalScrollBar().value() == 700
    assert len(documents.drawn) == drawn
    assert stage.view.search_bar.field.text() == "page"
    assert stage.view._title.text() == "Other title"


@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_language_theme_and_hiding_move_nothing(stage: Stage, content: bytes) -> None:
    stage.show(content)
    stage.view.set_zoom(1.25)
    bar = stage.view.canvas.verticalScrollBar()
    bar.setValue(1000)
    stage.settle()
    left = bar.value()
    stage.view.set_texts(texts("en"))
    stage.settle()
    assert page_label(stage).startswith("Page 1 of" if content is LONG_TEXT else "Page ")
    for scheme in ("dark", "contrast", "light"):
        theme.set(scheme)
        stage.settle()
    stage.view.hide()
    stage.view.show()
    stage.settle()
    assert (bar.value(), stage.view.canvas.wanted_zoom) == (left, 1.25)


@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_nothing_is_kept_of_a_document_that_is_not_shown(stage: Stage, content: bytes) -> None:
    stage.show(content)
    stage.search("page")
    paper = weakref.ref(stage.view._paper)
    assert paper() is not None
    gc.disable()  # pictures are large, and Python does not know it when it puts collecting off
    try:
        stage.view.set_document(None)
        stage.settle()
        assert paper() is None
    finally:
        gc.enable()


def test_nothing_to_show(stage: Stage) -> None:
    stage.show(PDF_FILE)
    stage.view.set_document(None)
    stage.settle()
    assert stage.view.canvas.sheets() == {}
    assert page_label(stage) == ""
    assert not stage.view.search_bar.isEnabled()
    for key in (Key.Key_Down, Key.Key_End):
        QTest.keyClick(stage.view.canvas, key)
    stage.view.zoom_by(1)


# ---------------------------------------------------------------------------- search
def test_search_in_a_pdf(stage: Stage) -> None:
    stage.show(PDF_FILE)
    bar = stage.view.search_bar
    stage.search("PAGE")
    assert bar.hits.text() == "1 / 3"
    seen = []
    for _ in range(4):
        QTest.keyClick(bar.field, Key.Key_Return)
        stage.settle()
        seen.append((bar.hits.text(), stage.view._search.now.page))  # type: ignore[union-attr]
        assert stage.view._search.now.page in stage.pages_in_view()  # type: ignore[union-attr]
    assert seen == [("2 / 3", 1), ("3 / 3", 2), ("1 / 3", 0), ("2 / 3", 1)]
    QTest.keyClick(bar.field, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.hits.text() == "1 / 3"
    bar.back.click()
    assert bar.hits.text() == "3 / 3"


def test_search_begins_where_one_reads(stage: Stage) -> None:
    stage.show(PDF_FILE)
    QTest.keyClick(stage.view.canvas, Key.Key_End)
    stage.search("page")
    assert stage.view.search_bar.hits.text() == "3 / 3"


@pytest.mark.parametrize(
    ("wanted", "said", "arrows"),
    [("page 2", "1 / 1", True), ("no", "Bulunamadı", False), ("", "", False)],
)
def test_what_a_search_says(stage: Stage, wanted: str, said: str, arrows: bool) -> None:
    stage.show(PDF_FILE)
    stage.search("page")
    stage.search(wanted)
    bar = stage.view.search_bar
    assert (bar.hits.text(), bar.on.isVisible()) == (said, arrows)


def test_keys_of_the_search(stage: Stage) -> None:
    stage.show(PDF_FILE)
    stage.view.activateWindow()
    stage.view.canvas.setFocus()
    QTest.keyClick(stage.view.canvas, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert stage.view.search_bar.field.hasFocus()
    QTest.keyClicks(stage.view.search_bar.field, "page")
    stage.until(lambda: stage.view.search_bar.hits.text() == "1 / 3")
    QTest.keyClick(stage.view.search_bar.field, Key.Key_F3)
    stage.settle()
    assert stage.view.search_bar.hits.text() == "2 / 3"
    QTest.keyClick(stage.view.search_bar.field, Key.Key_Escape)
    assert stage.view.search_bar.field.text() == ""
    assert stage.view.canvas.hasFocus()
    stage.until(lambda: stage.view.search_bar.hits.text() == "")


def test_search_in_a_text(stage: Stage) -> None:
    stage.show(LONG_TEXT)
    stage.search("line 15000 of")
    assert stage.view.search_bar.hits.text() == "1 / 1"
    seen = [
        s.spoken for s in stage.view.canvas.sheets().values() if not s.visibleRegion().isEmpty()
    ]
    assert any("line 15000 of" in spoken for spoken in seen)


def colours(stage: Stage) -> set[str]:
    image = stage.view.canvas.viewport().grab().toImage()
    step = 2
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(0, image.width(), step)
        for y in range(0, image.height(), step)
    }


@pytest.mark.parametrize("content", [PDF_FILE, LONG_TEXT], ids=["pdf", "text"])
def test_what_is_found_is_marked(stage: Stage, content: bytes) -> None:
    stage.show(content)
    assert "#f5b301" not in colours(stage)
    stage.search("page 1" if content is PDF_FILE else "of a long")
    assert "#f5b301" in colours(stage)
    assert content is PDF_FILE or "#ffe9a8" in colours(stage)
    stage.search("")
    assert not {"#f5b301", "#ffe9a8"} & colours(stage)


# ---------------------------------------------------------------------------- looks, and ears
@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("content", [PDF_FILE, b"Text"], ids=["pdf", "text"])
def test_paper_is_white_in_every_theme(stage: Stage, scheme: str, content: bytes) -> None:
    theme.set(scheme)
    stage.show(content)
    assert "#ffffff" in colours(stage)


def test_invisible_characters_are_seen(stage: Stage) -> None:
    stage.show("pay \u202e001 TL".encode())
    (sheet,) = stage.view.canvas.sheets().values()
    assert sheet.spoken == "pay [U+202E]001 TL"
    assert "#fff4d1" in colours(stage)


def test_screen_readers_find_the_text_of_each_page(stage: Stage) -> None:
    QAccessible.setActive(True)
    try:
        stage.show(PDF_FILE, "Form")
        sheet = stage.view.canvas.sheets()[0]
        seen = QAccessible.queryAccessibleInterface(sheet)
        assert seen.text(QAccessible.Text.Name) == "Sayfa 1 / 3"
        assert seen.text(QAccessible.Text.Description) == "Page 1"
        canvas = QAccessible.queryAccessibleInterface(stage.view.canvas)
        assert canvas.text(QAccessible.Text.Name) == "Belge: Form"
    finally:
        QAccessible.setActive(False)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [320, 640, 912])
def test_nothing_is_clipped(stage: Stage, scale: float, width: int) -> None:
    theme.set("light", scale)
    for language in ("tr", "en"):
        stage.view.set_texts(texts(language))
        stage.view.resize(max(round(width * scale / 1.5), 320), 700)
        stage.show(PDF_FILE, "A title of some length")
        stage.search("page")
        for label in (stage.view._title, stage.view._page, stage.view.search_bar.hits):
            assert label.text_fits(), (language, label.text())
        assert stage.view.figure.text_fits()


# ---------------------------------------------------------------------------- the real thing
def test_a_real_pdf(real: Stage) -> None:
    real.show(simple(3, "lorem ipsum"))
    assert "#000000" in colours(real)
    real.search("ipsum")
    assert real.view.search_bar.hits.text() == "1 / 3"
    assert "#f5b301" in colours(real)
    assert real.failures == []


def test_a_large_pdf_and_a_large_text(real: Stage) -> None:
    for content, pages in ((large(60, 3 << 20), 60), (LONG_TEXT * 20, 1)):
        real.show(content)
        bar = real.view.canvas.verticalScrollBar()
        for share in (0.3, 0.9, 0.1, 1.0):
            bar.setValue(round(bar.maximum() * share))
            real.settle()
        assert page_label(real) == f"Sayfa {pages} / {pages}"
    assert real.failures == []


def test_pages_of_different_sizes(stage: Stage, documents: RecordingDocuments) -> None:
    documents.pages = (PageSize(200, 300), PageSize(900, 200))
    stage.show(PDF_FILE)
    narrow, wide = (stage.view.canvas.sheets()[page] for page in (0, 1))
    assert wide.width() == stage.view.canvas.viewport().width() - 48
    assert abs(narrow.width() * 900 - wide.width() * 200) <= 900
    assert abs(narrow.geometry().center().x() - wide.geometry().center().x()) <= 1
    stage.view.set_zoom(WHOLE_WIDTH)
    assert stage.view.canvas.horizontalScrollBar().maximum() == 0
