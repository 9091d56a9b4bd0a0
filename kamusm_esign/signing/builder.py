"""The `SignatureBuilder` of the program; nothing heavy is imported before it is used."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kamusm_esign.domain.portal_session import SignatureFormat
    from kamusm_esign.ports import HttpFetcher, SigningCard
    from kamusm_esign.signing.stamp_account import Passwords, StampAccount


class CardSignatureBuilder:
    """Implements `ports.SignatureBuilder`."""

    def __init__(
        self,
        http: "Callable[[], HttpFetcher]",
        account: "StampAccount",
        passwords: "Callable[[], Passwords]",
    ) -> None:
        """Opens nothing yet.

        Args:
            http: opens the way to the time stamp server.
            account: the time stamp server of the settings.
            passwords: opens the key store.
        """
        self._http = http
        self._account = account
        self._passwords = passwords

    def check(self, document: bytes, form: "SignatureFormat") -> None:
        """See `ports.SignatureBuilder.check`."""
        if form.in_pdf:
            from kamusm_esign.signing.pades import check_pdf

            check_pdf(document, datetime.now(UTC))

    def sign(
        self, document: bytes, form: "SignatureFormat", card: "SigningCard", at: datetime
    ) -> bytes:
        """See `ports.SignatureBuilder.sign`."""
        from kamusm_esign.signing.maker import make_signature

        return make_signature(document, form, card, at)

    def time_stamp(self, signature: bytes, form: "SignatureFormat") -> bytes:
        """See `ports.SignatureBuilder.time_stamp`."""
        if not form.needs_time_stamp:
            return signature
        from kamusm_esign.signing.stamper import add_time_stamp, sender

        send = sender(self._account, self._passwords(), self._http())
        return add_time_stamp(signature, form, send)
