"""Screen 5 of a signing journey, and 7 while documents arrive: how much of it is done."""

from typing import Any

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.working import Working
from kamusm_esign.ui.presenter.pieces import Button as ButtonModel
from kamusm_esign.ui.presenter.sign_models import ProgressPage
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.progress_bar import ProgressBar


class Progress(Working):
    """As the page that only waits, with a bar; where it stopped, with why and a way on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem, self._said = Banner("page.problem"), ""
        self.bar, self._later = ProgressBar("progress"), Button("button.later", "clock")
        self._later.setParent(self)  # Shown before the bar has it, it would be a window.
        self._later_model: ButtonModel | None = None
        self._layout.insertWidget(0, self._problem)
        self._list.addWidget(self.bar)
        self._later.clicked.connect(self._press_later)

    @property
    def in_bar(self) -> tuple[QWidget | None, QWidget | None]:
        """The way to leave it for another time."""
        return self._later, None

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show how far it is."""
        super().render(model)
        self._drawing.set_drawing(model.drawing)
        self._show_progress(model)
        self._later_model = model.later
        self._later.setVisible(model.later is not None)
        if model.later is not None:
            self._later.set_text(model.later.text)
        notice = model.notice
        self._problem.setVisible(notice is not None)
        said = f"{notice.title} {notice.text}" if notice is not None else ""
        if notice is not None:
            self._problem.set_banner(notice.kind, notice.title, notice.text, notice.code)
        if said != self._said:
            self._said = said
            announce(self._problem, said, at_once=True)

    def _show_progress(self, model: ProgressPage) -> None:
        self.bar.setVisible(model.progress is not None)
        if model.progress is not None:
            progress = model.progress
            self.bar.set_progress(progress.done, progress.total, progress.text)
        self._list.removeWidget(self.bar)
        self._list.addWidget(self.bar)

    def _press_later(self) -> None:
        if self._later_model is not None:
            self.intent.emit(self._later_model.intent)
