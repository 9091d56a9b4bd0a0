"""Cards that are used only after what is in doubt about them was settled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, TokenTarget
from kamusm_esign.ports import AnswerChallenge, CardGateway, Journal, SigningCard
from kamusm_esign.runtime.doubt import jobs_in_doubt, pin_was_set, settle_by_look


class SettlingCards:
    """`ports.CardGateway` around another one.

    A job that ended unclearly is told by the state of the card's PIN. Every use of a PIN or PUK
    changes that state, so before each of them the card is looked at for the jobs in doubt, if there
    are any. Another process that is at work on the card right now has to end first: its own look
    afterwards must find what it has done, and nothing else.
    """

    def __init__(
        self, cards: CardGateway, journal: Journal, utc_now: Callable[[], datetime]
    ) -> None:
        """Nothing is looked at yet.

        Args:
            cards: do what is to be done.
            journal: the one of the jobs that use them, which hold their entries in it.
            utc_now: this computer's time.
        """
        self._cards = cards
        self._journal = journal
        self._utc_now = utc_now

    def overview(self) -> CardOverview:
        """See `ports.CardGateway.overview`."""
        return self._cards.overview()

    def seal_key(self) -> bytes:
        """See `ports.CardGateway.seal_key`."""
        return self._cards.seal_key()

    def unblock_pin(
        self,
        target: TokenTarget,
        session_id: str,
        grant: UnblockGrant,
        new_pin: Secret,
        answer: AnswerChallenge | None = None,
    ) -> CardResult:
        """See `ports.CardGateway.unblock_pin`."""
        return self._set_pin(
            target,
            session_id,
            (new_pin,),
            lambda: self._cards.unblock_pin(target, session_id, grant, new_pin, answer),
        )

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        """See `ports.CardGateway.change_pin`."""
        return self._set_pin(
            target,
            None,
            (current, new_pin),
            lambda: self._cards.change_pin(target, current, new_pin, last_try=last_try),
        )

    def verify_pin(self, target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        """See `ports.CardGateway.verify_pin`."""
        return self._use(
            target, None, (pin,), lambda: self._cards.verify_pin(target, pin, last_try=last_try)
        )

    @contextmanager
    def signing(
        self, target: TokenTarget, certificate_sha256: str, pin: Secret, *, last_try: bool
    ) -> Iterator[SigningCard]:
        """See `ports.CardGateway.signing`."""
        try:
            self._settle(target.serial, None)
            with self._cards.signing(target, certificate_sha256, pin, last_try=last_try) as card:
                yield card
        finally:
            pin.wipe()

    def close(self) -> None:
        """See `ports.CardGateway.close`."""
        self._cards.close()

    # ------------------------------------------------------------------------ before and after
    def _set_pin(
        self,
        target: TokenTarget,
        session_id: str | None,
        secrets: tuple[Secret, ...],
        work: Callable[[], CardResult],
    ) -> CardResult:
        result = self._use(target, session_id, secrets, work)
        if result.outcome is not Outcome.FAILED:
            pin_was_set(self._journal, target.serial, session_id, self._utc_now())
        return result

    def _use(
        self,
        target: TokenTarget,
        session_id: str | None,
        secrets: tuple[Secret, ...],
        work: Callable[[], CardResult],
    ) -> CardResult:
        try:
            self._settle(target.serial, session_id)
            return work()
        except FailedError as error:
            return CardResult(Outcome.FAILED, error.failure)
        finally:
            for secret in secrets:
                secret.wipe()

    def _settle(self, serial: str, session_id: str | None) -> None:
        """
        Raises:
            FailedError: `CARD_REMOVED`, `JOURNAL_NOT_WRITABLE`; `UNFINISHED_ELSEWHERE`, another
                process works on the card. The card was not used.
        """
        in_doubt = [e for e in jobs_in_doubt(self._journal, serial) if e.session_id != session_id]
        if not in_doubt:
            return
        token = self._cards.overview().token(serial)
        if token is None:
            raise FailedError.of(FailureCode.CARD_REMOVED)
        for listed in in_doubt:
            with self._journal.claim(listed.session_id) as entry:
                if entry is not None:
                    settle_by_look(self._journal, entry, token.pin, self._utc_now())
                elif any(e.session_id == listed.session_id for e in self._journal.entries()):
                    raise FailedError.of(FailureCode.UNFINISHED_ELSEWHERE)
