"""Text messages and e-mails: the sandbox shows them on a page instead of sending them."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.tables import Message

MASKED_PHONE = "05** *** 12 34"
SMS, EMAIL = "sms", "email"


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A message as its receiver reads it."""

    template: str
    """Names its text: `step-up`, `login`, `application`, `access-password`."""
    recipient: str
    session_id: str | None
    sent_at: float
    values: dict[str, str]


def send(
    portal: Portal,
    db: Session,
    channel: str,
    template: str,
    recipient: str,
    values: dict[str, str],
    session_id: str | None = None,
) -> None:
    """Put a message into the outbox."""
    sealed = portal.keys.seal(f"message|{template}", json.dumps(values).encode())
    db.add(
        Message(
            channel=channel,
            template=template,
            recipient=recipient,
            session_id=session_id,
            sealed=sealed,
            sent_at=portal.clock(),
        )
    )


def newest(portal: Portal, channel: str, count: int) -> list[Sent]:
    """What was sent last; the newest first."""
    with portal.database.read() as db:
        rows = db.scalars(
            select(Message)
            .where(Message.channel == channel)
            .order_by(Message.id.desc())
            .limit(count)
        ).all()
    return [
        Sent(
            row.template,
            row.recipient,
            row.session_id,
            row.sent_at,
            json.loads(portal.keys.unseal(f"message|{row.template}", row.sealed)),
        )
        for row in rows
    ]
