"""The first window listens for later starts (`support/one_window.py` is their side)."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimerEvent, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

LONGEST = 64
"""Bytes of a wish; more is not read."""
TAKEN = b"ok\n"
PATIENCE = 1000
"""Milliseconds for a visitor to say what it wants."""
CROWD = 4
"""Visitors that may wait."""


class Doorkeeper(QObject):
    """Listens; what comes in is one line of printable ASCII, or it is ignored."""

    wish = Signal(str)
    """A line as it came; not judged yet."""

    def __init__(self, listening_at: str, parent: QObject | None = None) -> None:
        """Listen. Where that cannot be done, later starts open a window of their own.

        Args:
            listening_at: path of the socket (Windows: name of the pipe). The caller holds the lock
                that goes with it: what lies there is left over from a process that died.
            parent: as in Qt.
        """
        super().__init__(parent)
        QLocalServer.removeServer(listening_at)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(CROWD)
        self._server.newConnection.connect(self._visit)
        self._server.listen(listening_at)

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    def _visit(self) -> None:
        while self._server.hasPendingConnections():
            _Visit(self._server.nextPendingConnection(), self.wish.emit)


class _Visit(QObject):
    """One later start, until it has said what it wants or has been silent for too long."""

    def __init__(self, visitor: QLocalSocket, tell: Callable[[str], None]) -> None:
        super().__init__(visitor)
        self._visitor = visitor
        self._tell = tell
        visitor.setReadBufferSize(LONGEST + 1)
        visitor.disconnected.connect(self._gone)
        visitor.readyRead.connect(self._read)
        self._silence = self.startTimer(PATIENCE)
        self._read()

    def _gone(self) -> None:
        self._visitor.deleteLater()

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802
        self.killTimer(event.timerId())
        self._visitor.abort()

    def _read(self) -> None:
        if not self._visitor.canReadLine():
            if self._visitor.bytesAvailable() > LONGEST:
                self._visitor.abort()
            return
        # It has spoken: an answer on its way is not to be cut off.
        self.killTimer(self._silence)
        line = bytes(self._visitor.readLine().data()).rstrip(b"\r\n")
        if line.isascii() and (wish := line.decode("ascii")).isprintable():
            self._visitor.write(TAKEN)
            self._tell(wish)
        self._visitor.disconnectFromServer()
