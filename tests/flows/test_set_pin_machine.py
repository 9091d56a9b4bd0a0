"""`flows.set_pin` under random orders of events, against a model of the world.

The model knows what a person sees from outside: whether the card's PIN really changed, which
effects are under way, and where every typed secret went. 20,000 steps where `CI` is set.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome, SessionKind
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import CardOverview, PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    Effect,
    EffectFailed,
    Event,
    GivenUp,
    State,
    TokenChosen,
    TokensSeen,
    WatchTokens,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    CancelSession,
    CheckStepUp,
    CodeEntered,
    InSession,
    NewCodePressed,
    OpenSession,
    OtpEntered,
    OutcomeReported,
    ReportOutcome,
    ResendPressed,
    SendStepUp,
    SessionCancelled,
    SessionExpired,
    SessionOpened,
    StepUpAccepted,
    StepUpSent,
)
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    AuthorizeUnblock,
    Authorizing,
    GrantReceived,
    NewPinEntered,
    PinWritten,
    StopWaiting,
    UnblockPin,
)
from tests.equipment.values import overview, session, token
from tests.flows.samples import GRANT

CODE = VerificationCode("123456789012345")
FAILURES = st.sampled_from(
    [
        Failure.of(FailureCode.PORTAL_TIMEOUT),
        Failure.of(FailureCode.SESSION_OVER),
        Failure.of(FailureCode.OTP_WRONG, attempts_left=2),
        Failure.of(FailureCode.OTP_WRONG, attempts_left=0),
        Failure.of(FailureCode.STEP_UP_NOT_REQUIRED),
        Failure.of(FailureCode.DRIVER_CRASHED),
        Failure.of(FailureCode.UNEXPECTED, raw="ValueError"),
    ]
)


class SetPinMachine(RuleBasedStateMachine):
    """Presses, looks, answers in any order; wrong and late ones too."""

    def __init__(self) -> None:
        super().__init__()
        self.state: State = initial_state()
        self.under_way: list[Effect] = []
        self.pin = PinState.BLOCKED
        self.present = True
        self.changed = False
        self.written_after_press: dict[SecretHandle, int] = {}
        self.last_handle = 0
        self.where: dict[SecretHandle, str] = {}
        self.ended = False
        self.looks: list[TokensSeen] = []

    # ---------------------------------------------------------------- the circle
    def send(self, event: Event) -> None:
        was_done = isinstance(self.state, Done)
        self.state, effects = step(self.state, event)
        assert not (was_done and effects)
        for effect in effects:
            self.begin(effect)

    def begin(self, effect: Effect) -> None:
        if isinstance(effect, DropSecret):
            assert self.where[effect.handle] == "handed in", "dropped what was used or dropped"
            self.where[effect.handle] = "dropped"
            return
        if isinstance(effect, (UnblockPin, CheckStepUp)):
            assert self.where[effect.handle] == "handed in", "used what was used or dropped"
            self.where[effect.handle] = "used"
        if isinstance(effect, UnblockPin):
            self.written_after_press[effect.handle] += 1
            assert not any(isinstance(other, UnblockPin) for other in self.under_way)
        assert effect.ticket not in {other.ticket for other in self.under_way}
        self.under_way.append(effect)

    def type_secret(self) -> SecretHandle:
        self.last_handle += 1
        handle = SecretHandle(self.last_handle)
        self.where[handle] = "handed in"
        self.written_after_press[handle] = 0
        return handle

    def seen(self) -> CardOverview:
        return overview(token(pin=self.pin)) if self.present else overview()

    # ---------------------------------------------------------------- the person
    @precondition(lambda self: isinstance(self.state, Done))
    @rule()
    def start_over(self) -> None:
        """The next job; answers to the last one may still come."""
        self.state = AskCode(self.state.ticket)
        self.pin, self.changed, self.ended = PinState.BLOCKED, False, False

    @rule()
    def enter_code(self) -> None:
        self.send(CodeEntered(CODE))

    @rule()
    def enter_otp(self) -> None:
        handle = self.type_secret()
        before = self.state
        self.send(OtpEntered(handle))
        if self.state == before and self.where[handle] == "handed in":
            self.where[handle] = "dropped"  # the driver's box is wiped with the page

    @rule(bad=st.booleans())
    def enter_new_pin(self, bad: bool) -> None:
        handle = self.type_secret()
        before = self.state
        self.send(NewPinEntered(handle, (PinProblem.RUN,) if bad else ()))
        if self.state == before and self.where[handle] == "handed in":
            self.where[handle] = "dropped"

    @rule(data=st.data(), failure=FAILURES)
    def press(self, data: st.DataObject, failure: Failure) -> None:
        presses = [
            ResendPressed(),
            StopWaiting(),
            TokenChosen("SN-0001"),
            CancelPressed(),
            GivenUp(failure),
            SessionExpired(session().id),
            NewCodePressed(),
        ]
        self.send(data.draw(st.sampled_from(presses)))

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """What a person and a working world would do next; else the depths are never reached."""
        awaited = [e for e in self.under_way if e.ticket == self.state.ticket]
        if isinstance(self.state, AskCode):
            self.enter_code()
        elif isinstance(self.state, AskNewPin):
            self.enter_new_pin(bad=False)
        elif isinstance(self.state, AskStepUp) and not self.state.checking:
            self.enter_otp()
        elif awaited:
            self.under_way.remove(awaited[0])
            self.send(self.answer_to(awaited[0], data, fails=isinstance(awaited[0], UnblockPin)))
        else:
            self.present = True
            self.look()

    @rule(data=st.data())
    def go_on_again(self, data: st.DataObject) -> None:
        self.go_on(data)

    @rule(data=st.data())
    def go_on_once_more(self, data: st.DataObject) -> None:
        self.go_on(data)

    # ---------------------------------------------------------------- the card
    @rule()
    def pull_or_insert(self) -> None:
        self.present = not self.present

    @rule()
    def look(self) -> None:
        self.send(TokensSeen(self.seen()))

    @rule()
    def begin_to_look(self) -> None:
        """A look of the watcher that takes its time: what it saw may be old when it arrives."""
        self.looks.append(TokensSeen(self.seen()))

    @precondition(lambda self: self.looks)
    @rule()
    def end_a_look(self) -> None:
        self.send(self.looks.pop(0))

    # ---------------------------------------------------------------- the answers
    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.under_way) - 1))
        effect = self.under_way.pop(index)
        self.send(self.answer_to(effect, data, fails=data.draw(st.booleans())))

    @rule(ticket=st.integers(0, 3))
    def answer_stale(self, ticket: int) -> None:
        if ticket < self.state.ticket:
            before = self.state
            self.send(PinWritten(ticket, CardResult(Outcome.SUCCEEDED, None)))
            self.send(GrantReceived(ticket, GRANT))
            assert self.state == before

    def answer_to(self, effect: Effect, data: st.DataObject, *, fails: bool) -> Event:
        if isinstance(effect, UnblockPin):
            return self.write(effect, data)
        if fails and not isinstance(effect, WatchTokens):
            return EffectFailed(effect.ticket, data.draw(FAILURES))
        answers: dict[type[Effect], Event] = {
            OpenSession: SessionOpened(effect.ticket, self.new_session(data), True),
            SendStepUp: StepUpSent(effect.ticket),
            CheckStepUp: StepUpAccepted(effect.ticket),
            WatchTokens: TokensSeen(self.seen(), effect.ticket),
            AuthorizeUnblock: GrantReceived(effect.ticket, GRANT),
            ReportOutcome: OutcomeReported(effect.ticket),
            CancelSession: SessionCancelled(effect.ticket),
        }
        return answers[type(effect)]

    def new_session(self, data: st.DataObject):  # type: ignore[no-untyped-def]
        phone = data.draw(st.sampled_from([None, "05** *** 12 34"]))
        kind = data.draw(st.sampled_from([SessionKind.PIN] * 5 + [SessionKind.SIGN]))
        return session(masked_phone=phone, kind=kind)

    def write(self, effect: UnblockPin, data: st.DataObject) -> Event:
        """The card does it or not; what is told of it is true or unclear."""
        done = data.draw(st.booleans())
        if done:
            self.pin = PinState.OK
            self.changed = True
        if data.draw(st.booleans()):
            return EffectFailed(effect.ticket, data.draw(FAILURES))
        if data.draw(st.booleans()):
            failure = Failure.of(FailureCode.DRIVER_NO_ANSWER)
            return PinWritten(effect.ticket, CardResult(Outcome.UNKNOWN, failure))
        if done:
            return PinWritten(effect.ticket, CardResult(Outcome.SUCCEEDED, None))
        refused = Failure.of(FailureCode.PUK_REFUSED)
        return PinWritten(effect.ticket, CardResult(Outcome.FAILED, refused, True))

    # ---------------------------------------------------------------- what always holds
    @invariant()
    def one_press_spends_at_most_one_try(self) -> None:
        assert all(count <= 1 for count in self.written_after_press.values())

    @invariant()
    def what_is_said_is_true(self) -> None:
        if not isinstance(self.state, Done) or self.ended:
            return
        self.ended = True
        told = self.state.outcome
        if told is Outcome.SUCCEEDED:
            assert self.changed
        if told in (Outcome.FAILED, Outcome.CANCELLED):
            assert not self.changed
        assert (self.state.failure is None) == (told is Outcome.SUCCEEDED)

    @invariant()
    def every_secret_is_accounted_for(self) -> None:
        waiting = {handle for handle, where in self.where.items() if where == "handed in"}
        held = self.state.handle if isinstance(self.state, InSession) else None
        assert waiting == ({held} if held is not None else set())
        assert (held is not None) == isinstance(self.state, Authorizing)


TestSetPinMachine = SetPinMachine.TestCase
