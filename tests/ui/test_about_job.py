"""Updates from the desk: a signed announcement, a lane of its own, nothing without a press."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign import __version__
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.update import version_numbers
from kamusm_esign.ui.jobs.job import AboutRoom
from kamusm_esign.ui.presenter import about_intents, intents
from tests.ui.about_samples import COMPONENTS
from tests.ui.test_desk import Office
from tests.updates.test_updates import INSTALLER, NAME, RELEASE, World

_NOW = version_numbers(__version__)
NEXT = f"{_NOW[0]}.{_NOW[1]}.{_NOW[2] + 1}"
ADDRESS = "https://portal.example/indir"


class Counter:
    """The desk, the makers' server, and what was opened."""

    def __init__(self, folder: Path) -> None:
        self.office, self.opened = Office(), list[Path]()
        self.makers = World(folder, version=__version__)
        self.makers.publish(replace(RELEASE, version=NEXT))
        portal = self.office.world.portal
        portal.client = replace(portal.client, download_url=ADDRESS)
        self.office.about = AboutRoom(
            lambda: COMPONENTS,
            lambda component: f"The licence of {component.name}",
            lambda: self.makers.updater,
            self.opened.append,
        )
        self.office.reopen()

    @property
    def page(self) -> Any:
        return self.office.window.models[-1]

    def wish(self, intent: intents.Intent) -> Any:
        """Wish for something that takes its time."""
        self.office.desk.on_intent(intent)
        if self.page.busy:
            self.office.wait()
        return self.page


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "updates")
    yield made
    made.office.desk.go_home()
    made.office.close()


def test_from_the_offer_to_the_installer(counter: Counter) -> None:
    page = counter.wish(intents.OpenJob("about"))
    assert page.frame.primary.intent == about_intents.DownloadUpdate()
    assert NEXT in page.update_text
    assert NAME not in counter.makers.server.asked
    page = counter.wish(about_intents.DownloadUpdate())
    assert page.frame.primary.intent == about_intents.OpenInstaller()
    assert counter.opened == []
    counter.office.desk.on_intent(about_intents.OpenInstaller())
    counter.office.wait()
    (path,) = counter.opened
    assert path.read_bytes() == INSTALLER
    assert counter.page.frame.primary is None


def test_up_to_date(counter: Counter) -> None:
    counter.makers.publish(replace(RELEASE, version=__version__))
    page = counter.wish(intents.OpenJob("about"))
    assert page.chip.kind == "ok"
    assert page.frame.primary.intent == about_intents.LookForUpdate()
    counter.makers.publish(replace(RELEASE, sequence=8, version=NEXT))
    assert (
        counter.wish(about_intents.LookForUpdate()).frame.primary.intent
        == about_intents.DownloadUpdate()
    )


def test_where_this_version_is_refused_the_newer_one_is_offered(counter: Counter) -> None:
    portal = counter.office.world.portal
    portal.client = replace(portal.client, minimum_version=NEXT)
    page = counter.wish(intents.OpenJob("about"))
    assert NEXT in page.notice.text
    assert page.frame.primary.intent == about_intents.DownloadUpdate()
    counter.wish(about_intents.DownloadUpdate())
    assert NEXT in counter.page.notice.text
    assert counter.page.frame.primary.intent == about_intents.OpenInstaller()


@pytest.mark.parametrize("expired", [False, True])
def test_where_none_is_offered_it_is_not_called_up_to_date(counter: Counter, expired: bool) -> None:
    portal = counter.office.world.portal
    portal.client = replace(portal.client, minimum_version=NEXT)
    counter.makers.publish(replace(RELEASE, version=__version__))
    if expired:
        counter.makers.now = RELEASE.expires
    page = counter.wish(intents.OpenJob("about"))
    assert page.chip.kind == "warn"
    assert "kamusm.gov.tr" in page.update_text
    assert page.notice.code == "SYS-944" if expired else NEXT in page.notice.text
    assert page.frame.primary.intent == about_intents.LookForUpdate()


def test_a_refused_announcement_offers_nothing(counter: Counter) -> None:
    counter.makers.now = RELEASE.expires
    page = counter.wish(intents.OpenJob("about"))
    assert page.notice.code == "SYS-944"
    counter.office.desk.on_intent(about_intents.DownloadUpdate())
    counter.office.desk.on_intent(about_intents.OpenInstaller())
    assert counter.makers.server.asked == ["kamusm-esign-update.json"]
    assert counter.opened == []


def test_a_file_that_was_changed_on_the_disk_is_not_opened(counter: Counter) -> None:
    counter.wish(intents.OpenJob("about"))
    counter.wish(about_intents.DownloadUpdate())
    (counter.makers.folder / NAME).write_bytes(b"something else")
    counter.office.desk.on_intent(about_intents.OpenInstaller())
    counter.office.wait()
    assert counter.page.notice.code == "SYS-947"
    assert counter.opened == []


def test_what_the_system_does_not_open_is_said(counter: Counter) -> None:
    def refuse(_path: Path) -> None:
        raise FailedError.of(FailureCode.UPDATE_NOT_STARTED)

    counter.office.about = counter.office.about._replace(open_installer=refuse)
    counter.office.reopen()
    counter.wish(intents.OpenJob("about"))
    counter.wish(about_intents.DownloadUpdate())
    counter.office.desk.on_intent(about_intents.OpenInstaller())
    counter.office.wait()
    assert counter.page.notice.code == "SYS-949"
    assert counter.page.frame.primary.intent == about_intents.OpenInstaller()


def test_switched_off(counter: Counter) -> None:
    counter.office.about = counter.office.about._replace(updates=None)
    counter.office.reopen()
    page = counter.wish(intents.OpenJob("about"))
    assert not page.busy
    assert page.frame.primary is None
    counter.office.desk.on_intent(about_intents.LookForUpdate())
    assert counter.makers.server.asked == []


def test_licences(counter: Counter) -> None:
    counter.wish(intents.OpenJob("about"))
    page = counter.wish(about_intents.ShowLicence(COMPONENTS[2].name))
    assert (page.text_title, page.text) == (
        COMPONENTS[2].name,
        f"The licence of {COMPONENTS[2].name}",
    )
    assert counter.wish(about_intents.ShowLicence("")).text == ""
    assert counter.wish(about_intents.ShowLicence("no such thing")).text_title == ""
