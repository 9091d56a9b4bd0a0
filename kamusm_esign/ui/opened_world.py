"""What the window works with, and how the program was started."""

from collections.abc import Callable
from typing import NamedTuple

from kamusm_esign.domain.doctor_report import NOBODY_LOOKED, Environment
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.ports import PortalGateway, Ports, SignatureVerifier
from kamusm_esign.ports.settings import SettingsKeeper
from kamusm_esign.ui.jobs.job import NOTHING_ABOUT, AboutRoom, MakeChecks, ReceiptPdf


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
    settings: EffectiveSettings | None = None
    """What it was opened with; None: nothing can be changed."""
    crashed: bool = False
    """The run before this one ended in a crash."""
    keeper: SettingsKeeper | None = None
    """Reads and changes them."""
    portal_trouble: Failure | None = None
    """Why the portal's address cannot be one; it is mended on screen 12."""
    about: AboutRoom = NOTHING_ABOUT
    """What screen 15 knows and does."""


class Start(NamedTuple):
    """How the program was started."""

    open_world: Callable[[], OpenedWorld]
    """Called on a lane; may raise FailedError."""
    listening_at: str | None
    """Where later starts find this one; None: another window is the first."""
    link_scheme: str
    wish: str
    """A link or a code, neither judged yet; empty: none."""
