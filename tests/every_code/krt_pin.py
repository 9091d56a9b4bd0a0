"""KRT: what a card and its driver say to a PIN, a PUK or a signature."""

import shutil
from pathlib import Path

from tests.equipment.portal_faults import Exchange
from tests.equipment.softhsm import make_token
from tests.every_code.bench import Bench, Table

TABLE = Table()


def set_pin_with(bench: Bench, *faults: str) -> str | None:
    bench.card.fault(*faults)
    return bench.set_pin()


# ---------------------------------------------------------------------------- the driver
@TABLE("KRT-110")
def it_crashes(bench: Bench) -> str | None:
    return set_pin_with(bench, "C_Login(SO) 1 crash")


@TABLE("KRT-111")
def it_hangs(bench: Bench) -> str | None:
    bench.program = "tests.equipment.impatient_cli"
    return set_pin_with(bench, "C_Login(SO) 1 hang")


@TABLE("KRT-112")
def it_says_what_nobody_expects(bench: Bench) -> str | None:
    bench.card.fault("C_Login(USER) 1 error 0x6")  # CKR_FUNCTION_FAILED
    return bench.verify_pin()


@TABLE("KRT-109")
def it_does_not_know_the_card(bench: Bench) -> str | None:
    bench.card.fault("C_GetTokenInfo 0 error 0xE1")  # CKR_TOKEN_NOT_RECOGNIZED
    return bench.tokens()


@TABLE("KRT-114")
def the_card_host_does_not_come_up(bench: Bench) -> str | None:
    bench.use_card()
    bench.installation(("kamusm_esign/card/host.py", b"def main(", b"def nobody("))
    return bench.verify_pin()


# ---------------------------------------------------------------------------- PIN
@TABLE("KRT-121")
def a_wrong_pin(bench: Bench) -> str | None:
    bench.use_card()
    return bench.verify_pin("111222")


@TABLE("KRT-122")
def the_last_try(bench: Bench) -> str | None:
    bench.card.set_tries(1, 3)
    return bench.verify_pin()


@TABLE("KRT-123")
def a_blocked_pin(bench: Bench) -> str | None:
    bench.card.set_tries(0, 3)
    return bench.verify_pin()


@TABLE("KRT-124")
def a_card_without_a_pin(bench: Bench) -> str | None:
    bench.use_card(pin=None)
    return bench.verify_pin()


@TABLE("KRT-133")
def a_change_whose_end_nobody_knows(bench: Bench) -> str | None:
    bench.card.fault("C_SetPIN 1 after 0x5")
    return bench.change_pin()


@TABLE("KRT-145")
def nothing_is_typed_on_the_reader(bench: Bench) -> str | None:
    bench.card.type_on_reader()
    return bench.change_pin()


@TABLE("KRT-146")
def one_wrong_pin_was_tried(bench: Bench) -> str | None:
    bench.card.set_tries(2, 3)
    return bench.check("pin")


# ---------------------------------------------------------------------------- PUK, a new PIN
@TABLE("KRT-115")
def a_reader_with_keys_of_its_own(bench: Bench) -> str | None:
    bench.card.type_on_reader("590271")
    return bench.set_pin()


@TABLE("KRT-125")
def a_wrong_puk(bench: Bench) -> str | None:
    bench.portal.desk.puks[bench.card.token.serial] = b"99999999"
    return bench.set_pin()


@TABLE("KRT-126")
def a_puk_at_its_last_try(bench: Bench) -> str | None:
    bench.card.set_tries(0, 1)
    return bench.set_pin()


@TABLE("KRT-127")
def a_blocked_puk(bench: Bench) -> str | None:
    bench.card.set_tries(0, 0)
    return bench.set_pin()


@TABLE("KRT-147")
def one_wrong_puk_was_tried(bench: Bench) -> str | None:
    bench.card.set_tries(3, 2)
    return bench.check("puk")


@TABLE("KRT-128")
def a_pin_that_the_card_does_not_take(bench: Bench) -> str | None:
    return set_pin_with(bench, "C_InitPIN 1 error 0xA2")  # CKR_PIN_LEN_RANGE


@TABLE("KRT-129")
def a_card_that_cannot_do_it(bench: Bench) -> str | None:
    return set_pin_with(bench, "C_InitPIN 1 error 0x54")  # CKR_FUNCTION_NOT_SUPPORTED


@TABLE("KRT-131")
def pulled_out(bench: Bench) -> str | None:
    return set_pin_with(bench, "C_Login(SO) 1 error 0x32")  # CKR_DEVICE_REMOVED


@TABLE("KRT-132")
def the_answer_is_lost(bench: Bench) -> str | None:
    bench.card.set_tries(3, 3)
    return set_pin_with(bench, "C_InitPIN 1 after 0x32")


@TABLE("KRT-139")
def the_answer_is_lost_and_the_pin_is_still_blocked(bench: Bench) -> str | None:
    bench.card.set_tries(0, 3)
    return set_pin_with(bench, "C_InitPIN 1 crash")


@TABLE("KRT-140")
def the_pin_is_set_by_somebody_else_while_the_portal_thinks(bench: Bench) -> str | None:
    bench.card.set_tries(0, 3)

    def set_it(exchange: Exchange) -> None:
        bench.card.set_tries(3, 3)
        bench.card.token.give_pin("736184")
        exchange.send(exchange.handle())

    bench.fault("POST /sessions/{}/unblock", set_it)
    return bench.set_pin()


@TABLE("KRT-134")
def another_card_while_the_portal_thinks(bench: Bench) -> str | None:
    tokens = bench.card.token.folder / "tokens"
    other = make_token(bench.folder / "other")

    def swap(exchange: Exchange) -> None:
        shutil.rmtree(tokens)
        shutil.copytree(other.folder / "tokens", tokens)
        exchange.send(exchange.handle())

    bench.fault("POST /sessions/{}/unblock", swap)
    return bench.set_pin()


# ---------------------------------------------------------------------------- which card
@TABLE("KRT-136")
def a_code_for_another_card(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask(serials=("0123456789",))
    return bench.set_pin()


@TABLE("KRT-137")
def a_token_that_is_not_there(bench: Bench) -> str | None:
    bench.use_card()
    return bench.set_pin("--token", "NOT-THIS-ONE")


@TABLE("KRT-138")
def a_card_that_does_not_sign(bench: Bench) -> str | None:
    bench.card.fault("C_SignInit 1 error 0x68")  # CKR_KEY_FUNCTION_NOT_PERMITTED
    return bench.sign().code


def two_cards(bench: Bench) -> None:
    """A second card beside the first, in the same driver."""
    second = make_token(bench.folder / "second", label="SECOND")
    for token in Path(second.folder / "tokens").iterdir():
        shutil.copytree(token, bench.card.token.folder / "tokens" / token.name)


@TABLE("KRT-160")
def two_cards_at_once(bench: Bench) -> str | None:
    bench.use_card()
    two_cards(bench)
    return bench.check("token")
