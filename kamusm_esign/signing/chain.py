"""The `IssuerChains` of the program: from a certificate over its issuers to a root, offline.

Here and not with pyHanko's validator, which says yes or no: a person is to see how far it goes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kamusm_esign.domain.certificate_chain import CertificateChain, ChainEnd, ChainLink

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

_LONGEST = 8
"""Certificates in a chain; those of the field have three."""
_MOST_LOOKS = 200
"""Signatures that are verified for one chain, whatever lies in the folder."""
_NOT_READ = (ValueError, TypeError, LookupError, OverflowError)
"""What asn1crypto raises, and only when it is asked for the damaged part."""
_RANKS = {end: place for place, end in enumerate(ChainEnd)}


class FolderChains:
    """Implements `ports.IssuerChains` with the certificates of a trust folder."""

    def __init__(self, trust_folder: Callable[[], Path | None]) -> None:
        """Opens nothing yet.

        Args:
            trust_folder: asked each time; None: there is none.
        """
        self._trust_folder = trust_folder

    def chains_of(
        self, certificates: Sequence[bytes], at: datetime
    ) -> tuple[CertificateChain, ...]:
        """See `ports.IssuerChains.chains_of`."""
        from kamusm_esign.signing.trust_files import read_certificates

        folder, unreadable = self._trust_folder(), False
        known: list[Certificate] = []
        try:
            if folder is not None:
                known = [c for c in read_certificates(folder) if _readable(c)]
        except OSError:
            unreadable = True
        made = (_chain_of(der, known, at) for der in certificates)
        if not unreadable:
            return tuple(made)
        end = ChainEnd.FOLDER_NOT_READABLE
        return tuple(CertificateChain(chain.issuer, (), end) for chain in made)


def _readable(certificate: "Certificate") -> bool:
    """Whether everything that is asked of an issuer can be told: one damaged file in the folder
    is in no other certificate's way."""
    try:
        _ = (_link(certificate), _self_issued(certificate), certificate.signature)
        _ = (certificate.key_identifier, certificate.authority_key_identifier)
        _may_issue(certificate, below=0)
        _ = certificate["signature_algorithm"].signature_algo
    except _NOT_READ:
        return False
    return True


class _Found(NamedTuple):
    """One way up, as far as it goes."""

    path: tuple["Certificate", ...]
    """The certificate itself first."""
    end: ChainEnd
    concerns: "Certificate | None" = None
    """The issuer that the end is about, where its certificate is here."""

    @property
    def rank(self) -> int:
        return _RANKS[self.end]


def _chain_of(der: bytes, known: Iterable["Certificate"], at: datetime) -> CertificateChain:
    from kamusm_esign.signing.trust_files import read_certificate

    try:
        certificate = read_certificate(der)
        issuer = _name(certificate.issuer)
        found = _Search(certificate, known, at).best()
        links = tuple(_link(c) for c in found.path[1:])
        last = found.path[-1].issuer
        about = found.concerns.subject if found.concerns is not None else last
        return CertificateChain(issuer, links, found.end, _name(about))
    except _NOT_READ:
        return CertificateChain("", (), ChainEnd.NOT_CHECKED)


class _Search:
    """All ways from one certificate upwards; cross-certified issuers have several."""

    def __init__(
        self, certificate: "Certificate", known: Iterable["Certificate"], at: datetime
    ) -> None:
        self._known = {c.dump(): c for c in known}
        self._first = self._known.get(certificate.dump(), certificate)
        self._at = at
        self._looks = 0

    def best(self) -> _Found:
        """The way that ends best."""
        if self._first.dump() not in self._known and _self_issued(self._first):
            fits = _signed_by(self._first, self._first)
            end = ChainEnd.SELF_SIGNED if fits else ChainEnd.WRONG_SIGNATURE
            return _Found((self._first,), ChainEnd.NOT_CHECKED if fits is None else end)
        return self._best((self._first,))

    def _best(self, path: tuple["Certificate", ...]) -> _Found:
        last = path[-1]
        named = [c for c in self._known.values() if c.subject == last.issuer]
        named = [c for c in named if c is last or all(c is not other for other in path)]
        if not named:
            return self._timed(_Found(path, ChainEnd.NO_ISSUER))
        self._looks += len(named)
        if len(path) > _LONGEST or self._looks > _MOST_LOOKS:
            return _Found(path, ChainEnd.NOT_CHECKED)
        judged = [(c, _signed_by(last, c)) for c in named]
        fitting = [c for c, fits in judged if fits]
        if not fitting:
            return self._timed(_Found(path, *_why_none(last, judged)))
        if any(c is last for c in fitting):
            return self._timed(_Found(path, ChainEnd.COMPLETE))
        ways = [
            self._best((*path, c))
            if _may_issue(c, below=len(path) - 1)
            else _Found(path, ChainEnd.NOT_ALLOWED, c)
            for c in fitting
        ]
        return min(ways, key=lambda way: way.rank)

    def _timed(self, found: _Found) -> _Found:
        """An issuer whose time is over, or has not begun, weighs more than one that is missing."""
        if found.end not in (ChainEnd.COMPLETE, ChainEnd.NO_ISSUER):
            return found
        for issuer in found.path[1:]:
            if self._at > issuer.not_valid_after:
                return _Found(found.path, ChainEnd.ISSUER_EXPIRED, issuer)
            if self._at < issuer.not_valid_before:
                return _Found(found.path, ChainEnd.ISSUER_NOT_BEGUN, issuer)
        return found


def _why_none(
    last: "Certificate", judged: Sequence[tuple["Certificate", bool | None]]
) -> tuple[ChainEnd, "Certificate | None"]:
    """Issuers of the right name are here, and none of their keys made the signature.

    An authority keeps its name when it changes its key: where the key identifiers (RFC 5280
    sections 4.2.1.1 and 4.2.1.2) say that it was another key, the right certificate is not here.
    """
    wanted = last.authority_key_identifier
    same = [(c, fits) for c, fits in judged if None in (wanted, c.key_identifier)]
    same += [(c, fits) for c, fits in judged if wanted and wanted == c.key_identifier]
    if any(fits is False for _, fits in same):
        return ChainEnd.WRONG_SIGNATURE, next(c for c, fits in same if fits is False)
    return (ChainEnd.NOT_CHECKED if same else ChainEnd.NO_ISSUER), None


def _may_issue(issuer: "Certificate", below: int) -> bool:
    """RFC 5280 sections 4.2.1.3 and 4.2.1.9; a root of X.509 version 1 has no extensions.

    Args:
        issuer: of the certificate before it.
        below: issuers between it and the first certificate.
    """
    constraints, usage = issuer.basic_constraints_value, issuer.key_usage_value
    if constraints is None:
        return _self_issued(issuer) and issuer["tbs_certificate"]["version"].native == "v1"
    if not constraints["ca"].native or (usage is not None and "key_cert_sign" not in usage.native):
        return False
    longest = constraints["path_len_constraint"].native
    return longest is None or below <= longest


def _signed_by(certificate: "Certificate", issuer: "Certificate") -> bool | None:
    """Whether the issuer's key made the signature; None: this program cannot tell.

    SHA-1 counts for what signed itself alone: that is trusted for lying in the folder.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    made = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    known: dict[str, Any] = dict(made)
    if certificate is issuer:
        known["sha1"] = hashes.SHA1()  # noqa: S303
    how, body = certificate["signature_algorithm"], certificate["tbs_certificate"]
    if how.dump() != body["signature"].dump():  # RFC 5280 section 4.1.1.2
        return False
    try:
        key = load_der_public_key(issuer.public_key.dump())
        signature, signed = certificate.signature, body.dump()
        if isinstance(key, ec.EllipticCurvePublicKey) and how.signature_algo == "ecdsa":
            key.verify(signature, signed, ec.ECDSA(known[how.hash_algo]))
        elif isinstance(key, rsa.RSAPublicKey) and how.signature_algo == "rsassa_pkcs1v15":
            key.verify(signature, signed, padding.PKCS1v15(), known[how.hash_algo])
        elif isinstance(key, rsa.RSAPublicKey) and how.signature_algo == "rsassa_pss":
            inner = how["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native
            salt = how["parameters"]["salt_length"].native
            pss = padding.PSS(padding.MGF1(known[inner]), salt)
            key.verify(signature, signed, pss, known[how.hash_algo])
        else:
            return None
    except InvalidSignature:
        return False
    except (*_NOT_READ, UnsupportedAlgorithm):
        return None
    return True


def _self_issued(certificate: "Certificate") -> bool:
    return bool(certificate.issuer == certificate.subject)


def _link(certificate: "Certificate") -> ChainLink:
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    return ChainLink(_name(certificate.subject), begins.astimezone(UTC), ends.astimezone(UTC))


def _name(name: Any) -> str:
    """Common name, else organisation."""
    parts = name.native
    found = parts.get("common_name") or parts.get("organization_name") or ""
    return str(found if isinstance(found, str) else found[-1])
