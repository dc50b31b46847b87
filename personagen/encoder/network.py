"""The encoder as a torch network: MiniLM with two blocks of tokens and heads for what we ask.

Written out rather than taken from `transformers`: the attention of the two blocks differs, and a
plain module exports to ONNX without surprises. Training only; nothing at run time imports it.
"""

import math
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
    """Dropout whose mask is shared by the tokens of a row: drawing one for each is 13 % of a step."""

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
        return x.unflatten(2, (HEADS, DIMENSIONS // HEADS)).transpose(1, 2)


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

    def states(self, ids: Tensor, segments: Tensor) -> Tensor:
        """Return the last layer's states, float, shape (n, length, 384)."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        context = segments == CONTEXT
        hidden = self.words(ids) + self.positions(positions) + self.types(context.long())
        hidden = self.norm(hidden)
        seen = (segments == TEXT)[:, None, :] | (context[:, None, :] & context[:, :, None])
        barred = (~seen).to(hidden.dtype)[:, None] * _NEVER
        for layer in self.layers:
            hidden = layer(hidden, barred)
        return hidden

    def forward(self, ids: Tensor, segments: Tensor) -> Output:
        """Return vectors and logits of a padded batch (`layout.Block` as tensors)."""
        hidden = self.states(ids, segments)
        text = (segments == TEXT).to(hidden.dtype)
        mean = (hidden * text[:, :, None]).sum(1) / text.sum(1, keepdim=True)
        kind = hidden.gather(1, text.sum(1).long()[:, None, None].expand(-1, 1, DIMENSIONS))[:, 0]
        heads = self.out(self.dropout(self.head(self.dropout(torch.cat([kind, mean], 1)))))
        codes, intensity, quotable = heads.split([len(CODES), INTENSITIES, 1], 1)
        return Output(F.normalize(mean.float(), dim=1), codes, intensity, quotable[:, 0])


def from_minilm(folder: Path, dropout: float = 0.1) -> Network:
    """Return a network with the weights of all-MiniLM-L6-v2 and untrained heads."""
    network = Network(dropout)
    weights = {_name(k): v for k, v in load_file(folder / "model.safetensors").items()}
    known = {k: v for k, v in weights.items() if k in network.state_dict()}
    missing, _ = network.load_state_dict(known, strict=False)
    assert all(name.startswith(("head.", "out.")) for name in missing), missing
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
