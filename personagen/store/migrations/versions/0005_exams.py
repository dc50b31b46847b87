"""What came out when personas were examined."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table of cards."""
    op.create_table(
        "exams",
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False, comment="generated, or a file's name"),
        sa.Column("payload", sa.Text(), nullable=False, comment="the card: counts, never words"),
        sa.PrimaryKeyConstraint("persona", "questions"),
        comment="What came out when personas were examined",
    )
