"""The certificates of a trust folder. Without pyHanko: it takes a quarter of a second to load."""

from pathlib import Path

from asn1crypto import pem, x509

_ENDINGS = frozenset((".pem", ".crt", ".cer", ".der"))
_LARGEST_FILE = 1 << 20
_MOST_FILES = 1000


def read_certificates(folder: Path) -> list[x509.Certificate]:
    """Read every certificate in a folder; what is none is passed over.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[x509.Certificate] = []
    for path in sorted(folder.iterdir())[:_MOST_FILES]:
        if path.suffix in _ENDINGS and path.stat().st_size <= _LARGEST_FILE:
            found += _certificates(path.read_bytes())
    return found


def read_certificate(der: bytes) -> x509.Certificate:
    """One certificate, of which names, key and times can be asked for.

    Raises:
        ValueError: it is none.
        TypeError: it is none.
    """
    certificate = x509.Certificate.load(der, strict=True)
    certificate.issuer.dump()  # asn1crypto reads when it is asked
    certificate.public_key.dump()
    return certificate


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        if not pem.detect(content):
            return [read_certificate(content)]
        blocks = pem.unarmor(content, multiple=True)
        return [read_certificate(der) for kind, _, der in blocks if kind == "CERTIFICATE"]
    except (ValueError, TypeError):
        return []
