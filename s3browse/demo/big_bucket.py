"""Objects that are computed, never stored: a listing of millions, and bodies too large to keep."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from typing import Any, overload

from s3browse.demo.http import Answer, Call
from s3browse.demo.listing import Catalogue, Entry
from s3browse.demo.refusals import Refusal

_DAYS = tuple(f"{date(2026, 9, 1) + timedelta(days=number)}" for number in range(80))
"""The days over which the computed objects are spread."""
_CLASSES = ("STANDARD",) * 6 + ("STANDARD_IA", "STANDARD_IA", "INTELLIGENT_TIERING", "INTELLIGENT_TIERING")
_ROW = 64
"""Bytes in a row of a computed body; every row is another, so a misplaced range shows."""
_BLOCK = 1024 * _ROW
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Numbered(Catalogue):
    """Objects whose name, size and day follow from their number.

    Args:
        prefix: What every name starts with.
        count: How many there are.
    """

    def __init__(self, prefix: str, count: int) -> None:
        self._prefix = prefix
        self._count = count
        self._width = max(7, len(str(count)))
        self.gone: set[str] = set()
        """Names that were deleted."""

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(self._count))]
        if not 0 <= number < self._count:
            raise IndexError(number)
        return f"{self._prefix}{number:0{self._width}}-{_mixed(number) >> 16:04x}.parquet"

    def entry(self, number: int) -> Entry | None:
        """Returns the entry of that number, or None for one that was deleted."""
        name = self[number]
        if name in self.gone:
            return None
        mixed = _mixed(number)
        return Entry(
            name,
            24_576 + mixed % 360_000,
            _moment(number * len(_DAYS) * 86_400 // self._count),
            f'"{mixed:08x}{number:024x}-1"',
            _CLASSES[mixed % len(_CLASSES)],
        )


class Fixed(Catalogue):
    """A few computed objects, each with its entry given."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = sorted(entries)
        self.gone: set[str] = set()
        """Names that were deleted."""

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [entry.name for entry in self._entries[number]]
        return self._entries[number].name

    def entry(self, number: int) -> Entry | None:
        """Returns the entry of that number, or None for one that was deleted."""
        entry = self._entries[number]
        return None if entry.name in self.gone else entry


def _mixed(number: int) -> int:
    return (number + 1) * 2_654_435_761 & 0xFFFFFFFF


def _moment(second: int) -> str:
    day, rest = divmod(second, 86_400)
    return f"{_DAYS[day]}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.000Z"


def find(catalogue: Catalogue, name: str) -> Entry | None:
    """Finds the entry of a name, or None."""
    number = bisect_left(catalogue, name)
    if number == len(catalogue) or catalogue[number] != name:
        return None
    return catalogue.entry(number)


def body(entry: Entry, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yields the bytes of a computed object from ``start`` to before ``stop``, block by block."""
    end = entry.size if stop is None else stop
    while start < end:
        first = start // _ROW
        until = min(end, start + _BLOCK)
        rows = b"".join(b"%015d,%-47s\n" % (row, _cells(row)) for row in range(first, -(-until // _ROW)))
        yield rows[start - first * _ROW : until - first * _ROW]
        start = until


def _cells(row: int) -> bytes:
    mixed = _mixed(row)
    country = (b"DE", b"FR", b"GB", b"IT", b"JP", b"US")[mixed % 6]
    return b"order-%08x,%s,%d.%02d,EUR" % (mixed, country, mixed % 900 + 5, mixed % 100)


def answer_object(entry: Entry, call: Call) -> Answer:
    """Answers GET or HEAD of a computed object; a single byte range and If-Match are honoured.

    Raises:
        Refusal: The range lies outside, or the object is not the one expected.
    """
    expected = call.header("if-match")
    if expected is not None and expected.strip('"') not in {entry.etag.strip('"'), "*"}:
        message = "At least one of the pre-conditions you specified did not hold"
        raise Refusal(412, "PreconditionFailed", message, Condition="If-Match")
    headers = _headers(entry)
    span = _RANGE.match(call.header("range") or "")
    if span is None:
        return Answer(200, body(entry), headers | {"Content-Length": str(entry.size)})
    start, stop = _bounds(span, entry.size)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{entry.size}"
    return Answer(206, body(entry, start, stop), headers | {"Content-Length": str(stop - start)})


def _bounds(span: re.Match[str], size: int) -> tuple[int, int]:
    first, last = span.groups()
    if first:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    else:
        start, stop = max(0, size - int(last or 0)), size
    if start >= stop:
        raise Refusal(416, "InvalidRange", "The requested range is not satisfiable", ActualObjectSize=str(size))
    return start, stop


def _headers(entry: Entry) -> dict[str, Any]:
    modified = datetime.fromisoformat(entry.modified)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": "binary/octet-stream",
        "ETag": entry.etag,
        "Last-Modified": format_datetime(modified, usegmt=True),
    }
    if entry.storage_class != "STANDARD":
        headers["x-amz-storage-class"] = entry.storage_class
    return headers
