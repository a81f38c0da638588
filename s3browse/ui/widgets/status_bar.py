"""The line below the rows: how many objects, how far the listing is, and what the cursor is on."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from s3browse import text
from s3browse.s3.listing import Listing, Stage


class StatusBar(Static):
    """Tells the object count as soon as anything has come."""

    DEFAULT_CSS = """
    StatusBar {
        height: 1; padding: 0 1; background: $panel; color: $foreground; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Listing, bool, bool] | None = None

    def show(self, listing: Listing, *, waiting: bool, refreshing: bool) -> None:
        """Tell how a listing stands.

        Args:
            listing: What is on the screen.
            waiting: Whether it waits for the session.
            refreshing: Whether it is being loaded anew.
        """
        self._shown = (listing, waiting, refreshing)
        self.on_resize()

    def on_resize(self) -> None:
        """Lay the line out for the width there is."""
        if self._shown is None:
            return
        listing, waiting, refreshing = self._shown
        state = _progress(listing, waiting=waiting, refreshing=refreshing)
        known = len(listing) > 0 or listing.is_empty  # else "0 objects" would be a guess
        left = " · ".join(filter(None, [count_line(listing) if known else "", state]))
        right = f"row {text.count(listing.cursor + 1)} of {text.count(len(listing))}" if len(listing) else ""
        if cell_len(left) + cell_len(right) + 2 > self.content_size.width:
            right = ""
        room = self.content_size.width - cell_len(left) - cell_len(right)
        middle = f"   {self._selected(listing, room - 6)}"
        gap = " " * max(1, room - cell_len(middle))
        self.update(Content.assemble(left, (middle + gap + right, "$foreground 60%")))

    def _selected(self, listing: Listing, room: int) -> str:
        """The full name under the cursor, where it may be cut off in the table and there is room here."""
        if listing.cursor >= len(listing):
            return ""
        name = text.safe(listing.name_of(listing.entry(listing.cursor)))
        return name if 40 < cell_len(name) < room else ""


def count_line(listing: Listing) -> str:
    """How much there is: ``12 408 objects, 2 folders · 1.2 GiB``; a "+" while there may be more."""
    noun = "bucket" if listing.location.is_root else "object"
    more = "+" if listing.stage is not Stage.COMPLETE and listing.objects else ""
    words = f"{text.count(listing.objects)}{more} {noun}{'' if listing.objects == 1 and not more else 's'}"
    if listing.prefixes:
        words += f", {text.plural(listing.prefixes, 'folder')}"
    if listing.objects and not listing.location.is_root:
        words += f" · {text.size(listing.total_size)}"
    return words + (" so far" if more else "")


def _progress(listing: Listing, *, waiting: bool, refreshing: bool) -> str:
    if waiting:
        return "waiting for the session"
    if refreshing:
        return "refreshing …"
    match listing.stage:
        case Stage.LOADING:
            return "loading …  esc stops"
        case Stage.STOPPED:
            return "stopped  + loads the rest"
        case Stage.FAILED if listing.error is not None:
            return f"{text.safe(listing.error.title)}  + tries again"
        case _:
            return ""
