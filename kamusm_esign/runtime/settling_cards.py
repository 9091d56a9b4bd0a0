"""Cards that are used only after what is in doubt about them was settled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, PinState, TokenTarget
from kamusm_esign.ports import AnswerChallenge, CardGateway, Journal, SigningCard
from kamusm_esign.runtime.doubt import (
    give_up,
    jobs_in_doubt,
    pin_was_set,
    settle_by_look,
    take_up,
)


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
        result = self._use(
            target,
            session_id,
            (new_pin,),
            lambda: self._cards.unblock_pin(target, session_id, grant, new_pin, answer),
        )
        if result.outcome is not Outcome.FAILED:
            pin_was_set(self._journal, target.serial, session_id, self._utc_now())
        return result

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        """See `ports.CardGateway.change_pin`."""

        def change() -> CardResult:
            # No entry of its own would say that a change was under way, should all end in it. So
            # the older jobs are given up before, and taken up again where nothing was changed.
            given_up = give_up(self._journal, target.serial, self._utc_now())
            try:
                result = self._cards.change_pin(target, current, new_pin, last_try=last_try)
            except FailedError:
                take_up(self._journal, given_up)
                raise
            if result.outcome is Outcome.FAILED:
                take_up(self._journal, given_up)
            return result

        return self._use(target, None, (current, new_pin), change)

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
        for listed in jobs_in_doubt(self._journal, serial):
            if listed.session_id == session_id:
                continue
            with self._journal.claim(listed.session_id) as entry:
                if entry is not None:
                    # Looked at only now that the entry is held: its job's own card host, which may
                    # outlive it, has ended when the card can be read.
                    settle_by_look(self._journal, entry, self._pin_of(serial), self._utc_now())
                elif any(e.session_id == listed.session_id for e in self._journal.entries()):
                    raise FailedError.of(FailureCode.UNFINISHED_ELSEWHERE)

    def _pin_of(self, serial: str) -> PinState:
        token = self._cards.overview().token(serial)
        if token is None:
            raise FailedError.of(FailureCode.CARD_REMOVED)
        return token.pin
