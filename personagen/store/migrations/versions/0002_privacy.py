"""The vault: what stands behind masks, what a person decided of them, who withdrew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# A decision stays on record. Masking a name that came later, and erasure, may change what was
# before and after it; either says so in `facts` for as long as its transaction lasts.
_NEVER_CHANGE = """
CREATE TRIGGER review_events_never_change BEFORE UPDATE ON review_events
WHEN NOT (
  NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW."by" IS OLD."by"
  AND NEW.action IS OLD.action AND NEW.target IS OLD.target
  AND (
    (NEW."before" IS NULL AND NEW."after" IS NULL)
    OR EXISTS (SELECT 1 FROM facts WHERE name = 'masking')
  )
) BEGIN SELECT RAISE(ABORT, 'review_events is append-only'); END
"""


def upgrade() -> None:
    """Create the tables; let masking reach the words in decisions."""
    op.create_table(
        "masks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("utterance", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False, comment="text | context"),
        sa.Column("start", sa.Integer(), nullable=False, comment="in the stored text"),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("placeholder", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False, comment="what stood there, sealed"),
        sa.Column("kind", sa.Text(), nullable=False, comment="participant | colleague | email | …"),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("masks_in_place", "masks", ["source", "utterance"], unique=False)
    op.create_index("masks_of_placeholder", "masks", ["placeholder"], unique=False)
    op.create_table(
        "mask_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="mask | keep"),
        sa.Column("term", sa.Text(), nullable=False, comment="sealed"),
        sa.Column("placeholder", sa.Text(), nullable=False),
        sa.Column(
            "utterance", sa.Text(), nullable=True, comment="there only; null: in the whole study"
        ),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="What a person decided of masks; a later import follows it",
    )
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="participant | source | identity | name"
        ),
        sa.Column(
            "hash", sa.Text(), nullable=False, comment="keyed: nobody without the key can guess"
        ),
        sa.PrimaryKeyConstraint("id"),
        comment="Who withdrew, and what would bring them back",
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "path", sa.Text(), nullable=False, comment="a document written outside the study"
        ),
        sa.PrimaryKeyConstraint("id"),
        comment="Where documents went that erasure can't reach",
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS review_events_never_change")
        op.execute(_NEVER_CHANGE)
