"""Searching in the document view: the field, what was found, and going from one to the next."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.documents import Found
from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import IconButton
from kamusm_esign.ui.widgets.containers import row
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField

HEIGHT, WIDTH, ICON, PADDING = 36, 208, 18, 12
MOST = 10_000
"""Places that are counted; with more than that, nobody goes through them one by one."""


class SearchField(TextField):
    """A field with a magnifying glass. Enter and Shift+Enter go on and back, Esc empties it."""

    step = Signal(int)
    emptied = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setMaxLength(200)
        self._fit()

    def _fit(self) -> None:
        self.setFont(theme.font("small"))
        self.setTextMargins(PADDING + theme.px(ICON) + 4, 0, 8, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(round(WIDTH * theme.scale), max(HEIGHT, theme.line_height("small") + 14))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(round(140 * theme.scale), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.step.emit(-1 if back else 1)
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.emptied.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        size = theme.px(ICON)
        draw_icon(painter, PADDING, (self.height() - size) / 2, size, "search", "text2")

    def focus_outline(self) -> tuple[QRect, float, Role] | None:
        return None

    def refit(self) -> None:
        """Another text size."""
        self._fit()
        self.updateGeometry()


class SearchBar(QWidget):
    """The field; beside it, while something is searched for, how many there are and two arrows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hits = Label("small", "text2", name=f"{name}.hits")
        self.back = IconButton(f"{name}.previous", "chevron-up")
        self.on = IconButton(f"{name}.next", "chevron-down")
        self.field = SearchField(name)
        layout = row(self, spacing=4)
        layout.addWidget(self.hits, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.back, self.on):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.field, 1, Qt.AlignmentFlag.AlignVCenter)
        self.show_hits("", any_there=False)

    def set_texts(self, texts: DocumentTexts) -> None:
        """Name everything."""
        self.field.setPlaceholderText(texts.search)
        self.field.set_name(texts.search)
        self.back.set_name(texts.previous)
        self.on.set_name(texts.next)

    def show_hits(self, words: str, *, any_there: bool) -> None:
        """Say what was found."""
        self.hits.set_text(words)
        self.hits.setVisible(bool(words))
        for button in (self.back, self.on):
            button.setVisible(any_there)


class Search:
    """What was found so far; pages come in one by one, from the one that is being read on."""

    def __init__(self, changed: Callable[[], None], arrived: Callable[[Found], None]) -> None:
        """`changed`: something else is found or looked at; `arrived`: go there."""
        self._changed, self._arrived = changed, arrived
        self._shown: ShownDocument | None = None
        self.wanted = ""
        self.found: dict[int, tuple[Found, ...]] = {}
        self.now: Found | None = None
        self._left = 0
        self._count = 0

    @property
    def running(self) -> bool:
        """Whether pages are still to be searched."""
        return self._left > 0

    def begin(self, shown: ShownDocument | None, pages: int, first: int, wanted: str) -> None:
        """Search from a page on, and around; an empty text ends the search."""
        self._shown, self.wanted = shown, wanted.strip()
        self.found, self.now, self._count = {}, None, 0
        order = [*range(first, pages), *range(first)]
        self._left = len(order) if self.wanted and shown is not None else 0
        if shown is not None:
            key = shown.readable.key
            shown.supply.search(key, order if self.wanted else (), self.wanted, self._came)
        self._changed()

    def end(self) -> None:
        """Search no longer, and let go of the document."""
        self.begin(self._shown, 0, 0, "")
        self._shown = None

    def _came(self, page: int, hits: tuple[Found, ...]) -> None:
        self._left -= 1
        if hits and self._count < MOST:
            self._count += len(hits)
            self.found[page] = hits
            if self.now is None:
                self.now = hits[0]
                self._arrived(self.now)
            self._changed()
        elif not self._left:
            self._changed()

    def _all(self) -> list[Found]:
        return [hit for page in sorted(self.found) for hit in self.found[page]]

    def go(self, step: int) -> None:
        """To the next one or the one before, around the ends."""
        hits = self._all()
        if hits:
            at = hits.index(self.now) if self.now in hits else 0
            self.now = hits[(at + step) % len(hits)]
            self._changed()
            self._arrived(self.now)

    def said(self, texts: DocumentTexts) -> str:
        """How the search stands, in words."""
        if not self.wanted:
            return ""
        if self.now is not None:
            return texts.hits(self._all().index(self.now) + 1, self._count)
        return texts.searching if self.running else texts.no_hits
