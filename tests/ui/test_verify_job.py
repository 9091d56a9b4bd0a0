"""Verifying from the desk: files really signed, the real verifier, a lane of its own."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.ui.presenter import intents
from tests.equipment.test_ca import TestCa
from tests.signing.conftest import AT, PDF, TEXT, builder
from tests.signing.software_card import SoftwareCard
from tests.ui.test_desk import EN, SOON, Office

CARD = SoftwareCard(TestCa().issue("nes", "p256", not_after=datetime(2035, 1, 1, tzinfo=UTC)))
P7S = builder().sign(TEXT, SignatureFormat.CADES_BES_DETACHED, CARD, AT)
SIGNED = builder().sign(PDF, SignatureFormat.PADES_B_B, CARD, AT)

Write = Callable[[str, bytes], str]


class Counter:
    """The desk with screen 14 open."""

    def __init__(self) -> None:
        self.office = Office()
        self.office.desk.on_intent(intents.OpenJob("verify"))

    @property
    def page(self) -> Any:
        """What is shown now."""
        return self.office.window.models[-1]

    def verify(self, path: str) -> Any:
        """Give a file and wait for what comes of it."""
        return self._give(intents.VerifyFile(path))

    def document(self, path: str) -> Any:
        """Give the document."""
        return self._give(intents.VerifyDocument(path))

    def _give(self, intent: intents.Intent) -> Any:
        self.office.desk.on_intent(intent)
        assert self.page.busy
        self.office.wait()
        assert not self.page.busy
        return self.page


@pytest.fixture
def counter() -> Iterator[Counter]:
    made = Counter()
    yield made
    made.office.desk.go_home()
    made.office.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return written


def test_it_begins_without_a_file(counter: Counter) -> None:
    assert (counter.page.frame.screen, counter.page.verdict, counter.page.busy) == (14, "", False)


def test_a_signed_pdf(counter: Counter, write: Write) -> None:
    page = counter.verify(write("a.pdf", SIGNED))
    assert (page.verdict, page.file.file_name, page.document) == ("unknown", "a.pdf", None)
    assert {check.state for check in page.rows[0].checked.checks} == {"ok"}
    counter.office.desk.set_words(EN)
    assert counter.page.headline == "The document is unchanged; who signed it could not be checked"


def test_a_changed_pdf(counter: Counter, write: Write) -> None:
    page = counter.verify(write("a.pdf", SIGNED.replace(b"/MediaBox", b"/MediaBux", 1)))
    assert page.verdict == "failed"
    assert "IMZ-341" in page.sentence


def test_a_detached_signature_asks_for_its_document(counter: Counter, write: Write) -> None:
    page = counter.verify(write("a.p7s", P7S))
    assert (page.verdict, page.notice) == ("", None)
    assert page.document_lead
    assert counter.document(write("a.txt", TEXT)).verdict == "unknown"
    assert counter.page.document.file_name == "a.txt"
    assert counter.document(write("b.txt", TEXT + b"!")).verdict == "failed"
    assert counter.verify(write("a.pdf", SIGNED)).document is None


@pytest.mark.parametrize(
    ("content", "code"), [(b"nothing", "IMZ-340"), (PDF, "IMZ-340"), (None, "IMZ-344")]
)
def test_what_cannot_be_judged(
    counter: Counter, write: Write, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = str(tmp_path / "nowhere") if content is None else write("a", content)
    page = counter.verify(path)
    assert page.verdict == ""
    assert page.notice.code == code


def test_a_document_without_a_file_is_not_wanted(counter: Counter, write: Write) -> None:
    counter.office.desk.on_intent(intents.VerifyDocument(write("a.txt", TEXT)))
    assert not counter.page.busy


def test_who_signed_can_be_shown_in_full(counter: Counter, write: Write) -> None:
    page = counter.verify(write("a.pdf", SIGNED))
    masked = [fact.value for fact in page.rows[0].facts]
    counter.office.desk.on_intent(intents.UnmaskReceipts(unmasked=True))
    whole = [fact.value for fact in counter.page.rows[0].facts]
    assert "*" in masked[0]
    assert "*" not in whole[0]


class Stuck:
    """A verifier that works until it is let go, and then fails as nobody expected."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.thread = 0

    def verify(self, content: bytes, document: bytes | None = None) -> Any:
        self.thread = threading.get_ident()
        self.begun.set()
        assert self.go_on.wait(SOON)
        raise LookupError(content)


@pytest.fixture
def stuck(counter: Counter) -> Stuck:
    made = Stuck()
    counter.office.verifier = made
    counter.office.desk.on_intent(intents.OpenJob("verify"))
    return made


@pytest.mark.expects_log("verify_job ERROR unexpected LookupError")
def test_the_window_goes_on_meanwhile(counter: Counter, stuck: Stuck, write: Write) -> None:
    counter.office.desk.on_intent(intents.VerifyFile(write("a", SIGNED)))
    assert stuck.begun.wait(SOON)
    assert stuck.thread != threading.get_ident()
    # Neither cards nor portal wait for it, a second file is not taken, and one may go.
    assert all(lane.wait_idle(SOON) for lane in counter.office.lanes)
    counter.office.desk.on_intent(intents.VerifyFile(write("b", SIGNED)))
    assert counter.page.file.file_name == "a"
    counter.office.desk.go_home()
    stuck.go_on.set()
    counter.office.wait()
    assert counter.office.window.now == "home"


@pytest.mark.expects_log("verify_job ERROR unexpected LookupError")
def test_what_nobody_expected_is_said_without_what_is_in_the_file(
    counter: Counter, stuck: Stuck, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    stuck.go_on.set()
    page = counter.verify(write("a", b"12345678901"))
    assert page.notice.code == "SYS-901"
    assert "LookupError" in caplog.text
    assert "12345678901" not in caplog.text + page.notice.text
