"""What the gate answers."""

from __future__ import annotations

from typing import Literal

from personagen.models import Model, Role

Verdict = Literal["verbatim", "altered", "misattributed", "not_found"]


class Located(Model):
    """Where the words stand, or what comes closest to them."""

    source: str
    """The source's path as shown: base name, names masked."""
    utterance: str
    start: int
    """First character in the utterance's stored text: Unicode code points, from 0."""
    end: int
    """One past the last character."""
    speaker: str
    role: Role


class QuoteVerdict(Model):
    """The gate's judgement of one quotation."""

    quote: str
    verdict: Verdict
    why: str
    """One clause for a researcher; echoes no more than a few words."""
    located: Located | None = None
    file: str | None = None
    """The document that the quotation stands in, where it was read from one."""
    line: int | None = None
    """Its line there, from 1."""
    ms: float = 0.0
    """Milliseconds the judgement took."""


class Quotation(Model):
    """One quotation found in a document."""

    text: str
    speaker: str | None = None
    """Whom the document gives it to; None where it names no one."""
    label: str | None = None
    """A word and colon before it: a speaker only if the study knows the name."""
    line: int
    """Line (of a .docx: paragraph) that it begins in, from 1."""
