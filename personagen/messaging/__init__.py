"""Messages: lines to try on a persona, drafted from claims and product facts."""

from personagen.messaging.drafting import Proposed, propose

__all__ = ["Proposed", "propose"]
