"""Adds time stamps to signatures that exist; what `builder.py` does once everything is loaded."""

from typing import TYPE_CHECKING

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.signing.pdf_hole import Hole, holes
from kamusm_esign.signing.stamp_account import Passwords, StampAccount
from kamusm_esign.signing.time_stamp import Send, invalid, is_stamped, with_time_stamp

if TYPE_CHECKING:
    from kamusm_esign.ports import HttpFetcher

_ANSWER_LIMIT = 1 << 16
_FOREVER_REFUSED = frozenset((401, 403))
_FINE = 200


def add_time_stamp(signature: bytes, form: SignatureFormat, send: Send) -> bytes:
    """See `ports.SignatureBuilder.time_stamp`."""
    if form.in_pdf:
        return _stamp_pdf(signature, send)
    return signature if is_stamped(signature) else with_time_stamp(signature, send)


def _stamp_pdf(pdf: bytes, send: Send) -> bytes:
    hole, signature = _signature_in(pdf)
    if is_stamped(signature):
        return pdf
    stamped = with_time_stamp(signature, send)
    try:
        filled = hole.filled(pdf, stamped)
    except ValueError:
        raise invalid("too large") from None
    if hole.cms(filled) != stamped or hole.signed_parts(filled) != hole.signed_parts(pdf):
        raise invalid("the signature would change")
    return filled


def _signature_in(pdf: bytes) -> tuple[Hole, bytes]:
    for hole in holes(pdf):
        try:
            return hole, hole.cms(pdf)
        except ValueError:
            continue
    raise ValueError("not a signed PDF of ours")


def sender(account: StampAccount, passwords: Passwords, http: "HttpFetcher") -> Send:
    """How a request gets to the server of the settings, and its answer back."""

    def send(request: bytes, imprint: bytes) -> bytes:
        headers = (
            ("Content-Type", "application/timestamp-query"),
            ("Accept", "application/timestamp-reply"),
            *account.headers(imprint, passwords),
        )
        try:
            answer = http.fetch(
                "POST", account.url or "", headers=headers, body=request, limit=_ANSWER_LIMIT
            )
        except FailedError as error:
            # Not chained to its own: the request holds the account.
            raw = error.failure.code.value
            raise FailedError.of(FailureCode.TIME_STAMP_UNREACHABLE, raw=raw) from None
        if answer.status in _FOREVER_REFUSED:
            raise FailedError.of(FailureCode.TIME_STAMP_ACCESS_REFUSED)
        if answer.status != _FINE:
            raise invalid(f"HTTP {answer.status}")
        return answer.body

    return send
