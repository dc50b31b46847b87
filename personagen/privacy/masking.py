"""Names out of a text, placeholders in: one pass over its words, whatever the number of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from personagen.privacy.lexicon import is_word
from personagen.privacy.names import MONTHS, PARTICLES, TOKEN, fold, forms

SHARED = "[name]"
"""Stands where several people bear the name."""

_GAP = re.compile(r"[\s.,'’\-]{1,3}")
_GREETINGS = frozenset("hi hello hey dear bye ciao hola".split())
_FILE_WORDS = (
    r"(?:Interview|Transcript|Session|Call|Meeting|Zoom|Teams|Meet|Notes|Final|Part|Audio|Visit|"
    r"Round|Copy|Draft|Clean|Edited|Recording)"
)
_CLOSERS = "\"'“”‘’«»)]}*_"
_MONTH_BEFORE = frozenset(
    "in of since until till by last next this early late mid from to every through between "
    "and".split()
)


class Hit(NamedTuple):
    """A doubtful word in the masked text."""

    start: int
    end: int
    name: str
    why: str
    masked: bool


class Span(NamedTuple):
    """A placeholder in the masked text, and the words that stood there."""

    start: int
    end: int
    placeholder: str
    original: str


class Masked(NamedTuple):
    """A text with placeholders."""

    text: str
    doubtful: tuple[Hit, ...]
    spans: tuple[Span, ...] = ()


class Change(NamedTuple):
    """A place in a text that is to be masked, or was looked at and left."""

    start: int
    end: int
    placeholder: str | None
    """None: left as it is."""
    why: str = ""
    """Why that is in doubt; empty where it is not."""


class _Name(NamedTuple):
    size: int
    """Words in it."""
    word: str
    """The first of them, folded."""
    placeholder: str
    common: bool
    capitalised: bool
    """Only where it is capitalised: names of authors far from their own text."""

    @property
    def is_person(self) -> bool:
        """Return whether a family name may stand in it."""
        return not self.common and not self.placeholder.startswith("[organisation")


class Masker:
    """Looks each word up in a table of names; build once for an import, use for every text."""

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[int, ...]] = {}
        """First word → how long the names are that begin with it, longest first."""
        self._index: dict[tuple[str, ...], _Name] = {}
        self._first: frozenset[tuple[str, ...]] = frozenset()

    def add(
        self, label: str, placeholder: str, *, capitalised: bool = False, last: bool = False
    ) -> None:
        """Learn every way in which the bearer of `label` may be called.

        Args:
            label: As it stands in a file.
            placeholder: What stands for the bearer.
            capitalised: Only where the word is capitalised.
            last: Only where nobody else was learnt by that name.
        """
        found = forms(label)
        for sequence in (*found.whole, *((word,) for word in found.single)):
            if not (last and sequence in self._first):
                self._put(sequence, placeholder, capitalised)

    def close(self) -> None:
        """From here on, names given as `last` yield to those learnt so far."""
        self._first = frozenset(self._index)

    def add_whole(self, label: str, placeholder: str) -> None:
        """Learn the full name only."""
        for sequence in forms(label).whole:
            self._put(sequence, placeholder, False)

    def add_words(
        self, sequence: tuple[str, ...], placeholder: str, *, capitalised: bool = False
    ) -> None:
        """Learn one way in which somebody is called, where nobody else was learnt by it."""
        if sequence not in self._first:
            self._put(sequence, placeholder, capitalised)

    def add_wish(self, sequence: tuple[str, ...], placeholder: str) -> None:
        """Learn words that a person wants masked wherever they stand, be they common or not."""
        if sequence and sequence not in self._first:
            self._put(sequence, placeholder, False)
            self._index[sequence] = self._index[sequence]._replace(common=False)

    def first_words(self) -> frozenset[str]:
        """Return the words that names begin with; folded."""
        return frozenset(self._sizes)

    def shared(self) -> frozenset[str]:
        """Return the single words that stand for several people."""
        return frozenset(
            name.word
            for name in self._index.values()
            if name.placeholder == SHARED and name.size == 1
        )

    def _put(self, sequence: tuple[str, ...], placeholder: str, capitalised: bool) -> None:
        known = self._index.get(sequence)
        if known is not None:
            if known.placeholder not in (placeholder, SHARED):
                self._index[sequence] = known._replace(placeholder=SHARED)
            return
        first, size = sequence[0], len(sequence)
        common = all(map(is_word, sequence))
        self._index[sequence] = _Name(size, first, placeholder, common, capitalised)
        sizes = self._sizes.get(first, ())
        if size not in sizes:
            self._sizes[first] = tuple(sorted({*sizes, size}, reverse=True))

    def _at(self, keys: Sequence[str], at: int) -> Iterator[_Name]:
        """Yield the names that the words from `at` on make, longest first."""
        for size in self._sizes.get(keys[at], ()):
            name = self._index.get(tuple(keys[at : at + size]))
            if name is not None:
                yield name

    def mask(self, text: str, own: Masker | None = None) -> Masked:
        """Return `text` with placeholders for names.

        Args:
            text: In Unicode normal form C.
            own: Names of the one who wrote it, which count before the others.
        """
        return rendered(text, self.changes(text, own))

    def changes(
        self, text: str, own: Masker | None = None, taken: Sequence[Change] = ()
    ) -> list[Change]:
        """Return what is to be masked in `text`, in order.

        Args:
            text: In Unicode normal form C.
            own: Names of the one who wrote it, which count before the others.
            taken: Places that something else stands for already, in order; no name is looked for
                there, and they are returned with the rest.
        """
        tables = (own, self) if own else (self,)
        tokens = list(TOKEN.finditer(text))
        keys = [fold(token.group()) for token in tokens]
        held = _held(tokens, taken)
        found: list[Change] = []
        at = 0
        while at < len(tokens):
            key = keys[at]
            if at in held or (key not in self._sizes and (own is None or key not in own._sizes)):
                at += 1
                continue
            names = (name for table in tables for name in table._at(keys, at))
            name = next((n for n in names if _stands(n, text, tokens, at)), None)
            if name is None or any(at + step in held for step in range(name.size)):
                at += 1
                continue
            masked, why = _judge(name, text, tokens, at)
            end = tokens[at + name.size - 1].end()
            start = _with_initials(text, tokens, at) if name.is_person else tokens[at].start()
            found.append(Change(start, end, name.placeholder if masked else None, why))
            at += name.size
        return sorted([*found, *taken], key=lambda c: c.start) if taken else found


def _held(tokens: Sequence[re.Match[str]], taken: Sequence[Change]) -> frozenset[int]:
    """Return which tokens stand in places that are taken."""
    if not taken:
        return frozenset()
    return frozenset(
        at
        for at, token in enumerate(tokens)
        if any(token.start() < change.end and change.start < token.end() for change in taken)
    )


def rendered(text: str, changes: Sequence[Change]) -> Masked:
    """Return `text` with its changes made, given in order."""
    pieces: list[str] = []
    doubtful, spans = [], []
    read = size = 0
    for change in changes:
        said = text[change.start : change.end]
        shown = said if change.placeholder is None else change.placeholder
        pieces += [text[read : change.start], shown]
        size += change.start - read
        place = size, size + len(shown)
        if change.why:
            doubtful.append(Hit(*place, said, change.why, change.placeholder is not None))
        if change.placeholder is not None:
            spans.append(Span(*place, change.placeholder, said))
        size += len(shown)
        read = change.end
    if not pieces:
        return Masked(text, ())
    return Masked("".join(pieces) + text[read:], tuple(doubtful), tuple(spans))


def _stands(name: _Name, text: str, tokens: Sequence[re.Match[str]], at: int) -> bool:
    """Return whether a name's words stand close enough, and in a case a name may have."""
    for step in range(at + 1, at + name.size):
        if not _GAP.fullmatch(text, tokens[step - 1].end(), tokens[step].start()):
            return False
    named = at + name.size - 1 if name.word in PARTICLES else at  # `bin Laden`
    capital = tokens[named].group()[0].isupper()
    if name.capitalised or (name.common and name.size > 1):
        return capital
    # A common word in lower case is the word, unless someone is called by it.
    return not name.common or capital or _addressed(text, tokens, at)


def _judge(name: _Name, text: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[bool, str]:
    """Return whether to mask, and why that is in doubt (empty: it is not)."""
    if not name.common or name.size > 1:
        return True, ""
    if _addressed(text, tokens, at):
        return True, "also a common word; masked, as someone is addressed"
    before = fold(tokens[at - 1].group()) if at else ""
    if _opens_sentence(text, tokens[at].start()):
        return False, "also a common word; kept, as it opens a sentence"
    if name.word in MONTHS and before in _MONTH_BEFORE:
        return False, "also a month; kept"
    return True, "also a common word; masked, as it is capitalised inside a sentence"


_ACRONYMS = frozenset(
    "AI AM AN API AR AS AT CEO CTO EU HR ID IT OK PM PR TV UI UK US UX VR".split()
)


def _with_initials(text: str, tokens: Sequence[re.Match[str]], at: int) -> int:
    """Return where a name begins with its initials: `RW McGrath`, `J. R. Lund`."""
    start = tokens[at].start()
    while at and (before := tokens[at - 1]).group().isupper():
        letters = before.group()
        between = text[before.end() : start]
        initial = between == ". " if len(letters) == 1 else between in (" ", ". ")
        if len(letters) > 2 or not initial or letters in _ACRONYMS:
            break
        start, at = before.start(), at - 1
    return start


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(" \t" + _CLOSERS + "([{-–—•")
    if not before:
        return start <= 12
    return before[-1] in ".?!…:\n"


def _addressed(text: str, tokens: Sequence[re.Match[str]], at: int) -> bool:
    """`Thanks, Mark,` · `Mark, what do you …` · `hi mark`."""
    start, end = tokens[at].span()
    before, after = text[max(0, start - 3) : start], text[end : end + 2]
    if at and fold(tokens[at - 1].group()) in _GREETINGS and tokens[at - 1].end() >= start - 2:
        return True
    closes = not after.strip() or after[:1] in ",.!?;"
    if before.rstrip().endswith(",") and closes:
        return text[start].isupper()
    return text[start].isupper() and _opens_sentence(text, start) and after[:1] in (",", "?")


def mask_file_name(name: str, labels: Iterable[tuple[str, str]]) -> str:
    """Return a file's base name with placeholders for the people in it.

    Args:
        name: `Interview_MartaReyes.txt`.
        labels: Label and placeholder of each.
    """
    dot = name.rfind(".")
    stem, ending = (name[:dot], name[dot:]) if dot > 0 else (name, "")
    for label, placeholder in labels:
        found = forms(label)
        joined = ["".join(sequence) for sequence in found.whole]
        for word in sorted({*joined, *found.single}, key=len, reverse=True):
            stem = _in_file_name(stem, word, placeholder)
        if len(found.single) == 1:
            # The label may be a first name alone where the file bears the family name, too.
            stem = re.sub(
                rf"({re.escape(placeholder)}[ _]?)(?!{_FILE_WORDS})[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+",
                r"\1",
                stem,
            ).rstrip(" _-")
    return re.sub(r"(P\d+|\[\w+\])(?:[ ._-]+\1)+", r"\1", stem) + ending


def _in_file_name(stem: str, word: str, placeholder: str) -> str:
    """A word in a file name ends at anything but a letter, or at a change of case."""
    pieces = re.findall(r"[A-ZÀ-ÖØ-Þ]+(?![a-zà-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[^\W\dA-ZÀ-ÖØ-Þ_]+|\d+|.", stem)
    masked = [placeholder if fold(piece) == word else piece for piece in pieces]
    if masked != pieces:
        return "".join(masked)
    return re.sub(
        r"[^\W\d_]+", lambda m: placeholder if fold(m.group()) == word else m.group(), stem
    )
