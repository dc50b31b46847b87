"""Decide: a person accepts, edits or rejects any line; nothing is overwritten, all is on record.

A decision is an event, appended and never changed. What a document shows is the analyst's findings
with the events laid over them, so undoing one is leaving it out, and a later run of the analyst
can't touch what a person decided.
"""

from personagen.review.decisions import Decision, decide, undoing
from personagen.review.overlay import apply
from personagen.review.people import last_decision, people
from personagen.review.seen import still_as_seen
from personagen.review.since import Change, changes

__all__ = [
    "Change",
    "Decision",
    "apply",
    "changes",
    "decide",
    "last_decision",
    "people",
    "still_as_seen",
    "undoing",
]
