"""The window with PDFs that are out to do harm: it neither crashes nor stops answering.

    python -m tests.ui.documents.hostile_window [COUNT] [FIRST_SEED]

Every document is opened, shown, scrolled through and searched. Said at the end: how they ended, the
longest turn of the window's thread, and the memory of window and drawing process.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable

from kamusm_esign.documents.client import DocumentHost
from kamusm_esign.domain.documents import PDF, Readable
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.ui.presenter.document import ShownDocument
from tests.documents.hostile import peak
from tests.equipment.hostile_pdfs import CRAFTED, damaged
from tests.ui.documents.stage import Stage
from tests.ui.equipment import application

LIMIT = 60.0
"""Seconds for one document; three pages of 10 seconds, and their opening."""


class Window:
    """A stage, and how long its thread was away from its events."""

    def __init__(self) -> None:
        self.host = DocumentHost()
        self.stage = Stage(application(), self.host)
        self.longest, self._last = 0.0, time.perf_counter()
        self.most = 0

    def live_until(self, done: Callable[[], bool]) -> None:
        """Take turns until something is so, and measure them."""
        end = time.monotonic() + LIMIT
        self._last = time.perf_counter()
        while True:
            self.stage.app.processEvents()
            now = time.perf_counter()
            self.longest, self._last = max(self.longest, now - self._last), now
            if done():
                return
            assert time.monotonic() < end, "the window waits for ever"
            time.sleep(0.002)
            self._last = time.perf_counter()

    def try_out(self, content: bytes) -> str:
        """Show one; how it ended."""
        came: list[Readable | str] = []

        def open_it() -> None:
            try:
                came.append(self.host.open(content, PDF))
            except FailedError as error:
                came.append(error.failure.code.value)

        self.stage.lane.submit(open_it)
        self.live_until(lambda: bool(came))
        readable = came[0]
        if isinstance(readable, str):
            return readable
        self.stage.failures.clear()
        view = self.stage.view
        view.set_document(ShownDocument("Document", readable, self.stage.supply))
        self.live_until(self._quiet)
        bar = view.canvas.verticalScrollBar()
        for share in (0.5, 1.0):
            bar.setValue(round(bar.maximum() * share))
            self.live_until(self._quiet)
        view.search_bar.field.setText("page")
        view._begin_search()
        self.live_until(lambda: not view._search.running and self._quiet())
        view.set_document(None)
        self.live_until(self._quiet)
        self.host.forget(readable.key)
        self.most = max(self.most, peak(self.host))
        return self.stage.failures[0][1].code.value if self.stage.failures else "shown"

    def _quiet(self) -> bool:
        return not self.stage.supply.busy


def main() -> None:
    """Show the crafted ones, and damaged ones."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    window, ends = Window(), Counter[str]()
    made = [*CRAFTED.values(), *((lambda s=s: damaged(s)) for s in range(first, first + count))]
    turns: list[float] = []
    for make in made:
        window.longest = 0.0
        ends[window.try_out(make())] += 1
        turns.append(window.longest)
    with open(f"/proc/{os.getpid()}/status") as status:
        own = int(status.read().partition("VmHWM:")[2].split()[0]) >> 10
    report = {
        "documents": len(made),
        "ends": dict(ends),
        "longest_turn_ms": round(max(turns) * 1000, 1),
        "turns_over_100_ms": sum(turn > 0.1 for turn in turns),
        "window_peak_mb": own,
        "drawing_process_peak_mb": window.most >> 20,
    }
    window.stage.close()
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
