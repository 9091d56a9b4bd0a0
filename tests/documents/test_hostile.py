"""Malformed, encrypted and booby-trapped PDFs: a failure of that one, and the next one is fine.

`python -m tests.documents.hostile` tries thousands of them, in the window too.
"""

from collections.abc import Iterator

import pytest

from kamusm_esign.documents.client import DocumentHost
from tests.documents.hostile import try_out
from tests.equipment.hostile_pdfs import CRAFTED, damaged
from tests.equipment.pdfs import simple

SLICE = 110


@pytest.fixture(scope="module")
def host() -> Iterator[DocumentHost]:
    host = DocumentHost(timeout=2.0)
    yield host
    host.close()


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_one(host: DocumentHost, name: str) -> None:
    end = try_out(host, CRAFTED[name]())
    assert end == "shown" or end.startswith("IMZ-37")
    assert try_out(host, simple(1, name.replace(" ", ""))) == "shown"


def test_damaged_ones(host: DocumentHost) -> None:
    ends = {try_out(host, damaged(seed)) for seed in range(SLICE)}
    assert {"shown", "IMZ-371"} <= ends
    assert all(end == "shown" or end.startswith("IMZ-37") for end in ends)
    assert try_out(host, simple(2)) == "shown"
