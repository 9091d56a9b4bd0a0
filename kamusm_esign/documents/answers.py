"""What the drawing process answers, held against what it was asked for.

Each raises `WireError` for anything else: a document may have taken that process over.
"""

import math
from typing import Any

from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.documents import Box, Found, PageSize, Picture, PictureWanted
from kamusm_esign.domain.failures import FailureCode

Message = dict[str, Any]

_OWN_FAILURES = {
    code.value: code
    for code in (
        FailureCode.DOCUMENT_BROKEN,
        FailureCode.DOCUMENT_LOCKED,
        FailureCode.DOCUMENT_TOO_LARGE,
    )
}
_SIDES = 2
_CORNERS = 4


def failure(answer: Message) -> FailureCode | None:
    """Why it could not be done, if it could not."""
    if "failure" not in answer:
        return None
    code = _OWN_FAILURES.get(str(answer["failure"]))
    if code is None:
        raise WireError("failure")
    return code


def pages(answer: Message) -> tuple[PageSize, ...]:
    """Sizes of all pages."""
    sizes = tuple(PageSize(*_numbers(item, _SIDES)) for item in _list(answer, "pages"))
    if not sizes or any(not 1 <= side <= 20_000 for s in sizes for side in (s.width, s.height)):
        raise WireError("pages")
    return sizes


def picture(dots: bytearray, wanted: PictureWanted) -> Picture:
    """The band that was wanted."""
    if len(dots) != wanted.width * wanted.rows * 4:
        raise WireError("picture")
    return Picture(wanted.width, wanted.rows, dots)


def text(read: bytearray) -> str:
    """The text of a page."""
    try:
        return read.decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("text") from None


def found(answer: Message, page: int) -> tuple[Found, ...]:
    """Places on a page."""
    pairs = [_numbers(item, 2) for item in _list(answer, "found")]
    if any(start < 0 or length < 1 for start, length in pairs):
        raise WireError("found")
    return tuple(Found(page, int(start), int(length)) for start, length in pairs)


def boxes(answer: Message) -> tuple[Box, ...]:
    """Parts of a page."""
    made = tuple(Box(*_numbers(item, _CORNERS)) for item in _list(answer, "boxes"))
    for box in made:
        if not (0 <= box.left <= box.right <= 1 and 0 <= box.top <= box.bottom <= 1):
            raise WireError("boxes")
    return made


def _list(answer: Message, name: str) -> list[Any]:
    found = answer.get(name)
    if not isinstance(found, list):
        raise WireError(name)
    return found


def _numbers(item: Any, count: int) -> list[float]:
    if not isinstance(item, list) or len(item) != count:
        raise WireError("numbers")
    for number in item:
        if type(number) not in (int, float) or not math.isfinite(number):
            raise WireError("numbers")
    return item
