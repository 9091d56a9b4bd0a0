"""The whole system for a journey: portal, card, key store, and the command line as a process."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.card.conftest import card, shim_library, templates, token_sort
from tests.equipment.key_store import secret_service
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PUK, SoftHsmToken
from tests.sandbox.portal.server_process import (
    PortalProcess,
    command_here,
    database_url,
    running_portal,
)

__all__ = ["card", "shim_library", "templates", "token_sort"]

OTP = "314159"
LIMIT = 60


@dataclass
class Ended:
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def code(self) -> str | None:
        """The failure's code."""
        failure = self.json["failure"]
        return None if failure is None else str(failure["code"])


@dataclass
class Desk:
    """A portal of the sandbox, with its database."""

    folder: Path
    process: PortalProcess

    def enrol(self, token: SoftHsmToken, puk: str = PUK) -> None:
        """Make the portal know a card."""
        certificate = self.folder / f"{token.serial}.der"
        certificate.write_bytes(token.issued.certificate_der)
        words = ("enrol", "--serial", token.serial, "--certificate", str(certificate))
        self.sandbox(*words, "--secrets-stdin", secrets=puk + "\n")

    def code(self, serial: str | None = None, job: str = "pin-unblock", *words: str) -> str:
        """A fresh verification code."""
        named = ("--serial", serial) if serial else ()
        said = self.sandbox("code", "--job", job, *named, "--step-up", OTP, *words)
        return str(json.loads(said)["code"])

    def sandbox(self, *words: str, secrets: str = "") -> str:
        """Run a command of the sandbox on this database."""
        done = command_here(*words, "--database", database_url(self.folder), secrets=secrets)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask or change the database behind the portal's back."""
        with sqlite3.connect(self.folder / "portal.db", timeout=20) as database:
            return database.execute(sql, values).fetchall()

    def outcome(self, serial: str) -> str | None:
        """What the portal knows of the last session that was granted for a card."""
        sql = "SELECT outcome FROM sessions WHERE grant_serial = ? ORDER BY started_at DESC"
        rows = self.query(sql, serial)
        return rows[0][0] if rows else None

    def releases(self, serial: str) -> int:
        """How often a card's PUK was released so far, in other tests too."""
        sql = "SELECT count(*) FROM audit WHERE event = 'puk-released' AND serial = ?"
        return int(self.query(sql, serial)[0][0])

    def last_outcome(self) -> str | None:
        """What the portal knows of its last session."""
        rows = self.query("SELECT outcome FROM sessions ORDER BY started_at DESC LIMIT 1")
        return rows[0][0] if rows else None


@dataclass
class Person:
    """Somebody with a card and a terminal."""

    card: ShimmedToken
    desk: Desk
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def serial(self) -> str:
        """The card's serial."""
        return self.card.token.serial

    def arguments(self, *words: str, impatient: bool = False) -> list[str]:
        """How the command line is started."""
        program = "tests.equipment.impatient_cli" if impatient else "kamusm_esign"
        shared = ["--portal", self.desk.process.url, "--module", str(self.card.module)]
        return [sys.executable, "-m", program, *shared, *words]

    def start(self, *words: str, impatient: bool = False) -> "subprocess.Popen[str]":
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            self.arguments(*words, impatient=impatient),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | self.environment,
            start_new_session=True,
        )

    def run(self, *words: str, stdin: str = "", impatient: bool = False) -> Ended:
        """Run a command to its end."""
        process = self.start(*words, impatient=impatient)
        out, err = process.communicate(stdin, timeout=LIMIT)
        return Ended(process.returncode, out, err)

    def set_pin(
        self,
        code: str,
        new_pin: str = NEW_PIN,
        *words: str,
        otp: str = OTP,
        impatient: bool = False,
    ) -> Ended:
        """`set-pin` with everything on standard input."""
        stdin = f"{new_pin}\n{otp}\n"
        words = ("set-pin", "--code", code, "--secrets-stdin", "--json", *words)
        return self.run(*words, stdin=stdin, impatient=impatient)


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[bool, Desk]]:
    """Two portals: one that asks for an SMS code, one that does not."""
    folders = {step_up: tmp_path_factory.mktemp("portal") for step_up in (True, False)}
    with (
        running_portal(folders[True]) as strict,
        running_portal(folders[False], "--no-step-up") as lenient,
    ):
        yield {True: Desk(folders[True], strict), False: Desk(folders[False], lenient)}


@pytest.fixture
def step_up() -> bool:
    """Whether the portal asks for an SMS code; parametrize it to change that."""
    return True


@pytest.fixture
def person(
    card: ShimmedToken, desks: Mapping[bool, Desk], step_up: bool, isolated_environment: Path
) -> Person:
    """Somebody whose card the portal knows."""
    person = Person(card, desks[step_up], isolated_environment)
    person.desk.enrol(card.token)
    return person


@pytest.fixture
def other_card(
    templates: Callable[..., SoftHsmToken], card: ShimmedToken
) -> Callable[..., SoftHsmToken]:
    """Put another card beside the first: the same module shows both."""

    def add(**sort: object) -> SoftHsmToken:
        second = templates(label="SECOND", **sort)
        for folder in (second.folder / "tokens").iterdir():
            shutil.copytree(folder, card.token.folder / "tokens" / folder.name)
        return second

    return add


@pytest.fixture(scope="session")
def key_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The environment of a desktop with a key store."""
    with secret_service(tmp_path_factory.mktemp("keys")) as environment:
        yield environment
