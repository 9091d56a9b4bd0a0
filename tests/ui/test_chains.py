"""Screen 10: who issued the certificates, and where that ends."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from kamusm_esign.card.certificates import parse_certificate
from kamusm_esign.domain.certificate_chain import CertificateChain, ChainEnd, ChainLink
from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind, PinState
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.signing.chain import FolderChains
from kamusm_esign.ui.pages.try_pin import TryPin
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.chains import with_chains
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.pieces import CertificateRow, Fact
from kamusm_esign.ui.presenter.words import Words, local_time
from tests.equipment.values import SERVER_TIME, overview, token
from tests.ui.pages.conftest import Show, show  # noqa: F401 (a fixture)
from tests.ui.pages.stage import EN, TR, clipped, nameless
from tests.ui.test_desk import Office, office  # noqa: F401 (a fixture)
from tests.ui.test_my_card_files import NEW, OLD, page

DAY = timedelta(days=1)
ISSUER, ROOT = (
    ChainLink(name, SERVER_TIME - days * DAY, SERVER_TIME + 2000 * DAY)
    for name, days in (("Kamu SM NES Sürüm 6", 1400), ("Kamu SM Kök Sertifikası Sürüm 4", 1500))
)
CALM = (
    *(ChainEnd.COMPLETE, ChainEnd.NO_ISSUER, ChainEnd.FOLDER_NOT_READABLE),
    *(ChainEnd.SELF_SIGNED, ChainEnd.NOT_CHECKED),
)


def chain(end: ChainEnd, *issuers: ChainLink) -> CertificateChain:
    return CertificateChain(ISSUER.name, issuers, end, ISSUER.name)


def shown(*chains: CertificateChain, words: Words = TR) -> TryPinPage:
    known = {c.sha256: found for c, found in zip((OLD, NEW), chains, strict=False)}
    made = with_chains(page(OLD, NEW, words=words), known, words)
    assert isinstance(made, TryPinPage)
    return made


def row(found: CertificateChain, words: Words = TR) -> CertificateRow:
    return shown(found, words=words).certificates[0]


# ---------------------------------------------------------------------------- what is said
def test_a_complete_chain_has_its_mark_its_links_and_its_times() -> None:
    found = row(chain(ChainEnd.COMPLETE, ISSUER, ROOT))
    assert found.facts[-1] == Fact("Zincir", ISSUER.name, mark="ok", said="Zincir tamam")
    said = {fact.name: fact.value for fact in found.more}
    for name, link in (("Yayımlayan", ISSUER), ("Kök", ROOT)):
        begins, ends = local_time(link.not_before), local_time(link.not_after)
        assert said[name] == f"{link.name} ({begins} – {ends})"
    assert said["Zincir"].startswith("Zincir tamam")


def test_an_issuer_that_is_not_here_is_no_alarm() -> None:
    found = row(chain(ChainEnd.NO_ISSUER))
    assert found.facts[-1] == Fact("Yayımlayan", ISSUER.name)
    said = {fact.name: fact.value for fact in found.more}
    assert "bu bilgisayarda bulunmuyor" in said["Zincir"]
    assert "sorun değildir" in said["Zincir"]
    assert said["Yayımlayan"] == OLD.issuer


@pytest.mark.parametrize("words", [TR, EN])
@pytest.mark.parametrize("end", ChainEnd)
def test_only_what_may_be_wrong_is_marked(end: ChainEnd, words: Words) -> None:
    found = row(chain(end, ISSUER), words)
    marks = {ChainEnd.COMPLETE: "ok"}
    assert found.facts[-1].mark == marks.get(end, "" if end in CALM else "warn")
    assert words(f"chain.{end.value}", name=ISSUER.name) in [fact.value for fact in found.more]


def test_what_is_not_known_says_nothing() -> None:
    model = page(OLD)
    assert with_chains(model, {}, TR) == model
    unreadable = page(replace(OLD, readable=False))
    assert with_chains(unreadable, {OLD.sha256: chain(ChainEnd.NOT_CHECKED)}, TR) == unreadable
    nobody = CertificateChain("", (), ChainEnd.NOT_CHECKED)
    assert row(nobody).facts == page(OLD, NEW).certificates[0].facts
    assert with_chains("another page", {}, TR) == "another page"


# ---------------------------------------------------------------------------- the page
@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("words", [TR, EN])
@pytest.mark.parametrize("end", [ChainEnd.NO_ISSUER, ChainEnd.WRONG_SIGNATURE])
def test_nothing_is_clipped(
    show: Show,  # noqa: F811
    size: tuple[int, int],
    scale: float,
    words: Words,
    end: ChainEnd,
) -> None:
    model = shown(chain(ChainEnd.COMPLETE, ISSUER, ROOT), chain(end, ISSUER), words=words)
    stage = show(TryPin(), model, size=size, scale=scale)
    for place in (1, 2):
        stage.find(f"certificate.list.{place}.details").click()
    assert clipped(stage.area) == []
    assert nameless(stage.page) == []


def test_the_mark_is_said_to_who_does_not_see_it(show: Show) -> None:  # noqa: F811
    stage = show(TryPin(), shown(chain(ChainEnd.COMPLETE, ISSUER, ROOT)))
    labels = [label for label in stage.page.findChildren(QLabel) if label.text() == ISSUER.name]
    assert "Zincir: Zincir tamam" in [label.accessibleDescription() for label in labels]


# ---------------------------------------------------------------------------- the job
def test_the_job_looks_on_a_lane_and_again_when_the_card_is_read_again(
    office: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    authority = SandboxCa()
    issued = authority.issue(CertificateKind.NES, "p256").certificate_der
    own = replace(parse_certificate(issued, has_private_key=True), der=issued)
    office.world.card.seen = overview(token(certificates=(own,), pin=PinState.OK))
    office.world.chains = FolderChains(lambda: tmp_path)
    office.reopen()

    def last() -> Fact:
        certificate: CertificateRow = office.window.models[-1].certificates[0]
        return certificate.facts[-1]

    office.say(intents.OpenJob("tokens"))
    assert last() == Fact("Yayımlayan", own.issuer)
    for place, der in enumerate(authority.chain_der):
        (tmp_path / f"{place}.der").write_bytes(der)
    office.say(intents.LookAgain())
    assert (last().value, last().mark) == (own.issuer, "ok")


def test_no_folder_is_read_for_a_change_of_the_pin(office: Office) -> None:  # noqa: F811
    asked: list[CertificateInfo] = []
    office.world.chains = FolderChains(lambda: asked.append(OLD))
    office.world.card.seen = overview(token(certificates=(OLD,), pin=PinState.OK))
    office.reopen()
    office.say(intents.OpenJob("change-pin"))
    assert asked == []
    office.say(intents.GoHome(), intents.OpenJob("tokens"))
    assert len(asked) == 1
