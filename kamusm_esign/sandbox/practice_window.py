"""The window's composition root for practice: the real window over a practice world.

Everything is the real thing but for three: what is practice says so on every screen, the card takes
as long as a card does, and what has to survive a restart is kept in the practice folder.
"""

import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kamusm_esign import app
from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import OutcomeReport, SessionAccess, SessionToken
from kamusm_esign.ports import CardGateway, Ports
from kamusm_esign.support.paths import Folders, folders_below
from kamusm_esign.support.settings import EffectiveSettings
from kamusm_esign.ui.links import PRACTICE_SCHEME
from kamusm_esign.ui.program import OpenedWorld

BANNER = "Eğitim / Practice"
PACE = 1.5
"""Seconds that a practice card takes longer: about as long as a card needs to write a PIN."""


def open_window(
    arguments: Sequence[str],
    folder: Path,
    *,
    pace: float = PACE,
    loses_network: bool = False,
    opened: Callable[[], None] = lambda: None,
) -> int:
    """Open the real window and stay until it is closed.

    Args:
        arguments: of `kamusm-esign`.
        folder: where this practice world keeps everything.
        pace: seconds that the card takes longer.
        loses_network: the portal cannot be told how it ended, as if the network were gone.
        opened: called on a lane, once the ports are open.

    Returns:
        The exit status.
    """

    def open_ports(settings: EffectiveSettings, folders: Folders) -> OpenedWorld:
        world = app.production_ports(settings, folders)
        ports = _practice(world.ports, folder, pace, loses_network)
        opened()
        # The addresses of the API lie below those of the pages.
        page = ports.portal_url.partition("/api/")[0] + "/"
        return world._replace(ports=ports, portal_page=page)

    folders = folders_below(folder / "program")
    return app.main(arguments, open_ports, PRACTICE_SCHEME, folders)


def _practice(ports: Ports, folder: Path, pace: float, loses_network: bool) -> Ports:
    card: Any = _PacedCards(ports.card, pace)
    portal: Any = _LostAtTheEnd(ports.portal) if loses_network else ports.portal
    return replace(
        ports,
        banner=BANNER,
        card=card,
        portal=portal,
        secrets=FolderSecretStore(folder / "key-store"),
    )


class _Around:
    """Hands on everything that it does not do itself."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _PacedCards(_Around):
    """Cards that write as slowly as cards do; SoftHSM2 would be done before it is seen."""

    def __init__(self, inner: CardGateway, seconds: float) -> None:
        super().__init__(inner)
        self._seconds = seconds
        self._never = threading.Event()

    def unblock_pin(self, *given: Any) -> Any:
        self._never.wait(self._seconds)
        return self._inner.unblock_pin(*given)

    def change_pin(self, *given: Any, **named: Any) -> Any:
        self._never.wait(self._seconds)
        return self._inner.change_pin(*given, **named)

    def verify_pin(self, *given: Any, **named: Any) -> Any:
        self._never.wait(self._seconds / 2)
        return self._inner.verify_pin(*given, **named)


class _LostAtTheEnd(_Around):
    """A portal that cannot be reached any more once there is something to tell."""

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        raise FailedError.of(FailureCode.PORTAL_UNREACHABLE)


class FolderSecretStore:
    """A `SecretStore` in a folder; only tokens of a practice portal may lie in a plain file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._passwords: dict[str, AccountPassword] = {}

    def available(self) -> bool:
        """Whether something put in will be there after a restart."""
        return True

    def put(self, session_id: str, token: SessionToken) -> None:
        """Keep a session's token."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file(session_id).write_text(token.reveal())

    def get(self, session_id: str) -> SessionToken | None:
        """The token, or None where there is none."""
        file = self._file(session_id)
        return SessionToken(file.read_text()) if file.is_file() else None

    def erase(self, session_id: str) -> None:
        """Forget the token."""
        self._file(session_id).unlink(missing_ok=True)

    def password(self, name: str) -> AccountPassword | None:
        """A password of this run."""
        return self._passwords.get(name)

    def keep_password(self, name: str, password: AccountPassword) -> None:
        """Keep a password as long as the window is open: a person may type a real one."""
        self._passwords[name] = password

    def forget_password(self, name: str) -> None:
        """Forget it."""
        self._passwords.pop(name, None)

    def _file(self, session_id: str) -> Path:
        return self._folder / session_id


def main() -> int:
    """Child process of the demo; its order is one line of JSON on standard input."""
    order = json.loads(sys.stdin.readline())
    return open_window(order["arguments"], Path(order["folder"]))


if __name__ == "__main__":
    sys.exit(main())
