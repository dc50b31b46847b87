"""Summarise personas and word messages; every sentence rests on claims, or is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from personagen.chatmodel import Answered, Question
from personagen.llm.outputs import CitedSentence, Sentence, Summary
from personagen.llm.wording import Desk, people_of, question, shown, too_long
from personagen.models import Claim, Message, MessageKind, Persona, Product, Provenance
from personagen.prompt import as_data

_FIELDS = ("role", "goals", "motivations", "pain_points", "objections", "workarounds", "praise")
_PER_FIELD, _MOST_CLAIMS = 3, 12
_MOST_SENTENCES = 4
_BLANK = re.compile(r"\[needs a product fact: [^\]]*\]")
_LONGEST: dict[MessageKind, int] = {
    "value_proposition": 320,
    "pitch": 400,
    "objection_answer": 320,
    "subject_line": 70,
    "ad": 220,
}
"""Characters of each kind of line; the words to use and to avoid stay as they are."""


class _Numbered(NamedTuple):
    """A claim as a prompt shows it."""

    number: int
    text: str
    excerpts: list[str]


def summarised(
    desk: Desk, personas: Sequence[Persona], claims: Sequence[Claim], first: Provenance | None
) -> tuple[Persona, ...]:
    """Return personas with the model's summaries; sentences that nothing carries are dropped."""
    known = {claim.id: claim for claim in claims}
    shown_of = [_claims_of(persona, known) for persona in personas]
    rows = [i for i, some in enumerate(shown_of) if some]
    questions = [_summary(desk, personas[i], shown_of[i]) for i in rows]
    changed = list(personas)
    for i, answer in zip(rows, desk.ask(questions, "Summarising by model"), strict=True):
        good = _supported(desk, answer, personas[i], shown_of[i])
        if not good or first is None:
            desk.stands_in("summary of a persona", personas[i].name, answer.why)
            continue
        if answer.value is None:
            desk.stands_in("a sentence of a summary", personas[i].name, answer.why)
        made = {"summary": " ".join(good), "provenance": desk.provenance(answer.prompt, first)}
        changed[i] = personas[i].model_copy(update=made)
    return tuple(changed)


def _claims_of(persona: Persona, known: Mapping[str, Claim]) -> list[Claim]:
    ids = [i for field in _FIELDS for i in persona.fields.get(field, ())[:_PER_FIELD]]
    return [known[i] for i in dict.fromkeys(ids) if i in known][:_MOST_CLAIMS]


def _said(claim: Claim, persona: Persona) -> list[str]:
    """Return what the persona's own people say under a claim, the most telling first."""
    own = [e.quote for e in claim.supports if e.participant in persona.participants]
    return own or [e.quote for e in claim.supports]


def _summary(desk: Desk, persona: Persona, claims: Sequence[Claim]) -> Question:
    def check(answer: Summary) -> str:
        if not answer.sentences:
            return "it has no sentences"
        return next(filter(None, (_problem(desk, s, persona, claims) for s in answer.sentences)),
                    "")  # fmt: skip

    listed = [
        _Numbered(n, as_data(claim.text), [as_data(t)[:240] for t in _said(claim, persona)[:3]])
        for n, claim in enumerate(claims, 1)
    ]
    people = frozenset(p for claim in claims for p in people_of(claim.supports))
    return question(
        "summarise_persona", Summary, "summarise personas", persona.id, people, check, 320,
        claims=listed,
    )  # fmt: skip


def _problem(desk: Desk, sentence: CitedSentence, persona: Persona, claims: Sequence[Claim]) -> str:
    if not sentence.rests_on or any(not 1 <= n <= len(claims) for n in sentence.rests_on):
        return f"a sentence rests on none of the numbers 1 to {len(claims)}"
    cited = [claims[n - 1] for n in sentence.rests_on]
    texts = [text for claim in cited for text in _said(claim, persona)]
    # A role as it stands in the data has no words of its own: what is recorded is the fact.
    facts = [claim.text for claim in cited if not claim.supports]
    return too_long(sentence.text, 35) or desk.judged(sentence.text, texts, facts)


def _supported(
    desk: Desk, answer: Answered, persona: Persona, claims: Sequence[Claim]
) -> list[str]:
    summary: Summary | None = answer.value or answer.refused
    if summary is None:
        return []
    good = [s for s in summary.sentences if not _problem(desk, s, persona, claims)]
    return [_stopped(" ".join(s.text.split())) for s in good[:_MOST_SENTENCES]]


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def worded(
    desk: Desk,
    messages: Sequence[Message],
    personas: Sequence[Persona],
    claims: Sequence[Claim],
    product: Product,
    mask: Callable[[str], str],
    first: Provenance | None,
) -> tuple[Message, ...]:
    """Return messages in the model's words; blanks for missing product facts stay.

    Args:
        desk: Asks and checks.
        messages: As drafted from claims and product facts.
        personas: Whom they are for.
        claims: All of the study's.
        product: What the user says of it.
        mask: Puts pseudonyms in the place of names in what the user typed.
        first: Provenance of the run.
    """
    known = {claim.id: claim for claim in claims}
    names = {persona.id: persona.name for persona in personas}
    rows = [i for i, m in enumerate(messages) if m.kind in _LONGEST and _evidence(m, known)]
    questions = [_line(desk, messages[i], known, product, mask) for i in rows]
    changed = list(messages)
    for i, answer in zip(rows, desk.ask(questions, "Drafting messages by model"), strict=True):
        if answer.value is None or first is None:
            desk.stands_in("message", _called(messages[i], names), answer.why)
            continue
        text = " ".join([" ".join(answer.value.text.split()), *_BLANK.findall(messages[i].text)])
        made = {"text": text, "provenance": desk.provenance(answer.prompt, first)}
        changed[i] = messages[i].model_copy(update=made)
    return tuple(changed)


def _called(message: Message, names: Mapping[str, str]) -> str:
    """Return a message in words: `ad for decision, Shop Owner`."""
    kind = message.kind.replace("_", " ") + (f" for {message.stage}" if message.stage else "")
    return f"{kind}, {names.get(message.persona, message.persona)}"


def _evidence(message: Message, known: Mapping[str, Claim]) -> list[str]:
    return [e.quote for i in message.claims if i in known for e in known[i].supports]


def _line(
    desk: Desk,
    message: Message,
    known: Mapping[str, Claim],
    product: Product,
    mask: Callable[[str], str],
) -> Question:
    texts, most = _evidence(message, known), _LONGEST[message.kind]
    facts = [mask(fact) for fact in message.product_facts]
    name = mask(product.name)

    def check(answer: Sentence) -> str:
        if len(answer.text) > most:
            return f"it has {len(answer.text)} characters, {most} at most are wanted"
        return desk.judged(answer.text, texts, [*facts, *([name] if name else [])])

    people = frozenset(
        p for i in message.claims if i in known for p in people_of(known[i].supports)
    )
    return question(
        "draft_message", Sentence, "draft messages", message.id, people, check, 160,
        kind=message.kind.replace("_", " "), stage=message.stage or "", longest=most,
        product=as_data(name), facts=[as_data(fact) for fact in facts], excerpts=shown(texts),
    )  # fmt: skip
