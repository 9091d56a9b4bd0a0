"""The reference portal against `docs/portal-api.yaml`: generated requests, right and wrong ones.

Every operation is answered with 2xx at least once, no answer is a 5xx, every answer conforms.
"""

import base64
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from kamusm_esign.sandbox.portal.api.operations import PREFIX
from kamusm_esign.sandbox.portal.server import build_app, listen
from tests.sandbox.portal.cms_maker import CmsMaker
from tests.sandbox.portal.desk import (
    OTP,
    Desk,
    Live,
    SealKey,
    enrol,
    outcome_body,
    session_body,
    unblock_body,
)

ON_BOTH = True
CONTRACT = Path(__file__).parents[3] / "docs" / "portal-api.yaml"
SCHEMA = schemathesis.openapi.from_dict(yaml.safe_load(CONTRACT.read_text("utf-8")))
OPERATIONS = {
    "getClientInfo": "",
    "createSession": "",
    "cancelSession": "pin-unblock",
    "sendStepUp": "pin-unblock",
    "checkStepUp": "pin-unblock",
    "authorizeUnblock": "pin-unblock",
    "answerChallenge": "pin-unblock",
    "getDocument": "application",
    "putSignature": "application",
    "putOutcome": "pin-unblock",
}
"""Operation → the purpose of a session that can do it; "" where none is needed."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
BY_HAND = int(os.environ.get("PORTAL_EXAMPLES", "0"))
EXAMPLES = {
    "sqlite": BY_HAND or (211 if os.environ.get("CI") == "true" else 20),
    "postgresql": BY_HAND or (20 if os.environ.get("CI") == "true" else 5),
}
"""For each of 19 pairs of operation and kind: 4,009 and 380 on a build machine; by hand 20,140
each (1060)."""


@schemathesis.serializer("application/pkcs7-signature", "application/pdf")
def as_bytes(_context: Any, value: Any) -> Any:
    """The contract's two binary types, which schemathesis does not know."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    """The portal on a real socket, with the desk's clock."""
    config = uvicorn.Config(
        build_app(desk.portal), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    listener = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}"
    server.should_exit = True
    thread.join(30)
    listener.close()


def test_the_table_names_every_operation() -> None:
    paths = yaml.safe_load(CONTRACT.read_text("utf-8"))["paths"].values()
    found = {o["operationId"] for p in paths for o in p.values() if "operationId" in o}
    assert found == set(OPERATIONS)


def live_session(desk: Desk, operation: str) -> Live | None:
    """A session of its own for every request, at the point where the operation is next."""
    purpose = OPERATIONS[operation]
    if not purpose:
        return None
    live = desk.open(purpose, stepped_up="StepUp" not in operation)
    if operation == "checkStepUp":
        live.ask("POST", "/step-up")
    if operation == "answerChallenge":
        live.unblock()
    return live


def right_request(desk: Desk, operation: str, live: Live | None) -> dict[str, Any]:
    """What schemathesis cannot invent: the request that is answered with 2xx."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    if operation == "putSignature":
        assert live is not None
        document = live.ask("GET", "/documents/undertaking").body
        cms = CmsMaker(enrol(desk), document, desk.clock.now).make()
        return {"body": cms, "media_type": "application/pkcs7-signature"}
    seal_key = base64.b64encode(SealKey().public).decode()
    requests: dict[str, tuple[dict[str, str], Any]] = {
        "createSession": (key, session_body(desk.code())),
        "checkStepUp": ({}, {"otp": OTP}),
        "authorizeUnblock": (key, unblock_body(methods=["so-pin"], seal_key=seal_key)),
        "answerChallenge": ({}, {"challenge": base64.b64encode(bytes(8)).decode()}),
        "putOutcome": ({}, outcome_body("succeeded")),
    }
    headers, body = requests.get(operation, ({}, NOT_SET))
    return {"headers": headers, "body": body, "media_type": "application/json"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_right_request_is_answered_with_2xx(desk: Desk, url: str, operation: str) -> None:
    live = live_session(desk, operation)
    path = {} if live is None else path_of(live, operation)
    request = right_request(desk, operation, live)
    case = SCHEMA.find_operation_by_id(operation).Case(path_parameters=path, **request)
    response = case.call(base_url=url, headers=bearer(live))
    assert 200 <= response.status_code < 300, response.content
    case.validate_response(response, checks=CHECKS)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [(operation, "positive") for operation in OPERATIONS]
    # getClientInfo has nothing that could be wrong.
    + [(operation, "negative") for operation in OPERATIONS if operation != "getClientInfo"],
)
def test_generated_requests_are_answered_by_the_contract(
    desk: Desk, url: str, operation: str, mode: str
) -> None:
    strategy = SCHEMA.find_operation_by_id(operation).as_strategy(
        generation_mode=GenerationMode(mode)
    )

    @seed(20260101)
    @settings(
        max_examples=EXAMPLES[desk.portal.database._engine.dialect.name],
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def run(case: Case[Any]) -> None:
        desk.clock.now += 61  # or the limit for unknown codes would answer all but five
        live = live_session(desk, operation)
        # Where the path is not what is wrong, it is right: else no body would ever be looked at.
        if live is not None and not wrong_path(case):
            case.path_parameters = path_of(live, operation)
        response = case.call(base_url=url, headers=bearer(live))
        case.validate_response(response, checks=CHECKS)

    run()


def path_of(live: Live, operation: str) -> dict[str, str]:
    """The path parameters that lead to the session."""
    document = {"document_id": "undertaking"} if OPERATIONS[operation] == "application" else {}
    return {"session_id": live.view["id"], **document}


def wrong_path(case: Case[Any]) -> bool:
    """Whether the generated path breaks the contract."""
    assert case.meta is not None
    part = case.meta.components.get(ParameterLocation.PATH)
    return part is not None and part.mode is GenerationMode.NEGATIVE


def bearer(live: Live | None) -> dict[str, str]:
    """The session's token, where there is one."""
    return {} if live is None else {"Authorization": f"Bearer {live.view['token']}"}
