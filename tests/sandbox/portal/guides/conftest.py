"""A real browser, a practice world with a real card, and the real window beside them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kamusm_esign.domain.portal_session import Purpose
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.practice_world import PracticeWorld
from tests.equipment.accessibility import accessible_session
from tests.equipment.display import Display, x_server
from tests.sandbox.portal.guides.application import World

WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS / 2)


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """A screen for the window."""
    with x_server() as display:
        yield display


@pytest.fixture(scope="session")
def session(display: Display, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A desktop whose programs can be led from outside."""
    with accessible_session(tmp_path_factory.mktemp("session"), display.environment) as session:
        yield session


@contextmanager
def practice_world(
    folder: Path, kind: CertificateKind, display: Display, session: Mapping[str, str]
) -> Iterator[World]:
    """A portal, and one card of that kind with a PIN on it."""
    practice = PracticeWorld(folder, Purpose.PIN_UNBLOCK, kind)
    try:
        practice.start_portal()
        yield World(practice, display, session)
    finally:
        practice.stop()


@pytest.fixture(scope="package")
def world(
    tmp_path_factory: pytest.TempPathFactory, display: Display, session: dict[str, str]
) -> Iterator[World]:
    """One practice world with a NES for all guides."""
    folder = tmp_path_factory.mktemp("world") / "w"
    with practice_world(folder, CertificateKind.NES, display, session) as world:
        yield world


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser, world: World) -> Iterator[NewPage]:
    """Makes a page of a person's own; fails on whatever the browser complains about."""
    contexts, complaints = [], []

    def make(**options: Any) -> Page:
        context = chromium.new_context(**{"locale": "tr-TR", "base_url": world.url, **options})
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    # A form that was filled in wrongly, and a page that is not there.
    expected = ("a status of 422", "a status of 404")
    assert [c for c in complaints if not any(words in c for words in expected)] == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page."""
    return new_page()


def code_on(page: Page) -> str:
    """The verification code that the page shows."""
    page.wait_for_selector("#code")
    return str(page.get_attribute("#code", "data-code"))


def link_on(page: Page) -> str:
    """Where “Uygulamada aç” leads."""
    page.wait_for_selector("#code")
    link = page.get_by_role("link", name="Uygulamada aç").get_attribute("href")
    assert link == f"kamusm-esign-practice://code/{code_on(page)}"
    return link


def newest(page: Page, path: str) -> str:
    """What the newest message of an outbox says, as the person reads it in another tab."""
    other = page.context.new_page()
    other.goto(path)
    found = other.locator("b.otp").first.inner_text()
    other.close()
    return found


def picture_of(page: Page) -> str:
    """The answer to the question in words beside the picture."""
    words = page.locator("#h-picture").inner_text()
    first, second = (int(w.strip(".")) for w in words.split() if w.strip(".").isdigit())
    return str(first + second)
