"""The portal's operations, row by row as in portal-api.yaml, and the time they may take."""

from dataclasses import dataclass

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that a call may take."""

    connect: float = 5.0
    """For one connection attempt."""
    read: float = 20.0
    """Between two bytes of an answer."""
    total: float = 60.0
    """For one request as a whole."""
    transfer: float = 300.0
    """For one document or signature as a whole."""
    challenge: float = 4.0
    """For `answerChallenge` as a whole: the card waits inside a transaction."""
    pauses: tuple[float, ...] = (0.5, 2.0)
    """Before each repetition; as many as there are repetitions."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the contract."""

    method: str
    path: str
    """Under the base URL; `{}` for each id."""
    status: int
    """The one status that means success."""
    repeated: bool
    """Whether it may be sent again by itself (the table in `client` says why)."""
    accepted: tuple[str, ...] = ()
    """Media types of a good answer; none where it has no body."""


_SESSION = "/sessions/{}"
_DOCUMENT = _SESSION + "/documents/{}"
GET_CLIENT_INFO = Operation("GET", "/client", 200, True, (JSON,))
CREATE_SESSION = Operation("POST", "/sessions", 201, True, (JSON,))
CANCEL_SESSION = Operation("DELETE", _SESSION, 204, True)
SEND_STEP_UP = Operation("POST", _SESSION + "/step-up", 202, False)
CHECK_STEP_UP = Operation("PUT", _SESSION + "/step-up", 204, False)
AUTHORIZE_UNBLOCK = Operation("POST", _SESSION + "/unblock", 200, True, (JSON,))
ANSWER_CHALLENGE = Operation("POST", _SESSION + "/unblock/challenge", 200, False, (JSON,))
GET_DOCUMENT = Operation("GET", _DOCUMENT, 200, True, ("text/plain", "application/pdf"))
PUT_SIGNATURE = Operation("PUT", _DOCUMENT + "/signature", 200, True, (JSON,))
PUT_OUTCOME = Operation("PUT", _SESSION + "/outcome", 204, True)


def seconds_for(operation: Operation, timing: Timing) -> float:
    """How long one request of this operation may take as a whole."""
    if operation in (GET_DOCUMENT, PUT_SIGNATURE):
        return timing.transfer
    return timing.challenge if operation is ANSWER_CHALLENGE else timing.total
