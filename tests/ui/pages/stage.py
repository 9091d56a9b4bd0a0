"""Where a page is shown to a test: the real page area, in a shape of the window."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.page_area import PageArea
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.program import PAGE_TEXTS
from kamusm_esign.ui.shape import shape_of
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import row

TR, EN = (Words(Catalogue.load(language, *PAGE_TEXTS)) for language in ("tr", "en"))
WORDS = {"tr": TR, "en": EN}

SIZES = ((1366, 768), (1000, 700), (683, 384))
LOOKS = tuple(
    (size, scale, language, scheme)
    for size in SIZES
    for scale in (1.0, 2.0)
    for language in ("tr", "en")
    for scheme in ("light", "dark")
)
"""Every window in which nothing may be clipped."""

FRAME, COMPACT_FRAME, LEAST = 240, 108, 120
"""Height of what is around the page, and what is left for it at least."""


class Stage:
    """One page in its area, and all that it says."""

    def __init__(self, page: Page, model: Any, size: tuple[int, int] = (1366, 768)) -> None:
        self.page: Any = page
        self.intents: list[Any] = []
        self.primary: list[tuple[bool, str]] = []
        page.intent.connect(self.intents.append)
        page.primary_state_changed.connect(lambda on, why: self.primary.append((on, why)))
        self.area = PageArea()
        self.bar = row(bar := QWidget())
        self._bar = bar
        self.area.arranged.connect(self._show_own)
        self.size = size
        page.set_shape(self._shape())
        page.render(model)
        self.resize(size)
        self.area.turn_to(page, self._shape())
        self.area.show()
        self.area.activateWindow()
        first = page.first_focus()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        settle()

    def _shape(self) -> Any:
        return shape_of(*self.size, theme.scale)

    def _show_own(self, page: Page) -> None:
        """What the page has in the action bar."""
        for widget in page.in_bar:
            if widget is not None:
                self.bar.addWidget(widget)
        self._bar.resize(self.size[0], 64)
        self._bar.show()

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size."""
        self.size = size
        shape = self._shape()
        frame = (COMPACT_FRAME if shape.compact else FRAME) * theme.scale
        self.area.resize(size[0], max(round(size[1] - frame), LEAST))
        self.area.set_shape(shape)
        settle()

    def render(self, model: Any) -> None:
        """Show another model of the same page."""
        self.page.render(model)
        settle()

    def find(self, name: str) -> Any:
        """The widget with an object name, in the page or in the bar."""
        found = [*self.area.findChildren(QWidget, name), *self._bar.findChildren(QWidget, name)]
        assert len(found) == 1, f"{name}: {len(found)}"
        return found[0]

    def text(self, name: str) -> str:
        """What a label says; empty where it is not shown."""
        label = self.find(name)
        assert isinstance(label, QLabel)
        return label.text() if label.isVisible() else ""

    def close(self) -> None:
        """Take it away."""
        self.page.leave()
        for part in (self.area, self._bar):
            part.close()
            part.deleteLater()
        settle()


def settle() -> None:
    """Let Qt lay out and paint."""
    for _ in range(10):
        QApplication.processEvents()


def press(*keys: Qt.Key) -> None:
    """Press keys, each wherever the focus is."""
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)


def type_digits(text: str) -> None:
    """Press the keys of digits."""
    press(*(Qt.Key(Qt.Key.Key_0 + int(digit)) for digit in text))


def wait_until(happened: Any) -> None:
    """Let Qt work until something has happened, five seconds at most."""
    for _ in range(1000):
        if happened():
            return
        QTest.qWait(5)
    raise AssertionError("it did not happen")


# ---------------------------------------------------------------------- assistive technology
def accessible_tree(widget: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything that assistive technology finds in a widget."""
    root = QAccessible.queryAccessibleInterface(widget)
    assert root is not None
    waiting = [root]
    while waiting:
        found = waiting.pop()
        yield found
        children = (found.child(place) for place in range(found.childCount()))
        waiting += [child for child in children if child is not None]


def spoken(widget: QWidget) -> list[str]:
    """Every text in the accessibility tree of a widget."""
    said = []
    for found in accessible_tree(widget):
        said += [found.text(kind) for kind in QAccessible.Text if kind.value < 0x100]
        text = found.textInterface()
        if text is not None:
            said.append(text.text(0, text.characterCount()))
    return [text for text in said if text]


def nameless(widget: QWidget) -> list[str]:
    """Controls that the keyboard reaches and that have no name."""
    return [
        f"{type(control).__name__} {control.objectName()}"
        for control in widget.findChildren(QWidget)
        if control.isVisible()
        and control.isEnabled()
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not name_of(control)
    ]


def name_of(widget: QWidget) -> str:
    """Accessible name of a widget."""
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found.text(QAccessible.Text.Name)


# ---------------------------------------------------------------------- clipping
def clipped(area: QWidget) -> list[str]:
    """Texts that are not wholly inside their widget, and widgets beside the area."""
    settle()
    found = []
    for widget in area.findChildren(QWidget):
        if not widget.isVisible() or widget.size().isEmpty():
            continue
        label = f"{type(widget).__name__} {widget.objectName()} {widget.geometry().getRect()}"
        fits = getattr(widget, "text_fits", None)
        if fits is not None and not fits():
            found.append(f"text: {label}")
        left = widget.mapTo(area, QPoint(0, 0)).x()
        if widget.objectName() != "focus.ring" and (
            left < 0 or left + widget.width() > area.width()
        ):
            found.append(f"beside: {label}")
    return found
