"""A slice of the runs with a wrong certificate (`python -m tests.faults tls` plays more)."""

import ssl
from collections.abc import Iterator

import pytest

from tests.faults.days import Days
from tests.faults.tls_day import CERTIFICATES, TlsDay, TlsRun, tls_days

World = tuple[Days, dict[str, ssl.SSLContext]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with tls_days(tmp_path_factory.mktemp("tls")) as world:
        yield world


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_said_to_who_cannot_prove_its_name(world: World, seed: int) -> None:
    days, wrong = world
    case = TlsDay.of(seed)
    with days.computer(case.day) as computer:
        run = TlsRun(case, computer, wrong)
        run.play()
    assert not run.violations, f"{case}: {run.violations}"


def test_a_seed_means_the_same_for_ever() -> None:
    assert TlsDay.of(0) == TlsDay.of(0)
    cases = [TlsDay.of(seed) for seed in range(60)]
    assert {case.certificate for case in cases} == set(CERTIFICATES)
    assert {case.from_the_beginning for case in cases} == {True, False}
