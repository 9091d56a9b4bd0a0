"""How many codes a second the practice portal exchanges, with few and with many codes stored.

Prints one JSON object for each kind of database: exchanges per second with 10^4 and with 10^6
stored codes (rounds taken in turn, in one run, over HTTP against one server process), how the two
stand to each other, and the 99th percentile of the time an exchange takes at half of the maximum,
the median of several stretches; and how often the code page's poll is answered, in turn with them.
Client and server share this computer, and maybe others: processor time per exchange does not depend
on them; how long the server waited for a processor and how much of it the host gave to others tell
how far to trust the other times. A measurement is no test.
"""

import argparse
import http.client
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from kamusm_esign.sandbox.portal.commands import KEY_VARIABLE, open_portal
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services.codes import CODE_SECONDS
from kamusm_esign.sandbox.portal.tables import Code
from tests.sandbox.portal.postgres import running_postgres

BATCH = 10_000
CONNECTIONS = 8
DURABLE = ("max_connections=120", "shared_buffers=256MB")
"""PostgreSQL as it is meant to be run: what was answered survives a power cut."""


@dataclass
class Store:
    """A database with some codes, and the server on it."""

    name: str
    portal: Portal
    port: int
    pid: int
    rates: list[float]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    sys.setswitchinterval(0.0005)  # the client's threads must not wait for each other
    os.environ[KEY_VARIABLE] = secrets.token_hex(32)
    report = {
        kind: measure(kind, arguments) for kind in arguments.database or ["sqlite", "postgresql"]
    }
    print(json.dumps({"processors": os.cpu_count(), **report}, indent=2))
    return 0


def measure(kind: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Both sizes in turn, then the times at half of the maximum."""
    with ExitStack() as stack:
        urls = stack.enter_context(new_urls(kind))
        stores = []
        for name, size in (("few", arguments.few), ("many", arguments.many)):
            portal = open_portal(next(urls))
            stack.callback(portal.database.close)
            fill(portal, size)
            tidy(portal)
            url = portal.database._engine.url.render_as_string(hide_password=False)
            stores.append(Store(name, portal, *stack.enter_context(server(url)), []))
        for store in stores:
            exchanges(store, arguments.seconds / 2)  # both warm
        used, polled, used_by_polls = [], [], []
        for _ in range(arguments.rounds):
            for store in stores:
                rate, each = with_processor_time(exchanges, store, arguments.seconds)
                store.rates.append(rate)
                used.append(each)
            rate, each = with_processor_time(polls, stores[1], arguments.seconds)
            polled.append(rate)
            used_by_polls.append(each)
        few, many = (statistics.median(store.rates) for store in stores)
        waited = waiting_time(stores[1].pid)
        rounds, stolen = [], []
        for seed in range(arguments.rounds):
            before = stolen_time()
            rounds.append(at_rate(stores[1], many / 2, arguments.seconds * 2, seed))
            stolen.append((stolen_time() - before) / len(rounds[-1]))
        times = [taken for one in rounds for taken in one]
        slow = [quantile(one, 0.99) for one in rounds]
        waited = waiting_time(stores[1].pid) - waited
        return {
            "server_processor_ms_per_exchange": round(statistics.median(used) * 1000, 2),
            "exchanges_per_second": {"few": round(few, 1), "many": round(many, 1)},
            "many_to_few": round(many / few, 3),
            "server_processor_ms_per_poll": round(statistics.median(used_by_polls) * 1000, 2),
            "polls_per_second": round(statistics.median(polled), 1),
            "rounds": {s.name: [round(rate, 1) for rate in s.rates] for s in stores},
            "p50_ms_at_half": round(quantile(times, 0.50) * 1000, 1),
            "p99_ms_at_half": round(statistics.median(slow) * 1000, 1),
            "p99_ms_at_half_rounds": [round(one * 1000, 1) for one in slow],
            "stolen_ms_per_exchange": [round(one * 1000, 2) for one in stolen],
            "server_waited_ms_per_exchange": round(waited / len(times) * 1000, 2),
        }


@contextmanager
def new_urls(kind: str) -> Iterator[Iterator[str]]:
    """Addresses of empty databases of a kind."""
    if kind == "postgresql":
        with running_postgres(*DURABLE) as postgres:
            yield iter(postgres.new_database, None)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield (f"sqlite:///{Path(folder) / f'{n}.db'}" for n in range(9))


def fill(portal: Portal, size: int) -> None:
    """Codes that were issued at some time and are not used."""
    for start in range(0, size, BATCH):
        hashes = [secrets.token_hex(32) for _ in range(min(BATCH, size - start))]
        store(portal, hashes)


def tidy(portal: Portal) -> None:
    """What the database would do by itself sooner or later; not while something is measured."""
    with portal.database._engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM (ANALYZE)"))


def new_codes(portal: Portal, count: int) -> list[str]:
    """Codes that can be exchanged now; issued at once, so that issuing is not measured."""
    codes = [f"{secrets.randbelow(10**15):015d}" for _ in range(count)]
    store(portal, [portal.keys.mac("code", code) for code in codes])
    return codes


def store(portal: Portal, hashes: list[str]) -> None:
    """Put codes into the table."""
    now = time.time()
    common = {
        "purpose": "pin-unblock",
        "certificate_kind": "nes",
        "holder": "Deneme Kişisi",
        "holder_id": "10000000146",
        "serials": ["08C9150800160012"],
        "methods": ["so-pin"],
        "browser": "benchmark",
        "address": "127.0.0.***",
        "match_number": "00",
        "formats": [],
        "created_at": now,
        "expires_at": now + 10 * CODE_SECONDS,
    }
    with portal.database.write() as db:
        db.execute(insert(Code), [{"hash": digest, **common} for digest in hashes])


@contextmanager
def server(url: str) -> Iterator[tuple[int, int]]:
    """A server process; gives its port and its number."""
    command = [sys.executable, "-m", "kamusm_esign.sandbox", "portal", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", url], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().rpartition(":")[2]), process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def processor_time(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5), /proc/pid/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waiting_time(pid: int) -> float:
    """Seconds for which its threads could have run, but for others that did."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[1]) for thread in threads) / 1e9


def stolen_time() -> float:
    """Seconds that the host of this virtual machine has given to others so far (proc(5))."""
    return int(Path("/proc/stat").read_text().split()[8]) / os.sysconf("SC_CLK_TCK")


class Client:
    """One connection that stays open, from an address of its own."""

    def __init__(self, port: int, number: int) -> None:
        source = (f"127.0.{number // 250}.{number % 250 + 1}", 0)
        self._http = http.client.HTTPConnection("127.0.0.1", port, source_address=source)

    def connect(self) -> None:
        """Before the first exchange, where connecting is not what is measured."""
        self._http.connect()

    def exchange(self, code: str) -> None:
        """Exchange a code; anything but a session is an error."""
        client = {"name": "kamusm-esign", "version": "2.0.0", "platform": "linux"}
        body = json.dumps({"code": code, "client": client})
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        self._http.request("POST", "/api/v1/sessions", body, headers)
        answer = self._http.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {content!r}")

    def start_polling(self, portal: Portal) -> None:
        """Have the portal show a code to a browser, whose poll is asked for from then on."""
        self._http.request("GET", "/")
        answer = self._http.getresponse()
        answer.read()
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        csrf = portal.keys.mac("csrf", cookie.partition("=")[2])
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._http.request("POST", "/giris/e-imzali", f"csrf={csrf}", headers)
        answer = self._http.getresponse()
        answer.read()
        # A login begins under a token of its own.
        self._cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]

    def poll(self) -> None:
        """What the code page asks every five seconds."""
        self._http.request("GET", "/kod/durum", headers={"Cookie": self._cookie})
        answer = self._http.getresponse()
        content = answer.read()
        if json.loads(content)["state"] != "waiting":
            raise RuntimeError(f"{answer.status} {content!r}")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def with_processor_time(
    flat_out: Callable[[Store, float], float], store: Store, seconds: float
) -> tuple[float, float]:
    """How many a second, and the seconds of the server's processor that each took."""
    before = processor_time(store.pid)
    rate = flat_out(store, seconds)
    return rate, (processor_time(store.pid) - before) / (rate * seconds)


def exchanges(store: Store, seconds: float) -> float:
    """As many as there can be; per second."""
    codes = new_codes(store.portal, int(1500 * seconds))
    return _flat_out(store, seconds, lambda client: client.exchange(codes.pop()))


def polls(store: Store, seconds: float) -> float:
    """Likewise, each from a browser of its own whose code waits."""
    return _flat_out(store, seconds, Client.poll, lambda client: client.start_polling(store.portal))


def _flat_out(
    store: Store,
    seconds: float,
    act: Callable[[Client], None],
    prepare: Callable[[Client], None] = Client.connect,
) -> float:
    done = [0] * CONNECTIONS
    clients = [Client(store.port, number) for number in range(CONNECTIONS)]
    for client in clients:
        prepare(client)
    begun = time.perf_counter()

    def work(number: int) -> None:
        while time.perf_counter() < begun + seconds:
            act(clients[number])
            done[number] += 1
        clients[number].close()

    in_threads(work, CONNECTIONS)
    return sum(done) / (time.perf_counter() - begun)


def at_rate(store: Store, rate: float, seconds: float, seed: int) -> list[float]:
    """The times of exchanges that arrive by chance, waiting for a free connection included."""
    chance = random.Random(seed)
    arrivals, at = [], 0.0
    while at < seconds:
        at += chance.expovariate(rate)
        arrivals.append(at)
    codes = new_codes(store.portal, len(arrivals))
    lock, times = threading.Lock(), []
    together = threading.Barrier(4 * CONNECTIONS)
    begun = 0.0

    def work(number: int) -> None:
        nonlocal begun
        client = Client(store.port, number)
        client.connect()
        if together.wait() == 0:
            begun = time.perf_counter()
        together.wait()
        while True:
            with lock:
                if not arrivals:
                    break
                due, code = arrivals.pop(0), codes.pop()
            time.sleep(max(0.0, begun + due - time.perf_counter()))
            client.exchange(code)
            taken = time.perf_counter() - begun - due
            with lock:
                times.append(taken)
        client.close()

    in_threads(work, 4 * CONNECTIONS)
    return times


def in_threads(work: Any, count: int) -> None:
    """Run it so often at once."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def quantile(times: list[float], share: float) -> float:
    """The time that so large a share stays below."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


if __name__ == "__main__":
    sys.exit(main())
