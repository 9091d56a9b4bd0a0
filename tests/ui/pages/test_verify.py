"""Screen 14: files dropped and chosen, the verdict, and what it rests on."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from kamusm_esign.ui.pages.verify import Verify
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.widgets.drop_area import DropArea
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import Stage, clipped, nameless, spoken
from tests.ui.verify_samples import VERIFYING

COPY, LEFT, NO_KEY = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


def words(stage: Stage) -> str:
    labels = stage.page.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def drop(area: DropArea, *addresses: str) -> bool:
    """Drag things over it and let go; whether it would take them."""
    data = QMimeData()
    data.setUrls([QUrl(address) for address in addresses])
    over = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, NO_KEY)
    over.ignore()
    area.dragEnterEvent(over)
    area.dropEvent(QDropEvent(QPointF(5, 5), COPY, data, LEFT, NO_KEY))
    return over.isAccepted()


@pytest.mark.parametrize(
    ("area", "made"), [("file", intents.VerifyFile), ("document", intents.VerifyDocument)]
)
def test_a_file_is_chosen_or_dropped(
    show: Show, tmp_path: Path, area: str, made: type[intents.VerifyFile]
) -> None:
    stage, path = show(Verify(), sample("verify-document")), str(tmp_path / "a b.pdf")
    assert drop(getattr(stage.page, area), QUrl.fromLocalFile(path).toString())
    QTest.mouseClick(stage.find(f"verify.{area}"), LEFT)
    (dialog,) = stage.page.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit(path)
    dialog.reject()
    assert stage.intents == [made(path), made(path)]


@pytest.mark.parametrize(
    "addresses", [(), ("https://a.example/b.pdf",), ("file:///a", "file:///b")]
)
def test_what_is_not_one_file_is_not_taken(show: Show, addresses: tuple[str, ...]) -> None:
    stage = show(Verify(), sample("verify"))
    assert not drop(stage.page.file, *addresses)
    assert stage.intents == []


def test_while_it_works_nothing_is_taken_and_the_keyboard_stays(show: Show) -> None:
    stage = show(Verify(), sample("verify"))
    stage.render(sample("verify-running"))
    assert stage.text("page.problem").strip() == "Denetleniyor…"
    button = stage.find("verify.file")
    assert button.hasFocus()
    assert not drop(stage.page.file, "file:///a")
    QTest.mouseClick(button, LEFT)
    assert stage.page.findChildren(QFileDialog) == []
    assert stage.intents == []


def test_the_verdict_and_what_it_rests_on(show: Show) -> None:
    stage = show(Verify(), sample("verify-broken"))
    assert stage.find("verify.result").isVisible()
    said = words(stage)
    for part in ("İmza geçerli değil", "IMZ-341", "1. imza", "2. imza", "A*** Y*****"):
        assert part in said
    for part in ("içerik değişmiş", "Denetlenmeyenler", "çevrim dışı denetimde bakılmaz"):
        assert part in said
    assert "İmza geçerli değil" in " ".join(spoken(stage.page))
    stage.render(sample("verify-trusted"))
    assert "2. imza" not in words(stage)
    assert "IMZ-341" not in words(stage)


def test_what_cannot_be_judged_has_no_verdict(show: Show) -> None:
    stage = show(Verify(), sample("verify-nothing"))
    assert "IMZ-340" in stage.text("page.problem")
    assert not stage.find("verify.result").isVisible()


def test_the_document_is_asked_for(show: Show) -> None:
    stage = show(Verify(), sample("verify-trusted"))
    assert not stage.find("verify.document").isVisible()
    stage.render(sample("verify-document"))
    assert stage.find("verify.document").isVisible()
    assert "belgeden ayrı bir dosyadır" in stage.text("verify.documentLead")
    assert stage.text("page.problem") == ""


def test_who_signed_is_shown_in_full_where_it_is_wanted(show: Show) -> None:
    stage = show(Verify(), sample("verify-trusted"))
    QTest.mouseClick(stage.find("verify.unmask"), LEFT, pos=QPoint(10, 20))
    assert stage.intents == [intents.UnmaskReceipts(unmasked=True)]


@pytest.mark.parametrize("name", VERIFYING)
def test_every_control_has_a_name(show: Show, name: str) -> None:
    assert nameless(show(Verify(), sample(name)).page) == []


@pytest.mark.parametrize("name", ["verify-broken", "verify-receipt", "verify-nothing"])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Verify(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []
