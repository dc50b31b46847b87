"""The coding step: the model points at sentences, code looks whether they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from personagen import prompt as prompts
from personagen.analysts.base import CodedSpan, CodedUnits, Coding, Maker, Refused
from personagen.analysts.stance import not_their_stance
from personagen.chatmodel import Answered, Asker, Question
from personagen.coding import excerpt_of
from personagen.encoder import CODES
from personagen.ids import stable_id
from personagen.llm.addresses import Found, addresses, problem
from personagen.llm.outputs import CodedSentences
from personagen.llm.packing import Part, packed
from personagen.models import CodebookEntry, Disagreement, Skipped
from personagen.progress import Report

MOST_CODES = 2
"""Of one sentence."""


class CodedByModel(NamedTuple):
    """What the model coded, what stands in where it did not, and where the two differ."""

    coding: Coding
    skipped: list[Skipped]
    disagreements: list[Disagreement]


class _More(NamedTuple):
    """What a second look found, what of it is not there, and where there was no answer."""

    found: list[Found]
    refused: list[Refused]
    skipped: list[Skipped]


class SentenceCoder:
    """Codes units with a model, part by part."""

    def __init__(
        self,
        asker: Asker,
        maker: Maker,
        codebook: Sequence[CodebookEntry],
        question: str,
        *,
        first: bool = True,
        again: bool,
    ) -> None:
        """Prepare to code.

        Args:
            asker: Asks the model.
            maker: Who stands in provenance.
            codebook: The codes with their definitions.
            question: What the study wants to know, masked.
            first: Ask what there is to code; else the offline coding stands in its place.
            again: Ask in a second pass what was missed.
        """
        self._asker, self._maker, self._initial, self._again = asker, maker, first, again
        self._codebook, self._question = codebook, prompts.as_data(question)

    def code(self, coded: CodedUnits, offline: Coding, report: Report) -> CodedByModel:
        """Return the coding of all units; parts without an answer are coded as offline.

        Args:
            coded: Units with what the encoder says of them.
            offline: The extractive coding, marked as its own.
            report: Told how far it is.
        """
        parts = packed(coded.units, self._asker.settings.chunk_tokens, self._asker.counter.count)
        if not self._initial:
            return self._added(parts, coded, offline, report)
        first = self._asker.ask([self._first(p, coded) for p in parts], "Coding by model", report)
        found, failed, refused = _collected(parts, first)
        skipped = [_left(parts[i], "coded offline instead of by the model", first[i].why)
                   for i in failed]  # fmt: skip
        if self._again:
            # An estimate takes it that the model finds what the encoder does, and counts the
            # second look at parts that nobody looked at yet.
            known = _of_encoder(offline) if any(answer.counted for answer in first) else found
            looked = [p for p, a in zip(parts, first, strict=True) if a.value or a.counted]
            more = self._second_pass(looked, known, coded, report)
            seen = {(one.row, one.code) for one in found}
            found += [one for one in more.found if (one.row, one.code) not in seen]
            refused += more.refused
            skipped += more.skipped
        lost = {row for i in failed for row in parts[i].rows.values()}
        spans = self._spans(found, coded, refused)
        spans += [span for span in offline.spans if span.unit in lost]
        refused += [one for one in offline.refused if one.unit in lost]
        differ = _disagreements(coded, offline, spans, lost)
        return CodedByModel(Coding(spans, refused), skipped, differ)

    def _added(
        self, parts: Sequence[Part], coded: CodedUnits, offline: Coding, report: Report
    ) -> CodedByModel:
        """Return the offline coding with what the model says that it missed."""
        more = self._second_pass(parts, _of_encoder(offline), coded, report)
        refused = [*offline.refused, *more.refused]
        given: dict[int, set[str]] = {}
        for span in offline.spans:
            given.setdefault(span.unit, set()).add(span.code)
        spans = [*offline.spans, *self._spans(more.found, coded, refused, given)]
        differ = _disagreements(coded, offline, spans, set())
        return CodedByModel(Coding(spans, refused), more.skipped, differ)

    def _first(self, part: Part, coded: CodedUnits) -> Question:
        rendered = prompts.load("code_sentences").render(
            question=self._question, codebook=self._codebook, turns=part.turns
        )
        return self._about(part, coded, rendered, "code")

    def _missed(self, part: Part, coded: CodedUnits, found: Sequence[Found]) -> Question:
        place = {row: f"{turn}.{sentence}" for (turn, sentence), row in part.rows.items()}
        said = ", ".join(f"{place[one.row]} {one.code}" for one in found if one.row in place)
        rendered = prompts.load("code_missed").render(
            question=self._question, codebook=self._codebook, turns=part.turns,
            found=said or "nothing",
        )  # fmt: skip
        return self._about(part, coded, rendered, "code what was missed")

    def _about(
        self, part: Part, coded: CodedUnits, rendered: prompts.Rendered, purpose: str
    ) -> Question:
        people = {coded.units[row].participant for row in part.rows.values()}
        # What others asked is in there, too; who asked it is no participant.
        return Question(
            rendered, CodedSentences, purpose, part.source, frozenset(people),
            lambda answer: problem(answer, part), 60 + 40 * len(part.rows),
        )  # fmt: skip

    def _second_pass(
        self,
        parts: Sequence[Part],
        found: Sequence[Found],
        coded: CodedUnits,
        report: Report,
    ) -> _More:
        """Return what a second look finds; where it fails, the first stands."""
        questions = [self._missed(part, coded, found) for part in parts]
        answers = self._asker.ask(questions, "Looking for what was missed", report)
        added, failed, refused = _collected(parts, answers)
        skipped = [_left(parts[i], "not looked at a second time", answers[i].why) for i in failed]
        return _More(added, refused, skipped)

    def _spans(
        self,
        found: Sequence[Found],
        coded: CodedUnits,
        refused: list[Refused],
        before: Mapping[int, set[str]] = MappingProxyType({}),
    ) -> list[CodedSpan]:
        """Return what stands of what was found; `before` are codes that units have already."""
        spans: list[CodedSpan] = []
        given = {row: set(codes) for row, codes in before.items()}
        for one in sorted(found, key=lambda f: (f.row, -_probability(coded, f.row, f.code))):
            codes = given.setdefault(one.row, set())
            if one.code in codes:
                continue
            unit = coded.units[one.row]
            why = not_their_stance(unit.text, unit.context, one.code, unit.asked)
            if not why and len(codes) >= MOST_CODES:
                why = f"a sentence has at most {MOST_CODES} codes"
            if why:
                refused.append(Refused(one.row, one.code, why))
                continue
            codes.add(one.code)
            spans.append(self._span(one, coded))
        return spans

    def _span(self, one: Found, coded: CodedUnits) -> CodedSpan:
        unit = coded.units[one.row]
        return CodedSpan(
            unit=one.row,
            start=unit.start,
            end=coded.units[one.last].end,
            code=one.code,
            # Half the model's yes, half the encoder's probability.
            score=(1 + _probability(coded, one.row, one.code)) / 2,
            intensity=one.intensity,
            quotable=bool(coded.quotable[one.row] >= 0.5),
            maker=self._maker._replace(prompts=(one.prompt,)),
        )


def _collected(
    parts: Sequence[Part], answers: Sequence[Answered]
) -> tuple[list[Found], list[int], list[Refused]]:
    found: list[Found] = []
    refused: list[Refused] = []
    for part, answer in zip(parts, answers, strict=True):
        if answer.value is not None:
            good, bad = addresses(answer, part)
            found += good
            refused += bad
    return found, [i for i, a in enumerate(answers) if a.value is None], refused


def _probability(coded: CodedUnits, row: int, code: str) -> float:
    return float(coded.scores[row, CODES.index(code)]) if code in CODES else 0.0


def _of_encoder(offline: Coding) -> list[Found]:
    return [Found(s.unit, s.unit, s.code, s.intensity, "") for s in offline.spans]


def _left(part: Part, what: str, why: str) -> Skipped:
    count = len(part.rows)
    sentences = f"{count} sentence{'' if count == 1 else 's'}"
    return Skipped(what=f"{sentences}, {what}", where=part.source, why=why)


def _disagreements(
    coded: CodedUnits, offline: Coding, spans: Sequence[CodedSpan], lost: set[int]
) -> list[Disagreement]:
    """Return where encoder and model differ, widest apart first."""
    theirs: dict[int, set[str]] = {}
    ours: dict[int, set[str]] = {}
    for span in spans:
        theirs.setdefault(span.unit, set()).add(span.code)
    for span in offline.spans:
        ours.setdefault(span.unit, set()).add(span.code)
    found = []
    for row in sorted((theirs.keys() | ours.keys()) - lost):
        model, encoder = theirs.get(row, set()), ours.get(row, set())
        unit = coded.units[row]
        excerpt = excerpt_of(unit, unit.start, unit.end)
        if model == encoder or excerpt is None:
            continue
        gaps = [_probability(coded, row, code) for code in encoder - model]
        gaps += [1 - _probability(coded, row, code) for code in model - encoder]
        found.append(
            Disagreement(
                id=stable_id("d", unit.sha256, unit.utterance, unit.start),
                participant=unit.participant,
                excerpt=excerpt,
                encoder=tuple(sorted(encoder)),
                model=tuple(sorted(model)),
                margin=round(max(gaps), 4),
            )
        )
    return sorted(found, key=lambda d: (-d.margin, d.id))
