"""The window's composition root for practice: the real window over a practice world.

Everything is the real thing but for three: what is practice says so on every screen, the card takes
as long as a card does, and what has to survive a restart is kept in the practice folder.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamusm_esign import app
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import OutcomeReport, SessionAccess
from kamusm_esign.ports import CardGateway, Ports
from kamusm_esign.sandbox.folder_secrets import FolderSecretStore
from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import BY_NAME
from kamusm_esign.support.paths import Folders, folders_below
from kamusm_esign.support.settings import EffectiveSettings
from kamusm_esign.ui.links import PRACTICE_SCHEME
from kamusm_esign.ui.opened_world import OpenedWorld

if TYPE_CHECKING:
    from kamusm_esign.sandbox.demo_portal import PortalHand
    from kamusm_esign.sandbox.practice_frame import Practice
    from kamusm_esign.sandbox.practice_hand import PracticeHand
    from kamusm_esign.sandbox.situation_world import Stage
    from kamusm_esign.ui.jobs.job import ReceiptPdf
    from kamusm_esign.ui.window import MainWindow

BANNER = "EĞİTİM MODU / PRACTICE"
PACE = 1.5
"""Seconds that a practice card takes longer: about as long as a card needs to write a PIN."""


def open_window(
    arguments: Sequence[str],
    folder: Path,
    *,
    pace: float = PACE,
    loses_network: bool = False,
    opened: Callable[[], None] = lambda: None,
    open_stage: Callable[[], Stage] | None = None,
    practice: Practice | None = None,
    watermark: bool = True,
) -> int:
    """Open the real window and stay until it is closed.

    Args:
        arguments: of `kamusm-esign`.
        folder: where this practice world keeps everything.
        pace: seconds that the card takes longer.
        loses_network: the portal cannot be told how it ended, as if the network were gone.
        opened: called on a lane, once the ports are open.
        open_stage: gives the cards of a situation, called once and on a lane; None: the cards are
            those that the arguments lead to.
        practice: what is practised; None: nothing in particular.
        watermark: over every screen; the tour's pictures have the line alone, because some of them
            are the README's.

    Returns:
        The exit status.
    """
    stage = None if open_stage is None else cache(open_stage)

    def open_ports(settings: EffectiveSettings, folders: Folders) -> OpenedWorld:
        make_world = None if stage is None else stage().world
        world = app.production_ports(settings, folders, make_world=make_world)
        ports = _practice(world.ports, folder, pace, loses_network)
        if practice is not None:
            ports = replace(ports, banner=practice.headline(SituationTexts(world.language)))
        opened()
        # The addresses of the API lie below those of the pages.
        page = ports.portal_url.partition("/api/")[0] + "/"
        paper = partial(marked_receipt, world.receipt_pdf)
        return world._replace(ports=ports, portal_page=page, receipt_pdf=paper)

    def dress(window: MainWindow) -> None:
        from kamusm_esign.sandbox.practice_frame import PracticeFrame

        PracticeFrame(window, practice)

    folders = folders_below(folder / "program")
    return app.main(arguments, open_ports, PRACTICE_SCHEME, folders, dress if watermark else None)


def marked_receipt(
    make: ReceiptPdf, title: str, rows: Sequence[tuple[str, str]], note: str
) -> bytes:
    """A receipt for paper that says in both languages that it is none."""
    texts = [SituationTexts(language) for language in ("tr", "en")]
    marks, notes = ([text(f"paper.{part}") for text in texts] for part in ("title", "note"))
    return make(" · ".join([*marks, title]), rows, " ".join([*notes, note]))


def _practice(ports: Ports, folder: Path, pace: float, loses_network: bool) -> Ports:
    card: Any = _PacedCards(ports.card, pace)
    portal: Any = _LostAtTheEnd(ports.portal) if loses_network else ports.portal
    return replace(
        ports,
        banner=BANNER,
        card=card,
        portal=portal,
        secrets=FolderSecretStore(folder / "key-store"),
    )


class _Around:
    """Hands on everything that it does not do itself."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _PacedCards(_Around):
    """Cards that write as slowly as cards do; SoftHSM2 would be done before it is seen."""

    def __init__(self, inner: CardGateway, seconds: float) -> None:
        super().__init__(inner)
        self._seconds = seconds
        self._never = threading.Event()

    def unblock_pin(self, *given: Any) -> Any:
        self._never.wait(self._seconds)
        return self._inner.unblock_pin(*given)

    def change_pin(self, *given: Any, **named: Any) -> Any:
        self._never.wait(self._seconds)
        return self._inner.change_pin(*given, **named)

    def verify_pin(self, *given: Any, **named: Any) -> Any:
        self._never.wait(self._seconds / 2)
        return self._inner.verify_pin(*given, **named)


class _LostAtTheEnd(_Around):
    """A portal that cannot be reached any more once there is something to tell."""

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        raise FailedError.of(FailureCode.PORTAL_UNREACHABLE)


def main() -> int:
    """Child process of the demo; its order is one line of JSON on standard input.

    `arguments` and `folder` always; with `database` codes and SMS are shown in the window, for the
    `situation` that is named there, or for the card of `serial`.
    """
    order = json.loads(sys.stdin.readline())
    folder = Path(order["folder"])
    if "database" not in order:
        return open_window(order["arguments"], folder)
    from kamusm_esign.sandbox.practice_frame import Practice
    from kamusm_esign.sandbox.practice_hand import PracticeHand

    situation, database = BY_NAME[order["situation"]], Path(order["database"])
    serial = order.get("serial")

    def open_stage() -> Stage:
        from kamusm_esign.sandbox.situation_world import Stage

        return Stage.open(folder, situation)

    def make_code(hand: PortalHand) -> str:
        from kamusm_esign.sandbox.situation_world import new_code

        if serial:
            return hand.new_code(situation.job.value, serial)
        return new_code(folder, situation, hand)

    def open_hand(code: Callable[[str], None], sms: Callable[[str], None]) -> PracticeHand:
        return PracticeHand(database, make_code, code, sms)

    practice = Practice(situation, order.get("pin", ""), open_hand)
    return open_window(
        order["arguments"],
        folder,
        open_stage=None if serial else open_stage,
        practice=practice,
    )


if __name__ == "__main__":
    sys.exit(main())
