"""Forgets a session that the portal was told of, in an order in which a crash leaves no secret.

Token and signatures go while the journal still knows the session: what a crash or a locked key
store leaves of them is cleared away by the next hand-in or the next start.
"""

from kamusm_esign.ports import Ports


def forget(ports: Ports, session_id: str) -> None:
    """The portal knows, or takes nothing any more: nothing of the session stays.

    An entry that cannot be changed now is told once more, and keeps its token for that.
    """
    if ports.journal.told(session_id):
        _clear(ports, session_id)


def clear_leftovers(ports: Ports) -> None:
    """Clear away what could not be, or what a crash left."""
    for session_id in ports.journal.leftovers():
        _clear(ports, session_id)


def _clear(ports: Ports, session_id: str) -> None:
    token_gone = ports.secrets.erase(session_id)
    signatures_gone = ports.outbox.erase(session_id)
    if token_gone and signatures_gone:
        ports.journal.close(session_id)
