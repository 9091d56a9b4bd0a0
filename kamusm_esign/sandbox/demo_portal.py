"""The practice portal: a server in a child process, and a hand on its database."""

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import func
from sqlalchemy import select as rows

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.commands import open_portal
from kamusm_esign.sandbox.portal.services import codes, messages, puk_store
from kamusm_esign.sandbox.portal.tables import AuditRow, Code, SessionRow

START_SECONDS = 30.0
STOP_SECONDS = 5.0


class PortalNotStartedError(Exception):
    """The server did not come up; carries what it said."""


class PortalHand:
    """Does to a portal's database what its operators and its telephone network would do."""

    def __init__(self, database: Path) -> None:
        """Open it; the server may run or not."""
        self.database = database
        self._portal = open_portal(database_url(database))
        self.match_number = ""
        """The two digits of the newest code, which a login asks for."""

    def close(self) -> None:
        """Let the database go."""
        self._portal.database.close()

    def enrol(self, serial: str, issued: IssuedCertificate, puk: bytearray) -> str:
        """Make a card known; the name in its certificate. `puk` is wiped."""
        return puk_store.enrol(self._portal, serial, issued.certificate_der, puk).holder

    def new_code(self, purpose: str, serial: str) -> str:
        """A verification code that only this card can use."""
        (owner,) = (h for h in puk_store.holders(self._portal) if serial in h.serials)
        kind = CertificateKind(owner.kind).value
        job = codes.Job(purpose, kind, owner.name, owner.holder_id, serials=(serial,))
        issued = codes.issue(self._portal, job)
        self.match_number = issued.match_number
        return issued.code

    def let_run_out(self, code: str) -> None:
        """Have a code end now, as it would after its five minutes."""
        with self._portal.database.write() as db:
            row = db.get(Code, self._portal.keys.mac("code", code))
            if row is not None:
                row.expires_at = self._portal.clock() - 1

    def sms(self) -> tuple[str, str] | None:
        """Masked number and code of the newest text message, if there is one."""
        sent = messages.newest(self._portal, messages.SMS, 1)
        return (sent[0].recipient, sent[0].values["otp"]) if sent else None

    def outcomes(self) -> list[str | None]:
        """How each session ended."""
        with self._portal.database.read() as db:
            return list(db.scalars(rows(SessionRow.outcome)))

    def releases(self) -> int:
        """How often a PUK was released."""
        with self._portal.database.read() as db:
            counted = rows(func.count()).where(AuditRow.event == "puk-released")
            return db.scalar(counted) or 0


class DemoPortal(PortalHand):
    """One portal in a folder; `stop` ends its process."""

    def __init__(self, folder: Path) -> None:
        """Start it on a free port of this computer.

        Raises:
            PortalNotStartedError: it did not say where it listens.
        """
        database = folder / "portal.db"
        self._server = subprocess.Popen(  # noqa: S603
            own_process.command("kamusm_esign.sandbox.demo_portal", database_url(database)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl+C is for the program; the portal ends with `stop`
        )
        try:
            self.url = self._announced_url()
            super().__init__(database)
        except BaseException:
            self.stop()
            raise

    def _announced_url(self) -> str:
        if self._server.stdout is None:
            raise PortalNotStartedError("no pipe")
        if select.select([self._server.stdout], [], [], START_SECONDS)[0]:
            url = self._server.stdout.readline().strip()
            if url.startswith("http"):
                return url
        raise PortalNotStartedError("the practice portal did not start")

    def stop(self) -> None:
        """End the server."""
        self._server.terminate()
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
        with self._server:  # closes the pipes and waits
            pass
        if hasattr(self, "_portal"):
            self.close()


def database_url(database: Path) -> str:
    """The address of a database in a file."""
    return f"sqlite:///{database}"


def isolated_environment(folder: Path) -> dict[str, str]:
    """An environment whose programs keep out of the person's folders and key store."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAMUSM_", "DBUS_", "XDG_"))}
    for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
        kept[f"XDG_{name}"] = str(folder / name)
    return kept


def _serve(database_url: str) -> None:
    """In the child: serve until SIGTERM, or until whoever started it is gone."""
    from kamusm_esign.sandbox.portal.server import serve

    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(open_portal(database_url), "127.0.0.1", 0, lambda url: print(url, flush=True))


def _end_with_parent() -> None:
    """Standard input ends with the parent, however it ends."""
    while os.read(0, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    _serve(sys.argv[1])
