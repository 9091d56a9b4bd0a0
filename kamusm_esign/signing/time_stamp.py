"""Asking for a time stamp (RFC 3161) and not believing the answer."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from asn1crypto import cms, core, tsp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.signing.der_edit import members_of, with_unsigned_attribute

DIGEST = "sha256"
"""Of the request; every server knows it."""
_GRANTED = ("granted", "granted_with_mods")
_NONCE_BITS = 64

Send = Callable[[bytes, bytes], bytes]
"""(request, imprint) → the body of the answer."""


class StampError(ValueError):
    """The answer is not the time stamp that was asked for; the text names the check."""


def get_time_stamp(data: bytes, send: Send) -> bytes:
    """A time stamp token over some bytes, in DER.

    Raises:
        FailedError: `TIME_STAMP_REFUSED`, `TIME_STAMP_INVALID`, or what `send` raises.
    """
    imprint = hashlib.new(DIGEST, data).digest()
    nonce = secrets.randbits(_NONCE_BITS)
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": _imprint(imprint),
            "nonce": core.Integer(nonce),
            "cert_req": True,
        }
    )
    answer = send(bytes(request.dump()), imprint)
    try:
        refused, token = _read_answer(answer)
        if token is not None:
            check_token(token, imprint, nonce)
    # What is no ASN.1 surfaces as whatever the parser hits first.
    except Exception as error:
        raw = str(error) if isinstance(error, StampError) else type(error).__name__
        raise invalid(raw) from error
    if token is None:
        raise FailedError.of(FailureCode.TIME_STAMP_REFUSED, raw=refused)
    return bytes(token.dump())


def invalid(raw: str) -> FailedError:
    """The one failure of everything that is wrong with an answer."""
    return FailedError(Failure.of(FailureCode.TIME_STAMP_INVALID, raw=raw))


def _imprint(digest: bytes) -> tsp.MessageImprint:
    return tsp.MessageImprint({"hash_algorithm": {"algorithm": DIGEST}, "hashed_message": digest})


def _read_answer(answer: bytes) -> tuple[str, cms.ContentInfo | None]:
    """Why it was refused, or the token (RFC 3161 section 2.4.2).

    Not with asn1crypto's TimeStampResp, for which a refusal without a token is malformed.
    """
    info, *tokens = members_of(answer)
    status = tsp.PKIStatusInfo.load(info, strict=True)
    state = status["status"].native
    if state not in _GRANTED:
        said = status["status_string"].native or []
        return " ".join([str(state), *(str(text) for text in said)])[:200], None
    (token,) = tokens
    return "", cms.ContentInfo.load(token, strict=True)


def check_token(token: cms.ContentInfo, imprint: bytes, nonce: int | None) -> None:
    """Whether a token is over this hash, answers this request and is signed as it says.

    Who signed it is not judged: that takes roots, which `verify` is given.

    Raises:
        StampError: it is not.
    """
    info = _tst_info(token)
    if nonce is not None and info["nonce"].native != nonce:
        raise StampError("nonce")
    stamped = info["message_imprint"]
    same = stamped["hash_algorithm"]["algorithm"].native == DIGEST and hmac.compare_digest(
        stamped["hashed_message"].native, imprint
    )
    if not same:
        raise StampError("imprint")
    _check_signature(token["content"], imprint)


def _tst_info(token: cms.ContentInfo) -> Any:
    if token["content_type"].native != "signed_data":
        raise StampError("signed data")
    encapsulated = token["content"]["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info":
        raise StampError("content type")
    return encapsulated["content"].parsed


def _check_signature(signed_data: cms.SignedData, imprint: bytes) -> None:
    if len(signed_data["signer_infos"]) != 1 or not signed_data["certificates"]:
        raise StampError("signer")
    try:
        # No roots: whose it is stays open. (None would mean those of the operating system.)
        nobody = ValidationContext(trust_roots=[], allow_fetching=False)
        found = asyncio.run(validate_tst_signed_data(signed_data, nobody, lambda _: imprint))
    except SignatureValidationError as error:
        raise StampError("signature") from error
    if not (found["intact"] and found["valid"]):
        raise StampError("signature")
    usage = found["signing_cert"].extended_key_usage_value
    if usage is None or usage.native != ["time_stamping"]:
        raise StampError("purpose of the certificate")


# ---------------------------------------------------------------------------- in a signature
def is_stamped(signature: bytes) -> bool:
    """Whether a CMS has a time stamp of its signature."""
    unsigned = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]["unsigned_attrs"]
    if isinstance(unsigned, core.Void):
        return False
    return any(a["type"].native == "signature_time_stamp_token" for a in unsigned)


def with_time_stamp(signature: bytes, send: Send) -> bytes:
    """The same CMS with a time stamp of its signature among the unsigned attributes
    (ETSI EN 319 122-1, section 5.3).

    Raises:
        FailedError: as `get_time_stamp`.
    """
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    token = get_time_stamp(signer["signature"].native, send)
    values = core.Set(contents=token).dump()
    kind = cms.CMSAttributeType("signature_time_stamp_token").dump()
    return with_unsigned_attribute(signature, core.Sequence(contents=kind + values).dump())
