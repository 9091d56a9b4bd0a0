"""What every page is: renders its model, says what the person wants, knows nothing else."""

from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.shape import Shape


class Page(QWidget):
    """Base of all pages. The window puts it into a scrolling column between equal margins."""

    intent = Signal(object)
    """What the person wants; one of `presenter.intents`."""
    primary_state_changed = Signal(bool, str)
    """The page itself switches the primary button on or off, with the reason for off."""

    scrolls_itself: ClassVar[bool] = False
    """True: the page fills the whole area and cares for margins and scrolling (a pinned keypad)."""
    enter_is_primary: ClassVar[bool] = True
    """Whether Enter presses the primary button from anywhere on the page."""

    @property
    def in_bar(self) -> tuple[QWidget | None, QWidget | None]:
        """The page's own things in the action bar, beside what leads back and before the way
        forward; asked for after every `set_shape`. What is not there is in the page."""
        return None, None

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show a model of `presenter.models`, the page's own; called again for every change.

        What the person typed and where the focus is stay as they are.
        """
        raise TypeError(type(self).__name__)

    def leave(self) -> None:
        """Another page is shown from now on: wipe what was typed, stop what moves."""

    def primary_pressed(self) -> None:
        """The primary button was pressed and its intent has to be completed with what was typed."""

    def set_shape(self, shape: Shape) -> None:
        """Arrange for another shape of the window; called before the first `render` too."""

    def first_focus(self) -> QWidget | None:
        """Where the keyboard begins; None: at the first control of the page."""
        return None
