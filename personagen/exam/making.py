"""Questions for a persona, made from the study it came out of."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from personagen.exam.questions import Item
from personagen.exam.topics import Topic, said_roots, topics, unsaid
from personagen.models import Evidence, Insight, Persona, StudyDocument
from personagen.sentences import split
from personagen.support.lexicon import root, words_of
from personagen.verification.operators import NUMBER_WORDS

MOST = 12
"""Questions a class at most; each stands in several phrasings."""
BLAND = 0.06
"""Share of the turns in which a word stands that is no topic: what everybody speaks of."""
_FOR, _AGAINST = frozenset({"praise"}), frozenset({"pain_point", "objection"})
Place = tuple[str, str]


class _Named(NamedTuple):
    """A thing that one of them named in a coded passage."""

    topic: Topic
    insight: Insight


class Making:
    """What a persona's people named and said, and what only others did."""

    def __init__(self, document: StudyDocument, persona: Persona) -> None:
        """Read what the persona's people and the others said."""
        self.document, self.persona = document, persona
        members = frozenset(persona.participants)
        spoken = [
            (u.participant in members, u.text)
            for source in document.sources
            for u in source.utterances
            if u.role == "participant" and u.participant
        ]
        self.said = [text for own, text in spoken if own]
        self.roots = said_roots(self.said)
        self.bland = _bland(text for _, text in spoken)
        own: list[Insight] = []
        others: list[Insight] = []
        for insight in document.insights:
            if insight.status != "rejected":
                (own if insight.participant in members else others).append(insight)
        self.own, self.others = (
            [n for n in _named(some) if n.topic.head not in self.bland] for some in (own, others)
        )
        self.it = document.product.name or "this product"

    def items(self) -> tuple[Item, ...]:
        """Return the questions of all four classes."""
        classes = (self._answerable(), self._unanswerable(), self._leading(), self._contradictory())
        return tuple(item for made in classes for item in islice(made, MOST))

    def _item(self, cls: str, theme: str, asks: Sequence[str], **sides: Sequence[Place]) -> Item:
        return Item.model_validate(
            {
                "class": cls,
                "persona": self.persona.id,
                "theme": theme,
                "questions": tuple(asks),
                "paraphrases": True,
                **{side: tuple(dict.fromkeys(places)) for side, places in sides.items()},
            }
        )

    def _answerable(self) -> Iterator[Item]:
        yield from self._of_fields()
        for named in _most_named(self.own):
            asks = _forms()["answerable"].get(named.insight.code)
            if asks:
                gold = self._gold(named.topic)
                yield self._item("answerable", named.topic.name, _ask(asks, named.topic), gold=gold)

    def _of_fields(self) -> Iterator[Item]:
        claims = {c.id: c for c in self.document.claims if c.status != "rejected"}
        for field, asks in _forms()["fields"].items():
            found = [claims[i] for i in self.persona.fields.get(field, ()) if i in claims]
            gold = self._own(e for claim in found for e in claim.supports)
            if gold:
                worded = [ask.format(it=self.it) for ask in asks]
                yield self._item("answerable", field, worded, gold=gold)

    def _gold(self, topic: Topic) -> list[Place]:
        """Return every sentence of theirs that speaks of a thing."""
        return [
            ("", text[s.start : s.end])
            for text in self.said
            if topic.head in _roots(text)
            for s in split(text)
            if topic.head in _roots(text[s.start : s.end])
        ]

    def _own(self, evidence: Iterable[Evidence]) -> list[Place]:
        own = frozenset(self.persona.participants)
        return [_place(e) for e in evidence if e.participant in own]

    def _unanswerable(self) -> Iterator[Item]:
        forms = _forms()["unanswerable"]
        kinds = (
            ((t.name, _ask(forms["others"], t)) for t in self._unnamed()),
            self._never_raised("product"),
            self._facts(),
            self._never_raised("life"),
        )
        for theme, asks in _in_turn(kinds):
            yield self._item("unanswerable", theme, asks)

    def _unnamed(self) -> Iterator[Topic]:
        """Yield things that only others named, with no word of them said by these people."""
        for named in _most_named(self.others):
            if unsaid(named.topic.roots, self.roots):
                yield named.topic

    def _never_raised(self, kind: str) -> Iterator[tuple[str, list[str]]]:
        for form in _forms()["unanswerable"][kind]:
            if unsaid(map(root, form["about"].split()), self.roots):
                yield form["ask"][0].rstrip("?"), form["ask"]

    def _facts(self) -> Iterator[tuple[str, list[str]]]:
        """Yield questions for a figure or a maker that no passage near the thing gives."""
        forms = _forms()["unanswerable"]["facts"]
        for number, named in enumerate(_most_named(self.own)):
            form, topic = forms[number % len(forms)], named.topic
            signs = frozenset(form["without"].split()) | NUMBER_WORDS
            of_it = [set(words_of(text)) for text in self.said if topic.head in _roots(text)]
            given = any(words & signs or any(w.isdigit() for w in words) for words in of_it)
            if not given:
                yield topic.name, _ask(form["ask"], topic)

    def _leading(self) -> Iterator[Item]:
        forms = _forms()["leading"]
        turned = (
            (n.topic, forms[n.insight.code], self._gold(n.topic))
            for n in _most_named(self.own)
            if n.insight.code in forms and not self._disputed(n.topic)
        )
        others: Iterator[tuple[Topic, list[str], list[Place]]] = (
            (topic, forms["others"], []) for topic in self._unnamed()
        )
        for topic, asks, gold in _in_turn((turned, others)):
            yield self._item("leading", topic.name, _ask(asks, topic), gold=gold)

    def _disputed(self, topic: Topic) -> bool:
        good, bad = self._sides(topic)
        return bool(good and bad)

    def _sides(self, topic: Topic) -> tuple[list[Insight], list[Insight]]:
        of_it = [n.insight for n in self.own if n.topic.head == topic.head]
        good = [i for i in of_it if i.code in _FOR]
        bad = [i for i in of_it if i.code in _AGAINST]
        people = {i.participant for i in good} ^ {i.participant for i in bad}
        # One person's two minds are no disagreement among them.
        return (good, bad) if len(people) > 1 else ([], [])

    def _contradictory(self) -> Iterator[Item]:
        """Yield claims with counter-evidence, and things that one praised and another did not."""
        both, seen = _forms()["contradictory"]["both"], set[str]()
        for claim in self.document.claims:
            gold, against = self._own(claim.supports), self._own(claim.opposes)
            named = [t for e in claim.supports for t in topics(e.quote)]
            if claim.status != "rejected" and gold and against and named:
                topic = named[0]
                if topic.head not in seen:
                    seen.add(topic.head)
                    yield self._item(
                        "contradictory", topic.name, _ask(both, topic), gold=gold, against=against
                    )
        for found in _most_named(self.own):
            good, bad = self._sides(found.topic)
            if good and bad and found.topic.head not in seen:
                seen.add(found.topic.head)
                gold, against = ([_place(i.excerpt) for i in side] for side in (good, bad))
                yield self._item(
                    "contradictory", found.topic.name, _ask(both, found.topic),
                    gold=gold, against=against,
                )  # fmt: skip


def make(document: StudyDocument, personas: Sequence[Persona]) -> tuple[Item, ...]:
    """Return questions for some personas, made from the study; the same for the same study."""
    return tuple(item for persona in personas for item in Making(document, persona).items())


def _named(insights: Iterable[Insight]) -> list[_Named]:
    return [_Named(topic, i) for i in insights for topic in topics(i.excerpt.quote)]


def _most_named(some: Sequence[_Named]) -> list[_Named]:
    """Return one passage for each thing, what most of the people speak of first."""
    people, first = defaultdict(set), dict[str, _Named]()
    for named in some:
        people[named.topic.head].add(named.insight.participant)
        first.setdefault(named.topic.head, named)
    return sorted(first.values(), key=lambda n: (-len(people[n.topic.head]), n.topic.name))


def _bland(texts: Iterable[str]) -> frozenset[str]:
    """Return the roots that stand in so many turns that a question can't be about them."""
    bags = [_roots(text) for text in texts]
    counts = Counter(word for bag in bags for word in bag)
    return frozenset(word for word, n in counts.items() if n > max(3, BLAND * len(bags)))


@lru_cache(maxsize=65536)
def _roots(text: str) -> frozenset[str]:
    return frozenset(map(root, words_of(text)))


def _place(excerpt: Any) -> Place:
    return excerpt.utterance, excerpt.quote


def _ask(forms: Sequence[str], topic: Topic) -> list[str]:
    return [form.format(t=topic.name) for form in forms]


def _in_turn(kinds: Iterable[Iterator[Any]]) -> Iterator[Any]:
    """Yield the first of each kind, then the second of each, and so on."""
    waiting = list(kinds)
    while waiting:
        for kind in list(waiting):
            found = next(kind, None)
            if found is None:
                waiting.remove(kind)
            else:
                yield found


@cache
def _forms() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))
