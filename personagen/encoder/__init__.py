"""The encoder: one small model that turns sentences into vectors and scores for the codebook."""

from personagen.encoder.layout import CODES, DIMENSIONS
from personagen.encoder.runtime import Encoded, Encoder, load

__all__ = ["CODES", "DIMENSIONS", "Encoded", "Encoder", "load"]
