"""A PostgreSQL of the tests' own: Debian's programs, a private folder, a socket in it."""

import glob
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from kamusm_esign.sandbox.portal.database import Database

_SECONDS = 120
_PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")
"""Nothing here has to survive a power cut."""


def is_installed() -> bool:
    """Whether this machine has PostgreSQL."""
    return bool(_PROGRAMS)


@contextmanager
def running_postgres(*settings: str) -> Iterator["Postgres"]:
    """A server, until the block ends.

    Args:
        settings: `name=value`, in place of what makes it quick and forgetful.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = Postgres(folder)
    try:
        server.start(settings or _SPEED)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """One server; databases are made in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._prepared: str | None = None

    def start(self, settings: tuple[str, ...]) -> None:
        """Make the cluster and start it; never as root, which PostgreSQL refuses."""
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._run(
            "initdb", "-D", str(self._data), "-U", "portal", "-A", "trust", "-E", "UTF8", "-N"
        )
        options = f"-k {self._folder} -c listen_addresses='' " + " ".join(
            f"-c {setting}" for setting in settings
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """End the server."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def new_database(self, like: str = "template1") -> str:
        """The URL of a database: an empty one, or a copy."""
        name = f"portal_{secrets.token_hex(6)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def new_portal_database(self) -> str:
        """The URL of a database that a portal has prepared, and nobody used."""
        if self._prepared is None:
            url = self.new_database()
            Database(url).close()
            self._prepared = url.partition("@/")[2].partition("?")[0]
        return self.new_database(self._prepared)

    def url(self, name: str) -> str:
        """Of one of its databases."""
        return f"postgresql+psycopg://portal@/{name}?host={self._folder}"

    def _sql(self, statement: str) -> None:
        where = f"host={self._folder} user=portal dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *words: str) -> None:
        command = [str(Path(_PROGRAMS[-1]) / program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
        subprocess.run(
            command,
            cwd=self._folder,
            check=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
