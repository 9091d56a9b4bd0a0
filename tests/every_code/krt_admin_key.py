"""KRT: a PIN is set without a PUK, on the real stack (pcscd, OpenSC, a virtual card)."""

import os
import signal
import threading
from pathlib import Path

from tests.equipment.portal_faults import Exchange, say_problem
from tests.equipment.real_card import RealCard, RealDesk, opensc
from tests.equipment.softhsm import NEW_PIN
from tests.every_code.bench import CODE, LIMIT, Bench, Table
from tests.journeys.conftest import Ended

TABLE = Table()
CHALLENGE = "POST /sessions/{}/unblock/challenge"


def card_in_reader(bench: Bench, **card: object) -> RealCard:
    """A blocked card of a kind that has an admin key, and a code for it."""
    bench.world.start_service()
    library = opensc()
    assert library is not None
    desk = RealDesk(bench.folder, bench.world, library, methods=("challenge-response", "so-pin"))
    bench.ways_out.callback(desk.close)
    made = desk.card(**{"pin_tries": 0, **card})  # type: ignore[arg-type]
    bench.environment |= desk.environment
    bench.settings(f'card_types = "{desk.card_types}"\n')
    bench.ask(serials=(made.serial,), methods=("challenge-response",))
    made.insert()
    return made


@TABLE("KRT-141")
def the_portal_has_another_key(bench: Bench) -> str | None:
    card_in_reader(bench)
    return bench.set_pin()


@TABLE("KRT-142")
def the_last_try_of_the_key(bench: Bench) -> str | None:
    card_in_reader(bench, admin_tries=1)
    return bench.set_pin()


@TABLE("KRT-143")
def a_blocked_key(bench: Bench) -> str | None:
    card_in_reader(bench, admin_tries=0)
    return bench.set_pin()


@TABLE("KRT-144")
def the_card_host_is_held_up_beyond_its_time(bench: Bench) -> str | None:
    """As when the computer falls asleep: the answer is there, and its time is over."""
    card_in_reader(bench)
    process = bench.start("set-pin", "--code", CODE, "--secrets-stdin", "--json")
    timers: list[threading.Timer] = []

    def hold_up(exchange: Exchange) -> None:
        hosts = children(process.pid)
        for host in hosts:
            os.kill(host, signal.SIGSTOP)
            timers.append(threading.Timer(4.7, os.kill, (host, signal.SIGCONT)))
            timers[-1].start()
        exchange.send(exchange.handle())

    bench.fault(CHALLENGE, hold_up)
    out, err = process.communicate(f"{NEW_PIN}\n", timeout=LIMIT)
    for timer in timers:
        timer.join()
    return Ended(process.returncode, out, err).code


@TABLE("PRT-226")
def the_portal_has_answered_another_challenge(bench: Bench) -> str | None:
    card_in_reader(bench)
    bench.fault(CHALLENGE, say_problem("challenge-already-answered"))
    return bench.set_pin()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
