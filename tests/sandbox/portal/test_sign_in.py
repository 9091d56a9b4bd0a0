"""Signing in: each way, the limits, and that nothing is told to who only guesses."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.services import people
from kamusm_esign.sandbox.portal.services.sign_in import (
    PER_PERSON,
    SECURITY_WORD,
    SMS_LIMIT,
    SMS_SECONDS,
    check_word,
)
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import Desk, Live, enrol, make_desk
from tests.sandbox.portal.postgres import Postgres
from tests.sandbox.portal.signer import sign_all
from tests.sandbox.portal.test_web_security import enter

ON_BOTH = True
HOLDER = "10000000146"


def at_sms(desk: Desk, **changes: str) -> Browser:
    """Kimlik No, picture and word are right; the SMS code is asked for."""
    browser = Browser(desk)
    browser.go("/giris/sifreli")
    right = {"holder_id": HOLDER, "word": "deneme", "picture": browser.picture()}
    browser.send("/giris/sifreli", **{**right, **changes})
    return browser


def test_with_a_word_and_an_sms_code(desk: Desk) -> None:
    browser = at_sms(desk)
    assert browser.path == "/giris/sms"
    browser.send("/giris/sms", otp=browser.message("/sms"))
    assert browser.path == "/nes"
    assert "*******0146" in browser.text


@pytest.mark.parametrize(
    "wrong", [{"holder_id": "99999999999"}, {"word": "x"}, {"picture": "1"}, {"picture": ""}]
)
def test_whatever_is_wrong_is_answered_alike(desk: Desk, wrong: dict[str, str]) -> None:
    answers = {shape(at_sms(desk, **change).text) for change in (wrong, {"word": "another"})}
    assert len(answers) == 1


def shape(html: str) -> str:
    """A page without what differs each time, and without what the person typed."""
    return re.sub(r'value="[^"]*"|\d \+ \d|\d artı \d', "", html)


def test_the_sms_code_ends(desk: Desk) -> None:
    browser = at_sms(desk)
    otp = browser.message("/sms")
    desk.clock.now += SMS_SECONDS
    assert browser.send("/giris/sms", otp=otp).status == 422


def test_the_third_wrong_sms_code_begins_anew(desk: Desk) -> None:
    browser = at_sms(desk)
    otp = browser.message("/sms")
    for _ in range(2):
        assert browser.send("/giris/sms", otp="000000").status == 422
    browser.send("/giris/sms", otp="000000")
    assert browser.path == "/giris/sifreli"
    browser.go("/giris/sms")
    assert browser.path == "/giris/sifreli"
    assert "üç kez yanlış" not in browser.text  # said once
    assert otp not in browser.text


def test_words_are_limited_by_person_from_wherever(desk: Desk) -> None:
    for number in range(PER_PERSON.tries):
        browser = Browser(desk, address=f"10.0.0.{number}")
        browser.go("/giris/sifreli")
        form = {"holder_id": HOLDER, "word": "x", "picture": browser.picture()}
        assert browser.send("/giris/sifreli", **form).status == 422
    refused = at_sms(desk)
    assert "900 saniye sonra" in refused.text
    desk.clock.now += PER_PERSON.seconds
    assert at_sms(desk).path == "/giris/sms"


def test_the_password_of_the_form_gives_no_new_tries_at_the_word(desk: Desk) -> None:
    for _ in range(PER_PERSON.tries - 1):
        assert at_sms(desk, word="x").path == "/giris/sifreli"
    enter(Browser(desk), "/basvuru")
    assert at_sms(desk, word="x").path == "/giris/sifreli"
    assert "900 saniye sonra" in at_sms(desk).text


def test_a_word_is_judged_while_somebody_writes_to_the_person(
    tmp_path: Path, postgres: Postgres
) -> None:
    """Who sends a new password has counted before, and would wait for who judges and counts then;
    on SQLite there is one who writes."""
    desk = make_desk(tmp_path, postgres.new_portal_database())
    enrol(desk)
    with ThreadPoolExecutor(1) as pool, desk.portal.database.write() as db:
        people.find(db, HOLDER)
        judged = pool.submit(check_word, desk.portal, SECURITY_WORD, HOLDER, "x", "10.0.0.1")
        try:
            assert judged.result(10) is False
        finally:
            db.rollback()
    desk.portal.database.close()


def test_sms_codes_are_limited(desk: Desk) -> None:
    for _ in range(SMS_LIMIT.tries):
        assert at_sms(desk).path == "/giris/sms"
    assert "saniye sonra" in at_sms(desk).text


@pytest.mark.parametrize(
    "way", ["sifre", "mobil-imza", "e-imza", "kimlik-karti", "internet-bankaciligi"]
)
def test_through_the_gate_of_e_devlet(desk: Desk, way: str) -> None:
    browser = Browser(desk)
    browser.go("/giris/e-devlet")
    browser.go(f"/giris/e-devlet/kapi?yol={way}")
    action = f"/giris/e-devlet/kapi?yol={way}"
    assert browser.send(action, holder_id=HOLDER, word="x").status == 422
    browser.send(action, holder_id=HOLDER, word="deneme")
    assert browser.path == "/nes"


def test_with_the_card(desk: Desk, card: IssuedCertificate) -> None:
    browser = Browser(desk)
    browser.go("/giris")
    browser.send("/giris/e-imzali")
    live = Live(desk, desk.exchange(browser.code).json)
    assert f'id="match">{live.view["origin"]["match_number"]}<' in browser.text
    assert live.view["origin"]["masked_address"] == "127.0.0.***"
    before = browser.cookies[COOKIE]
    assert sign_all(live, card)[0].status == 200
    browser.go("/kod")
    assert browser.path == "/nes"
    assert browser.cookies[COOKIE] != before
    assert Browser(desk).go("/nes").status == 200  # nobody else


@pytest.mark.parametrize(
    ("kind", "menu"), [("nes", "nes"), ("mali-muhur", "mali-muhur"), ("e-muhur", "mali-muhur")]
)
def test_with_a_card_of_every_kind_of_the_menus(empty_desk: Desk, kind: str, menu: str) -> None:
    issued = enrol(empty_desk, kind=CertificateKind(kind))
    browser = Browser(empty_desk)
    browser.go("/giris")
    browser.send("/giris/e-imzali")
    if kind != "nes":  # the code page offers the others
        kinds = re.findall(r'name="kind" value="([\w-]+)"', browser.text)
        assert sorted(kinds) == ["e-muhur", "mali-muhur"]
        browser.send("/giris/e-imzali", kind=kind)
    browser.send("/kod/yeni")  # and a new code is for the same kind
    live = Live(empty_desk, empty_desk.exchange(browser.code).json)
    assert live.view["certificate_kind"] == kind
    assert sign_all(live, issued)[0].status == 200
    browser.go("/kod")
    assert browser.path == f"/{menu}"


def test_a_known_cookie_is_worth_nothing_after_signing_in_or_out(desk: Desk) -> None:
    browser = Browser(desk)
    browser.go("/giris")
    planted = browser.cookies[COOKIE]
    browser.send("/giris/deneme")
    assert browser.path == "/nes"
    thief = Browser(desk)
    thief.cookies[COOKIE] = planted
    thief.go("/nes")
    assert thief.path == "/giris"
    stolen = browser.cookies[COOKIE]
    browser.send("/cikis")
    thief.cookies[COOKIE] = stolen
    thief.go("/nes")
    assert thief.path == "/giris"
