"""Screen 15: what this program is, whether there is a newer one, and what others made of it."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.about_intents import ShowLicence
from kamusm_esign.ui.presenter.about_models import AboutPage, LicenceRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.scroll_area import SlimBar
from kamusm_esign.ui.widgets.text import Label


class LicenceLine(QWidget):
    """A component's name, which leads to its licence, and what is to be known of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.link, self._line = LinkButton(name, "document"), Label("small", "text2")
        layout = row(self, spacing=12)
        layout.addWidget(self.link)
        layout.addWidget(self._line, 1, Qt.AlignmentFlag.AlignVCenter)

    def set_row(self, shown: LicenceRow) -> None:
        """Show it."""
        self.link.set_text(shown.name)
        self.link.setAccessibleDescription(shown.line)
        self._line.set_text(shown.line)


class About(Page):
    """Two cards above, the licences below; or the text of one licence."""

    enter_is_primary = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self._notice = Banner("page.problem")
        self._name, self._maker = Label("title", "navy"), Label("base", "text2")
        self._facts = Facts("about.facts")
        self._update_title = Label("section", "navy")
        self._chip, self._update_text = Chip(), Label("base", name="about.update")
        self._licences_title, self._lead = Label("section", "navy"), Label("small", "text2")
        self._lines: list[LicenceLine] = []
        self._shown: tuple[LicenceRow, ...] = ()
        self._list = column(spacing=2)
        self._text_title, self._text = Label("section", "navy"), QPlainTextEdit()
        self._arrange()

    def _arrange(self) -> None:
        self._text.setObjectName("about.text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setVerticalScrollBar(SlimBar(self._text))
        self._program, self._update, self._licences = Card(), Card(), Card()
        program = column(self._program, margin=24, spacing=4)
        for part in (self._name, self._maker):
            program.addWidget(part)
        program.addSpacing(12)
        program.addWidget(self._facts)
        program.addStretch(1)
        update = column(self._update, margin=24, spacing=12)
        update.addWidget(self._update_title)
        update.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        update.addWidget(self._update_text)
        update.addStretch(1)
        licences = column(self._licences, margin=24, spacing=8)
        licences.addWidget(self._licences_title)
        licences.addWidget(self._lead)
        licences.addLayout(self._list)
        self._above = row(spacing=24)
        self._above.addWidget(self._program, 1)
        self._above.addWidget(self._update, 1)
        self._layout = column(self, spacing=16)
        self._layout.addWidget(self._notice)
        self._layout.addLayout(self._above)
        self._layout.addWidget(self._licences)
        self._layout.addWidget(self._text_title)
        self._layout.addWidget(self._text, 1)
        self._layout.addStretch(0)

    def set_shape(self, shape: Shape) -> None:
        """Cards side by side, or one under the other."""
        direction = QBoxLayout.Direction
        self._above.setDirection(direction.LeftToRight if shape.columns else direction.TopToBottom)
        gap = 12 if shape.short else 16
        self._above.setSpacing(24 if shape.columns else gap)
        self._layout.setSpacing(gap)
        for card in (self._program, self._update, self._licences):
            inside = card.layout()
            if inside is not None:
                margin = 16 if shape.compact else 24
                inside.setContentsMargins(margin, margin, margin, margin)

    def first_focus(self) -> QWidget:
        """The page as a whole: the first licence would be scrolled to, past the version."""
        return self

    def focus_outline(self) -> None:
        """No ring: there is nothing to press."""

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show it."""
        reading = bool(model.text_title)
        for part in (self._program, self._update, self._licences):
            part.setVisible(not reading)
        self._text_title.setVisible(reading)
        self._text.setVisible(reading)
        self._show_notice(model)
        self._name.set_text(model.name)
        self.setAccessibleName(f"{model.frame.title}: {model.name}, {model.chip.text}")
        self._maker.set_text(model.maker)
        self._facts.set_facts([(fact.name, fact.value) for fact in model.facts])
        self._update_title.set_text(model.update_title)
        self._chip.set_chip(model.chip.kind, model.chip.text, model.chip.icon)
        self._update_text.set_text(model.update_text)
        self._licences_title.set_text(model.licences_title)
        self._lead.set_text(model.licences_lead)
        self._show_lines(model)
        if reading:
            self._read(model)
        self._say(model)

    def _show_notice(self, model: AboutPage) -> None:
        notice = model.notice
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)

    def _show_lines(self, model: AboutPage) -> None:
        while len(self._lines) < len(model.licences):
            line = LicenceLine(f"about.licence{len(self._lines) + 1}")
            line.link.clicked.connect(partial(self._chosen, len(self._lines)))
            self._lines.append(line)
            self._list.addWidget(line)
        for line, shown in zip(self._lines, model.licences, strict=False):
            line.set_row(shown)
        self._shown = model.licences

    def _chosen(self, at: int, _on: bool = False) -> None:
        self.intent.emit(ShowLicence(self._shown[at].name))

    def _read(self, model: AboutPage) -> None:
        self._text_title.set_text(model.text_title)
        self._text.setAccessibleName(model.text_title)
        self._text.setFont(theme.font("small"))
        if self._text.toPlainText() != model.text:
            self._text.setPlainText(model.text)
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, model: AboutPage) -> None:
        said = f"{model.chip.text}. {model.update_text}"
        if self._said and said != self._said:
            announce(self._update_text, said)
        self._said = said
