"""What a study owes the people in it: their words erased on request, masks reviewed, consent."""

from __future__ import annotations

from personagen.custody.desk import Custody
from personagen.custody.withdrawal import Withdrawal

__all__ = ["Custody", "Withdrawal"]
