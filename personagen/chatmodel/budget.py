"""What a run may cost: reserved before a request is sent, settled when its answer is there."""

from __future__ import annotations

import threading
from typing import NamedTuple

from personagen.chatmodel.pricing import Price

MARGIN = 1.1
"""Room for counts that are those of another tokenizer, and for what a server adds by itself."""

STOPPED = "stopped at --max-"
"""So begins why a question was not asked where a bound was reached."""


class Bounds(NamedTuple):
    """Where a run stops."""

    cost: float | None = None
    """US dollars."""
    tokens: int | None = None
    """Sent and written, together."""


NO_BOUNDS = Bounds()


class Reserved(NamedTuple):
    """Set aside for a request in flight."""

    tokens: int
    cost: float


class Budget:
    """Keeps a run within its bounds, whatever the number of requests in flight."""

    def __init__(self, bounds: Bounds = NO_BOUNDS, price: Price | None = None) -> None:
        self._bounds, self._price = bounds, price
        self._lock = threading.Lock()
        self._tokens = 0
        self._cost = 0.0
        self.stopped = ""
        """Why nothing more is sent; empty while there is room."""

    def reserve(self, sent: int, most_written: int) -> Reserved | None:
        """Set tokens aside for a request; None, for good, where they go over a bound."""
        most = round(sent * MARGIN) + most_written
        cost = self._price.of(round(sent * MARGIN), most_written) if self._price else 0.0
        with self._lock:
            if not self.stopped:
                self.stopped = self._over(most, cost)
            if self.stopped:
                return None
            self._tokens += most
            self._cost += cost
        return Reserved(most, cost)

    def settle(self, reserved: Reserved, sent: int, written: int) -> None:
        """Put what a request really took in the place of what was set aside for it."""
        with self._lock:
            self._tokens += sent + written - reserved.tokens
            self._cost += self.cost(sent, written) - reserved.cost

    def cost(self, sent: int, written: int) -> float:
        """Return US dollars; 0 where the price is unknown."""
        return self._price.of(sent, written) if self._price else 0.0

    def _over(self, tokens: int, cost: float) -> str:
        bounds = self._bounds
        if bounds.tokens is not None and self._tokens + tokens > bounds.tokens:
            return f"{STOPPED}tokens {bounds.tokens:,}"
        if bounds.cost is not None and self._cost + cost > bounds.cost:
            return f"{STOPPED}cost {bounds.cost:g} USD"
        return ""
