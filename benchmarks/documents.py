"""The document view with a PDF of 20 MiB and 500 pages, and a text of 20 MiB.

    python -m benchmarks.documents

For each: seconds from the content to the first page on the screen (the drawing process starts in
them), the longest turn of the window's thread while somebody scrolls through all of it (by wheel,
bar and keys), seconds until all pages are searched, and memory. Runs without a screen and, where
there is one, under Xvfb. JSON on the standard output.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.window import displays

MEGABYTE = 1 << 20


class Turns:
    """How long the window's thread is away from its events."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.longest, self._last = 0.0, time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(0)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now

    def restart(self) -> float:
        """The longest turn until now, in milliseconds; begin anew."""
        longest, self.longest = self.longest, 0.0
        return round(longest * 1000, 1)


class Stage:
    """A window with the view, over the real drawing process."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        from kamusm_esign.documents.client import DocumentHost
        from kamusm_esign.runtime.lanes import Lane
        from kamusm_esign.support.catalogue import Catalogue
        from kamusm_esign.ui.bridge import Bridge
        from kamusm_esign.ui.document_supply import DocumentSupply
        from kamusm_esign.ui.presenter.document import document_texts
        from kamusm_esign.ui.presenter.words import Words
        from kamusm_esign.ui.style.theme import ARGUMENTS, theme
        from kamusm_esign.ui.widgets.document_view import DocumentView

        self.application = QApplication([sys.argv[0], *ARGUMENTS])
        theme.start("light")
        self.view = DocumentView()
        self.view.set_texts(document_texts(Words(Catalogue.load("tr", "pages", "document_view"))))
        self.view.resize(912, 600)
        self.view.show()
        self.renderer, self.bridge = DocumentHost(), Bridge()
        lane = Lane("documents")
        self.supply = DocumentSupply(
            self.renderer, lane, self.bridge.deliver, lambda _key, failure: print(failure)
        )
        self.turns = Turns()
        self.until(lambda: True)

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Live until something is so."""
        end = time.monotonic() + seconds
        self.application.processEvents()
        while not done():
            if time.monotonic() > end:
                raise TimeoutError
            self.application.processEvents()

    def for_turns(self, count: int) -> None:
        """Live for some turns of the events."""
        for _ in range(count):
            self.application.processEvents()


def measure(kind: str) -> dict[str, object]:
    """All figures of one document, in this process."""
    from kamusm_esign.domain.documents import PDF, PLAIN_TEXT
    from kamusm_esign.ui.presenter.document import ShownDocument
    from tests.equipment.pdfs import large

    content = large() if kind == "pdf" else text_of(20 * MEGABYTE - 100)
    stage = Stage()
    view, bar = stage.view, stage.view.canvas.verticalScrollBar()
    stage.turns.restart()
    began = time.perf_counter()
    readable = stage.renderer.open(content, PDF if kind == "pdf" else PLAIN_TEXT)
    opened = time.perf_counter()
    stage.turns._last = opened  # the flow opens it on a lane
    view.set_document(ShownDocument("20 MiB", readable, stage.supply))
    stage.until(lambda: all_there(stage))
    first = time.perf_counter()
    figures: dict[str, object] = {
        "bytes": len(content),
        "first_page_seconds": round(first - began, 3),
        "of_these_opening": round(opened - began, 3),
        "longest_turn_showing_ms": stage.turns.restart(),
    }
    figures |= {f"longest_turn_{way}_ms": turn for way, turn in scrolled(stage).items()}
    began = time.perf_counter()
    view.search_bar.field.setText("lorem")
    view._begin_search()
    stage.until(lambda: not view._search.running)
    figures["search_seconds"] = round(time.perf_counter() - began, 2)
    figures["found"] = view._search._count
    figures["longest_turn_searching_ms"] = stage.turns.restart()
    bar.setValue(bar.maximum())
    stage.for_turns(50)
    figures["longest_turn_with_marks_ms"] = stage.turns.restart()
    figures["window_peak_mb"] = peak(os.getpid())
    figures["pictures_mb"] = round(pictures(stage) / MEGABYTE, 1)
    process = stage.renderer._process
    figures["drawing_process_peak_mb"] = peak(process.pid) if process is not None else 0
    stage.renderer.close()
    return figures


def text_of(size: int) -> bytes:
    """A text with lines of every length, and one very long one."""
    line = "Kamu Sertifikasyon Merkezi başvuru formu ve taahhütnamede değişiklik yapar. lorem "
    lines = "\n".join(line * (1 + number % 9) for number in range(500))
    whole = (lines + "x" * 500_000 + "\n").encode()
    return (whole * (size // len(whole) + 1))[:size].decode(errors="ignore").encode()


def all_there(stage: Stage) -> bool:
    """Whether everything in view has been drawn."""
    from kamusm_esign.ui.widgets.document_pages import PdfPaper
    from kamusm_esign.ui.widgets.document_sheets import PageSheet

    paper = stage.view._paper
    if not isinstance(paper, PdfPaper):
        return True
    missing: list[object] = []
    for sheet in stage.view.canvas.sheets().values():
        seen = sheet.visibleRegion().boundingRect()
        if isinstance(sheet, PageSheet) and not seen.isEmpty():
            missing += [
                b for b in sheet.bands(seen.top(), seen.bottom()) if b not in paper.pictures
            ]
    return not missing


def pictures(stage: Stage) -> int:
    """Bytes of pictures that are kept."""
    from kamusm_esign.ui.widgets.document_pages import PdfPaper

    paper = stage.view._paper
    return paper.pictures.size if isinstance(paper, PdfPaper) else 0


def scrolled(stage: Stage) -> dict[str, float]:
    """The longest turn of the events while scrolling in each way, all the way."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    view, bar = stage.view, stage.view.canvas.verticalScrollBar()
    found = {}
    bar.setValue(0)
    stage.for_turns(5)
    stage.turns.restart()
    for _ in range(600):
        bar.setValue(bar.value() + 120)
        stage.for_turns(2)
    found["wheel"] = stage.turns.restart()
    for step in range(500):
        bar.setValue(bar.maximum() * step // 499)
        stage.for_turns(2)
    found["bar"] = stage.turns.restart()
    view.canvas.setFocus()
    for key in (Qt.Key.Key_Home, *[Qt.Key.Key_PageDown] * 300, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(view.canvas, key)
        stage.for_turns(2)
    found["keys"] = stage.turns.restart()
    for _ in range(8):
        view.zoom_by(1)
        stage.for_turns(5)
    for _ in range(12):
        view.zoom_by(-1)
        stage.for_turns(5)
    found["zoom"] = stage.turns.restart()
    view.set_zoom(None)
    stage.until(lambda: all_there(stage))
    stage.turns.restart()
    return found


def peak(pid: int) -> int:
    """Most memory that a process has taken, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def main() -> None:
    """Measure both kinds on every display there is."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    report: dict[str, dict[str, object]] = {}
    with displays() as environments:
        for name, environment in environments.items():
            for kind in ("pdf", "text"):
                child = subprocess.run(
                    [sys.executable, "-m", "benchmarks.documents", kind],
                    env=environment,
                    stdout=subprocess.PIPE,
                    check=True,
                )
                report.setdefault(name, {})[kind] = json.loads(child.stdout)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
