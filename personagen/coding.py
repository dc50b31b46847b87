"""From material to insights: units cut from what participants said, coded, and quoted exactly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import (
    Analyst,
    CodedSpan,
    CodedUnits,
    SentenceEncoder,
    Unit,
    provenance_of,
)
from personagen.analysts.stance import says_nothing, words
from personagen.analysts.stars import stars_of
from personagen.encoder import CODES
from personagen.ids import stable_id
from personagen.memory import give_back
from personagen.models import Excerpt, Insight, Material, Provenance, Skipped, Source, Utterance
from personagen.progress import Progress, Report
from personagen.sentences import Sentence, split
from personagen.verification import standing_alone

BLOCK = 4096
"""Units encoded between two reports of progress."""
SHORT = 4
"""Words; a shorter sentence is read together with the one before it."""
TOGETHER = 30
"""Words that sentences read together have at most."""
BOILERPLATE = 12
"""Words from which the same text by several people is taken for a template, not a voice."""
CONTEXT_LENGTH = 400
"""Characters kept of a question or turn before; of a long one the end."""

_LEADING_FILLER = re.compile(
    r"(?:(?:yeah|yes|yep|um+|uh+|erm?|hm+|mm+|oh|okay|ok|well|right|so|and|but|like|you know|"
    r"i mean|basically|honestly|actually|alors|bon|ben|bueno|pues|also)\b[\s,.…–—-]*)+",
    re.IGNORECASE,
)


class Coded(NamedTuple):
    """Insights, the unit each came from, and what was left out."""

    insights: list[Insight]
    rows: dict[str, int]
    """Insight id to the index of its unit."""
    skipped: list[Skipped]


def units_of(material: Material) -> tuple[list[Unit], list[Skipped]]:
    """Return what participants said, cut into units, and what was left out, counted by reason."""
    units: list[Unit] = []
    left: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[str, str]] = set()
    stars = {p.id: stars_of(p.attributes) for p in material.participants}
    for source in material.sources:
        given = _given(source, stars) if source.kind == "review" else {}
        for unit in _units_of_source(source, left, given):
            why = says_nothing(unit.text) or _repeats(unit, seen)
            if why:
                left[source.path, why] += 1
            else:
                units.append(unit)
    return units, _counted(left, "sentence")


def encode(units: Sequence[Unit], encoder: SentenceEncoder, report: Report) -> CodedUnits:
    """Return vectors and scores of the units; equal units are read once."""
    keys = [(u.text, u.context, u.kind) for u in units]
    distinct = list(dict.fromkeys(keys))
    place = {key: i for i, key in enumerate(distinct)}
    parts = []
    for begin in range(0, len(distinct), BLOCK):
        report(Progress("Coding", begin, len(distinct)))
        block = distinct[begin : begin + BLOCK]
        texts, contexts, kinds = zip(*block, strict=True)
        parts.append(encoder.encode(texts, contexts, kinds=kinds))
    report(Progress("Coding", len(distinct), len(distinct)))
    give_back()
    if not parts:
        return _nothing_coded()
    rows = np.array([place[key] for key in keys], dtype=np.intp)
    joined = [
        np.concatenate([np.asarray(getattr(p, name), dtype=np.float32) for p in parts])[rows]
        for name in ("vectors", "scores", "intensity", "quotable")
    ]
    return CodedUnits(tuple(units), *joined)


def code(coded: CodedUnits, analyst: Analyst, at: datetime) -> Coded:
    """Return the insights that an analyst finds, each quoted from its source and able to stand.

    Args:
        coded: Units with vectors and scores.
        analyst: Who codes; gives addresses, this function cuts the words.
        at: When the run began; stands in each insight's provenance.
    """
    coding = analyst.code(coded)
    left: Counter[tuple[str, str]] = Counter(
        (coded.units[r.unit].source, f"{r.code}: {r.why}") for r in coding.refused
    )
    insights, rows = [], {}
    for span in coding.spans:
        unit = coded.units[span.unit]
        place, why = _place(unit, span.start, span.end)
        if place is None:
            left[unit.source, f"{span.code}: {why}"] += 1
            continue
        insight = _insight(unit, span, place, provenance_of(analyst, span.maker, at))
        insights.append(insight)
        rows[insight.id] = span.unit
    return Coded(insights, rows, _counted(left, "excerpt"))


def _given(source: Source, stars: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return the stars of authors with one review; of several only one rating is on record."""
    reviews = defaultdict(set)
    for utterance in source.utterances:
        reviews[utterance.participant or ""].add(utterance.record)
    return {who: stars.get(who) for who, records in reviews.items() if len(records) == 1}


def _units_of_source(
    source: Source, left: Counter[tuple[str, str]], stars: Mapping[str, int | None]
) -> Iterator[Unit]:
    before: Utterance | None = None
    for utterance in source.utterances:
        if utterance.role == "participant" and utterance.participant:
            given = stars.get(utterance.participant)
            for unit in _units_of_utterance(source, utterance, before):
                yield unit if given is None else unit._replace(stars=given)
        else:
            left[source.path, f"said by {_who(utterance)}, not by a participant"] += 1
        before = utterance if utterance.record is None else None


def _who(utterance: Utterance) -> str:
    return "an unknown speaker" if utterance.role == "unknown" else f"{utterance.role}"


def _units_of_utterance(
    source: Source, utterance: Utterance, before: Utterance | None
) -> Iterator[Unit]:
    assert utterance.participant is not None
    question = _question(source, utterance, before)
    context, asked = question, bool(question) and not _same_speaker(utterance, before)
    answered = question if asked else ""
    lang = source.lang if source.lang != "und" else "en"
    for start, end in _together(utterance.text, split(utterance.text, lang)):
        text = utterance.text[start:end]
        yield Unit(
            source=source.id,
            utterance=utterance.id,
            participant=utterance.participant,
            start=start,
            end=end,
            text=text,
            context=context,
            kind=source.kind,
            lang=lang,
            whole=utterance.text,
            sha256=source.sha256,
            speaker=utterance.speaker,
            asked=asked,
            question=answered,
            role=utterance.role,
            date=utterance.date,
            t_start=utterance.t_start,
        )
        # After "Yeah." the question is still what the next sentence answers; in a survey always.
        if not says_nothing(text) and not utterance.context:
            context, asked = text, False


def _same_speaker(utterance: Utterance, before: Utterance | None) -> bool:
    return not utterance.context and before is not None and before.speaker == utterance.speaker


def _question(source: Source, utterance: Utterance, before: Utterance | None) -> str:
    """Return the question or turn before, marked as the encoder was trained to see it."""
    if utterance.context:
        return f"QUESTION: {utterance.context[-CONTEXT_LENGTH:]}"
    if before is None:
        return ""
    asks = "INTERVIEWER: " if before.role == "interviewer" else ""
    return asks + before.text[-CONTEXT_LENGTH:]


def _together(text: str, sentences: list[Sentence]) -> list[Sentence]:
    """Return sentences with fragments joined to the one before, as in "It broke. Twice"."""
    joined: list[Sentence] = []
    for sentence in sentences:
        if joined and _belongs(text, joined[-1], sentence):
            joined[-1] = Sentence(joined[-1].start, sentence.end)
        else:
            joined.append(sentence)
    return joined


def _belongs(text: str, last: Sentence, sentence: Sentence) -> bool:
    own = text[sentence.start : sentence.end]
    if "\n" in text[last.end : sentence.start] or own.endswith("?"):
        return False
    count = len(own.split())
    return (
        count < SHORT
        and says_nothing(own) is None
        and says_nothing(text[last.start : last.end]) is None
        and len(text[last.start : last.end].split()) + count <= TOGETHER
    )


def _repeats(unit: Unit, seen: set[tuple[str, str]]) -> str | None:
    spoken = words(unit.text)
    same = " ".join(spoken)
    if (unit.participant, same) in seen:
        return "said before by the same participant"
    if len(spoken) >= BOILERPLATE and ("", same) in seen:
        return "the same text as another participant's: a template"
    seen.add((unit.participant, same))
    if len(spoken) >= BOILERPLATE:
        seen.add(("", same))
    return None


def _counted(left: Counter[tuple[str, str]], what: str) -> list[Skipped]:
    return [
        Skipped(what=f"{count} {what}{'' if count == 1 else 's'}", where=where, why=why)
        for (where, why), count in sorted(left.items())
    ]


def _nothing_coded() -> CodedUnits:
    none = np.zeros(0, np.float32)
    return CodedUnits((), np.zeros((0, 384), np.float32), np.zeros((0, 6), np.float32), none, none)


def excerpt_of(unit: Unit, start: int, end: int) -> Excerpt | None:
    """Return what a unit's participant said there, widened until it can stand alone, or None."""
    place, _ = _place(unit, start, end)
    return None if place is None else _cut(unit, place)


def _place(unit: Unit, start: int, end: int) -> tuple[Sentence | None, str]:
    """Return where the excerpt stands, widened until it says what its speaker said."""
    if not 0 <= start < end <= len(unit.whole):
        return None, "the address lies outside the utterance"
    why = ""
    for begin, stop in _widenings(unit, start, end):
        refusal = standing_alone(unit.whole, begin, stop)
        if refusal is None:
            return Sentence(begin, stop), ""
        why = why or refusal
    return None, why


def _widenings(unit: Unit, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span without leading fillers, as it is, and with its neighbours."""
    trimmed = _LEADING_FILLER.match(unit.whole, start, end)
    if trimmed and trimmed.end() < end:
        yield trimmed.end(), end
    yield start, end
    near = split(unit.whole, unit.lang)
    inside = [i for i, s in enumerate(near) if s.start < end and s.end > start]
    if inside:
        before, after = near[max(inside[0] - 1, 0)], near[min(inside[-1] + 1, len(near) - 1)]
        yield min(before.start, start), end
        yield start, max(after.end, end)


def _cut(unit: Unit, place: Sentence) -> Excerpt:
    return Excerpt(
        source=unit.source,
        utterance=unit.utterance,
        start=place.start,
        end=place.end,
        quote=unit.whole[place.start : place.end],
        speaker=unit.speaker,
        role=unit.role,
        t_start=unit.t_start,
    )


def _insight(unit: Unit, span: CodedSpan, place: Sentence, provenance: Provenance) -> Insight:
    excerpt = _cut(unit, place)
    return Insight(
        id=stable_id("i", unit.sha256, unit.utterance, unit.start, span.code),
        code=span.code,
        participant=unit.participant,
        excerpt=excerpt,
        statement=statement(excerpt.quote),
        intensity=span.intensity,
        score=round(span.score, 4),
        quotable=span.quotable,
        provenance=provenance,
    )


def statement(quote: str) -> str:
    """Return a quote as one readable line: same words, white space and hanging marks tidied."""
    line = " ".join(quote.split()).strip(" ,;:-–—…")
    return line[:1].upper() + line[1:]


class CodedSentence(NamedTuple):
    """A free sentence with its codes: one line of `personagen code`."""

    id: object
    codes: list[str]
    """None to two, the dominant one first."""
    scores: dict[str, float]
    intensity: int
    """0 neutral to 3 strong; 0 where there is no code."""
    quotable: bool


def code_sentences(
    rows: Sequence[Mapping[str, object]], encoder: SentenceEncoder
) -> list[CodedSentence]:
    """Return the codes of sentences that belong to no study.

    Args:
        rows: Each with `id` and `text`; `context` (the question or sentence before) and `kind`
            (interview, review, ticket, survey) where known.
        encoder: The encoder that ships with the package, or another.
    """
    texts = [str(row["text"]) for row in rows]
    contexts = [str(row.get("context") or "") for row in rows]
    kinds = [str(row.get("kind") or "") for row in rows]
    coded = encoder.encode(texts, contexts, kinds=kinds)
    return [
        CodedSentence(
            id=row["id"],
            codes=codes,
            scores={c: round(float(s), 4) for c, s in zip(CODES, scores, strict=True)},
            intensity=max(1, round(float(strength))) if codes else 0,
            quotable=bool(codes) and bool(quotable >= 0.5),
        )
        for row, codes, scores, strength, quotable in zip(
            rows,
            encoder.codes(coded.scores, kinds),
            coded.scores,
            coded.intensity,
            coded.quotable,
            strict=True,
        )
    ]
