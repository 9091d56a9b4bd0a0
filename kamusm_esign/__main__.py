"""Entry point: a child process of ours, the window, or the command line."""

import gc
import sys

from kamusm_esign import __version__

LOOKS_AT_CARDS = frozenset({"tokens", "set-pin", "change-pin", "verify-pin", "doctor"})
"""Commands that need a card host in any case."""

HOSTS = frozenset({"--card-host", "--document-host", "--window-check"})
"""First arguments by which a bundle starts its own child processes."""


def main() -> None:
    """Run what the arguments ask for; ends the process."""
    if sys.argv[1:2] and sys.argv[1] in HOSTS and sys.argv[2:] != [__version__]:
        sys.exit(1)  # the program that wants a host is of another version than this one
    if sys.argv[1:2] == ["--card-host"]:
        from kamusm_esign.card.host import main as card_host

        card_host()
    if sys.argv[1:2] == ["--document-host"]:
        from kamusm_esign.documents.host import main as document_host

        document_host()
    if sys.argv[1:2] == ["--pac-host"]:
        from kamusm_esign.portal_client.pac_host import main as pac_host

        pac_host()
    if sys.argv[1:2] == ["--window-check"]:
        from kamusm_esign.ui.self_test import main as window_check

        window_check()
    from kamusm_esign.ui.arguments import window_arguments

    if window_arguments(sys.argv[1:]) is not None:
        from kamusm_esign.app import main as window

        sys.exit(window())
    early_host = None
    if not LOOKS_AT_CARDS.isdisjoint(sys.argv) and {"-h", "--help"}.isdisjoint(sys.argv):
        # First of all: it comes up while this process reads its arguments and settings.
        from kamusm_esign.card.spawn import EarlyHost

        early_host = EarlyHost()
    _listen()
    try:
        from functools import partial

        from kamusm_esign.cli.main import main as command_line
        from kamusm_esign.cli.world import World

        status = command_line(make_world=partial(World, early_host=early_host))
    finally:
        if early_host is not None:
            early_host.end()
    _listen(finished=True)
    gc.freeze()  # what is alive now is no garbage: on its way out Python would look through it all
    sys.exit(status)


def _listen(*, finished: bool = False) -> None:
    """Before the command listens a signal ends it with 40, not with a traceback; after it has said
    how it ended, none changes that any more."""
    import os
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN if finished else lambda *_: os._exit(40))


if __name__ == "__main__":
    main()
