"""Looks for a newer version, fetches it and hands it to the person; `ports.Updates`."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.update import Update, UpdateFile
from kamusm_esign.ports import HttpFetcher
from kamusm_esign.updates.envelope import LARGEST, Keys, open_envelope
from kamusm_esign.updates.manifest import judge, read_manifest

MANIFEST = "kamusm-esign-update.json"
"""Name of the envelope below the portal's download address."""
DOWNLOAD_SECONDS = 900.0


class Updater:
    """Safe to use from one lane at a time. Nothing is ever started but by `verified`'s caller."""

    def __init__(
        self,
        fetcher: Callable[[], HttpFetcher],
        keys: Callable[[], Keys],
        folder: Path,
        *,
        version: str,
        platform: str,
        utc_now: Callable[[], datetime],
    ) -> None:
        """Remember how to look; nothing is fetched yet.

        Args:
            fetcher: HTTP.
            keys: whose signature counts.
            folder: of the program alone; what was seen and what was fetched lies there.
            version: of this program.
            platform: of this installation, as in a manifest.
            utc_now: the clock.
        """
        self._fetcher, self._keys, self._folder = fetcher, keys, folder
        self._version, self._platform, self._utc_now = version, platform, utc_now

    def look(self, download_url: str) -> Update | None:
        """The newer version that the makers offer at an address; None: there is none.

        Raises:
            FailedError: `PRT-20x` (not reached), `UPDATE_MANIFEST_INVALID`, `UPDATE_NOT_SIGNED`,
                `UPDATE_REPLAYED`, `UPDATE_EXPIRED`, `UPDATE_OLDER`.
        """
        base = download_url if download_url.endswith("/") else download_url + "/"
        envelope = self._get(base + MANIFEST, LARGEST, 20.0)
        if envelope is None:
            return None
        manifest = read_manifest(open_envelope(envelope, self._keys()))
        seen = self._seen()
        newer = judge(manifest, now=self._utc_now(), seen=seen, version=self._version)
        if manifest.sequence > seen:
            self._note(manifest.sequence)
        file = manifest.file_for(self._platform)
        return Update(manifest, file, base) if newer and file is not None else None

    def download(self, update: Update) -> Path:
        """Fetch the file and verify it; what is there already and right is not fetched again.

        Raises:
            FailedError: `PRT-20x`, `UPDATE_INCOMPLETE`, `UPDATE_FILE_CHANGED`,
                `UPDATE_NOT_SAVED`.
        """
        path = self._folder / update.file.name
        with suppress(FailedError):
            return self.verified(update)
        content = self._get(update.base_url + update.file.name, update.file.size, DOWNLOAD_SECONDS)
        if content is None or len(content) < update.file.size:
            raise FailedError.of(FailureCode.UPDATE_INCOMPLETE)
        _must_be(content, update.file)
        try:
            self._write(path, content)
        except OSError:
            raise FailedError.of(FailureCode.UPDATE_NOT_SAVED) from None
        return path

    def verified(self, update: Update) -> Path:
        """The downloaded file, verified once more: to be called right before it is started.

        Raises:
            FailedError: `UPDATE_INCOMPLETE` (not there), `UPDATE_FILE_CHANGED`.
        """
        path = self._folder / update.file.name
        try:
            regular = stat.S_ISREG(path.lstat().st_mode)
            content = path.read_bytes() if regular else b""
        except OSError:
            raise FailedError.of(FailureCode.UPDATE_INCOMPLETE) from None
        _must_be(content, update.file)
        return path

    # ------------------------------------------------------------------------ inside
    def _get(self, url: str, limit: int, timeout: float) -> bytes | None:
        """None: there is nothing of that name."""
        try:
            answer = self._fetcher().fetch("GET", url, limit=limit, timeout=timeout)
        except FailedError as error:
            if error.failure.code is FailureCode.PORTAL_ANSWER_TOO_LARGE:
                raise FailedError.of(FailureCode.UPDATE_FILE_CHANGED) from None
            raise
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise FailedError.of(FailureCode.PORTAL_UNREACHABLE)
        return answer.body

    def _seen(self) -> int:
        """The highest sequence number so far; a file that cannot be read has none."""
        try:
            found = json.loads((self._folder / "seen.json").read_bytes())["sequence"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0
        return found if type(found) is int else 0

    def _note(self, sequence: int) -> None:
        with suppress(
            OSError
        ):  # then the next look may see an old manifest, still signed and valid
            self._write(self._folder / "seen.json", json.dumps({"sequence": sequence}).encode())

    def _write(self, path: Path, content: bytes) -> None:
        """All of it or nothing, for this user alone."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)


def _must_be(content: bytes, file: UpdateFile) -> None:
    if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
        raise FailedError.of(FailureCode.UPDATE_FILE_CHANGED)
