"""All components in all their states on one sheet, for the eye.

    python -m tests.ui.gallery FILE.png [light|dark|contrast] [text size 1.0–2.0] [tr|en]

`sheet()` is also what the tests measure: every label of every component, in both languages.
"""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from kamusm_esign.ui.style.focus import OFFSET, WIDTH, Ring
from kamusm_esign.ui.style.theme import ARGUMENTS, theme
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.text import Label
from tests.ui.gallery_parts import (
    Words,
    attempts,
    banners,
    bars,
    buttons,
    carded,
    checks,
    chips,
    choices,
    countdowns,
    guide,
    incident,
    info,
    last_try,
    messages,
    results,
    rules,
    things_to_do,
    tiles,
)

WIDE = 1366


def draw_rings(sheet: QWidget) -> None:
    """Put a focus ring around everything that is to be seen with one."""
    for widget in sheet.findChildren(QWidget):
        if not widget.property("ringed"):
            continue
        inner, radius, role = widget.focus_outline()  # type: ignore[attr-defined]
        ring, away = Ring(sheet), OFFSET + WIDTH
        ring.radius, ring.role = radius + away, role
        corner = widget.mapTo(sheet, inner.topLeft())
        area = QRect(corner, inner.size()).adjusted(-away, -away, away, away)
        ring.setGeometry(area)
        ring.show()


class Sheet(QWidget):
    """The sheet: headings, and components under them."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.body = column(self)
        self.body.setContentsMargins(40, 24, 40, 32)
        title = Label("title", "navy")
        title.set_text(words["sheet"])
        self.body.addWidget(title)

    def section(self, name: str, *widgets: QWidget, columns: int = 0) -> None:
        """Add a heading and components, in a line that wraps or in columns."""
        head = Label("strong", "navy")
        head.set_text(name)
        self.body.addSpacing(20)
        self.body.addWidget(head)
        self.body.addSpacing(8)
        if not columns:
            flow = Flow(gap=24, line_gap=16)
            for widget in widgets:
                flow.add(widget)
            self.body.addWidget(flow)
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        for place, widget in enumerate(widgets):
            grid.addWidget(widget, place // columns, place % columns)
        for place in range(columns):
            grid.setColumnStretch(place, 1)
        self.body.addLayout(grid)


def sheet(language: str, width: int = WIDE) -> Sheet:
    """Build the sheet at a width, measured and laid out but not shown."""
    words = Words(language)
    made = Sheet(words)
    few = 1 if width < 900 else 2
    made.section(words["sButtons"], *buttons(words))
    made.section(words["sTime"], *countdowns(words))
    made.section(words["sTries"], *attempts(words))
    made.section(words["sLast"], last_try(words), columns=1)
    made.section(words["sBars"], *bars(words), columns=1)
    made.section(words["sChips"], *chips(words))
    made.section(words["sRules"], rules(words), columns=1)
    made.section(words["sCards"], *choices(words), columns=few)
    made.section(words["sBanners"], *banners(words), columns=few)
    made.section(words["sMessages"], *messages(words), columns=few)
    made.section(words["sTiles"], *tiles(words), columns=1 if width < 900 else 4)
    made.section(words["sChecks"], carded(checks(words)), carded(incident(words)), columns=few)
    made.section(words["sTodo"], *things_to_do(words), columns=1 if width < 900 else 3)
    panels = (info(words, collapsed=False), info(words, collapsed=True), guide(words))
    made.section(words["sInfo"], *panels, columns=1 if width < 900 else 3)
    made.section(words["sResults"], *results(words), columns=1)
    made.body.addStretch(1)
    return made


def lay_out(made: QWidget, width: int) -> None:
    """Give a sheet its width and the height that follows from it."""
    made.ensurePolished()
    made.setFixedWidth(max(width, made.minimumSizeHint().width()))
    made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    made.show()
    for _ in range(3):
        QApplication.processEvents()
        made.setFixedHeight(made.heightForWidth(made.width()))
    QApplication.processEvents()


def main(arguments: Sequence[str]) -> None:
    """Write the sheet to a file."""
    path, scheme, scale, language, width = (
        *arguments,
        *("light", "1.0", "tr", "1366")[len(arguments) - 1 :],
    )
    application = QApplication(["gallery", *ARGUMENTS])
    theme.start(scheme, float(scale))
    made = sheet(language, int(width))
    lay_out(made, int(width))
    draw_rings(made)
    made.grab().save(path)
    made.deleteLater()
    application.processEvents()


if __name__ == "__main__":
    main(sys.argv[1:])
