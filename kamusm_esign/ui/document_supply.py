"""Brings pages to the document view: one wish after the other, on a lane of its own.

Pictures come first, then texts and marks, then a page more of a search. A wish that nobody has any
more when its turn comes is not fulfilled, so that fast scrolling does not queue up.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from kamusm_esign.domain.documents import Found, PictureWanted
from kamusm_esign.domain.failures import FailedError, Failure
from kamusm_esign.ports import DocumentRenderer
from kamusm_esign.runtime.lanes import Lane, LaneOnDemand
from kamusm_esign.ui.presenter.document import BoxesDone, PictureDone, SearchDone, TextDone

Deliver = Callable[[Callable[[], None]], None]
Failed = Callable[[str, Failure], None]
"""Key of a document, and why a page of it could not be drawn."""
Wish = Callable[[], None]


class DocumentSupply:
    """A `PageSupply` over the port. Its methods are called on the window's thread."""

    def __init__(
        self,
        renderer: DocumentRenderer,
        lane: Lane | LaneOnDemand,
        deliver: Deliver,
        failed: Failed,
    ) -> None:
        """Make one; nothing is asked yet.

        Args:
            renderer: has the documents.
            lane: for this alone; a page may take seconds.
            deliver: runs a function on the window's thread.
            failed: told on the window's thread.
        """
        self._renderer, self._lane = renderer, lane
        self._deliver, self._failed = deliver, failed
        self._lock = threading.Lock()
        self._pictures: deque[Wish] = deque()
        self._others: deque[Wish] = deque()
        self._searches: deque[Wish] = deque()
        self._search = 0
        self._running = False
        self._drawing: tuple[str, PictureWanted] | None = None
        """On its way; until it has arrived it is not wanted again."""

    @property
    def busy(self) -> bool:
        """Whether wishes are being fulfilled."""
        return self._running

    # ------------------------------------------------------------------ wishes
    def want_pictures(self, key: str, pictures: Sequence[PictureWanted], done: PictureDone) -> None:
        """See `PageSupply`."""
        with self._lock:
            self._pictures = deque(
                self._picture(key, wanted, done)
                for wanted in pictures
                if (key, wanted) != self._drawing
            )
        self._go()

    def want_text(self, key: str, page: int, done: TextDone) -> None:
        """See `PageSupply`."""

        def read() -> None:
            text = self._renderer.page_text(key, page)
            self._deliver(lambda: done(page, text))

        self._other(read)

    def want_boxes(self, key: str, found: Found, done: BoxesDone) -> None:
        """See `PageSupply`."""

        def look() -> None:
            boxes = self._renderer.boxes(key, found)
            self._deliver(lambda: done(found, boxes))

        self._other(look)

    def search(self, key: str, pages: Sequence[int], wanted: str, done: SearchDone) -> None:
        """See `PageSupply`."""
        self._search += 1
        number = self._search
        wishes = [self._searching(key, page, wanted, done, number) for page in pages]
        with self._lock:
            self._searches = deque(wishes)
        self._go()

    # ------------------------------------------------------------------ one of them
    def _picture(self, key: str, wanted: PictureWanted, done: PictureDone) -> Wish:
        def draw() -> None:
            self._drawing = (key, wanted)
            try:
                picture = self._renderer.picture(key, wanted)
            except FailedError as error:
                failure = error.failure
                self._deliver(lambda: done(wanted, failure))
                self._deliver(lambda: self._failed(key, failure))
            else:
                self._deliver(lambda: done(wanted, picture))
            finally:
                self._deliver(self._drawn)

        return draw

    def _drawn(self) -> None:
        self._drawing = None

    def _searching(self, key: str, page: int, wanted: str, done: SearchDone, number: int) -> Wish:
        def tell(hits: tuple[Found, ...]) -> None:
            if number == self._search:
                done(page, hits)

        def look() -> None:
            hits: tuple[Found, ...] = ()
            try:
                hits = self._renderer.search(key, page, wanted)
            finally:
                self._deliver(lambda: tell(hits))

        return look

    def _other(self, wish: Wish) -> None:
        with self._lock:
            self._others.append(wish)
        self._go()

    # ------------------------------------------------------------------ the lane
    def _go(self) -> None:
        with self._lock:
            starts, self._running = not self._running, True
        if starts:
            self._lane.submit(self._turn)

    def _turn(self) -> None:
        wish = self._next()
        if wish is None:
            return
        try:
            wish()
        except (FailedError, KeyError):
            pass  # texts and marks are additions; and a document may have been let go meanwhile
        finally:
            self._lane.submit(self._turn)

    def _next(self) -> Wish | None:
        with self._lock:
            for queue in (self._pictures, self._others, self._searches):
                if queue:
                    return queue.popleft()
            self._running = False
            return None
