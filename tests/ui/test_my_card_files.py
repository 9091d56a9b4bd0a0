"""Screen 10: the whole number on demand, details, and a certificate's files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog

from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind, PinState
from kamusm_esign.flows.change_or_verify_pin import AskPin
from kamusm_esign.ui.jobs.certificate_files import certificate_file
from kamusm_esign.ui.pages.try_pin import TryPin
from kamusm_esign.ui.presenter import intents, my_card_intents
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.my_card import present_try
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import SERVER_TIME, certificate, overview, token
from tests.ui.pages.conftest import Show, show  # noqa: F401 (a fixture)
from tests.ui.pages.stage import EN, TR, clipped, nameless
from tests.ui.samples import SAMPLES
from tests.ui.test_desk import Office, office  # noqa: F401 (a fixture)

SERIAL = "1357901234"
DAY = timedelta(days=1)


def life(start: timedelta, end: timedelta, **more: Any) -> CertificateInfo:
    made = certificate(
        "c" + str(start), not_before=SERVER_TIME + start, not_after=SERVER_TIME + end
    )
    return replace(made, der=b"DER", issuer="Kamu SM NES Sürüm 6", serial_number="0a1b", **more)


OLD, NEW = life(-1000 * DAY, 28 * DAY), life(28 * DAY, 1000 * DAY)


def page(*certificates: CertificateInfo, words: Words = TR, **more: Any) -> TryPinPage:
    card = token(SERIAL, certificates=certificates)
    state = AskPin(ticket=7, wanted=None, token=card)
    made = present_try(state, overview(card), words, SERVER_TIME, hides=False, asking=False, **more)
    assert isinstance(made, TryPinPage)
    return made


@pytest.mark.parametrize(
    ("certificates", "notes"),
    [
        ((life(-DAY, 1000 * DAY),), [""]),
        ((OLD,), ["Yenileme dönemindesiniz"]),
        ((OLD, NEW), ["Yenisi kartınızda", "Kartınız bozuk değil"]),
        ((life(-9 * DAY, -DAY), NEW), ["", "Kartınız bozuk değil"]),
        ((OLD, replace(NEW, kind=CertificateKind.ENCRYPTION)), ["Yenileme dönemindesiniz", None]),
    ],
)
def test_what_comes_after_a_certificate_is_said(
    certificates: tuple[CertificateInfo, ...], notes: list[str | None]
) -> None:
    said = [row.note for row in page(*certificates).certificates]
    for note, wanted in zip(said, notes, strict=True):
        assert wanted is None or (note.startswith(wanted) if wanted else note == "")


def test_the_second_at_which_the_new_one_begins_is_named() -> None:
    begins = NEW.not_before.astimezone().strftime("%d.%m.%Y %H:%M:%S")
    assert begins in page(OLD, NEW, words=EN).certificates[0].note


def test_the_number_is_masked_until_it_is_wanted() -> None:
    assert SERIAL not in str([fact.value for fact in page(OLD).facts])
    assert SERIAL in [fact.value for fact in page(OLD, revealed=True).facts]


def test_details_hold_no_whole_number_of_a_person() -> None:
    row = page(OLD).certificates[0]
    shown = " ".join(fact.value for fact in row.more)
    assert OLD.holder_id not in shown
    assert "Kamu SM NES Sürüm 6" in shown
    assert OLD.sha256 in shown.replace(" ", "")
    assert OLD.holder_id not in row.file_stem


def test_what_cannot_be_read_has_a_fingerprint_and_can_be_saved_alone() -> None:
    row = page(replace(OLD, readable=False)).certificates[0]
    assert (len(row.more), row.calendar) == (1, "")
    assert row.export
    assert page(replace(OLD, der=b"")).certificates[0].export == ""


# ---------------------------------------------------------------------------- files
def test_the_certificate_itself() -> None:
    assert certificate_file(OLD, "cer", TR, SERVER_TIME) == b"DER"


@pytest.mark.parametrize("words", [TR, EN])
def test_the_calendar_entry(words: Words) -> None:
    end = datetime(2027, 4, 30, 14, 5, 31, tzinfo=UTC)
    data = certificate_file(replace(OLD, not_after=end), "ics", words, SERVER_TIME)
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20270430T140531Z" in lines
    # The same day two months before; February has no 30th.
    assert "TRIGGER;VALUE=DATE-TIME:20270228T140531Z" in lines
    assert f"UID:{OLD.sha256}@kamusm-esign" in lines
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n")
    for private in (OLD.holder, OLD.holder_id):
        assert private not in data.decode()
    said = next(line for line in lines if line.startswith("DESCRIPTION"))
    assert "\\," in said or "," not in said


@pytest.mark.parametrize(
    ("words", "name", "mark"), [(TR, "egitim-", "EĞİTİM MODU"), (EN, "practice-", "PRACTICE")]
)
def test_whatever_leaves_practice_says_so(words: Words, name: str, mark: str) -> None:
    def suggested(words: Words) -> list[str]:
        screens = ("doctor-report", "signed", "review-grant", "card")
        pages: list[Any] = [SAMPLES[screen](words) for screen in screens]
        report, signed, review, card = pages
        rows = [row.file_stem for row in card.certificates]
        return [report.report.file_name, signed.receipts.file_name, review.file_name, *rows]

    practice = replace(words, practice=True)
    real = suggested(words)
    assert suggested(practice) == [name + one for one in real]
    assert all(real)
    entries = [certificate_file(OLD, "ics", w, SERVER_TIME).decode() for w in (words, practice)]
    lines = entries[1].replace("\r\n ", "").split("\r\n")
    said = [line for line in lines if line.startswith(("SUMMARY:", "DESCRIPTION:"))]
    assert len(said) == 3
    assert all(line.partition(":")[2].startswith(mark) for line in said)
    assert mark not in entries[0]
    assert all(len(line.encode()) <= 75 for line in entries[1].split("\r\n"))


def test_files_are_saved_and_it_is_said(office: Office, tmp_path: Path) -> None:  # noqa: F811
    office.world.card.seen = overview(token(SERIAL, certificates=(OLD,), pin=PinState.OK))
    office.say(intents.OpenJob("tokens"))
    for form, there in (("cer", b"DER"), ("ics", b"BEGIN:VCALENDAR")):
        path = tmp_path / f"mine.{form}"
        office.say(my_card_intents.SaveCertificate(OLD.sha256, str(path), form))
        assert path.read_bytes().startswith(there)
        assert f"mine.{form}" in office.window.models[-1].saved.title
    office.say(my_card_intents.SaveCertificate(OLD.sha256, str(tmp_path / "no" / "x.cer"), "cer"))
    assert office.window.models[-1].saved.code == "SYS-925"
    office.say(my_card_intents.SaveCertificate("0" * 64, str(tmp_path / "other.cer"), "cer"))
    assert not (tmp_path / "other.cer").exists()
    office.say(my_card_intents.RevealSerial(revealed=True))
    assert office.window.models[-1].revealed


# ---------------------------------------------------------------------------- the page
def test_buttons_ask_where_and_say_what(show: Show, tmp_path: Path) -> None:  # noqa: F811
    stage = show(TryPin(), page(OLD, NEW))
    assert nameless(stage.page) == []
    more = stage.find("certificate.list.2.more")
    assert not more.isVisible()
    stage.find("certificate.list.2.details").click()
    assert more.isVisible()
    stage.find("certificate.list.2.export").click()
    (dialog,) = stage.page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "a.cer"))
    dialog.reject()
    stage.find("card.reveal").click()
    assert stage.intents == [
        my_card_intents.SaveCertificate(NEW.sha256, str(tmp_path / "a.cer"), "cer"),
        my_card_intents.RevealSerial(revealed=True),
    ]


@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("words", [TR, EN])
def test_nothing_is_clipped_with_details_open(
    show: Show,  # noqa: F811
    size: tuple[int, int],
    scale: float,
    words: Words,
) -> None:
    stage = show(TryPin(), page(OLD, NEW, words=words), size=size, scale=scale)
    stage.find("certificate.list.1.details").click()
    assert clipped(stage.area) == []
