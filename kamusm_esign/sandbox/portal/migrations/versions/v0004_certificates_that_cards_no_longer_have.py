"""Certificates that ended before their cards got other ones, and PUKs that cards refused."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forwards; there is no way back."""
    op.add_column(
        "cards", sa.Column("puk_refused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "ended_certificates",
        sa.Column("certificate_sha256", sa.String(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_at", sa.Double(), nullable=False),
        sa.Column("status_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_sha256"),
    )
    op.create_index(
        "ix_ended_certificates_certificate_number", "ended_certificates", ["certificate_number"]
    )
