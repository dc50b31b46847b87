"""Customer segments: groups of participants who say like things."""

from personagen.segments.finding import Segment, Segments, find_segments
from personagen.segments.resampling import FEWEST_MEMBERS

__all__ = ["FEWEST_MEMBERS", "Segment", "Segments", "find_segments"]
