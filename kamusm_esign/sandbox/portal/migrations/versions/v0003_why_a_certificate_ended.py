"""Why a certificate was revoked, when E-Onay changed last, and the codes of an application."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forwards; there is no way back."""
    op.add_column(
        "cards", sa.Column("status_reason", sa.String(), nullable=False, server_default="")
    )
    op.add_column("people", sa.Column("e_onay_changed_at", sa.Double(), nullable=True))
    op.create_index("ix_codes_application_id", "codes", ["application_id"])
