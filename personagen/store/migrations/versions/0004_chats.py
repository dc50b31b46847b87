"""What was said with personas."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of answers."""
    op.create_table(
        "chats",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="the answer, as in study.json"),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
        comment="What was said with personas, and what each answer rests on",
    )
    op.create_index("chats_of_session", "chats", ["session"], unique=False)
