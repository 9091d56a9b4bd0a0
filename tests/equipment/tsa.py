"""A time stamp server on this computer: `openssl ts` behind HTTP, with faults on demand."""

import base64
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class StampServer:
    """The server's side of what happened."""

    folder: Path
    url: str = ""
    root_der: bytes = b""
    requests: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    change_request: Callable[[tsp.TimeStampReq], None] = lambda request: None
    change_answer: Callable[[bytes], bytes] = lambda answer: answer

    def answer(self, request: bytes) -> bytes:
        """What `openssl ts` says, spoilt as the test wants it."""
        self.requests.append(request)
        parsed = tsp.TimeStampReq.load(request)
        self.change_request(parsed)
        query, reply = self.folder / "query", self.folder / "reply"
        query.write_bytes(parsed.dump(force=True))
        subprocess.run(
            [
                *("openssl", "ts", "-reply", "-config", str(self.folder / "tsa.cnf")),
                *("-queryfile", str(query), "-out", str(reply)),
            ],
            check=True,
            capture_output=True,
            timeout=30,
        )
        return self.change_answer(reply.read_bytes())

    @property
    def basic_pair(self) -> bytes:
        """User and password of the last request's Basic header."""
        return base64.b64decode(self.headers[-1]["Authorization"].removeprefix("Basic "))


@contextmanager
def stamp_server(folder: Path) -> Iterator[StampServer]:
    """A server that runs while the block lasts."""
    folder.mkdir()
    server = StampServer(folder)
    server.root_der = _certificates(folder)
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.headers.append(dict(self.headers.items()))
            answer = server.answer(body) if server.status == 200 else b""
            self.send_response(server.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}/"
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def _certificates(folder: Path) -> bytes:
    """A root and a time stamp certificate below it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("Zaman Damgası Kökü"), _name("Zaman Damgası")
    root = (
        _builder(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    stamp = (
        _builder(name, root_name, key)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(stamp.public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return root.public_bytes(serialization.Encoding.DER)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
