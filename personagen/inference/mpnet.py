"""The closer reader as a torch network: layers of MPNet over a question and a passage.

Written out rather than taken from `transformers`, as the encoder is: a plain module exports to ONNX
without surprises. Training only; nothing at run time imports it.

Source:
    Song et al. (2020), arXiv:2004.09297; relative positions as in Raffel et al. (2020),
    arXiv:1910.10683.
"""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from personagen.inference.closer import LONGEST, PADDING, padded
from personagen.inference.outliers import Map
from personagen.inference.pairs import Row
from personagen.inference.runtime import FOLLOWS, TASKS

WIDTH, HEADS, INNER = 768, 12, 3072
VOCABULARY, POSITIONS = 30527, 514
LAYERS = 12
DROPOUT = 0.1
"""Before a head. Within the layers it would take a fifth of the time, and no pair is read often."""
_FIRST = 2
"""Position of the first token."""
_BUCKETS, _FARTHEST = 32, 128
_NEVER = -1e4


class Layer(nn.Module):
    """One transformer layer, post-norm, whose attention is told how far apart tokens are."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key = Map(WIDTH, WIDTH), Map(WIDTH, WIDTH)
        self.value, self.attended = Map(WIDTH, WIDTH), Map(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.inner, self.outer = Map(WIDTH, INNER), Map(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return the next layer's states, float, shape (n, length, 768)."""
        q, k, v = (self._heads(part(hidden)) for part in (self.query, self.key, self.value))
        weights = (q @ k.transpose(2, 3) / math.sqrt(WIDTH / HEADS) + bias).softmax(3)
        joined = (weights.to(v.dtype) @ v).transpose(1, 2).flatten(2)
        hidden = self.attended_norm(hidden + self.attended(joined))
        inner = F.gelu(self.inner(hidden))
        normed: Tensor = self.outer_norm(hidden + self.outer(inner))
        return normed

    @staticmethod
    def _heads(x: Tensor) -> Tensor:
        n, tokens, _ = x.shape
        return x.reshape(n, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)


class Reader(nn.Module):
    """MPNet over a pair of texts; the first token's state and the mean feed the heads."""

    def __init__(self, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.relative = nn.Embedding(_BUCKETS, HEADS)
        self.layers = nn.ModuleList([Layer() for _ in range(layers)])
        self.given = ("ids",)
        self.follows, self.answers = _head(len(FOLLOWS)), _head(1)
        self.register_buffer("buckets", _buckets(LONGEST), persistent=False)
        # The words keep their meanings: few of them occur in the examples.
        for part in (self.words, self.positions, self.norm):
            part.requires_grad_(False)

    def inputs(self, rows: Sequence[Row]) -> tuple[Tensor]:
        """Return rows as `forward` has them."""
        return (torch.from_numpy(padded(rows)),)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of what follows, (n, 3), and of what answers, (n,)."""
        seen = ids != PADDING
        tokens = ids.shape[1]
        places = torch.arange(tokens, device=ids.device) + _FIRST
        hidden = self.norm(self.words(ids) + self.positions(places))
        on = torch.is_autocast_enabled("cpu")
        hidden = hidden.to(torch.get_autocast_dtype("cpu") if on else torch.float32)
        apart = self.relative(self.buckets[:tokens, :tokens]).permute(2, 0, 1)[None]
        bias = (apart + (~seen).float()[:, None, None] * _NEVER).to(hidden.dtype)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        hidden, weight = hidden.float(), seen.float()[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        read = torch.cat([hidden[:, 0], mean], 1)
        return self.follows(read).float(), self.answers(read).float()[:, 0]


def from_mpnet(folder: Path) -> Reader:
    """Return a reader with the weights of all-mpnet-base-v2 and untrained heads."""
    reader = Reader(LAYERS)
    weights = {_name(k): v for k, v in load_file(folder / "model.safetensors").items()}
    known = {k: v for k, v in weights.items() if k in reader.state_dict()}
    missing, _ = reader.load_state_dict(known, strict=False)
    assert all(name.split(".")[0] in TASKS for name in missing), missing
    return reader


def _head(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(DROPOUT), nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, width)
    )


def _buckets(longest: int) -> Tensor:
    """Return the bucket of every two places, int64, shape (longest, longest)."""
    apart = torch.arange(longest)[:, None] - torch.arange(longest)[None, :]
    half, exact = _BUCKETS // 2, _BUCKETS // 4
    far = apart.abs().clamp(min=1).float()
    grown = torch.log(far / exact) / math.log(_FARTHEST / exact) * (half - exact)
    wide = (exact + grown.long()).clamp(max=half - 1)
    near = torch.where(apart.abs() < exact, apart.abs(), wide)
    return near + (apart < 0).long() * half


def _name(theirs: str) -> str:
    for old, new in _RENAMED:
        theirs = theirs.replace(old, new)
    return theirs


_RENAMED = (
    ("mpnet.", ""),
    ("embeddings.word_embeddings", "words"),
    ("embeddings.position_embeddings", "positions"),
    ("embeddings.LayerNorm", "norm"),
    ("encoder.relative_attention_bias", "relative"),
    ("encoder.layer.", "layers."),
    ("attention.attn.q.", "query."),
    ("attention.attn.k.", "key."),
    ("attention.attn.v.", "value."),
    ("attention.attn.o.", "attended."),
    ("attention.LayerNorm", "attended_norm"),
    ("intermediate.dense", "inner"),
    ("output.dense", "outer"),
    ("output.LayerNorm", "outer_norm"),
)
