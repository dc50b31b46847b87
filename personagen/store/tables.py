"""The ledger's tables, as the newest migration leaves them.

Derived documents (insights, themes, claims, personas, messages) are stored as the JSON of their
models: they are written and read whole. What is queried is a column.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0005"
"""The schema version that this code reads and writes: the newest file in `migrations/versions`."""

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("path", Text, nullable=False, comment="base name, names masked"),
    Column("kind", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True, comment="of the file's bytes"),
    Column("lang", Text, nullable=False),
    Column("options_hash", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Column("imported_at", Text, nullable=False, comment="ISO 8601, UTC"),
)

participants = Table(
    "participants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("consent", Text, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("identity", Text, primary_key=True, comment="e-mail or given id, sealed"),
    Column("participant", ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
)

aliases = Table(
    "aliases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", Text, nullable=False, comment="a pseudonym, or [interviewer] …"),
    Column("name", Text, nullable=False, comment="as it stood in the file, sealed"),
    Column("source", ForeignKey("sources.id", ondelete="CASCADE"), nullable=True),
    UniqueConstraint("participant", "name", "source", name="one_alias_a_source"),
)

utterances = Table(
    "utterances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("t_start", Float, nullable=True),
    Column("t_end", Float, nullable=True),
    Column("participant", ForeignKey("participants.id"), nullable=True),
    Column("context", Text, nullable=False),
    Column("record", Text, nullable=True),
    Column("date", Text, nullable=True),
    Index("utterances_in_order", "source", "position"),
    Index("utterances_of_participant", "participant"),
)

doubtful = Table(
    "doubtful",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("payload", JSON, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("parts", JSON, nullable=False, comment="[[utterance, start, end], …]"),
    Column("tokens", Integer, nullable=False),
    Column("approximate", Boolean, nullable=False, comment="not the language models' tokens"),
    Index("chunks_in_order", "source", "position"),
)

pending_vectors = Table(
    "pending_vectors",
    metadata,
    Column("chunk", Text, primary_key=True),
    Column("action", Text, nullable=False, comment="add | delete"),
    comment="What the vectors still lack; written with the rows, cleared after the vectors",
)

findings = Table(
    "findings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("payload", Text, nullable=False),
)

review_events = Table(
    "review_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("before", JSON(none_as_null=True), nullable=True),
    Column("after", JSON(none_as_null=True), nullable=True),
    comment="Append-only; a trigger lets erasure blank what was before and after, nothing else",
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("payload", Text, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="About the ledger itself: the fingerprint of the encoder that made the vectors",
)

masks = Table(
    "masks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("utterance", Text, nullable=False),
    Column("field", Text, nullable=False, comment="text | context"),
    Column("start", Integer, nullable=False, comment="in the stored text"),
    Column("end", Integer, nullable=False),
    Column("placeholder", Text, nullable=False),
    Column("original", Text, nullable=False, comment="what stood there, sealed"),
    Column("kind", Text, nullable=False, comment="participant | colleague | email | …"),
    Index("masks_in_place", "source", "utterance"),
    Index("masks_of_placeholder", "placeholder"),
)

mask_choices = Table(
    "mask_choices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("action", Text, nullable=False, comment="mask | keep"),
    Column("term", Text, nullable=False, comment="sealed"),
    Column("placeholder", Text, nullable=False),
    Column("utterance", Text, nullable=True, comment="there only; null: in the whole study"),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    comment="What a person decided of masks; a later import follows it",
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="participant | source | identity | name"),
    Column("hash", Text, nullable=False, comment="keyed: nobody without the key can guess"),
    comment="Who withdrew, and what would bring them back",
)

exports = Table(
    "exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("path", Text, nullable=False, comment="a document written outside the study"),
    comment="Where documents went that erasure can't reach",
)

codes = Table(
    "codes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("exclusion", Text, nullable=False),
    comment="Of projects and codebooks from other programs",
)

codings = Table(
    "codings",
    metadata,
    Column("id", Text, primary_key=True, comment="of the insight"),
    Column("utterance", ForeignKey("utterances.id", ondelete="CASCADE"), nullable=False),
    Column("start", Integer, nullable=False, comment="in the stored text"),
    Column("end", Integer, nullable=False),
    Column("words", Text, nullable=False, comment="their hash"),
    Column("code", Text, nullable=False),
    Column("coder", Text, nullable=False),
    Column("at", Text, nullable=False, comment="when it was imported, ISO 8601, UTC"),
    Index("codings_in_place", "utterance"),
    comment="Where people coded what participants said",
)

chats = Table(
    "chats",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("session", Text, nullable=False),
    Column("persona", Text, nullable=False),
    Column("payload", Text, nullable=False, comment="the answer, as in study.json"),
    Index("chats_of_session", "session"),
    comment="What was said with personas, and what each answer rests on",
)

exams = Table(
    "exams",
    metadata,
    Column("persona", Text, primary_key=True),
    Column("questions", Text, primary_key=True, comment="generated, or a file's name"),
    Column("payload", Text, nullable=False, comment="the card: counts, never words"),
    comment="What came out when personas were examined",
)
