"""Fixtures of the portal's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kamusm_esign.sandbox.ca import IssuedCertificate
from tests.sandbox.portal.desk import Desk, enrol, make_desk
from tests.sandbox.portal.postgres import Postgres, running_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Modules that say `ON_BOTH = True` run on both kinds of database."""
    if "database_url" in metafunc.fixturenames:
        both = getattr(metafunc.module, "ON_BOTH", False)
        kinds = [SQLITE, POSTGRESQL] if both else [SQLITE]
        metafunc.parametrize("database_url", kinds, indirect=True, ids=kinds if both else [""])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for all tests of a process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None: SQLite in the test's folder."""
    if request.param == SQLITE:
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_portal_database()


@pytest.fixture
def empty_desk(tmp_path: Path, database_url: str | None) -> Iterator[Desk]:
    """A portal without any card."""
    desk = make_desk(tmp_path, database_url)
    yield desk
    desk.portal.database.close()


@pytest.fixture
def card(empty_desk: Desk) -> IssuedCertificate:
    """The one enrolled card, a NES."""
    return enrol(empty_desk)


@pytest.fixture
def desk(empty_desk: Desk, card: IssuedCertificate) -> Desk:
    """A portal with one card."""
    return empty_desk
