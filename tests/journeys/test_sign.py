"""Sign from the code to the receipt: real card host, real PKCS#11, real portal."""

import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms

from kamusm_esign.domain.receipt_file import read_receipt
from kamusm_esign.support.paths import user_folders
from tests.equipment.portal_answers import Job, problem
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import drop, lose_answer, say
from tests.equipment.softhsm import PIN
from tests.equipment.tsa import StampServer, stamp_server
from tests.journeys.conftest import OTP, Desk, Ended, Person

CODE = "123456789012345"
PUT_SIGNATURE = "PUT /sessions/{}/documents/{}/signature"
THREE = tuple((f"doc-{n}", f"Belge {n}: ş ğ ı".encode()) for n in (1, 2, 3))


def sign(person: Person, code: str, accept: str, *words: str, pin: str = PIN) -> Ended:
    """`sign` with everything on standard input, the SMS code first."""
    needed = ("sign", "--code", code, "--accept", accept, "--secrets-stdin", "--json")
    return person.run(*needed, *words, stdin=f"{OTP}\n{pin}\n")


def logins(person: Person) -> list[str]:
    return person.card.spending_calls()


# ---------------------------------------------------------------------------- the reference portal
@pytest.mark.parametrize(
    ("token_sort", "job", "count"),
    [({"key": "rsa2048"}, "e-onay-grant", 1), ({"key": "p384"}, "application", 2)],
    ids=["rsa2048", "p384"],
)
def test_signed_and_receipted(person: Person, job: str, count: int, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    code = person.desk.code(person.serial, job)
    ended = sign(person, code, job, "--save", str(saved))
    assert (ended.status, ended.code) == (0, None), ended.out + ended.err
    assert (ended.json["outcome"], ended.json["reported"]) == ("succeeded", True)
    assert ended.json["token"]["serial"] == "…" + person.serial[-4:]
    assert len(ended.json["receipts"]) == count
    assert logins(person) == ["C_Login(USER)"]
    assert person.card.calls().count("C_SignInit") == count
    assert person.desk.last_outcome() == "succeeded"
    _what_was_saved(saved, ended)
    assert PIN not in ended.out + ended.err
    assert not list(person.home.rglob("outbox/*"))


def _what_was_saved(saved: Path, ended: Ended) -> None:
    """The documents are what was signed and told; the receipts say the same in both forms."""
    digests = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in saved.iterdir()
        if not path.name.startswith("receipt-")
    }
    assert digests == {receipt["document"]["sha256"] for receipt in ended.json["receipts"]}
    assert all(f"SHA-256 {digest}" in ended.err for digest in digests)
    for receipt in ended.json["receipts"]:
        (file,) = saved.glob(f"receipt-*-{receipt['document']['id']}.json")
        assert json.loads(file.read_text("utf-8")) == receipt
        assert read_receipt(file.read_bytes()).receipt_no == receipt["receipt_no"]
        text = _text_of(file.with_suffix(".pdf"))
        assert receipt["receipt_no"] in text
        assert receipt["document"]["title"] in text


def _text_of(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=30
    )
    return done.stdout.decode()


def test_a_removal_and_a_login(person: Person) -> None:
    code = person.desk.code(person.serial, "e-onay-revoke")
    assert sign(person, code, "e-onay-revoke").status == 0
    code = person.desk.code(person.serial, "login")
    match = person.desk.query("SELECT match_number FROM codes ORDER BY rowid DESC LIMIT 1")[0][0]
    assert sign(person, code, "login", "--match", match).status == 0
    assert logins(person) == ["C_Login(USER)"] * 2


def test_words_for_people(person: Person) -> None:
    for language, sentence in (("tr", "Belgeler imzalandı."), ("en", "The documents are signed.")):
        code = person.desk.code(person.serial, "e-onay-grant")
        words = ("--language", language, "sign", "--code", "-", "--accept", "e-onay-grant")
        ended = person.run(*words, "--secrets-stdin", stdin=f"{code}\n{OTP}\n{PIN}\n")
        assert ended.status == 0, ended.err
        assert sentence in ended.out
        assert PIN not in ended.out + ended.err


# ---------------------------------------------------------------------------- refusals
def refused(person: Person, ended: Ended, status: int, code: str, outcome: str) -> None:
    assert (ended.status, ended.code) == (status, code), ended.out + ended.err
    assert ended.json["outcome"] == outcome
    assert logins(person) == []
    assert ended.json["receipts"] == []


def test_another_purpose_than_the_person_accepted(person: Person) -> None:
    code = person.desk.code(person.serial, "e-onay-revoke")
    refused(person, sign(person, code, "e-onay-grant"), 40, "IMZ-352", "cancelled")
    assert person.desk.last_outcome() == "cancelled"


def test_a_code_for_a_pin(person: Person) -> None:
    code = person.desk.code(person.serial, "pin-unblock")
    refused(person, sign(person, code, "e-onay-grant"), 20, "PRT-241", "failed")


@pytest.mark.parametrize("words", [("--match", "1"), ("--certificate", "abc")])
def test_arguments_that_cannot_be_meant(person: Person, words: tuple[str, ...]) -> None:
    ended = sign(person, CODE, "login", *words)
    refused(person, ended, 2, "SYS-906", "failed")


def test_a_certificate_that_is_not_there(person: Person) -> None:
    code = person.desk.code(person.serial, "e-onay-grant")
    ended = sign(person, code, "e-onay-grant", "--certificate", "ab" * 32)
    refused(person, ended, 30, "IMZ-325", "failed")


@pytest.mark.parametrize("token_sort", [{"kind": "mali-muhur"}])
def test_a_certificate_of_another_kind(double: "DoublePerson") -> None:
    ended = double.sign()
    refused(double.person, ended, 10, "KRT-136", "failed")


def test_a_folder_that_cannot_be_written(person: Person, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = sign(person, CODE, "e-onay-grant", "--save", str(tmp_path / "file" / "below"))
    refused(person, ended, 2, "SYS-922", "failed")


def test_two_cards_that_may(double: "DoublePerson", other_card: Any) -> None:
    other_card()
    ended = double.sign()
    refused(double.person, ended, 2, "SYS-907", "failed")
    assert {"serial", "sha256", "kind", "holder"} <= ended.json["choices"][0].keys()
    assert len(ended.json["choices"]) == 2
    chosen = double.sign("--certificate", double.person.card.token.certificate_sha256)
    assert chosen.status == 0, chosen.err


def test_a_login_of_somebody_elses_page(person: Person) -> None:
    for words, status, code, outcome in (
        ((), 2, "SYS-921", "failed"),
        (("--match", "wrong"), 40, "IMZ-353", "cancelled"),
    ):
        made = person.desk.code(person.serial, "login")
        right = person.desk.query("SELECT match_number FROM codes ORDER BY rowid DESC LIMIT 1")
        wrong = f"{(int(right[0][0]) + 1) % 100:02}"
        filled = tuple(wrong if word == "wrong" else word for word in words)
        refused(person, sign(person, made, "login", *filled), status, code, outcome)


# ---------------------------------------------------------------------------- PIN
def test_a_wrong_pin_is_one_try(person: Person) -> None:
    ended = sign(
        person, person.desk.code(person.serial, "e-onay-grant"), "e-onay-grant", pin="1" * 6
    )
    assert (ended.status, ended.code) == (10, "KRT-121")
    assert logins(person) == ["C_Login(USER)"]
    assert person.card.tries() == (2, 3)
    assert person.desk.last_outcome() == "cancelled"
    assert not person.run("pending", "--json").json["pending"]


def test_the_last_try_is_asked_for(person: Person) -> None:
    person.card.set_tries(1, 3)
    code = person.desk.code(person.serial, "e-onay-grant")
    refused(person, sign(person, code, "e-onay-grant"), 10, "KRT-122", "failed")
    code = person.desk.code(person.serial, "e-onay-grant")
    assert sign(person, code, "e-onay-grant", "--last-try").status == 0


def test_a_blocked_pin_is_not_tried(person: Person) -> None:
    person.card.set_tries(0, 3)
    code = person.desk.code(person.serial, "e-onay-grant")
    refused(person, sign(person, code, "e-onay-grant", "--last-try"), 10, "KRT-123", "failed")


# ---------------------------------------------------------------------------- a portal that fails
class DoublePerson:
    """Somebody before a portal that goes wrong on demand, with three documents to sign."""

    def __init__(self, person: Person, portal: PortalDouble) -> None:
        desk = replace(person.desk, process=replace_url(person.desk, portal.url))
        self.person = replace(person, desk=desk)
        self.portal = portal
        portal.desk.jobs[CODE] = Job("application", otp=OTP, documents=THREE)

    def sign(self, *words: str) -> Ended:
        # Every run gets a code that was not used yet.
        self.portal.desk._used.clear()
        return sign(self.person, CODE, "application", "--match", "42", *words)

    @property
    def handed_in(self) -> list[bytes]:
        return [request.body for request in self.portal.received(PUT_SIGNATURE)]


def replace_url(desk: Desk, url: str) -> Any:
    """The portal's process with another address in front of it."""
    return type("Elsewhere", (), {"url": url, "folder": desk.folder})()


@pytest.fixture
def double(person: Person) -> Iterator[DoublePerson]:
    """The person before the double."""
    with PortalDouble() as portal:
        yield DoublePerson(person, portal)


def test_three_documents_are_one_login_and_lost_answers_repeat_no_signature(
    double: DoublePerson,
) -> None:
    double.portal.script(PUT_SIGNATURE, lose_answer(), lose_answer())
    ended = double.sign()
    assert ended.status == 0, ended.out + ended.err
    assert logins(double.person) == ["C_Login(USER)"]
    assert double.person.card.calls().count("C_SignInit") == 3
    assert len(double.handed_in) == 5
    assert len(set(double.handed_in)) == 3
    assert len(set(double.handed_in[:3])) == 1
    (session,) = double.portal.desk.sessions.values()
    assert session.outcome is not None
    assert session.outcome["result"] == "succeeded"


def test_a_digest_that_differs(double: DoublePerson) -> None:
    job = double.portal.desk.jobs[CODE]
    double.portal.desk.jobs[CODE] = replace(job, documents=(("doc-1", b"one"),))
    double.portal.script(
        "GET /sessions/{}/documents/{}",
        lambda exchange: exchange.send(replace(exchange.handle(), body=b"two")),
    )
    refused(double.person, double.sign(), 30, "IMZ-350", "failed")


def test_a_lost_network_leaves_the_signatures_to_the_outbox(
    double: DoublePerson, key_store: Mapping[str, str]
) -> None:
    person = double.person
    person.environment.update(key_store)
    double.portal.script(PUT_SIGNATURE, *[drop()] * 3)
    ended = double.sign()
    assert (ended.status, ended.code) == (3, None), ended.out + ended.err
    assert (ended.json["outcome"], ended.json["reported"]) == ("succeeded", False)
    kept = list(person.home.rglob("outbox/*/*"))
    assert kept
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept)
    assert all(
        PIN.encode() not in path.read_bytes() for path in person.home.rglob("*") if path.is_file()
    )
    (pending,) = person.run("pending", "--json").json["pending"]
    assert (pending["kind"], pending["step"], pending["outcome"]) == ("sign", "signed", "succeeded")
    brought = person.run("pending", "--hand-in", "--json")
    assert brought.status == 0, brought.out + brought.err
    (job,) = brought.json["pending"]
    assert job["handed_in"]
    assert [receipt["document"]["id"] for receipt in job["receipts"]] == ["doc-1", "doc-2", "doc-3"]
    assert person.card.calls().count("C_SignInit") == 3
    assert len(set(double.handed_in)) == 3
    assert not list(person.home.rglob("outbox/*"))
    assert not person.run("pending", "--json").json["pending"]


@pytest.fixture
def stamps(double: DoublePerson, tmp_path: Path) -> Iterator[StampServer]:
    """A time-stamp server that the settings name, and documents that want stamps."""
    job = double.portal.desk.jobs[CODE]
    double.portal.desk.jobs[CODE] = replace(job, signature_format="cades-t-detached")
    with stamp_server(tmp_path / "tsa") as server:
        settings = user_folders().settings_file
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f'[time_stamp]\nurl = "{server.url}"\n')
        yield server


def test_a_time_stamp_server_that_is_down_loses_no_signature(
    double: DoublePerson, stamps: StampServer, key_store: Mapping[str, str]
) -> None:
    person = double.person
    person.environment.update(key_store)
    stamps.status = 503
    ended = double.sign()
    assert (ended.status, ended.code) == (3, None), ended.out + ended.err
    assert (ended.json["outcome"], ended.json["reported"]) == ("succeeded", False)
    assert double.handed_in == []
    still = person.run("pending", "--hand-in", "--json")
    assert still.status == 3, still.out + still.err
    assert double.handed_in == []
    stamps.status = 200
    brought = person.run("pending", "--hand-in", "--json")
    assert brought.status == 0, brought.out + brought.err
    assert logins(person) == ["C_Login(USER)"]
    assert person.card.calls().count("C_SignInit") == 3
    assert len(stamps.requests) == 3
    for body in double.handed_in:
        (signer,) = cms.ContentInfo.load(body)["content"]["signer_infos"]
        (stamp,) = signer["unsigned_attrs"]
        assert stamp["type"].native == "signature_time_stamp_token"
    assert len(double.handed_in) == 3
    assert not list(person.home.rglob("outbox/*"))


def test_a_session_that_ends_while_signatures_are_handed_in(
    double: DoublePerson, key_store: Mapping[str, str]
) -> None:
    double.person.environment.update(key_store)
    double.portal.script(
        PUT_SIGNATURE,
        lambda exchange: exchange.send(exchange.handle()),
        *[say(problem("session-over"))] * 2,
    )
    ended = double.sign()
    assert (ended.status, ended.code) == (20, "PRT-218"), ended.out + ended.err
    assert ended.json["outcome"] == "failed"
    assert len(ended.json["receipts"]) == 1
    assert logins(double.person) == ["C_Login(USER)"]
    assert not list(double.person.home.rglob("outbox/*"))


def test_a_refusal_lists_the_accepted_ones(double: DoublePerson) -> None:
    double.portal.script(
        PUT_SIGNATURE,
        lambda exchange: exchange.send(exchange.handle()),
        say(problem("certificate-revoked", None)),
    )
    ended = double.sign()
    assert (ended.status, ended.code) == (30, "IMZ-324"), ended.out + ended.err
    assert len(ended.json["receipts"]) == 1
    (session,) = double.portal.desk.sessions.values()
    assert session.outcome is not None
    assert session.outcome["result"] == "failed"


def test_a_card_that_goes_in_the_middle_hands_nothing_in(double: DoublePerson) -> None:
    double.person.card.fault("C_Sign 2 crash")
    ended = double.sign()
    assert ended.status == 10, ended.out + ended.err
    assert double.handed_in == []
    assert logins(double.person) == ["C_Login(USER)"]
    assert not list(double.person.home.rglob("outbox/*"))
    assert not double.person.run("pending", "--json").json["pending"]


def test_an_interrupt_between_two_documents_leaves_nothing_in_effect(double: DoublePerson) -> None:
    double.person.card.fault("C_Sign 1 delay 2000")
    words = ("sign", "--code", CODE, "--accept", "application", "--match", "42")
    process = double.person.start(*words, "--secrets-stdin", "--json")
    assert process.stdin is not None
    process.stdin.write(f"{OTP}\n{PIN}\n")
    process.stdin.flush()
    double.person.card.wait_for_call("C_Sign", 60)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    ended = Ended(process.returncode, out, err)
    assert (ended.status, ended.code, ended.json["outcome"]) == (40, "SYS-911", "cancelled"), err
    assert double.handed_in == []
    assert not list(double.person.home.rglob("outbox/*"))
    (session,) = double.portal.desk.sessions.values()
    assert session.cancelled
