"""Practice mode: the chooser, and one situation after the other in the real window.

One portal for all situations, started while the person still chooses; each situation has a folder
of its own, which goes with its window. Closing the window leads back to the chooser, closing the
chooser ends everything.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.demo_portal import DemoPortal, PortalNotStartedError
from kamusm_esign.sandbox.doctor import nobody_listening
from kamusm_esign.sandbox.practice_world import PracticeWorld, random_pin
from kamusm_esign.sandbox.situation_world import folders_of, prepare
from kamusm_esign.sandbox.situations import ALL_WELL, BY_NAME, PRACTICE_PIN, Situation, Staged
from kamusm_esign.sandbox.softhsm import find_library
from kamusm_esign.sandbox.teller import Teller

PORTAL_SECONDS = 40.0
STOP_SECONDS = 10.0
LOOK = {"theme": "system", "scale": 100}


class Training:
    """One evening of practice, in one folder."""

    def __init__(self, folder: Path, tell: Teller) -> None:
        """Nothing is started yet."""
        self._folder, self._tell = folder, tell
        self._portal: DemoPortal | None = None
        self._count = 0
        self._starting = threading.Thread(target=self._start_portal, daemon=True)

    def choose(self) -> bool:
        """Show the chooser until it is closed."""
        self._tell.begin("training-intro")
        self._starting.start()
        try:
            with self._chooser() as chooser:
                assert chooser.stdout is not None  # noqa: S101
                for line in chooser.stdout:
                    self._serve(chooser, json.loads(line))
            self._tell.end("training-done")
            return chooser.returncode == 0
        finally:
            self._stop()

    def play(self, situation: Situation) -> bool:
        """Open one situation, without the chooser; whether its window ended well."""
        self._tell.begin("training-intro")
        self._starting.start()
        try:
            ended = self._open(situation, self._tell.language, LOOK, lambda: None)
            self._tell.end("training-done" if ended else "failed")
            return ended
        finally:
            self._stop()

    # ------------------------------------------------------------------ the chooser
    @contextmanager
    def _chooser(self) -> "Iterator[subprocess.Popen[str]]":
        command = own_process.command("kamusm_esign.sandbox.chooser_window", self._tell.language)
        with subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl+C is for this process, which ends it
        ) as chooser:
            try:
                yield chooser
            finally:
                _end(chooser)

    def _serve(self, chooser: "subprocess.Popen[str]", choice: dict[str, Any]) -> None:
        def say(word: str) -> None:
            with suppress(BrokenPipeError):
                assert chooser.stdin is not None  # noqa: S101
                chooser.stdin.write(f"{word}\n")
                chooser.stdin.flush()

        look = {"theme": choice["theme"], "scale": choice["scale"]}
        situation = BY_NAME[choice["situation"]]
        try:
            ended = self._open(situation, choice["language"], look, lambda: say("opened"))
        except (OSError, PortalNotStartedError) as error:
            print(error, file=sys.stderr)
            ended = False
        say("back" if ended else "failed")

    # ------------------------------------------------------------------ a situation
    def _open(self, situation: Situation, language: str, look: dict[str, Any], opened: Any) -> bool:
        self._count += 1
        place = self._folder / f"{self._count}-{situation.name}"
        try:
            if situation is ALL_WELL and find_library() is not None:
                return self._open_real(place, language, look, opened)
            return self._open_virtual(place, situation, language, look, opened)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _open_virtual(
        self,
        place: Path,
        situation: Situation,
        language: str,
        look: dict[str, Any],
        opened: Any,
    ) -> bool:
        portal = self._ready_portal()
        prepare(place, situation, portal, random_pin(8))
        with nobody_listening() as nowhere:
            url = nowhere if situation.staged is Staged.PORTAL_DOWN else portal.url
            order = {
                "arguments": ["--language", language, "--portal", url],
                "folder": str(place),
                "situation": situation.name,
                "database": str(portal.database),
                "pin": "" if situation.persona == "new" else PRACTICE_PIN,
            }
            return _window(order, place, look, _environment(), opened)

    def _open_real(self, place: Path, language: str, look: dict[str, Any], opened: Any) -> bool:
        """On SoftHSM2: real PKCS#11 and the program's own card host."""
        world = PracticeWorld(place, ALL_WELL.job)
        try:
            portal = world.start_portal()
            order = {
                "arguments": world.window_arguments(language),
                "folder": str(place),
                "situation": ALL_WELL.name,
                "database": str(portal.database),
                "serial": world.card_serial,
            }
            return _window(order, place, look, world.window_environment, opened)
        finally:
            world.stop()

    # ------------------------------------------------------------------ the portal
    def _start_portal(self) -> None:
        with suppress(PortalNotStartedError):
            self._portal = DemoPortal(self._folder)

    def _ready_portal(self) -> DemoPortal:
        self._starting.join(PORTAL_SECONDS)
        if self._portal is None:
            raise PortalNotStartedError("the practice portal did not start")
        return self._portal

    def _stop(self) -> None:
        self._starting.join(PORTAL_SECONDS)
        if self._portal is not None:
            self._portal.stop()


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("KAMUSM_")}


def _window(
    order: dict[str, Any],
    place: Path,
    look: dict[str, Any],
    environment: dict[str, str],
    opened: Any,
) -> bool:
    """Open the practice window and wait for its end; whether it ended well."""
    settings = folders_of(place).settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'theme = "{look["theme"]}"\nscale = {look["scale"]}\n', "utf-8")
    with subprocess.Popen(  # noqa: S603
        own_process.command("kamusm_esign.sandbox.practice_window"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as window:
        try:
            assert window.stdin is not None  # noqa: S101
            assert window.stdout is not None  # noqa: S101
            window.stdin.write(json.dumps(order) + "\n")
            window.stdin.flush()
            if window.stdout.readline():
                opened()
            return window.wait() == 0
        finally:
            _end(window)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
