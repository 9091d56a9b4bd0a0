"""What can be tried in a practice world."""

from kamusm_esign.domain.portal_session import Purpose

JOBS = {
    "pin-unblock": Purpose.PIN_UNBLOCK,
    "pin-create": Purpose.PIN_CREATE,
    "e-onay": Purpose.E_ONAY_GRANT,
    "application": Purpose.APPLICATION,
    "login": Purpose.LOGIN,
}
"""What may be tried, by the name on the command line."""
