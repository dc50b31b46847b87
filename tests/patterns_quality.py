"""Measure how well what identifies by its form is found: in real texts, and in generated ones.

    python -m tests.patterns_quality DATA --write docs/quality/patterns.md

DATA is a folder of transcripts, tables and JSON Lines with a `text`. In them, expressions that are
far simpler than the finder's and were written apart from it look for anything that might be an
e-mail, a link with an id, a handle or a long number. What of that is none was judged by eye, and is
kept in `tests/annotations/patterns.json` as hashes: neither the texts nor a word of them is here.
The generated ones come from Faker, which knows how e-mails, phones, accounts, cards and addresses
are written in many countries; the finder was mended on seeds 0 to 3, nothing of it was chosen on
those of `--seed 11`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from personagen.errors import PersonagenError
from personagen.privacy.patterns import find
from personagen.reading import read

ANNOTATIONS = Path(__file__).parent / "annotations" / "patterns.json"
LOOKALIKES = Path(__file__).parent / "annotations" / "lookalikes.txt"
SIMPLE = {
    "e-mails": re.compile(r"[\w.+-]+@[\w-]+\.\w[\w.-]*"),
    "links with an id": re.compile(r"(?:https?://|www\.)[^\s/]+/\S*(?:\d{4,}|[?&#=]|/@)\S*", re.I),
    "handles": re.compile(r"(?<!\S)@[A-Za-z]\w{2,}"),
    "numbers of nine digits and more": re.compile(r"(?<!\w)\+?\(?\d(?:[ ().-]{0,2}\d){8,}(?!\w)"),
}


class Place(NamedTuple):
    """Where something stands that may identify somebody."""

    text: str
    start: int
    end: int
    kind: str

    @property
    def key(self) -> str:
        """Return what it is known by, without a word of it."""
        return hashlib.sha256(f"{self.text}|{self.start}".encode()).hexdigest()[:16]

    @property
    def is_found(self) -> bool:
        """Return whether every letter and digit of it is masked."""
        hidden = [range(hit.start, hit.end) for hit in find(self.text)]
        said = (at for at in range(self.start, self.end) if self.text[at].isalnum())
        return all(any(at in span for span in hidden) for at in said)


def texts_in(data: Path) -> list[str]:
    """Return the different texts under a folder, as the readers give them, sorted."""
    found: dict[str, None] = {}
    for path in sorted(data.rglob("*")):
        if path.is_file() and path.suffix in (".jsonl", ".csv", ".md", ".txt", ".vtt", ".srt"):
            found |= dict.fromkeys(_texts(path))
    return sorted(found)


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".jsonl":
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str):
                yield text
        return
    try:
        yield from (said.text for said in read(path).utterances)
    except PersonagenError:
        return


def places_in(texts: Iterable[str]) -> list[Place]:
    """Return what the simple expressions find, each place once."""
    found = []
    for text in texts:
        taken: set[int] = set()
        for kind, pattern in SIMPLE.items():
            for hit in pattern.finditer(text):
                if taken.isdisjoint(range(*hit.span())):
                    taken.update(range(*hit.span()))
                    found.append(Place(text, hit.start(), hit.end(), kind))
    return found


CARRIERS = (
    "You can reach me at {} if it helps.", "{} is the one I gave them.", "I sent it to {}, twice.",
    "My old one was {}.", "It said {} on the letter and nobody knew why",
)  # fmt: skip
LOCALES = ("en_US", "en_GB", "en_AU", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL")


def _bare(fake: Any) -> dict[str, Callable[[], str]]:
    return {
        "e-mails": fake.email, "accounts (IBAN)": fake.iban,
        "cards": lambda: fake.credit_card_number("visa"),
        "phones": fake.phone_number, "addresses, their street line": fake.street_address,
        "profiles": lambda: f"https://{fake.domain_name()}/users/{fake.user_name()}",
    }  # fmt: skip


LIFELIKE = (
    "I live at {} with my parents.", "Please ship it to {} instead.", "{}",
    "We moved away from {} in March, and nobody told the bank.",
    "Kind regards,\nJo\n{}\nPhone on request", "my address is {} by the way",
    "The parcel went to {}, not to me.", "Address: {}\nRooms: two",
)  # fmt: skip


def _told(fake: Any) -> dict[str, Callable[[], str]]:
    return {
        "street lines": lambda: fake.street_address().strip(),
        "whole addresses, in one line": lambda: re.sub(r"\s*\n\s*", ", ", fake.address()),
        "whole addresses, on lines of their own": fake.address,
    }


def generated(seed: int, each: int, *, told: bool = False) -> dict[str, list[Place]]:
    """Return kind → places that Faker made, so many a kind and country.

    Args:
        seed: Of Faker.
        each: How many a kind and country.
        told: Addresses in sentences and letters as people write them; without, every kind in
            sentences that say nothing of what it is.
    """
    from faker import Faker

    places: dict[str, list[Place]] = {}
    carriers = LIFELIKE if told else CARRIERS
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(seed)
        for kind, make in (_told(fake) if told else _bare(fake)).items():
            for number in range(each):
                before, after = carriers[number % len(carriers)].split("{}")
                made = str(make())
                text = f"{before}{made}{after}"
                place = Place(text, len(before), len(before) + len(made), kind)
                places.setdefault(f"{kind}|{locale}", []).append(place)
    return places


def false_alarms() -> tuple[list[str], list[str]]:
    """Return sentences that hold look-alikes and nothing to mask, and those of them masked."""
    told = LOOKALIKES.read_text(encoding="utf-8").splitlines()
    return told, [text for text in told if find(text)]


def unlike(data: Path) -> list[Place]:
    """Return the places that nobody judged and the finder leaves, for a person to look at."""
    none = set(json.loads(ANNOTATIONS.read_text(encoding="utf-8"))["none"])
    return [p for p in places_in(texts_in(data)) if p.key not in none and not p.is_found]


def as_markdown(data: Path, seed: int, each: int) -> str:
    """Return the page."""
    judged = json.loads(ANNOTATIONS.read_text(encoding="utf-8"))
    texts = texts_in(data)
    places = places_in(texts)
    none = set(judged["none"])
    real = [place for place in places if place.key not in none]
    lines = [
        _HEAD.format(texts=len(texts), places=len(places), none=len(places) - len(real)),
        "| real texts | places | found | recall |",
        "| --- | --: | --: | --: |",
        *_rows((place.kind, place.is_found) for place in real),
        _GENERATED.format(seed=seed, each=each, first=judged["first run"]),
        f"| generated | {' | '.join(LOCALES)} | all |",
        f"| --- |{' --: |' * (len(LOCALES) + 1)}",
        *_grid(generated(seed, each)),
        _LIFELIKE,
        f"| generated | {' | '.join(LOCALES)} | all |",
        f"| --- |{' --: |' * (len(LOCALES) + 1)}",
        *_grid(generated(seed, each, told=True)),
        _alarms(judged["look-alikes"], texts),
    ]
    return "\n".join(lines) + "\n"


def _alarms(first: str, texts: list[str]) -> str:
    told, masked = false_alarms()
    streets = sum(hit.kind == "address" for text in texts for hit in find(text))
    shown = "".join(f"\n- {text}" for text in masked)
    return _ALARMS.format(
        told=len(told), masked=len(masked), first=first, streets=streets, texts=len(texts)
    ) + (f"\nMasked and should not be:\n{shown}" if masked else "")


def _rows(found: Iterable[tuple[str, bool]]) -> Iterator[str]:
    of: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for kind, is_found in found:
        for name in (kind, "all"):
            of[name] += 1
            hit[name] += is_found
    for name in (*SIMPLE, "all"):
        if of[name]:
            yield f"| {name} | {of[name]} | {hit[name]} | {hit[name] / of[name]:.3f} |"


def _grid(places: dict[str, list[Place]]) -> Iterator[str]:
    share = {key: [p.is_found for p in found] for key, found in places.items()}
    for kind in dict.fromkeys(key.split("|")[0] for key in share):
        rows = [share[f"{kind}|{locale}"] for locale in LOCALES]
        cells = [f"{sum(row) / len(row):.2f}" for row in rows]
        every = [one for row in rows for one in row]
        yield f"| {kind} | {' | '.join(cells)} | {sum(every) / len(every):.3f} |"


_HEAD = """# What identifies by its form, as measured

Written by `python -m tests.patterns_quality DATA --write docs/quality/patterns.md`.

In {texts:,} different real texts (transcripts, tickets, reviews, survey answers, support chats)
expressions far simpler than the finder's, written apart from it, look for e-mails, links with an
id, handles and numbers of nine digits and more. They find {places} places. Those that
the finder missed were judged by eye, and {none} held to be no identifier (kept as a hash); those
that it found were not judged one by one. A place counts as found where every letter and digit of
it is masked. The finder was mended on these texts: the figure says how it does on what it was made
for, and is optimistic.
"""
_GENERATED = """
## Made by a program that knows how they are written elsewhere

Faker writes e-mails, phones, accounts, cards, street lines and profile links as they are written
in eight countries; each stands in a sentence that says nothing of what it is ({each} a kind and
country, `--seed {seed}`). {first}
"""
_LIFELIKE = """
## Addresses, in sentences and letters

The same streets, and whole addresses with town and postcode, as people write them: *I live at …
with my parents*, *Please ship it to … instead*, under a signature, alone. A whole address counts
where every letter and digit of it is masked, the town's too.
"""
_ALARMS = """
## False alarms

{told} sentences of our own hold what looks like an address and is none (*3 Sprint Reviews*,
*12 Rocky Mountains trips*, *2 Factor Court cases*); {masked} of them are masked. {first} Addresses
that are masked in the {texts:,} real texts: {streets}; so few write one there that nothing follows
from them for precision but that capitals and numbers in ordinary speech are left alone.
"""


def main() -> None:
    """Measure; or, with --look, show what the finder leaves and nobody judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--each", type=int, default=150)
    parser.add_argument("--look", action="store_true")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.look:
        for place in unlike(options.data):
            around = place.text[max(0, place.start - 30) : place.end + 20].replace("\n", " ")
            print(place.key, place.kind, repr(place.text[place.start : place.end]), repr(around))
        return
    page = as_markdown(options.data, options.seed, options.each)
    print(page)
    if options.write:
        options.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
