"""A slice of the fault matrix, the same one every time; `python -m tests.faults` plays more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kamusm_esign.domain.portal_session import Outcome
from tests.card.conftest import shim_library, templates
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import SoftHsmToken
from tests.faults.bad_day import OTHER_PIN
from tests.faults.matrix import Case, Run

__all__ = ["shim_library", "templates"]

BATCHES, IN_A_BATCH = 10, 13


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_is_lost_and_nothing_is_made_up(
    batch: int,
    templates: Callable[..., SoftHsmToken],
    shim_library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    violations = []
    for seed in range(batch * IN_A_BATCH, (batch + 1) * IN_A_BATCH):
        folder = tmp_path / str(seed)
        (folder / "shim").mkdir(parents=True)
        token = templates().copy_to(folder / "softhsm")
        card = ShimmedToken(token, shim_library, folder / "shim")
        for name, value in card.environment.items():
            monkeypatch.setenv(name, value)
        ended = Run(Case.of(seed), card, folder).play()
        violations += [f"{ended.case}: {violation}" for violation in ended.violations]
    assert not violations, "\n".join(violations)


def test_a_seed_means_the_same_for_ever() -> None:
    first = Case.of(0)
    assert first == Case.of(0)
    assert len({Case.of(seed).fault for seed in range(200)}) > 100


class BesideAnother(Run):
    """Somebody sets another PIN while ours is typed, on the same card and without pulling it."""

    def _while_the_pin_is_typed(self) -> None:
        card, case = self.card, self.case
        card.fault()
        card.set_tries(3, 3)
        card.token.give_pin(OTHER_PIN)
        (card.folder / "log").unlink()
        card.fault(case.fault)


@pytest.mark.parametrize(
    "fault", ["none", *(f"C_InitPIN 1 {how}" for how in ("error 0x30", "error 0x101", "crash"))]
)
def test_the_pin_of_somebody_else_is_not_taken_for_ours(
    fault: str,
    templates: Callable[..., SoftHsmToken],
    shim_library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A blocked PIN that works afterwards proves nothing, if another program unblocked it."""
    (tmp_path / "shim").mkdir()
    card = ShimmedToken(templates().copy_to(tmp_path / "hsm"), shim_library, tmp_path / "shim")
    for name, value in card.environment.items():
        monkeypatch.setenv(name, value)
    run = BesideAnother(Case(0, "set-pin", fault, True, 0, 3), card, tmp_path)
    ended = run.play()
    assert ended.outcome is Outcome.FAILED
    assert "C_Login(SO)" not in card.spending_calls()
    assert card.token.takes_pin(OTHER_PIN)
    violations = [v for v in ended.violations if v != "(b) neither PIN is right"]
    assert not violations
