"""What is fuzzed: each target takes bytes, and may refuse them only in the way that it promises."""

import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from kamusm_esign.card.binaries import check_library
from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.certificates import CertificateError, parse_certificate, public_key_der
from kamusm_esign.card.drivers import CardTypes
from kamusm_esign.card.results import result_from_json, result_to_json
from kamusm_esign.card.wire import CardRequest, slot_token_from_json
from kamusm_esign.child.frames import WireError, decode_message, read_frame
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.receipt_file import NoReceiptError, read_receipt, write_receipt
from kamusm_esign.domain.verification_code import VerificationCode, parse_verification_code
from kamusm_esign.portal_client import wire
from kamusm_esign.portal_client.translate import failure_of_answer, may_pass
from kamusm_esign.ports import HttpAnswer
from kamusm_esign.runtime.recovery import pending_jobs
from kamusm_esign.support.journal import FileJournal
from kamusm_esign.support.outbox import FolderOutbox
from kamusm_esign.support.settings import load_settings
from kamusm_esign.ui.arguments import window_arguments
from kamusm_esign.ui.links import code_in_link, code_typed
from tests.fuzz import samples


@dataclass(frozen=True)
class Target:
    """One thing that reads what others write."""

    samples: Callable[[], Sequence[bytes]]
    run: Callable[[bytes], object]
    """Takes one input; what it raises is a finding."""
    words: tuple[bytes, ...] = ()
    share: int = 1
    """How many inputs of ten million it gets, in hundred thousands."""


def _text(data: bytes) -> str:
    """As a clipboard or a browser may hand it over: with lone surrogates, too."""
    return data.decode("utf-8", "surrogatepass" if len(data) % 2 else "replace")


# ---------------------------------------------------------------------------- what people enter
def _code(data: bytes) -> None:
    try:
        text = _text(data)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    found = parse_verification_code(text)
    if isinstance(found, VerificationCode):
        digits = "".join(c for c in text if c in "0123456789")
        assert len(digits) == 15
        assert found == VerificationCode(digits)
    typed = code_typed(text)
    assert typed is None or (len(typed) == 15 and typed.isdigit() and typed.isascii())


def _code_field(data: bytes) -> None:
    # Not before: Qt is no concern of the other targets.
    from tests.fuzz.widget import code_field

    code_field(data)


def _typed_codes() -> Sequence[bytes]:
    from tests.fuzz.widget import samples as typed

    return typed()


def _link(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    code = code_in_link(text)
    assert code is None or text == f"kamusm-esign://code/{code}"
    assert code is None or (len(code) == 15 and code.isdigit() and code.isascii())
    arguments = window_arguments(["gui", *text.split("\n")])
    if arguments is not None:
        for given in (arguments.code, arguments.link):
            found = given and (code_typed(given) or code_in_link(given))
            assert not found or len(found) == 15


# ---------------------------------------------------------------------------- the portal
def _answer(data: bytes) -> None:
    kind, body = data[:1], data[1:]
    place = kind[0] if kind else 0
    readers: tuple[Callable[[], object], ...] = (
        lambda: wire.read_session(body, 1000.0),
        lambda: wire.read_client_info(body, (("Date", body[:40].decode("latin-1")),)),
        lambda: wire.read_grant(body),
        lambda: wire.read_response(body),
        lambda: wire.read_receipt(body),
        lambda: wire.read_problem(body),
    )
    with suppress(FailedError):
        readers[place % len(readers)]()
    status = 200 + (place * 7) % 400
    answer = HttpAnswer(status, (("Content-Type", "application/problem+json"),), body)
    failure = failure_of_answer(answer, 200)
    if failure is not None:
        may_pass(failure, answer)


# ---------------------------------------------------------------------------- the card host
def _frames(data: bytes) -> None:
    pipe = io.BytesIO(data)
    with suppress(WireError):
        while (frame := read_frame(pipe)) is not None:  # type: ignore[arg-type]
            _message(bytes(frame[1]))
    _message(data)


def _message(payload: bytes) -> None:
    with suppress(WireError):
        message = decode_message(payload)
        for read in (slot_token_from_json, CardRequest.from_json):
            with suppress(WireError):
                read(message)
        result = result_from_json(message)
        json.dumps(result_to_json(result))


def _certificate(data: bytes) -> None:
    with suppress(CertificateError):
        found = parse_certificate(data, has_private_key=True)
        found.unusable(datetime.now(UTC))
        json.dumps([found.holder, found.holder_id, found.serial_number])
    with suppress(CertificateError):
        public_key_der(data)


@cache
def _types() -> CardTypes:
    return load_card_types()


def _atr(data: bytes) -> None:
    _types().find(data.hex().upper())
    _types().find(data.decode("latin-1"))


# ---------------------------------------------------------------------------- files
@cache
def _folder() -> Path:
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=base))


@contextmanager
def _file(name: str, data: bytes) -> Iterator[Path]:
    path = _folder() / name
    path.write_bytes(data)
    yield path


def _card_types(data: bytes) -> None:
    with _file("card-types.toml", data) as path, suppress(FailedError):
        load_card_types(path).find("3B00")


def _settings(data: bytes) -> None:
    with _file("settings.toml", data) as path, suppress(FailedError):
        load_settings(user_file=path, policy_file=_folder() / "none.toml", environ={})


def _journal(data: bytes) -> None:
    folder = _folder() / "journal"
    folder.mkdir(exist_ok=True)
    (folder / f"{samples.SESSION}.jsonl").write_bytes(data)
    now = datetime(2026, 11, 27, tzinfo=UTC)
    for job in pending_jobs(FileJournal(folder)):
        _age = now - job.entry.since
        _portal_time = now + timedelta(seconds=job.entry.clock_offset)
        job.entry.since.strftime("%Y-%m-%dT%H:%M:%SZ")
        f"{job.entry.portal} {job.entry.token_serial}".encode()
    (folder / f"{samples.SESSION}.broken").unlink(missing_ok=True)


def _outbox(data: bytes) -> None:
    folder = _folder() / "outbox" / samples.SESSION
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "0001.json").write_bytes(data)
    outbox = FolderOutbox(folder.parent)
    for kept in outbox.kept(samples.SESSION):
        with suppress(FailedError):
            outbox.signature(samples.SESSION, kept.number)


def _receipt(data: bytes) -> None:
    with suppress(NoReceiptError):
        write_receipt(read_receipt(data), personal_data=True)


def _library(data: bytes) -> None:
    with _file("library.so", data) as path:
        check_library(path)


TARGETS = {
    "code": Target(samples.codes, _code, (b"-", b" ", "\u2007".encode(), b"123"), 20),
    "link": Target(samples.links, _link, (b"kamusm-esign://code/", b"--code", b"\n", b"%20"), 20),
    "atr": Target(samples.atrs, _atr, (b"\x3b", b"\x3f", b"\x80\x31"), 14),
    "frames": Target(samples.frames, _frames, (b"J\0\0", b"S\0\0\0\x06", b'":"'), 14),
    "library": Target(samples.libraries, _library, (b"\x7fELF", b"MZ", b"PE\0\0"), 8),
    "answer": Target(samples.answers, _answer, (b'":', b'"kind"', b'"pin"', b'"documents":['), 7),
    "certificate": Target(samples.certificates, _certificate, samples.DER_WORDS, 7),
    "journal": Target(samples.journals, _journal, (b"\n", b'"step"', b'"outcome"', b"null"), 3),
    "outbox": Target(samples.outboxes, _outbox, (b'"file"', b'"total"', b"../"), 3),
    "receipt": Target(samples.receipts, _receipt, (b'"document"', b'"signed_at"', b'"Z"'), 2),
    "settings": Target(samples.settings, _settings, (b"[time_stamp]\n", b'"""', b"=", b"\n["), 1),
    "code-field": Target(_typed_codes, _code_field, (b"\xf0\x0f", b"123", b"\xf5", b"\x80"), 1),
    "card-types": Target(samples.card_types, _card_types, (b"[[card_type]]\n", b"X", b"'''"), 1),
}
