"""From a study to what documents show: what is shown, in what order, and how it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from personagen.export.base import (
    ClaimView,
    DocumentView,
    FieldView,
    PersonaView,
    QuoteView,
    SectionView,
    StageView,
)
from personagen.export.charts import charts
from personagen.export.evidence import Places, claim_text, in_reading_order, kept_quotes
from personagen.export.exams import exams_of
from personagen.export.homes import Place, homes, place, says
from personagen.export.messages import message_views
from personagen.export.record import record_view, source_counts
from personagen.export.unknown import gaps_of
from personagen.export.wording import (
    CLAIM_NAMES,
    FIELD_NAMES,
    HEADINGS,
    INTENSITY,
    PERSONA_KINDS,
    PROFILE,
    SLOTS,
    STAGES,
    STATUS_NAMES,
    authors_counted,
    canonical,
    field_name,
    interval_text,
    passages_counted,
    sources_counted,
    unquoted,
)
from personagen.models import Claim, Evidence, JourneyStage, Persona, StudyDocument
from personagen.prevalence import base_of

MOST_QUOTES = 20
"""Quotes shown under one claim; the tables and study.json have them all."""
MOST_AGAINST = 10
MOST_PARTICIPANTS = 40
SMALL = 10
"""Fewer participants than this are called a small sample."""
TOO_FEW = 2
"""A claim that no more people than this support does not generalise."""


def view(document: StudyDocument) -> DocumentView:
    """Return the study as documents show it; what a person rejected is left out."""
    study = _Study(document)
    kept = [persona for persona in document.personas if persona.status != "rejected"]
    # Who has no priority, such as a negative persona, comes last.
    shown = sorted(kept, key=lambda persona: persona.priority or len(kept) + 1)
    personas = tuple(_PersonaBuilder(study, persona).build() for persona in shown)
    return DocumentView(
        title=f"Personas: {product}" if (product := document.product.name) else "Personas",
        question=unquoted(document.study.question),
        banner=(_review_state(shown), *study.banner),
        draft=not shown or any(persona.status != "approved" for persona in shown),
        personas=personas,
        charts=charts(document, shown),
        turns=study.places.turns(),
        record=record_view(document),
    )


class _Study:
    """What the builders of all personas share."""

    def __init__(self, document: StudyDocument) -> None:
        self.document = document
        self.places = Places(document)
        self.claims = {c.id: c for c in document.claims if c.status != "rejected"}
        self.anchors: set[str] = set()
        self.size = _size(document)
        self.counted = base_of(document).participants
        self.intensities = {
            (i.excerpt.utterance, i.excerpt.start): i.intensity
            for i in document.insights
            if i.status != "rejected"
        }
        self.banner = (
            f"{unquoted(document.provenance.analyst)} analyst, codebook of"
            f" {len(document.codebook)} codes",
            sources_counted(source_counts(document)),
            f"{document.provenance.at:%Y-%m-%d}",
        )


def _size(document: StudyDocument) -> int:
    """Return N: how many people the claims count among."""
    counted = Counter(claim.of for claim in document.claims)
    return counted.most_common(1)[0][0] if counted else len(document.participants)


def _review_state(personas: Sequence[Persona]) -> str:
    approved = sum(persona.status == "approved" for persona in personas)
    if personas and approved == len(personas):
        return "Approved"
    if approved:
        return f"Draft: {approved} of {len(personas)} personas approved"
    return "Draft, not reviewed"


class _PersonaBuilder:
    """Builds the view of one persona, so that evidence is opened once and linked after."""

    def __init__(self, study: _Study, persona: Persona) -> None:
        self._study = study
        self._persona = persona
        self._members = frozenset(persona.participants)
        self._outside = _others(study.document, persona) - self._members
        self._homes: dict[Place, str] = {}
        self._anchors: dict[str, str] = {}
        self._asks = _asks(persona)

    def build(self) -> PersonaView:
        persona = self._persona
        fields = self._fields()
        gaps = gaps_of(persona)
        self._homes = homes(self._in_order(fields), self._members)
        profile = tuple(self._field(name, fields.pop(name, ())) for name in PROFILE)
        sections = self._sections(fields)
        stages, journey_evidence = self._journey(fields.pop("journey", ()))
        sections += self._unforeseen(fields)
        return PersonaView(
            persona=persona,
            anchor=persona.id,
            banner=(_persona_state(persona), f"persona v{persona.version}", *self._study.banner),
            approved=persona.status == "approved",
            kind=PERSONA_KINDS[persona.kind],
            summary=kept_quotes(persona.summary, self._evidence()),
            rests_on=self._rests_on(),
            participants=persona.participants[:MOST_PARTICIPANTS],
            more_participants=max(0, len(persona.participants) - MOST_PARTICIPANTS),
            firmness=self._firmness(),
            notes=tuple(unquoted(note) for note in persona.notes),
            quote=self._headline(),
            profile=profile,
            sections=sections,
            stages=stages,
            journey_evidence=journey_evidence,
            messages=message_views(
                self._study.document, persona, self._study.claims, self._anchors
            ),
            unknown=gaps.questions,
            silent=gaps.silent,
            people=gaps.people,
            exams=exams_of(persona),
        )

    def _in_order(self, fields: Mapping[str, Sequence[str]]) -> list[Claim]:
        """Return the claims in the order of the document, words they use and the table last."""
        named = [name for heading in HEADINGS for name in heading.fields if name != "vocabulary"]
        others = [name for name in fields if name not in (*named, *PROFILE, "vocabulary")]
        slots = [
            i
            for stage in self._persona.journey
            for i in (*stage.happens, *stage.asks, *stage.where, *stage.feels)
        ]
        ids = [i for name in (*named, *others) for i in fields.get(name, ())]
        late = [i for name in (*PROFILE, "vocabulary") for i in fields.get(name, ())]
        return self._known((*ids, *slots, *late))

    def _fields(self) -> dict[str, tuple[str, ...]]:
        fields: dict[str, tuple[str, ...]] = {}
        for field, ids in self._persona.fields.items():
            fields[canonical(field)] = (*fields.get(canonical(field), ()), *ids)
        known = fields.get("firmographic", ())
        fields["firmographic"] = tuple(dict.fromkeys((*known, *self._persona.firmographics)))
        return fields

    def _sections(self, fields: dict[str, tuple[str, ...]]) -> tuple[SectionView, ...]:
        return tuple(
            SectionView(
                anchor=f"{self._persona.id}-{heading.fields[0]}",
                title=heading.title,
                fields=tuple(self._field(name, fields.pop(name, ())) for name in heading.fields),
            )
            for heading in HEADINGS
        )

    def _unforeseen(self, fields: dict[str, tuple[str, ...]]) -> tuple[SectionView, ...]:
        """Return sections for fields that this version has no heading for: nothing vanishes."""
        return tuple(
            SectionView(f"{self._persona.id}-{name}", field_name(name), (self._field(name, ids),))
            for name, ids in fields.items()
            if ids
        )

    def _field(self, name: str, ids: Iterable[str]) -> FieldView:
        claims = tuple(self._claim(claim) for claim in self._known(ids))
        return FieldView(name, FIELD_NAMES.get(name, field_name(name)), claims, self._ask(name))

    def _known(self, ids: Iterable[str]) -> list[Claim]:
        claims = self._study.claims
        return [claims[claim] for claim in dict.fromkeys(ids) if claim in claims]

    def _ask(self, name: str) -> str:
        return self._asks.get(name, "")

    def _claim(self, claim: Claim) -> ClaimView:
        first = claim.id not in self._anchors
        if first:
            self._anchors[claim.id] = self._new_anchor(claim.id)
        anchor = self._anchors[claim.id]
        text = claim_text(claim)
        opened = anchor if first else ""
        quotes, more = self._quotes(claim.supports, MOST_QUOTES, opened, claim.id, text)
        against, more_against = self._quotes(claim.opposes, MOST_AGAINST, opened, claim.id, text)
        members = len(self._members)
        voiced = len(self._members.intersection(claim.participants))
        return ClaimView(
            id=claim.id,
            anchor=opened,
            elsewhere="" if first else anchor,
            text=text,
            name=CLAIM_NAMES[claim.type],
            n_members=voiced,
            members=members,
            n=claim.n,
            of=claim.of,
            interval=interval_text(claim.interval),
            intensity=self._intensity(claim),
            passages=passages_counted(claim.sources),
            newest=claim.age or "",
            status="" if claim.status == "suggested" else STATUS_NAMES[claim.status],
            cautions=self._cautions(claim),
            quotes=quotes,
            more=more,
            against=against,
            more_against=more_against,
            participants=claim.participants,
        )

    def _cautions(self, claim: Claim) -> tuple[str, ...]:
        own = [e for e in claim.supports if e.participant in self._members]
        foreign = claim.text.startswith("“") and own and not any(says(e, claim) for e in own)
        told = {
            "in the words of others": bool(foreign),
            "too few to generalise": claim.n <= TOO_FEW,
        }
        return tuple(caution for caution, holds in told.items() if holds)

    def _new_anchor(self, claim: str) -> str:
        """Return the claim's id; with the persona's where another persona shows it too."""
        anchor = f"{claim}-{self._persona.id}" if claim in self._study.anchors else claim
        self._study.anchors.add(anchor)
        return anchor

    def _quotes(
        self, evidence: Sequence[Evidence], most: int, anchor: str, claim: str, text: str
    ) -> tuple[tuple[QuoteView, ...], int]:
        """Return the quotes to show and how many are left; none where the claim stands twice."""
        if not anchor:
            return (), 0
        elsewhere = {p for p, home in self._homes.items() if home != claim}
        ordered = in_reading_order(evidence, self._members, elsewhere)
        own = [item for item in ordered if self._homes.get(place(item)) == claim]
        ordered = [*own, *(item for item in ordered if item not in own)]
        shown = ordered[:most]
        views = tuple(self._quote(item, anchor, text, claim) for item in shown)
        return views, len(ordered) - len(shown)

    def _quote(
        self, evidence: Evidence, anchor: str = "", text: str = "", claim: str = ""
    ) -> QuoteView:
        home = self._homes.setdefault(place(evidence), claim) if claim else ""
        return self._study.places.quote(
            evidence,
            anchor,
            text,
            outside=evidence.participant in self._outside,
            again=home != claim,
        )

    def _headline(self) -> QuoteView | None:
        quotes = self._persona.quotes
        return self._quote(quotes[0]) if quotes else None

    def _evidence(self) -> list[Evidence]:
        ids = [claim for group in self._persona.fields.values() for claim in group]
        return [item for claim in self._known(ids) for item in claim.supports]

    def _intensity(self, claim: Claim) -> str:
        levels = [
            level
            for item in claim.supports
            if item.participant in self._members
            and (level := self._study.intensities.get((item.utterance, item.start)))
        ]
        return INTENSITY[round(median(levels))] if levels else ""

    def _rests_on(self) -> str:
        persona, size = self._persona, self._study.size
        outside = len(set(persona.participants) - self._study.counted)
        text = f"Rests on {len(persona.participants) - outside:,} of {size:,} participants"
        if outside:
            # A negative persona may be made of reviewers, who are not among the N of the study.
            text += f" and on {outside:,} who wrote and are not among these {size:,}"
        authors = authors_counted(persona.assigned)
        return f"{text}; {authors} read like this group" if authors else text

    def _firmness(self) -> str:
        parts = _stability(self._persona)
        people = min(len(self._persona.participants), self._study.size)
        if people < SMALL and not any("small" in note.lower() for note in self._persona.notes):
            parts.append("small sample")
        stability = self._persona.stability
        if stability and stability.least_typical:
            parts.append(f"{stability.least_typical} is the least typical member")
        text = "; ".join(parts)
        return text[:1].upper() + text[1:]

    def _journey(self, loose: Sequence[str]) -> tuple[tuple[StageView, ...], tuple[ClaimView, ...]]:
        """Return the stages in order, and the claims whose evidence only the journey shows."""
        stages = {stage.stage: stage for stage in self._persona.journey}
        views = tuple(self._stage(stages.get(s) or JourneyStage(stage=s)) for s in STAGES)
        claims = [claim for view in views for _, slot in view.slots for claim in slot]
        claims += [self._claim(claim) for claim in self._known(loose)]
        return views, tuple(claim for claim in claims if claim.anchor)

    def _stage(self, stage: JourneyStage) -> StageView:
        slots = tuple(
            (title, tuple(self._claim(claim) for claim in self._known(getattr(stage, slot))))
            for slot, title in SLOTS
        )
        ask = self._ask(f"journey_{stage.stage}") or self._ask(stage.stage)
        return StageView(stage.stage, slots, ask)


def _others(document: StudyDocument, persona: Persona) -> frozenset[str]:
    return frozenset(
        member
        for other in document.personas
        if other.id != persona.id
        for member in other.participants
    )


def _asks(persona: Persona) -> dict[str, str]:
    asks: dict[str, str] = {}
    for unknown in persona.unknown:
        name = canonical(unknown.field).replace(".", "_").replace(":", "")
        asked = unquoted(unknown.ask_next)
        asks[name] = f"{asks[name]} {asked}" if name in asks else asked
    return asks


def _persona_state(persona: Persona) -> str:
    return "Approved" if persona.status == "approved" else "Draft, not reviewed"


def _stability(persona: Persona) -> list[str]:
    stability = persona.stability
    if stability is None:
        return []
    parts = []
    if stability.resamples:
        survived = round(stability.survival * stability.resamples)
        parts.append(f"survives in {survived} of {stability.resamples} resamples")
    return [*parts, unquoted(stability.note)] if stability.note else parts
