"""Look for what speaks against a claim, and say the claim in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personagen.chatmodel import Question
from personagen.coding import excerpt_of
from personagen.llm.outputs import Opposing, Sentence
from personagen.llm.wording import Desk, people_of, question, shown, too_long
from personagen.models import Claim, Evidence
from personagen.opposition import Pool, pools_of
from personagen.prompt import as_data
from personagen.proximity import centre
from personagen.working import Scene

NEAR = 0.12
"""Mean similarity to a theme from which a sentence is shown: wider than the rule's own, for the
model reads what the rule only measures."""
SHOWN = 12
"""Sentences shown of what may speak against a claim."""
MOST = 5
"""Opposing excerpts of a claim."""
_WORDS = 30


def with_counter_evidence(desk: Desk, claims: Sequence[Claim], scene: Scene) -> list[Claim]:
    """Return claims with the counter-evidence that the model finds beside what was there.

    Only sentences with an opposite stance on a near matter are shown to it, so that it can
    choose but not make up.
    """
    pools = pools_of(scene.insights, scene.rows, scene.coded, scene.landscape)
    members = _members(claims, scene)
    pairs = [
        (i, found)
        for i, claim in enumerate(claims)
        if (found := _candidates(claim, members[i], pools, scene))
    ]
    questions = [_against(claims[i], found) for i, found in pairs]
    changed = list(claims)
    for (i, found), answer in zip(pairs, desk.ask(questions, "Looking for the other side"),
                                  strict=True):  # fmt: skip
        if answer.value is None:
            desk.stands_in("counter-evidence", claims[i].text, answer.why)
            continue
        chosen = [found[n - 1] for n in dict.fromkeys(answer.value.against)]
        changed[i] = _opposed(claims[i], chosen)
    return changed


def _members(claims: Sequence[Claim], scene: Scene) -> list[list[int]]:
    place = {(i.excerpt.utterance, i.excerpt.start): scene.rows[i.id] for i in scene.insights}
    found = []
    for claim in claims:
        rows = [place.get((e.utterance, e.start)) for e in claim.supports]
        found.append([row for row in rows if row is not None])
    return found


def _candidates(
    claim: Claim, members: list[int], pools: dict[str, Pool], scene: Scene
) -> list[Evidence]:
    """Return opposite stances near a claim, nearest first, that are not shown under it yet."""
    pool = pools.get(claim.type)
    if pool is None or not len(pool.rows) or not members:
        return []
    own = scene.landscape.of(members)
    near = (scene.landscape.points @ centre(own))[pool.places]
    known = {(e.utterance, e.start) for e in (*claim.opposes, *claim.supports)}
    found: list[Evidence] = []
    for i in np.argsort(-near, kind="stable"):
        if near[i] < NEAR or len(found) == SHOWN:
            break
        unit = scene.coded.units[int(pool.rows[i])]
        excerpt = excerpt_of(unit, unit.start, unit.end)
        if excerpt and (excerpt.utterance, excerpt.start) not in known:
            found.append(Evidence(**excerpt.model_dump(), participant=unit.participant))
    return found


def _against(claim: Claim, candidates: Sequence[Evidence]) -> Question:
    def check(answer: Opposing) -> str:
        outside = any(not 1 <= n <= len(candidates) for n in answer.against)
        return f"there are only the numbers 1 to {len(candidates)}" if outside else ""

    return question(
        "find_opposing", Opposing, "look for counter-evidence", claim.id,
        people_of((*claim.supports, *candidates)), check, 80,
        claim=as_data(claim.text), sentences=[as_data(e.quote)[:400] for e in candidates],
    )  # fmt: skip


def _opposed(claim: Claim, chosen: Sequence[Evidence]) -> Claim:
    kept = list(claim.opposes)
    people = {e.participant for e in kept}
    for evidence in chosen:
        if evidence.participant not in people and len(kept) < MOST:
            kept.append(evidence)
            people.add(evidence.participant)
    return claim.model_copy(update={"opposes": tuple(kept)})


def phrased(desk: Desk, claims: Sequence[Claim]) -> list[Claim]:
    """Return claims with the model's sentences; what fails the check keeps the one it had."""
    questions = [_sentence(desk, claim) for claim in claims]
    found = []
    for claim, answer in zip(claims, desk.ask(questions, "Phrasing by model"), strict=True):
        if answer.value is None:
            desk.stands_in("sentence of a claim", claim.text, answer.why)
            found.append(claim)
            continue
        text = " ".join(answer.value.text.split())
        made = {"text": text, "provenance": desk.provenance(answer.prompt, claim.provenance)}
        found.append(claim.model_copy(update=made))
    return found


def _sentence(desk: Desk, claim: Claim) -> Question:
    texts = [e.quote for e in claim.supports]

    def check(answer: Sentence) -> str:
        return too_long(answer.text, _WORDS) or desk.judged(answer.text, texts)

    return question(
        "phrase_claim", Sentence, "phrase claims", claim.id, people_of(claim.supports), check, 100,
        kind=claim.type.replace("_", " "), label=as_data(claim.text), excerpts=shown(texts),
    )  # fmt: skip
