"""The chooser's window: which situation is to be practised. A child process of the demo.

A choice is one line of JSON on standard output; what becomes of it comes in lines on standard
input: `opened`, `back`, `failed`. It ends when it is closed, or with its parent.
"""

import json
import sys
import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QMenu, QWidget

from kamusm_esign.resource_files import resource
from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situation_tile import SituationTile
from kamusm_esign.sandbox.situations import ALL_WELL, BY_NAME, SITUATIONS, Group, Situation
from kamusm_esign.sandbox.watermark import Watermark
from kamusm_esign.ui.bridge import Bridge
from kamusm_esign.ui.notices import PracticeLine
from kamusm_esign.ui.style.focus import FocusRing
from kamusm_esign.ui.style.theme import ARGUMENTS, theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Centred, column, row
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.window_help import SCALES, THEMES

FIRST_SIZE, SMALLEST = (1120, 700), (640, 360)
COLUMNS_FROM, SIDE_FROM = 900, 700
"""Widths, at the ordinary text size: from which the groups stand side by side, and from which the
tools stand beside the title."""


class Chooser(QWidget):
    """Thirteen choices; lives on the main thread."""

    def __init__(self, language: str, chosen: Callable[[Situation, str], None]) -> None:
        """Make it.

        Args:
            language: `tr` or `en`.
            chosen: told a choice and the language that is spoken.
        """
        super().__init__()
        self._chosen = chosen
        self._texts, self._frame_texts = SituationTexts(language), Texts(language)
        self._playing: Situation | None = None
        self._said: tuple[str, str] | None = None
        """Kind and key of what the banner says."""
        self.setObjectName("chooser")
        self._title = Label("title", "navy", name="page.title")
        self._lead = Label("base", "text2", name="chooser.lead")
        self._notice = Banner("page.problem")
        self._language = Button("chooser.language", "globe")
        self._look = Button("chooser.look", "gear")
        self._close = Button("chooser.close", "x")
        self._language.clicked.connect(self._switch)
        self._look.clicked.connect(self._open_menu)
        self._close.clicked.connect(lambda: self.close())
        self._line, self._inside = PracticeLine(), Centred()
        self._tiles = {
            situation.name: SituationTile(situation, first=situation is ALL_WELL)
            for situation in BY_NAME.values()
        }
        self._heads = {
            group: Label("section", "navy", name=f"chooser.{group.value}") for group in Group
        }
        for name, tile in self._tiles.items():
            tile.clicked.connect(partial(self._choose, BY_NAME[name]))
        self._top, self._groups = QGridLayout(), QGridLayout()
        self._build()
        self._mark = Watermark(self, "")
        self.setMinimumSize(*SMALLEST)
        room = self.screen().availableSize()
        self.resize(min(FIRST_SIZE[0], room.width() - 16), min(FIRST_SIZE[1], room.height() - 48))
        theme.changed.connect(self._arrange)
        self._say()
        self._arrange()

    def _build(self) -> None:
        layout = column(self._inside.content, spacing=16)
        self._inside.set_ends(24, 24)
        layout.addLayout(self._top)
        layout.addWidget(self._notice)
        layout.addWidget(self._tiles[ALL_WELL.name])
        layout.addLayout(self._groups)
        layout.addStretch(1)
        self._notice.hide()
        self._tools = QWidget(self._inside.content)
        tools = row(self._tools, spacing=8)
        for button in (self._language, self._look, self._close):
            tools.addWidget(button)
        self._columns = {group: QWidget(self._inside.content) for group in Group}
        for group, holder in self._columns.items():
            stack = column(holder, spacing=8)
            stack.addWidget(self._heads[group])
            for situation in SITUATIONS:
                if situation.group is group:
                    stack.addWidget(self._tiles[situation.name])
            stack.addStretch(1)
        area = ScrollArea()
        area.setWidget(self._inside)
        layout = column(self)
        layout.addWidget(self._line)
        layout.addWidget(area, 1)

    # ------------------------------------------------------------------ what it says
    def _say(self) -> None:
        texts = self._texts
        self.setWindowTitle(texts("chooser.name"))
        self._title.set_text(texts("chooser.title"))
        self._lead.set_text(texts("chooser.lead"))
        self._language.set_text(texts("chooser.language"))
        self._language.setAccessibleName(texts("chooser.language-name"))
        self._look.set_text(texts("chooser.look"))
        self._look.setAccessibleName(texts("chooser.look-name"))
        self._close.set_text(texts("chooser.close"))
        for part in (self._mark, self._line):
            part.set_text(texts("chooser.mark"))
        for group, head in self._heads.items():
            head.set_text(texts(f"group.{group.value}"))
        for tile in self._tiles.values():
            tile.say(texts)
        if self._said is not None:
            self._tell(*self._said)

    def _tell(self, kind: str, key: str) -> None:
        self._said = (kind, key)
        title = "" if self._playing is None else self._texts.title(self._playing)
        text = self._texts(f"chooser.{key}", title=title)
        self._notice.set_banner(kind, text)
        self._notice.show()
        announce(self._notice, text, at_once=kind == "bad")

    def _switch(self) -> None:
        language = "en" if self._texts.language == "tr" else "tr"
        self._texts, self._frame_texts = SituationTexts(language), Texts(language)
        self._say()

    def _open_menu(self) -> None:
        menu, texts = QMenu(self._look), self._frame_texts
        menu.setObjectName("chooser.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, key in THEMES:
            action = menu.addAction(texts(key))
            action.setCheckable(True)
            action.setChecked(theme.wanted == name)
            action.triggered.connect(lambda _on=False, name=name: theme.set(name))
        menu.addSeparator()
        for percent in SCALES:
            action = menu.addAction(texts("frame.scale", percent=percent))
            action.setCheckable(True)
            action.setChecked(round(theme.scale * 100) == percent)
            action.triggered.connect(lambda _on=False, scale=percent / 100: theme.set(scale=scale))
        menu.popup(self._look.mapToGlobal(self._look.rect().bottomLeft()))

    # ------------------------------------------------------------------ what is chosen
    def _choose(self, situation: Situation) -> None:
        self._playing = situation
        self._enable(on=False)
        self._tell("info", "starting")
        self._chosen(situation, self._texts.language)

    def _enable(self, *, on: bool) -> None:
        for tile in self._tiles.values():
            tile.setEnabled(on)

    def heard(self, word: str) -> None:
        """What became of the choice: `opened`, `back` (it was closed again) or `failed`."""
        if word == "opened":
            self.hide()
            return
        self._enable(on=True)
        self._tell(*(("ok", "back") if word == "back" else ("bad", "failed")))
        self.show()
        self.raise_()
        self.activateWindow()
        if self._playing is not None:
            self._tiles[self._playing.name].setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ the window itself
    def _arrange(self) -> None:
        wide = self.width() / theme.scale
        columns, beside = wide >= COLUMNS_FROM, wide >= SIDE_FROM
        self._top.addWidget(self._title, 0, 0)
        self._top.addWidget(self._lead, 1, 0, 1, 2 if beside else 1)
        self._top.addWidget(self._tools, 0 if beside else 2, 1 if beside else 0)
        self._top.setColumnStretch(0, 1)
        self._top.setVerticalSpacing(8)
        self._groups.setHorizontalSpacing(24)
        self._groups.setVerticalSpacing(16)
        for place, holder in enumerate(self._columns.values()):
            self._groups.addWidget(holder, 0 if columns else place, place if columns else 0)
            self._groups.setColumnStretch(place, 1 if columns or not place else 0)
        self._inside.set_side(32 if beside else 16)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        super().closeEvent(event)
        QApplication.quit()


def _hear(tell: Callable[[Callable[[], None]], None], chooser: Chooser) -> None:
    """On a thread: hand on what the parent says, until it is gone."""
    for line in sys.stdin:
        tell(partial(chooser.heard, line.strip()))
    tell(QApplication.quit)


def _say_choice(situation: Situation, language: str) -> None:
    look = {"theme": theme.wanted, "scale": round(theme.scale * 100)}
    print(json.dumps({"situation": situation.name, "language": language, **look}), flush=True)


def main() -> int:
    """Show it until it is closed; its one argument is the language."""
    application = QApplication([sys.argv[0], *ARGUMENTS])
    application.setApplicationName("kamusm-esign")
    application.setQuitOnLastWindowClosed(False)  # it is hidden while a situation is open
    theme.start()
    chooser = Chooser(sys.argv[1], _say_choice)
    chooser.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    ring, bridge = FocusRing(application), Bridge()
    threading.Thread(target=_hear, args=(bridge.deliver, chooser), daemon=True).start()
    chooser.show()
    status = application.exec()
    bridge.close()
    del ring
    return status


if __name__ == "__main__":
    sys.exit(main())
