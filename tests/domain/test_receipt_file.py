"""Receipts as files."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kamusm_esign.domain.receipt_file import (
    LARGEST,
    NoReceiptError,
    read_receipt,
    receipt_json,
    write_receipt,
)
from tests.equipment.values import signature_receipt

RECEIPT = signature_receipt()


def test_written_whole_it_is_read_as_it_was() -> None:
    assert read_receipt(write_receipt(RECEIPT, personal_data=True)) == RECEIPT


def test_masked_it_names_nobody() -> None:
    written = write_receipt(RECEIPT, personal_data=False)
    assert "AYŞE".encode() not in written
    read = read_receipt(written)
    assert (read.holder, read.certificate_serial) == ("A*** Y*****", "…2c3d")
    assert replace(read, holder=RECEIPT.holder, certificate_serial=RECEIPT.certificate_serial) == (
        RECEIPT
    )


def test_the_form_that_scripts_rely_on() -> None:
    assert receipt_json(RECEIPT, personal_data=True) == {
        "format": "kamusm-esign-receipt",
        "version": 1,
        "receipt_no": "R-1",
        "received_at": "2026-11-20T10:00:00Z",
        "portal": "https://portal.example/api/v1",
        "document": {"id": "doc-1", "title": "Belge 1", "sha256": f"{1:064x}"},
        "signature": {"sha256": f"{1:063x}f", "signed_at": "2026-11-20T10:00:00Z"},
        "certificate": {"holder": "AYŞE YILMAZ", "serial": "0a1b2c3d"},
    }


def _edited(**changes: Any) -> bytes:
    members = receipt_json(RECEIPT, personal_data=True)
    for path, value in changes.items():
        *outer, name = path.split("__")
        inner = members
        for part in outer:
            inner = inner[part]
        inner[name] = value
    return json.dumps(members).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * (LARGEST + 1),
        _edited(format="another"),
        _edited(version=2),
        _edited(receipt_no=1),
        _edited(document=None),
        _edited(document__sha256="ab"),
        _edited(signature__sha256="F" * 64),
        _edited(signature__signed_at="2026-11-20T10:00:00"),
        _edited(received_at="yesterday"),
        _edited(certificate__holder=None),
    ],
    ids=range(16),
)
def test_what_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(NoReceiptError):
        read_receipt(content)


def test_members_that_are_not_known_are_left_alone() -> None:
    assert read_receipt(_edited(later="more")) == RECEIPT
