"""Where a kind of card keeps its admin key and its PIN, in the words of ISO/IEC 7816-4.

A row of the card-type table; the card host, which does the job, gets it with the request.
"""

from dataclasses import dataclass

from kamusm_esign.card.wire import Message, member, member_bytes, optional, to_base64


@dataclass(frozen=True, slots=True)
class AdminKeyPlace:
    """What SELECT, EXTERNAL AUTHENTICATE and RESET RETRY COUNTER have to name on this card."""

    application: bytes
    """AID of the application that is selected first; b"" for none."""
    admin_key: int
    """P2 of EXTERNAL AUTHENTICATE."""
    pin: int
    """P2 of RESET RETRY COUNTER: the reference of the user PIN."""
    pin_length: int | None
    """Bytes that a PIN is padded to; None: it is sent as it is."""
    pin_padding: int
    """The byte that it is padded with."""

    def to_json(self) -> Message:
        """As an object of a request."""
        return {
            "application": to_base64(self.application),
            "admin_key": self.admin_key,
            "pin": self.pin,
            "pin_length": self.pin_length,
            "pin_padding": self.pin_padding,
        }

    @classmethod
    def from_json(cls, message: Message) -> "AdminKeyPlace":
        """Read one back.

        Raises:
            WireError: a member is missing or of another type.
        """
        return cls(
            application=member_bytes(message, "application"),
            admin_key=member(message, "admin_key", int),
            pin=member(message, "pin", int),
            pin_length=optional(message, "pin_length", int),
            pin_padding=member(message, "pin_padding", int),
        )
