"""How long a text is in tokens, without fetching anything.

tiktoken downloads its encodings on first use. Here it is only asked where the file it would
download already lies in its cache, whole; elsewhere the encoder's own tokenizer counts, and the
counts are marked approximate.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ENCODING = "o200k_base"
# Where tiktoken gets this encoding from, and what it must hash to (tiktoken_ext/openai_public.py).
# tiktoken fetches the file again where the one on disk has another hash.
_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"


class TokenCounter(NamedTuple):
    """A way to count tokens."""

    count: Callable[[str], int]
    approximate: bool
    """The counts are those of another tokenizer than the language models'."""


@lru_cache(maxsize=1)
def counter() -> TokenCounter:
    """Return tiktoken's counter where its encoding is on disk, else the encoder's."""
    if encoding_on_disk():
        import tiktoken

        encoding = tiktoken.get_encoding(ENCODING)
        return TokenCounter(lambda text: len(encoding.encode_ordinary(text)), False)
    from personagen import encoder

    return TokenCounter(encoder.load().count_tokens, True)


def encoding_on_disk() -> bool:
    """Return whether tiktoken's cache holds the encoding, complete."""
    folder = _cache_folder()
    if not folder:
        return False
    path = Path(folder) / hashlib.sha1(_ADDRESS.encode(), usedforsecurity=False).hexdigest()
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _SHA256


def _cache_folder() -> str:
    """Return the folder that tiktoken looks in; an empty string turns its cache off."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return os.environ[variable]
    return str(Path(tempfile.gettempdir()) / "data-gym-cache")
