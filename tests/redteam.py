"""A red team for the quote gate: takes what was said and makes doctored and harmless quotations.

It shares no code and no word list with the gate: each `Attack` says in its own way how to spoil a
quotation, each `Variant` how to print one differently.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from personagen.models import Role, Source, Utterance
from personagen.verification import QuoteIndex


class Turn(NamedTuple):
    speaker: str
    role: Role
    text: str


class Case(NamedTuple):
    quote: str
    speaker: str | None


@dataclass(eq=False)
class Corpus:
    """Transcripts as turns, and what the red team needs to know of them."""

    files: dict[str, list[Turn]]
    names: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.turns = [turn for turns in self.files.values() for turn in turns]
        self.mine = [k for k, t in enumerate(self.turns) if t.role == "participant"]
        self.sentences = [(k, s) for k in self.mine for s in split(self.turns[k].text)]
        self.flat = " \n ".join(flat(t.text) for t in self.turns)
        self.words = sorted({w for _, s in self.sentences for w in re.findall(r"[a-z]{5,}", s)})
        self._memory: dict[str, list[int]] = {}

    def having(self, pattern: str, flags: int = 0) -> list[int]:
        """Return the sentences (their places in the list) in which a pattern stands."""
        if pattern not in self._memory:
            wanted = re.compile(pattern, flags)
            self._memory[pattern] = [
                k for k, (_, s) in enumerate(self.sentences) if wanted.search(s)
            ]
        return self._memory[pattern]

    def said(self, quote: str) -> bool:
        """Whether these very words stand somewhere, so that they are no alteration."""
        return flat(quote) in self.flat

    def times_said(self, quote: str) -> int:
        """Return how often these words stand there; twice, and one place may be an honest one."""
        return self.flat.count(flat(quote))

    def sources(self) -> list[Source]:
        made = []
        for path, turns in self.files.items():
            said = tuple(
                Utterance(
                    id=f"{path}-{k}",
                    speaker=t.speaker,
                    role=t.role,
                    text=t.text,
                    participant=t.speaker if t.role == "participant" else None,
                )
                for k, t in enumerate(turns)
            )
            made.append(
                Source(id=path, path=path, kind="interview", reader="t", sha256="", utterances=said)
            )
        return made

    def index(self) -> QuoteIndex:
        return QuoteIndex.build(self.sources(), self.names)


def flat(text: str) -> str:
    """Return the words alone, in lower case."""
    return " " + " ".join(re.findall(r"[\w'$€£%]+", text.lower().replace("’", "'"))) + " "


def split(text: str) -> list[str]:
    """Return the plain sentences of a turn, as anybody would cut them; none that quote others."""
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        open_marks = 0
        for part in re.split(r"(?<=[.!?])\s+", paragraph):
            marks = len(re.findall(r'["“”]', part))
            plain = not marks and open_marks % 2 == 0 and part[:1].isupper()
            if plain and len(part.split()) >= 5 and re.search(r"[.!?]$", part):
                found.append(part)
            open_marks += marks
    return found


# What is spoiled.

Attack = Callable[[Corpus, Random], Case | None]
ATTACKS: dict[str, Attack] = {}
MISATTRIBUTIONS: dict[str, Attack] = {}


def attack(make: Attack) -> Attack:
    ATTACKS[make.__name__] = make
    return make


def _pick(corpus: Corpus, rng: Random, pattern: str, flags: int = 0) -> tuple[Turn, str] | None:
    places = corpus.having(pattern, flags)
    if not places:
        return None
    k, sentence = corpus.sentences[rng.choice(places)]
    return corpus.turns[k], sentence


def _swap(
    corpus: Corpus, rng: Random, pattern: str, to: Callable[[re.Match[str]], str], flags: int = 0
) -> Case | None:
    """Return a sentence with one hit of the pattern replaced."""
    picked = _pick(corpus, rng, pattern, flags)
    if picked is None:
        return None
    turn, sentence = picked
    hit = rng.choice(list(re.finditer(pattern, sentence, flags)))
    put = to(hit)
    made = sentence[: hit.start()] + put + sentence[hit.end() :]
    return Case(re.sub(r"\s+([,.?!])", r"\1", re.sub(r"  +", " ", made)).strip(), turn.speaker)


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs.split())


def _by_table(name: str, pairs: str, both_ways: bool = True) -> None:
    table = _table(pairs)
    if both_ways:
        table |= {b: a for a, b in table.items() if b not in table}
    pattern = rf"(?<![\w'-])(?:{'|'.join(map(re.escape, table))})(?![\w'-])"

    def make(corpus: Corpus, rng: Random) -> Case | None:
        return _swap(corpus, rng, pattern, lambda hit: table[hit.group()])

    make.__name__ = name
    ATTACKS[name] = make


_by_table(
    "negated_verbs",
    "is=isn't are=aren't was=wasn't were=weren't do=don't does=doesn't did=didn't can=can't "
    "will=won't would=wouldn't have=haven't has=hasn't could=couldn't should=shouldn't",
)
_by_table(
    "numbers",
    "one=two two=three three=five four=six five=fifty ten=nine hundred=thousand "
    "once=twice half=most first=second million=billion",
    False,
)
_by_table(
    "units",
    "seconds=minutes minutes=hours hours=days days=weeks weeks=months months=years "
    "year=month month=week week=day hour=minute day=week percent=points dollars=euros "
    "miles=kilometres",
    False,
)
_by_table(
    "dates",
    "Monday=Tuesday Tuesday=Friday Wednesday=Thursday Friday=Monday January=June "
    "February=March March=April June=July September=October today=yesterday "
    "tomorrow=today morning=evening night=morning",
    False,
)
_by_table(
    "synonyms",
    "big=large really=truly quickly=fast people=folks started=began good=great "
    "want=wish use=employ very=quite need=require help=assist show=display make=build "
    "think=believe always=constantly thing=item things=items",
)
_by_table(
    "antonyms",
    "more=less before=after better=worse easy=hard good=bad first=last up=down "
    "love=hate always=never everything=nothing everyone=nobody in=out with=without",
)
_by_table(
    "tenses",
    "is=was are=were have=had do=did get=got go=went work=worked use=used "
    "want=wanted see=saw know=knew make=made",
)
_by_table(
    "plurals",
    "thing=things people=person year=years day=days app=apps company=companies "
    "problem=problems project=projects user=users way=ways time=times question=questions "
    "plant=plants hose=hoses neighbour=neighbours bed=beds",
)
_by_table(
    "pronouns",
    "I=we he=she they=we my=our me=us his=her their=our him=them you=they it=they",
    False,
)
_by_table(
    "modals",
    "can=could will=would should=must might=will may=will could=can would=will must=may",
    False,
)
_by_table(
    "quantities",
    "all=some every=each many=few most=all some=all a=the much=little "
    "several=many often=always usually=always sometimes=always",
    False,
)
_by_table(
    "expanded_contractions",
    "don't=do it's=it that's=that I'm=I we're=we can't=cannot "
    "didn't=did doesn't=does isn't=is they're=they I've=I",
    False,
)


@attack
def dropped_negation(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(
        corpus, rng, r"(?<= )(?:not|never|no|nothing|nobody|without|hardly) ", lambda h: ""
    )


@attack
def inserted_negation(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(
        corpus,
        rng,
        r"\b(?:is|are|was|were|do|does|can|will|would|have|it's|I'm)\b(?= )",
        lambda h: f"{h.group()} {rng.choice(['not', 'never', 'hardly'])}",
    )


@attack
def expanded_negation(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"(?<=[dsre])n't\b", lambda h: " not")


@attack
def digits(corpus: Corpus, rng: Random) -> Case | None:
    def other(hit: re.Match[str]) -> str:
        value = hit.group()
        return rng.choice([value + "0", str(int(value) + 1), value[::-1] + "7", "-" + value])

    return _swap(corpus, rng, r"\d+", other)


@attack
def currency_and_signs(corpus: Corpus, rng: Random) -> Case | None:
    def other(hit: re.Match[str]) -> str:
        return {
            "$": rng.choice(["€", "£", ""]),
            "%": rng.choice(["", " points"]),
            "£": "$",
            "€": "$",
        }[hit.group()]

    return _swap(corpus, rng, r"[$%£€](?=\d|\W)", other)


@attack
def names(corpus: Corpus, rng: Random) -> Case | None:
    picked = ["Marlowe", "Priya", "Quentin", "Acme", "Tokyo"]
    return _swap(
        corpus,
        rng,
        r"(?<=[a-z,] )[A-Z][a-z]{2,}\b|\[colleague \d\]|\bP\d\d\b",
        lambda h: rng.choice(picked),
    )


@attack
def content_words(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(
        corpus,
        rng,
        r"(?<= )[a-z]{5,}\b",
        lambda h: rng.choice([w for w in corpus.words[:3000] if w != h.group()]),
    )


@attack
def dropped_hedge(corpus: Corpus, rng: Random) -> Case | None:
    hedges = (
        "I guess|I think|I suppose|I believe|probably|maybe|perhaps|sometimes|usually|kind of|"
        "sort of|almost|a bit|about|around|mostly|possibly|basically|often|at least|only|just|"
        "pretty much|seems to|might|could|likely|generally"
    )
    return _swap(corpus, rng, rf"(?:(?<= )|^)(?:{hedges}),? ", lambda h: "", re.I)


@attack
def added_words(corpus: Corpus, rng: Random) -> Case | None:
    extra = ["really", "always", "very", "definitely", "honestly", "the best", "um", "like", "well"]
    return _swap(corpus, rng, r" ", lambda h: f" {rng.choice(extra)} ")


@attack
def deleted_words(corpus: Corpus, rng: Random) -> Case | None:
    made = _swap(corpus, rng, r"(?<= )[A-Za-z']{2,} ", lambda h: "")
    fillers = ("um", "uh", "er", "erm", "hmm")
    return None if made is None or any(f" {f}" in made.quote.lower() for f in fillers) else made


@attack
def reordered_words(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"(?<= )([A-Za-z']+) ([A-Za-z']+)(?= )", lambda h: f"{h[2]} {h[1]}")


@attack
def reordered_sentences(corpus: Corpus, rng: Random) -> Case | None:
    turn = corpus.turns[rng.choice(corpus.mine)]
    parts = split(turn.text)
    if len(parts) < 2 or parts[0] == parts[1]:
        return None
    k = rng.randrange(len(parts) - 1)
    return Case(f"{parts[k + 1]} {parts[k]}", turn.speaker)


@attack
def dropped_question_mark(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"\?+$", lambda h: rng.choice(["", "."]))


@attack
def added_question_mark(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"[.!]$", lambda h: "?")


@attack
def inserted_clarification(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"(?<= )(?:it|they|this|that)\b", lambda h: "[the product]")


@attack
def shouted(corpus: Corpus, rng: Random) -> Case | None:
    return _swap(corpus, rng, r"(?<= )[a-z]{3,}\b", lambda h: h.group().upper())


@attack
def joined_without_mark(corpus: Corpus, rng: Random) -> Case | None:
    """Leave words out of the middle and do not say so."""
    turn = corpus.turns[rng.choice(corpus.mine)]
    words = turn.text.split()
    if len(words) < 25:
        return None
    k = rng.randrange(6, len(words) - 16)
    left, right = words[k - 6 : k], words[k + 5 : k + 12]
    return Case(" ".join([*left, *right]), turn.speaker)


@attack
def spliced_turns(corpus: Corpus, rng: Random) -> Case | None:
    k = rng.choice(corpus.mine)
    after = [j for j in corpus.mine if k < j <= k + 6]
    if not after:
        return None
    first, second = split(corpus.turns[k].text), split(corpus.turns[rng.choice(after)].text)
    if not first or not second:
        return None
    return Case(f"{first[-1]} {second[0]}", corpus.turns[k].speaker)


@attack
def omission_over_a_turn(corpus: Corpus, rng: Random) -> Case | None:
    made = spliced_turns(corpus, rng)
    if made is None:
        return None
    mark = rng.choice(["[…]", "[...]", "…", "...", "(…)"])
    return Case(re.sub(r"(?<=[.!?]) (?=[A-Z])", f" {mark} ", made.quote, count=1), made.speaker)


_NEGATIONS = (
    r"(?:not|never|no|nothing|nobody|without|don't|doesn't|didn't|isn't|can't|won't|wasn't)"
)


@attack
def omitted_negation(corpus: Corpus, rng: Random) -> Case | None:
    mark = rng.choice(["[…]", "[...]", "…", "...", "(…)"])
    return _swap(corpus, rng, rf"(?<=\w )(?:\w+ )?{_NEGATIONS}(?: \w+)?(?= \w)", lambda h: mark)


@attack
def omitted_sentence_that_denies(corpus: Corpus, rng: Random) -> Case | None:
    turn = corpus.turns[rng.choice(corpus.mine)]
    parts = split(turn.text)
    denying = [
        k
        for k in range(1, len(parts) - 1)
        if re.search(rf"\b{_NEGATIONS}\b", parts[k]) and f"{parts[k]} {parts[k + 1]}" in turn.text
    ]
    if not denying:
        return None
    k = rng.choice(denying)
    return Case(f"{parts[k - 1]} […] {parts[k + 1]}", turn.speaker)


@attack
def joined_halves(corpus: Corpus, rng: Random) -> Case | None:
    """Tie the beginning of one sentence to the end of another: "I hate […] the price"."""
    turn = corpus.turns[rng.choice(corpus.mine)]
    parts = split(turn.text)
    if len(parts) < 2:
        return None
    k = rng.randrange(len(parts) - 1)
    first, second = parts[k].split(), parts[k + 1].split()
    left, right = " ".join(first[: len(first) // 2]), " ".join(second[len(second) // 2 :])
    if parts[k].endswith(right) or parts[k + 1].startswith(left):
        return None  # both sentences end, or begin, so: it is an omission inside one of them
    return Case(f"{left} {rng.choice(['[…]', '...'])} {right}", turn.speaker)


def _cut_after(name: str, heads: str) -> None:
    pattern = rf"\b(?:{heads})\s+(?=(?:[\w',]+ ){{3,}})"

    def make(corpus: Corpus, rng: Random) -> Case | None:
        picked = _pick(corpus, rng, pattern, re.I)
        if picked is None:
            return None
        turn, sentence = picked
        hit = rng.choice(list(re.finditer(pattern, sentence, re.I)))
        rest = sentence[hit.end() :]
        return Case(rng.choice([rest, rest[0].upper() + rest[1:], rest.rstrip(".")]), turn.speaker)

    make.__name__ = name
    ATTACKS[name] = make


_cut_after(
    "cut_from_under_negation",
    r"(?:I |we )?(?:don't|do not|didn't|never) (?:think|believe|know if|know that|feel like|mean|"
    r"want|see|say|need)(?: that| to)?|it's not (?:that|like)|not that|(?:isn't|wasn't|not)|"
    r"nobody|never|can't|won't|without",
)
_cut_after(
    "cut_from_under_hedge",
    "I think|I guess|I believe|I suppose|maybe|perhaps|probably|sometimes|it seems like|"
    "I feel like|"
    "I would say|almost|usually|kind of|might|hopefully|I assume",
)
_cut_after("cut_from_under_condition", r"if|unless|whether|as long as|until|even if|in case")
_cut_after(
    "cut_from_under_report",
    r"(?:he|she|they|people|everyone|somebody|someone|boss|guy|who)(?: \w+)? "
    r"(?:said|says|say|told me|told us|thinks|think|claims|was like|were like|asked)(?: that)?|"
    r"according to|supposedly|apparently|I heard(?: that)?|told me(?: that)?|asked me",
)
_cut_after("cut_from_under_wish", "I wish|I hope|I'd like|I want|wanted|trying to|supposed to")


def _cut_before(name: str, tails: str) -> None:
    pattern = rf",? (?:{tails})\b(?=[^?]*$)"

    def make(corpus: Corpus, rng: Random) -> Case | None:
        picked = _pick(corpus, rng, pattern, re.I)
        if picked is None:
            return None
        turn, sentence = picked
        hit = rng.choice(list(re.finditer(pattern, sentence, re.I)))
        left = sentence[: hit.start()].rstrip(",")
        return Case(rng.choice([left, left + "."]), turn.speaker) if len(left) > 12 else None

    make.__name__ = name
    ATTACKS[name] = make


_cut_before(
    "cut_before_the_hedge",
    r"I guess[.,]|I think[.,]|I suppose|probably[.,]|maybe[.,]|sometimes[.,]|or something|"
    r"most of the time|in theory|I don't know|or not|hopefully|to some extent|more or less",
)
_cut_before("cut_before_the_condition", r"if|unless|as long as|until|only if|except|when it")
_cut_before("cut_before_the_report", r"he said|she said|they said|they say|he says|according to")


@attack
def half_a_question(corpus: Corpus, rng: Random) -> Case | None:
    picked = _pick(corpus, rng, r"\?$")
    if picked is None:
        return None
    words = picked[1].split()
    if len(words) < 7:
        return None
    return Case(" ".join(words[: rng.randrange(4, len(words) - 1)]), picked[0].speaker)


def _misattribution(make: Attack) -> Attack:
    MISATTRIBUTIONS[make.__name__] = make
    return make


@_misattribution
def another_participants_words(corpus: Corpus, rng: Random) -> Case | None:
    k, sentence = rng.choice(corpus.sentences)
    others = sorted({t.speaker for t in corpus.turns if t.role == "participant"})
    others.remove(corpus.turns[k].speaker)
    return Case(sentence, rng.choice(others)) if corpus.flat.count(flat(sentence)) == 1 else None


def _asked(corpus: Corpus, rng: Random) -> str | None:
    asking = [t for t in corpus.turns if t.role == "interviewer"]
    parts = split(rng.choice(asking).text)
    sentence = rng.choice(parts) if parts else None
    return sentence if sentence and corpus.flat.count(flat(sentence)) == 1 else None


@_misattribution
def interviewers_words_under_a_participant(corpus: Corpus, rng: Random) -> Case | None:
    sentence = _asked(corpus, rng)
    who = sorted({t.speaker for t in corpus.turns if t.role == "participant"})
    return Case(sentence, rng.choice(who)) if sentence else None


@_misattribution
def interviewers_words_under_no_one(corpus: Corpus, rng: Random) -> Case | None:
    sentence = _asked(corpus, rng)
    return Case(sentence, None) if sentence else None


@_misattribution
def a_stranger(corpus: Corpus, rng: Random) -> Case | None:
    return Case(rng.choice(corpus.sentences)[1], "Zebulon Quax")


# What is harmless.

Variant = Callable[[Corpus, Random, str], str | None]
VARIANTS: dict[str, Variant] = {}


def variant(make: Variant) -> Variant:
    VARIANTS[make.__name__] = make
    return make


def honest(corpus: Corpus, rng: Random) -> tuple[Turn, str] | None:
    """Return a stretch of one to three whole sentences, or a whole turn."""
    turn = corpus.turns[rng.choice(corpus.mine)]
    parts = split(turn.text)
    if not parts:
        return None
    if rng.random() < 0.15:
        return turn, turn.text.strip()
    k = rng.randrange(len(parts))
    run = parts[k]
    for nxt in parts[k + 1 : k + rng.randrange(1, 4)]:
        if f"{run} {nxt}" not in turn.text:
            break
        run = f"{run} {nxt}"
    # Where a sentence ends that breaks off, or has an abbreviation last, is anybody's guess.
    if any(_OPEN_ENDED.search(part) for part in (run, *parts[k - 1 : k])):
        return None
    return turn, run


_OPEN_ENDED = re.compile(r"(?:--|\.\.\.|…|\b(?:\w{1,2}\.){2,})[\"'”’)]*$")


@variant
def as_it_is(corpus: Corpus, rng: Random, said: str) -> str:
    return said


@variant
def first_letter(corpus: Corpus, rng: Random, said: str) -> str | None:
    return said[0].swapcase() + said[1:] if said[0].isalpha() else None


@variant
def white_space(corpus: Corpus, rng: Random, said: str) -> str:
    gaps = [" ", "  ", "\n", "\t", "\u00a0", "\r\n", "\f", "\u2009", "\n\n", "\u2028"]
    return "".join(rng.choice(gaps) if c == " " else c for c in said)


@variant
def curly_quotes(corpus: Corpus, rng: Random, said: str) -> str:
    opened = re.sub(r'(^|[\s(\[])"', r"\1“", said).replace('"', "”")
    return opened.replace("'", rng.choice(["’", "ʼ", "´"]))


@variant
def straight_quotes(corpus: Corpus, rng: Random, said: str) -> str:
    return said.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'})


@variant
def dashes(corpus: Corpus, rng: Random, said: str) -> str:
    said = re.sub(r" (?:-{1,3}|–|—) ", rng.choice([" — ", " – ", "—", " -- "]), said)
    return re.sub(r"(?<=[a-z])[-‐‑](?=[a-z])", rng.choice(["-", "‑", "‐", "–"]), said)


@variant
def unicode_forms(corpus: Corpus, rng: Random, said: str) -> str:
    ligated = said.replace("fi", "ﬁ").replace("fl", "ﬂ").replace("ff", "ﬀ")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in said)
    return rng.choice([unicodedata.normalize("NFD", said), ligated, wide])


@variant
def invisible_characters(corpus: Corpus, rng: Random, said: str) -> str:
    return "".join(c + rng.choice(["", "", "", "\u00ad", "\u200b", "\u2060"]) for c in said)


@variant
def no_final_stop(corpus: Corpus, rng: Random, said: str) -> str | None:
    return said[:-1] if re.search(r"[^.!?]\.$", said) else None


@variant
def comma_for_the_stop(corpus: Corpus, rng: Random, said: str) -> str | None:
    return said[:-1] + "," if re.search(r"[^.!?]\.$", said) else None


@variant
def ellipsis_forms(corpus: Corpus, rng: Random, said: str) -> str:
    return re.sub(r"\.{3}|…", rng.choice(["…", "...", ". . ."]), said)


@variant
def dots_at_the_ends(corpus: Corpus, rng: Random, said: str) -> str:
    return rng.choice([f"… {said}", f"[…] {said}", f"{said} […]", f"...{said}"])


@variant
def without_fillers(corpus: Corpus, rng: Random, said: str) -> str | None:
    filler = r"\b(?:[Uu]m+|[Uu]h+|[Ee]rm|[Hh]mm+)\b"
    if re.search(rf"-{filler}|{filler}-", said) or not re.search(filler, said):
        return None
    keep = rng.random() < 0.5
    made = re.sub(rf"(?<=\w), {filler},(?= )", "," if keep else "", said)
    made = re.sub(rf"(^|(?<=[.!?] )){filler}[,.]? (\w)", lambda h: h[2].upper(), made)
    made = re.sub(rf" {filler}(?=[ .,])", "", made)
    return made if not re.search(filler, made) and made.split() else None


@variant
def without_set_off_phrases(corpus: Corpus, rng: Random, said: str) -> str | None:
    made = re.sub(r",\s(?:you know|I mean),(?= )", rng.choice(["", ","]), said)
    made = re.sub(r"^(?:You know|I mean), (\w)", lambda h: h[1].upper(), made)
    return made if made != said else None


_RISKY = re.compile(
    r"\b(?:not|no|never|nothing|nobody|none|nor|neither|without|cannot|hardly|barely|rarely|if|"
    r"unless|but|however|although|though|maybe|perhaps|probably|guess|think|said|says|say|told|"
    r"kidding|joking|nope|nah|kind of|sort of|could|might|actually)\b|n't\b|\?",
    re.I,
)


@variant
def marked_omission_of_sentences(corpus: Corpus, rng: Random, said: str) -> str | None:
    parts = split(said)
    if len(parts) < 3 or " ".join(parts) != said:
        return None
    k = rng.randrange(1, len(parts) - 1)
    if _RISKY.search(parts[k]) or any(map(_OPEN_ENDED.search, parts)):
        return None
    mark = rng.choice(["[…]", "[...]", "…", "...", "(…)", "(...)"])
    return " ".join([*parts[:k], mark, *parts[k + 1 :]])


@variant
def called_by_name(corpus: Corpus, rng: Random, said: str) -> str | None:
    made = said
    for placeholder, known in corpus.names.items():
        name = rng.choice(sorted(known))
        made = made.replace(placeholder, rng.choice([name, name.split()[0]]))
    return made if made != said else None


# Where the words come from.


def read_markdown(path: Path, host: str) -> list[Turn]:
    """Return the turns of a `**Name:** text` transcript."""
    turns: list[Turn] = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        found = re.match(r"\*\*([^*:]+):\*\*\s*(.*)", block.strip(), re.S)
        if found:
            role: Role = "interviewer" if found[1] == host else "participant"
            turns.append(Turn(found[1], role, found[2].strip()))
        elif turns and block.strip():
            turns[-1] = turns[-1]._replace(text=f"{turns[-1].text}\n\n{block.strip()}")
    return turns


def read_annomi(path: Path) -> list[Turn]:
    """Return the turns of a counselling session kept as CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Turn(
            f"{path.stem} {row['interlocutor']}",
            "interviewer" if row["interlocutor"] == "therapist" else "participant",
            row["utterance_text"],
        )
        for row in rows
    ]


def real_corpora(data: Path) -> Iterator[Corpus]:
    """Yield corpora of real transcripts: podcast interviews, and counselling sessions."""
    hosts = {
        "founders-talk-58": "Adam Stacoviak",
        "founders-talk-65": "Adam Stacoviak",
        "practical-ai-30": "Chris Benson",
        "request-for-commits-18": "Nadia Eghbal",
        "the-changelog-275": "Adam Stacoviak",
    }
    folder = data / "data" / "transcripts"
    podcasts = {n: read_markdown(folder / "changelog_md" / f"{n}.md", h) for n, h in hosts.items()}
    yield Corpus(podcasts)
    yield Corpus({p.stem: read_annomi(p) for p in sorted((folder / "annomi_csv").glob("*.csv"))})
