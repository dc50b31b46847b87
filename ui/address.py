"""Where in the review room one is: `#/insights/i_0123?code=pain_point&page=2`.

The address is all that a browser tab remembers. It travels with every event, so nothing about a
tab is kept on the server: two tabs can't disturb each other and a restart loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode

ROOMS: Mapping[str, str] = {
    "sources": "Sources",
    "analyze": "Analyze",
    "insights": "Insights",
    "themes": "Themes",
    "personas": "Personas",
    "journey": "Journey",
    "messaging": "Messaging",
    "chat": "Chat",
    "documents": "Documents",
    "record": "Record",
}
"""Name in an address to name on the door, in the order of the work."""
_LONGEST = 8_000
"""Characters; some forty places of words that were picked for a claim are in one."""


@dataclass(frozen=True)
class Address:
    """A room, what is open in it, and what is asked of it."""

    room: str = ""
    item: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Address:
        """Return the address in what stands after `#`; the nearest one to what makes no sense."""
        path, _, query = text[:_LONGEST].lstrip("#").lstrip("/").partition("?")
        room, _, item = path.partition("/")
        asked = {name: value for name, value in parse_qsl(query) if value}
        return cls(room if room in ROOMS else "", unquote(item), asked)

    def __str__(self) -> str:
        """Return the address as a link has it."""
        path = "/".join(quote(part, safe="") for part in (self.room, self.item) if part)
        query = urlencode({name: value for name, value in self.query.items() if value})
        return f"#/{path}?{query}" if query else f"#/{path}"

    def get(self, name: str) -> str:
        """Return what is asked under a name; empty where nothing is."""
        return self.query.get(name, "")

    def number(self, name: str, default: int = 1) -> int:
        """Return a whole number of at least 1 asked under a name."""
        text = self.get(name)
        return max(1, int(text)) if text.isdigit() and len(text) < 9 else default

    def having(self, **query: object) -> Address:
        """Return the address with these asked in the place of what was; empty values go."""
        changed = {**self.query, **{name: str(value or "") for name, value in query.items()}}
        return Address(self.room, self.item, {n: v for n, v in changed.items() if v})


def to(room: str, item: str = "", **query: object) -> str:
    """Return a link to a room."""
    return str(Address(room, item).having(**query))
