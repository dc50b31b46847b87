"""What identifies by its form is found as it is written in many countries."""

from __future__ import annotations

import re
import time

import pytest

from personagen.privacy.patterns import find
from tests.patterns_quality import false_alarms, generated, places_in

LEAST = {
    "e-mails": 1.0, "accounts (IBAN)": 1.0, "cards": 1.0, "profiles": 1.0, "phones": 0.97,
    "addresses, their street line": 0.98,
}  # fmt: skip


def test_made_up_identifiers_of_eight_countries_are_masked() -> None:
    places = generated(0, 12)
    for kind, least in LEAST.items():
        found = [p.is_found for key, of in places.items() if key.startswith(kind) for p in of]
        assert len(found) >= 90
        assert sum(found) / len(found) >= least, kind


def test_addresses_in_sentences_and_letters_are_masked_with_their_towns() -> None:
    places = generated(0, 16, told=True)
    found = [place.is_found for of in places.values() for place in of]
    assert len(found) == 3 * 8 * 16
    assert sum(found) / len(found) >= 0.98


def test_few_look_alikes_are_masked() -> None:
    told, masked = false_alarms()
    assert len(told) >= 80
    assert len(masked) <= 3


@pytest.mark.parametrize("seed", [0, 1])
def test_addresses_without_capitals_or_as_spoken_break_nothing(seed: int) -> None:
    for of in generated(seed, 8).values():
        for place in of:
            for said in (place.text.lower(), place.text.upper(), _spoken(place.text)):
                assert all(0 <= hit.start < hit.end <= len(said) for hit in find(said))


@pytest.mark.parametrize("piece", ["A.", "Aaa-", "5-", "de ", "Aaa ", "5 Aa St, ", "Flat 1 ", "-A"])
def test_a_long_line_of_pieces_of_addresses_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    find("5 rue " + piece * 8000)
    assert time.process_time() - began < 3


def _spoken(text: str) -> str:
    words = "zero one two three four five six seven eight nine".split()
    return re.sub(r"\d", lambda hit: f"{words[int(hit.group())]} ", text).replace("@", " at ")


def test_the_simple_expressions_see_what_the_finder_is_held_against() -> None:
    told = "Write to a.b@c.example or @anna_p, https://x.example/u/4711?q=1, call 030 1234 56789."
    kinds = [place.kind for place in places_in([told, "nothing 12 in here"])]
    assert len(kinds) == 4
    assert all(place.is_found for place in places_in([told]))
    assert not places_in([told])[0]._replace(text=told.replace("@", " ")).is_found


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Ring (402)655-3187 today", "(402)655-3187"),
        ("Ring 262.707.4361x511 today", "262.707.4361x511"),
        ("It is 3634 Alvarez Forks Suite 457 there", "3634 Alvarez Forks Suite 457"),
        ("Sie wohnt Ralf-Wieloch-Gasse 1/6 oben", "Ralf-Wieloch-Gasse 1/6"),
        ("Vive en Calle de Emperatriz Castelló 7 Piso 8", "Calle de Emperatriz Castelló 7 Piso 8"),
        ("Abita in Via Roma, 45 Piano 4", "Via Roma, 45 Piano 4"),
        ("It came to 274 Connor Falls, twice", "274 Connor Falls"),
        ("It came to Unit 3, 14 Robyn Camp yesterday", "Unit 3, 14 Robyn Camp"),
        ("Studio 54k\nFrancesca Pike it was", "Studio 54k\nFrancesca Pike"),
        ("We were in Klenzering 5/6 then", "Klenzering 5/6"),
        ("J'habite rue Le Gall depuis", "rue Le Gall"),
        ("Post: PSC 12, Box 34, APO AE 09876", "PSC 12, Box 34, APO AE 09876"),
        ("I live at 9 Oak View, Ely, CB7 4AB now", "9 Oak View, Ely, CB7 4AB"),
        ("call 6546 0003 tonight", "6546 0003"),
        ("Mine is 45901789.", "45901789"),
        ("Zij woont Prinsengracht 88, 1015 AB", "Prinsengracht 88, 1015 AB"),
    ],
)
def test_phones_and_streets_are_masked_whole(text: str, hidden: str) -> None:
    assert [text[hit.start : hit.end] for hit in find(text)] == [hidden]


@pytest.mark.parametrize(
    "text",
    [
        "During 2 weeks in Spring 2026 we used 5 Google Meet Rooms via Chrome 120.",
        "Unit 5 Testing Framework on Suite 12 Windows Server, Floor 3 Conference Room.",
        "Copyright 1991-2013, Thomas G. Lane. It was 20261103 or 03112026, from 2000-3000.",
        "From 03-04-2026 to 05-04-2026 we made 2 For Loops and 1 Header Row.",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert find(text) == []
