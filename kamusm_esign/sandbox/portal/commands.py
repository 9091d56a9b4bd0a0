"""The commands of `kamusm-esign-sandbox` that work on the portal's database."""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from kamusm_esign.sandbox.portal.api.bodies import METHODS
from kamusm_esign.sandbox.portal.context import SWITCH_SECONDS, Portal
from kamusm_esign.sandbox.portal.database import Database, DatabaseError
from kamusm_esign.sandbox.portal.keys import (
    KEY_BYTES,
    KeyFileError,
    PortalKeys,
    load_or_create,
)
from kamusm_esign.sandbox.portal.services import codes, puk_store
from kamusm_esign.sandbox.portal.services.paperwork import media_types
from kamusm_esign.sandbox.portal.services.puk_store import EnrolmentError, Holder
from kamusm_esign.sandbox.portal.services.sessions import rfc3339

KEY_FILE_VARIABLE = "KAMUSM_SANDBOX_KEY_FILE"
KEY_VARIABLE = "KAMUSM_SANDBOX_KEY"
"""The key itself, as hex; for who keeps no key on a disk."""
_LONGEST_SECRET = 256
_NOBODY = Holder("00000000000", "Deneme Kişisi", "nes", ())
"""Whom a code names while no card is enrolled."""


class CommandError(Exception):
    """Nothing was done; says why, and what to do."""


def open_portal(url: str | None, **switches: Any) -> Portal:
    """The portal on a database, by default the user's own.

    Args:
        switches: of `Portal`.

    Raises:
        CommandError: the database or its key file cannot be used.
    """
    try:
        url = url or default_url()
        database = Database(url)
        keys = _keys(url)
    except (DatabaseError, KeyFileError, OSError) as error:
        raise CommandError(f"{error}\nName another one with --database.") from error
    return Portal(database, keys, **switches)


@contextmanager
def _opened(url: str | None) -> Iterator[Portal]:
    """`open_portal` for one command; closed with the block."""
    opened = open_portal(url)
    try:
        yield opened
    finally:
        opened.database.close()


def default_url() -> str:
    """`portal.db` in the user's data folder, which is made where it is missing."""
    return f"sqlite:///{data_folder() / 'portal.db'}"


def data_folder() -> Path:
    """The sandbox's folder among the user's data, made where it is missing."""
    folder = _data_folder() / "kamusm-esign-sandbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def portal(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; prints the base URL once it listens."""
    from kamusm_esign.sandbox.portal.server import serve

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    opened = open_portal(
        arguments.database,
        no_step_up=arguments.no_step_up,
        minimum_version=arguments.minimum_version,
    )
    try:
        serve(opened, arguments.host, arguments.port, lambda url: print(url, flush=True))
    except OSError as error:
        raise CommandError(
            f"cannot listen on {arguments.host}, port {arguments.port}: {error}\n"
            "Choose another --port, or 0 for any that is free."
        ) from error
    finally:
        opened.database.close()


def enrol(arguments: argparse.Namespace) -> None:
    """Make a card known."""
    try:
        certificate = Path(arguments.certificate).read_bytes()
    except OSError as error:
        raise CommandError(f"{arguments.certificate}: {error.strerror}") from error
    with _opened(arguments.database) as opened:
        puk, first_pin = _secrets(arguments)
        try:
            card = puk_store.enrol(opened, arguments.serial, certificate, puk, first_pin)
        except EnrolmentError as error:
            raise CommandError(f"{error}; nothing was enrolled.") from error
    print(f"enrolled: …{card.serial[-4:]}, {card.kind}", file=sys.stderr)


def code(arguments: argparse.Namespace) -> None:
    """Make a verification code and print it."""
    if arguments.step_up is not None and not _is_otp(arguments.step_up):
        raise CommandError("--step-up wants 6 digits.")
    formats = _formats(arguments)
    with _opened(arguments.database) as opened:
        issued = codes.issue(opened, replace(_job(opened, arguments), formats=formats))
    answer = {"code": issued.code, "expires_at": rfc3339(issued.expires_at)}
    if arguments.job == "login":
        answer["match_number"] = issued.match_number
    print(json.dumps(answer))


def _formats(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Signature formats in the documents' order; () for the usual ones."""
    given = tuple(arguments.format or ())
    types = media_types(arguments.job)
    if given and len(given) != len(types):
        raise CommandError(f"--format: this job has {len(types)} documents, give as many.")
    for wanted, found in zip(given, types, strict=bool(given)):
        if wanted.startswith("pades-") and found != "application/pdf":
            raise CommandError("--format: PAdES is for PDF documents only.")
    return given


def revoke(arguments: argparse.Namespace) -> None:
    """Have a card's certificate count as revoked."""
    with _opened(arguments.database) as opened:
        try:
            puk_store.set_status(opened, arguments.serial, "revoked")
        except EnrolmentError as error:
            raise CommandError(f"{error}; nothing was changed.") from error


def maintenance(arguments: argparse.Namespace) -> None:
    """Close the portal's API, or open it again; every process obeys when this returns."""
    on = arguments.switch == "on"
    if not 1 <= arguments.retry_after <= 86400:
        raise CommandError("--retry-after wants 1 to 86400 seconds.")
    with _opened(arguments.database) as opened:
        opened.set_maintenance(arguments.retry_after if on else None)
    time.sleep(SWITCH_SECONDS)


def _job(opened: Portal, arguments: argparse.Namespace) -> codes.Job:
    holder = _holder(puk_store.holders(opened), arguments)
    serials = () if arguments.serial is None else (arguments.serial,)
    login = arguments.job == "login"
    return codes.Job(
        purpose=arguments.job,
        certificate_kind=arguments.kind or holder.kind,
        holder="" if login else holder.name,
        holder_id="" if login else holder.holder_id,
        serials=serials,
        methods=tuple(arguments.method or METHODS),
        otp=arguments.step_up,
    )


def _holder(known: list[Holder], arguments: argparse.Namespace) -> Holder:
    """Who the session is for; see the help of `code`."""
    if arguments.serial is not None:
        owner = next((h for h in known if arguments.serial in h.serials), None)
        if owner is None:
            raise CommandError(
                "no card with this serial is enrolled.\n"
                "Enrol it first: kamusm-esign-sandbox enrol --serial S --certificate FILE "
                "--secrets-stdin"
            )
        if arguments.kind not in (None, owner.kind):
            raise CommandError(f"the card is of kind {owner.kind}; leave --kind out.")
        return owner
    wanted = [h for h in known if arguments.kind in (None, h.kind)]
    return wanted[0] if wanted else _NOBODY


def _is_otp(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _secrets(arguments: argparse.Namespace) -> tuple[bytearray, bytearray | None]:
    """The PUK of a card, and the PIN that it is delivered with where there is one to be shown."""
    puk = _secret_line("PUK")
    try:
        return puk, _secret_line("first PIN") if arguments.first_pin else None
    except CommandError:
        puk[:] = bytes(len(puk))
        raise


def _secret_line(name: str) -> bytearray:
    """The next line of standard input, byte by byte: what follows it belongs to somebody else.

    The buffer never grows, so no copy stays behind.
    """
    buffer = bytearray(_LONGEST_SECRET)
    length = 0
    descriptor = sys.stdin.fileno()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        if length == _LONGEST_SECRET:
            buffer[:] = bytes(_LONGEST_SECRET)
            raise CommandError(f"the {name} on standard input is too long; nothing was enrolled.")
        buffer[length] = byte[0]
        length += 1
    if length and buffer[length - 1] == 0x0D:
        length -= 1
    secret = buffer[:length]
    buffer[:] = bytes(_LONGEST_SECRET)
    return secret


def _keys(url: str) -> PortalKeys:
    """From the environment, or the file that it names, or the one beside the database."""
    given = os.environ.get(KEY_VARIABLE)
    if given is not None:
        try:
            master = bytes.fromhex(given)
        except ValueError:
            master = b""
        if len(master) != KEY_BYTES:
            raise KeyFileError(f"{KEY_VARIABLE} wants {2 * KEY_BYTES} hex digits")
        return PortalKeys.of(master)
    named = os.environ.get(KEY_FILE_VARIABLE)
    return load_or_create(Path(named) if named else _usual_key_file(url))


def _usual_key_file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Path(f"{parsed.database}.key")
    return data_folder() / "portal.key"


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"
