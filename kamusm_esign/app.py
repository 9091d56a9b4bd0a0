"""The window's composition root: paint first, then everything else.

Until the first paint nothing is imported but what the home screen draws. Settings and ports are
opened on a lane after that; what is pressed meanwhile waits.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kamusm_esign.ui.arguments import WindowArguments, window_arguments

if TYPE_CHECKING:
    from kamusm_esign.cli.world import World
    from kamusm_esign.domain.doctor_report import Environment
    from kamusm_esign.domain.tokens import CardOverview
    from kamusm_esign.ports import Check
    from kamusm_esign.support.paths import Folders
    from kamusm_esign.support.settings import EffectiveSettings
    from kamusm_esign.ui.jobs.job import AboutRoom
    from kamusm_esign.ui.program import OpenedWorld, Program
    from kamusm_esign.ui.window import MainWindow

OpenPorts: TypeAlias = "Callable[[EffectiveSettings, Folders], OpenedWorld]"
Dress: TypeAlias = "Callable[[MainWindow], None]"
MakeWorld: TypeAlias = "Callable[[EffectiveSettings, Folders, tuple[float, float]], World]"


def production_ports(
    settings: EffectiveSettings,
    folders: Folders,
    card_timeouts: tuple[float, float] = (15.0, 60.0),
    make_world: MakeWorld | None = None,
) -> OpenedWorld:
    """Open the real world; called on a lane.

    Args:
        settings: what holds for this user.
        folders: where the program keeps its files.
        card_timeouts: see `World`.
        make_world: makes another world than the real one.

    Raises:
        FailedError: `JOURNAL_NOT_WRITABLE`.
    """
    from kamusm_esign.cli.world import World
    from kamusm_esign.ui.program import OpenedWorld

    def checks(look: Callable[[], CardOverview]) -> Sequence[Check]:
        from kamusm_esign.cli.doctor_checks import all_checks

        return all_checks(world, ports.watcher, look, even_without_portal=True)

    def environment() -> Environment:
        from kamusm_esign.support.environment import this_environment

        return this_environment(ports.journal, world.language, practice=world.practice)

    world = (make_world or World)(settings, folders, card_timeouts)
    ports = world.ports(even_without_portal=True)
    return OpenedWorld(
        *(world.language, ports, world.portal_at, checks, _receipt_pdf),
        verifier=lambda: world.verifier(None),
        start_service=_start_service,
        about=_about(world),
        environment=environment,
        portal_trouble=world.portal_trouble(),
    )


def _about(world: World) -> AboutRoom:
    from kamusm_esign.support.components import licence_text, read_components
    from kamusm_esign.ui.jobs.job import AboutRoom
    from kamusm_esign.updates.installation import open_installer

    updates = world.updates if world.settings.updates.on else None
    return AboutRoom(read_components, licence_text, updates, open_installer)


def _start_service() -> bool:
    from kamusm_esign.card.service_state import start_service

    return start_service()


def _receipt_pdf(title: str, rows: Sequence[tuple[str, str]], note: str) -> bytes:
    from kamusm_esign.signing.receipt_pdf import receipt_pdf

    return receipt_pdf(title, rows, note)


def main(
    argv: Sequence[str] | None = None,
    open_ports: OpenPorts = production_ports,
    link_scheme: str = "kamusm-esign",
    folders: Folders | None = None,
    dress: Dress | None = None,
) -> int:
    """Open the window and stay until it is closed.

    Args:
        argv: the arguments without the program's name; None for the process's own.
        open_ports: opens the world; the one thing that another composition root does otherwise.
        link_scheme: scheme of the links that are taken.
        folders: where the program keeps its files; None for the user's own.
        dress: given the window before it is shown.

    Returns:
        The exit status: 0, also where the wish was handed over to a window that is open already.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    arguments = window_arguments(argv)
    if arguments is None:
        from kamusm_esign.cli.main import main as command_line

        return command_line(argv)  # which says what is wrong with them
    from kamusm_esign.support.one_window import RAISE, door_in, hand_over
    from kamusm_esign.support.paths import user_folders

    folders = folders or user_folders()
    door = door_in(folders.locks)
    wish = arguments.link or arguments.code or ""
    if not door.first and hand_over(door.listening_at, wish or RAISE):
        return 0
    listening_at = door.listening_at if door.first else None

    def open_world() -> OpenedWorld:
        return _open_world(arguments, folders, open_ports)

    look = _first_look(arguments, folders)
    return _run(look, folders, StartOf(open_world, listening_at, link_scheme, wish), dress)


class StartOf(NamedTuple):
    """What `ui.program.Start` is made of, once that is imported."""

    open_world: Callable[[], OpenedWorld]
    listening_at: str | None
    link_scheme: str
    wish: str


def _run(look: FirstLook, folders: Folders, start: StartOf, dress: Dress | None) -> int:
    gc.disable()  # until the first paint nothing is garbage
    from kamusm_esign.ui.qt_import import import_qt

    import_qt()
    from PySide6.QtWidgets import QApplication

    from kamusm_esign.ui.style.theme import ARGUMENTS, theme
    from kamusm_esign.ui.texts import Texts
    from kamusm_esign.ui.window import MainWindow

    application = QApplication([sys.argv[0], *ARGUMENTS])
    application.setApplicationName("kamusm-esign")
    theme.start(look.theme, look.scale)
    window = MainWindow(Texts(look.language), _steady)
    if look.place:
        window.restoreGeometry(look.place)  # never beside the screens: Qt looks
    if dress is not None:
        dress(window)
    programs: list[Program] = []
    early: list[Any] = []

    def wait(intent: Any) -> None:
        early.append(intent)

    def loaded() -> None:
        gc.enable()
        from kamusm_esign.ui.program import Program, Start

        window.intent.disconnect(wait)
        programs.append(Program(window, Start(*start), early))

    window.intent.connect(wait)
    window.first_painted.connect(lambda: load_in_turns(_the_rest(), loaded))
    window.show()
    status = application.exec()
    _keep_place(window, folders)
    for program in programs:
        program.end()
    return status


def _the_rest() -> Iterator[None]:
    """Import what stands behind the window, in parts that take about as long as each other."""
    import kamusm_esign.ports

    yield
    import kamusm_esign.flows.sign_documents_model

    yield
    import kamusm_esign.runtime.recovery

    yield
    import kamusm_esign.ui.jobs.job

    yield
    import kamusm_esign.ui.desk  # noqa: F401

    yield


def load_in_turns(parts: Iterator[None], then: Callable[[], None]) -> None:
    """Load one part in each turn of the event loop; the window answers in between."""
    from PySide6.QtCore import QTimer

    for _part in parts:
        QTimer.singleShot(0, lambda: load_in_turns(parts, then))
        return
    then()


def _keep_place(window: MainWindow, folders: Folders) -> None:
    from contextlib import suppress

    from kamusm_esign.support.settings_keeper import write_whole

    with suppress(OSError):
        write_whole(folders.window_place, bytes(window.saveGeometry().data()))


def _steady() -> float:
    from kamusm_esign.support.clock import steady

    return steady()


def _open_world(arguments: WindowArguments, folders: Folders, open_ports: OpenPorts) -> OpenedWorld:
    from functools import partial

    from kamusm_esign.portal_client.address import portal_base_url
    from kamusm_esign.support.crashes import watch_for_crashes
    from kamusm_esign.support.logs import setup_logs
    from kamusm_esign.support.settings import settings_of
    from kamusm_esign.support.settings_keeper import FileSettings

    setup_logs(folders.logs, verbose=arguments.verbose)
    crashed = watch_for_crashes(folders.logs)
    given = {name: getattr(arguments, name) for name in ("portal", "module", "language")}
    load = partial(settings_of, folders, arguments.settings, given)
    settings = load()
    world = open_ports(settings, folders)
    user_file = Path(arguments.settings) if arguments.settings else folders.settings_file
    judges = {"portal": portal_base_url}
    keeper = FileSettings(user_file, load, world.ports.secrets, judges)
    return world._replace(settings=settings, keeper=keeper, crashed=crashed)


class FirstLook(NamedTuple):
    """How the window is painted first: what the files say, read before they are judged."""

    language: str = "tr"
    theme: str = "system"
    scale: float = 1.0
    place: bytes = b""
    """Where the window was when it was closed last, as Qt keeps it; empty: nobody knows."""


def _first_look(arguments: WindowArguments, folders: Folders) -> FirstLook:
    user_file = Path(arguments.settings) if arguments.settings else folders.settings_file
    files = [_entries(path) for path in (folders.policy_file, user_file, folders.machine_file)]
    given = [{"language": arguments.language}, *files]
    percent = _first("scale", files, range(100, 201), 100)
    return FirstLook(
        language=_first("language", given, ("tr", "en"), "tr"),
        theme=_first("theme", files, ("system", "light", "dark", "contrast"), "system"),
        scale=percent / 100,
        place=_bytes_of(folders.window_place),
    )


def _first(key: str, files: Sequence[dict[str, Any]], known: Sequence[Any], default: Any) -> Any:
    found = (entries.get(key) for entries in files)
    return next((value for value in found if value in known), default)


def _entries(path: Path) -> dict[str, Any]:
    source = _bytes_of(path)
    if not source:
        return {}
    import tomllib

    try:
        return tomllib.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not TOML, or numbers and brackets without end
        return {}


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
