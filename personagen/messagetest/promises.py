"""What a line promises of the product, and whether `study.toml` names it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from personagen.messagetest.heard import Heard, telling

NO_FACT = "no product fact says this"
ALIKE = 0.58
"""Cosine of a line and a fact from which the one says the other."""
NEAR, SHARED = 0.38, 0.8
"""Cosine that suffices with so much in common: shared words, each counted by its rarity."""
FEWEST = 4
"""Words below which a line is a heading and promises nothing."""
_NUMBER = re.compile(r"[$€£]?\d+(?:[.,]\d+)*(?:\s?(?:%|percent))?", re.IGNORECASE)
_OF_THE_READER = re.compile(
    r"^(?:you(?!['’]ll)|your|when|if|while|because|so that|are|do|does|is|ever|tired|imagine)\b",
    re.IGNORECASE,
)


class Backed(NamedTuple):
    """The product facts under a line, and what it says beyond them."""

    facts: tuple[str, ...]
    unbacked: tuple[str, ...]


class Promises:
    """The product facts of a study, ready to be held against lines."""

    def __init__(self, heard: Heard) -> None:
        product = heard.document.product
        self._heard, self._name = heard, product.name
        self._facts = (*product.does, *product.proof)
        self._bags = [telling(fact) for fact in self._facts]
        self._numbers = {_bare(n) for fact in self._facts for n in _NUMBER.findall(fact)}
        empty = np.zeros((0, 384), np.float32)
        self._vectors = heard.encoder.encode(self._facts).vectors if self._facts else empty

    def of(self, line: str) -> Backed:
        """Return the facts that back a line, and what it promises that none names."""
        facts = self._backing(line)
        found = [
            f"{number.strip()!r} is in no product fact"
            for number in dict.fromkeys(_NUMBER.findall(line))
            if _bare(number) not in self._numbers
        ]
        if not facts and not found and self._promises(line):
            found.append(NO_FACT)
        return Backed(facts, tuple(found))

    def _backing(self, line: str) -> tuple[str, ...]:
        if not self._facts:
            return ()
        near = self._vectors @ self._heard.encoder.encode([line]).vectors[0]
        own = telling(line)
        backing = []
        for i in np.argsort(-near):
            shared = sum(map(self._heard.rarity, own & self._bags[int(i)]))
            if near[i] >= ALIKE or (near[i] >= NEAR and shared >= SHARED):
                backing.append(self._facts[int(i)])
        return tuple(backing)

    def _promises(self, line: str) -> bool:
        """Tell whether a line says something of the product rather than of its reader."""
        if line.rstrip().endswith("?") or len(line.split()) < FEWEST:
            return False
        named = bool(self._name) and self._name.casefold() in line.casefold()
        return named or not _OF_THE_READER.match(line)


def _bare(number: str) -> str:
    return re.sub(r"[^\d%]", "", number.lower().replace("percent", "%"))
