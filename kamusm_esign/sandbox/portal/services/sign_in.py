"""Signing in to the web pages: words that only the holder knows, then a code by SMS.

Whoever gets it wrong learns nothing but that: an unknown number, a wrong word and a wrong picture
are answered alike, and the same work is done for each.
"""

import hmac
import secrets
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import audit, limits, messages
from kamusm_esign.sandbox.portal.tables import Person

PRACTICE_WORD = "deneme"
"""Everybody's güvenlik sözcüğü and e-Devlet password until they choose another one."""
SECURITY_WORD, ACCESS_PASSWORD = "security_word", "access_password"
PER_ADDRESS = limits.Limit(30, 600)
PER_PERSON = limits.Limit(5, 900)
SMS_LIMIT = limits.Limit(5, 900)
"""Codes that are sent to one person; else three tries a code would be as many as one likes."""
SMS_TRIES = 3
SMS_SECONDS = 180
_SMS_TRIES = limits.Limit(SMS_TRIES, limits.LONGEST_WINDOW)
"""For one code that was sent, which lives much shorter."""


class TooManyError(Exception):
    """Too many tries; carries the seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, repr=False)
class SmsCheck:
    """An SMS code that is waited for; what is kept of it in a visit."""

    digest: str
    until: float


def word_hash(portal: Portal, use: str, holder_id: str, word: str) -> str:
    """The keyed hash under which a word is kept."""
    return portal.keys.mac(use, f"{holder_id}\0{word}")


def check_word(
    portal: Portal, use: str, holder_id: str, word: str, address: str, *, readable: bool = True
) -> bool:
    """Whether the word is the person's. Wrong ones count against the word and the address.

    Args:
        readable: whether the picture was read. A right word without it counts as a wrong one, or
            the limit would tell which words are right to who reads no picture.

    Raises:
        TooManyError: before anything is looked at.
    """
    by_person = _tries_at(portal, use, holder_id)
    by_address = portal.keys.mac("sign-in-address", limits.whose(address))
    with portal.database.write() as db:
        now = portal.clock()
        wait = max(
            limits.wait(db, by_address, PER_ADDRESS, now),
            limits.wait(db, by_person, PER_PERSON, now),
        )
        if wait == 0:
            right = _is_right(portal, db, use, holder_id, word) and readable
            if not right:
                limits.count(db, by_address, now)
                limits.count(db, by_person, now)
                audit.note(db, now, "sign-in-refused", detail=use)
    # Outside, so that what was counted stays counted.
    if wait:
        raise TooManyError(wait)
    return right


def forget_tries(portal: Portal, use: str, holder_id: str) -> None:
    """The person is signed in: wrong tries of before at that word count no more."""
    with portal.database.write() as db:
        limits.forget(db, _tries_at(portal, use, holder_id))


def send_sms(portal: Portal, template: str, use: str, holder_id: str) -> SmsCheck:
    """Send a code; `use` ties it to one visit.

    Raises:
        TooManyError: the person was sent too many.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    source = portal.keys.mac("sms", holder_id)
    with portal.database.write() as db:
        wait = limits.wait(db, source, SMS_LIMIT, portal.clock())
        if wait:
            raise TooManyError(wait)
        limits.count(db, source, portal.clock())
        messages.send(portal, db, messages.SMS, template, messages.MASKED_PHONE, {"otp": code})
        audit.note(db, portal.clock(), "sms-sent", detail=template)
    return SmsCheck(portal.keys.mac(f"sms|{use}", code), portal.clock() + SMS_SECONDS)


class Verdict(Enum):
    """On an SMS code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used-up"
    """This was the third wrong one, or there had been three: not even looked at."""


def judge_sms(portal: Portal, check: SmsCheck, use: str, code: str) -> Verdict:
    """Whether the code is the one that was sent, and in time; after three tries none is any more.

    The tries are counted for the code that was sent, in the database, and before anything is
    compared: in the visit, requests that come at once would all find the same number there.
    """
    source = portal.keys.mac("sms-tries", f"{check.digest}{check.until}")
    with portal.database.write() as db:
        left = limits.spend(db, source, _SMS_TRIES, portal.clock())
    if left == 0:
        return Verdict.USED_UP
    given = portal.keys.mac(f"sms|{use}", code)
    if hmac.compare_digest(check.digest, given) and portal.clock() < check.until:
        return Verdict.RIGHT
    return Verdict.WRONG if left > 1 else Verdict.USED_UP


def note_sign_in(portal: Portal, way: str) -> None:
    """For the audit log."""
    with portal.database.write() as db:
        audit.note(db, portal.clock(), "signed-in", detail=way)


def _tries_at(portal: Portal, use: str, holder_id: str) -> str:
    """Each word has its own: whoever knows the one must not get new tries at the other by it."""
    return portal.keys.mac("sign-in", f"{use}\0{holder_id}")


def _is_right(portal: Portal, db: Session, use: str, holder_id: str, word: str) -> bool:
    # Only read: who sends a new password counts first and locks the person then.
    person = db.get(Person, holder_id)
    kept = "" if person is None else getattr(person, use)
    given = word_hash(portal, use, holder_id, word)
    return hmac.compare_digest(kept or "0" * 64, given)
