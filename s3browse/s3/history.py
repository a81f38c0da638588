"""Where one has been: back and forward, with the rows and the cursor as they were left."""

from __future__ import annotations

from s3browse.s3.listing import Listing
from s3browse.s3.location import Location

MOST_ROWS_KEPT = 2_000_000
"""Rows in all listings that are kept besides the one on the screen; the ones left longest ago go first."""


class History:
    """The listings one has visited, the current one among them."""

    def __init__(self) -> None:
        self._visited: list[Listing] = []
        self._at = -1

    @property
    def current(self) -> Listing | None:
        """The listing on the screen; None before the first visit."""
        return self._visited[self._at] if self._visited else None

    def visit(self, listing: Listing) -> None:
        """Go to a new listing. What lay ahead is forgotten, as in a web browser."""
        self._visited[self._at + 1 :] = [listing]
        self._at = len(self._visited) - 1
        self._forget_rows()

    def replace(self, listing: Listing) -> None:
        """Put a reloaded listing in the place of the current one."""
        self._visited[self._at] = listing

    def back(self) -> Listing | None:
        """Go back one; None at the beginning."""
        return self._move(-1)

    def forward(self) -> Listing | None:
        """Go forward one; None at the end."""
        return self._move(+1)

    def find(self, location: Location) -> Listing | None:
        """The latest kept listing of a location; None where there is none."""
        return next((listing for listing in reversed(self._visited) if listing.location == location), None)

    def _move(self, step: int) -> Listing | None:
        if not 0 <= self._at + step < len(self._visited):
            return None
        self._at += step
        return self.current

    def _forget_rows(self) -> None:
        """Let listings that are too many be loaded anew when one comes back to them."""
        rows = 0
        for index in range(len(self._visited) - 1, -1, -1):
            listing = self._visited[index]
            rows += len(listing) if index != self._at else 0
            if rows > MOST_ROWS_KEPT and index != self._at:
                self._visited[index] = Listing(listing.location)
