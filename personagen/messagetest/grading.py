"""How often the message test is right: drafts written by hand against what was planted.

Excerpts are judged by the passage they show; those that show none were not planted and are left
out of precision, and counted. Thresholds are looked for on one half of the drafts and graded on
the other; no theme is in both.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from personagen.errors import UsageError
from personagen.evaluation import Planted, Truth, read_truth
from personagen.evaluation.recovery import planted_groups, words_in
from personagen.messagetest.drafts import Draft
from personagen.messagetest.heard import Heard
from personagen.messagetest.judging import SEVERAL, Bench, Read, read
from personagen.messagetest.nearness import NEAR
from personagen.messagetest.results import Bears, LineVerdict, TestedLine, Voice
from personagen.models import Model, Persona, StudyDocument
from personagen.prevalence import wilson

SAME = 0.75
"""Share of the shorter one's words that an excerpt has in common with the passage it shows."""
FEWEST = 3
"""Words in common below which chance may have done it."""
TRIED = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
"""Values of `NEAR` that are looked at."""
RIGHT = 0.75
"""Share of cited excerpts on the topic that the threshold is chosen for."""


class GoldLine(Model):
    """A draft line with the planted themes that it speaks to and runs into."""

    text: str
    speaks: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    """A fair reader could see it either way; neither demanded nor counted wrong."""

    @property
    def themes(self) -> frozenset[str]:
        """Return what it is on."""
        return frozenset((*self.speaks, *self.raises))


class GoldHalf(Model):
    """Lines whose themes are in no other half."""

    themes: tuple[str, ...]
    lines: tuple[GoldLine, ...]


class Gold(Model):
    """Drafts to set thresholds on, and drafts to grade on."""

    calibration: GoldHalf
    graded: GoldHalf


class Tally(Model):
    """Right of all, with its 95 % Wilson interval."""

    right: int
    of: int
    interval: tuple[float, float]


class Grade(Model):
    """How the test did on some lines."""

    near: float
    lines: int
    on_topic: Tally
    """Cited excerpts that show a planted passage: of these, on a theme of the line."""
    unplanted: int
    """Cited excerpts that show no planted passage: not judged."""
    way: Tally
    """Cited excerpts on a theme of the line: of these, those with the right bearing."""
    themes_found: Tally
    """Themes of lines: of these, with at least one excerpt cited from anybody in the study."""
    voices_found: Tally
    """Themes of lines by group that voices them: of these, with one of its people cited."""
    verdicts: Tally
    """Supported or opposed was said of a line before a group: of these, the truth says so too."""
    verdicts_found: Tally
    """The truth says supported or opposed: of these, the test says the same."""
    nothing_said: Tally
    """Lines on nothing in the study, before each group: of these, `not_supported`."""


class Graded(Model):
    """What a calibration looked at, and how the test does on the other half."""

    tried: tuple[Grade, ...]
    chosen: float | None
    """The lowest value tried with enough right on the calibration half; None where none has."""
    set: float
    """What the test is set to."""
    calibration: Grade
    graded: Grade


def read_gold(file: Path) -> Gold:
    """Return drafts with what they speak to and run into.

    Raises:
        UsageError: the file is not of that form.
    """
    try:
        return Gold.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise UsageError(
            f"{file.name} holds no graded drafts ({type(error).__name__})",
            "See corpus/benchwren_messages.toml for the form.",
        ) from error


def grade(heard: Heard, gold: Gold, truth_file: Path) -> Graded:
    """Return how the message test does on drafts with known themes.

    Args:
        heard: The sample study.
        gold: The drafts.
        truth_file: What was planted in it.
    """
    key = _Key(heard.document, read_truth(truth_file), _voiced(truth_file))
    halves = {
        name: (half, read(Draft(tuple(x.text for x in half.lines), ()), heard))
        for name, half in (("calibration", gold.calibration), ("graded", gold.graded))
    }
    half, lines = halves["calibration"]
    tried = [_grade(heard, key, half, lines, near) for near in TRIED]
    good = [g.near for g in tried if g.on_topic.right >= RIGHT * max(1, g.on_topic.of)]
    return Graded(
        tried=tuple(tried),
        chosen=min(good, default=None),
        set=NEAR,
        calibration=_grade(heard, key, half, lines, NEAR),
        graded=_grade(heard, key, *halves["graded"], NEAR),
    )


class _Key:
    """What the truth says of excerpts, groups and lines."""

    def __init__(
        self, document: StudyDocument, truth: Truth, voiced: Mapping[str, Mapping[str, int]]
    ) -> None:
        self.voiced = voiced
        """Theme → group → how many of it voice the theme."""
        self._files = planted_groups(document, {f: f for f in truth.groups})
        self._groups = planted_groups(document, truth.groups)
        self._kinds = {s.id: s.kind for s in document.sources}
        self._planted = [(p, words_in(p.quote)) for p in truth.passages if p.theme]
        self._known: dict[tuple[str, int], frozenset[str]] = {}
        self.personas = self._personas(document)

    def themes(self, voice: Voice) -> frozenset[str]:
        """Return the planted themes that an excerpt shows."""
        place = voice.utterance, voice.start
        if place not in self._known:
            self._known[place] = frozenset(self._shown(voice))
        return self._known[place]

    def verdict(self, line: GoldLine, group: str) -> LineVerdict:
        """Return what the truth carries: the rule of the test, over who voices what."""
        pro = max((self.voiced.get(t, {}).get(group, 0) for t in line.speaks), default=0)
        con = max((self.voiced.get(t, {}).get(group, 0) for t in line.raises), default=0)
        if con >= SEVERAL and con >= pro:
            return "opposed"
        return "supported" if pro >= SEVERAL else "not_supported"

    def group(self, participant: str) -> str | None:
        """Return the planted group of a participant."""
        return self._groups.get(participant)

    def _shown(self, voice: Voice) -> Iterable[str]:
        words, kind = words_in(voice.quote), self._kinds[voice.source]
        for planted, own in self._planted:
            if planted.kind == kind and self._same_person(planted, voice) and _same(own, words):
                yield str(planted.theme)

    def _same_person(self, planted: Planted, voice: Voice) -> bool:
        return planted.kind != "interview" or self._files.get(voice.participant) == planted.voice

    def _personas(self, document: StudyDocument) -> dict[str, Persona]:
        """Return, for each planted group, the persona that most of its people are in."""
        found: dict[str, Persona] = {}
        for group in sorted(set(self._groups.values())):
            people = {who for who, its in self._groups.items() if its == group}
            found[group] = max(
                document.personas, key=lambda p: (len(people.intersection(p.participants)), p.id)
            )
        return found


def _grade(heard: Heard, key: _Key, half: GoldHalf, lines: Sequence[Read], near: float) -> Grade:
    tables = {
        group: Bench(heard, persona, least=near).test(lines, Draft((), ())).lines
        for group, persona in key.personas.items()
    }
    counts = _Counts()
    everyone = next(iter(tables.values()))
    for at, line in enumerate(half.lines):
        counts.cited(line, everyone[at], key)
        for group, tested in tables.items():
            counts.before(line, tested[at], group, key)
    return counts.grade(near, len(half.lines))


class _Counts:
    """Right and all, under each heading."""

    def __init__(self) -> None:
        self._right: dict[str, int] = defaultdict(int)
        self._all: dict[str, int] = defaultdict(int)
        self._unplanted = 0

    def cited(self, line: GoldLine, tested: TestedLine, key: _Key) -> None:
        """Count the excerpts of a line; they are the same before every persona."""
        found: set[str] = set()
        for voice in tested.evidence:
            themes = key.themes(voice)
            found |= themes
            if not themes:
                self._unplanted += 1
            elif themes & line.themes or not themes & set(line.maybe):
                self._count("on_topic", bool(themes & line.themes))
            way = _way(themes, line)
            if way is not None:
                self._count("way", voice.bears == way)
        for theme in line.themes:
            self._count("themes_found", theme in found)

    def before(self, line: GoldLine, tested: TestedLine, group: str, key: _Key) -> None:
        """Count what is said of a line before one group."""
        if not line.themes and not line.maybe:
            self._count("nothing_said", tested.verdict == "not_supported")
        found = {
            theme
            for voice in tested.evidence
            if key.group(voice.participant) == group
            for theme in key.themes(voice)
        }
        for theme in line.themes:
            if key.voiced.get(theme, {}).get(group):
                self._count("voices_found", theme in found)
        true = key.verdict(line, group)
        if tested.verdict != "not_supported":
            self._count("verdicts", tested.verdict == true)
        if true != "not_supported":
            self._count("verdicts_found", tested.verdict == true)

    def grade(self, near: float, lines: int) -> Grade:
        """Return what was counted."""
        names = (
            "on_topic", "way", "themes_found", "voices_found",
            "verdicts", "verdicts_found", "nothing_said",
        )  # fmt: skip
        tallies = {name: _tally(self._right[name], self._all[name]) for name in names}
        return Grade(near=near, lines=lines, unplanted=self._unplanted, **tallies)

    def _count(self, name: str, right: bool) -> None:
        self._all[name] += 1
        self._right[name] += right


def _way(themes: frozenset[str], line: GoldLine) -> Bears | None:
    """Return which way an excerpt should bear on a line; None where the truth leaves it open."""
    pro, con = themes & set(line.speaks), themes & set(line.raises)
    if bool(pro) == bool(con):
        return None
    return "speaks_to" if pro else "raises"


def _tally(right: int, of: int) -> Tally:
    return Tally(right=right, of=of, interval=wilson(right, of))


def _same(planted: set[str], shown: set[str]) -> bool:
    fewer, common = min(len(planted), len(shown)), len(planted & shown)
    return common >= FEWEST and common >= SAME * fewer


def _voiced(file: Path) -> dict[str, dict[str, int]]:
    raw = json.loads(file.read_text(encoding="utf-8"))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in raw["participants"]:
        for theme in {said["theme"] for said in one["evidence"] if said["theme"]}:
            if one["archetype"]:
                group = one["archetype"]
                found[theme][group] = found[theme].get(group, 0) + 1
    return found
