"""Tries PDFs that are out to do harm on the drawing process.

python -m tests.documents.hostile [COUNT] [FIRST_SEED]
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from kamusm_esign.documents.client import DocumentHost
from kamusm_esign.documents.confine import MEMORY
from kamusm_esign.domain.documents import PDF, PictureWanted
from kamusm_esign.domain.failures import FailedError
from tests.equipment.hostile_pdfs import CRAFTED, damaged

PAGES = 3
"""How many pages of each are looked at."""


def try_out(host: DocumentHost, content: bytes) -> str:
    """How looking at a document ends: `shown`, or the code of a failure."""
    try:
        readable = host.open(content, PDF)
    except FailedError as error:
        return error.failure.code.value
    end = "shown"
    for page, size in enumerate(readable.pages[:PAGES]):
        rows = max(min(round(400 * size.height / size.width), 4000), 1)
        try:
            host.picture(readable.key, PictureWanted(page, 400, 0, rows))
            for found in host.search(readable.key, page, "page")[:2]:
                host.boxes(readable.key, found)
        except FailedError as error:
            end = error.failure.code.value
    host.forget(readable.key)
    return end


def peak(host: DocumentHost) -> int:
    """Most memory that the process has taken, in bytes; 0: it is gone."""
    if host._process is None:
        return 0
    try:
        status = Path(f"/proc/{host._process.pid}/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def main() -> None:
    """Try the crafted ones and damaged ones, and say how they ended."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    host, ends = DocumentHost(), Counter[str]()
    slowest, most = ("", 0.0), 0
    named = [*CRAFTED.items(), *((f"seed {s}", None) for s in range(first, first + count))]
    for name, make in named:
        content = make() if make is not None else damaged(int(name.split()[1]))
        began = time.monotonic()
        end = try_out(host, content)
        took = time.monotonic() - began
        slowest, most = max(slowest, (name, took), key=lambda pair: pair[1]), max(most, peak(host))
        ends[end] += 1
        assert end == "shown" or end.startswith("IMZ-37")
        if make is not None:
            print(f"{name}: {end}, {took:.2f} s", file=sys.stderr)
        assert peak(host) <= MEMORY
    host.close()
    report = {"documents": len(named), "ends": dict(ends), "slowest": slowest, "peak_bytes": most}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
