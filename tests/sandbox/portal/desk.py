"""A portal of one's own for a test: database in a temporary folder, a clock that the test turns."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from sqlalchemy.orm import Session

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate, SandboxCa
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import Database
from kamusm_esign.sandbox.portal.keys import load_or_create
from kamusm_esign.sandbox.portal.server import build_app
from kamusm_esign.sandbox.portal.services import codes, puk_store

SERIAL = "08C9150800160012"
PUK = b"70416538"
OTP = "135790"
START = 1_800_000_000.25


@dataclass
class Clock:
    """Seconds since 1970; turned by the test."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem code; asserts that it is a whole problem."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        assert self.json["title"]
        return str(self.json["code"])


@dataclass
class Live:
    """A session as a client holds it."""

    desk: "Desk"
    view: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/api/v1/sessions/{self.view['id']}"

    def ask(self, method: str, path: str = "", **more: Any) -> Answer:
        """A request with the session's token."""
        headers = {"Authorization": f"Bearer {self.view['token']}", **more.pop("headers", {})}
        return self.desk.ask(method, self.path + path, headers=headers, **more)

    def unblock(self, key: str | None = None, **body: Any) -> Answer:
        """authorizeUnblock."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.ask("POST", "/unblock", headers=headers, json=unblock_body(**body))

    def outcome(self, result: str, **more: Any) -> Answer:
        """putOutcome."""
        return self.ask("PUT", "/outcome", json=outcome_body(result, **more))

    def check(self, otp: str) -> Answer:
        """checkStepUp."""
        return self.ask("PUT", "/step-up", json={"otp": otp})


@dataclass
class Desk:
    """The portal, its application, and a client at address 127.0.0.1."""

    portal: Portal
    clock: Clock
    _app: Any = None

    @property
    def app(self) -> Any:
        """The portal's application."""
        self._app = self._app or build_app(self.portal)
        return self._app

    def ask(self, method: str, path: str, *, address: str = "127.0.0.1", **more: Any) -> Answer:
        """One request."""

        async def send() -> Answer:
            transport = httpx.ASGITransport(self.app, client=(address, 5))
            async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
                response = await client.request(method, path, **more)
                return Answer(response.status_code, response.headers, response.content)

        return asyncio.run(send())

    def code(self, purpose: str = "pin-unblock", **more: Any) -> str:
        """A code for the enrolled card's holder."""
        holder = puk_store.holders(self.portal)[0]
        job = codes.Job(
            purpose=purpose,
            certificate_kind=holder.kind,
            holder=holder.name,
            holder_id=holder.holder_id,
            otp=more.pop("otp", OTP if purpose.startswith("pin-") else None),
            serials=more.pop("serials", (SERIAL,)),
            **more,
        )
        return codes.issue(self.portal, job).code

    def exchange(self, code: str, key: str | None = None, **more: Any) -> Answer:
        """createSession."""
        return self.ask(
            "POST",
            "/api/v1/sessions",
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            json=session_body(code),
            **more,
        )

    def open(self, purpose: str = "pin-unblock", *, stepped_up: bool = True, **more: Any) -> Live:
        """A session, by default past its step-up."""
        answer = self.exchange(self.code(purpose, **more))
        assert answer.status == 201, answer.body
        live = Live(self, answer.json)
        if stepped_up and live.view["step_up"] is not None:
            assert live.ask("POST", "/step-up").status == 202
            assert live.check(OTP).status == 204
        return live

    def switched(self, **switches: Any) -> "Desk":
        """The same portal as another process with other switches sees it."""
        return Desk(replace(self.portal, **switches), self.clock)

    def overtaken(self, meanwhile: Callable[[], object]) -> "Desk":
        """The same portal as a process sees it that always waits for its turn to write.

        Args:
            meanwhile: what somebody else does then.
        """
        return self.switched(database=Waiting(self.portal.database, meanwhile))


@dataclass
class Waiting:
    """A database on which somebody else writes first, each time."""

    database: Database
    meanwhile: Callable[[], object]

    @contextmanager
    def write(self) -> Iterator[Session]:
        """As `Database.write`, late."""
        self.meanwhile()
        with self.database.write() as db:
            yield db

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


def make_desk(folder: Path, url: str | None = None, **switches: Any) -> Desk:
    """A portal with nothing in it; on SQLite unless a URL is given."""
    clock = Clock()
    database = Database(url or f"sqlite:///{folder / 'portal.db'}")
    keys = load_or_create(folder / "portal.db.key")
    return Desk(Portal(database, keys, clock, **switches), clock)


def enrol(
    desk: Desk, serial: str = SERIAL, kind: CertificateKind = CertificateKind.NES, **more: Any
) -> IssuedCertificate:
    """A card of the sandbox's CA, in the portal's books."""
    issued = SandboxCa().issue(kind, more.pop("key", "p384"), **more)
    puk_store.enrol(desk.portal, serial, issued.certificate_der, bytearray(PUK))
    return issued


class SealKey:
    """The client's end of a sealed PUK."""

    def __init__(self) -> None:
        kem, curve = mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()
        self.public = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self._private = MLKEM768X25519PrivateKey(kem, curve)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Raises InvalidTag where it is not for this key and info."""
        suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        return suite.decrypt(sealed, self._private, info=info)


def session_body(code: object, **client: Any) -> dict[str, Any]:
    """Body of createSession."""
    whole = {"name": "kamusm-esign", "version": "2.0.0", "platform": "linux", **client}
    return {"code": code, "client": whole}


def unblock_body(**changes: Any) -> dict[str, Any]:
    """Body of authorizeUnblock: by default challenge-response, which needs no key."""
    body = {
        "token_serial": SERIAL,
        "certificate_sha256": None,
        "methods": ["challenge-response"],
        "seal_key": None,
    }
    return {**body, **changes}


def outcome_body(result: str, **changes: Any) -> dict[str, Any]:
    """Body of putOutcome."""
    body = {"result": result, "token_serial": SERIAL, "at": "2027-01-15T08:00:00Z"}
    return {**body, **changes}
