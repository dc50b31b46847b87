"""The encoder as a torch network: MiniLM with two blocks of tokens and heads for what we ask.

Written out rather than taken from `transformers`: the attention of the two blocks differs, and a
plain module exports to ONNX without surprises. Training only; nothing at run time imports it.
"""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

import math
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from personagen.encoder.layout import CODES, CONTEXT, DIMENSIONS, TEXT

LAYERS, HEADS, INNER = 6, 12, 1536
VOCABULARY, POSITIONS = 30522, 512
INTENSITIES = 3
BOTTOM = 1
"""Lowest layers that stay as they are: their states are worked out once for all runs."""

_NEVER = -1e4
OUTPUTS = len(CODES) + INTENSITIES + 1


class Output(NamedTuple):
    """What one pass gives for n units."""

    vectors: Tensor
    """float32, shape (n, 384), rows of length 1."""
    codes: Tensor
    """float32, shape (n, 6), logits."""
    intensity: Tensor
    """float32, shape (n, 3), logits of "at least 1", "at least 2", "3"."""
    quotable: Tensor
    """float32, shape (n,), logits."""


class RowDropout(nn.Module):
    """Dropout with one mask for all tokens of a row: drawing one for each is 13 % of a step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, hidden: Tensor) -> Tensor:
        """Return states with some features of each row set to 0; all of them when not training."""
        if not self.training or not self.share:
            return hidden
        kept = torch.rand(hidden.shape[0], 1, hidden.shape[-1]) >= self.share
        return hidden * (kept / (1 - self.share)).to(hidden.dtype)


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.key = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.value = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.attended = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.attended_norm = nn.LayerNorm(DIMENSIONS, eps=1e-12)
        self.inner = nn.Linear(DIMENSIONS, INNER)
        self.outer = nn.Linear(INNER, DIMENSIONS)
        self.outer_norm = nn.LayerNorm(DIMENSIONS, eps=1e-12)
        self.dropout = RowDropout(dropout)

    def forward(self, hidden: Tensor, barred: Tensor) -> Tensor:
        """Return the next layer's states, float, shape (n, length, 384)."""
        q, k, v = (self._heads(part(hidden)) for part in (self.query, self.key, self.value))
        # Written out: for rows this short torch's fused attention takes longer on a CPU.
        weights = (q @ k.transpose(2, 3) / math.sqrt(DIMENSIONS / HEADS) + barred).softmax(3)
        mixed = weights.to(v.dtype) @ v
        joined = mixed.transpose(1, 2).flatten(2)
        hidden = self.attended_norm(hidden + self.dropout(self.attended(joined)))
        inner = F.gelu(self.inner(hidden))
        normed: Tensor = self.outer_norm(hidden + self.dropout(self.outer(inner)))
        return normed

    @staticmethod
    def _heads(x: Tensor) -> Tensor:
        n, tokens, _ = x.shape
        return x.reshape(n, tokens, HEADS, DIMENSIONS // HEADS).transpose(1, 2)


class Network(nn.Module):
    """MiniLM-L6 whose text tokens see the text alone, while kind and context tokens see all.

    The state of the kind token, which reads text and context at every layer, and the mean over
    the text's tokens feed the heads; the mean over the text's tokens is the sentence vector.
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, DIMENSIONS)
        self.positions = nn.Embedding(POSITIONS, DIMENSIONS)
        self.types = nn.Embedding(2, DIMENSIONS)
        self.norm = nn.LayerNorm(DIMENSIONS, eps=1e-12)
        self.layers = nn.ModuleList([Layer(dropout) for _ in range(LAYERS)])
        self.head = nn.Sequential(nn.Linear(2 * DIMENSIONS, DIMENSIONS), nn.GELU())
        self.out = nn.Linear(DIMENSIONS, OUTPUTS)
        self.dropout = nn.Dropout(dropout)
        self.vector = nn.Linear(DIMENSIONS, DIMENSIONS)
        nn.init.eye_(self.vector.weight)
        nn.init.zeros_(self.vector.bias)

    def bottom(self, ids: Tensor, segments: Tensor) -> Tensor:
        """Return the states after the lowest layers, float, shape (n, length, 384)."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        context = (segments == CONTEXT).long()
        hidden = self.words(ids) + self.positions(positions) + self.types(context)
        # Under autocast everything from here on stays in 16 bits: casting to and fro is a fifth of
        # a step on a CPU.
        hidden = self.norm(hidden).to(self._working_type())
        return self._through(self.layers[:BOTTOM], hidden, segments)

    def read(self, hidden: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """Return sentence vectors and features for heads, both (n, 384), from `bottom`'s states."""
        hidden = self._through(self.layers[BOTTOM:], hidden, segments).float()
        text = (segments == TEXT).float()
        mean = (hidden * text[:, :, None]).sum(1) / text.sum(1, keepdim=True)
        place = text.sum(1).long()[:, None, None].expand(-1, 1, DIMENSIONS)
        kind = hidden.gather(1, place)[:, 0]
        vectors = F.normalize(self.vector(mean).float(), dim=1)
        return vectors, self.dropout(self.head(self.dropout(torch.cat([kind, mean], 1))))

    @staticmethod
    def _through(layers: Iterable[nn.Module], hidden: Tensor, segments: Tensor) -> Tensor:
        context = segments == CONTEXT
        seen = (segments == TEXT)[:, None, :] | (context[:, None, :] & context[:, :, None])
        barred = (~seen).to(hidden.dtype)[:, None] * _NEVER
        for layer in layers:
            hidden = layer(hidden, barred)
        return hidden

    @staticmethod
    def _working_type() -> torch.dtype:
        on = torch.is_autocast_enabled("cpu")
        return torch.get_autocast_dtype("cpu") if on else torch.float32

    def forward(self, ids: Tensor, segments: Tensor) -> Output:
        """Return vectors and logits of a padded batch (`layout.Block` as tensors)."""
        vectors, features = self.read(self.bottom(ids, segments), segments)
        parts = self.out(features).float().split([len(CODES), INTENSITIES, 1], 1)
        return Output(vectors, parts[0], parts[1], parts[2][:, 0])


def from_minilm(folder: Path, dropout: float = 0.1) -> Network:
    """Return a network with the weights of all-MiniLM-L6-v2 and untrained heads."""
    network = Network(dropout)
    weights = {_name(k): v for k, v in load_file(folder / "model.safetensors").items()}
    known = {k: v for k, v in weights.items() if k in network.state_dict()}
    missing, _ = network.load_state_dict(known, strict=False)
    assert all(name.startswith(("head.", "out.", "vector.")) for name in missing), missing
    return network


def _name(theirs: str) -> str:
    for old, new in _RENAMED:
        theirs = theirs.replace(old, new)
    return theirs


_RENAMED = (
    ("embeddings.word_embeddings", "words"),
    ("embeddings.position_embeddings", "positions"),
    ("embeddings.token_type_embeddings", "types"),
    ("embeddings.LayerNorm", "norm"),
    ("encoder.layer.", "layers."),
    ("attention.self.", ""),
    ("attention.output.dense", "attended"),
    ("attention.output.LayerNorm", "attended_norm"),
    ("intermediate.dense", "inner"),
    ("output.dense", "outer"),
    ("output.LayerNorm", "outer_norm"),
)
