"""The network that reads two texts together, in torch: MiniLM and two heads.

Training only; nothing at run time imports it.
"""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from personagen.encoder.layout import DIMENSIONS
from personagen.encoder.network import from_minilm
from personagen.inference.pairs import Row, block
from personagen.inference.runtime import FOLLOWS

_NEVER = -1e4


class Network(nn.Module):
    """MiniLM-L6 over a pair of texts; the first token's state and the mean feed the heads."""

    def __init__(self, minilm: Path, dropout: float = 0.1) -> None:
        super().__init__()
        body = from_minilm(minilm, dropout)
        self.words, self.positions, self.types = body.words, body.positions, body.types
        self.norm, self.layers = body.norm, body.layers
        self.dropout = nn.Dropout(dropout)
        self.given = ("ids", "types")
        self.follows, self.answers = _head(len(FOLLOWS)), _head(1)
        # The words keep their meanings: few of them occur in the examples.
        for part in (self.words, self.positions, self.types, self.norm):
            part.requires_grad_(False)

    def inputs(self, rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
        """Return rows as `forward` has them."""
        made = block(rows)
        return torch.from_numpy(made.ids), torch.from_numpy(made.types)

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of what follows, (n, 3), and of what answers, (n,)."""
        seen = ids != 0
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(places) + self.types(types))
        on = torch.is_autocast_enabled("cpu")
        hidden = hidden.to(torch.get_autocast_dtype("cpu") if on else torch.float32)
        barred = (~seen).to(hidden.dtype)[:, None, None] * _NEVER
        for layer in self.layers:
            hidden = layer(hidden, barred)
        hidden, weight = hidden.float(), seen.float()[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        read = self.dropout(torch.cat([hidden[:, 0], mean], 1))
        return self.follows(read).float(), self.answers(read).float()[:, 0]


def _head(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(2 * DIMENSIONS, DIMENSIONS), nn.GELU(), nn.Linear(DIMENSIONS, width)
    )
