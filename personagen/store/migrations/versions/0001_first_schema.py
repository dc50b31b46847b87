"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# A decision stays on record. Erasure alone may blank what was before and after it.
_APPEND_ONLY = """
CREATE TRIGGER review_events_{name} BEFORE {event} ON review_events
{condition} BEGIN SELECT RAISE(ABORT, 'review_events is append-only'); END
"""
_NOT_BLANKING = """
WHEN NOT (
  NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW."by" IS OLD."by"
  AND NEW.action IS OLD.action AND NEW.target IS OLD.target
  AND NEW."before" IS NULL AND NEW."after" IS NULL
)
"""


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="About the ledger itself: the fingerprint of the encoder that made the vectors",
    )
    op.create_table(
        "findings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id"),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pending_vectors",
        sa.Column("chunk", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="add | delete"),
        sa.PrimaryKeyConstraint("chunk"),
        comment="What the vectors still lack; written with the rows, cleared after the vectors",
    )
    op.create_table(
        "review_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        comment="Append-only; a trigger lets erasure blank what was before and after, nothing else",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "runs",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False, comment="base name, names masked"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the file's bytes"),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("options_hash", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False, comment="ISO 8601, UTC"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_table(
        "aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "participant", sa.Text(), nullable=False, comment="a pseudonym, or [interviewer] …"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="as it stood in the file"),
        sa.Column("source", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("participant", "name", "source", name="one_alias_a_source"),
    )
    op.create_table(
        "chunks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False, comment="[[utterance, start, end], …]"),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column(
            "approximate", sa.Boolean(), nullable=False, comment="not the language models' tokens"
        ),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("chunks_in_order", "chunks", ["source", "position"], unique=False)
    op.create_table(
        "doubtful",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "identities",
        sa.Column(
            "identity", sa.Text(), nullable=False, comment="e-mail or given id, as in the file"
        ),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["participants.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity"),
    )
    op.create_table(
        "utterances",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("t_start", sa.Float(), nullable=True),
        sa.Column("t_end", sa.Float(), nullable=True),
        sa.Column("participant", sa.Text(), nullable=True),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["participants.id"],
        ),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("utterances_in_order", "utterances", ["source", "position"], unique=False)
    op.create_index("utterances_of_participant", "utterances", ["participant"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        op.execute(_APPEND_ONLY.format(name="stay", event="DELETE", condition=""))
        op.execute(
            _APPEND_ONLY.format(name="never_change", event="UPDATE", condition=_NOT_BLANKING)
        )
