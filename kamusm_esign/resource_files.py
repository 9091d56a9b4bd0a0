"""Where the files of `resources/` are: beside the package in a checkout, inside it when installed.
The helpdesk's guide (`docs/helpdesk`) is installed among them.

Standard library only, because every floor may import it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of one file or folder of `resources/`, e.g. `resource("i18n", "tr.toml")`.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    checkout = _PACKAGE.parent
    for base in (_PACKAGE / "resources", checkout / "resources", checkout / "docs"):
        path = base.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("resources/" + "/".join(parts))
