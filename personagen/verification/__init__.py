"""The quote gate: only words that were said, by who said them, and meaning what they meant."""

from personagen.verification.documents import find_quotations
from personagen.verification.gate import QuoteIndex
from personagen.verification.meaning import standing_alone
from personagen.verification.verdicts import Located, Quotation, QuoteVerdict, Verdict

__all__ = [
    "Located",
    "Quotation",
    "QuoteIndex",
    "QuoteVerdict",
    "Verdict",
    "find_quotations",
    "standing_alone",
]
