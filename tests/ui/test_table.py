"""The table alone, over listings that no server made."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from s3browse.s3.listing import Entry, Kind, Listing, Page
from s3browse.s3.location import ROOT, Location
from s3browse.ui.widgets.entry_table import EntryTable
from tests.ui.conftest import screen_text, until

MANY = 1_000_000


class Host(App[None]):
    """Shows one table and notes what it posts."""

    def __init__(self, listing: Listing) -> None:
        super().__init__()
        self.listing = listing
        self.opened: list[Entry] = []
        self.moves = 0

    def compose(self) -> ComposeResult:
        yield EntryTable()

    def on_mount(self) -> None:
        table = self.query_one(EntryTable)
        table.show(self.listing)
        table.focus()

    def on_entry_table_opened(self, message: EntryTable.Opened) -> None:
        self.opened.append(message.entry)

    def on_entry_table_cursor_moved(self) -> None:
        self.moves += 1


@asynccontextmanager
async def table_of(listing: Listing, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[None], Host]]:
    app = Host(listing)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app


def page_of(keys: list[str], *, prefixes: list[str] | None = None, more: bool = False) -> Page:
    many = len(keys)
    token = "more" if more else None
    return Page(prefixes or [], keys, [1536] * many, [1_795_000_000.0] * many, ["STANDARD"] * many, token)


def listing_of(*keys: str, prefixes: list[str] | None = None, more: bool = False) -> Listing:
    listing = Listing(Location("bucket"))
    listing.append(page_of(list(keys), prefixes=prefixes, more=more))
    return listing


@pytest.fixture(scope="module")
def a_million() -> Page:
    return page_of([f"key-{number:07}" for number in range(MANY)])


@pytest.fixture
def million(a_million: Page) -> Listing:
    listing = Listing(Location("bucket"))
    listing.append(a_million)
    return listing


@pytest.fixture
def entries_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that were read, in order."""
    rows: list[int] = []
    entry = Listing.entry

    def counted(listing: Listing, row: int) -> Entry:
        rows.append(row)
        return entry(listing, row)

    monkeypatch.setattr(Listing, "entry", counted)
    return rows


def rows_of(app: Host) -> list[str]:
    """The names on the screen, from the top; the cursor's is marked."""
    lines = screen_text(app).splitlines()[1:]
    return [line.split()[0] for line in lines if line.strip()]


# A million rows


async def test_a_million_rows_are_shown_at_once(million: Listing) -> None:
    began = time.monotonic()
    async with table_of(million) as (_, app):
        assert time.monotonic() - began < 2
        assert rows_of(app)[0] == "▌key-0000000"


async def test_only_the_rows_on_the_screen_are_read(million: Listing, entries_read: list[int]) -> None:
    async with table_of(million) as (pilot, app):
        assert set(entries_read) <= set(range(24))
        entries_read.clear()
        await pilot.press("end")
        await until(pilot, lambda: "key-0999999" in screen_text(app))
        assert min(entries_read) >= MANY - 25
        assert len(entries_read) < 200


async def test_moving_the_cursor_reads_two_rows(million: Listing, entries_read: list[int]) -> None:
    async with table_of(million) as (pilot, app):
        await pilot.press("j")
        await until(pilot, lambda: "▌key-0000001" in screen_text(app))
        entries_read.clear()
        await pilot.press("j")
        await until(pilot, lambda: "▌key-0000002" in screen_text(app))
        assert set(entries_read) <= {0, 1, 2}


async def test_rows_that_come_below_the_screen_are_not_read(entries_read: list[int]) -> None:
    listing = listing_of(*(f"key-{number:04}" for number in range(1000)), more=True)
    async with table_of(listing) as (pilot, app):
        entries_read.clear()
        for start in range(1000, 6000, 1000):
            listing.append(page_of([f"key-{number:04}" for number in range(start, start + 1000)], more=True))
            app.query_one(EntryTable).rows_came()
        await pilot.pause()
        assert set(entries_read) <= set(range(24))


async def test_end_reaches_the_last_row_and_home_the_first(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        await pilot.press("end")
        await until(pilot, lambda: rows_of(app)[-1] == "▌key-0999999")
        assert million.cursor == MANY - 1
        await pilot.press("home")
        await until(pilot, lambda: rows_of(app)[0] == "▌key-0000000")


async def test_every_row_can_be_reached_at_the_end(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        await pilot.press("G")
        for back in range(1, 40):
            await pilot.press("k")
            assert f"▌key-{MANY - 1 - back:07}" in screen_text(app)


async def test_page_keys_move_by_a_screen(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        await pilot.press("pagedown")
        assert million.cursor == 22
        await pilot.press("pagedown", "pagedown")
        assert million.cursor == 66
        await pilot.press("pageup")
        assert million.cursor == 44
        await pilot.press("ctrl+d")
        assert million.cursor == 55
        await pilot.press("ctrl+u")
        assert million.cursor == 44
        await until(pilot, lambda: "▌key-0000044" in screen_text(app))


async def test_the_cursor_is_always_on_the_screen(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        for key in ("pagedown", "j", "G", "pageup", "k", "g", "ctrl+d", "pageup", "end", "ctrl+u", "home", "k"):
            await pilot.press(key)
            assert f"▌key-{million.cursor:07}" in screen_text(app), key


async def test_the_cursor_stays_on_the_screen_when_that_gets_small(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        app.query_one(EntryTable).move_to(20)
        await pilot.resize_terminal(60, 8)
        await until(pilot, lambda: "▌key-0000020" in screen_text(app))


async def test_the_wheel_does_not_move_the_cursor(million: Listing) -> None:
    async with table_of(million) as (pilot, app):
        app.query_one(EntryTable).scroll_to(y=5000, animate=False)
        await until(pilot, lambda: rows_of(app)[0] == "key-0005000")
        assert million.cursor == 0
        await pilot.press("j")
        await until(pilot, lambda: "▌key-0000001" in screen_text(app))


# Folders that come late


async def test_folders_that_come_late_leave_the_cursor_on_its_key() -> None:
    listing = listing_of("a.txt", "b.txt", "c.txt", more=True)
    async with table_of(listing) as (pilot, app):
        await pilot.press("j")
        listing.append(page_of(["z.txt"], prefixes=["m/", "n/"]))
        app.query_one(EntryTable).rows_came()
        await until(pilot, lambda: rows_of(app) == ["m/", "n/", "a.txt", "▌b.txt", "c.txt", "z.txt"])
        assert listing.key_at_cursor() == "b.txt"


async def test_folders_that_come_late_leave_the_view_where_it_is() -> None:
    listing = listing_of(*(f"key-{number:03}" for number in range(500)), more=True)
    async with table_of(listing) as (pilot, app):
        app.query_one(EntryTable).move_to(300)
        await until(pilot, lambda: "▌key-300" in screen_text(app))
        before = rows_of(app)
        listing.append(page_of([], prefixes=[f"folder-{number}/" for number in range(40)]))
        app.query_one(EntryTable).rows_came()
        await until(pilot, lambda: listing.cursor == 340)
        await pilot.pause()
        assert rows_of(app) == before


async def test_another_listing_comes_back_where_it_was_left(million: Listing) -> None:
    other = listing_of("x.txt")
    async with table_of(million) as (pilot, app):
        table = app.query_one(EntryTable)
        table.move_to(500_000)
        await pilot.press("k", "k")
        before = (million.cursor, million.top)
        table.show(other)
        await until(pilot, lambda: rows_of(app) == ["▌x.txt"])
        table.show(million)
        await until(pilot, lambda: "▌key-0499998" in screen_text(app))
        assert (million.cursor, million.top) == before


# Widths


@pytest.mark.parametrize("width", [20, 40, 56, 72, 80, 110, 160])
async def test_every_line_is_as_wide_as_the_table(width: int) -> None:
    names = ["plain.txt", "请求日志" * 40, "a" + "請" * 90, "k" * 1024, "🚀" * 70, "e\u0301" * 90, "", "a\tb"]
    async with table_of(listing_of(*names), size=(width, 12)) as (_, app):
        table = app.query_one(EntryTable)
        for line in range(11):
            assert table.render_line(line).cell_length == table.size.width


async def test_columns_stand_below_each_other_whatever_the_script() -> None:
    async with table_of(listing_of("plain.txt", "请求日志.csv", "ﾊﾝｶｸ.txt", "한국어 파일.txt")) as (_, app):
        lines = [line for line in screen_text(app).splitlines() if "KiB" in line]
        assert len(lines) == 4
        assert len({cell_len(line[: line.index("KiB")]) for line in lines}) == 1


async def test_a_name_that_was_cut_shows_it() -> None:
    async with table_of(listing_of("k" * 200)) as (_, app):
        assert "kkk…" in screen_text(app)


# Opening


async def test_enter_opens_the_row_under_the_cursor() -> None:
    async with table_of(listing_of("a.txt", prefixes=["f/"])) as (pilot, app):
        await pilot.press("enter", "j", "l")
        await until(pilot, lambda: len(app.opened) == 2)
        assert [(entry.kind, entry.key) for entry in app.opened] == [(Kind.PREFIX, "f/"), (Kind.OBJECT, "a.txt")]


async def test_a_click_moves_and_a_second_one_opens() -> None:
    async with table_of(listing_of("a.txt", "b.txt")) as (pilot, app):
        await pilot.click(EntryTable, offset=(4, 2))
        assert app.listing.cursor == 1
        assert not app.opened
        await pilot.click(EntryTable, offset=(4, 2), times=2)
        await until(pilot, lambda: app.opened)


async def test_clicks_beside_the_rows_do_nothing() -> None:
    async with table_of(listing_of("a.txt", "b.txt")) as (pilot, app):
        await pilot.click(EntryTable, offset=(4, 0), times=2)
        await pilot.click(EntryTable, offset=(4, 15), times=2)
        assert app.listing.cursor == 0
        assert not app.opened


async def test_no_key_does_anything_without_rows() -> None:
    async with table_of(Listing(ROOT)) as (pilot, app):
        await pilot.press("j", "k", "G", "g", "pagedown", "ctrl+u", "enter")
        assert app.listing.cursor == 0
        assert not app.opened
