"""Nothing of a session stays once the portal knows, whatever stopped the clearing away."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.runtime.forgetting import clear_leftovers
from kamusm_esign.runtime.recovery import hand_in, pending_jobs
from kamusm_esign.sandbox.folder_secrets import FolderSecretStore
from kamusm_esign.support.journal import FileJournal
from tests.equipment.recording_ports import RecordingWorld
from tests.runtime.test_recovery import SUCCEEDED, run, world_with

KILLED = Failure.of(FailureCode.INTERRUPTED)


def left(world: RecordingWorld) -> tuple[int, int, int]:
    """Entries to tell, tokens, sessions that still have traces."""
    return len(world.journal.entries()), len(world.secrets.kept), len(world.journal.traces)


def test_a_locked_key_store_keeps_no_token_for_good() -> None:
    world = world_with(SUCCEEDED)
    world.secrets.locked = True
    assert run(world).handed_in
    assert left(world) == (0, 1, 1)
    assert pending_jobs(world.journal) == ()
    world.secrets.locked = False
    assert hand_in(world.ports(), lambda url: world.portal) == ()
    assert left(world) == (0, 0, 0)
    assert len(world.portal.reports) == 1


@pytest.mark.parametrize("last_call", ["erase_token", "close"])
def test_a_kill_while_clearing_away_leaves_nothing_for_good(last_call: str) -> None:
    world = world_with(SUCCEEDED)
    world.fail(last_call, KILLED)
    run(world)
    assert pending_jobs(world.journal) == ()
    world.record.failures.clear()
    clear_leftovers(world.ports())
    assert left(world) == (0, 0, 0)


def test_a_kill_before_it_is_noted_that_the_portal_knows_tells_it_once_more() -> None:
    world = world_with(SUCCEEDED)
    world.fail("told", KILLED)
    run(world)
    assert left(world) == (1, 1, 0)
    world.record.failures.clear()
    assert run(world).handed_in
    assert left(world) == (0, 0, 0)


_KILLED_IN_IT = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.session_model import OpenSession
from kamusm_esign.runtime.session_effects import SessionEffects, nobody_waits
from kamusm_esign.sandbox.folder_secrets import FolderSecretStore
from kamusm_esign.support.journal import FileJournal
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import session

folder, name, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
journal, secrets = FileJournal(folder / "journal"), FolderSecretStore(folder / "secrets")
owner = secrets if name == "put" else journal
real = getattr(owner, name)

def killed(*given):
    if when == "after":
        real(*given)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, killed)
world = RecordingWorld()
ports = replace(world.ports(), journal=journal, secrets=secrets)
effects = SessionEffects(ports, SecretBox(), nobody_waits)
open_it = effects.handlers("card", "portal")[OpenSession][1]
open_it(OpenSession(1, VerificationCode("123456789012345")))
effects.begin_entry(session(), "SN-0001", PinState.BLOCKED, JournalStep.AUTHORIZING)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["reserve", "put", "begin"])
def test_a_kill_at_the_beginning_leaves_all_or_nothing(
    tmp_path: Path, call: str, when: str
) -> None:
    """Neither a token that nothing knows of, nor an entry that nothing can be told with."""
    words = (sys.executable, "-c", _KILLED_IN_IT, str(tmp_path), call, when)
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.returncode == -9, ended.stderr
    journal, secrets = FileJournal(tmp_path / "journal"), FolderSecretStore(tmp_path / "secrets")
    world = RecordingWorld()
    clear_leftovers(replace(world.ports(), journal=journal, secrets=secrets))
    begun = (call, when) == ("begin", "after")
    assert len(journal.entries()) == begun
    assert len(list((tmp_path / "secrets").glob("*"))) == begun
    assert len(list((tmp_path / "journal").glob("*"))) == begun
