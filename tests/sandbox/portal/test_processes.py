"""The portal as processes: two on one database, a restart, the end; nothing secret left behind."""

import base64
import functools
import socket
import subprocess
import sys
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from kamusm_esign.sandbox.__main__ import main
from kamusm_esign.sandbox.portal.commands import open_portal
from kamusm_esign.sandbox.portal.server import listen
from kamusm_esign.sandbox.portal.services import codes
from tests.sandbox.portal.desk import (
    PUK,
    SERIAL,
    SealKey,
    enrol,
    make_desk,
    outcome_body,
    session_body,
    unblock_body,
)
from tests.sandbox.portal.server_process import database_url, running_portal

OTP = "864209"
HTTP = functools.partial(httpx.request, verify=False)  # plain HTTP: no certificates to load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database that knows one card."""
    desk = make_desk(tmp_path)
    enrol(desk)
    desk.portal.database.close()
    return tmp_path


def new_code(folder: Path) -> str:
    """As `code --serial … --step-up …` makes it, without a process of its own."""
    portal = open_portal(database_url(folder))
    job = codes.Job("pin-unblock", "nes", "Deneme", "10000000146", serials=(SERIAL,), otp=OTP)
    issued = codes.issue(portal, job)
    portal.database.close()
    return issued.code


def exchange(url: str, code: str) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return HTTP("POST", f"{url}/api/v1/sessions", json=session_body(code), headers=headers)


def test_two_processes_behave_as_one(folder: Path) -> None:
    with running_portal(folder) as one, running_portal(folder, name="two") as two:
        urls = (one.url, two.url) * 4
        barrier = Barrier(len(urls))

        def race(url: str, code: str) -> int:
            barrier.wait()
            return exchange(url, code).status_code

        with ThreadPoolExecutor(len(urls)) as pool:
            for _ in range(3):
                code = new_code(folder)
                statuses = Counter(pool.map(race, urls, [code] * len(urls)))
                assert statuses == {201: 1, 410: len(urls) - 1}
            guesses = Counter(pool.map(race, urls, ["1" * 15] * len(urls)))
            assert guesses == {404: 5, 429: 3}

        assert one.stop() == two.stop() == 0
        assert one.log.read_text() == two.log.read_text() == ""


def test_a_puk_is_released_once_by_both(folder: Path) -> None:
    with running_portal(folder) as one, running_portal(folder, name="two") as two:
        view = exchange(one.url, new_code(folder)).json()
        step_up(two.url, view)
        bodies = [
            unblock_body(methods=["so-pin"], seal_key=base64.b64encode(SealKey().public).decode())
            for _ in range(6)
        ]
        barrier = Barrier(len(bodies))

        def race(url: str, body: dict[str, Any]) -> int:
            barrier.wait()
            headers = {**bearer(view), "Idempotency-Key": str(uuid.uuid4())}
            path = f"{url}/api/v1/sessions/{view['id']}/unblock"
            return HTTP("POST", path, json=body, headers=headers).status_code

        with ThreadPoolExecutor(len(bodies)) as pool:
            statuses = Counter(pool.map(race, (one.url, two.url) * 3, bodies))
        assert statuses == {200: 1, 409: 5}


def bearer(view: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {view['token']}"}


def step_up(url: str, view: dict[str, Any]) -> None:
    path = f"{url}/api/v1/sessions/{view['id']}/step-up"
    assert HTTP("POST", path, headers=bearer(view)).status_code == 202
    assert HTTP("PUT", path, headers=bearer(view), json={"otp": OTP}).status_code == 204


def test_a_restart_forgets_nothing(folder: Path) -> None:
    spare = new_code(folder)
    with running_portal(folder) as first:
        view = exchange(first.url, new_code(folder)).json()
        step_up(first.url, view)
        for _ in range(5):
            assert exchange(first.url, "1" * 15).status_code == 404
        first.process.kill()  # not even a farewell
    with running_portal(folder, name="two") as second:
        assert exchange(second.url, spare).status_code == 429
        path = f"{second.url}/api/v1/sessions/{view['id']}"
        body = outcome_body("succeeded")
        assert HTTP("PUT", f"{path}/outcome", headers=bearer(view), json=body).status_code == 204


def test_switches_of_the_process(folder: Path) -> None:
    words = ("--no-step-up", "--minimum-version", "2.0.0")
    with running_portal(folder, *words) as portal:
        assert exchange(portal.url, new_code(folder)).json()["step_up"] is None
        info = HTTP("GET", f"{portal.url}/api/v1/client").json()
        assert info["minimum_version"] == "2.0.0"
        url = database_url(folder)
        assert main(["maintenance", "on", "--retry-after", "9", "--database", url]) == 0
        closed = HTTP("GET", f"{portal.url}/api/v1/client")
        assert (closed.status_code, closed.headers["retry-after"]) == (503, "9")
        assert main(["maintenance", "off", "--database", url]) == 0
        assert HTTP("GET", f"{portal.url}/api/v1/client").status_code == 200


_STOPPED_EARLY = """
import os, signal, sys
from kamusm_esign.sandbox.portal.commands import open_portal
from kamusm_esign.sandbox.portal.server import serve
serve(open_portal(sys.argv[1]), "127.0.0.1", 0, lambda url: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_a_signal_that_comes_with_the_address_ends_it(folder: Path) -> None:
    command = [sys.executable, "-c", _STOPPED_EARLY, database_url(folder)]
    assert subprocess.run(command, timeout=30, check=False).returncode == 0


def test_nothing_secret_is_left_behind(folder: Path) -> None:
    """PUK, codes, tokens, SMS codes: in no file of the portal and in nothing that it prints."""
    pages, secrets = [], [PUK.decode(), OTP]
    with running_portal(folder) as portal:
        code = new_code(folder)
        view = exchange(portal.url, code).json()
        secrets += [code, view["token"]]
        step_up(portal.url, view)
        seal_key = base64.b64encode(SealKey().public).decode()
        headers = {**bearer(view), "Idempotency-Key": str(uuid.uuid4())}
        path = f"{portal.url}/api/v1/sessions/{view['id']}"
        body = unblock_body(methods=["so-pin"], seal_key=seal_key)
        assert HTTP("POST", f"{path}/unblock", json=body, headers=headers).status_code == 200
        with httpx.Client(base_url=portal.url, follow_redirects=True) as browser:
            login = browser.get("/giris").text
            login = login.split('action="/giris/deneme"')[1]
            fields = {name: field(login, name) for name in ("csrf", "holder")}
            menu = browser.post("/giris/deneme", data=fields).text
            page = browser.post("/pin/nes", data={"csrf": field(menu, "csrf")}).text
            secrets.append(between(page, 'data-code="', '"'))
            pages.append(browser.get("/sms").text)
        unused = new_code(folder)
        secrets.append(unused)
        wal = sorted(p.name for p in folder.iterdir())
        assert "portal.db-wal" in wal
        assert_nowhere(folder, secrets)
        assert portal.stop() == 0
        assert portal.process.stdout is not None
        assert portal.process.stdout.read() == ""
    assert_nowhere(folder, secrets)
    assert OTP in pages[0]  # the page that stands for the phone is the one place


def assert_nowhere(folder: Path, secrets: list[str]) -> None:
    files = [p for p in folder.iterdir() if p.is_file()]
    assert len(files) >= 3
    for secret in secrets:
        for form in (secret.encode(), base64.b64encode(secret.encode()).rstrip(b"=")):
            assert not [p.name for p in files if form in p.read_bytes()]


def between(text: str, before: str, after: str) -> str:
    return text.split(before, 1)[1].split(after, 1)[0]


def field(page: str, name: str) -> str:
    return between(page, f'name="{name}" value="', '"')


def test_the_search_for_secrets_finds_one(folder: Path) -> None:
    (folder / "leak.log").write_text(f"x {OTP} y")
    with pytest.raises(AssertionError):
        assert_nowhere(folder, [OTP])


def test_the_key_file_is_the_owners_alone(folder: Path) -> None:
    assert (folder / "portal.db.key").stat().st_mode & 0o777 == 0o600


def test_an_answer_is_sent_at_once() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
