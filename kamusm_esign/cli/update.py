"""`kamusm-esign update`: is there a newer version, and where its verified installer lies."""

import argparse
from pathlib import Path
from typing import Any

from kamusm_esign import __version__
from kamusm_esign.cli import interrupts
from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, print_json
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.update import Update
from kamusm_esign.ports import PortalGateway, Updates


def run(
    arguments: argparse.Namespace, portal: PortalGateway, updates: Updates, shown: Shown
) -> int:
    """Look, download if asked to, and say what there is; nothing is ever installed.

    Raises:
        FailedError: see `ports.Updates`; `CLIENT_TOO_OLD` where the portal asks for a newer version
            and none is offered.
    """
    with interrupts.raising():
        info = portal.client_info()
        update = updates.look(info.download_url)
        if update is None and not info.accepts(__version__):
            raise FailedError.of(FailureCode.CLIENT_TOO_OLD)
        path = updates.download(update) if update is not None and arguments.download else None
    if arguments.json:
        print_json(_json(update, path))
        return 0
    say = shown.catalogue.text
    if update is None:
        show(say("update.none", version=__version__))
        return 0
    show(say("update.offered", version=update.manifest.version, own=__version__))
    if path is not None:
        show(say("update.downloaded", path=str(path)))
    return 0


def _json(update: Update | None, path: Path | None) -> dict[str, Any]:
    offered = None
    if update is not None:
        file = update.file
        offered = {
            "version": update.manifest.version,
            "file": file.name,
            "size": file.size,
            "sha256": file.sha256,
        }
    return {
        "command": "update",
        "outcome": "succeeded",
        "failure": None,
        "version": __version__,
        "update": offered,
        "path": None if path is None else str(path),
    }
