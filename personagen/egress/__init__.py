"""The one door that outgoing bytes pass: nothing leaves unseen."""

from __future__ import annotations

from personagen.egress.door import LOG, Door, Rules, host_of, is_loopback, purpose

__all__ = ["LOG", "Door", "Rules", "host_of", "is_loopback", "purpose"]
