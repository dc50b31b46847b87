"""The nouns: everything that is saved, exported or shown.

All are frozen pydantic models; a step returns new ones and leaves its arguments alone. Field names
are those of `study.json`, which is `StudyDocument` written out.
"""

from personagen.models.base import Model, Provenance, Role, SourceKind, Stage, Status
from personagen.models.document import SCHEMA_VERSION, DocumentProvenance, StudyDocument
from personagen.models.exam import ExamCard, QuestionClass, Share
from personagen.models.findings import (
    Claim,
    ClaimType,
    Disagreement,
    Evidence,
    Excerpt,
    Findings,
    Insight,
    JourneyStage,
    Message,
    MessageKind,
    Persona,
    PersonaKind,
    Skipped,
    Stability,
    Theme,
    Unknown,
    rests_on_record,
)
from personagen.models.material import (
    CodebookEntry,
    Material,
    Participant,
    ParticipantKind,
    Product,
    Quantity,
    Source,
    StudyQuestion,
    Utterance,
)
from personagen.models.record import ReviewEvent, Run, Spent
from personagen.models.talk import Answer, Basis, Says

__all__ = [
    "SCHEMA_VERSION",
    "Answer",
    "Basis",
    "Claim",
    "ClaimType",
    "CodebookEntry",
    "Disagreement",
    "DocumentProvenance",
    "Evidence",
    "ExamCard",
    "Excerpt",
    "Findings",
    "Insight",
    "JourneyStage",
    "Material",
    "Message",
    "MessageKind",
    "Model",
    "Participant",
    "ParticipantKind",
    "Persona",
    "PersonaKind",
    "Product",
    "Provenance",
    "Quantity",
    "QuestionClass",
    "ReviewEvent",
    "Role",
    "Run",
    "Says",
    "Share",
    "Skipped",
    "Source",
    "SourceKind",
    "Spent",
    "Stability",
    "Stage",
    "Status",
    "StudyDocument",
    "StudyQuestion",
    "Theme",
    "Unknown",
    "Utterance",
    "rests_on_record",
]
