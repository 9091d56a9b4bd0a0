"""What every test of the portal client starts from."""

from collections.abc import Iterator

import pytest

from tests.equipment.portal_double import PortalDouble


@pytest.fixture
def portal() -> Iterator[PortalDouble]:
    """A portal over plain HTTP."""
    with PortalDouble() as double:
        yield double
