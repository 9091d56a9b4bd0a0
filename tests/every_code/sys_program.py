"""SYS: what is typed, set, installed and kept on this computer."""

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from tests.equipment.another_computer import POLICY, on_another_computer
from tests.equipment.pcsc_impostor import pcsc_impostor
from tests.equipment.portal_faults import changed, delay, drop
from tests.every_code.bench import CODE, LIMIT, Bench, Table
from tests.every_code.krt_pin import two_cards
from tests.every_code.prt_says import OUTCOME, left_to_tell
from tests.every_code.prt_way import OPEN
from tests.journeys.conftest import OTP, Ended

TABLE = Table()


# ---------------------------------------------------------------------------- what is typed
@TABLE("SYS-902")
def a_weak_pin(bench: Bench) -> str | None:
    bench.use_card()
    return bench.set_pin(new_pin="123456")


@TABLE("SYS-903")
def a_pin_that_is_too_short_for_this_code(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask(pin_policy=(8, 8))
    return bench.set_pin()


@TABLE("SYS-904")
def no_code(bench: Bench) -> str | None:
    return bench.run("set-pin", "--code", "12345", "--secrets-stdin", "--json").code


@TABLE("SYS-906")
def no_such_option(bench: Bench) -> str | None:
    return bench.run("tokens", "--no-such-option", "--json").code


@TABLE("SYS-907")
def two_cards_that_may_do_it(bench: Bench) -> str | None:
    bench.use_card()
    two_cards(bench)
    bench.ask(serials=())
    return bench.set_pin()


@TABLE("SYS-908")
def nothing_on_standard_input(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask()
    return bench.run("set-pin", "--code", CODE, "--secrets-stdin", "--json").code


@TABLE("SYS-914")
def an_empty_pin(bench: Bench) -> str | None:
    bench.use_card()
    return bench.verify_pin("")


@TABLE("SYS-916")
def no_incident_code(bench: Bench) -> str | None:
    return bench.run("decode", "AAAA-AAAA", "--json").code


@TABLE("SYS-921")
def a_login_without_its_digits(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask_to_sign(purpose="login")
    words = ("sign", "--code", CODE, "--accept", "login", "--secrets-stdin", "--json")
    return bench.run(*words, stdin="482915\n").code


@TABLE("SYS-911")
def interrupted_by_the_person(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask()
    bench.fault(OPEN, delay(2))
    process = bench.start("set-pin", "--code", CODE, "--secrets-stdin", "--json")
    assert process.stdin is not None
    process.stdin.write("590271\n")
    process.stdin.flush()
    bench.until(lambda: bool(bench.portal.received(OPEN)))
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=LIMIT)
    return Ended(process.returncode, out, err).code


# ---------------------------------------------------------------------------- settings
@TABLE("SYS-905")
def an_address_that_is_not_safe(bench: Bench) -> str | None:
    bench.use_card()
    bench.url = "http://portal.example"
    return bench.run("doctor", "--json").code


@TABLE("SYS-912")
def settings_that_are_not_there(bench: Bench) -> str | None:
    return bench.run("--settings", str(bench.folder / "nowhere"), "tokens", "--json").code


@TABLE("SYS-913")
def what_the_administrator_has_locked(bench: Bench) -> str | None:
    policy = f"mkdir -p {os.path.dirname(POLICY)}; echo 'language = \"tr\"' >{POLICY}"
    words = ("--language", "en", "pending", "--json")
    return bench.run(*words, around=partial(on_another_computer, policy)).code


@TABLE("SYS-961")
def a_setting_that_there_is_not(bench: Bench) -> str | None:
    bench.settings('langauge = "en"\n')
    (problem,) = bench.run("settings", "--json").json["problems"]
    return str(problem["code"])


# ---------------------------------------------------------------------------- this computer
@TABLE("SYS-901")
def what_nobody_thought_of(bench: Bench) -> str | None:
    bench.installation(("kamusm_esign/cli/tokens.py", b"from datetime", b"from no_such_module"))
    return bench.run("tokens", "--json").code


@TABLE("SYS-931")
def an_installation_that_lacks_something(bench: Bench) -> str | None:
    host = "kamusm_esign/card/host.py"
    bench.installation((host, b"def main(", b"def nobody("))
    checks = bench.run("selftest", "--json").json["checks"]
    return next((str(line["code"]) for line in checks if line["status"] == "error"), None)


@TABLE("SYS-909")
def no_key_store(bench: Bench) -> str | None:
    return bench.check("key-store")


@TABLE("SYS-910")
def a_journal_that_cannot_be_written(bench: Bench) -> str | None:
    bench.use_card()
    bench.folders.journal.parent.mkdir(parents=True)
    bench.folders.journal.write_text("no folder")
    return bench.set_pin()


@TABLE("SYS-918")
def a_clock_that_is_an_hour_late(bench: Bench) -> str | None:
    bench.shift_clock(-3600)
    dated = (("Date", format_datetime(datetime.now(UTC), usegmt=True)),)
    answer = changed(lambda answer: replace(answer, headers=dated))
    bench.fault("GET /client", *[answer] * 9)
    return bench.check("clock")


@TABLE("SYS-922")
def nowhere_to_put_the_documents(bench: Bench) -> str | None:
    bench.use_card()
    return bench.sign("--save", str(bench.put("file", b"")) + "/below").code


@TABLE("SYS-925")
def nowhere_to_put_the_report(bench: Bench) -> str | None:
    words = ("doctor", "--report", str(bench.folder / "nowhere" / "report.txt"), "--json")
    bench.url = bench.portal.url
    return bench.run(*words).code


@TABLE("SYS-951")
def a_check_without_an_end(bench: Bench) -> str | None:
    """The service takes the connection and never says a word: the first line tells."""
    door = bench.folder / "door"
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(door)
    bench.enter(pcsc_impostor(door, None))
    bench.module = None
    process = bench.start("--language", "en", "doctor")
    assert process.stdout is not None
    process.stdout.readline()
    said = process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return said.strip().partition(":")[0]


# ---------------------------------------------------------------------------- left unfinished
@TABLE("SYS-917")
def killed_in_the_middle(bench: Bench) -> str | None:
    """What the portal is told later, as the reason."""
    bench.use_card()
    bench.use_key_store()
    bench.card.set_tries(0, 3)
    bench.ask()
    bench.card.fault("C_InitPIN 1 delay 20000")
    process = bench.start("set-pin", "--code", CODE, "--secrets-stdin", "--json")
    assert process.stdin is not None
    process.stdin.write(f"590271\n{OTP}\n")
    process.stdin.flush()
    bench.card.wait_for_call("C_InitPIN", 30)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=LIMIT)
    bench.card.fault()
    assert bench.hand_in() is None
    (session,) = bench.portal.desk.sessions.values()
    assert session.outcome is not None
    return str(session.outcome["failure_code"])


@TABLE("SYS-915")
def another_process_is_at_it(bench: Bench) -> str | None:
    bench.use_card()
    left_to_tell(bench, delay(8), drop())
    before = len(bench.portal.received(OUTCOME))
    first = bench.start("pending", "--hand-in", "--json")
    bench.until(lambda: len(bench.portal.received(OUTCOME)) > before)
    code = bench.hand_in()
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate(timeout=LIMIT)
    return code
