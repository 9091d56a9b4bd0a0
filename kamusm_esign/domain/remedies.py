"""What the program itself can do about a failure, so that a button may stand beside the words."""

from collections.abc import Mapping
from enum import Enum

from kamusm_esign.domain.failures import FailureCode


class Remedy(Enum):
    """Something that a press of a button does."""

    START_SERVICE = "start-service"
    """Start the PC/SC service, as far as that takes no password."""
    DRIVER_PAGE = "driver-page"
    """Open the page with the card's driver."""
    NETWORK_PAGE = "network-page"
    """Open the page on which the network wants one to sign in."""
    CLOCK_SETTINGS = "clock-settings"
    """Open the operating system's settings of date and time."""
    SET_PIN = "set-pin"
    """Go to the verification code."""
    PORTAL_PAGE = "portal-page"
    """Open the portal."""
    LOOK_AGAIN = "look-again"
    """The person does something with their hands, and the program looks again."""


REMEDIES: Mapping[FailureCode, Remedy] = {
    FailureCode.NO_PCSC_SERVICE: Remedy.START_SERVICE,
    FailureCode.PCSC_NOT_STARTED: Remedy.LOOK_AGAIN,
    FailureCode.DRIVER_MISSING: Remedy.DRIVER_PAGE,
    FailureCode.DRIVER_WRONG_ARCHITECTURE: Remedy.DRIVER_PAGE,
    FailureCode.DRIVER_NOT_LOADABLE: Remedy.DRIVER_PAGE,
    FailureCode.DRIVER_FILE_BROKEN: Remedy.DRIVER_PAGE,
    FailureCode.DRIVER_INCOMPLETE: Remedy.DRIVER_PAGE,
    FailureCode.TOKEN_NOT_RECOGNISED: Remedy.DRIVER_PAGE,
    FailureCode.CAPTIVE_PORTAL: Remedy.NETWORK_PAGE,
    FailureCode.CLOCK_WRONG: Remedy.CLOCK_SETTINGS,
    FailureCode.PIN_BLOCKED: Remedy.SET_PIN,
    FailureCode.PIN_UNSET: Remedy.SET_PIN,
    FailureCode.CERTIFICATE_EXPIRED: Remedy.PORTAL_PAGE,
    FailureCode.PORTAL_TIMEOUT: Remedy.LOOK_AGAIN,
    FailureCode.NO_READER: Remedy.LOOK_AGAIN,
    FailureCode.ONLY_VIRTUAL_READERS: Remedy.LOOK_AGAIN,
    FailureCode.READER_WITHOUT_DRIVER: Remedy.LOOK_AGAIN,
    FailureCode.NO_CARD: Remedy.LOOK_AGAIN,
    FailureCode.FOREIGN_CARD: Remedy.LOOK_AGAIN,
    FailureCode.MUTE_CARD: Remedy.LOOK_AGAIN,
    FailureCode.CARD_BUSY: Remedy.LOOK_AGAIN,
    FailureCode.PORTAL_NAME_UNKNOWN: Remedy.LOOK_AGAIN,
    FailureCode.PORTAL_NO_CONNECTION: Remedy.LOOK_AGAIN,
}
"""Failure → what can be done here. What is not in it takes words alone."""
