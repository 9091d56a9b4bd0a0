"""What goes into C_Sign and what comes out of it, as bytes; no card here."""

_DIGEST_INFO = {
    "sha256": (32, "3031300d060960864801650304020105000420"),
    "sha384": (48, "3041300d060960864801650304020205000430"),
    "sha512": (64, "3051300d060960864801650304020305000440"),
}
"""Length of the digest, and what stands before it (RFC 8017 section 9.2, note 1)."""


def digest_fits(digest: bytes, algorithm: str) -> bool:
    """Whether `digest` can be one of `algorithm`."""
    return algorithm in _DIGEST_INFO and len(digest) == _DIGEST_INFO[algorithm][0]


def digest_info(digest: bytes, algorithm: str) -> bytes:
    """The DigestInfo that CKM_RSA_PKCS pads and signs (RFC 8017 section 9.2)."""
    return bytes.fromhex(_DIGEST_INFO[algorithm][1]) + digest


def ecdsa_der(raw: bytes) -> bytes:
    """r and s side by side, as CKM_ECDSA answers → ECDSA-Sig-Value (RFC 3279 section 2.2.3)."""
    half = len(raw) // 2
    body = _integer(raw[:half]) + _integer(raw[half:])
    return b"\x30" + _length(len(body)) + body


def _integer(big_endian: bytes) -> bytes:
    digits = big_endian.lstrip(b"\0") or b"\0"
    if digits[0] & 0x80:
        digits = b"\0" + digits
    return b"\x02" + _length(len(digits)) + digits


def _length(size: int) -> bytes:
    return bytes([size]) if size < 0x80 else bytes([0x81, size])
