"""CAdES-BES, detached and attached (ETSI EN 319 122-1; profile P1 of BTK's guide).

The signed attributes are exactly content-type, message-digest, signing-time and
signing-certificate-v2: what P1 demands, and nothing that it forbids or that nobody asked for.
"""

import asyncio
from datetime import datetime

from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from kamusm_esign.signing.card_signer import CardSigner


def sign_cades(document: bytes, signer: CardSigner, at: datetime, *, attached: bool) -> bytes:
    """The signature over a document, as CMS in DER.

    Raises:
        FailedError: what the card raised.
    """
    content_info = asyncio.run(
        signer.async_sign_general_data(
            document,
            signer.digest_algorithm,
            detached=not attached,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
    )
    return bytes(content_info.dump())
