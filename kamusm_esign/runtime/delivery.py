"""Brings signatures from the outbox to the portal: the very same bytes, as often as it takes."""

from dataclasses import replace

from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import SessionAccess
from kamusm_esign.ports import PortalGateway, Ports


def stamp(ports: Ports, session_id: str, kept: KeptSignature) -> KeptSignature:
    """Fetch the time stamp of a signature where it is missing.

    Raises:
        FailedError: `TIME_STAMP_…`; the signature is what it was.
    """
    if kept.stamped:
        return kept
    signature = ports.outbox.signature(session_id, kept.number)
    stamped = ports.signatures.time_stamp(signature, kept.document.format)
    done = replace(kept, stamped=True)
    ports.outbox.replace(session_id, done, stamped)
    return done


def submit(
    ports: Ports, portal: PortalGateway, access: SessionAccess, kept: KeptSignature
) -> KeptSignature:
    """Hand in one signature, if the portal has not taken it yet, and note its receipt.

    Raises:
        FailedError: the portal did not take it.
    """
    if kept.receipt is not None:
        return kept
    document = kept.document
    signature = ports.outbox.signature(access.session_id, kept.number)
    receipt = portal.put_signature(access, document.id, signature, document.format.media_type)
    taken = replace(kept, receipt=receipt)
    ports.outbox.note(access.session_id, taken)
    return taken
