"""What is around every page: top bar, title row, action bar, status strip, and seldom a notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.status_strip import StatusStrip
from kamusm_esign.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from kamusm_esign.ui.notices import Notices
    from kamusm_esign.ui.page_area import PageArea
    from kamusm_esign.ui.pages.page import Page
    from kamusm_esign.ui.title_row import TitleRow
    from kamusm_esign.ui.widgets.action_bar import ActionBar

LIGHTS = ("reader", "driver", "token", "portal")
WORST_FIRST = ("bad", "warn", "running", "ok")


class Presses(NamedTuple):
    """What the window does when something of a job's bars is pressed."""

    primary: Callable[[], None]
    secondary: Callable[[], None]
    new_code: Callable[[], None]


class JobBars(NamedTuple):
    """What only jobs have, and the home screen has not."""

    row: TitleRow
    action: ActionBar


class Bars:
    """Shows a frame, a status and texts; `pieces` says what these are made of."""

    def __init__(
        self,
        layout: QVBoxLayout,
        area: PageArea,
        texts: Texts,
        steady: Callable[[], float],
        presses: Presses,
    ) -> None:
        """Put top bar and status strip above and below `area`.

        Args:
            layout: the window's, empty so far.
            area: where the pages are.
            texts: what the bars say by themselves.
            steady: seconds on the clock that `Frame.ends_at` counts on.
            presses: what to do.
        """
        self._layout, self._area, self._texts = layout, area, texts
        self._steady, self._presses = steady, presses
        self.top, self.strip = TopBar(), StatusStrip()
        self._job: JobBars | None = None
        self._frame: Any = None
        self._status: Any = None
        self._shape: Shape | None = None
        self._notices: Notices | None = None
        self.lights_open = False
        """Compact windows: whether the four lines are shown."""
        for part in (self.top, area, self.strip):
            layout.addWidget(part, 1 if part is area else 0)
        area.arranged.connect(self._show_own)

    def tab_order(self) -> tuple[QWidget, ...]:
        """The parts of the window in the order of the Tab key."""
        return (self._area, *(self._job or ()), self.strip, self.top)

    def _job_bars(self) -> JobBars:
        """Title row and action bar, made when the first job begins."""
        if self._job is None:
            from kamusm_esign.ui.title_row import TitleRow
            from kamusm_esign.ui.widgets.action_bar import ActionBar

            row, action = TitleRow(self._steady), ActionBar()
            self._job = JobBars(row, action)
            row.new_code_pressed.connect(self._presses.new_code)
            action.primary_pressed.connect(self._presses.primary)
            action.secondary_pressed.connect(self._presses.secondary)
            row.set_texts(self._texts)
            self._layout.insertWidget(self._layout.indexOf(self._area), row)
            self._layout.insertWidget(self._layout.indexOf(self._area) + 1, action)
            if self._shape is not None:
                self._shape_job(self._job, self._shape)
        return self._job

    # ------------------------------------------------------------------ what they say
    def set_texts(self, texts: Texts) -> None:
        """Say in another language what the bars say by themselves."""
        self._texts = texts
        self._name_brand()
        self.top.set_phone(texts("frame.phone"), texts("frame.phone-name"))
        self.top.set_language(texts("frame.language"), texts("frame.language-name"))
        self.top.set_settings(texts("frame.settings"))
        self.top.set_menu(texts("frame.menu"))
        if self._job is not None:
            self._job.row.set_texts(texts)
        self._say_where()
        self._show_lights()

    def _name_brand(self) -> None:
        roomy = self._shape is None or self._shape.keypad_beside
        organisation = self._texts("frame.organisation") if roomy else ""
        self.top.set_brand(self._texts("frame.name"), organisation)

    def show_frame(self, frame: Any) -> None:
        """Show a `pieces.Frame`; None: the home screen's, which has neither title nor action."""
        self._frame = frame
        if frame is not None:
            job = self._job_bars()
            job.row.set_row(frame.title, frame.holder_line, frame.new_code, frame.ends_at)
            job.row.title.setVisible(frame.headed)
            self._show_secondary(job.action, frame.secondary)
        elif self._job is not None:
            self._job.row.set_row("", "", "", None)
        self._say_where()
        self._show_lights()
        self._show_bars()

    def show_primary(self, button: Any, enabled: bool, reason: str) -> None:
        """Show a `pieces.Button` as the way forward, in the state that the page wants."""
        text, icon = (button.text, button.icon) if button else ("", "")
        action = self._job_bars().action
        closes = button is not None and type(button.intent).__name__ == "CloseProgram"
        name = "result.close" if closes else ""
        why = "" if enabled else reason
        action.set_primary(text, icon, enabled=enabled, reason=why, name=name)
        self._show_bars()

    def _show_own(self, page: Page) -> None:
        """Show a page's own things in the action bar; those of the page before go with it."""
        if self._job is not None:
            self._job.action.set_own(page, *page.in_bar)

    @staticmethod
    def _show_secondary(action: ActionBar, button: Any) -> None:
        if button is None:
            action.set_secondary("")
            return
        cancels = type(button.intent).__name__ == "Cancel"
        name = "button.cancel" if cancels else "button.back"
        action.set_secondary(button.text, button.icon, name)

    def _say_where(self) -> None:
        texts, frame = self._texts, self._frame
        number = texts("frame.screen", number=1 if frame is None else frame.screen)
        self.strip.set_number(number)
        if self._job is not None:
            self._job.action.set_number(number)
        if frame is None:
            self.top.set_place(texts("frame.home"), "")
        elif not frame.steps:
            self.top.set_place(texts("frame.home"), frame.title)
        else:
            states = [step.state for step in frame.steps]
            now = next((i for i, s in enumerate(states, 1) if s == "now"), len(states))
            position = texts("frame.step", now=now, count=len(states))
            self.top.set_steps([(step.name, step.state) for step in frame.steps], position)

    # ------------------------------------------------------------------ lights
    def set_status(self, status: Any) -> None:
        """Show a `pieces.Status`."""
        self._status = status
        self._show_lights()

    def fix(self, place: int) -> object:
        """What the button of a light wants."""
        light = getattr(self._status, LIGHTS[place], None)
        return light.fix_intent if light is not None else None

    def _show_lights(self) -> None:
        texts, status = self._texts, self._status
        states = []
        for place, name in enumerate(LIGHTS):
            light = getattr(status, name, None)
            if light is None:
                looking = texts("status.looking")
                self.strip.set_light(place, "running", texts(f"status.{name}"), looking)
            else:
                fix = "" if self._leads_away(light) else light.fix
                self.strip.set_light(place, light.state, light.name, light.sentence, fix)
            states.append("running" if light is None else light.state)
        self._sum_up(states)

    def _leads_away(self, light: Any) -> bool:
        """Whether a light offers another job while one is being done."""
        in_job = self._frame is not None and bool(self._frame.steps)
        return in_job and type(light.fix_intent).__name__ == "OpenJob"

    def _sum_up(self, states: list[str]) -> None:
        problems = sum(state in ("bad", "warn") for state in states)
        text = self._texts("frame.ready", ready=states.count("ok"), count=len(states))
        if problems:
            text = self._texts("frame.problems", problems=problems)
        worst = min(states, key=WORST_FIRST.index)
        self.top.set_status(worst, text, self._texts("frame.status"))

    def open_lights(self, opened: bool) -> None:
        """Compact windows: show the four lines below the top bar, or hide them."""
        self.lights_open = opened
        self._show_bars()

    # ------------------------------------------------------------------ notices
    def show_practice(self, text: str) -> None:
        """Say that this is not the real world; empty: it is."""
        if text or self._notices is not None:
            self._seldom().show_practice(text)

    def show_notice(self, notice: Any) -> None:
        """Show a `pieces.Notice` above the page; None: none."""
        if self._shape is not None and (notice is not None or self._notices is not None):
            self._seldom().show_notice(notice, self._shape)

    def _seldom(self) -> Notices:
        if self._notices is None:
            from kamusm_esign.ui.notices import Notices

            self._notices = Notices(self._layout, self._area)
        return self._notices

    # ------------------------------------------------------------------ room
    def set_shape(self, shape: Shape) -> None:
        """Arrange the bars for the shape of the window."""
        self._shape = shape
        self.top.set_compact(shape.compact)
        self._name_brand()
        if self._job is not None:
            self._shape_job(self._job, shape)
        in_bar = self._job is not None and shape.compact and shape.keypad_beside
        self.strip.number.setObjectName("" if in_bar else "page.number")
        self.strip.set_stacked(not shape.columns)
        self.strip.set_ends(*((1, 0) if shape.columns else (9, 8)))
        self._layout.removeWidget(self.strip)
        self._layout.insertWidget(1 if shape.compact else self._layout.count(), self.strip)
        self._show_bars()

    @staticmethod
    def _shape_job(job: JobBars, shape: Shape) -> None:
        job.action.set_compact(shape.compact, roomy=shape.keypad_beside)
        job.row.set_shape(shape)
        if shape.compact:
            job.action.add(job.row.countdown)
        else:
            job.row.take_back_countdown()
        job.row.countdown.set_compact(shape.compact)

    def _show_bars(self) -> None:
        framed, compact = self._frame is not None, self._shape is not None and self._shape.compact
        if self._job is not None:
            self._job.row.setVisible(framed and not compact)
            self._job.action.setVisible(framed and (compact or not self._job.action.empty))
        self.strip.setVisible(self.lights_open or not compact)
