"""What the portal keeps: the tables, as SQLAlchemy 2 models. Times are seconds since 1970 (UTC).

Nothing here is secret in the clear: codes, tokens and words are keyed hashes, what has to be read
again is sealed (`keys.py`).
"""

from typing import Any, cast

from sqlalchemy import JSON, ForeignKey, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {list[str]: JSON, dict[str, Any]: JSON}  # noqa: RUF012


def table(model: type[Base]) -> Table:
    """A model's table, for statements that are written as they are, past the ORM."""
    return cast("Table", model.__table__)


class Setting(Base):
    """A switch that every process on this database obeys."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Card(Base):
    """A card that exists: its certificate, and its PUK sealed to the serial."""

    __tablename__ = "cards"
    serial: Mapped[str] = mapped_column(primary_key=True)
    certificate: Mapped[bytes]
    certificate_sha256: Mapped[str] = mapped_column(index=True)
    certificate_number: Mapped[str] = mapped_column(index=True)
    """Serial number of the certificate, hex."""
    kind: Mapped[str]
    holder: Mapped[str]
    holder_id: Mapped[str]
    puk: Mapped[bytes]
    puk_refused: Mapped[bool] = mapped_column(default=False)
    """Whether the card refused it; it is not released again then, as the third time is the last."""
    enrolled_at: Mapped[float]
    status: Mapped[str] = mapped_column(default="good")
    """Of the certificate: `good`, `suspended` or `revoked`."""
    status_at: Mapped[float] = mapped_column(default=0.0)
    status_reason: Mapped[str] = mapped_column(default="")
    """Why it was revoked, one of `services.certificates.REASONS`; "" where nobody said."""
    first_pin: Mapped[bytes | None] = mapped_column(default=None)
    """The PIN that the card was delivered with, sealed; None once its holder deleted it."""


class EndedCertificate(Base):
    """A certificate that was revoked or suspended when its card got another one: CRL and OCSP go on
    telling it (RFC 5280, 3.3). All as in `Card`.
    """

    __tablename__ = "ended_certificates"
    certificate_sha256: Mapped[str] = mapped_column(primary_key=True)
    certificate: Mapped[bytes]
    certificate_number: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    status_at: Mapped[float]
    status_reason: Mapped[str]


class AuthorityRow(Base):
    """One of the portal's own certificate authorities; its key sealed."""

    __tablename__ = "authorities"
    name: Mapped[str] = mapped_column(primary_key=True)
    certificate: Mapped[bytes]
    key: Mapped[bytes]


class Person(Base):
    """A person or a company that has, or wants, a certificate."""

    __tablename__ = "people"
    holder_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    security_word: Mapped[str] = mapped_column(default="")
    """Keyed hash of the güvenlik sözcüğü; "" while there is none."""
    access_password: Mapped[str] = mapped_column(default="")
    """Keyed hash of the password of the application form; "" while there is none."""
    e_onay_since: Mapped[float | None] = mapped_column(default=None)
    e_onay_changed_at: Mapped[float | None] = mapped_column(default=None)
    """When it was given or removed last; None while it never was."""


class Application(Base):
    """A renewal: ordered by an institution, filled in and signed by the person."""

    __tablename__ = "applications"
    id: Mapped[str] = mapped_column(primary_key=True)
    holder_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    institution: Mapped[str]
    ordered_at: Mapped[float]
    form: Mapped[dict[str, Any]]
    """What the person filled in; {} before. Until the SMS code is given also `word`, the keyed hash
    of the güvenlik sözcüğü that is to be, and `visit`, the visit that filled it in."""
    state: Mapped[str]
    """See `services/applications.py`."""
    changed_at: Mapped[float]
    produced_serial: Mapped[str | None] = mapped_column(default=None)


class Visit(Base):
    """A browser's visit of the web pages; its token is in the cookie only."""

    __tablename__ = "visits"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash."""
    created_at: Mapped[float]
    seen_at: Mapped[float] = mapped_column(index=True)
    sealed: Mapped[bytes]
    """What the pages keep about the visit."""


class Code(Base):
    """A verification code, as keyed hash, and the job it stands for."""

    __tablename__ = "codes"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str]
    certificate_kind: Mapped[str]
    holder: Mapped[str]
    holder_id: Mapped[str]
    serials: Mapped[list[str]]
    methods: Mapped[list[str]]
    otp: Mapped[bytes | None]
    """The SMS code that was fixed beforehand, sealed."""
    web_login: Mapped[str | None] = mapped_column(index=True)
    """Set where a web page asked for it: a new code of the same page ends this one."""
    browser: Mapped[str]
    address: Mapped[str]
    match_number: Mapped[str]
    formats: Mapped[list[str]]
    """Signature formats in place of the usual ones; [] for those."""
    application_id: Mapped[str | None] = mapped_column(index=True, default=None)
    created_at: Mapped[float]
    expires_at: Mapped[float]
    used_at: Mapped[float | None]


class SessionRow(Base):
    """A session that a code was exchanged for."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    code_hash: Mapped[str] = mapped_column(ForeignKey("codes.hash"), unique=True)
    exchange_hash: Mapped[str]
    """Keyed hash of the Idempotency-Key of the exchange."""
    started_at: Mapped[float]
    expires_at: Mapped[float]
    ended_at: Mapped[float | None]
    """Set where it ended before its time: an outcome, a cancel, the third wrong SMS code."""
    otp: Mapped[bytes | None]
    """The SMS code, sealed; None where no step-up is asked for."""
    step_up_passed: Mapped[bool] = mapped_column(default=False)
    otp_sends: Mapped[int] = mapped_column(default=0)
    otp_sent_at: Mapped[float | None]
    otp_wrong: Mapped[list[str]]
    """Keyed hashes of the wrong SMS codes."""
    grant_key: Mapped[str | None]
    grant_body: Mapped[str | None]
    grant_serial: Mapped[str | None]
    grant: Mapped[dict[str, Any] | None]
    """The answer to authorizeUnblock; a PUK in it is sealed to the client."""
    challenge: Mapped[bytes | None]
    outcome: Mapped[str | None]
    outcome_report: Mapped[dict[str, Any] | None]
    effective_at: Mapped[float | None] = mapped_column(default=None)
    """When all documents were signed, and took effect together."""
    signer_id: Mapped[str | None] = mapped_column(default=None)
    """Who signed them."""
    code: Mapped[Code] = relationship(lazy="joined", innerjoin=True)


class DocumentRow(Base):
    """A document of a `sign` session, and its signature once there is one."""

    __tablename__ = "documents"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    media_type: Mapped[str]
    format: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    signature: Mapped[bytes | None]
    receipt: Mapped[dict[str, Any] | None]


class Message(Base):
    """A text message or e-mail that the sandbox shows instead of sending it."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    """`sms` or `email`."""
    template: Mapped[str]
    recipient: Mapped[str]
    """Masked."""
    session_id: Mapped[str | None] = mapped_column(index=True, default=None)
    sealed: Mapped[bytes]
    """What the template is filled with."""
    sent_at: Mapped[float]


class Attempt(Base):
    """One try that counts against a limit; whose, as keyed hash."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[float] = mapped_column(index=True)


class AuditRow(Base):
    """One line of the audit log; the database itself refuses to change or remove it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float]
    event: Mapped[str]
    session_id: Mapped[str | None]
    serial: Mapped[str | None]
    detail: Mapped[str]
