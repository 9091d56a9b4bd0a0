"""The renewal: nothing holds before the SMS code, and what was decided once stays so."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.services import applications, codes, documents, limits
from kamusm_esign.sandbox.portal.services.effects import apply_when_complete
from kamusm_esign.sandbox.portal.services.sessions import GRACE_SECONDS
from kamusm_esign.sandbox.portal.services.sign_in import SECURITY_WORD, SMS_TRIES, word_hash
from kamusm_esign.sandbox.portal.tables import Application, AuditRow, Person
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import SERIAL, Desk, Live
from tests.sandbox.portal.signer import hand_in, sign_all, signed
from tests.sandbox.portal.test_menu import KEYS, applicant, card, confirmed, make_card, state_of

ON_BOTH = True
FACTS = {"phone": "05551234567", "email": "a@b.tr", "word": "attack", "word_again": "attack"}


@pytest.fixture
def own(empty_desk: Desk) -> Desk:
    """A portal of today (pyHanko asks no other clock) with a NES that ends in 100 days."""
    empty_desk.clock.now = time.time()
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    return empty_desk


def filled(own: Desk, browser: Browser, **changes: str) -> str:
    """The form is filled in; gives its path."""
    browser.go("/basvuru/siparisler")
    (form,) = (
        link for link in browser.links() if link.endswith(("/form", "/sms")) and "/a_" in link
    )
    form = form.replace("/sms", "/form")
    browser.go(form)
    browser.send(form, **{**FACTS, **changes})
    return form


def person(own: Desk) -> Person:
    with own.portal.database.read() as db:
        return db.get_one(Person, card(own).holder_id)


def word_is(own: Desk, word: str) -> bool:
    kept = person(own)
    return kept.security_word == word_hash(own.portal, SECURITY_WORD, kept.holder_id, word)


def test_nothing_is_changed_before_the_sms_code(own: Desk) -> None:
    browser = applicant(own)
    form = filled(own, browser)
    assert browser.path.endswith("/sms")
    browser.send(form.replace("/form", "/sms"), otp="x")
    assert word_is(own, "deneme")
    assert (person(own).phone, person(own).email) == ("", "")
    # and so the word that was written there opens nothing
    thief = Browser(own)
    gate = "/giris/e-devlet/kapi?yol=sifre"
    thief.go(gate)
    assert thief.send(gate, holder_id=card(own).holder_id, word="attack").status == 422
    browser.send(form.replace("/form", "/sms"), otp=browser.message("/sms"))
    assert word_is(own, "attack")
    assert (person(own).phone, person(own).email) == ("05551234567", "a@b.tr")
    with own.portal.database.read() as db:
        application = db.query(Application).one()
        assert sorted(application.form) == ["email", "phone", "unpublished"]
        events = [row.event for row in db.query(AuditRow).order_by(AuditRow.id)]
    assert events[-2:] == ["facts-changed", "application-confirmed"]


def test_one_visit_does_not_confirm_what_another_wrote(own: Desk) -> None:
    thief, holder = applicant(own), applicant(own)
    form = filled(own, thief, phone="05000000000")
    sms = form.replace("/form", "/sms")
    for path in ("/basvuru/siparisler", sms):
        holder.go(path)
        assert sms not in holder.links()
    assert holder.path == form
    assert holder.fields(form)["phone"] == ""  # nor is it laid into the holder's form
    holder.go(sms, {"csrf": holder.fields(form)["csrf"], "otp": holder.message("/sms")})
    assert holder.path == form
    assert word_is(own, "deneme")
    filled(own, holder, word="sözcük", word_again="sözcük")
    thief.go(sms)
    assert thief.path == form
    holder.send(sms, otp=holder.message("/sms"))
    assert holder.path == form.replace("/form", "/imza")
    assert word_is(own, "sözcük")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"phone": "not a phone"}, "05 ile başlayan 11 haneli"),
        ({"email": "nonsense"}, "E-posta adresi eksik ya da yanlış."),
        ({"phone": ""}, "Bu alanı doldurunuz."),
        ({"email": ""}, "Bu alanı doldurunuz."),
        ({"word": "", "word_again": ""}, "Sözcük 4–40 karakter olmalıdır."),
        ({"word": "x" * 41, "word_again": "x" * 41}, "Sözcük 4–40 karakter olmalıdır."),
        ({"word_again": "another"}, "İki sözcük aynı değil."),
    ],
)
def test_the_form_wants_what_my_data_wants(own: Desk, wrong: dict[str, str], words: str) -> None:
    browser = applicant(own)
    form = filled(own, browser, **wrong)
    assert browser.path == form
    assert words in browser.text
    assert state_of(own) == "ordered"


def test_a_new_sms_code_after_three_wrong_ones_is_told(own: Desk) -> None:
    browser = applicant(own)
    action = filled(own, browser).replace("/form", "/sms")
    first = browser.message("/sms")
    for _ in range(SMS_TRIES):
        assert "yeni bir kod gönderildi" not in browser.text
        browser.send(action, otp="x")
    assert "SMS kodu üç kez yanlış girildi. Telefonunuza yeni bir kod gönderildi" in browser.text
    assert 'class="banner warn notice"' in browser.text
    assert browser.message("/sms") != first
    browser.send(action, otp=browser.message("/sms"))
    assert browser.path.endswith("/imza")


# ---------------------------------------------------------------------------- no dead end
@pytest.mark.parametrize("state", ["waiting", "expired", "working", "over", "failed", "cancelled"])
def test_from_the_code_one_gets_to_the_orders_and_the_other_ways(own: Desk, state: str) -> None:
    browser = confirmed(own)
    ways = browser.path
    browser.send(ways, way="electronic")
    if state == "expired":
        own.clock.now += 301
    elif state != "waiting":
        live = Live(own, own.exchange(browser.code).json)
        if state == "over":
            own.clock.now += 1801
        elif state != "working":
            live.outcome(state)
    browser.go("/kod")
    assert browser.state == state
    assert {"/basvuru/siparisler", ways} <= set(browser.links())
    browser.go(ways)
    browser.send(ways, way="paper")
    assert state_of(own) == "printed"
    browser.go("/kod")
    assert ways not in browser.links()


def test_who_is_in_is_not_asked_for_the_password_again(own: Desk) -> None:
    browser = applicant(own)
    browser.go("/basvuru")
    assert browser.path == "/basvuru/siparisler"
    browser.go("/basvuru/parola")
    browser.send("/basvuru/parola", holder_id="99999999999")
    assert browser.path == "/basvuru/siparisler"
    assert "yeni parola e-posta adresine gönderildi" in browser.text


# ---------------------------------------------------------------------------- decided once
def with_code(own: Desk) -> tuple[Browser, Live]:
    """To be signed in the application: the code is exchanged, nothing is signed yet."""
    browser = confirmed(own)
    browser.send(browser.path, way="electronic")
    return browser, Live(own, own.exchange(browser.code).json)


def signatures(live: Live) -> list[tuple[str, bytes]]:
    """Signed in time, and handed in later."""
    names = [d["id"] for d in live.view["documents"]]
    return [(name, signed(live, KEYS[SERIAL], name)) for name in names]


@pytest.mark.parametrize("way", ["paper", "e-onay"])
@pytest.mark.parametrize("unknown", [False, True])
def test_a_late_signature_does_not_put_an_application_back(
    empty_desk: Desk, way: str, unknown: bool
) -> None:
    own = empty_desk
    own.clock.now = time.time()
    make_card(own, SERIAL, CertificateKind.NES, days=30)  # produced as soon as it is signed
    sign_all(own.open("e-onay-grant", serials=()), KEYS[SERIAL])
    browser, live = with_code(own)
    late = signatures(live)
    if unknown:  # signatures are taken later then, although the session is over
        assert live.outcome("unknown").status == 204
    (action,) = (link for link in browser.links() if link.endswith("/imza"))
    browser.go(action)
    browser.send(action, way=way)
    if way == "paper":
        person_ = Browser(own).sign_in()
        person_.go("/durum/nes")
        person_.send(re.findall(r'action="(/durum/nes/[^"]*/evrak)"', person_.text)[0])
    Browser(own).sign_in().go("/durum/nes")
    assert state_of(own) == "produced"
    assert [hand_in(live, *signature).status for signature in late][-1] == 409
    assert state_of(own) == "produced"
    browser.go("/kod")
    assert browser.state in ("over", "unknown")


def test_of_two_sessions_the_first_that_is_signed_counts(own: Desk) -> None:
    browser, one = with_code(own)
    other = Live(own, own.exchange(again(browser)).json)
    late = signatures(other)
    assert [a.status for a in sign_all(one, KEYS[SERIAL])] == [200, 200]
    at = changed_at(own)
    own.clock.now += 1
    assert {hand_in(other, *signature).code for signature in late} == {"session-over"}
    assert changed_at(own) == at
    assert one.outcome("succeeded").status == 204


def again(browser: Browser) -> str:
    browser.go("/kod")
    browser.send("/kod/yeni")
    return browser.code


def changed_at(own: Desk) -> float:
    with own.portal.database.read() as db:
        return db.query(Application).one().changed_at


def test_codes_end_where_another_way_is_chosen(own: Desk) -> None:
    browser = confirmed(own)
    ways = browser.path
    browser.send(ways, way="electronic")
    code = browser.code
    browser.go(ways)
    browser.send(ways, way="paper")
    assert own.exchange(code).code == "code-expired"
    browser.go("/kod")
    browser.send("/kod/yeni")
    assert browser.path == "/basvuru/siparisler"
    assert "hiçbir şey değişmedi" in browser.text


def test_choosing_another_way_leaves_a_session_that_ended_long_ago(own: Desk) -> None:
    _browser, live = with_code(own)
    own.clock.now += codes.SESSION_SECONDS["sign"] + GRACE_SECONDS + 1
    assert live.outcome("unknown").code == "token-invalid"
    holder = card(own).holder_id
    with own.portal.database.read() as db:
        application = db.query(Application).one()
    assert applications.move(own.portal, holder, application.id, ("confirmed",), "printed")
    assert live.outcome("unknown").code == "token-invalid"


def test_a_code_that_ends_while_its_exchange_waits_opens_nothing(
    own: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = confirmed(own)
    browser.send(browser.path, way="electronic")

    def ended_meanwhile(db: Session, *_: object) -> int:
        own.clock.now += 0.005
        codes.end_application(db, db.query(Application).one().id, own.clock.now)
        return 0

    monkeypatch.setattr(limits, "wait", ended_meanwhile)
    assert own.exchange(browser.code).code == "code-expired"


def test_signatures_that_come_in_at_once_with_another_way_change_nothing(own: Desk) -> None:
    """The session was not ended, as where both happen at the same moment."""
    _browser, live = with_code(own)
    with own.portal.database.write() as db:
        db.query(Application).one().state = "printed"
    assert [a.status for a in sign_all(live, KEYS[SERIAL])][-1] == 409
    assert state_of(own) == "printed"


def test_e_onay_that_was_removed_is_not_given_again_by_a_late_signature(own: Desk) -> None:
    late = own.open("e-onay-grant", serials=())
    for purpose in ("e-onay-grant", "e-onay-revoke"):
        own.clock.now += 1
        assert sign_all(own.open(purpose, serials=()), KEYS[SERIAL])[0].status == 200
    own.clock.now += 1
    assert sign_all(late, KEYS[SERIAL])[0].code == "session-over"
    assert person(own).e_onay_since is None


def test_e_onay_that_stands_keeps_its_date(own: Desk) -> None:
    one, other = (own.open("e-onay-grant", serials=()) for _ in range(2))
    assert sign_all(one, KEYS[SERIAL])[0].status == 200
    since = person(own).e_onay_since
    own.clock.now += 1
    assert sign_all(other, KEYS[SERIAL])[0].status == 200
    assert person(own).e_onay_since == since


def test_who_signs_and_who_chooses_another_way_do_not_wait_for_each_other(
    own: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a signature is taken in, which holds its session, somebody chooses another way."""
    _browser, live = with_code(own)
    form, undertaking = signatures(live)
    assert hand_in(live, *form).status == 200
    with own.portal.database.read() as db:
        application = db.query(Application).one()
    taken_in = threading.Event()

    def slowly(*facts: Any) -> None:
        taken_in.set()
        time.sleep(0.5)
        apply_when_complete(*facts)

    def choose() -> bool:
        taken_in.wait()
        where = application.holder_id, application.id, ("confirmed",), "printed"
        return applications.move(own.portal, *where)

    monkeypatch.setattr(documents, "apply_when_complete", slowly)
    with ThreadPoolExecutor(1) as pool:
        chosen = pool.submit(choose)
        assert hand_in(live, *undertaking).status == 200
        assert not chosen.result()
    assert state_of(own) == "signed"
