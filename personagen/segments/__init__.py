"""Customer segments: groups of participants who say like things."""

from personagen.segments.finding import FEWEST_MEMBERS, Segment, Segments, find_segments

__all__ = ["FEWEST_MEMBERS", "Segment", "Segments", "find_segments"]
