"""The twelve situations: complete, told apart, and each found by the program's own doctor."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.domain.certificate_chain import ChainEnd
from kamusm_esign.resource_files import resource
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.demo import main as demo
from kamusm_esign.sandbox.demo_portal import DemoPortal
from kamusm_esign.sandbox.doctor import run_doctor
from kamusm_esign.sandbox.personas import PERSONAS
from kamusm_esign.sandbox.practice_window import marked_receipt
from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situation_world import Stage, folders_of, prepare
from kamusm_esign.sandbox.situations import BY_NAME, SITUATIONS, Group, Situation, Staged
from kamusm_esign.sandbox.teller import TEXTS
from kamusm_esign.signing.receipt_pdf import receipt_pdf
from kamusm_esign.support.settings import settings_of

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 25
ASKED_FOR = (
    *("new-card", "blocked", "last-try", "puk-low", "expired", "not-yet-valid", "wrong-card"),
    *("two-cards", "no-driver", "portal-down", "code-expired", "card-pulled"),
)
SEEN_BESIDES = {"card-pulled": {"KRT-103"}}
"""What else is true in a situation: a card that was pulled out is not there."""


def test_there_are_twelve_in_three_groups_each_with_a_code_of_its_own() -> None:
    assert tuple(situation.name for situation in SITUATIONS) == ASKED_FOR
    for group in Group:
        assert len([s for s in SITUATIONS if s.group is group]) == 4
    codes = [situation.ends_on for situation in SITUATIONS]
    assert None not in codes
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("situation", BY_NAME.values(), ids=lambda s: s.name)
def test_what_it_is_made_of_is_there(situation: Situation) -> None:
    assert situation.persona in PERSONAS
    assert resource("icons", f"{situation.icon}.svg").is_file()
    for language in ("tr", "en"):
        texts = SituationTexts(language)
        for said in (texts.title(situation), texts.line(situation), texts.task(situation)):
            for sentence in re.split(r"[.;:] ", said):
                assert 0 < len(sentence.split()) <= MOST_WORDS


def test_both_languages_have_the_same_texts() -> None:
    found = [
        tomllib.loads((TEXTS / f"situations.{language}.toml").read_text("utf-8"))
        for language in ("tr", "en")
    ]
    keys = [{(table, key) for table, texts in one.items() for key in texts} for one in found]
    assert keys[0] == keys[1]
    assert set(BY_NAME) <= set(found[0])


@pytest.mark.parametrize(("language", "page"), [("tr", "egitim"), ("en", "training")])
def test_the_guide_has_them_word_for_word(language: str, page: str) -> None:
    texts, said = SituationTexts(language), (ROOT / f"docs/guide/{page}.md").read_text("utf-8")
    for s in SITUATIONS:
        assert s.ends_on is not None
        row = (
            f"{texts.title(s)} (`{s.name}`) | {texts.line(s)} | {texts.task(s)} | {s.ends_on.value}"
        )
        assert f"| {row} |\n" in said


def test_they_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(["--list-situations"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BY_NAME)
    assert all(s.ends_on.value in lines[i + 1] for i, s in enumerate(SITUATIONS) if s.ends_on)


def test_a_situation_wants_a_display(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert demo(["--situation", "blocked", "--english"]) == 1
    assert "there is no display here" in capsys.readouterr().out


def test_the_chain_of_a_practice_card_is_complete(tmp_path: Path) -> None:
    """The real folders' and an administrator's trust play no part in it."""
    puk = "12345678"
    prepare(tmp_path, BY_NAME["blocked"], NoPortal(), puk)  # type: ignore[arg-type]
    folders = folders_of(tmp_path)
    stage = Stage.open(tmp_path, BY_NAME["blocked"])
    world = stage.world(settings_of(folders, None, {}), folders)
    cards, _watcher = world.cards()
    (card,) = cards.overview().tokens
    now = max(c.not_before for c in card.certificates)
    found = world.chains().chains_of([c.der for c in card.certificates], now)
    assert {chain.end for chain in found} == {ChainEnd.COMPLETE}
    assert len(found[0].issuers) == 2


class NoPortal:
    """Knows every card that it is told of."""

    def enrol(self, serial: str, issued: IssuedCertificate, puk: bytearray) -> str:
        return serial


# ---------------------------------------------------------------------------- the doctor
@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPortal]:
    portal = DemoPortal(tmp_path_factory.mktemp("portal"))
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def seen() -> dict[str, set[str]]:
    """Situation → the codes that the doctor has told in it."""
    return {}


def checks_in(
    situation: Situation,
    portal: DemoPortal,
    folder: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    *more: str,
) -> list[dict[str, Any]]:
    status = run_doctor(folder, situation, portal, ["--language", "tr", "doctor", "--json", *more])
    found = json.loads(capfdbinary.readouterr().out)["checks"]
    bad = any(check["status"] == "error" for check in found)
    assert (status != 0) == bad
    return list(found)


@pytest.mark.slow
@pytest.mark.parametrize("situation", BY_NAME.values(), ids=lambda s: s.name)
def test_the_doctor_names_it(
    situation: Situation,
    portal: DemoPortal,
    seen: dict[str, set[str]],
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    found = checks_in(situation, portal, tmp_path / "world", capfdbinary)
    told = [check for check in found if check["code"]]
    wanted = {situation.ends_on.value} if situation.ends_on else set()
    codes = seen[situation.name] = {check["code"] for check in told}
    assert codes == wanted | SEEN_BESIDES.get(situation.name, set())
    assert all(check["cause"] and check["todo"] for check in told)
    others = [s.ends_on.value for s in SITUATIONS if s.ends_on and s is not situation]
    assert codes.isdisjoint(others)
    first = [c["code"] for status in ("error", "warning") for c in told if c["status"] == status]
    for name, earlier in seen.items():
        assert name == situation.name or not first or first[0] not in earlier


@pytest.mark.slow
def test_a_report_says_that_it_is_practice(
    portal: DemoPortal, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "report.zip"
    checks_in(BY_NAME["blocked"], portal, tmp_path / "world", capfdbinary, "--report", str(file))
    with zipfile.ZipFile(file) as packed:
        text = "".join(packed.read(name).decode() for name in packed.namelist())
    assert "eğitim" in text
    assert "314159" not in text


@pytest.mark.slow
def test_the_command_itself_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [*(sys.executable, "-m", "kamusm_esign.sandbox", "doctor"), "--situation", "expired"],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 30, done.stderr
    assert "IMZ-323" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_for_paper_says_in_both_languages_that_it_is_none() -> None:
    said: list[str] = []

    def make(title: str, rows: Sequence[tuple[str, str]], note: str) -> bytes:
        said.extend((title, note))
        return receipt_pdf(title, rows, note)

    pdf = marked_receipt(make, "Makbuz", [("Belge", "E-Onay")], "Not.")
    assert pdf.startswith(b"%PDF")
    assert said[0] == "EĞİTİM MODU · PRACTICE · Makbuz"
    assert "geçerli değildir" in said[1]
    assert "not valid" in said[1]
    assert said[1].endswith("Not.")


def test_what_the_doctor_cannot_see_is_done_first() -> None:
    staged = {s.staged for s in SITUATIONS if s.has_history}
    assert staged == {Staged.CODE_EXPIRED, Staged.OTHER_CARD, Staged.CARD_PULLED}
