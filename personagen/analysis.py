"""The whole analysis: from what a study holds to what it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from personagen.analysts.base import Analyst, CodedUnits, Floats, SentenceEncoder, Unit
from personagen.analysts.extractive import Extractive
from personagen.analysts.stance import dismisses
from personagen.claims import claims_of
from personagen.clustering import Landscape, merged, themes_of
from personagen.coding import code, encode, units_of
from personagen.inference.together import rest
from personagen.memory import give_back
from personagen.models import Findings, Material, Skipped
from personagen.prevalence import base_of
from personagen.progress import Progress, Report, silent
from personagen.proximity import space
from personagen.working import Left, Scene, Working, Writer

__all__ = ["Working", "analyze", "work_out"]

LARGE = 10_000
"""Sentences of a study whose exports need the room that the networks take; of a smaller one they
stay loaded for whoever asks next."""


def analyze(
    material: Material,
    previous: Findings | None = None,
    *,
    report: Report = silent,
    seed: int = 0,
    encoder: SentenceEncoder | None = None,
    at: datetime | None = None,
    analyst: Analyst | None = None,
) -> Findings:
    """Return insights, themes, claims, personas and messages; everything is *suggested*.

    Args:
        material: What the study holds.
        previous: Findings of an earlier run: ids live on where evidence overlaps.
        report: Told how far it is.
        seed: Of every step that draws; equal seeds and material give equal findings.
        encoder: The sentence encoder; by default the one that ships in the package.
        at: When the run began; by default now.
        analyst: Who codes, names and words; by default the extractive one.
    """
    from threadpoolctl import threadpool_limits

    # Products of tall and narrow tables: a second thread waits more than it helps, and sums in
    # another order on a machine with other cores.
    with threadpool_limits(1, user_api="blas"):
        working, skipped = work_out(
            material, previous, report=report, seed=seed, encoder=encoder, at=at, analyst=analyst
        )
        writer = analyst if isinstance(analyst, Writer) else None
        return _drafted(working, previous, skipped, seed, report, writer)


def work_out(
    material: Material,
    previous: Findings | None = None,
    *,
    report: Report = silent,
    seed: int = 0,
    encoder: SentenceEncoder | None = None,
    at: datetime | None = None,
    analyst: Analyst | None = None,
) -> tuple[Working, list[Skipped]]:
    """Return insights, themes and claims with what they rest on, and what was left out.

    The first half of `analyze`, with the same arguments: all that personas are formed from.
    """
    encoder = encoder if encoder is not None else _shipped_encoder()
    moment = at if at is not None else datetime.now(UTC)
    analyst = analyst if analyst is not None else Extractive(encoder)
    writer = analyst if isinstance(analyst, Writer) else None
    units, left = units_of(material)
    coded = encode(units, encoder, report)
    found = code(coded, analyst, moment)
    landscape = landscape_of(coded, found.rows.values(), encoder, seed)
    grouped = themes_of(
        found.insights, found.rows, coded, landscape, analyst, base_of(material), moment,
        previous=previous, seed=seed, report=report,
    )  # fmt: skip
    scene = Scene(found.insights, found.rows, coded, landscape)
    themes = grouped.themes
    if writer:
        themes = merged(themes, writer.same_themes(themes, scene), base_of(material))
    report(Progress("Weighing", 0, 1))
    # What the writer does not word is the extractive analyst's, and says so.
    drafter = Extractive(encoder) if writer else analyst
    claims = claims_of(themes, found.insights, found.rows, coded, landscape, drafter, moment)
    report(Progress("Weighing", 1, 1))
    if writer:
        claims = writer.word_claims(claims, scene)
    working = Working(
        material, coded.units, coded.vectors, coded.scores, tuple(found.insights),
        tuple(themes), tuple(claims), found.rows, encoder, drafter, moment,
    )  # fmt: skip
    return working, [*left, *found.skipped, *grouped.skipped]


def landscape_of(
    coded: CodedUnits, with_stance: Iterable[int], encoder: SentenceEncoder, seed: int
) -> Landscape:
    """Return where the units lie that take a stance: coded ones, and those that dismiss one."""
    rows = sorted({*with_stance, *(i for i, u in enumerate(coded.units) if dismisses(u.text))})
    if not rows:
        return Landscape(np.zeros((0, 1), np.float32), {})
    some = [coded.units[i] for i in rows]
    points = space(
        [u.text for u in some],
        coded.vectors[rows],
        [u.lang for u in some],
        _questions(some, encoder),
        seed,
    )
    return Landscape(points, {row: i for i, row in enumerate(rows)})


def _questions(units: Sequence[Unit], encoder: SentenceEncoder) -> Floats:
    """Return float32, shape (n, 384): the vector of each unit's question, zeros without one."""
    asked = sorted({u.question for u in units if u.question})
    vectors = np.zeros((len(units), 384), np.float32)
    if asked:
        known = dict(zip(asked, encoder.encode(asked).vectors, strict=True))
        for row, unit in enumerate(units):
            if unit.question:
                vectors[row] = known[unit.question]
    return vectors


def _shipped_encoder() -> SentenceEncoder:
    from personagen.encoder import load

    return load()


def _drafted(
    working: Working,
    previous: Findings | None,
    skipped: list[Skipped],
    seed: int,
    report: Report,
    writer: Writer | None,
) -> Findings:
    from personagen import messaging, personas, segments

    report(Progress("Drafting personas", 0, 2))
    found = segments.find_segments(working, seed)
    people, added, without_evidence = personas.build(working, found, previous)
    if len(working.units) > LARGE:
        rest()
        give_back()
    claims = (*working.claims, *added)
    report(Progress("Drafting messages", 1, 2))
    messages, without_claims = messaging.propose(working, people, claims)
    report(Progress("Drafting messages", 2, 2))
    left = Left((), ())
    if writer:
        people = writer.word_personas(people, claims)
        messages = writer.word_messages(messages, people, claims)
        left = writer.left()
    return Findings(
        insights=working.insights,
        themes=working.themes,
        claims=claims,
        personas=tuple(people),
        messages=tuple(messages),
        skipped=_by_file(
            (*skipped, *without_evidence, *without_claims, *left.skipped), working.material
        ),
        disagreements=left.disagreements,
    )


def _by_file(skipped: Iterable[Skipped], material: Material) -> tuple[Skipped, ...]:
    """Return what was left out with the name of the file in the place of a source's id."""
    names = {source.id: source.path for source in material.sources}
    return tuple(
        one.model_copy(update={"where": names.get(one.where, one.where)}) for one in skipped
    )
