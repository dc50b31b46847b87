"""Is every sentence that a model writes carried by the excerpts it cites?"""

from __future__ import annotations

from personagen.support.form import form_problem
from personagen.support.judging import Support, Verdict

__all__ = ["Support", "Verdict", "form_problem"]
