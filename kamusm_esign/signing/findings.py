"""pyHanko's judgement of one signature, in our words."""

from datetime import datetime

from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    StandardCMSSignatureStatus,
    TimestampSignatureStatus,
)

from kamusm_esign.domain.verification import Checked, Finding, Point, Reason


def checks_of(status: StandardCMSSignatureStatus, *, with_roots: bool) -> tuple[Checked, ...]:
    """What was checked, in the order in which it is told."""
    found = [
        _told(Point.DOCUMENT, status.intact, Reason.CHANGED),
        _told(Point.SIGNATURE, status.valid, Reason.NOT_BY_CERTIFICATE),
    ]
    if isinstance(status, PdfSignatureStatus):
        found.append(_whole_file(status))
    found.append(_chain(status, with_roots))
    found.append(_time(status.timestamp_validity, with_roots))
    found.append(Checked(Point.REVOCATION, Finding.NOT_CHECKED, Reason.OFFLINE))
    return tuple(found)


def stamped_at(status: StandardCMSSignatureStatus) -> datetime | None:
    """The time of a time stamp that belongs to the signature; whose it is, is another matter."""
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None


def _told(point: Point, good: bool, reason: Reason) -> Checked:
    return Checked(point, Finding.GOOD) if good else Checked(point, Finding.BAD, reason)


def _whole_file(status: PdfSignatureStatus) -> Checked:
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Checked(Point.WHOLE_FILE, Finding.GOOD)
    allowed = (
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.docmdp_ok
        and status.modification_level not in (None, ModificationLevel.OTHER)
    )
    if allowed:
        return Checked(Point.WHOLE_FILE, Finding.GOOD, Reason.ADDED_LATER)
    return Checked(Point.WHOLE_FILE, Finding.BAD, Reason.NOT_ALLOWED_LATER)


def _chain(status: StandardCMSSignatureStatus, with_roots: bool) -> Checked:
    if not with_roots:
        return Checked(Point.CHAIN, Finding.NOT_CHECKED, Reason.NO_TRUST_FOLDER)
    if status.trusted:
        return Checked(Point.CHAIN, Finding.GOOD)
    if _outside_its_time(status):
        return Checked(Point.CHAIN, Finding.BAD, Reason.NOT_VALID_THEN)
    unknown = status.trust_problem_indic is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND
    return Checked(
        Point.CHAIN, Finding.BAD, Reason.UNKNOWN_AUTHORITY if unknown else Reason.CHAIN_BROKEN
    )


def _outside_its_time(status: StandardCMSSignatureStatus) -> bool:
    certificate, moment = status.signing_cert, status.validation_time
    if moment is None:
        return False
    return not certificate.not_valid_before <= moment <= certificate.not_valid_after


def _time(stamp: TimestampSignatureStatus | None, with_roots: bool) -> Checked:
    if stamp is None:
        return Checked(Point.TIME, Finding.NOT_CHECKED, Reason.NO_TIME_STAMP)
    if not (stamp.intact and stamp.valid):
        return Checked(Point.TIME, Finding.BAD, Reason.STAMP_BROKEN)
    if stamp.trusted:
        return Checked(Point.TIME, Finding.GOOD)
    reason = Reason.STAMP_AUTHORITY_UNKNOWN if with_roots else Reason.NO_TRUST_FOLDER
    return Checked(Point.TIME, Finding.NOT_CHECKED, reason)
