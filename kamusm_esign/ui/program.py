"""The running program behind the window: everything that is made after the first paint."""

import sys
import threading
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtWidgets import QApplication

from kamusm_esign import __version__
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import incident_of
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui import qt_texts
from kamusm_esign.ui.ahead import Ahead
from kamusm_esign.ui.bridge import Bridge
from kamusm_esign.ui.desk import Desk
from kamusm_esign.ui.jobs.job import SettingsRoom, Workshop
from kamusm_esign.ui.links import code_in_link, code_typed
from kamusm_esign.ui.opened_world import OpenedWorld as OpenedWorld
from kamusm_esign.ui.opened_world import Start as Start
from kamusm_esign.ui.presenter.intents import Intent, LookAgain, Wear
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.settled import Hooks, Settled, let_go, with_cards_of
from kamusm_esign.ui.single_instance import Doorkeeper
from kamusm_esign.ui.status_watch import StatusWatch
from kamusm_esign.ui.unexpected import failure_of, note
from kamusm_esign.ui.window import MainWindow

PAGE_TEXTS = (
    *("pages", "signing", "document_view", "receipt", "verify", "verify_page", "settings"),
    "about",
)
"""The files of the catalogue that pages speak from."""

IN_SESSION = frozenset((3, 4, 5, 7, 8, 9))
"""Screens that a link from outside does not take away: something was begun there."""

_LAST_WORDS = 2.0
"""Seconds for the portal to be told that a session was given up when the window closes."""


class Program:
    """Lanes, ports, desk and lights of one window; lives on the window's thread."""

    def __init__(self, window: MainWindow, start: Start, early: Sequence[Intent] = ()) -> None:
        """Begin to open the world; the window is painted already.

        Args:
            window: what is shown.
            start: how the program was started.
            early: what the person wished before this was loaded.
        """
        self._window = window
        self._start = start
        self._bridge = Bridge()
        self._card, self._portal = Lane("card"), Lane("portal")
        self._world: OpenedWorld | None = None
        self._desk: Desk | None = None
        self._watch: StatusWatch | None = None
        self._door: Doorkeeper | None = None
        self._early = list(early)
        self._trouble: Notice | None = None
        self._settled: Settled | None = None
        self._waiting: tuple[OpenedWorld, bool] | None = None
        """Another world, until no job uses the present one; True: its cards too."""
        self._filled = self._code_in(start.wish)
        window.intent.connect(self._intent)
        window.language_chosen.connect(self._choose_language)
        window.may_close = self._may_close
        qt_texts.speak(window.texts.language)
        sys.excepthook = self._unexpected
        threading.excepthook = lambda args: note(args.exc_type, args.exc_traceback)
        self._card.submit(self._open_world)
        if start.listening_at is not None:
            self._door = Doorkeeper(start.listening_at)
            self._door.wish.connect(self._visited)

    # ------------------------------------------------------------------ opening
    def _open_world(self) -> None:
        """On the card lane."""
        try:
            world = self._start.open_world()
        except Exception as error:
            failure = failure_of(error)
            self._bridge.deliver(lambda: self._not_opened(failure))
        else:
            self._bridge.deliver(lambda: self._opened(world))

    def _not_opened(self, failure: Failure) -> None:
        text = Catalogue.load(self._window.texts.language).failure(failure)
        said = f"{text.body} {text.todo}"
        self._trouble = Notice("bad", text.title, said, failure.code.value)
        self._window.set_notice(self._trouble)

    def _opened(self, world: OpenedWorld) -> None:
        self._world = world
        if world.language != self._window.texts.language:
            self._window.set_texts(qt_texts.texts_in(world.language))
        window, ports = self._window, world.ports
        window.set_practice(ports.banner or "")
        if world.portal_page:
            window.set_portal_page(world.portal_page)
        if world.settings is not None:
            self._settled = Settled(world.settings, world.keeper, self._hooks())
        words = self._words()
        self._desk = Desk(window, words, self._workshop(world), world.portal_at)
        self._desk.when_free = self._move
        self._watch = StatusWatch(
            ports, self._card, self._portal, self._bridge.deliver, window.texts, __version__
        )
        self._watch.status_changed.connect(window.set_status)
        self._watch.status_changed.connect(self._desk.status_changed)
        self._watch.looked.connect(self._desk.looked)
        self._watch.start()
        self._tell_problems(world)
        early, self._early = self._early, []
        for intent in early:
            self._desk.on_intent(intent)
        if self._filled:
            self._desk.open("code", self._filled)
        self._desk.look_for_unfinished()
        Ahead(words.catalogue.read, window)

    def _tell_problems(self, world: OpenedWorld) -> None:
        """What of the settings files does not count, and that the run before crashed."""
        failures = list(world.settings.problems[:1]) if world.settings is not None else []
        if world.portal_trouble is not None:
            failures.append(world.portal_trouble)
        for failure in failures:
            self._window.set_notice(self._words().notice(failure))
        if world.crashed:
            from kamusm_esign.ui.pages.crash_dialog import CrashDialog

            dialog = CrashDialog(self._window, self._words(), self._window.screen_number)
            dialog.intent.connect(self._intent)
            dialog.open()

    def _incident(self, failure: Failure) -> str:
        """Failure code, and what can be told on the phone."""
        incident = incident_of(failure, self._window.screen_number, __version__)
        return f"{failure.code.value} · {incident}"

    # ------------------------------------------------------------------ other settings
    def _hooks(self) -> Hooks:
        return Hooks(
            speak=self._speak,
            reopen=self._reopen,
            notice=self._window.set_notice,
            submit=self._portal.submit,
            deliver=self._bridge.deliver,
            changed=self._settings_changed,
        )

    def _settings_changed(self, now: EffectiveSettings) -> None:
        if self._desk is not None:
            self._desk.settings_changed(now)

    def _reopen(self, cards: bool) -> None:
        """The settings ask for another world; True: for other cards too."""

        def work() -> None:
            try:
                world = self._start.open_world()
            except Exception as error:
                failure = failure_of(error)
                self._bridge.deliver(lambda: self._not_opened(failure))
            else:
                self._bridge.deliver(lambda: self._wait_for(world, cards))

        self._card.submit(work)

    def _wait_for(self, world: OpenedWorld, cards: bool) -> None:
        before = self._waiting is not None and self._waiting[1]
        self._waiting = (world, cards or before)
        self._move()

    def _move(self) -> None:
        """Into the other world, as soon as no job uses the present one."""
        desk, watch, old = self._desk, self._watch, self._world
        if self._waiting is None or desk is None or watch is None or old is None:
            return
        if desk.uses_the_world:
            return
        (world, cards), self._waiting = self._waiting, None
        self._trouble = None
        if old.portal_trouble is not None and world.portal_trouble is None:
            self._window.set_notice(None)
        if not cards:
            world = world._replace(ports=with_cards_of(world.ports, old.ports))
        else:
            self._card.submit(lambda: let_go(old.ports))
        self._world = world
        desk.work_with(self._workshop(world), world.portal_at)
        watch.work_with(world.ports)

    def _workshop(self, world: OpenedWorld) -> Workshop:
        settled, room = self._settled, None
        if settled is not None and world.keeper is not None:
            trouble = {"portal": world.portal_trouble} if world.portal_trouble else {}
            room = SettingsRoom(world.keeper, lambda: settled.now, settled.change, trouble)
        return Workshop(
            settings=room,
            ports=world.ports,
            card=self._card,
            portal=self._portal,
            deliver=self._bridge.deliver,
            checks=world.checks,
            receipt_pdf=world.receipt_pdf,
            verifier=world.verifier,
            portal_page=world.portal_page or self._window.portal_page,
            hides=sys.platform == "win32",
            start_service=world.start_service,
            about=world.about,
            environment=world.environment,
        )

    def _words(self) -> Words:
        practice = self._world is not None and bool(self._world.ports.banner)
        catalogue = Catalogue.load(self._window.texts.language, *PAGE_TEXTS)
        return Words(catalogue, practice=practice)

    # ------------------------------------------------------------------ the person
    def _intent(self, intent: Intent) -> None:
        if self._trouble is not None:
            self._window.set_notice(self._trouble)
        if self._desk is None:
            self._early.append(intent)
            return
        if isinstance(intent, Wear):
            if self._settled is not None:
                self._settled.wear({intent.key: intent.value})
            return
        if isinstance(intent, LookAgain) and self._watch is not None:
            self._watch.look_again()
        self._desk.on_intent(intent)

    def _choose_language(self, language: str) -> None:
        if self._settled is None:
            self._speak(language)
        else:
            self._settled.choose_language(language)

    def _speak(self, language: str) -> None:
        """Another language; nothing that was typed is lost."""
        if language == self._window.texts.language:
            return
        self._window.set_texts(qt_texts.texts_in(language))
        if self._watch is not None:
            self._watch.set_texts(self._window.texts)
        if self._desk is not None:
            self._desk.set_words(self._words())

    def _visited(self, wish: str) -> None:
        """A later start wants something."""
        self._window.come_forward()
        code = self._code_in(wish)
        if not code or self._window.screen_number in IN_SESSION:
            return
        if self._desk is not None:
            self._desk.open("code", code)
        else:
            self._filled = code

    def _code_in(self, wish: str) -> str:
        return code_in_link(wish, self._start.link_scheme) or code_typed(wish) or ""

    # ------------------------------------------------------------------ the end
    def _may_close(self) -> bool:
        return self._desk is None or not self._desk.no_return

    def end(self) -> None:
        """After the window was closed: give up what is open, tell the portal, let the card go."""
        if self._door is not None:
            self._door.close()
        if self._watch is not None:
            self._watch.stop()
        if self._desk is not None:
            self._desk.go_home()
        self._portal.wait_idle(_LAST_WORDS)
        self._bridge.close()
        if self._world is not None:
            self._world.ports.card.close()
            self._world.ports.documents.close()

    # ------------------------------------------------------------------ what nobody expected
    def _unexpected(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        note(kind, trace)
        texts = self._window.texts
        title, text = texts("frame.unexpected"), texts("frame.unexpected-text")
        failure = Failure.of(FailureCode.UNEXPECTED, raw=kind.__name__)
        self._window.set_notice(Notice("bad", title, text, self._incident(failure)))
