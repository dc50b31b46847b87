"""An invented study of Larkpost, a booking tool: kennel hands and owners of dog schools."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from personagen.analysis import work_out
from personagen.models import Material, Product
from personagen.working import Working
from tests.toy import ToyEncoder, study, turn

AT = datetime(2026, 5, 4, tzinfo=UTC)
HANDS = [
    "I'm a kennel hand at a small place by the river.",
    "The feeding chart fails whenever a dog changes pens.",
    "We lost a collar tag because nobody wrote down the pen.",
    "It takes hours to mop the pens and copy the feeding chart by hand.",
    "I keep the feeding chart in a shared spreadsheet.",
    "I want the pens written up before the morning walk.",
    "That's when we gave up on the feeding chart, when a spaniel got two dinners.",
    "A friend at another kennel told me about it.",
    "My manager has the last word on anything we buy.",
    "They judge me on how many pens are clean by nine.",
    "I love that the walk list is on the wall.",
    "We tried it in two pens for a week.",
    "I was fed up with mopping round a chart that fails.",
    "Wet pens make the paper chart slow to read.",
]
OWNERS = [
    "I own a dog school with my partner.",
    "Invoices for the puppy course are slow to go out.",
    "We lost two deposits on the puppy course last spring.",
    "Accounts take hours because deposits sit in three places.",
    "I do the invoices in Excel every quarter.",
    "I want deposits paid before the puppy course starts.",
    "After the third unpaid deposit we started looking for a booking tool.",
    "I read about it in a newsletter.",
    "I can sign up to two hundred pounds myself.",
    "The bank asks me how many deposits are paid on time.",
    "I love that course places fill by themselves.",
    "It is too expensive for a school with one course.",
    "I wish the invoices had the deposit on them.",
    "What sold me was a five-minute video.",
]
PRODUCT = Product(
    name="Larkpost",
    does=(
        "keeps the feeding chart of every pen on one page",
        "takes the deposit when a place on a puppy course is booked",
    ),
    proof=("sixty kennels use it",),
)


def material(people: int = 6, said: int = 11, seed: int = 3) -> Material:
    """Return interviews with as many kennel hands as owners, each saying most of their lines."""
    draw = random.Random(seed)
    sources = []
    for number in range(2 * people):
        name = f"P{number + 1:02}"
        lines = draw.sample(OWNERS if number % 2 else HANDS, said)
        turns = [t for line in lines for t in (turn(None, "Go on."), turn(name, line))]
        sources.append(("interview", turns))
    return study(*sources).model_copy(update={"product": PRODUCT})


def worked(base: Material) -> Working:
    """Return what an analysis knows of a study before it forms personas."""
    return _working(work_out(base, encoder=ToyEncoder(), at=AT))


def _working(found: object) -> Working:
    return found if isinstance(found, Working) else next(p for p in found if isinstance(p, Working))
