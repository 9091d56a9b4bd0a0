"""PDFs of all sorts to sign: encrypted, certified, locked, hybrid, broken."""

from io import BytesIO

from asn1crypto import keys, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.pdf import text_pages

PDF: bytes = text_pages("Belge", "Metin")


def encrypted(user: str) -> bytes:
    """AES-256, opened by a password that may be empty."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(PDF)))
    writer.encrypt(owner_pass="owner", user_pass=user)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def for_recipient(issued: IssuedCertificate) -> bytes:
    """Encrypted for somebody's certificate."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(PDF)))
    writer.encrypt_pubkey([x509.Certificate.load(issued.certificate_der)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_before(issued: IssuedCertificate, *, certify: MDPPerm | None = None) -> bytes:
    """With somebody's signature in it; with `certify` an author's, which allows only that."""
    signer = SimpleSigner(
        x509.Certificate.load(issued.certificate_der),
        keys.PrivateKeyInfo.load(issued.private_key_pkcs8_der),
        SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    metadata = PdfSignatureMetadata(
        field_name="Signature1",
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(BytesIO(PDF))
    out = PdfSigner(metadata, signer, new_field_spec=SigFieldSpec("Signature1")).sign_pdf(writer)
    return bytes(out.getvalue())


def changed_later(pdf: bytes) -> bytes:
    """A revision behind it that nobody allowed: another page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def hybrid() -> bytes:
    """A file with a cross-reference table and a stream for the same objects (section 7.5.8.4)."""
    at = PDF.rindex(b"\nxref\n") + 1
    body, table = PDF[:at], PDF[at : PDF.rindex(b"startxref")]
    size = int(table[table.index(b"/Size ") + 6 :].split()[0])
    entries = bytes([1]) + at.to_bytes(3, "big") + bytes([0])
    stream = (
        b"%d 0 obj\n<< /Type /XRef /Size %d /Index [%d 1] /W [1 3 1] /Root 1 0 R /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (size, size + 1, size, len(entries), entries)
    )
    where = table.index(b"<<", table.index(b"trailer")) + 2
    table = table[:where] + b" /XRefStm %d" % at + table[where:]
    start = at + len(stream)
    return bytes(body) + stream + table + b"startxref\n%d\n%%%%EOF\n" % start
