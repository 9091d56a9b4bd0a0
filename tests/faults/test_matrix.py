"""A slice of the fault matrix, the same one every time; `python -m tests.faults` plays more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.card.conftest import shim_library, templates
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import SoftHsmToken
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
