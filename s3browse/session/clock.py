"""Server time: what the server's clock shows now, whatever this machine's clock says."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

SKEW_TOLERATED = 300.0
"""Seconds between the clocks up to which requests are signed in this machine's time; S3 and STS refuse from 900 on."""


def boot_seconds() -> float:
    """Seconds on a clock that never steps and goes on while the machine is suspended.

    On Linux ``time.monotonic`` stands still in suspend, so CLOCK_BOOTTIME is read; on macOS
    CLOCK_MONOTONIC goes on asleep (clock_gettime(2), clock_gettime(3)).
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class ServerClock:
    """Learns the server's time from the ``Date`` of its answers; thread-safe.

    A ``Date`` has a resolution of one second and was written somewhere between sending and receiving, so
    each answer bounds the offset to this machine's boot clock; the bounds of many answers intersect.

    Args:
        boot: A clock that never steps, in seconds.
        wall: This machine's idea of the time, in seconds since 1970. Believed until a server has spoken.
    """

    def __init__(self, *, boot: Callable[[], float] = boot_seconds, wall: Callable[[], float] = time.time) -> None:
        self.boot = boot
        self._wall = wall
        self._lock = threading.Lock()
        self._bounds: tuple[float, float] | None = None

    def observe(self, date: str, sent: float, received: float) -> None:
        """Learn from one answer.

        Args:
            date: The answer's ``Date`` header (RFC 9110, section 6.6.1). One that cannot be read is passed over.
            sent: The boot clock when the request left.
            received: The boot clock when the answer was there.
        """
        try:
            moment = parsedate_to_datetime(date)
            stamp = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except ValueError:
            return
        low, high = stamp - received, stamp + 1 - sent
        with self._lock:
            if self._bounds is not None:
                low, high = max(low, self._bounds[0]), min(high, self._bounds[1])
                if low > high:  # the server's clock was set, or another server answered
                    low, high = stamp - received, stamp + 1 - sent
            self._bounds = (low, high)

    def now(self) -> float:
        """Server time in seconds since 1970, the middle of what is possible."""
        bounds = self._bounds
        return self._wall() if bounds is None else self.boot() + sum(bounds) / 2

    def latest(self) -> float:
        """The latest that it may be on the server."""
        bounds = self._bounds
        return self._wall() if bounds is None else self.boot() + bounds[1]

    def skew(self) -> float:
        """Seconds by which the server's clock is ahead of this machine's; 0 until a server has spoken."""
        return 0.0 if self._bounds is None else self.now() - self._wall()
