"""Which wish comes first, and which one is not fulfilled any more."""

import threading
from collections.abc import Callable

import pytest

from kamusm_esign.domain.documents import Found, Picture, PictureWanted
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.ui.document_supply import DocumentSupply
from tests.equipment.recording_documents import RecordingDocuments
from tests.equipment.recording_ports import Recorder

KEY = "application/pdf 255044462d"


def band(page: int) -> PictureWanted:
    return PictureWanted(page, 10, 0, 10)


class Held:
    """A supply whose lane is held up until everything is wished for."""

    def __init__(self, record: Recorder, documents: RecordingDocuments) -> None:
        documents.open(b"%PDF-", "application/pdf")
        record.calls.clear()
        self.came: list[object] = []
        self.failed: list[tuple[str, Failure]] = []
        self._lane, self._go = Lane("documents"), threading.Event()
        self._lane.submit(self._hold)
        self.supply = DocumentSupply(
            documents, self._lane, self._deliver, lambda *told: self.failed.append(told)
        )

    def _hold(self) -> None:
        assert self._go.wait(60)

    def _deliver(self, call: Callable[[], None]) -> None:
        call()

    def run(self) -> None:
        self._go.set()
        assert self._lane.wait_idle(60)
        assert not self.supply.busy
        self._lane.close(60)

    def drawn(self, wanted: PictureWanted, came: Picture | Failure) -> None:
        self.came.append((wanted.page, came if isinstance(came, Failure) else "picture"))

    def found(self, page: int, hits: tuple[Found, ...]) -> None:
        self.came.append((page, len(hits)))


@pytest.fixture
def held(record: Recorder, documents: RecordingDocuments) -> Held:
    return Held(record, documents)


def test_pictures_first_and_searches_last(held: Held, record: Recorder) -> None:
    held.supply.search(KEY, [0, 1], "page", held.found)
    held.supply.want_text(KEY, 0, lambda page, text: held.came.append((page, text)))
    held.supply.want_pictures(KEY, [band(2), band(0)], held.drawn)
    held.run()
    assert held.came == [(2, "picture"), (0, "picture"), (0, "Page 1"), (0, 1), (1, 1)]


def test_what_is_not_wanted_any_more_is_not_drawn(
    held: Held, documents: RecordingDocuments
) -> None:
    for page in range(3):
        held.supply.want_pictures(KEY, [band(page)], held.drawn)
    held.run()
    assert documents.drawn == [band(2)]


def test_a_new_search_ends_the_one_before(held: Held) -> None:
    held.supply.search(KEY, [0, 1, 2], "page", held.found)
    held.supply.search(KEY, [1], "2", held.found)
    held.run()
    assert held.came == [(1, 1)]


def test_a_page_that_cannot_be_drawn_is_told_twice(held: Held, record: Recorder) -> None:
    failure = Failure.of(FailureCode.DOCUMENT_CRASHED)
    record.failures["picture"] = failure
    held.supply.want_pictures(KEY, [band(0)], held.drawn)
    held.run()
    assert held.came == [(0, failure)]
    assert held.failed == [(KEY, failure)]


def test_a_page_that_cannot_be_searched_has_nothing(held: Held, record: Recorder) -> None:
    record.failures["search"] = Failure.of(FailureCode.DOCUMENT_CRASHED)
    record.failures["boxes"] = Failure.of(FailureCode.DOCUMENT_CRASHED)
    held.supply.want_boxes(KEY, Found(0, 0, 1), lambda *_: held.came.append("boxes"))
    held.supply.search(KEY, [0, 1], "page", held.found)
    held.run()
    assert held.came == [(0, 0), (1, 0)]
    assert held.failed == []
