"""The signature around a manifest: DSSE v1.0 (secure-systems-lab/dsse, protocol.md) with Ed25519.

What is verified is exactly the bytes that are parsed afterwards; nothing in an envelope chooses an
algorithm.
"""

import base64
import binascii
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kamusm_esign.domain.failures import FailedError, FailureCode

PAYLOAD_TYPE = "application/vnd.kamusm-esign.update+json"
LARGEST = 1 << 18
"""Bytes of an envelope, at most."""
_MOST_SIGNATURES = 16

Keys = Mapping[str, Ed25519PublicKey]
"""Name of a key → the key; any one of them is enough, so that keys can follow each other."""


def read_keys(file: Path) -> Keys:
    """The keys that this program trusts, from a TOML table `keys`: name → 64 hexadecimal digits.

    Raises:
        ValueError: it is not such a file.
        OSError: it cannot be read.
    """
    table = tomllib.loads(file.read_text("utf-8")).get("keys", {})
    if not isinstance(table, dict):
        raise ValueError("keys")
    found = {}
    for name, value in table.items():
        if not isinstance(value, str):
            raise ValueError(name)
        found[name] = Ed25519PublicKey.from_public_bytes(bytes.fromhex(value))
    return found


def open_envelope(envelope: bytes, keys: Keys) -> bytes:
    """Return the payload, if one of the keys has signed it.

    Raises:
        FailedError: `UPDATE_MANIFEST_INVALID` (no envelope), `UPDATE_NOT_SIGNED` (by nobody whom
            this program trusts).
    """
    payload, signatures = _parse(envelope)
    message = pre_authentication_encoding(payload)
    for name, signature in signatures:
        key = keys.get(name)
        if key is None:
            continue
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return payload
    raise FailedError.of(FailureCode.UPDATE_NOT_SIGNED)


def seal_envelope(payload: bytes, keys: Mapping[str, Ed25519PrivateKey]) -> bytes:
    """Sign a payload with one or several keys: what a release does."""
    message = pre_authentication_encoding(payload)
    signatures = [
        {"keyid": name, "sig": base64.b64encode(key.sign(message)).decode("ascii")}
        for name, key in keys.items()
    ]
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": signatures,
    }
    return json.dumps(envelope, indent=1).encode()


def pre_authentication_encoding(payload: bytes) -> bytes:
    """What is signed (DSSE v1.0, "PAE")."""
    kind = PAYLOAD_TYPE.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _parse(envelope: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    if len(envelope) > LARGEST:
        raise FailedError.of(FailureCode.UPDATE_MANIFEST_INVALID, detail="size")
    try:
        members = json.loads(envelope)
        if members["payloadType"] != PAYLOAD_TYPE:
            raise ValueError("payloadType")
        payload = base64.b64decode(members["payload"], validate=True)
        signatures = [
            (str(one["keyid"]), base64.b64decode(one["sig"], validate=True))
            for one in members["signatures"][:_MOST_SIGNATURES]
        ]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise FailedError.of(FailureCode.UPDATE_MANIFEST_INVALID, detail="envelope") from None
    return payload, signatures
