"""Answer with a language model: it words, code checks each sentence, and declines if none is left.

The whole dossier stands in the prompt as numbered excerpts; where it is too long for that, what
fits the question best. A sentence stands only if it cites excerpts that carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from personagen.answering import composing, turns
from personagen.answering.asking import asks_next
from personagen.answering.dossier import Dossier
from personagen.answering.finding import find
from personagen.answering.judging import outside_reason
from personagen.answering.question import Question, understood
from personagen.answering.reply import FAR, declined, made, nearest, people_of
from personagen.chatmodel import Asker
from personagen.llm.outputs import CitedSentence, Reply
from personagen.llm.wording import question as question_for
from personagen.models import Answer, Evidence, Provenance, Says
from personagen.prompt import as_data

MOST_TOKENS = 12_000
"""Of excerpts in one request."""
MOST_SENTENCES = 3
LONGEST = 60
"""Words of a sentence."""
BEFORE = 3
"""Questions before that the model is shown."""


class Checked(NamedTuple):
    """A sentence of the model that its excerpts carry."""

    text: str
    rows: tuple[int, ...]
    """Of the dossier."""


def answer_by_model(
    question: str,
    dossier: Dossier,
    asker: Asker,
    memory: Sequence[Answer] = (),
) -> Answer:
    """Return what a model says for a persona, as far as its people's words carry it.

    Args:
        question: In plain words, names masked.
        dossier: What the persona can answer from.
        asker: Asks the model.
        memory: What was said before in this conversation, oldest first.
    """
    asked = understood(question)
    taken_up = turns.taken_up(asked, dossier, memory)
    if taken_up is not None:
        return made(asked, dossier, **taken_up)
    filled = turns.filled_in(asked, memory)
    verdict = outside_reason(filled, dossier)
    if verdict is not None:
        return made(asked, dossier, **declined(filled, verdict, dossier))
    rows = _shown(filled, dossier, asker)
    said, prompt, why = _sentences(asked, rows, dossier, asker, memory)
    fields = _told(filled, said, dossier) if said else _nothing(filled, why, dossier)
    answer = made(asked, dossier, **fields)
    return answer.model_copy(update={"provenance": _provenance(asker, prompt, answer)})


def _shown(asked: Question, dossier: Dossier, asker: Asker) -> list[int]:
    """Return the sentences that the model is shown, in the order in which they were said."""
    ranked = [hit.row for hit in find(asked, dossier, most=len(dossier.units)).hits]
    rows, left = [], MOST_TOKENS
    for row in ranked:
        left -= asker.counter.count(dossier.units[row].text) + 6
        if left < 0:
            break
        rows.append(row)
    return sorted(rows)


def _sentences(
    asked: Question,
    rows: Sequence[int],
    dossier: Dossier,
    asker: Asker,
    memory: Sequence[Answer],
) -> tuple[list[Checked], str, str]:
    """Return the sentences that stand, the prompt's id, and why there is none."""

    def check(reply: Reply) -> str:
        found = (_problem(s, rows, dossier) for s in reply.sentences)
        return next(filter(None, found), "")

    request = question_for(
        "answer_question", Reply, "answer a question", dossier.persona.id,
        frozenset(dossier.people), check, 400,
        question=as_data(asked.text),
        before=[as_data(a.question) for a in memory[-BEFORE:]],
        excerpts=[as_data(dossier.units[row].text) for row in rows],
    )  # fmt: skip
    answered = asker.ask([request], "Answering by model")[0]
    reply: Reply | None = answered.value or answered.refused
    if reply is None:
        return [], answered.prompt, f"The model gave no answer: {answered.why}."
    good = [s for s in reply.sentences if not _problem(s, rows, dossier)][:MOST_SENTENCES]
    kept = [
        Checked(_stopped(s.text), tuple(dict.fromkeys(rows[n - 1] for n in s.rests_on)))
        for s in good
    ]
    dropped = len(reply.sentences) - len(good)
    why = f"{dropped} sentence(s) of the model rested on nothing that was said." if dropped else ""
    return kept, answered.prompt, why or "The model found no answer in what they said."


def _problem(sentence: CitedSentence, rows: Sequence[int], dossier: Dossier) -> str:
    """Return why a sentence may not stand, or nothing."""
    if not sentence.rests_on or any(not 1 <= n <= len(rows) for n in sentence.rests_on):
        return f"a sentence rests on none of the excerpts 1 to {len(rows)}"
    if len(sentence.text.split()) > LONGEST:
        return f"a sentence has more than {LONGEST} words"
    cited = [rows[n - 1] for n in sentence.rests_on]
    if any(dossier.evidence(row) is None for row in cited):
        return "a sentence rests on an excerpt that can't stand alone"
    return dossier.support.judge(sentence.text, [dossier.units[row].text for row in cited]).why


def _told(asked: Question, said: Sequence[Checked], dossier: Dossier) -> dict[str, Any]:
    rows = dict.fromkeys(row for one in said for row in one.rows)
    evidence = [e for row in rows if (e := dossier.evidence(row)) is not None]
    people = people_of(evidence)
    text = " ".join(one.text for one in said)
    return {
        "answer": f"{text} ({composing.from_voices(len(people), dossier.size)})",
        "basis": "inferred", "says": _says(asked, text), "evidence": tuple(evidence),
        "participants": people, "n": len(people),
        "why": "Worded by a model; each sentence is carried by the passages under it.",
    }  # fmt: skip


def _says(asked: Question, text: str) -> Says:
    if not (asked.whether or asked.given):
        return ""
    first = text.split(maxsplit=1)[0].strip(",.").lower()
    return "no" if first == "no" else "yes" if first == "yes" else ""


def _nothing(asked: Question, why: str, dossier: Dossier) -> dict[str, Any]:
    found = find(asked, dossier)
    near: list[Evidence] = nearest(found, dossier) if found.answered >= FAR else []
    return {
        "answer": composing.declined(dossier.size), "basis": "no_evidence",
        "ask_next": asks_next(asked), "near": tuple(near), "why": why,
    }  # fmt: skip


def _stopped(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _provenance(asker: Asker, prompt: str, answer: Answer) -> Provenance:
    name = asker.settings.qualified
    return Provenance(analyst=f"llm:{name}", model=name, prompts=(prompt,), at=answer.at)
