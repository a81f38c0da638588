"""The rows of one location: columns that grow page by page, and the place of the cursor in them. No IO."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from s3browse.errors import S3BrowseError
from s3browse.s3.location import Location


class Kind(Enum):
    """What a row is."""

    BUCKET = "bucket"
    PREFIX = "prefix"
    OBJECT = "object"


@dataclass(frozen=True)
class Entry:
    """One row of a listing."""

    kind: Kind
    key: str
    """The bucket's name, the whole prefix, or the whole key."""
    size: int | None = None
    """Bytes; None for what has none."""
    modified: float | None = None
    """Seconds since 1970: an object's last change, a bucket's creation. None for a prefix."""
    detail: str = ""
    """An object's storage class, a bucket's region."""


@dataclass(frozen=True)
class Page:
    """What one answer of the server adds to a listing, as columns of equal length."""

    prefixes: Sequence[str] = ()
    keys: Sequence[str] = ()
    sizes: Sequence[int] = ()
    modified: Sequence[float] = ()
    """Seconds since 1970."""
    details: Sequence[str] = ()
    next_token: str | None = None
    """Continues after this page; None on the last."""


class Stage(Enum):
    """How far a listing has come."""

    LOADING = "loading"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass
class Listing:
    """The rows of one location: folders first, then objects, each in the server's order.

    Not thread-safe: it lives on the UI loop, and pages are handed to it there.
    """

    location: Location
    stage: Stage = Stage.LOADING
    error: S3BrowseError | None = None
    """Why it failed, at stage FAILED."""
    next_token: str | None = None
    """Where loading goes on; None before the first page and after the last."""
    cursor: int = 0
    """The row that the cursor is on."""
    top: int = 0
    """The first row on the screen."""
    total_size: int = 0
    """Bytes of all objects so far."""
    _prefixes: list[str] = field(default_factory=list, repr=False)
    _keys: list[str] = field(default_factory=list, repr=False)
    _sizes: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _modified: array[float] = field(default_factory=lambda: array("d"), repr=False)
    _details: array[int] = field(default_factory=lambda: array("L"), repr=False)
    _detail_names: list[str] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self._prefixes) + len(self._keys)

    @property
    def objects(self) -> int:
        """How many objects (or, at the top, buckets) have come so far."""
        return len(self._keys)

    @property
    def prefixes(self) -> int:
        """How many folders have come so far."""
        return len(self._prefixes)

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is nothing here."""
        return self.stage is Stage.COMPLETE and not len(self)

    def append(self, page: Page) -> None:
        """Add a page. Folders go before the objects; the cursor and the view, once moved, stay on their rows."""
        untouched = self.cursor == self.top == 0
        if page.prefixes and self._keys and not untouched:
            added = len(page.prefixes)
            self.cursor += added if self.cursor >= len(self._prefixes) else 0
            self.top += added if self.top >= len(self._prefixes) else 0
        self._prefixes.extend(page.prefixes)
        self._keys.extend(page.keys)
        self._sizes.extend(page.sizes)
        self._modified.extend(page.modified)
        self._details.extend(self._detail_number(name) for name in page.details)
        self.total_size += sum(page.sizes)
        self.next_token = page.next_token
        if page.next_token is None:
            self.stage = Stage.COMPLETE

    def entry(self, row: int) -> Entry:
        """The row at an index.

        Raises:
            IndexError: When there is no such row.
        """
        if not 0 <= row < len(self):
            raise IndexError(row)
        if row < len(self._prefixes):
            return Entry(Kind.PREFIX, self._prefixes[row])
        row -= len(self._prefixes)
        kind = Kind.BUCKET if self.location.is_root else Kind.OBJECT
        detail = self._detail_names[self._details[row]]
        modified = self._modified[row] or None
        return Entry(kind, self._keys[row], None if kind is Kind.BUCKET else self._sizes[row], modified, detail)

    def row_of(self, key: str) -> int | None:
        """The row of a key or prefix; None where it has not come."""
        for rows, first in ((self._prefixes, 0), (self._keys, len(self._prefixes))):
            try:
                return first + rows.index(key)
            except ValueError:
                continue
        return None

    def key_at_cursor(self) -> str | None:
        """The key under the cursor; None where there are no rows."""
        return self.entry(self.cursor).key if self.cursor < len(self) else None

    def name_of(self, entry: Entry) -> str:
        """A row's name as seen from this location: its key without the folder that all rows are in."""
        return entry.key if self.location.is_root else entry.key[self.location.prefix.rfind("/") + 1 :]

    def stop(self) -> None:
        """Note that loading was stopped; what has come stays, and it can go on from there."""
        if self.stage is Stage.LOADING:
            self.stage = Stage.STOPPED

    def fail(self, error: S3BrowseError) -> None:
        """Note that loading failed; what has come stays, and it can go on from there."""
        self.stage, self.error = Stage.FAILED, error

    def resume(self) -> None:
        """Note that loading goes on."""
        self.stage, self.error = Stage.LOADING, None

    def take_place_of(self, other: Listing) -> None:
        """Put the cursor where it was in another listing of the same location: on the same key, else nearby."""
        key = other.key_at_cursor()
        row = None if key is None else self.row_of(key)
        self.cursor = min(other.cursor, max(0, len(self) - 1)) if row is None else row
        self.top = max(0, self.cursor - (other.cursor - other.top))

    def _detail_number(self, name: str) -> int:
        try:
            return self._detail_names.index(name)
        except ValueError:
            self._detail_names.append(name)
            return len(self._detail_names) - 1
