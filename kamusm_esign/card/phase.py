"""How far the card host has come."""

from enum import Enum


class Phase(Enum):
    """The step that the card host is about to take; what it says holds if nothing follows."""

    LOADING = "loading"
    """About to load or initialise the driver."""
    WAITING_LOCK = "waiting-lock"
    """Another process of ours has the token; sent again and again."""
    CHECKING = "checking"
    """About to look at the card."""
    CHALLENGE = "challenge"
    """Waiting for the portal's answer to the card's challenge."""
    LOGIN = "login"
    """About to present a PIN, a PUK or the portal's answer."""
    LOGGED_IN = "logged-in"
    """The card took it."""
    INIT_PIN = "init-pin"
    """About to call C_InitPIN or send RESET RETRY COUNTER: from now on the PIN may have changed."""
    SET_PIN = "set-pin"
    """About to call C_SetPIN: from now on the PIN may have changed."""
    WRITTEN = "written"
    """The card has taken the new PIN."""
    SIGNING = "signing"
    """About to sign one digest."""
