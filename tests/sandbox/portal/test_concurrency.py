"""Two processes on one database, under load and while one of them is killed again and again."""

import base64
import functools
import os
import random
import secrets
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from kamusm_esign.sandbox.portal.commands import KEY_VARIABLE, open_portal
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import codes
from kamusm_esign.sandbox.portal.tables import AuditRow, Code, SessionRow
from tests.sandbox.portal.desk import (
    SERIAL,
    Clock,
    Desk,
    SealKey,
    enrol,
    outcome_body,
    session_body,
    unblock_body,
)
from tests.sandbox.portal.server_process import COMMAND, running_portal

ON_BOTH = True
OTP = "864209"
PARALLEL = 200
JOURNEYS = int(os.environ.get("PORTAL_JOURNEYS", "60"))
"""300 by hand."""
KILLS = max(4, JOURNEYS // 20)
HTTP = functools.partial(httpx.request, verify=False, timeout=30)


@pytest.fixture
def portal(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Portal, str]]:
    """A database that knows one card, and its URL; all processes have the key."""
    monkeypatch.setenv(KEY_VARIABLE, secrets.token_hex(32))
    url = database_url or f"sqlite:///{tmp_path / 'portal.db'}"
    opened = open_portal(url)
    enrol(Desk(opened, Clock(time.time())))
    yield opened, url
    opened.database.close()


def new_code(portal: Portal) -> str:
    job = codes.Job("pin-unblock", "nes", "Deneme", "10000000146", serials=(SERIAL,), otp=OTP)
    return codes.issue(portal, job).code


def test_of_200_parallel_exchanges_exactly_one_wins(
    tmp_path: Path, portal: tuple[Portal, str]
) -> None:
    opened, url = portal
    code = new_code(opened)
    barrier = Barrier(PARALLEL)
    with (
        running_portal(tmp_path, url=url) as one,
        running_portal(tmp_path, url=url, name="two") as two,
    ):

        def race(number: int) -> int:
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            server = (one, two)[number % 2]
            barrier.wait(60)
            body = session_body(code)
            where = f"{server.url}/api/v1/sessions"
            return HTTP("POST", where, json=body, headers=headers).status_code

        with ThreadPoolExecutor(PARALLEL) as pool:
            statuses = Counter(pool.map(race, range(PARALLEL)))
    assert statuses == {201: 1, 410: PARALLEL - 1}
    with opened.database.read() as db:
        assert db.query(SessionRow).count() == 1


class Server:
    """A server on a port of its own that can be killed, and comes again."""

    def __init__(self, url: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [*COMMAND, "portal", "--port", str(port), "--database", url]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("http")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Client:
    """Repeats what the contract makes safe to repeat, at the other server if need be."""

    def __init__(self, servers: list[Server], seed: int) -> None:
        self._urls = [s.url for s in servers]
        random.Random(seed).shuffle(self._urls)
        self.repeated = 0

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        end = time.monotonic() + 120
        while True:
            try:
                return HTTP(method, f"{self._urls[0]}/api/v1{path}", **more)
            except httpx.TransportError:
                assert time.monotonic() < end
                self._urls.reverse()
                self.repeated += 1
                time.sleep(0.05)

    def journey(self, code: str) -> str:
        """From the code to the outcome; gives the sealed PUK."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self.ask("POST", "/sessions", json=session_body(code), headers=key)
        assert answer.status_code == 201, answer.text
        view = answer.json()
        token = {"Authorization": f"Bearer {view['token']}"}
        path = f"/sessions/{view['id']}"
        # 429: the first try was sent, and its answer got lost.
        assert self.ask("POST", f"{path}/step-up", headers=token).status_code in (202, 429)
        check = self.ask("PUT", f"{path}/step-up", headers=token, json={"otp": OTP})
        assert check.status_code == 204, check.text
        seal_key = base64.b64encode(SealKey().public).decode()
        body = unblock_body(methods=["so-pin"], seal_key=seal_key)
        headers = {**token, "Idempotency-Key": str(uuid.uuid4())}
        grant = self.ask("POST", f"{path}/unblock", json=body, headers=headers)
        assert grant.status_code == 200, grant.text
        report = outcome_body("succeeded")
        told = self.ask("PUT", f"{path}/outcome", headers=token, json=report)
        assert told.status_code == 204, told.text
        return str(grant.json()["sealed_puk"])


def test_killed_servers_lose_nothing_and_give_nothing_twice(portal: tuple[Portal, str]) -> None:
    opened, url = portal
    servers = [Server(url, free_port()) for _ in range(2)]
    over, kills = threading.Event(), 0
    clients: list[Client] = []
    puks: list[str] = []
    chance = random.Random(7)

    def killer() -> None:
        nonlocal kills
        while not over.is_set():
            server = servers[kills % 2]
            over.wait(chance.uniform(0.05, 0.6))
            server.kill()
            kills += 1
            server.start()

    with ExitStack() as stack:
        for server in servers:
            stack.callback(server.kill)
        thread = threading.Thread(target=killer)
        thread.start()
        try:
            with ThreadPoolExecutor(8) as pool:
                while len(puks) < JOURNEYS or kills < KILLS:
                    more = [Client(servers, len(clients) + n) for n in range(20)]
                    clients += more
                    puks += pool.map(Client.journey, more, [new_code(opened) for _ in more])
        finally:
            over.set()
            thread.join(120)
    assert len(set(puks)) == len(puks) >= JOURNEYS
    print(f"{len(puks)} journeys, {kills} kills, {sum(c.repeated for c in clients)} repeats")
    assert sum(client.repeated for client in clients) > 0
    with opened.database.read() as db:
        sessions = db.query(SessionRow).all()
        assert {s.outcome for s in sessions} == {"succeeded"}
        assert len({s.code_hash for s in sessions}) == len(sessions) == len(puks)
        assert db.query(Code).filter(Code.used_at.is_(None)).count() == 0
        for event in ("session-opened", "puk-released", "outcome"):
            noted = Counter(r.session_id for r in db.query(AuditRow).filter_by(event=event))
            assert noted == {s.id: 1 for s in sessions}, event
