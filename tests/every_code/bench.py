"""What a scenario works with: the program as people run it, and everything around it.

The command line is a process, its card host one of its own on SoftHSM2 behind the shim (or on pcscd
and OpenSC), the portal answers on a loopback port, files and clock are real.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kamusm_esign.support.paths import Folders, user_folders
from tests.equipment.installation import Installation
from tests.equipment.pcsc_world import PcscWorld, missing_equipment, pcsc_world, wait_until
from tests.equipment.portal_answers import Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import Fault
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN, PUK, SoftHsmToken
from tests.equipment.surroundings import Surroundings
from tests.journeys.conftest import OTP, Ended

CODE = "123456789012345"
DOCUMENT = (("doc-1", "Başvuru: ş ğ ı".encode()),)
LIMIT = 60
_T = TypeVar("_T")


@dataclass
class Bench:
    """One person at one computer, for one scenario."""

    request: pytest.FixtureRequest
    folder: Path
    ways_out: ExitStack
    environment: dict[str, str] = field(default_factory=dict)
    """Of every process, beside what the test itself has."""
    program: str = "kamusm_esign"
    module: Path | None = None
    """For `--module`."""
    url: str | None = None
    """For `--portal`; None: the double's."""
    path: str = ""
    """PYTHONPATH."""

    def __post_init__(self) -> None:
        self.path = self.path or str(ROOT)

    def enter(self, context: AbstractContextManager[_T]) -> _T:
        """Have something there until the scenario ends."""
        return self.ways_out.enter_context(context)

    # ------------------------------------------------------------------ what is around
    @cached_property
    def portal(self) -> PortalDouble:
        """A portal that knows the card and one code."""
        return self.enter(PortalDouble())

    @cached_property
    def card(self) -> ShimmedToken:
        """A card in the reader, with three tries of PIN and PUK."""
        return self.use_card()

    def use_card(self, **sort: object) -> ShimmedToken:
        """`card`, of another sort (`softhsm.make_token`)."""
        templates: Callable[..., SoftHsmToken] = self.request.getfixturevalue("templates")
        folder = self.folder / "shim"
        folder.mkdir()
        token = templates(**sort).copy_to(self.folder / "softhsm")
        made = ShimmedToken(token, self.request.getfixturevalue("shim_library"), folder)
        self.environment |= made.environment
        self.module = made.module
        self.__dict__["card"] = made
        return made

    def use_key_store(self) -> None:
        """The desktop has one, so that what is unfinished can be handed in later."""
        store: Mapping[str, str] = self.request.getfixturevalue("key_store")
        self.environment |= store

    @cached_property
    def world(self) -> PcscWorld:
        """A PC/SC service that is not started yet."""
        missing = missing_equipment()
        if missing is not None:
            pytest.skip(missing)
        world = self.enter(pcsc_world())
        self.environment["PCSCLITE_CSOCK_NAME"] = str(world.socket)
        return world

    def shift_clock(self, seconds: int) -> None:
        """From now on every process sees another time of day."""
        library: Path = self.request.getfixturevalue("surroundings_library")
        said, disk = self.folder / "said", self.folder / "disk"
        for folder in (said, disk):
            folder.mkdir()
        around = Surroundings(library, said, disk)
        around.clock(seconds)
        self.environment |= around.environment

    def installation(self, *changes: tuple[str, bytes, bytes]) -> Installation:
        """A copy of the program, spoilt; it is what runs from now on."""
        made = Installation.make(self.folder / "program")
        for change in changes:
            made.spoil(*change)
        self.path = os.pathsep.join((str(made.root), str(ROOT)))
        return made

    @property
    def folders(self) -> Folders:
        """Where the program keeps its files."""
        return user_folders()

    def settings(self, text: str) -> Path:
        """The user's settings file."""
        file = self.folders.settings_file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    # ------------------------------------------------------------------ running
    def shared(self) -> list[str]:
        """The options that every command gets."""
        options = []
        if self.url is not None or "portal" in self.__dict__:
            options += ["--portal", self.url or self.portal.url]
        if self.module is not None:
            options += ["--module", str(self.module)]
        return options

    def command(self, *words: str) -> list[str]:
        """How the program is started."""
        return [sys.executable, "-P", "-m", self.program, *self.shared(), *words]

    def start(
        self, *words: str, around: Callable[[Sequence[str]], list[str]] = list
    ) -> "subprocess.Popen[str]":
        """Start a command in a process group of its own; `around` wraps another one about it."""
        return subprocess.Popen(
            around(self.command(*words)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": self.path} | self.environment,
            start_new_session=True,
        )

    def run(
        self,
        *words: str,
        stdin: str = "",
        around: Callable[[Sequence[str]], list[str]] = list,
    ) -> Ended:
        """Run a command to its end."""
        process = self.start(*words, around=around)
        out, err = process.communicate(stdin, timeout=LIMIT)
        return Ended(process.returncode, out, err)

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something has happened."""
        wait_until(happened, LIMIT)

    # ------------------------------------------------------------------ the commands
    def tokens(self) -> str | None:
        """`tokens`: the code of all of it, or else of the first reader that has one."""
        said = self.run("tokens", "--json").json
        failures = [said["failure"], *(reader["failure"] for reader in said["readers"])]
        return next((failure["code"] for failure in failures if failure is not None), None)

    def verify_pin(self, pin: str = PIN, *words: str) -> str | None:
        """`verify-pin`."""
        return self.run("verify-pin", "--secrets-stdin", "--json", *words, stdin=f"{pin}\n").code

    def change_pin(self) -> str | None:
        """`change-pin`."""
        words = ("change-pin", "--secrets-stdin", "--json")
        return self.run(*words, stdin=f"{PIN}\n{NEW_PIN}\n").code

    def ask(self, **job: object) -> Job:
        """What the portal's code is for; a new PIN unless something else is said."""
        if "card" in self.__dict__:
            serial = self.card.token.serial
            self.portal.desk.puks.setdefault(serial, PUK.encode())
            job.setdefault("serials", (serial,))
        asked = Job(**job)  # type: ignore[arg-type]
        self.portal.desk.jobs[CODE] = asked
        return asked

    def set_pin(self, *words: str, new_pin: str = NEW_PIN) -> str | None:
        """`set-pin`."""
        return self.start_set_pin(*words, new_pin=new_pin).code

    def start_set_pin(self, *words: str, new_pin: str = NEW_PIN) -> Ended:
        """`set-pin`, with all that it says."""
        if CODE not in self.portal.desk.jobs:
            self.ask()
        stdin = f"{new_pin}\n{OTP}\n"
        return self.run("set-pin", "--code", CODE, "--secrets-stdin", "--json", *words, stdin=stdin)

    def ask_to_sign(self, **job: object) -> Job:
        """The portal's code is for a signature, of a text unless something else is said."""
        return self.ask(**{"purpose": "application", "documents": DOCUMENT, "serials": ()} | job)

    def sign(self, *words: str, pin: str = PIN, accept: str = "application") -> Ended:
        """`sign`."""
        if CODE not in self.portal.desk.jobs:
            self.ask_to_sign()
        asks = ("--match", "42") if "--match" not in words else ()
        asked = ("sign", "--code", CODE, "--accept", accept, *asks, "--secrets-stdin", "--json")
        otp = f"{OTP}\n" if self.portal.desk.jobs[CODE].otp else ""
        return self.run(*asked, *words, stdin=f"{otp}{pin}\n")

    def hand_in(self) -> str | None:
        """`pending --hand-in`: why the one unfinished job was not handed in."""
        (job,) = self.run("pending", "--hand-in", "--json").json["pending"]
        return None if job["failure"] is None else str(job["failure"]["code"])

    def check(self, name: str, around: Callable[[Sequence[str]], list[str]] = list) -> str | None:
        """`doctor`: what one of its checks says."""
        found: dict[str, str | None] = self.checks(around)
        return found[name]

    def checks(self, around: Callable[[Sequence[str]], list[str]] = list) -> dict[str, str | None]:
        """`doctor`: what each of its checks says."""
        # Without a portal it is the way there that takes the time.
        self.url = self.url or self.portal.url
        lines = self.run("doctor", "--json", around=around).json["checks"]
        return {line["id"]: line["code"] for line in lines}

    def fault(self, operation: str, *faults: Fault) -> None:
        """The next requests of an operation go wrong at the portal."""
        self.portal.script(operation, *faults)

    def verify(self, *words: str) -> str | None:
        """`verify`."""
        return self.run("verify", "--json", *words).code

    def put(self, name: str, content: bytes) -> str:
        """A file of the person's."""
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)


ROOT = Path(__file__).resolve().parents[2]
Scenario = Callable[[Bench], str | None]
"""Brings a failure about and says which code came out at the end."""


class Table:
    """The scenarios of one family of codes."""

    def __init__(self) -> None:
        self.rows: dict[str, Scenario] = {}

    def __call__(self, code: str) -> Callable[[Scenario], Scenario]:
        """Enter a scenario."""

        def enter(scenario: Scenario) -> Scenario:
            self.add(code, scenario)
            return scenario

        return enter

    def add(self, code: str, scenario: Scenario) -> None:
        """Enter one that is made, not written."""
        assert code not in self.rows, code
        self.rows[code] = scenario


def one_json(text: str) -> Any:
    """The last line as JSON."""
    return json.loads(text.strip().splitlines()[-1])


def make_bench(request: pytest.FixtureRequest, folder: Path) -> Iterator[Bench]:
    """A bench; everything that was entered ends with it."""
    with ExitStack() as ways_out:
        yield Bench(request, folder, ways_out)
