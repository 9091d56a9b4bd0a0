"""The manifest of a release: strict JSON, judged against this moment and what was seen before."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.update import UpdateFile, UpdateManifest, version_numbers

FORMAT = "kamusm-esign-update"
PLATFORMS = ("windows", "linux-deb", "linux-tar")
LARGEST_FILE = 300 << 20
"""Bytes."""
TOLERATED = timedelta(hours=24)
"""By which this computer's clock may be behind: who installs a day early is in no danger."""
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST_FILES = 32


def write_manifest(manifest: UpdateManifest) -> bytes:
    """The payload of a release's envelope."""
    members = {
        "format": FORMAT,
        "sequence": manifest.sequence,
        "version": manifest.version,
        "not_before": _written(manifest.not_before),
        "expires": _written(manifest.expires),
        "files": [
            {"name": f.name, "platform": f.platform, "size": f.size, "sha256": f.sha256}
            for f in manifest.files
        ],
    }
    return json.dumps(members, indent=1).encode()


def read_manifest(payload: bytes) -> UpdateManifest:
    """Parse a payload whose signature was verified. Unknown members are passed over.

    Raises:
        FailedError: `UPDATE_MANIFEST_INVALID`.
    """
    try:
        members = json.loads(payload)
        _must(members["format"] == FORMAT)
        return UpdateManifest(
            sequence=_number(members["sequence"], 1 << 53),
            version=_text(members["version"], _VERSION),
            not_before=_time(members["not_before"]),
            expires=_time(members["expires"]),
            files=tuple(_file(one) for one in members["files"][:_MOST_FILES]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FailedError.of(FailureCode.UPDATE_MANIFEST_INVALID, detail="manifest") from None


def judge(manifest: UpdateManifest, *, now: datetime, seen: int, version: str) -> bool:
    """Whether a manifest offers something newer than `version`.

    Args:
        manifest: as it was signed.
        now: UTC.
        seen: the highest sequence number so far.
        version: of this program.

    Raises:
        FailedError: `UPDATE_REPLAYED`, `UPDATE_EXPIRED`, `UPDATE_OLDER`.
    """
    if manifest.sequence < seen:
        raise FailedError.of(FailureCode.UPDATE_REPLAYED)
    if now >= manifest.expires:
        raise FailedError.of(FailureCode.UPDATE_EXPIRED)
    offered, own = version_numbers(manifest.version), version_numbers(version)
    if offered < own:
        raise FailedError.of(FailureCode.UPDATE_OLDER)
    return offered > own and now >= manifest.not_before - TOLERATED


# ---------------------------------------------------------------------------- members
def _file(members: Any) -> UpdateFile:
    _must(members["platform"] in PLATFORMS)
    return UpdateFile(
        name=_text(members["name"], _NAME),
        platform=members["platform"],
        size=_number(members["size"], LARGEST_FILE),
        sha256=_text(members["sha256"], _SHA256),
    )


def _must(holds: bool) -> None:
    if not holds:
        raise ValueError


def _number(value: Any, most: int) -> int:
    _must(type(value) is int and 0 < value <= most)
    return int(value)


def _text(value: Any, shape: re.Pattern[str]) -> str:
    _must(isinstance(value, str) and shape.fullmatch(value) is not None)
    return str(value)


def _time(value: Any) -> datetime:
    _must(isinstance(value, str) and value.endswith("Z"))
    return datetime.fromisoformat(value)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
