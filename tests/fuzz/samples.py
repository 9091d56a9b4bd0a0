"""Good inputs, from which the bad ones are made."""

import json
import struct
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from kamusm_esign.card.results import result_to_json
from kamusm_esign.card.wire import CardRequest, SlotToken, slot_token_to_json
from kamusm_esign.child.frames import FrameType, encode_message
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import Outcome, Purpose, Receipt
from kamusm_esign.domain.receipt_file import write_receipt
from kamusm_esign.domain.tokens import PinState, TokenTarget
from kamusm_esign.resource_files import resource
from kamusm_esign.support.journal_line import to_line
from kamusm_esign.support.outbox import _to_json
from tests.equipment.pcsc_world import AKIS_ATR
from tests.equipment.portal_answers import Job, problem, receipt_body, session_body
from tests.equipment.test_ca import TestCa
from tests.equipment.values import document, signature_receipt, token

SESSION = "session-0123456789"
DER_WORDS = (
    *(b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x82\x7f\xff", b"\x06\x03\x55\x04\x03"),
    *(b"\x17\x0d261127000000Z", b"\x18\x0f99991231235959Z", b"\x02\x01\xff", b"\xa3\x03"),
    *(b"\x03\x02\x07\x80", b"\x1e\x03\xd8\x00\x41", b"\x0c\x02\xc0\x80", b"\x1f\xff\xff\xff\x7f"),
)


def codes() -> Sequence[bytes]:
    texts = ("123456789012345", "123 456 789 012 345", "123-456-789-012-345\n", "482915", "")
    return [text.encode() for text in texts]


def links() -> Sequence[bytes]:
    code = "kamusm-esign://code/123456789012345"
    return [text.encode() for text in (code, code + "\n--verbose", "--code\n123456789012345")]


def atrs() -> Sequence[bytes]:
    mine = bytes.fromhex("3BF51800008131FE454D7945494490")
    return [AKIS_ATR, mine, b"\x3b\x00", b"\x3f\xff" + bytes(31)]


@cache
def frames() -> Sequence[bytes]:
    slot = slot_token_to_json(SlotToken(3, "reader", token()))
    failed = CardResult(Outcome.FAILED, Failure.of(FailureCode.PIN_WRONG, attempts_left=2))
    request = CardRequest("/usr/lib/x.so", TokenTarget("A", None), "/tmp", 65.0).to_json()
    messages = [slot, {"tokens": [slot]}, result_to_json(failed), request]
    messages.append(result_to_json(CardResult(Outcome.SUCCEEDED, None)))
    encoded = [encode_message(message) for message in messages]
    framed = [_frame(FrameType.MESSAGE, payload) for payload in encoded]
    return [*encoded, *framed, _frame(FrameType.PHASE, b"login") + framed[0]]


def _frame(kind: FrameType, payload: bytes) -> bytes:
    return kind.value + len(payload).to_bytes(4) + payload


def answers() -> Sequence[bytes]:
    ends = datetime.now(UTC) + timedelta(seconds=300)
    pin = session_body("s_" + "a" * 32, "t" * 43, Job(serials=("08C9",), otp="1"), ends)
    job = Job("e-onay-grant", documents=(("doc-1", b"text"),))
    sign = session_body("s_" + "b" * 32, "t" * 43, job, ends)
    client = {"minimum_version": "2.0.0", "latest_version": "2.0.0", "notice": None}
    bodies: list[tuple[int, object]] = [
        (0, pin),
        (0, sign),
        (1, client | {"download_url": "https://portal.example/indir"}),
        (2, {"method": "so-pin", "sealed_puk": "QUJD" * 400}),
        (2, {"method": "challenge-response"}),
        (3, {"response": "QUJDRA=="}),
        (4, receipt_body("doc-1", b"signature")),
    ]
    made = [bytes([kind]) + json.dumps(body).encode() for kind, body in bodies]
    made.append(b"\x05" + problem("otp-wrong", attempts_left=2).body)
    return made


@cache
def certificates() -> Sequence[bytes]:
    ca = TestCa()
    kinds = (("nes", "rsa2048"), ("nes", "p384"), ("mali-muhur", "rsa2048"))
    return [ca.issue(kind, key).certificate_der for kind, key in kinds]


def journals() -> Sequence[bytes]:
    entry = JournalEntry(
        session_id=SESSION,
        portal="https://portal.example/api/v1",
        purpose=Purpose.PIN_UNBLOCK,
        token_serial="SN-0001",
        pin_before=PinState.BLOCKED,
        since=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        clock_offset=0.5,
        step=JournalStep.WRITING,
    )
    ended = replace(entry, step=JournalStep.ENDED, outcome=Outcome.SUCCEEDED)
    return [to_line(entry), to_line(entry) + to_line(ended)]


def outboxes() -> Sequence[bytes]:
    kept = KeptSignature(
        number=1,
        total=1,
        document=document(),
        signed_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        holder="AYŞE YILMAZ",
        certificate_serial="0a1b",
        stamped=False,
        receipt=None,
    )
    receipt = signature_receipt()
    taken = Receipt(receipt.receipt_no, "doc-1", receipt.signature_sha256, receipt.received_at)
    both = (kept, replace(kept, receipt=taken))
    return [_to_json(one, "0001.bare", b"signature") for one in both]


def receipts() -> Sequence[bytes]:
    return [write_receipt(signature_receipt(), personal_data=whole) for whole in (True, False)]


def settings() -> Sequence[bytes]:
    lines = ('portal = "https://portal.example"', 'language = "en"', "[time_stamp]")
    whole = "\n".join([*lines, 'url = "https://tsa.example"', 'user = "u"'])
    return [whole.encode(), b"\xef\xbb\xbf"]


def card_types() -> Sequence[bytes]:
    own = '[[card_type]]\nname = "X"\natr = ["3B.."]\nlibraries.linux = ["/usr/lib/x.so"]\n'
    return [resource("card-types.toml").read_bytes(), own.encode()]


@cache
def libraries() -> Sequence[bytes]:
    pe = bytearray(512)
    pe[:2], pe[0x3C:0x40] = b"MZ", struct.pack("<I", 0x80)
    pe[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<H", pe, 0x84, 0x8664)
    struct.pack_into("<HH", pe, 0x96, 0x2022, 0x20B)
    return [Path(sys.executable).read_bytes()[:256], bytes(pe)]
