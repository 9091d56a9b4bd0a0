"""What the window alone can say: documents on its screen, its settings, a crash before."""

import os
import subprocess
import sys

from tests.equipment import pdfs
from tests.equipment.hostile_pdfs import CRAFTED
from tests.every_code.bench import LIMIT, Bench, Table, one_json
from tests.every_code.sys_update import Makers

TABLE = Table()


def in_window(bench: Bench, scenario: str, wanted: str) -> str | None:
    """Which code the window shows: the one that is looked for, or another."""
    program = [sys.executable, "-P", "-m", "tests.every_code.window_program", scenario, wanted]
    environment = {"PYTHONPATH": bench.path, "QT_QPA_PLATFORM": "offscreen"} | bench.environment
    process = subprocess.run(
        [*program, *bench.shared()],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    if not process.stdout.strip():
        return None
    shown: list[str] = one_json(process.stdout)
    return wanted if wanted in shown else ", ".join(shown)


# ---------------------------------------------------------------------------- documents
def _review(bench: Bench, pdf: bytes, wanted: str, scenario: str = "review") -> str | None:
    bench.ask_to_sign(documents=(("doc-1", pdf),), media_type="application/pdf")
    return in_window(bench, scenario, wanted)


@TABLE("IMZ-371")
def a_broken_pdf(bench: Bench) -> str | None:
    return _review(bench, b"%PDF-1.7", "IMZ-371")


@TABLE("IMZ-372")
def a_pdf_that_opens_with_a_password(bench: Bench) -> str | None:
    return _review(bench, pdfs.encrypted(b"secret"), "IMZ-372")


@TABLE("IMZ-373")
def a_page_as_large_as_a_house(bench: Bench) -> str | None:
    page = pdfs.document([pdfs.lines("a")], box="[0 0 20000 20000]")
    return _review(bench, page, "IMZ-373")


@TABLE("IMZ-374")
def a_page_that_takes_for_ever(bench: Bench) -> str | None:
    return _review(bench, CRAFTED["pattern of tiny steps"](), "IMZ-374", "impatient review")


@TABLE("IMZ-375")
def a_page_that_takes_all_the_memory(bench: Bench) -> str | None:
    return _review(bench, CRAFTED["forms twice as many each"](), "IMZ-375")


@TABLE("IMZ-376")
def what_draws_is_gone(bench: Bench) -> str | None:
    return _review(bench, pdfs.simple(1), "IMZ-376", "review without what draws")


# ---------------------------------------------------------------------------- what is wished for
@TABLE("SYS-926")
def a_login_that_somebody_else_began(bench: Bench) -> str | None:
    bench.ask_to_sign(purpose="login")
    return in_window(bench, "deny", "SYS-926")


@TABLE("KRT-159")
def the_service_is_not_started(bench: Bench) -> str | None:
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(bench.folder / "nobody")
    bench.url = bench.portal.url
    return in_window(bench, "start the service", "KRT-159")


@TABLE("SYS-949")
def nothing_opens_the_installer(bench: Bench) -> str | None:
    Makers(bench).publish()
    return in_window(bench, "update", "SYS-949")


@TABLE("SYS-962")
def settings_that_cannot_be_written(bench: Bench) -> str | None:
    bench.folders.config.parent.mkdir(parents=True, exist_ok=True)
    bench.folders.config.write_text("no folder")
    return in_window(bench, "change a setting", "SYS-962")


@TABLE("SYS-963")
def a_password_without_a_key_store(bench: Bench) -> str | None:
    bench.settings('[time_stamp]\nmethod = "basic"\nuser = "1234567"\n')
    return in_window(bench, "keep a password", "SYS-963")


@TABLE("SYS-964")
def after_a_crash(bench: Bench) -> str | None:
    assert in_window(bench, "crash", "none") is None
    return in_window(bench, "look", "SYS-964")
