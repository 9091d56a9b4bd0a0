"""Screen 12: the settings. Whatever is changed here holds at once."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.quiet import QuietList
from kamusm_esign.ui.pages.setting_rows import KINDS, PasswordRow, RowView
from kamusm_esign.ui.presenter.settings_models import SettingGroup, SettingsPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.tab_order import within
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button, LinkButton
from kamusm_esign.ui.widgets.containers import Card, Line, column
from kamusm_esign.ui.widgets.text import Label


class GroupView(Card):
    """A card with the settings of one group."""

    intent = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._title, self._lead = Label("section", "navy"), Label("small", "text2")
        self._unfold = LinkButton(f"{name}.open", "chevron-down")
        self._open, self._wide, self._said = False, True, ""
        self._model: SettingGroup | None = None
        self.rows: list[RowView] = []
        self._lines: list[Line] = []
        self._test, self._tested = Button("settings.test"), Banner("settings.tested")
        self._layout = column(self, margin=20, spacing=16)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._lead)
        self._layout.addWidget(self._unfold, 0, Qt.AlignmentFlag.AlignLeft)
        self._test.clicked.connect(self._try_it)
        self._unfold.clicked.connect(self._unfolded)

    def set_group(self, group: SettingGroup) -> None:
        """Show it; the rows stay the same ones."""
        first, self._model = self._model is None, group
        self._open = self._open or not group.folded  # and it stays so
        self._title.set_text(group.title)
        self._lead.set_text(group.lead)
        self._unfold.set_text(group.folded)
        if first:
            self._make_rows(group)
        for view, shown in zip(self.rows, group.rows, strict=True):
            view.set_row(shown)
        self._show_test(group)
        self._fold()

    def _make_rows(self, group: SettingGroup) -> None:
        for shown in group.rows:
            self._lines.append(Line())
            view = KINDS[shown.kind](shown.key)
            view.set_wide(self._wide)
            view.intent.connect(self.intent)
            self.rows.append(view)
            self._layout.addWidget(self._lines[-1])
            self._layout.addWidget(view)
        if group.test is not None:
            self._layout.addWidget(self._test, 0, Qt.AlignmentFlag.AlignLeft)
            self._layout.addWidget(self._tested)

    def _show_test(self, group: SettingGroup) -> None:
        if group.test is not None:
            self._test.set_text(group.test.text)
            self._test.set_icon(group.test.icon)
            self._test.setEnabled(group.test.enabled)
        notice = group.tested
        self._tested.setVisible(notice is not None)
        if notice is not None:
            self._tested.set_banner(notice.kind, notice.title, notice.text, notice.code)
            said = f"{notice.title}. {notice.text}"
            if said != self._said:
                self._said = said
                announce(self, said)

    def _try_it(self) -> None:
        if self._model is not None and self._model.test is not None:
            self.intent.emit(self._model.test.intent)

    def _unfolded(self) -> None:
        self._open = True
        self._fold()
        first = next(within(self.rows[0]), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fold(self) -> None:
        group = self._model
        if group is None:
            return
        opened = self._open or not group.folded
        self._unfold.setVisible(not opened)
        self._lead.setVisible(opened and bool(group.lead))
        before = False
        for line, view, shown in zip(self._lines, self.rows, group.rows, strict=True):
            there = opened and shown.shown
            view.setVisible(there)
            line.setVisible(there and before)
            before = before or there

    def set_wide(self, wide: bool) -> None:
        """Names beside the controls, or above them."""
        self._wide = wide
        self._layout.setContentsMargins(*((24, 20, 24, 20) if wide else (16, 16, 16, 16)))
        for view in self.rows:
            view.set_wide(wide)


class Settings(Page):
    """Cards, one below the other."""

    enter_is_primary = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wide = True
        self._notices: list[Banner] = []
        self._groups: list[GroupView] = []
        self._about, self._about_intent = LinkButton("settings.about", "info"), None
        self._about.clicked.connect(lambda: self.intent.emit(self._about_intent))
        self._layout = column(self, spacing=16)
        self._above = QuietList()
        self._top = column(self._above, spacing=8)
        self._layout.addWidget(self._above)
        self._cards = column(spacing=16)
        self._layout.addLayout(self._cards)
        self._layout.addWidget(self._about, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch(1)

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show the settings as they are."""
        self._show_notices(model)
        while len(self._groups) < len(model.groups):
            view = GroupView(f"settings.group{len(self._groups) + 1}")
            view.intent.connect(self.intent)
            view.set_wide(self._wide)
            self._groups.append(view)
            self._cards.addWidget(view)
        for view, group in zip(self._groups, model.groups, strict=True):
            view.set_group(group)
        self._about.setVisible(model.about is not None)
        if model.about is not None:
            self._about.set_text(model.about.text)
            self._about_intent = model.about.intent

    def _show_notices(self, model: SettingsPage) -> None:
        while len(self._notices) < len(model.notices):
            self._notices.append(Banner(f"settings.notice{len(self._notices) + 1}"))
            self._top.addWidget(self._notices[-1])
        for place, banner in enumerate(self._notices):
            banner.setVisible(place < len(model.notices))
        self._above.setVisible(bool(model.notices))
        said = " ".join(f"{notice.title} {notice.text}" for notice in model.notices)
        self._above.setAccessibleName(said)
        for banner, notice in zip(self._notices, model.notices, strict=False):
            banner.set_banner(notice.kind, notice.title, notice.text, notice.code)

    def first_focus(self) -> QWidget | None:
        """What does not count, where there is such: the first control would be scrolled to."""
        return None if self._above.isHidden() else self._above

    def set_shape(self, shape: Shape) -> None:
        """Names above the controls in narrow windows."""
        self._wide = shape.columns
        for view in self._groups:
            view.set_wide(self._wide)
        self._layout.setSpacing(12 if shape.short else 16)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """The settings, then what leads on to screen 15, which was made before them."""
        return tuple(stop for group in self._groups for stop in within(group))

    def leave(self) -> None:
        """Forget passwords that were typed and not kept."""
        for group in self._groups:
            for view in group.rows:
                if isinstance(view, PasswordRow):
                    view.clear()
