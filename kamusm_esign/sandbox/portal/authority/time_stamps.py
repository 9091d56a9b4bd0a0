"""Time stamps after RFC 3161, by the authority's time stamp server."""

import hashlib
import secrets
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kamusm_esign.sandbox.ca import ROOT, TSA, SandboxCa

REQUEST_TYPE = "application/timestamp-query"
ANSWER_TYPE = "application/timestamp-reply"
POLICY = "2.16.792.1.2.1.1.5.7.3.1"
_HASHES = {"sha256": 32, "sha384": 48, "sha512": 64}
_DIGEST = "sha384"
_GARBAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What asn1crypto raises on it; AttributeError where a type has no native value."""


class _Refusal(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp without a token, which `tsp.TimeStampResp` does not let be left out."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012


def answer_request(authority: SandboxCa, request: bytes, now: float) -> bytes:
    """A TimeStampResp: a token, or what was wrong with the request."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        digest = imprint["hash_algorithm"]["algorithm"].native
        length = len(imprint["hashed_message"].native)
        asked.native  # noqa: B018  (asn1crypto is lazy: garbage shows only when it is looked at)
        asked.copy().dump(force=True)  # and some only when it is written again
    except _GARBAGE:
        return _refusal("bad_data_format")
    if _HASHES.get(digest) != length:
        return _refusal("bad_alg")
    policy = asked["req_policy"].native
    if policy not in (None, POLICY):
        return _refusal("unaccepted_policy")
    token = _token(authority, asked, datetime.fromtimestamp(now, UTC))
    return bytes(
        tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
    )


def _refusal(failure: str) -> bytes:
    status = {"status": "rejection", "fail_info": tsp.PKIFailureInfo({failure})}
    return bytes(_Refusal({"status": status}).dump())


def _token(authority: SandboxCa, asked: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
    server = authority.authorities[TSA]
    info = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": int.from_bytes(secrets.token_bytes(8), "big"),
        "gen_time": now.replace(microsecond=0),
        "accuracy": {"seconds": 1},
        "ordering": False,
    }
    if asked["nonce"].native is not None:
        info["nonce"] = asked["nonce"].native
    content = tsp.TSTInfo(info).dump()
    certificate = x509.Certificate.load(server.parts.certificate_der)
    attributes = _attributes(content, server.parts.certificate_der, now)
    signature = server.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA384()))
    chain = [certificate]
    if asked["cert_req"].native:
        chain.append(x509.Certificate.load(authority.authorities[ROOT].parts.certificate_der))
    signed = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": _DIGEST}],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(content),
        },
        "certificates": chain if asked["cert_req"].native else [],
        "signer_infos": [
            {
                "version": "v1",
                "sid": {
                    "issuer_and_serial_number": {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                },
                "digest_algorithm": {"algorithm": _DIGEST},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": f"{_DIGEST}_ecdsa"},
                "signature": signature,
            }
        ],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _attributes(content: bytes, certificate: bytes, now: datetime) -> cms.CMSAttributes:
    bound = tsp.SigningCertificateV2(
        {
            "certs": [
                {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "cert_hash": hashlib.sha256(certificate).digest(),
                }
            ]
        }
    )
    values = {
        "content_type": "tst_info",
        "signing_time": cms.Time({"utc_time": now.replace(microsecond=0)}),
        "message_digest": hashlib.new(_DIGEST, content).digest(),
        "signing_certificate_v2": bound,
    }
    return cms.CMSAttributes([{"type": k, "values": [v]} for k, v in values.items()])
