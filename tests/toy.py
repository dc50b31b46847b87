"""A toy encoder and small invented studies for the tests of the analysis.

Real arithmetic on a toy scale: a vector is the bag of a text's content words, a score is whether a
cue stands in it. What a test says about ids, counts and order doesn't hang on a trained model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from personagen.models import Material, Participant, Role, Source, SourceKind, Utterance
from personagen.proximity import content_words

CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")
CUES = {
    "pain_point": ("slow", "fails", "hours", "lost", "crash"),
    "motivation": ("want", "goal"),
    "objection": ("never sign", "too expensive", "won't pay"),
    "praise": ("love", "great", "fast"),
    "feature_request": ("wish", "should have"),
    "workaround": ("by hand", "own sheet"),
}


class ToyEncoded(NamedTuple):
    vectors: np.ndarray
    scores: np.ndarray
    intensity: np.ndarray
    quotable: np.ndarray


class ToyEncoder:
    """Reads cues; keeps count of the texts it was given."""

    fingerprint = "toy"

    def __init__(self) -> None:
        self.read = 0

    def encode(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None = None,
        *,
        kinds: Sequence[str] | None = None,
    ) -> ToyEncoded:
        self.read += len(texts)
        vectors = np.stack([_vector(t) for t in texts]) if texts else np.zeros((0, 384), np.float32)
        scores = np.array([_scores(t) for t in texts], np.float32).reshape(-1, len(CODES))
        length = np.array([len(t.split()) for t in texts], np.float32)
        return ToyEncoded(
            vectors,
            scores,
            np.where(scores.max(1, initial=0) > 0.5, 2, 0).astype(np.float32),
            (length > 4).astype(np.float32),
        )

    def codes(self, scores: np.ndarray, kinds: list[str] | None = None) -> list[list[str]]:
        return [[CODES[i] for i in np.argsort(-row) if row[i] > 0.5][:2] for row in scores]


def _vector(text: str) -> np.ndarray:
    vector = np.full(384, 0.01, np.float32)
    for word in content_words(text):
        vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % 384] += 1
    return vector / np.linalg.norm(vector)


def _scores(text: str) -> list[float]:
    low = text.lower()
    return [0.9 if any(cue in low for cue in CUES[code]) else 0.05 for code in CODES]


def turn(participant: str | None, text: str, role: Role = "participant", **more) -> Utterance:
    """Return an utterance of a participant, or of the interviewer where there is none."""
    role = role if participant else "interviewer"
    speaker = participant or "[interviewer]"
    uid = hashlib.md5(f"{participant}{text}".encode()).hexdigest()[:8]
    return Utterance(id=uid, speaker=speaker, role=role, text=text, participant=participant, **more)


def study(*sources: tuple[SourceKind, list[Utterance]], lang: str = "en") -> Material:
    """Return a study of sources, with the participants who speak in them."""
    kinds = {"interview": "interviewee", "review": "author", "ticket": "requester"}
    made, people = [], {}
    for number, (kind, said) in enumerate(sources, 1):
        made.append(
            Source(
                id=f"s{number}",
                path=f"{kind}-{number}.txt",
                kind=kind,
                reader="text",
                sha256=f"{number:064d}",
                lang=lang,
                utterances=tuple(said),
            )
        )
        for u in said:
            if u.participant:
                person = kinds.get(kind, "respondent")
                people.setdefault(u.participant, Participant(id=u.participant, kind=person))
    return Material(participants=tuple(people.values()), sources=tuple(made))
