"""One code field for every code: the session's kind decides which flow goes on.

The window asks for a code before it can know what the code is for, so both flows stand behind one
`AskCode`. The command line knows from its command, uses each flow's own `TRANSITIONS`, and gives
back a code of the other kind.
"""

from kamusm_esign.domain.portal_session import SessionKind
from kamusm_esign.flows import set_pin, sign_documents
from kamusm_esign.flows.protocol import Event, State, Step, Transitions, take_step
from kamusm_esign.flows.session_entry import entry_transitions
from kamusm_esign.flows.session_model import AskCode

TRANSITIONS: Transitions = {
    **entry_transitions({SessionKind.PIN: set_pin.enter, SessionKind.SIGN: sign_documents.enter}),
    **set_pin.OWN_TRANSITIONS,
    **sign_documents.OWN_TRANSITIONS,
}


def initial_state(wanted: str | None = None) -> AskCode:
    """Where both begin.

    Args:
        wanted: serial of the only token that may be used, None for whichever the code is for.
    """
    return AskCode(0, wanted)


def step(state: State, event: Event) -> Step:
    """The next state and what is to be done."""
    return take_step(TRANSITIONS, state, event)
