"""The doctor's checks beside a thing that is really broken; what a code's own scenario lets the
doctor say already stands there."""

from pathlib import Path

from tests.card.test_binaries import elf
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import say_problem
from tests.equipment.tls_certificates import TlsAuthority
from tests.every_code import imz, krt_pin, krt_reader, prt_way, sys_program
from tests.every_code.bench import Bench, Scenario
from tests.every_code.krt_reader import FOREIGN_ATR, insert, told
from tests.every_code.prt_way import nobody_listens

Row = tuple[str, str, Scenario]
"""Check, the code that it gives, and what is broken."""


def no_card(bench: Bench) -> str | None:
    bench.world.start_service()
    return bench.check("card")


def a_foreign_card(bench: Bench) -> str | None:
    insert(bench, FOREIGN_ATR)
    return told(bench, "KRT-107", "card")


def a_mute_card(bench: Bench) -> str | None:
    insert(bench, mute=True)
    return told(bench, "KRT-108", "card")


def no_reader(bench: Bench) -> str | None:
    bench.world.start_service(reader="")
    return bench.check("reader")


def no_driver(bench: Bench) -> str | None:
    insert(bench)
    return told(bench, "KRT-105", "driver")


def a_driver_for_another_processor(bench: Bench) -> str | None:
    insert(bench, libraries=[Path(bench.put("libakis.so", elf(32, 3)))])
    return told(bench, "KRT-104", "driver")


def a_card_that_its_driver_does_not_know(bench: Bench) -> str | None:
    """`token` has nothing to add then: `driver` tells."""
    bench.card.fault("C_GetTokenInfo 0 error 0xE1")  # CKR_TOKEN_NOT_RECOGNIZED
    found = bench.checks()
    assert found["token"] is None
    return found["driver"]


def a_blocked_pin(bench: Bench) -> str | None:
    bench.card.set_tries(0, 3)
    return bench.check("pin")


def a_pin_at_its_last_try(bench: Bench) -> str | None:
    bench.card.set_tries(1, 3)
    return bench.check("pin")


def no_pin(bench: Bench) -> str | None:
    bench.use_card(pin=None)
    return bench.check("pin")


def a_blocked_puk(bench: Bench) -> str | None:
    bench.card.set_tries(3, 0)
    return bench.check("puk")


def a_puk_at_its_last_try(bench: Bench) -> str | None:
    bench.card.set_tries(3, 1)
    return bench.check("puk")


def a_card_without_a_certificate(bench: Bench) -> str | None:
    folder = bench.card.token.folder / "tokens"
    der = bench.card.token.issued.certificate_der
    for path in folder.rglob("*.object"):
        if der in path.read_bytes():
            path.unlink()
            path.with_suffix(".lock").unlink(missing_ok=True)
    return bench.check("certificate")


def a_proxy_that_is_not_there(bench: Bench) -> str | None:
    bench.settings(f'[proxy]\nmode = "manual"\naddress = "{nobody_listens()}"\n')
    bench.url = "https://portal.example"
    return bench.check("proxy")


def an_expired_certificate(bench: Bench) -> str | None:
    authority = TlsAuthority(bench.folder)
    empty = bench.folder / "empty"
    empty.mkdir()
    bench.environment |= {"SSL_CERT_FILE": str(authority.path), "SSL_CERT_DIR": str(empty)}
    tls = authority.server("127.0.0.1", expired=True)
    bench.url = bench.enter(PortalDouble(tls=tls)).url
    return bench.check("tls")


def _portal_says(bench: Bench, problem: str) -> str | None:
    bench.fault("GET /client", *[say_problem(problem)] * 9)
    return bench.check("portal")


def a_portal_that_wants_a_newer_program(bench: Bench) -> str | None:
    return _portal_says(bench, "client-too-old")


def a_portal_under_repair(bench: Bench) -> str | None:
    return _portal_says(bench, "maintenance")


def a_journal_that_is_no_folder(bench: Bench) -> str | None:
    bench.folders.journal.parent.mkdir(parents=True)
    bench.folders.journal.write_text("no folder")
    return bench.check("journal")


def a_job_that_failed(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault("POST /sessions", say_problem("code-expired"))
    assert bench.set_pin() == "PRT-212"
    return bench.check("last-job")


ON_PCSC: tuple[Row, ...] = (
    ("reader", "KRT-102", no_reader),
    ("reader", "KRT-151", krt_reader.a_reader_without_a_driver),
    ("reader", "KRT-152", krt_reader.only_what_windows_pretends),
    ("card", "KRT-103", no_card),
    ("card", "KRT-107", a_foreign_card),
    ("card", "KRT-108", a_mute_card),
    ("card-free", "KRT-113", krt_reader.another_program_has_the_card),
    ("driver", "KRT-104", a_driver_for_another_processor),
    ("driver", "KRT-105", no_driver),
)
ROWS: tuple[Row, ...] = (
    ("pcsc-service", "KRT-118", krt_reader.it_is_disabled),
    ("pcsc-service", "KRT-119", krt_reader.it_is_masked),
    ("pcsc-service", "KRT-120", krt_reader.it_speaks_another_version),
    ("pcsc-service", "KRT-154", krt_reader.it_is_not_installed),
    ("remote-session", "KRT-153", krt_reader.from_far_away),
    ("driver", "KRT-155", krt_reader.a_file_that_is_no_driver),
    ("driver", "KRT-156", krt_reader.a_driver_that_this_user_may_not_read),
    ("driver", "KRT-157", krt_reader.a_driver_that_needs_another_library),
    ("driver-copies", "KRT-158", krt_reader.the_driver_twice),
    ("token", "KRT-109", a_card_that_its_driver_does_not_know),
    ("token", "KRT-160", krt_pin.two_cards_at_once),
    ("last-job", "PRT-212", a_job_that_failed),
    ("pin", "KRT-122", a_pin_at_its_last_try),
    ("pin", "KRT-123", a_blocked_pin),
    ("pin", "KRT-124", no_pin),
    ("puk", "KRT-126", a_puk_at_its_last_try),
    ("puk", "KRT-127", a_blocked_puk),
    ("certificate", "IMZ-323", imz.it_has_expired),
    ("certificate", "IMZ-325", a_card_without_a_certificate),
    ("certificate", "IMZ-326", imz.it_is_not_valid_yet),
    ("certificate", "IMZ-361", imz.it_cannot_be_read),
    ("proxy", "PRT-207", a_proxy_that_is_not_there),
    ("proxy", "PRT-254", prt_way.a_proxy_that_wants_to_know_who_asks),
    ("dns", "PRT-251", prt_way.no_such_name),
    ("connection", "PRT-252", prt_way.nobody_takes_the_connection),
    ("captive-portal", "PRT-256", prt_way.a_network_that_wants_a_sign_in),
    ("tls", "PRT-203", an_expired_certificate),
    ("tls", "PRT-253", prt_way.no_encryption_comes_about),
    ("tls-inspection", "PRT-257", prt_way.somebody_reads_along),
    ("portal", "PRT-214", a_portal_that_wants_a_newer_program),
    ("portal", "PRT-216", a_portal_under_repair),
    ("clock", "SYS-918", sys_program.a_clock_that_is_an_hour_late),
    ("key-store", "SYS-909", sys_program.no_key_store),
    ("journal", "SYS-910", a_journal_that_is_no_folder),
)
