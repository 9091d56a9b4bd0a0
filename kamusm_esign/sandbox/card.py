"""`kamusm-esign-sandbox card`: the virtual card in a virtual reader of a real PC/SC service.

The card is made when its file is not there: its certificate by the portal's authority, its PUK and
admin key known to the portal, so that the whole journey can be tried. PIN and PUK are printed that
one time; the file holds them as hashes.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.chip.cable import PORT, Cable
from kamusm_esign.sandbox.chip.chip import Chip
from kamusm_esign.sandbox.chip.troubles import Troubles
from kamusm_esign.sandbox.virtual_card import TRIES, CardContents, VirtualCard

PERSONAS = ("myeid",)
STATES = {
    "fine": TRIES,
    "new": TRIES,
    "one-wrong": TRIES - 1,
    "last-try": 1,
    "blocked": 0,
}
"""PIN tries left; a new card has no PIN."""
_PATIENCE, _FOREVER = 30.0, 10.0 * 365 * 86400


def main(argv: Sequence[str]) -> int:
    """Serve until the card is pulled out (SIGINT, SIGTERM or a trouble); 2: nothing was begun."""
    arguments = _parser().parse_args(argv)
    path = Path(arguments.file) if arguments.file else None
    try:
        card = VirtualCard(path) if path is not None and path.exists() else _made(arguments, path)
    except _NotMadeError as error:
        print(f"kamusm-esign-sandbox card: {error}", file=sys.stderr)
        return 2
    try:
        return _serve(arguments, card)
    except KeyboardInterrupt:
        return 0


def _serve(arguments: argparse.Namespace, card: VirtualCard) -> int:
    """Plug in, and again after the reader's service was gone; a card that was pulled stays out."""
    troubles = Path(arguments.troubles) if arguments.troubles else None
    chip, patience = Chip(card), _PATIENCE
    while True:
        try:
            cable = Cable.plug_in(arguments.vpcd, patience=patience)
        except OSError as error:
            print(f"no vpcd at {_shown(arguments.vpcd)}: {error}", file=sys.stderr)
            return 2
        print(f"in the reader: …{card.serial[-4:]}", flush=True)
        pulled = cable.serve(chip, Troubles(troubles), _log if arguments.log else _silent)
        if pulled:
            return 0
        patience = _FOREVER


def _log(line: str) -> None:
    print(line, flush=True)


def _silent(_line: str) -> None:
    pass


class _NotMadeError(Exception):
    """No card could be made; says why."""


def _made(arguments: argparse.Namespace, path: Path | None) -> VirtualCard:
    """A new card that the portal knows.

    Raises:
        _NotMadeError: the portal's database cannot be used.
    """
    try:
        from kamusm_esign.sandbox.portal import commands
        from kamusm_esign.sandbox.portal.authority.own import own_authority
        from kamusm_esign.sandbox.portal.services import puk_store
    except ModuleNotFoundError as error:
        raise _NotMadeError(
            f"{error.name} is missing; pip install 'kamusm-esign[sandbox]'"
        ) from None
    try:
        portal = commands.open_portal(arguments.database)
    except commands.CommandError as error:
        raise _NotMadeError(str(error)) from None
    serial, pin, puk = _digits(16), _digits(6), _digits(8)
    issued = own_authority(portal).issue(CertificateKind(arguments.kind), arguments.key)
    contents = CardContents(
        serial=serial,
        label="DENEME",
        puk=puk,
        pin=None if arguments.state == "new" else pin,
        certificates=(issued,),
        pin_tries=STATES[arguments.state],
        admin_key=portal.keys.admin_key(serial),
    )
    path = path or commands.data_folder() / f"card-{serial}.json"
    card = VirtualCard.make(path, contents)
    puk_store.enrol(portal, serial, issued.certificate_der, bytearray(puk.encode()))
    portal.database.close()
    shown = "" if arguments.state == "new" else f"PIN {pin}, "
    print(f"made {path}\nserial {serial}, {shown}PUK {puk}", flush=True)
    return card


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kamusm-esign-sandbox card",
        description="A virtual card in a virtual reader (vpcd) of the real PC/SC service.",
    )
    parser.add_argument(
        "--vpcd",
        type=_address,
        default=("127.0.0.1", PORT),
        metavar="HOST:PORT",
        help=f"the virtual reader (127.0.0.1:{PORT}; the second one is {PORT + 1})",
    )
    parser.add_argument(
        "--persona",
        choices=PERSONAS,
        default="myeid",
        help="how it speaks (myeid: OpenSC's driver)",
    )
    parser.add_argument(
        "--state", choices=sorted(STATES), default="fine", help="of a new card (fine)"
    )
    parser.add_argument("--kind", choices=["nes", "mali-muhur"], default="nes")
    parser.add_argument("--key", choices=["rsa2048", "p256", "p384"], default="rsa2048")
    parser.add_argument("--file", metavar="FILE", help="the card; made where it is not there")
    parser.add_argument("--troubles", metavar="FILE", help="what goes wrong, read at every command")
    parser.add_argument("--log", action="store_true", help="show headers and status words")
    parser.add_argument(
        "--database", metavar="URL", help="of the portal that a new card is made known to"
    )
    return parser


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16):
        raise argparse.ArgumentTypeError("HOST:PORT is wanted")
    return host, int(port)


def _shown(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
