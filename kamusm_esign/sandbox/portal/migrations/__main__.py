"""Writes the draft of a new step: the difference between the steps so far and `tables.py`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from kamusm_esign.sandbox.portal.migrations import config_for, upgrade

with tempfile.TemporaryDirectory() as folder:
    engine = create_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
    with engine.begin() as connection:
        upgrade(connection)
        command.revision(config_for(connection), sys.argv[1], autogenerate=True)
