"""Name themes, say what belongs in them, find those that mean the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from personagen.analysts.base import Maker, Member, ThemeName
from personagen.chatmodel import Answered, Question
from personagen.llm.outputs import SameThemes, ThemeLabel
from personagen.llm.wording import Desk, question, shown, too_long
from personagen.models import Insight, Theme
from personagen.prompt import as_data

_LABEL_WORDS = 12
_SENTENCE_WORDS = 40
_SIBLINGS = 12
_FEWEST, _MOST_THEMES = 2, 40


def name_themes(
    desk: Desk,
    code: str,
    themes: Sequence[Sequence[Member]],
    offline: Sequence[ThemeName],
    stood_in: Maker,
) -> list[ThemeName]:
    """Return the model's names of themes; what fails keeps the name it had.

    Args:
        desk: Asks and checks.
        code: Of all the themes.
        themes: Members of each.
        offline: The extractive names, in the same order; one without a label has none.
        stood_in: Who made those.
    """
    # What the extractive analyst finds nameless holds together by chance: it stays out.
    rows = [i for i, name in enumerate(offline) if name.label]
    labels = [offline[i].label for i in rows]
    questions = [
        _question(desk, code, themes[i], [s for s in labels if s != offline[i].label]) for i in rows
    ]
    answers = dict(zip(rows, desk.ask(questions, "Naming by model"), strict=True))
    names = [name._replace(maker=stood_in) for name in offline]
    for i in rows:
        names[i] = _named(desk, code, themes[i], names[i], answers[i])
    return names


def _question(
    desk: Desk, code: str, members: Sequence[Member], siblings: Sequence[str]
) -> Question:
    texts = _texts(members)

    def check(answer: ThemeLabel) -> str:
        return too_long(answer.label, _LABEL_WORDS) or desk.judged(answer.label, texts)

    return question(
        "name_theme", ThemeLabel, "name themes", f"a theme of {code}",
        frozenset(m.participant for m in members), check, 220,
        kind=code.replace("_", " "), excerpts=shown(texts),
        siblings=[as_data(s) for s in siblings[:_SIBLINGS]],
    )  # fmt: skip


def _texts(members: Sequence[Member]) -> list[str]:
    """Return the members' words, one of each participant first, the quotable before others."""
    turns: dict[str, list[Member]] = defaultdict(list)
    for member in sorted(members, key=lambda m: (not m.quotable, -m.intensity)):
        turns[member.participant].append(member)
    ranked = sorted(
        (
            (turn, place, m)
            for place, own in enumerate(turns.values())
            for turn, m in enumerate(own)
        ),
        key=lambda entry: entry[:2],
    )
    return [member.text for _, _, member in ranked]


def _named(
    desk: Desk, code: str, members: Sequence[Member], offline: ThemeName, answer: Answered
) -> ThemeName:
    value: ThemeLabel | None = answer.value
    if value is None:
        desk.stands_in("name of a theme", f"{code}: {offline.label}", answer.why)
        return offline
    texts = _texts(members)
    parts = {"definition": value.definition, "criterion": value.criterion}
    for name, text in parts.items():
        why = too_long(text, _SENTENCE_WORDS) or desk.judged(text, texts)
        if why:
            desk.stands_in(f"{name} of a theme", f"{code}: {value.label}", why)
            parts[name] = getattr(offline, name)
    label = " ".join(value.label.split()).rstrip(".!")
    return ThemeName(label, **parts, keywords=offline.keywords, maker=desk.made(answer.prompt))


def same_themes(
    desk: Desk, themes: Sequence[Theme], insights: Sequence[Insight]
) -> list[list[str]]:
    """Return groups of ids of themes that the model says mean the same, code by code."""
    quotes = {insight.id: insight.excerpt.quote for insight in insights}
    by_code: dict[str, list[Theme]] = defaultdict(list)
    for theme in themes:
        by_code[theme.code].append(theme)
    codes = [c for c, some in by_code.items() if len(some) >= _FEWEST]
    some_of = {code: by_code[code][:_MOST_THEMES] for code in codes}
    questions = [_same(code, some_of[code], quotes) for code in codes]
    found = []
    for code, answer in zip(codes, desk.ask(questions, "Merging by model"), strict=True):
        if answer.value is None:
            desk.stands_in("merging of themes", code, answer.why)
            continue
        for group in answer.value.same:
            found.append([some_of[code][n - 1].id for n in dict.fromkeys(group)])
    return [group for group in found if len(group) > 1]


def _same(code: str, themes: Sequence[Theme], quotes: dict[str, str]) -> Question:
    people = frozenset(p for theme in themes for p in theme.participants)

    def check(answer: SameThemes) -> str:
        numbers = [n for group in answer.same for n in group]
        if any(not 1 <= n <= len(themes) for n in numbers):
            return f"there are only the numbers 1 to {len(themes)}"
        if len(numbers) != len(set(numbers)):
            return "a number stands in it twice"
        # A model that puts everything together says nothing.
        return "all in one group" if len(themes) > 2 and len(numbers) == len(themes) else ""

    listed = [
        {"label": as_data(t.label), "example": as_data(quotes.get(t.insights[0], ""))[:200]}
        for t in themes
    ]
    return question(
        "merge_themes", SameThemes, "merge themes", code, people, check, 120,
        kind=code.replace("_", " "), themes=listed,
    )  # fmt: skip
