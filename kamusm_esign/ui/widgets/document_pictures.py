"""Pictures of pages that have been drawn, within a bound."""

from collections import OrderedDict
from collections.abc import Iterator

from PySide6.QtGui import QImage

from kamusm_esign.domain.documents import Picture, PictureWanted

LIMIT = 64 << 20
"""Bytes that pictures may take in all."""


class Pictures:
    """Keeps the pictures that were used last."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[PictureWanted, tuple[QImage, Picture]] = OrderedDict()
        self.size = 0
        """Bytes that are kept."""

    def put(self, wanted: PictureWanted, picture: Picture) -> None:
        """Keep a picture; the oldest ones go."""
        self._drop(wanted)
        # The image looks at the picture's own bytes, which therefore stay with it.
        image = QImage(
            picture.dots,
            picture.width,
            picture.height,
            picture.width * 4,
            QImage.Format.Format_RGB32,
        )
        self._kept[wanted] = (image, picture)
        self.size += len(picture.dots)
        while self.size > self._limit and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, wanted: PictureWanted) -> None:
        dropped = self._kept.pop(wanted, None)
        if dropped is not None:
            self.size -= len(dropped[1].dots)

    def get(self, wanted: PictureWanted) -> QImage | None:
        """The picture, if it is there."""
        found = self._kept.get(wanted)
        if found is None:
            return None
        self._kept.move_to_end(wanted)
        return found[0]

    def __contains__(self, wanted: PictureWanted) -> bool:
        return wanted in self._kept

    def of_page(self, page: int) -> Iterator[tuple[PictureWanted, QImage]]:
        """What is there of a page in any size."""
        for wanted, (image, _) in self._kept.items():
            if wanted.page == page:
                yield wanted, image

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()
        self.size = 0
