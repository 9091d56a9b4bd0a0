"""The product's `ports.CardGateway`: what is plugged in, and which driver does what to which token.

What is done to a token is done by the card host; this only finds the driver that is in charge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamusm_esign.card.bays import FAILURES, DriverDesk, Patience, may_pass, reader_of
from kamusm_esign.card.binaries import check_library
from kamusm_esign.card.challenge_talk import WithoutPuk
from kamusm_esign.card.drivers import CardTypes, SearchPlace
from kamusm_esign.card.slots import same_reader
from kamusm_esign.card.translate import no_admin_key
from kamusm_esign.card.watcher import is_virtual_reader
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CardOverview,
    Driver,
    DriverStatus,
    PluggedReader,
    Reader,
    ReadersSnapshot,
    TokenTarget,
)

if TYPE_CHECKING:
    from kamusm_esign.card.admin_key import AdminKeyPlace
    from kamusm_esign.card.client import CardHostClient
    from kamusm_esign.card.wire import SlotToken
    from kamusm_esign.domain.card_result import CardResult
    from kamusm_esign.domain.portal_session import UnblockGrant
    from kamusm_esign.domain.secret import Secret
    from kamusm_esign.ports import AnswerChallenge, SigningCard, TokenWatcher


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a token is, and who speaks to it."""

    library: Path
    reader: str
    admin_key: AdminKeyPlace | None


class PluggedCards:
    """Implements `ports.CardGateway` on the real readers and drivers."""

    def __init__(
        self,
        watcher: TokenWatcher,
        card_types: Callable[[], CardTypes],
        host: CardHostClient,
        *,
        module: Path | None = None,
        place: SearchPlace | None = None,
        retry_waits: Sequence[float] = (0.2, 0.4, 0.8),
    ) -> None:
        """Nothing is looked at yet.

        Args:
            watcher: gives the snapshots of PC/SC.
            card_types: reads the card-type table, once, when the first card needs it.
            host: speaks to the card host.
            module: the one PKCS#11 library to use, instead of detection.
            place: where libraries are looked for; None for this machine.
            retry_waits: see `Patience`.
        """
        self._watcher = watcher
        self._host = host
        self._module = module
        self._patience = Patience(retry_waits)
        self._desk = DriverDesk(host, card_types, place or SearchPlace.here(), self._patience)
        self._seats: dict[str, _Seat] = {}
        """Token serial → where it was at the last overview."""

    # ------------------------------------------------------------------------ looking
    def overview(self) -> CardOverview:
        """See `ports.CardGateway.overview`.

        Raises:
            FailedError: `SETTINGS_INVALID`, the user's own card-type table.
        """
        self._patience.begin()
        if self._module is not None:
            return self._overview_of_module(self._module)
        snapshot = self._watcher.snapshot()
        plugged = _real_readers(snapshot)
        bays = self._desk.look(plugged)
        self._patience.remember(plugged)
        self._seats = {
            slot.token.serial: _Seat(bay.library, bay.reader.name, bay.admin_key)
            for bay in bays
            for slot in bay.slots
            if bay.library is not None
        }
        failure = snapshot.failure
        if failure is None and not plugged:
            failure = Failure.of(FailureCode.NO_READER)
        return CardOverview(snapshot.service, tuple(reader_of(b) for b in bays), failure)

    def _overview_of_module(self, module: Path) -> CardOverview:
        """Every slot of the module with an initialised token is a reader."""
        self._seats = {}
        status = check_library(module) if module.is_absolute() else DriverStatus.MISSING
        if status is not DriverStatus.OK:
            service = self._watcher.snapshot().service
            return CardOverview(service, (), Failure.of(FAILURES[status]))
        self._desk.start_host()
        snapshot = self._watcher.snapshot()
        slots, failure = self._list_patiently(module, snapshot)
        self._patience.remember(snapshot.readers)
        readers = tuple(self._reader_of_slot(slot, module, snapshot) for slot in slots)
        if not readers:
            failure = failure or _why_nothing(snapshot)
        return CardOverview(snapshot.service, readers, failure)

    def _list_patiently(
        self, module: Path, snapshot: ReadersSnapshot
    ) -> tuple[tuple[SlotToken, ...], Failure | None]:
        slots, failure = self._list(module)
        for wait in self._patience.waits:
            fresh = any(self._patience.is_fresh(r) for r in snapshot.readers)
            if slots or not may_pass(failure) or not fresh or not self._patience.wait(wait):
                break
            slots, failure = self._list(module)
        return slots, failure

    def _list(self, module: Path) -> tuple[tuple[SlotToken, ...], Failure | None]:
        try:
            return self._host.list_tokens(module), None
        except FailedError as error:
            return (), error.failure

    def _reader_of_slot(self, slot: SlotToken, module: Path, snapshot: ReadersSnapshot) -> Reader:
        name = slot.slot_description
        plugged = next((r for r in snapshot.readers if same_reader(name, r.name)), None)
        atr = None if plugged is None else plugged.atr
        card_type = None if atr is None else self._desk.card_types().find(atr)
        token = slot.token
        if card_type is not None:
            token = replace(token, unblock_methods=card_type.unblock_methods)
        self._seats[token.serial] = _Seat(
            library=module,
            reader=name if plugged is None else plugged.name,
            admin_key=None if card_type is None else card_type.challenge_response,
        )
        return Reader(
            name=name,
            card_present=True,
            atr=atr,
            card_type=None if card_type is None else card_type.name,
            driver=Driver(str(module), DriverStatus.OK),
            tokens=(token,),
            failure=None,
        )

    # ------------------------------------------------------------------------ doing
    def seal_key(self) -> bytes:
        """See `ports.CardGateway.seal_key`."""
        return self._host.seal_key()

    def unblock_pin(
        self,
        target: TokenTarget,
        session_id: str,
        grant: UnblockGrant,
        new_pin: Secret,
        answer: AnswerChallenge | None = None,
    ) -> CardResult:
        """See `ports.CardGateway.unblock_pin`."""

        def work(library: Path) -> CardResult:
            way = self._without_puk(target, answer) if grant.without_puk else None
            return self._host.unblock_pin(library, target, session_id, grant, new_pin, way)

        return self._do(target, (new_pin,), work)

    def _without_puk(self, target: TokenTarget, answer: AnswerChallenge | None) -> WithoutPuk:
        """
        Raises:
            FailedError: `CARD_REFUSED_UNBLOCK`, the table knows no admin key of this card.
        """
        seat = self._seats[target.serial]
        if seat.admin_key is None or answer is None:
            raise FailedError(no_admin_key())
        return WithoutPuk(seat.reader, seat.admin_key, answer)

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        """See `ports.CardGateway.change_pin`."""
        return self._do(
            target,
            (current, new_pin),
            lambda library: self._host.change_pin(
                library, target, current, new_pin, last_try=last_try
            ),
        )

    def verify_pin(self, target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        """See `ports.CardGateway.verify_pin`."""
        return self._do(
            target,
            (pin,),
            lambda library: self._host.verify_pin(library, target, pin, last_try=last_try),
        )

    @contextmanager
    def signing(
        self, target: TokenTarget, certificate_sha256: str, pin: Secret, *, last_try: bool
    ) -> Iterator[SigningCard]:
        """See `ports.CardGateway.signing`."""
        try:
            library = self._library(target.serial)
            with self._host.signing(
                library, target, certificate_sha256, pin, last_try=last_try
            ) as card:
                yield card
        finally:
            pin.wipe()

    def close(self) -> None:
        """See `ports.CardGateway.close`."""
        self._patience.end()
        self._host.close()

    def _do(
        self, target: TokenTarget, secrets: Sequence[Secret], work: Callable[[Path], CardResult]
    ) -> CardResult:
        try:
            return work(self._library(target.serial))
        except FailedError as error:
            from kamusm_esign.card.results import failed

            return failed(error.failure)
        finally:
            for secret in secrets:
                secret.wipe()

    def _library(self, serial: str) -> Path:
        """The driver in charge of a token: as last seen, else after one more look.

        Raises:
            FailedError: `CARD_REMOVED`, or `OTHER_CARD` where others are plugged in.
        """
        if serial not in self._seats:
            self.overview()
        if serial not in self._seats:
            others = bool(self._seats)
            raise FailedError.of(FailureCode.OTHER_CARD if others else FailureCode.CARD_REMOVED)
        return self._seats[serial].library


def _real_readers(snapshot: ReadersSnapshot) -> list[PluggedReader]:
    return [r for r in snapshot.readers if not is_virtual_reader(r.name)]


def _why_nothing(snapshot: ReadersSnapshot) -> Failure:
    if snapshot.failure is not None:
        return snapshot.failure
    return Failure.of(FailureCode.NO_CARD if _real_readers(snapshot) else FailureCode.NO_READER)
