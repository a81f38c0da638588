"""A table over a listing that draws the visible rows only, so a million rows cost what a screenful costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s3browse import text
from s3browse.s3.listing import Entry, Kind, Listing
from s3browse.s3.location import ROOT

_STRIPS_KEPT = 512
"""Drawn rows that are kept: several screenfuls."""

_WIDE = 96
"""Columns from which on a storage class has room to be written in full."""


_WIDEST_NAME = 110


@dataclass(frozen=True)
class _Columns:
    """Widths in cells; the name takes what is left, but no more than eyes can follow to the figures."""

    name: int
    size: int
    modified: int
    detail: int

    @classmethod
    def fit(cls, width: int, *, buckets: bool) -> _Columns:
        size = 0 if buckets else 10
        modified = 19 if width >= 56 else 0
        detail = (19 if width >= _WIDE else 12) if width >= 72 else 0
        gaps = 2 + sum(2 for column in (size, modified, detail) if column)
        return cls(max(8, min(_WIDEST_NAME, width - size - modified - detail - gaps)), size, modified, detail)


class EntryTable(ScrollView, can_focus=True):
    """Shows the rows of a listing and moves the cursor in them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", id="down", show=False, tooltip="One row down"),
        Binding("k,up", "move(-1)", "Up", id="up", show=False, tooltip="One row up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", id="page-down", show=False, tooltip="One screen down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", id="page-up", show=False, tooltip="One screen up"),
        Binding("ctrl+d", "page(0.5)", "Half down", id="half-down", show=False, tooltip="Half a screen down"),
        Binding("ctrl+u", "page(-0.5)", "Half up", id="half-up", show=False, tooltip="Half a screen up"),
        Binding("g,home", "jump(0)", "First", id="first", show=False, tooltip="The first row"),
        Binding("G,end", "jump(-1)", "Last", id="last", show=False, tooltip="The last row that has come"),
        Binding("enter,l,right", "open", "Open", id="open", key_display="enter", tooltip="Open the row"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "entry-table--header",
        "entry-table--cursor",
        "entry-table--folder",
        "entry-table--dim",
    }

    DEFAULT_CSS = """
    EntryTable {
        background: $background; color: $foreground; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        & > .entry-table--header { background: $surface; color: $text-muted; }
        & > .entry-table--cursor { background: $primary 30%; color: $foreground; text-style: bold; }
        & > .entry-table--folder { color: $primary; text-style: bold; }
        & > .entry-table--dim { color: $text-muted; }
    }
    """

    @dataclass
    class Opened(Message):
        """Posted when the person opens a row."""

        entry: Entry

    class CursorMoved(Message):
        """Posted when the cursor is on another row."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.listing = Listing(ROOT)
        self._strips: dict[tuple[int, bool], Strip] = {}

    def show(self, listing: Listing) -> None:
        """Show another listing, at the place where its cursor was left."""
        self.listing = listing
        self._resize_rows()
        self._scroll_to_row(listing.top)
        self._keep_cursor_visible()
        self._redraw()

    def rows_came(self) -> None:
        """Draw what a page has added. Costs nothing for rows that are not on the screen."""
        self._resize_rows()
        self._scroll_to_row(self.listing.top)
        self._redraw()

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, and the row on the screen."""
        row = max(0, min(len(self.listing) - 1, row))
        old, self.listing.cursor = self.listing.cursor, row
        for line in {old - self._top, row - self._top}:
            self.refresh(Region(0, line + 1, self.size.width, 1))
        self._keep_cursor_visible()
        self.post_message(self.CursorMoved())

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen: the heading, or a row."""
        width = self.size.width
        if y == 0:
            return self._header(width)
        row = self._top + y - 1
        if row >= len(self.listing):
            return Strip.blank(width, self.rich_style)
        key = (row, row == self.listing.cursor)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            strip = self._strips[key] = self._row(row, width)
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region.

        Goes past Textual's cache of styled lines, which is for borders and padding that this widget does not have.
        """
        strips = [self.render_line(y) for y in range(crop.y, crop.bottom)]
        return strips if crop.x == 0 and crop.width == self.size.width else [s.crop(crop.x, crop.right) for s in strips]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember the first row on the screen with its listing."""
        super().watch_scroll_y(old_value, new_value)
        self.listing.top = round(new_value)

    def notify_style_update(self) -> None:
        """Drop drawn rows when the theme or the focus changes."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew at the new width, with the cursor still on the screen."""
        self._resize_rows()
        self._keep_cursor_visible()
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row that was clicked; open it at the second click."""
        row = self._top + event.y - 1
        if event.y == 0 or row >= len(self.listing):
            return
        self.move_to(row)
        if event.chain == 2:
            self.action_open()

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        if len(self.listing):
            self.move_to(self.listing.cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor by screenfuls."""
        self.action_move(round(pages * max(1, self._rows_on_screen - 1)))

    def action_jump(self, row: int) -> None:
        """Move the cursor to the first row, or with -1 to the last."""
        if len(self.listing):
            self.move_to(row if row >= 0 else len(self.listing) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.listing.cursor < len(self.listing):
            self.post_message(self.Opened(self.listing.entry(self.listing.cursor)))

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    @property
    def _rows_on_screen(self) -> int:
        return max(1, self.size.height - 1)

    def _resize_rows(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.listing) + 1)

    def _scroll_to_row(self, row: int) -> None:
        if row != self._top:
            self.set_reactive(ScrollView.scroll_target_y, float(row))
            self.scroll_to(y=row, animate=False)

    def _keep_cursor_visible(self) -> None:
        cursor, top, rows = self.listing.cursor, self.listing.top, self._rows_on_screen
        if cursor < top:
            self._scroll_to_row(cursor)
        elif cursor >= top + rows:
            self._scroll_to_row(cursor - rows + 1)

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def _header(self, width: int) -> Strip:
        buckets = self.listing.location.is_root
        columns = _Columns.fit(width, buckets=buckets)
        name, time, detail = ("Bucket", "Created", "Region") if buckets else ("Name", "Modified", "Class")
        line = _line(columns, name, "Size", time, detail)
        style = self.get_component_rich_style("entry-table--header")
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)

    def _row(self, row: int, width: int) -> Strip:
        entry = self.listing.entry(row)
        columns = _Columns.fit(width, buckets=entry.kind is Kind.BUCKET)
        name = text.safe(self.listing.name_of(entry)) or "(folder marker)"
        marker = "▌" if row == self.listing.cursor else " "
        figures = _figures(
            columns,
            "–" if entry.size is None else text.size(entry.size),
            "" if entry.modified is None else text.timestamp(entry.modified),
            text.safe(entry.detail),
        )
        base, dim = self.rich_style, self.get_component_rich_style("entry-table--dim")
        bright = self.get_component_rich_style("entry-table--folder") if entry.kind is not Kind.OBJECT else base
        if row == self.listing.cursor:
            base = dim = bright = self.get_component_rich_style("entry-table--cursor")
        accent = base + Style(color=self.get_component_rich_style("entry-table--folder").color)
        segments = [Segment(marker, accent), Segment(_fit(name, columns.name) + " ", bright), Segment(figures, dim)]
        return Strip(segments).adjust_cell_length(width, base)


def _fit(words: str, width: int) -> str:
    """Pad or cut a text to a width in cells; a cut is shown."""
    return set_cell_size(words, width) if cell_len(words) <= width else set_cell_size(words, width - 1) + "…"


def _figures(columns: _Columns, size: str, modified: str, detail: str) -> str:
    line = f"{size:>{columns.size}}  " if columns.size else " "
    if columns.modified:
        line += f"{modified:<{columns.modified}}  "
    return line + (_fit(detail, columns.detail) if columns.detail else "")


def _line(columns: _Columns, name: str, size: str, modified: str, detail: str) -> str:
    return " " + _fit(name, columns.name) + " " + _figures(columns, size, modified, detail)
