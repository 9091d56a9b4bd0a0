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
    LOGIN = "login"
    """About to present a PIN or PUK."""
    LOGGED_IN = "logged-in"
    """The card took it."""
    INIT_PIN = "init-pin"
    """About to call C_InitPIN: from now on the PIN may have changed."""
    SET_PIN = "set-pin"
    """About to call C_SetPIN: from now on the PIN may have changed."""
    WRITTEN = "written"
    """The card has taken the new PIN."""
    SIGNING = "signing"
    """About to sign one digest."""
