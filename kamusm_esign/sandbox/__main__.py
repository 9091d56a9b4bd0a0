"""`kamusm-esign-sandbox`: the reference portal, its cards and codes, demo and tour."""

import argparse
import importlib
import sys
from collections.abc import Sequence

FORMATS = [
    "cades-bes-detached",
    "cades-bes-attached",
    "cades-t-detached",
    "pades-b-b",
    "pades-b-t",
]
_CODE_HELP = """\
Prints {"code", "expires_at"} as one line of JSON, and "match_number" too for a login.

With --serial only that card may do the job, and its certificate gives kind and holder.
Without it any enrolled card of the kind may: --kind, or else the kind of the card that was enrolled
first (nes where there is none yet), whose holder the session then shows."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 2 where something was not right and nothing was done."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in ("demo", "tour", "card", "doctor"):
        return int(importlib.import_module(f"kamusm_esign.sandbox.{words[0]}").main(words[1:]))
    arguments = _parser().parse_args(words)
    try:
        from kamusm_esign.sandbox.portal import commands  # late: --help needs no database
    except ModuleNotFoundError as error:
        print(f"{error.name} is missing; pip install 'kamusm-esign[sandbox]'", file=sys.stderr)
        return 2

    try:
        getattr(commands, arguments.command)(arguments)
    except commands.CommandError as error:
        print(f"kamusm-esign-sandbox {arguments.command}: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kamusm-esign-sandbox",
        description="The whole system without a card, a reader or the real portal.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    database = argparse.ArgumentParser(add_help=False)
    database.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:////path/portal.db (default: portal.db in the user's data folder) or "
        "postgresql://…; the key file lies beside it, or where KAMUSM_SANDBOX_KEY_FILE says, or "
        "the key is in KAMUSM_SANDBOX_KEY (hex)",
    )
    commands.add_parser("demo", help="the real window in a practice world", add_help=False)
    commands.add_parser(
        "doctor", help="the program's doctor in a practice situation", add_help=False
    )
    commands.add_parser("tour", help="pictures of the window on its journeys", add_help=False)
    commands.add_parser("card", help="a card for the real PC/SC service", add_help=False)
    _add_portal(commands.add_parser("portal", parents=[database], help="run the reference portal"))
    _add_enrol(commands.add_parser("enrol", parents=[database], help="make a card known"))
    code = commands.add_parser(
        "code",
        parents=[database],
        help="make a verification code",
        description=_CODE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_code(code)
    revoke = commands.add_parser(
        "revoke", parents=[database], help="have a card's certificate count as revoked"
    )
    revoke.add_argument("--serial", required=True)
    maintenance = commands.add_parser(
        "maintenance", parents=[database], help="close the portal's API, or open it again"
    )
    maintenance.add_argument("switch", choices=["on", "off"])
    maintenance.add_argument(
        "--retry-after", type=int, default=60, metavar="SECONDS", help="told to clients (60)"
    )
    return parser


def _add_portal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8770, help="0 lets the system choose (8770)")
    parser.add_argument("--no-step-up", action="store_true", help="ask for no SMS code")
    parser.add_argument(
        "--minimum-version", default="0", metavar="VERSION", help="refuse older clients"
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) < 1 << 16):
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return int(text)


def _add_enrol(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Reads the card's PUK from the first line of standard input. A serial that is known "
        "already is brought up to date."
    )
    parser.add_argument(
        "--first-pin",
        action="store_true",
        help="the second line is the PIN that the card is delivered with; the page PIN/PUK Bilgisi "
        "shows it until the person deletes it",
    )
    parser.add_argument("--serial", required=True, help="as the driver tells it")
    parser.add_argument("--certificate", required=True, metavar="FILE", help="PEM or DER")
    parser.add_argument("--secrets-stdin", action="store_true", required=True)


def _add_code(parser: argparse.ArgumentParser) -> None:
    jobs = ("pin-unblock", "pin-create", "e-onay-grant", "e-onay-revoke", "application", "login")
    parser.add_argument("--job", required=True, choices=jobs)
    parser.add_argument("--serial", help="the one card that may do it")
    parser.add_argument("--kind", choices=["nes", "mali-muhur", "e-muhur"])
    parser.add_argument(
        "--step-up",
        metavar="OTP",
        help="fix the SMS code (6 digits); else it is random and shown on the page /sms",
    )
    parser.add_argument(
        "--method",
        action="append",
        choices=["so-pin", "challenge-response"],
        help="a way to set the PIN that the portal offers; repeatable, in order (both)",
    )
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="how a document is to be signed; repeatable, one for each document, in order",
    )


if __name__ == "__main__":
    sys.exit(main())
