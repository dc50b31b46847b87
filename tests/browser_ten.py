"""The browser tests again and again: a test that is green nine times of ten is not green.

    python -m tests.browser_ten [TIMES]

Each run is a process of its own. Ends with 0 where every run was green.
"""

from __future__ import annotations

import subprocess
import sys
from time import monotonic

COMMAND = (sys.executable, "-m", "pytest", "-q", "-m", "browser", "-p", "no:cacheprovider")


def main(times: int) -> int:
    """Run the tests so often; say of each run how it went, and return how many were not green."""
    wrong = 0
    for number in range(1, times + 1):
        began = monotonic()
        done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
        lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"]
        wrong += done.returncode != 0
        _say(f"run {number} of {times}: {lines[-1]} [{monotonic() - began:.0f} s]")
        if done.returncode:
            _say("\n".join(lines[-60:]))
    _say(f"{times - wrong} of {times} runs green")
    return wrong


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)))
