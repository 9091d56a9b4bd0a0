"""Codes and SMS for whoever practises in a window: the portal's page and telephone in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.ui.bridge import Bridge

if TYPE_CHECKING:
    from kamusm_esign.sandbox.demo_portal import PortalHand

MakeCode: TypeAlias = "Callable[[PortalHand], str]"

_LAST = 2.0
"""Seconds for what is under way when the window closes."""


class PracticeHand:
    """Asks the portal's database on a lane of its own; answers come on the window's thread."""

    def __init__(
        self,
        database: Path,
        make_code: MakeCode,
        code: Callable[[str], None],
        sms: Callable[[str], None],
    ) -> None:
        """Open the database and make the first code.

        Args:
            database: the portal's.
            make_code: has the portal make one.
            code: told every new code.
            sms: told the SMS code once it is sent; "" as long as none was sent for this code.
        """
        self._make_code = make_code
        self._code, self._sms = code, sms
        self._bridge, self._lane = Bridge(), Lane("practice")
        self._hand: PortalHand | None = None
        self._seen = ""
        self._lane.submit(lambda: self._open(database))
        self.new_code()

    def new_code(self) -> None:
        """Have another code made."""
        self._lane.submit(self._make)

    def look(self) -> None:
        """Have the SMS outbox looked at."""
        self._lane.submit(self._look)

    def close(self) -> None:
        """Let the database go."""
        self._bridge.close()
        self._lane.submit(self._shut)
        self._lane.close(_LAST)

    # ------------------------------------------------------------------ on the lane
    def _open(self, database: Path) -> None:
        from kamusm_esign.sandbox.demo_portal import PortalHand  # loads SQLAlchemy

        self._hand = PortalHand(database)

    def _make(self) -> None:
        if self._hand is not None:
            self._seen = _newest(self._hand)
            code = self._make_code(self._hand)
            self._bridge.deliver(lambda: self._made(code))

    def _look(self) -> None:
        if self._hand is not None and (otp := _newest(self._hand)) != self._seen:
            self._seen = otp
            self._bridge.deliver(lambda: self._sms(otp))

    def _shut(self) -> None:
        if self._hand is not None:
            self._hand.close()

    # ------------------------------------------------------------------ on the window's thread
    def _made(self, code: str) -> None:
        self._code(code)
        self._sms("")


def _newest(hand: PortalHand) -> str:
    message = hand.sms()
    return "" if message is None else message[1]
