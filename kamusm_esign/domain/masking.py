"""Personal data as it may be shown: enough to recognise one's own, too little for anybody else.

Serials, ids and names are personal data (KVKK); what is printed goes through here unless the
person asked to see it. The forms are those of the portal and of the command line.
"""

import re
import unicodedata

_ABBREVIATION = re.compile(r"(?:[^\W\d_]{1,4}\.)+")
"""`A.Ş.`, `LTD.`, `ŞTİ.`: what kind of company it is tells nobody who it is."""


def mask_serial(serial: str) -> str:
    """Card and certificate serials: `…1234`, the last four characters."""
    return "…" + serial[-4:] if serial else ""


def mask_id(number: str) -> str:
    """TCKN, VKN, passport and foreigner's numbers: `*******1234`.

    The number of stars is always the same, so that the length does not tell what it is. A number of
    at most four characters is hidden whole.
    """
    if not number:
        return ""
    return "*" * 7 + (number[-4:] if len(number) > 4 else "")


def mask_name(name: str) -> str:
    """Names and token labels: `A*** Y*****`, `Y**** T****** A.Ş.`.

    Of each word the first letter stays and each other one becomes a star; abbreviations that end in
    a dot (each part at most four letters) stay. Blanks between words become one.
    """
    return " ".join(_mask_word(word) for word in unicodedata.normalize("NFC", name).split())


def _mask_word(word: str) -> str:
    if _ABBREVIATION.fullmatch(word):
        return word
    return word[0] + "*" * (len(word) - 1)


def mask_session(session_id: str) -> str:
    """Portal sessions: `…x7Qa2f`, the last six characters."""
    return "…" + session_id[-6:] if session_id else ""
