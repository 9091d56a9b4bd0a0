"""The pre-flight list: what it says, and what it comes to."""

from dataclasses import replace

import pytest

from kamusm_esign.domain.tokens import PinState
from kamusm_esign.ui.presenter.models import CodePage
from kamusm_esign.ui.presenter.pieces import CheckRow, Light
from tests.ui.pages.models import LIGHT, MINE, code_page
from tests.ui.pages.stage import TR

AWAY, ASKING = (Light("Portal", state, "…") for state in ("bad", "running"))


def row(page: CodePage, name: str) -> CheckRow:
    """One line, by its name."""
    (found,) = (check for check in page.checks if check.name == TR(f"code_check.{name}"))
    return found


def test_everything_that_the_list_promises_is_looked_at() -> None:
    names = ("reader", "driver", "token", "pin", "certificate", "portal", "clock")
    assert [check.name for check in code_page(TR).checks] == [TR(f"code_check.{n}") for n in names]


@pytest.mark.parametrize(
    ("minutes", "portal", "state", "sentence", "ready"),
    [
        (0, LIGHT, "ok", "Bilgisayarın saati doğru", "ready"),
        (7, LIGHT, "warn", "Bilgisayarın saati 7 dakika ileri; düzeltiniz", "not-ready"),
        (-119, LIGHT, "warn", "Bilgisayarın saati 119 dakika geri; düzeltiniz", "not-ready"),
        (-180, LIGHT, "warn", "Bilgisayarın saati 3 saat geri; düzeltiniz", "not-ready"),
        (5_256_000, LIGHT, "warn", "Bilgisayarın saati 3650 gün ileri; düzeltiniz", "not-ready"),
        (None, LIGHT, "skipped", "Portala ulaşılınca karşılaştırılır", "ready"),
        (None, AWAY, "skipped", "Portala ulaşılınca karşılaştırılır", "not-ready"),
        (None, ASKING, "running", "Denetleniyor…", "running"),
    ],
)
def test_the_clock(
    minutes: int | None, portal: Light, state: str, sentence: str, ready: str
) -> None:
    page = code_page(TR, clock=minutes, portal=portal)
    clock = row(page, "clock")
    assert (clock.state, clock.sentence) == (state, sentence)
    assert page.ready.text == TR(f"code.{ready}")


@pytest.mark.parametrize(
    ("pin", "state"),
    [
        (PinState.BLOCKED, "locked"),
        (PinState.UNSET, "ok"),
        (PinState.FINAL_TRY, "noted"),
        (PinState.LOW, "ok"),
        (PinState.OK, "ok"),
        (PinState.UNKNOWN, "ok"),
    ],
)
def test_no_state_of_the_pin_is_in_the_way_of_a_code(pin: PinState, state: str) -> None:
    page = code_page(TR, card=replace(MINE, pin=pin))
    assert row(page, "pin").state == state
    assert page.ready.text == TR("code.ready")
