"""What identifies by its form is found as it is written in many countries."""

from __future__ import annotations

import pytest

from personagen.privacy.patterns import find
from tests.patterns_quality import generated, places_in

LEAST = {
    "e-mails": 1.0, "accounts (IBAN)": 1.0, "cards": 1.0, "profiles": 1.0, "phones": 0.95,
    "addresses, their street line": 0.55,
}  # fmt: skip


def test_made_up_identifiers_of_eight_countries_are_masked() -> None:
    places = generated(7, 12)
    for kind, least in LEAST.items():
        found = [p.is_found for key, of in places.items() if key.startswith(kind) for p in of]
        assert len(found) >= 90
        assert sum(found) / len(found) >= least, kind


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
        "From 03-04-2026 to 05-04-2026 we made 2 For Loops and 1 Header Row.",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert find(text) == []
