"""Signs what a session asks for, in each format; PAdES with pyHanko, time stamps by the portal."""

import hashlib
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.authority.time_stamps import answer_request
from tests.sandbox.portal.cms_maker import CmsMaker
from tests.sandbox.portal.desk import Answer, Desk, Live

CMS, PDF = "application/pkcs7-signature", "application/pdf"


def stamp(desk: Desk, stamped: bytes) -> cms.ContentInfo:
    """A time stamp token of the portal's own server."""
    asked = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": hashlib.sha256(stamped).digest(),
            },
            "cert_req": True,
        }
    )
    answer = answer_request(own_authority(desk.portal), asked.dump(), desk.clock.now)
    found = tsp.TimeStampResp.load(answer)
    assert found["status"]["status"].native == "granted"
    return found["time_stamp_token"]


class _Stamper(TimeStamper):
    """The portal's time stamp server without the network."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._desk = desk

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        authority = own_authority(self._desk.portal)
        return tsp.TimeStampResp.load(answer_request(authority, req.dump(), self._desk.clock.now))


def signed_pdf(
    desk: Desk, issued: IssuedCertificate, document: bytes, *, stamped: bool, **change: Any
) -> bytes:
    """A PAdES baseline signature of this very moment (pyHanko asks no other clock), right but for
    `change`."""
    key = change.get("key", issued)
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(issued.certificate_der),
        signing_key=keys.PrivateKeyInfo.load(key.private_key_pkcs8_der),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    meta = signers.PdfSignatureMetadata(
        field_name=change.get("field", "İmza"),
        subfilter=change.get("subfilter", SigSeedSubFilter.PADES),
        md_algorithm=change.get("digest", "sha256"),
    )
    pdf_signer = signers.PdfSigner(
        meta, signer=signer, timestamper=_Stamper(desk) if stamped else None
    )
    out = BytesIO()
    pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(document)), output=out)
    return out.getvalue()


def signed(live: Live, issued: IssuedCertificate, name: str) -> bytes:
    """The right signature of a document, in the format that the session asks for."""
    desk = live.desk
    wanted = next(d["format"] for d in live.view["documents"] if d["id"] == name)
    document = live.ask("GET", f"/documents/{name}").body
    if wanted.startswith("pades-"):
        return signed_pdf(desk, issued, document, stamped=wanted == "pades-b-t")
    maker = CmsMaker(issued, document, desk.clock.now, attached=wanted.endswith("-attached"))
    if wanted == "cades-t-detached":
        maker.stamp = lambda value: stamp(desk, value)
    return maker.make()


def hand_in(live: Live, name: str, signature: bytes) -> Answer:
    """putSignature, under the media type of the format."""
    wanted = next(d["format"] for d in live.view["documents"] if d["id"] == name)
    media_type = PDF if wanted.startswith("pades-") else CMS
    headers = {"Content-Type": media_type}
    return live.ask("PUT", f"/documents/{name}/signature", content=signature, headers=headers)


def sign_all(live: Live, issued: IssuedCertificate) -> list[Answer]:
    """Sign every document of a session."""
    names = [d["id"] for d in live.view["documents"]]
    return [hand_in(live, name, signed(live, issued, name)) for name in names]
