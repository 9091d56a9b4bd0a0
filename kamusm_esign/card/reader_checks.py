"""The doctor's judgements of the PC/SC service, of readers and of what is in them."""

from collections.abc import Iterable

from kamusm_esign.card.card_users import card_users
from kamusm_esign.card.looks import Looks
from kamusm_esign.card.service_state import why_stopped
from kamusm_esign.card.usb_readers import usb_readers
from kamusm_esign.domain.check_result import SKIPPED, CheckResult, doubt, fine, trouble
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import DriverStatus, ServiceStatus

_REMOTE_VARIABLES = ("SSH_CONNECTION", "SSH_CLIENT", "XRDP_SESSION", "NX_SESSION_ID", "VNCDESKTOP")


def service(looks: Looks) -> CheckResult:
    """Does PC/SC's service run, and let this user in; else why not."""
    seen = looks.plugged()
    if seen.service is ServiceStatus.RUNNING:
        return fine(service="running")
    if looks.module is not None and looks.overview().tokens:
        return SKIPPED  # this driver does without
    failure = seen.failure or Failure.of(FailureCode.NO_PCSC_SERVICE)
    if failure.code is FailureCode.NO_PCSC_SERVICE:
        failure = Failure.of(why_stopped(looks.machine))
    return trouble(failure)


def reader(looks: Looks) -> CheckResult:
    """Is there a reader, and does PC/SC know all that are plugged in."""
    if looks.module is not None and looks.overview().readers:
        return fine(readers=_names(r.name for r in looks.overview().readers))
    seen = looks.plugged()
    if seen.service is not ServiceStatus.RUNNING:
        return SKIPPED
    real, on_usb = looks.readers(), usb_readers(looks.machine)
    if len(on_usb) > len(real):
        unknown = Failure.of(FailureCode.READER_WITHOUT_DRIVER)
        known = {"readers": _names(r.name for r in real)} if real else {}
        return (doubt if real else trouble)(unknown, usb=_names(on_usb), **known)
    if real:
        return fine(readers=_names(r.name for r in real))
    virtual = Failure.of(FailureCode.ONLY_VIRTUAL_READERS)
    if seen.readers:
        return trouble(virtual, readers=_names(r.name for r in seen.readers))
    return trouble(Failure.of(FailureCode.NO_READER))


def remote_session(looks: Looks) -> CheckResult:
    """Does the person sit at this computer; a reader is seen where the session ends."""
    machine = looks.machine
    if machine.system == "windows":
        remote = machine.is_remote()
    else:
        remote = any(machine.environ.get(name) for name in _REMOTE_VARIABLES)
    return doubt(Failure.of(FailureCode.REMOTE_SESSION)) if remote else fine(session="local")


def card(looks: Looks) -> CheckResult:
    """Is there a card that answers, and one that this program knows."""
    if looks.module is not None:
        return _card_of_module(looks)
    real = looks.readers()
    if not real:
        return SKIPPED
    inside = [r for r in real if r.card_present]
    if not inside:
        return trouble(Failure.of(FailureCode.NO_CARD))
    speaking = [r.atr for r in inside if r.atr is not None and not r.mute]
    if not speaking:
        return trouble(Failure.of(FailureCode.MUTE_CARD))
    types = [looks.card_types().find(atr) for atr in speaking]
    known = [found.name for found in types if found is not None]
    if not known:
        return trouble(Failure.of(FailureCode.FOREIGN_CARD), atr=speaking[0])
    return fine(card_type=_names(known))


def _card_of_module(looks: Looks) -> CheckResult:
    readers = looks.overview().readers
    if not readers:
        return SKIPPED
    if any(reader.card_present for reader in readers):
        return fine()
    return trouble(Failure.of(FailureCode.NO_CARD))


def card_free(looks: Looks) -> CheckResult:
    """Does another program keep the card for itself."""
    inside = [r for r in looks.readers() if r.card_present]
    if not inside and looks.module is None:
        return SKIPPED
    held = any(r.exclusive for r in inside) or any(
        r.driver.status is DriverStatus.BUSY for r in looks.overview().readers
    )
    if not held:
        return fine()
    programs = card_users(looks.machine)
    facts = {"programs": _names(programs)} if programs else {}
    return trouble(Failure.of(FailureCode.CARD_BUSY), **facts)


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
