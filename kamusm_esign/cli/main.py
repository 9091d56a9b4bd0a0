"""Reads the arguments and runs one command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kamusm_esign.cli import interrupts
from kamusm_esign.cli.arguments import parser
from kamusm_esign.cli.result import CommandResult, Shown, print_result
from kamusm_esign.cli.world import World
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.support.paths import Folders, user_folders
from kamusm_esign.support.settings import EffectiveSettings, settings_of

if TYPE_CHECKING:
    from kamusm_esign.cli.secret_input import SecretInput
    from kamusm_esign.domain.journal_entry import JournalEntry
    from kamusm_esign.ports import Journal

MakeWorld: TypeAlias = Callable[[EffectiveSettings, Folders], World]


def main(
    argv: Sequence[str] | None = None,
    make_world: MakeWorld = World,
    folders: Folders | None = None,
) -> int:
    """Run the command line.

    Args:
        argv: the arguments without the program's name; None for the process's own.
        make_world: makes the world of the command.
        folders: where the program keeps its files; None for the user's own.

    Returns:
        The exit status of docs/cli.md.
    """
    with interrupts.held():
        return _main(sys.argv[1:] if argv is None else list(argv), make_world, folders)


def _main(argv: Sequence[str], make_world: MakeWorld, folders: Folders | None) -> int:
    as_json, outcome = "--json" in argv, Outcome.FAILED
    arguments = argparse.Namespace(command=None, show_personal_data=False)
    shown = Shown(Catalogue.load(_language_of(argv)), personal_data=False)
    try:
        parser().parse_args(argv, arguments)
        if arguments.command is None:
            parser().print_help(sys.stderr)
            raise FailedError.of(FailureCode.USAGE, detail="no command")
        world = _world(arguments, make_world, folders or user_folders())
        if world.language != shown.catalogue.language:
            shown = Shown(Catalogue.load(world.language), personal_data=False)
        shown = Shown(shown.catalogue, arguments.show_personal_data)
        _tell_problems(world.settings, shown)
        return _run(arguments, world, shown)
    except FailedError as error:
        failure = error.failure
    except interrupts.InterruptedInputError:
        outcome, failure = Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED)
    except Exception as error:
        import logging

        # Only the type: a message could quote what must not be shown.
        logging.getLogger(__name__).error("unexpected %s", type(error).__name__)
        failure = Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)
    result = CommandResult(arguments.command or "", outcome, failure)
    return print_result(result, shown, as_json=as_json)


def _language_of(argv: Sequence[str]) -> str:
    """The language for what goes wrong before the settings are known."""
    for before, language in pairwise(argv):
        if before == "--language" and language in ("tr", "en"):
            return language
    return "en" if "--language=en" in argv else "tr"


def _world(arguments: argparse.Namespace, make_world: MakeWorld, folders: Folders) -> World:
    given = {name: getattr(arguments, name) for name in ("portal", "module", "language")}
    return make_world(settings_of(folders, arguments.settings, given), folders)


def _tell_problems(settings: EffectiveSettings, shown: Shown) -> None:
    """What of the settings files does not count, on standard error; the command goes on."""
    if settings.problems:
        from kamusm_esign.cli.talk import Talk

        for problem in settings.problems:
            Talk(shown).failure(problem)


def _run(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    if arguments.command != "tokens":
        from kamusm_esign.support.logs import setup_logs

        setup_logs(world.folders.logs, verbose=arguments.verbose)
    return _COMMANDS[arguments.command](arguments, world, shown)


def _secrets(arguments: argparse.Namespace, shown: Shown) -> SecretInput:
    from kamusm_esign.cli.secret_input import SecretInput
    from kamusm_esign.cli.talk import Talk

    return SecretInput(from_pipe=arguments.secrets_stdin, prompt=Talk(shown).ask)


def _tokens(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.tokens import show_tokens
    from kamusm_esign.support.clock import utc_now

    card, _watcher = world.cards()
    try:
        with interrupts.raising():
            overview = card.overview()
        return show_tokens(overview, utc_now(), shown, as_json=arguments.json)
    finally:
        card.close()


def _set_pin(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.set_pin import run

    result = run(arguments, world.ports(), shown, _secrets(arguments, shown))
    _remember(world, result)
    return print_result(result, shown, as_json=arguments.json)


def _sign(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.sign import run

    more = Catalogue.load(shown.catalogue.language, "receipt", "sign_command")
    shown = Shown(more, shown.personal_data)
    result = run(arguments, world.ports(), shown, _secrets(arguments, shown))
    _remember(world, result)
    return print_result(result, shown, as_json=arguments.json)


def _verify(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.verify import run

    more = Catalogue.load(shown.catalogue.language, "verify")
    folder = None if arguments.trust is None else Path(arguments.trust)
    return run(arguments, world.verifier(folder), Shown(more, shown.personal_data))


def _pin_use(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.pin_use import run
    from kamusm_esign.runtime.settling_cards import SettlingCards
    from kamusm_esign.support.clock import utc_now
    from kamusm_esign.support.journal import FileJournal

    card, _watcher = world.cards()
    journal = FileJournal(world.folders.journal)  # no job is begun here: it need not be there
    cards = SettlingCards(card, journal, utc_now)
    known = journal.entries()
    result = run(arguments, cards, shown, _secrets(arguments, shown))
    if result.outcome is Outcome.SUCCEEDED and result.token is not None:
        _settle(arguments, journal, known, result.token.serial)
    _remember(world, result)
    return print_result(result, shown, as_json=arguments.json)


def _remember(world: World, result: CommandResult) -> None:
    """Tell the doctor what stood in the way, or that nothing does any more."""
    if result.failure is not None:
        world.failures().note(result.failure)
    elif result.outcome is Outcome.SUCCEEDED:
        world.failures().forget()


def _settle(
    arguments: argparse.Namespace,
    journal: Journal,
    known: tuple[JournalEntry, ...],
    token_serial: str,
) -> None:
    """A PIN that works says what became of an unfinished job, where the person says which it is.

    Not of a job that was begun after they had said it.
    """
    tried = getattr(arguments, "tried", None)
    if tried is None:
        return
    from kamusm_esign.runtime.doubt import jobs_in_doubt, settle_by_person
    from kamusm_esign.support.clock import utc_now

    outcome = Outcome.SUCCEEDED if tried == "new" else Outcome.FAILED
    for asked in jobs_in_doubt(journal, token_serial)[-1:]:
        if asked.session_id in {entry.session_id for entry in known}:
            settle_by_person(journal, asked, outcome, utc_now())


def _pending(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.pending import show_pending
    from kamusm_esign.runtime.recovery import hand_in, pending_jobs

    if not arguments.hand_in:
        show_pending(pending_jobs(world.journal()), shown, as_json=arguments.json)
        return 0
    ports = world.ports()
    try:
        with interrupts.raising():
            jobs = hand_in(ports, world.portal_at)
        show_pending(jobs, shown, as_json=arguments.json)
        return 3 if ports.journal.entries() else 0
    finally:
        ports.card.close()


def _settings(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.settings import show_settings

    return show_settings(world.settings, shown, as_json=arguments.json)


def _doctor(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.doctor import print_findings, run_doctor, status_of
    from kamusm_esign.cli.doctor_checks import all_checks
    from kamusm_esign.support.environment import this_environment

    card, watcher = world.cards()
    try:
        checks = all_checks(world, watcher, card.overview)
        found = run_doctor(checks, shown, as_json=arguments.json)
    finally:
        card.close()
    more: dict[str, object] = {}
    if arguments.report is not None:
        from kamusm_esign.cli.report import save_report

        environment = this_environment(world.journal(), world.language, practice=world.practice)
        more = {"report": save_report(Path(arguments.report), found, environment, shown)}
    if arguments.json:
        print_findings(found, shown, **more)
    return status_of(found)


def _selftest(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.selftest import run_selftest
    from kamusm_esign.cli.selftest_parts import parts

    shown = Shown(Catalogue.load(shown.catalogue.language, "selftest"), shown.personal_data)
    return run_selftest(parts(world), shown, as_json=arguments.json)


def _update(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.update import run

    if not world.settings.updates.on:
        raise FailedError.of(FailureCode.UPDATES_OFF)
    shown = Shown(Catalogue.load(shown.catalogue.language, "update"), shown.personal_data)
    return run(arguments, world.portal_at(world.portal_url()), world.updates(), shown)


def _decode(arguments: argparse.Namespace, world: World, shown: Shown) -> int:
    from kamusm_esign.cli.decode import run

    return run(arguments.incident, shown, as_json=arguments.json)


_COMMANDS: dict[str, Callable[[argparse.Namespace, World, Shown], int]] = {
    "tokens": _tokens,
    "set-pin": _set_pin,
    "sign": _sign,
    "change-pin": _pin_use,
    "verify-pin": _pin_use,
    "decode": _decode,
    "doctor": _doctor,
    "pending": _pending,
    "verify": _verify,
    "settings": _settings,
    "selftest": _selftest,
    "update": _update,
}
