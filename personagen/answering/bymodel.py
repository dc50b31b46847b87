"""Answer with a language model: it words, code checks each sentence, and declines if none is left.

The persona's claims stand in the prompt with numbered excerpts of what its people said. A sentence
stands only if it cites excerpts that carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from personagen.answering import composing, turns
from personagen.answering.asking import asks_next
from personagen.answering.dossier import Dossier
from personagen.answering.finding import find
from personagen.answering.judging import outside_reason
from personagen.answering.question import Question, understood
from personagen.answering.reply import FAR, declined, made, nearest, people_of
from personagen.answering.showing import View, before, view
from personagen.chatmodel import Asker
from personagen.errors import ModelError
from personagen.llm.outputs import CitedSentence, Reply
from personagen.llm.wording import question as question_for
from personagen.models import Answer, Evidence, Provenance, Says
from personagen.prompt import as_data

MOST_SENTENCES = 3
LONGEST = 60
"""Words of a sentence."""
MOST_WRITTEN = 400
"""Tokens of an answer."""

Hear = Callable[[str], object]
"""Told the words so far, again and again while they come; nothing of them is checked."""


class Checked(NamedTuple):
    """A sentence of the model that its excerpts carry."""

    text: str
    rows: tuple[int, ...]
    """Of the dossier."""


class _Came(NamedTuple):
    """What came of asking the model."""

    said: list[Checked]
    prompt: str
    why: str
    """Why nothing stands; what was dropped where something does."""


def answer_by_model(
    question: str,
    dossier: Dossier,
    asker: Asker,
    memory: Sequence[Answer] = (),
    hear: Hear | None = None,
) -> Answer:
    """Return what a model says for a persona, as far as its people's words carry it.

    Args:
        question: In plain words, names masked.
        dossier: What the persona can answer from.
        asker: Asks the model.
        memory: What was said before in this conversation, oldest first.
        hear: Told the model's words as they come, before they are checked: not to be kept.

    Raises:
        ModelError: the model gave no answer.
    """
    asked = understood(question)
    taken_up = turns.taken_up(asked, dossier, memory)
    if taken_up is not None:
        return made(asked, dossier, **taken_up)
    filled = turns.filled_in(asked, memory)
    verdict = outside_reason(filled, dossier)
    if verdict is not None:
        return made(asked, dossier, **declined(filled, verdict, dossier))
    came = _asked(asked, view(filled, dossier, asker.counter), dossier, asker, memory, hear)
    fields = _told(filled, came, dossier) if came.said else _nothing(filled, came.why, dossier)
    answer = made(asked, dossier, **fields)
    return answer.model_copy(update={"provenance": _provenance(asker, came.prompt, answer)})


def _asked(
    asked: Question,
    shown: View,
    dossier: Dossier,
    asker: Asker,
    memory: Sequence[Answer],
    hear: Hear | None,
) -> _Came:
    """Return the sentences that stand, the prompt's id, and why there is none."""

    def check(reply: Reply) -> str:
        # One sentence that stands is an answer; what fails beside it is dropped, not asked again.
        problems = [_problem(s, shown.rows, dossier) for s in reply.sentences]
        return problems[0] if problems and all(problems) else ""

    people = {*dossier.people, *(e.participant for a in memory for e in (*a.evidence, *a.opposes))}
    request = question_for(
        "answer_question", Reply, "answer a question", dossier.persona.id,
        frozenset(people), check, MOST_WRITTEN,
        question=as_data(asked.text), before=before(memory), points=shown.points,
        excerpts=shown.excerpts, size=dossier.size,
    )  # fmt: skip
    answered = asker.listen(request, lambda text: hear(words_in(text))) if hear else (
        asker.ask([request], "Answering by model")[0]
    )  # fmt: skip
    reply: Reply | None = answered.value or answered.refused
    if reply is None and not answered.counted:
        # That nobody spoke of it would be a lie here: nobody looked.
        raise ModelError(
            f"The model gave no answer: {answered.why}",
            "Ask again, or with --analyst extractive, which needs no model.",
        )
    if reply is None:
        return _Came([], answered.prompt, answered.why)
    return _stands(reply, shown, dossier, answered.prompt)


def _stands(reply: Reply, shown: View, dossier: Dossier, prompt: str) -> _Came:
    good = [s for s in reply.sentences if not _problem(s, shown.rows, dossier)]
    kept = [
        Checked(_stopped(s.text), tuple(dict.fromkeys(shown.rows[n - 1] for n in s.rests_on)))
        for s in good[:MOST_SENTENCES]
    ]
    dropped = len(reply.sentences) - len(good)
    why = f"{dropped} of its sentences rested on nothing that was said." if dropped else ""
    return _Came(kept, prompt, why or "The model found no answer in what they said.")


def words_in(text: str) -> str:
    """Return the sentences in the beginning of a model's answer, as far as they have come."""
    from langchain_core.utils.json import parse_partial_json

    begins = text.find("{")
    if begins < 0:
        return ""
    try:
        came = parse_partial_json(text[begins:])
    except ValueError:
        return ""
    sentences = came.get("sentences") if isinstance(came, dict) else None
    if not isinstance(sentences, list):
        return ""
    said = (s.get("text") for s in sentences if isinstance(s, dict))
    return " ".join(" ".join(words.split()) for words in said if isinstance(words, str))


def _problem(sentence: CitedSentence, rows: Sequence[int], dossier: Dossier) -> str:
    """Return why a sentence may not stand, or nothing."""
    if not sentence.rests_on or any(not 1 <= n <= len(rows) for n in sentence.rests_on):
        return f"a sentence rests on none of the excerpts 1 to {len(rows)}"
    if len(sentence.text.split()) > LONGEST:
        return f"a sentence has more than {LONGEST} words"
    cited = [dossier.units[rows[n - 1]].text for n in sentence.rests_on]
    return dossier.support.judge(sentence.text, cited).why


def _told(asked: Question, came: _Came, dossier: Dossier) -> dict[str, Any]:
    rows = list(dict.fromkeys(row for one in came.said for row in one.rows))
    evidence = [e for row in rows if (e := dossier.evidence(row)) is not None]
    people = people_of(evidence)
    said = [(one.text, [rows.index(row) + 1 for row in one.rows]) for one in came.said]
    plain = " ".join(one.text for one in came.said)
    dropped = f" {came.why}" if came.why[:1].isdigit() else ""
    return {
        "answer": composing.cited(said, len(people), dossier.size),
        "basis": "inferred", "says": _says(asked, plain), "evidence": tuple(evidence),
        "participants": people, "n": len(people),
        "why": "Worded by a model; each sentence is carried by the passages that it names."
        f"{dropped}",
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
