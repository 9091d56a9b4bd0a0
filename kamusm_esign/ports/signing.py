"""What a signature is made with: the card that signs a digest, and what makes a signature of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kamusm_esign.domain.certificate_chain import CertificateChain
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.verification import VerifiedFile


class SigningCard(Protocol):
    """A card that is logged in for one request."""

    @property
    def certificate(self) -> bytes:
        """The chosen certificate in DER, as it was read from the card in this login."""
        ...

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        """Sign one digest with the chosen certificate's key.

        Args:
            digest: the hash, not the data.
            digest_algorithm: `sha256`, `sha384` or `sha512`.

        Returns:
            RSA: PKCS#1 v1.5 over the DigestInfo (RFC 8017 section 8.2). EC: ECDSA-Sig-Value in DER
            (RFC 3279 section 2.2.3).

        Raises:
            FailedError: the card refused or is gone.
        """
        ...


class SignatureBuilder(Protocol):
    """Makes signatures that tools we did not write accept (CAdES, PAdES)."""

    def check(self, document: bytes, form: SignatureFormat) -> None:
        """Find out, before a PIN is asked for, whether a document can be signed at all.

        Raises:
            FailedError: `PDF_NOT_READABLE`, `PDF_ENCRYPTED`, `PDF_FORBIDS_SIGNING`.
        """
        ...

    def sign(
        self, document: bytes, form: SignatureFormat, card: SigningCard, at: datetime
    ) -> bytes:
        """Make one signature over one document, and verify it here before it is returned.

        The card is asked for one raw signature, once, and only after everything else is known to
        work. There is no time stamp in it yet, whatever the format.

        Args:
            document: the exact bytes; for `pades-*` a PDF.
            form: how it is to be signed.
            card: logged in, with the certificate that was chosen.
            at: the signing time on the server's clock, aware; whole seconds are used.

        Returns:
            `cades-*`: CMS in DER (with the document inside where it is `attached`). `pades-*`: the
            signed PDF, which begins with the bytes of the document.

        Raises:
            FailedError: `SIGNATURE_NOT_VALID_HERE`, `PDF_NOT_READABLE`, `PDF_ENCRYPTED`,
                `PDF_FORBIDS_SIGNING`, `SIGNING_KEY_UNSUPPORTED` (the card was not asked), or what
                the card raised.
        """
        ...

    def time_stamp(self, signature: bytes, form: SignatureFormat) -> bytes:
        """Add the time stamp of the server in the settings to a signature that `sign` made.

        May be repeated: it asks the card for nothing, and a signature that has its time stamp (or
        whose format wants none) comes back as it is. A failure leaves `signature` as good as it
        was; the caller keeps it and tries again.

        Args:
            signature: what `sign` returned.
            form: the same as for `sign`.

        Returns:
            The signature with its time stamp, verified here: for CMS the same signature with one
            more unsigned attribute, for a PDF the same byte ranges.

        Raises:
            FailedError: `TIME_STAMP_NOT_SET_UP`, `TIME_STAMP_UNREACHABLE`,
                `TIME_STAMP_ACCESS_REFUSED`, `TIME_STAMP_REFUSED`, `TIME_STAMP_INVALID`.
        """
        ...


class SignatureVerifier(Protocol):
    """Verifies what anybody has signed: offline, against a folder of trusted authorities."""

    def verify(self, content: bytes, document: bytes | None = None) -> VerifiedFile:
        """Look at a signed PDF, a CMS signature (DER or PEM) or a receipt.

        Args:
            content: the file.
            document: what was signed, for a signature that does not hold it; for a receipt the
                document or the signature. None where there is none.

        Returns:
            What it holds, whether it stands, what was checked and what not. A signature that does
            not stand is no failure of this call.

        Raises:
            FailedError: `NOTHING_TO_VERIFY`, `DOCUMENT_NEEDED`, `PDF_ENCRYPTED`,
                `TRUST_FOLDER_NOT_READABLE`.
        """
        ...


class IssuerChains(Protocol):
    """Tells who issued a certificate: offline, by the certificates of the trust folder."""

    def chains_of(
        self, certificates: Sequence[bytes], at: datetime
    ) -> tuple[CertificateChain, ...]:
        """Follow each certificate from issuer to issuer, verifying every signature.

        Args:
            certificates: in DER, as they were read from a card.
            at: aware; the moment at which the issuers have to be valid.

        Returns:
            One chain for each, in their order. Never raises for what it finds: a folder or a
            certificate that cannot be read is an end of the chain.
        """
        ...
