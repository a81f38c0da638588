"""The demo's clock: the machine's time, plus what was added to it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class DemoClock:
    """Tells the server's time and can be moved, so that nothing has to be waited for."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Returns the server's time in epoch seconds."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the clock by so many seconds; a negative number moves it back."""
        self._offset += seconds


def iso(moment: float) -> str:
    """Writes epoch seconds as ``2026-11-23T06:26:48Z``, cut to whole seconds."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amz_date(moment: float) -> str:
    """Writes epoch seconds as Signature Version 4 does: ``20261123T062648Z``."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y%m%dT%H%M%SZ")


def parse_amz_date(text: str) -> float:
    """Reads ``20261123T062648Z`` into epoch seconds.

    Raises:
        ValueError: The text is not such a date.
    """
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
