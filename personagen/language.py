"""Which language a text is in: enough to say where the encoder is less reliable."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Any

UNDETERMINED = "und"
_FEWEST_LETTERS = 20
_PIECE = 400
"""Characters judged at once: a vote each, weighted by letters, so that one quotation in another
language does not turn a whole file."""
_MOST_PIECES = 60
_LANGUAGES = (
    "ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nl no pl pt ro ru sk sl "
    "sv th tr uk vi zh"
).split()


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def detect(text: str) -> str:
    """Return the ISO 639-1 code of a text; `und` below 20 letters."""
    return majority([text])


def majority(texts: Sequence[str]) -> str:
    """Return the language of most of the letters in `texts`; `und` below 20 letters.

    Judges at most 60 pieces of 400 characters, spread evenly, whatever the size.
    """
    step = max(1, len(texts) // 2000)
    joined = "\n".join(texts[::step])
    pieces = [joined[at : at + _PIECE] for at in range(0, len(joined), _PIECE)]
    votes: Counter[str] = Counter()
    for piece in pieces[:: max(1, len(pieces) // _MOST_PIECES)]:
        letters = sum(map(str.isalpha, piece))
        if letters >= _FEWEST_LETTERS:
            votes[str(_identifier().classify(piece)[0])] += letters
    return votes.most_common(1)[0][0] if votes else UNDETERMINED
