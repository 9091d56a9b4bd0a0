"""Fixtures of the portal's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kamusm_esign.sandbox.ca import IssuedCertificate
from tests.sandbox.portal.desk import Desk, enrol, make_desk


@pytest.fixture
def empty_desk(tmp_path: Path) -> Iterator[Desk]:
    """A portal without any card."""
    desk = make_desk(tmp_path)
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
