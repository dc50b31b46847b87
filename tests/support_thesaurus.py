"""Write what the support check needs of WordNet.

    python -m tests.support_thesaurus DICT --write personagen/support/wordnet.txt

DICT is the folder with WordNet 3.1's `data.*` and `index.*`. Words of the encoder's vocabulary
alone, each with the senses that texts were tagged with, three at most.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer

from personagen.encoder.runtime import MODEL

MOST_SENSES = 3
_KINDS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_DERIVED, _SIMILAR, _WIDER = "+", "&", "@"

Place = tuple[str, str]


class Synset(NamedTuple):
    """Words of one sense, and where it points: sign, sense, word here, word there."""

    words: list[str]
    pointers: list[tuple[str, Place, int, int]]


def lines(folder: Path) -> list[str]:
    """Return the licence as comments, then `=` words of a sense, `>` a word and narrower ones."""
    synsets = {place: synset for kind in _KINDS for place, synset in _synsets(folder, kind)}
    senses = _senses(folder)
    same: set[tuple[str, ...]] = set()
    narrower: dict[str, set[str]] = defaultdict(set)
    holders: dict[Place, set[str]] = defaultdict(set)
    for word, places in senses.items():
        for place in places:
            holders[place].add(word)
            for sign, other, near in _pointed(word, synsets[place], synsets):
                if sign == _DERIVED and near in senses:
                    same.add(tuple(sorted((word, near))))
                elif sign in (_SIMILAR, _WIDER) and other in senses.get(near, ()):
                    if sign == _WIDER:
                        narrower[near].add(word)
                    else:
                        same.add(tuple(sorted((word, near))))
    same |= {tuple(sorted(words)) for words in holders.values()}
    found = [f"= {' '.join(words)}" for words in sorted(same) if len(set(words)) > 1]
    found += [f"> {wide} {' '.join(sorted(some))}" for wide, some in sorted(narrower.items())]
    return [*_licence(folder), *found]


def _pointed(
    word: str, synset: Synset, synsets: dict[Place, Synset]
) -> Iterator[tuple[str, Place, str]]:
    """Yield what a word's sense points to, word by word."""
    for sign, place, here, there in synset.pointers:
        words = synsets[place].words
        if sign == _DERIVED and synset.words[here - 1] == word:
            yield sign, place, words[there - 1]
        elif sign in (_SIMILAR, _WIDER):
            yield from ((sign, place, near) for near in words)


def _synsets(folder: Path, kind: str) -> Iterator[tuple[Place, Synset]]:
    for line in _rows(folder / f"data.{_KINDS[kind]}"):
        part = line.split("|")[0].split()
        count = int(part[3], 16)
        words = [re.sub(r"\(.*", "", w).lower() for w in part[4 : 4 + 2 * count : 2]]
        rest = part[5 + 2 * count : 5 + 2 * count + 4 * int(part[4 + 2 * count])]
        pointers = [
            (sign, (to.replace("s", "a"), place), int(ends[:2], 16), int(ends[2:], 16))
            for sign, place, to, ends in zip(*(rest[i::4] for i in range(4)), strict=True)
        ]
        yield (kind, part[0]), Synset(words, pointers)


def _senses(folder: Path) -> dict[str, list[Place]]:
    tokens = Tokenizer.from_file(str(MODEL / "tokenizer.json")).get_vocab()
    common = {word for word in tokens if re.fullmatch(r"[a-z]{3,}", word)}
    found: dict[str, list[Place]] = defaultdict(list)
    for kind, name in _KINDS.items():
        for line in _rows(folder / f"index.{name}"):
            part = line.split()
            if part[0] in common:
                tagged, places = int(part[5 + int(part[3])]), part[6 + int(part[3]) :]
                most = max(1, min(MOST_SENSES, tagged))
                found[part[0]] += [(kind, place) for place in places[:most]]
    return found


def _rows(file: Path) -> Iterator[str]:
    with file.open(encoding="latin-1") as text:
        yield from (line for line in text if not line.startswith(" "))


def _licence(folder: Path) -> list[str]:
    with (folder / "data.adv").open(encoding="latin-1") as text:
        notice = [line[4:].rstrip() for line in text if line.startswith("  ")]
    return [f"# {line}".rstrip() for line in ("A selection of WordNet 3.1.", "", *notice)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    given.write.write_text("\n".join(lines(given.folder)) + "\n", encoding="utf-8")
