"""Text for the screen: strangers' names made safe, and sizes, dates and durations in one format each."""

from __future__ import annotations

import re
from datetime import datetime

import humanize

_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(
        (
            *range(0x80, 0xA0),  # C1: some terminals obey these as they obey ESC
            0xAD,  # soft hyphen and zero-width signs hide differences between names
            0x061C,
            *range(0x200B, 0x2010),
            *range(0x2028, 0x202F),  # line and paragraph separators, bidi embeddings and overrides
            *range(0x2060, 0x2070),
            0xFEFF,
            *range(0xFFF9, 0xFFFC),
            *range(0xD800, 0xE000),  # a lone surrogate cannot be encoded for the terminal
            *range(0xE0000, 0xE0080),  # invisible tag characters
        ),
        0xFFFD,
    ),
}

_DURATION = re.compile(r"(\d+)\s*([smhd]?)", re.IGNORECASE)
_UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}

GROUP_SEPARATOR = " "
"""Between thousands: reads the same in every country, as a comma or a dot does not."""


def safe(text: str) -> str:
    """Make a stranger's text harmless on a terminal, and what was in it visible.

    Control characters become their pictures (ESC is shown as ␛), and what is invisible or turns the
    direction of writing becomes U+FFFD. Every character stays one character, so positions hold. The
    result is still not markup-safe: show it as ``Content``, ``Text`` or with ``markup=False``.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_CONTROLS)


def safe_lines(text: str) -> str:
    """Like ``safe``, but line breaks stay line breaks: for messages of several lines."""
    return "\n".join(safe(line) for line in text.splitlines())


def count(number: int) -> str:
    """A whole number with its thousands apart: ``12 408``."""
    return f"{number:,}".replace(",", GROUP_SEPARATOR)


def plural(number: int, noun: str) -> str:
    """A count and its noun: ``1 object``, ``2 objects``."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def size(number: int) -> str:
    """Bytes as people read them, in powers of 1024, as ``aws s3 ls --human-readable`` does: ``1.2 MiB``."""
    if number < 1024:
        return f"{number} B"
    return str(humanize.naturalsize(number, binary=True))


def timestamp(epoch: float) -> str:
    """A moment (seconds since 1970) in local time: ``2026-11-07 09:12:44``."""
    try:
        return datetime.fromtimestamp(epoch).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return "?"


def clock_time(epoch: float) -> str:
    """A moment (seconds since 1970) in local time, with its day only where that is not today: ``14:32:10``."""
    words = timestamp(epoch)
    return words.removeprefix(datetime.now().strftime("%Y-%m-%d "))


def countdown(seconds: float) -> str:
    """The time left as ``h:mm:ss``. A begun second counts whole, so 0:00:00 means that it is over."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """A length of time in the words that the command line takes: ``36h``, ``1h30m``, ``90s``."""
    left, words = round(seconds), ""
    for unit, length in (("h", 3600), ("m", 60), ("s", 1)):
        if left >= length:
            words += f"{left // length}{unit}"
            left %= length
    return words or "0s"


def parse_duration(words: str) -> int:
    """Read ``90``, ``90s``, ``15m``, ``1h30m`` or ``1d`` into seconds.

    Raises:
        ValueError: When the words are anything else.
    """
    words = words.strip()
    parts = _DURATION.findall(words)
    if not words or _DURATION.sub("", words).strip() or (len(parts) > 1 and any(not unit for _, unit in parts)):
        raise ValueError(f"{words!r} is not a length of time; write it as 90s, 15m, 1h30m or 36h")
    return sum(int(number) * _UNIT_SECONDS[unit.lower()] for number, unit in parts)
