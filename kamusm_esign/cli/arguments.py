"""The grammar of the command line (docs/cli.md)."""

import argparse
import re
from typing import NoReturn

from kamusm_esign import __version__
from kamusm_esign.domain.failures import FailedError, FailureCode

SIGN_PURPOSES = ("e-onay-grant", "e-onay-revoke", "application", "login")
"""portal-api.yaml, the purposes of `sign` sessions."""


class Parser(argparse.ArgumentParser):
    """Raises instead of printing, so that `--json` gets its one object here too."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments. Their digits are not repeated: somebody may have typed a PIN there.

        Raises:
            FailedError: `USAGE`, always.
        """
        raise FailedError.of(FailureCode.USAGE, detail=re.sub(r"\d", "*", message))


def parser() -> Parser:
    """The whole grammar; the options for all commands stand before or after the command."""
    shared = _shared(argparse.SUPPRESS)
    top = Parser(prog="kamusm-esign", parents=[_shared(None)], allow_abbrev=False)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(
        dest="command",
        metavar="COMMAND",
        parser_class=Parser,
        prog=top.prog,  # else argparse measures the terminal to find that out
    )

    def command(name: str, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, parents=[shared], help=what, description=what, allow_abbrev=False
        )
        made.add_argument("--json", action="store_true", help="one JSON object on standard output")
        return made

    command("tokens", "readers, cards, certificates, PIN state; asks for no secret")
    set_pin = command("set-pin", "set a new PIN with a verification code from the portal")
    set_pin.add_argument("--code", required=True, metavar="CODE", help="15 digits; - reads a line")
    _uses_secrets(set_pin)
    change = command("change-pin", "change the PIN with the present one")
    _uses_secrets(change)
    _may_use_last_try(change)
    verify = command("verify-pin", "try the PIN once")
    _uses_secrets(verify)
    _may_use_last_try(verify)
    verify.add_argument(
        "--tried",
        choices=("new", "old"),
        help="which PIN this is, where an unfinished job left it unknown",
    )
    _adds_sign(command("sign", "sign the documents of a verification code from the portal"))
    _adds_verify(command("verify", "check a signed PDF, a signature or a receipt, offline"))
    doctor = command("doctor", "check reader, driver, card, portal, clock and program")
    doctor.add_argument("--report", metavar="FILE", help="save the report there (.zip or .txt)")
    decode = command("decode", "what an incident code says; offline")
    decode.add_argument("incident", metavar="INCIDENT-CODE", help="8 letters and digits")
    command("selftest", "is this installation whole, and does it work; no network, no card")
    update = command("update", "is there a newer version; nothing is installed")
    update.add_argument("--download", action="store_true", help="fetch and verify its installer")
    pending = command("pending", "unfinished jobs and what the portal has not been told yet")
    pending.add_argument("--hand-in", action="store_true", help="tell the portal now")
    command("settings", "the effective settings, and where each of them comes from")
    opens = "open the window; without a command it opens too"
    window = commands.add_parser(
        "gui", parents=[shared], help=opens, description=opens, allow_abbrev=False
    )
    window.add_argument("--code", metavar="CODE", help="15 digits, put into the field")
    window.add_argument("link", nargs="?", metavar="URL", help="kamusm-esign://code/…")
    return top


def _shared(default: object) -> Parser:
    options = Parser(add_help=False, argument_default=default)
    options.add_argument("--language", choices=("tr", "en"))
    options.add_argument("--portal", metavar="URL", help="base URL of the portal")
    options.add_argument("--module", metavar="FILE", help="PKCS#11 library, instead of detection")
    options.add_argument("--settings", metavar="FILE", help="settings, instead of the user's file")
    options.add_argument("--show-personal-data", action="store_true", default=default or False)
    options.add_argument("--verbose", action="store_true", default=default or False)
    return options


def _adds_sign(sign: argparse.ArgumentParser) -> None:
    sign.add_argument("--code", required=True, metavar="CODE", help="15 digits; - reads a line")
    sign.add_argument(
        "--accept", required=True, choices=SIGN_PURPOSES, help="what you want to sign; nothing else"
    )
    sign.add_argument("--match", metavar="NN", help="the two digits that your own page shows")
    sign.add_argument("--certificate", metavar="SHA256", help="the certificate to sign with")
    sign.add_argument("--save", metavar="DIR", help="save documents and receipts there")
    _uses_secrets(sign)
    _may_use_last_try(sign)


def _adds_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("file", metavar="FILE", help="a signed PDF, a .p7s or a receipt")
    verify.add_argument("document", metavar="DOCUMENT", nargs="?", help="what was signed")
    verify.add_argument("--trust", metavar="DIR", help="certificates of trusted authorities")


def _uses_secrets(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--secrets-stdin", action="store_true", help="secrets on standard input, one a line"
    )
    command.add_argument("--token", metavar="SERIAL", help="serial, or its last 4 or more places")


def _may_use_last_try(command: argparse.ArgumentParser) -> None:
    command.add_argument("--last-try", action="store_true", help="use a PIN's last try")
