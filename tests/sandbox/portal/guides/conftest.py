"""A real browser, a practice world with a real card, and the application beside them."""

import functools
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from kamusm_esign.domain.portal_session import Purpose
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.practice_world import PracticeWorld, answer_of, random_pin, write_lines
from tests.sandbox.portal.desk import Answer, Clock, Desk, Live, session_body
from tests.sandbox.portal.signer import sign_all

WAIT_MS = 60_000
HTTP = functools.partial(httpx.request, verify=False, timeout=60)


class RemoteLive(Live):
    """A session as the application holds it, over the network."""

    def __init__(self, url: str, code: str) -> None:
        super().__init__(Desk(cast("Portal", None), Clock()), {})
        self._url = url
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = HTTP("POST", f"{url}/api/v1/sessions", json=session_body(code), headers=headers)
        assert answer.status_code == 201, answer.text
        self.view = answer.json()

    def ask(self, method: str, path: str = "", **more: Any) -> Answer:
        """A request with the session's token."""
        headers = {"Authorization": f"Bearer {self.view['token']}", **more.pop("headers", {})}
        found = HTTP(method, self._url + self.path + path, headers=headers, **more)
        return Answer(found.status_code, found.headers, found.content)


@dataclass
class World:
    """The portal, the person's card, and what the application does with them."""

    practice: PracticeWorld

    @property
    def url(self) -> str:
        """Of the portal."""
        return self.practice.portal.url

    @property
    def card(self) -> IssuedCertificate:
        """The person's certificate and its key."""
        return self.practice._issued

    def set_pin(self, code: str) -> bool:
        """The real program on the command line, with the real card."""
        new_pin = random_pin(avoid=self.practice.old_pin)
        words = ("--portal", self.url, "set-pin", "--code", "-")
        with self.practice.command("tr", *words, errors=subprocess.DEVNULL) as program:
            write_lines(program, code.encode(), new_pin.encode())
            seen = self.practice.portal.sms()
            end = time.monotonic() + 90
            while program.poll() is None and time.monotonic() < end:
                if (sms := self.practice.portal.sms()) != seen and sms:
                    write_lines(program, sms[1].encode())
                    seen = sms
                time.sleep(0.2)
            answer = answer_of(program)
        assert answer["failure"] is None, answer
        return self.practice.refusal_of(new_pin.encode()) is None

    def sign(self, code: str) -> str:
        """Sign everything that the code's session asks for; its purpose."""
        live = RemoteLive(self.url, code)
        live.desk.clock.now = time.time()
        # In a thread: pyHanko wants an event loop of its own, and this one has the browser's.
        with ThreadPoolExecutor(1) as pool:
            answers = pool.submit(sign_all, live, self.card).result()
        assert [a.status for a in answers] == [200] * len(answers), answers[0].body
        assert live.outcome("succeeded").status == 204
        return str(live.view["purpose"])


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One practice world for all guides."""
    practice = PracticeWorld(tmp_path_factory.mktemp("world") / "w", Purpose.PIN_UNBLOCK)
    try:
        practice.start_portal()
        yield World(practice)
    finally:
        practice.stop()


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
    expected = "the server responded with a status of 422"  # a form that was filled in wrongly
    assert [c for c in complaints if expected not in c] == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page."""
    return new_page()


def code_on(page: Page) -> str:
    """The verification code that the page shows."""
    page.wait_for_selector("#code")
    return str(page.get_attribute("#code", "data-code"))


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
