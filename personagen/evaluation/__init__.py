"""How much of what was planted in a study comes out of it, and how truly it is joined."""

from personagen.evaluation.recovery import Recovery, recovery, render
from personagen.evaluation.truth import Planted, Truth, read_truth

__all__ = ["Planted", "Recovery", "Truth", "read_truth", "recovery", "render"]
