"""Is every sentence that a model writes carried by the excerpts it cites?"""

from __future__ import annotations

from personagen.support.judging import Support, Verdict, form_problem

__all__ = ["Support", "Verdict", "form_problem"]
