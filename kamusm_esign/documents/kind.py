"""Whether a document is what its media type says; all that can be told without opening it."""

LARGEST = 20 << 20
"""Bytes of the largest document that a session has."""
_HEADER_WITHIN = 1024
"""Bytes within which readers look for a PDF's header (ISO 32000-2, annex I)."""


def is_pdf(content: bytes) -> bool:
    """Whether it begins as PDFs do."""
    return b"%PDF-" in content[:_HEADER_WITHIN]


def plain_text(content: bytes) -> str | None:
    """The text, or None: it is not UTF-8, or has a NUL in it, which no text has."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
