"""What people coded in other programs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of codes and codings."""
    op.create_table(
        "codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("exclusion", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        comment="Of projects and codebooks from other programs",
    )
    op.create_table(
        "codings",
        sa.Column("id", sa.Text(), nullable=False, comment="of the insight"),
        sa.Column("utterance", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False, comment="in the stored text"),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="their hash"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("coder", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False, comment="when it was imported, ISO 8601, UTC"),
        sa.ForeignKeyConstraint(["utterance"], ["utterances.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        comment="Where people coded what participants said",
    )
    op.create_index("codings_in_place", "codings", ["utterance"], unique=False)
