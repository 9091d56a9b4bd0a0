"""A certificate as files: itself (DER), and its end for a calendar (RFC 5545)."""

from datetime import datetime

from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.ui.presenter.my_card import calendar_texts, renewable_from
from kamusm_esign.ui.presenter.words import Words

_LONGEST = 75
"""Octets of a line (RFC 5545 section 3.1)."""


def certificate_file(certificate: CertificateInfo, form: str, words: Words, now: datetime) -> bytes:
    """The file's bytes.

    Args:
        certificate: of the card.
        form: `cer` or `ics`.
        words: the texts of the calendar's entry; nothing personal goes into it.
        now: UTC, when the entry is made.
    """
    return certificate.der if form == "cer" else _calendar(certificate, words, now)


def _calendar(certificate: CertificateInfo, words: Words, now: datetime) -> bytes:
    """One event at the end, and a reminder when it can be renewed."""
    title, text, reminder = calendar_texts(certificate, words)
    lines = (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kamu SM//E-Imza Uygulamasi//TR"),
        "BEGIN:VEVENT",
        f"UID:{certificate.sha256}@kamusm-esign",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(certificate.not_after)}",
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(text)}",
        *("TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY"),
        f"DESCRIPTION:{_text(reminder)}",
        f"TRIGGER;VALUE=DATE-TIME:{_utc(renewable_from(certificate.not_after))}",
        *("END:VALARM", "END:VEVENT", "END:VCALENDAR"),
    )
    return b"".join(_folded(line) for line in lines)


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Escaped as section 3.3.11 has it."""
    for letter in "\\;,":
        text = text.replace(letter, "\\" + letter)
    return text.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """In lines of at most 75 octets, no letter torn apart."""
    out, room = b"", _LONGEST
    for letter in line:
        data = letter.encode()
        if len(data) > room:
            out, room = out + b"\r\n ", _LONGEST - 1
        out, room = out + data, room - len(data)
    return out + b"\r\n"
