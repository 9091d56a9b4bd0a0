"""How a database becomes what `tables.py` describes: Alembic, one file a step in `versions/`.

A new step: change `tables.py`; `python -m kamusm_esign.sandbox.portal.migrations "what changed"`
writes a draft; read it, mend it, and set `HEAD` in `database.py`.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_FOLDER = Path(__file__).resolve().parent


def config_for(connection: Connection) -> Config:
    """Alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring a database up to date, inside the connection's transaction."""
    command.upgrade(config_for(connection), "head")
