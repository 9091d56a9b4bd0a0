"""A document as it can be shown: what it consists of, and the pictures of its pages."""

from dataclasses import dataclass

PDF, PLAIN_TEXT = "application/pdf", "text/plain"
"""The media types that a session's documents have."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """How large a page is, in points (1/72 inch), as it is shown (turned where it says so)."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Readable:
    """A document that is what its media type says, and can be shown."""

    key: str
    """Names it until it is forgotten; the same content has the same key."""
    media_type: str
    pages: tuple[PageSize, ...]
    """Of a PDF; a text has none."""
    text: str = ""
    """Of a text, as it came: whoever shows it makes invisible characters visible."""


@dataclass(frozen=True, slots=True)
class PictureWanted:
    """A level band of one page, in dots of the screen."""

    page: int
    """From 0."""
    width: int
    """Of the whole page; its height follows from its size."""
    top: int
    rows: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots of a page: blue, green, red and one unused byte each; row after row without gaps."""

    width: int
    height: int
    dots: bytes | bytearray


@dataclass(frozen=True, slots=True)
class Found:
    """Where a text that is searched for stands: in a text, `page` is 0."""

    page: int
    start: int
    length: int
    """In characters of the page's text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page, as shares of its width and height from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float
