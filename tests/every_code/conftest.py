"""One bench for each scenario."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.card.conftest import shim_library, templates
from tests.equipment.surroundings import compile_surroundings
from tests.every_code.bench import Bench, make_bench
from tests.journeys.conftest import key_store

__all__ = ["key_store", "shim_library", "templates"]


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A person at a computer."""
    yield from make_bench(request, tmp_path)


@pytest.fixture(scope="session")
def surroundings_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What shifts the clock."""
    return compile_surroundings(tmp_path_factory.mktemp("surroundings"))
