"""Entry point: the card host (a child process of ours), else the command line."""

import sys


def main() -> None:
    """Run what the arguments ask for; ends the process."""
    if sys.argv[1:2] == ["--card-host"]:
        from kamusm_esign.card.host import main as card_host

        card_host()
    from kamusm_esign.cli import main as command_line

    sys.exit(command_line())


if __name__ == "__main__":
    main()
