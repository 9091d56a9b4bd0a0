"""PDFs as they come: what can be signed is, what cannot is a failure code and no card is asked."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from tests.equipment.outside import pyhanko_status
from tests.equipment.test_ca import TestCa
from tests.signing import pdfs
from tests.signing.conftest import builder
from tests.signing.software_card import SoftwareCard

NOW = datetime.now(UTC)
BB = SignatureFormat.PADES_B_B
CA = TestCa()
OTHER = CA.issue("e-muhur", "p256")
CARD = CA.issue("nes", "p256")
CODE = FailureCode

SIGNABLE: dict[str, Callable[[], bytes]] = {
    "plain": lambda: pdfs.PDF,
    "encrypted without a password": lambda: pdfs.encrypted(""),
    "hybrid": pdfs.hybrid,
    "signed": lambda: pdfs.signed_before(OTHER),
    "certified, form filling": lambda: pdfs.signed_before(OTHER, certify=MDPPerm.FILL_FORMS),
    "signed and changed": lambda: pdfs.changed_later(pdfs.signed_before(OTHER)),
    "something behind the end": lambda: pdfs.PDF + b"\n\n% later\n",
}
NOT_SIGNABLE: dict[str, tuple[Callable[[], bytes], FailureCode]] = {
    "password": (lambda: pdfs.encrypted("secret"), CODE.PDF_ENCRYPTED),
    "for somebody": (
        lambda: pdfs.for_recipient(CA.issue("encryption", "rsa2048")),
        CODE.PDF_ENCRYPTED,
    ),
    "certified for ever": (
        lambda: pdfs.signed_before(OTHER, certify=MDPPerm.NO_CHANGES),
        CODE.PDF_FORBIDS_SIGNING,
    ),
    "empty": (lambda: b"", CODE.PDF_NOT_READABLE),
    "a text": (lambda: b"no PDF at all\n" * 50, CODE.PDF_NOT_READABLE),
    "cut off": (lambda: pdfs.PDF[: len(pdfs.PDF) // 2], CODE.PDF_NOT_READABLE),
    "no pages": (
        lambda: pdfs.PDF.replace(b"/Kids [5 0 R]", b"/Kids [99 0 R]"),
        CODE.PDF_NOT_READABLE,
    ),
    "pages in a circle": (
        lambda: pdfs.PDF.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        CODE.PDF_NOT_READABLE,
    ),
}


@pytest.mark.parametrize("name", SIGNABLE)
def test_what_can_be_signed(name: str) -> None:
    document = SIGNABLE[name]()
    builder().check(document, BB)
    signed = builder().sign(document, BB, SoftwareCard(CARD), NOW)
    assert signed.startswith(document)
    issuer, root = CA.sandbox_ca.chain_der
    status = pyhanko_status(signed, [root], [issuer])
    assert status.bottom_line, status.pretty_print_details()


@pytest.mark.parametrize("name", ["signed", "certified, form filling"])
def test_earlier_signatures_stay_good(name: str) -> None:
    signed = builder().sign(SIGNABLE[name](), BB, SoftwareCard(CARD), NOW)
    signed = builder().sign(signed, BB, SoftwareCard(CARD), NOW)
    assert len(PdfFileReader(BytesIO(signed)).embedded_regular_signatures) == 3
    issuer, root = CA.sandbox_ca.chain_der
    for number in range(3):
        assert pyhanko_status(signed, [root], [issuer], number).bottom_line


@pytest.mark.parametrize("name", NOT_SIGNABLE)
def test_what_cannot_be_signed(name: str) -> None:
    make, code = NOT_SIGNABLE[name]
    document, card = make(), SoftwareCard(CARD)
    with pytest.raises(FailedError) as refused:
        builder().check(document, BB)
    assert refused.value.failure.code is code
    with pytest.raises(FailedError) as refused:
        builder().sign(document, BB, card, NOW)
    assert refused.value.failure.code is code
    assert card.asked == 0


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_pdf_is_signed_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        damaged = bytearray(chance.choice((pdfs.PDF, PLENTY))[:])
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            builder().check(bytes(damaged), BB)
        except FailedError as error:
            assert error.failure.code.family == "IMZ"  # noqa: PT017


PLENTY = pdfs.signed_before(OTHER)
