"""Two processes on one database, under load and while one of them is killed again and again."""

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import httpx
import pytest

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, OutcomeReport, UnblockRequest
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.portal_client.client import PortalClient
from kamusm_esign.sandbox.portal.commands import KEY_VARIABLE, open_portal
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import codes
from kamusm_esign.sandbox.portal.tables import AuditRow, Code, SessionRow
from kamusm_esign.support.clock import steady
from tests.sandbox.portal.balancer import balanced
from tests.sandbox.portal.desk import SERIAL, Clock, Desk, SealKey, enrol, session_body
from tests.sandbox.portal.server_process import COMMAND, running_portal

T = TypeVar("T")
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


class Person:
    """Somebody with the product's own client, at the one address of both servers.

    What is repeated without anybody's doing is repeated by the client, as often and after such
    pauses as it is shipped with. It never repeats the two calls of the step-up, which the person
    then does: "Yeniden gönder", and "Onayla" with the same SMS code.
    """

    def __init__(self, url: str) -> None:
        self._client = PortalClient(
            url, version="2.0.0", platform="linux", language="tr", clock=steady
        )
        self.calls = self.by_hand = 0

    def journey(self, code: str) -> bytes:
        """From the code to the outcome; gives the sealed PUK."""
        key = str(uuid.uuid4())
        opened = self._call(lambda: self._client.open_session(VerificationCode(code), key))
        access = opened.access
        with suppress(SmsIsThereError):
            self._by_hand(lambda: self._client.send_step_up(access))
        self._by_hand(lambda: self._client.check_step_up(access, secret(OTP)))
        wanted = UnblockRequest(SERIAL, None, (UnblockMethod.SO_PIN,), SealKey().public)
        grant = self._call(
            lambda: self._client.authorize_unblock(access, wanted, str(uuid.uuid4()))
        )
        at = opened.session.server_now(steady())
        report = OutcomeReport(Outcome.SUCCEEDED, None, False, SERIAL, at)
        self._call(lambda: self._client.put_outcome(access, report))
        assert grant.sealed_puk is not None
        return grant.sealed_puk

    def _call(self, ask: Callable[[], T]) -> T:
        self.calls += 1
        return ask()

    def _by_hand(self, ask: Callable[[], None]) -> None:
        end = time.monotonic() + 120
        while True:
            try:
                return self._call(ask)
            except FailedError as error:
                if error.failure.code is FailureCode.TOO_MANY_ATTEMPTS:
                    raise SmsIsThereError from None  # sent already; its answer got lost
                unheard = (FailureCode.PORTAL_UNREACHABLE, FailureCode.PORTAL_TIMEOUT)
                if error.failure.code not in unheard or time.monotonic() > end:
                    raise
            self.by_hand += 1
            time.sleep(0.5)


class SmsIsThereError(Exception):
    """Another SMS is not sent so soon after the first."""


def secret(digits: str) -> Secret:
    return Secret.taking(bytearray(digits.encode()))


def test_killed_servers_lose_nothing_and_give_nothing_twice(portal: tuple[Portal, str]) -> None:
    opened, url = portal
    ports = [free_port() for _ in range(2)]
    servers = [Server(url, port) for port in ports]
    over, kills = threading.Event(), 0
    people: list[Person] = []
    puks: list[bytes] = []
    chance = random.Random(7)

    def killer() -> None:
        nonlocal kills
        while not over.is_set():
            server = servers[kills % 2]
            over.wait(chance.uniform(0.05, 0.6))
            server.kill()
            kills += 1
            server.start()

    def enough() -> bool:
        """Also when no kill has hit a request yet, which takes long on a computer that is fast."""
        most = len(puks) >= 10 * JOURNEYS
        return len(puks) >= JOURNEYS and kills >= KILLS and (repeats() > 0 or most)

    def repeats() -> int:
        return balancer.connections - sum(person.calls for person in people)

    with ExitStack() as stack:
        for server in servers:
            stack.callback(server.kill)
        balancer = stack.enter_context(balanced(ports))
        thread = threading.Thread(target=killer)
        thread.start()
        try:
            with ThreadPoolExecutor(8) as pool:
                while not enough():
                    more = [Person(balancer.url) for _ in range(20)]
                    people += more
                    puks += pool.map(Person.journey, more, [new_code(opened) for _ in more])
        finally:
            over.set()
            thread.join(120)
    assert len(set(puks)) == len(puks) >= JOURNEYS
    repeated = repeats()
    by_hand = sum(person.by_hand for person in people)
    print(f"{len(puks)} journeys, {kills} kills: {repeated} repeats, {by_hand} by hand")
    assert repeated > 0
    with opened.database.read() as db:
        sessions = db.query(SessionRow).all()
        assert {s.outcome for s in sessions} == {"succeeded"}
        assert len({s.code_hash for s in sessions}) == len(sessions) == len(puks)
        assert db.query(Code).filter(Code.used_at.is_(None)).count() == 0
        for event in ("session-opened", "puk-released", "outcome"):
            noted = Counter(r.session_id for r in db.query(AuditRow).filter_by(event=event))
            assert noted == {s.id: 1 for s in sessions}, event
