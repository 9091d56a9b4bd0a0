"""Parts of a page that take the focus only to be read out first; there is nothing to press."""

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.widgets.containers import Card
from kamusm_esign.ui.widgets.result_panel import ResultPanel


class QuietList(QWidget):
    """Rows that may have the focus as a whole, without a ring. The Tab key does not stop here."""

    def focus_outline(self) -> None:
        """No ring."""


class QuietCard(Card):
    """A card that may have the focus, without a ring. The Tab key does not stop here."""

    def focus_outline(self) -> None:
        """No ring."""


class QuietResult(ResultPanel):
    """The verdict, read out first, without a ring. The Tab key does not stop here."""

    def focus_outline(self) -> None:
        """No ring."""
