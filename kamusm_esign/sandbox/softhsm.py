"""Practice cards on SoftHSM2: real PKCS#11 tokens with keys and certificates, without hardware.

SoftHSM2 never locks: it has no counters of tries.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.ca import IssuedCertificate, PrivateKey

Attributes = dict[int, bytes | int | bool]

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
"""Where distributions put it."""
ENVIRONMENT_LIBRARY = "SOFTHSM2_LIBRARY"
"""Names another library in the environment."""
CHILD_SECONDS = 30.0

CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY = 1, 2, 3
CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_VALUE = 0x0, 0x1, 0x2, 0x3, 0x11
CKA_CERTIFICATE_TYPE, CKA_KEY_TYPE, CKA_SUBJECT, CKA_ID = 0x80, 0x100, 0x101, 0x102
CKA_SENSITIVE, CKA_SIGN, CKA_VERIFY, CKA_EXTRACTABLE = 0x103, 0x108, 0x10A, 0x162
CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT = 0x120, 0x122, 0x123
CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT = range(0x124, 0x129)
CKA_EC_PARAMS, CKA_EC_POINT, CKA_ALWAYS_AUTHENTICATE = 0x180, 0x181, 0x202
CKK_RSA, CKK_EC = 0, 3
CURVES = {
    "secp256r1": bytes.fromhex("06082a8648ce3d030107"),
    "secp384r1": bytes.fromhex("06052b81040022"),
}
"""CKA_EC_PARAMS: the curve's object identifier in DER (RFC 5480 section 2.1.1.1)."""


class SoftHsmMissingError(Exception):
    """SoftHSM2 is not installed, or could not make a token; the text says which."""


@dataclass(frozen=True, slots=True)
class TokenContent:
    """A certificate and its key, as they are put on a token."""

    issued: IssuedCertificate
    label: str = "SIGN0"
    object_id: bytes = b"\x01"
    """CKA_ID; certificate and key share it."""
    with_key: bool = True
    """Whether the private key is on the token too."""
    always_authenticate: bool = False
    """CKA_ALWAYS_AUTHENTICATE: every signature asks for the PIN again."""


def find_library() -> Path | None:
    """SoftHSM2's PKCS#11 library, or None where it is not installed."""
    named = os.environ.get(ENVIRONMENT_LIBRARY)
    return next((Path(p) for p in (named, *LIBRARIES) if p and Path(p).is_file()), None)


class SoftHsm:
    """All tokens of one folder; `environment` shows them to a process that loads the library."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made if needed.

        Raises:
            SoftHsmMissingError: not installed.
        """
        library = find_library()
        if library is None:
            raise SoftHsmMissingError("SoftHSM2 (libsofthsm2.so) is not installed")
        self.library = library
        tokens = folder / "tokens"
        tokens.mkdir(parents=True, exist_ok=True)
        configuration = folder / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        self.environment = {"SOFTHSM2_CONF": str(configuration)}

    def make_token(
        self, label: str, *, puk: str, pin: str | None, contents: Sequence[TokenContent] = ()
    ) -> str:
        """Make a token and return its serial number.

        Without a PIN the private keys are made readable without login, because SoftHSM2 lets
        nobody else put one there.

        Raises:
            SoftHsmMissingError: SoftHSM2 answered with an error.
        """
        objects = [a for content in contents for a in _objects(content, private=pin is not None)]
        order = {
            "library": str(self.library),
            "label": label,
            "puk": puk,
            "pin": pin,
            "objects": [[(k, _encoded(v).hex()) for k, v in a.items()] for a in objects],
        }
        child = subprocess.run(  # noqa: S603
            own_process.command("kamusm_esign.sandbox.softhsm_maker"),
            input=json.dumps(order),
            capture_output=True,
            text=True,
            env=os.environ | self.environment,
            timeout=CHILD_SECONDS,
            check=False,
        )
        if child.returncode:
            raise SoftHsmMissingError(f"no token could be made: {child.stderr.strip()}")
        return child.stdout.strip()


def _encoded(value: bytes | int | bool) -> bytes:
    """An attribute's value as C has it: CK_BBOOL, CK_ULONG or bytes."""
    if isinstance(value, bool):
        return bytes([value])
    return value.to_bytes(8, sys.byteorder) if isinstance(value, int) else value


def _objects(content: TokenContent, *, private: bool) -> list[Attributes]:
    """The PKCS#11 objects: certificate, public key, private key."""
    der = content.issued.certificate_der
    common: Attributes = {
        CKA_TOKEN: True,
        CKA_LABEL: content.label.encode(),
        CKA_ID: content.object_id,
    }
    certificate: Attributes = {
        CKA_CLASS: CKO_CERTIFICATE,
        CKA_CERTIFICATE_TYPE: 0,
        CKA_PRIVATE: False,
        CKA_SUBJECT: x509.load_der_x509_certificate(der).subject.public_bytes(),
        CKA_VALUE: der,
    }
    if not content.with_key:
        return [common | certificate]
    key = serialization.load_der_private_key(content.issued.private_key_pkcs8_der, None)
    if not isinstance(key, PrivateKey):
        raise TypeError(type(key).__name__)
    public, secret = _rsa(key) if isinstance(key, rsa.RSAPrivateKey) else _ec(key)
    public |= {CKA_CLASS: CKO_PUBLIC_KEY, CKA_PRIVATE: False, CKA_VERIFY: True}
    secret |= {
        CKA_CLASS: CKO_PRIVATE_KEY,
        CKA_PRIVATE: private,
        CKA_SENSITIVE: True,
        CKA_EXTRACTABLE: False,
        CKA_SIGN: True,
        CKA_ALWAYS_AUTHENTICATE: content.always_authenticate,
    }
    return [common | certificate, common | public, common | secret]


def _rsa(key: rsa.RSAPrivateKey) -> tuple[Attributes, Attributes]:
    numbers = key.private_numbers()
    both = {
        CKA_MODULUS: numbers.public_numbers.n,
        CKA_PUBLIC_EXPONENT: numbers.public_numbers.e,
    }
    secret = both | {
        CKA_PRIVATE_EXPONENT: numbers.d,
        CKA_PRIME_1: numbers.p,
        CKA_PRIME_2: numbers.q,
        CKA_EXPONENT_1: numbers.dmp1,
        CKA_EXPONENT_2: numbers.dmq1,
        CKA_COEFFICIENT: numbers.iqmp,
    }
    return {CKA_KEY_TYPE: CKK_RSA, **_big(both)}, {CKA_KEY_TYPE: CKK_RSA, **_big(secret)}


def _big(numbers: dict[int, int]) -> Attributes:
    return {kind: n.to_bytes((n.bit_length() + 7) // 8, "big") for kind, n in numbers.items()}


def _ec(key: ec.EllipticCurvePrivateKey) -> tuple[Attributes, Attributes]:
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    length = (key.curve.key_size + 7) // 8
    both: Attributes = {CKA_KEY_TYPE: CKK_EC, CKA_EC_PARAMS: CURVES[key.curve.name]}
    # CKA_EC_POINT is the point in a DER OCTET STRING; 65 and 97 bytes need no long length.
    public = both | {CKA_EC_POINT: bytes([4, len(point)]) + point}
    return public, both | {CKA_VALUE: key.private_numbers().private_value.to_bytes(length, "big")}
