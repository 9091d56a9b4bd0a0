"""The running program behind the window: everything that is made after the first paint."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple

from PySide6.QtWidgets import QApplication

from kamusm_esign import __version__
from kamusm_esign.domain.doctor_report import NOBODY_LOOKED, Environment
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.ports import PortalGateway, Ports, SignatureVerifier
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.bridge import Bridge
from kamusm_esign.ui.desk import Desk
from kamusm_esign.ui.jobs.job import MakeChecks, ReceiptPdf, Workshop
from kamusm_esign.ui.links import code_in_link, code_typed
from kamusm_esign.ui.presenter.intents import Intent, LookAgain
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.single_instance import Doorkeeper
from kamusm_esign.ui.status_watch import StatusWatch
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.window import MainWindow

_log = logging.getLogger(__name__)

PAGE_TEXTS = ("pages", "signing", "document_view", "receipt", "verify", "verify_page")
"""The files of the catalogue that pages speak from."""

IN_SESSION = frozenset((3, 4, 5, 7, 8, 9))
"""Screens that a link from outside does not take away: something was begun there."""

_LAST_WORDS = 2.0
"""Seconds for the portal to be told that a session was given up when the window closes."""


class OpenedWorld(NamedTuple):
    """What the window works with."""

    language: str
    ports: Ports
    portal_at: Callable[[str], PortalGateway]
    """A gateway to the portal at a base URL."""
    checks: MakeChecks
    """The doctor's checks."""
    receipt_pdf: ReceiptPdf
    """Makes a receipt for paper."""
    verifier: Callable[[], SignatureVerifier]
    """What verifies files; called on a lane, loads much."""
    portal_page: str = ""
    """Address of the portal's page in the browser; empty: the one of the texts."""
    start_service: Callable[[], bool] = lambda: False
    """Starts the PC/SC service where that takes no password; called on a lane."""
    environment: Callable[[], Environment] = lambda: NOBODY_LOOKED
    """What the doctor's report says of this computer; called on a lane."""


class Start(NamedTuple):
    """How the program was started."""

    open_world: Callable[[], OpenedWorld]
    """Called on a lane; may raise FailedError."""
    listening_at: str | None
    """Where later starts find this one; None: another window is the first."""
    link_scheme: str
    wish: str
    """A link or a code, neither judged yet; empty: none."""


class Program:
    """Lanes, ports, desk and lights of one window; lives on the window's thread."""

    def __init__(self, window: MainWindow, start: Start) -> None:
        """Begin to open the world; the window is painted already."""
        self._window = window
        self._start = start
        self._bridge = Bridge()
        self._card, self._portal = Lane("card"), Lane("portal")
        self._world: OpenedWorld | None = None
        self._desk: Desk | None = None
        self._watch: StatusWatch | None = None
        self._door: Doorkeeper | None = None
        self._early: list[Intent] = []
        self._trouble: Notice | None = None
        self._filled = self._code_in(start.wish)
        window.intent.connect(self._intent)
        window.language_chosen.connect(self._speak)
        window.may_close = self._may_close
        sys.excepthook = self._unexpected
        threading.excepthook = lambda args: _note(args.exc_type, args.exc_traceback)
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
            failure = _failure(error)
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
            self._window.set_texts(Texts(world.language))
        window, ports = self._window, world.ports
        window.set_practice(ports.banner or "")
        if world.portal_page:
            window.set_portal_page(world.portal_page)
        self._desk = Desk(window, self._words(), self._workshop(world), world.portal_at)
        self._watch = StatusWatch(
            ports, self._card, self._portal, self._bridge.deliver, window.texts, __version__
        )
        self._watch.status_changed.connect(window.set_status)
        self._watch.status_changed.connect(self._desk.status_changed)
        self._watch.looked.connect(self._desk.looked)
        self._watch.start()
        early, self._early = self._early, []
        for intent in early:
            self._desk.on_intent(intent)
        if self._filled:
            self._desk.open("code", self._filled)
        self._desk.look_for_unfinished()

    def _workshop(self, world: OpenedWorld) -> Workshop:
        return Workshop(
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
            environment=world.environment,
        )

    def _words(self) -> Words:
        return Words(Catalogue.load(self._window.texts.language, *PAGE_TEXTS))

    # ------------------------------------------------------------------ the person
    def _intent(self, intent: Intent) -> None:
        if self._trouble is not None:
            self._window.set_notice(self._trouble)
        if self._desk is None:
            self._early.append(intent)
            return
        if isinstance(intent, LookAgain) and self._watch is not None:
            self._watch.look_again()
        self._desk.on_intent(intent)

    def _speak(self, language: str) -> None:
        """Another language; nothing that was typed is lost."""
        self._window.set_texts(Texts(language))
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
        _note(kind, trace)
        texts = self._window.texts
        title, text = texts("frame.unexpected"), texts("frame.unexpected-text")
        self._window.set_notice(Notice("bad", title, text, FailureCode.UNEXPECTED.value))


def _note(kind: type[BaseException], trace: TracebackType | None) -> None:
    """Write down what and where; a message could quote what must not be written."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else "?"
    _log.error("unexpected %s in %s", kind.__name__, where)


def _failure(error: Exception) -> Failure:
    if isinstance(error, FailedError):
        return error.failure
    _note(type(error), error.__traceback__)
    return Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)
