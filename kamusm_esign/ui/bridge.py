"""The one way from another thread to the window's."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Runs functions on the thread that made it. Nothing else crosses threads."""

    _called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, call: Callable[[], None]) -> None:
        """Have a function run on the window's thread, soon and in the order of the calls."""
        if self._open:
            self._called.emit(call)

    def close(self) -> None:
        """Run nothing more: the window is going."""
        self._open = False

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._open:
            call()
