"""Going through buckets and folders."""

from __future__ import annotations

import pytest

from s3browse.demo.samples import NEWEST
from s3browse.demo.server import DemoServer
from s3browse.errors import NetworkError
from s3browse.s3.listing import Stage
from s3browse.s3.location import ROOT, Location
from s3browse.ui.screens.goto import GoToScreen
from s3browse.ui.screens.object import ObjectScreen
from s3browse.ui.widgets.path_bar import PathBar
from tests.stage import Stage as Scene
from tests.ui.conftest import Person, Tap, person_at, person_at_buckets

EVENTS = Location("acme-data-lake", "events/")
LOGS = Location("acme-logs")


def listings_of(server: DemoServer, bucket: str) -> list[str]:
    """The query of every listing of a bucket that the server has answered."""
    return [request.query for request in server.requests if request.path.strip("/") == bucket]


async def half_loaded(stage: Scene, person: Person) -> Tap:
    """Go where there are five pages, and let two of them come."""
    assert stage.connection is not None
    tap = Tap(stage.connection.s3)
    await person.types_location(EVENTS.uri)
    tap.let(2)
    await person.until(lambda: len(person.listing) == 2000)
    return tap


# Buckets


async def test_lists_buckets_with_date_and_region(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert person.keys[0] == "acme-data-lake"
        await person.sees(r"acme-eu-archive\s+2022-06-04 17:42:09\s+eu-west-1")
        await person.sees("9 buckets")


async def test_begins_at_the_location_asked_for(stage: Scene) -> None:
    async with person_at(stage.app(Location("acme-reports", "2026/"))) as person:
        await person.comes_to(Location("acme-reports", "2026/"))
        assert person.keys == [f"2026/Q{quarter}/" for quarter in (1, 2, 3, 4)]


async def test_reads_a_bucket_of_another_region(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-eu-archive")
        await person.comes_to(Location("acme-eu-archive"))
        assert person.keys == ["backup/", "INDEX.txt"]


async def test_an_empty_bucket_says_so(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-empty")
        await person.sees("(?i)bucket is empty")
        await person.press("backspace")
        await person.comes_to(ROOT)


async def test_a_locked_bucket_says_access_denied_and_one_can_go_back(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-locked")
        await person.sees("Access denied")
        await person.sees("not authorized to perform:")
        await person.press("left_square_bracket")
        await person.comes_to(ROOT)
        assert person.listing.key_at_cursor() == "acme-locked"


async def test_a_bucket_that_does_not_exist_says_so(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("s3://no-such-bucket-here")
        await person.sees("Not found")
        assert person.listing.stage is Stage.FAILED


# Up, back, forward


async def test_enter_opens_a_folder(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-logs")
        await person.comes_to(LOGS)
        await person.opens("app/")
        await person.comes_to(Location("acme-logs", "app/"))
        assert person.keys == ["app/2026/"]


@pytest.mark.parametrize("key", ["backspace", "h", "left", "escape"])
async def test_going_up_puts_the_cursor_on_the_folder_one_comes_from(stage: Scene, key: str) -> None:
    async with person_at(stage.app(Location("acme-reports", "2025/Q3/"))) as person:
        await person.comes_to(Location("acme-reports", "2025/Q3/"))
        await person.press(key)
        await person.comes_to(Location("acme-reports", "2025/"))
        await person.until(lambda: person.listing.key_at_cursor() == "2025/Q3/")


async def test_going_up_from_a_bucket_puts_the_cursor_on_it(stage: Scene) -> None:
    async with person_at(stage.app(Location("acme-versions"))) as person:
        await person.comes_to(Location("acme-versions"))
        await person.press("backspace")
        await person.comes_to(ROOT)
        await person.until(lambda: person.listing.key_at_cursor() == "acme-versions")


async def test_there_is_nothing_above_the_buckets(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.press("backspace", "escape", "h")
        assert person.app.is_running
        assert person.listing.location == ROOT


async def test_back_and_forward_keep_rows_and_cursor(stage: Scene, server: DemoServer) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-logs")
        await person.comes_to(LOGS)
        await person.press("j")
        await person.press("left_square_bracket")
        await person.comes_to(ROOT)
        assert person.listing.key_at_cursor() == "acme-logs"
        await person.press("right_square_bracket")
        await person.comes_to(LOGS)
        assert person.listing.cursor == 1
        assert len(listings_of(server, "acme-logs")) == 1


async def test_a_new_way_forgets_the_one_ahead(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.opens("acme-logs")
        await person.comes_to(LOGS)
        await person.press("left_square_bracket")
        await person.comes_to(ROOT)
        await person.opens("acme-reports")
        await person.comes_to(Location("acme-reports"))
        await person.press("right_square_bracket")
        assert person.listing.location == Location("acme-reports")


async def test_back_into_a_half_loaded_folder_loads_its_rest(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        tap = await half_loaded(stage, person)
        await person.press("left_square_bracket")
        await person.until(lambda: person.listing.location == ROOT)
        tap.open()
        await person.press("right_square_bracket")
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000


async def test_a_click_on_a_breadcrumb_goes_there(stage: Scene) -> None:
    async with person_at(stage.app(Location("acme-reports", "2025/Q3/"))) as person:
        await person.comes_to(Location("acme-reports", "2025/Q3/"))
        way = person.app.browser.query_one(PathBar)
        column = way.render().plain.index("acme-reports") + 2
        await person.pilot.click(PathBar, offset=(column, 0))
        await person.comes_to(Location("acme-reports"))
        await person.until(lambda: person.listing.key_at_cursor() == "2025/")


async def test_a_double_click_opens_a_row(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        row = person.listing.row_of("acme-logs")
        assert row is not None
        await person.pilot.click("EntryTable", offset=(5, row + 1), times=2)
        await person.comes_to(LOGS)


# Go to


async def test_goes_to_a_bucket_that_is_not_in_the_list(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert "acme-private-drop" not in person.keys
        await person.types_location("s3://acme-private-drop/")
        await person.comes_to(Location("acme-private-drop"))
        assert person.keys == ["drop/"]


async def test_goes_to_all_that_begins_alike(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("s3://acme-reports/202")
        await person.comes_to(Location("acme-reports", "202"))
        assert person.keys == ["2025/", "2026/"]


async def test_goes_into_a_folder_whose_slash_was_left_out(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("s3://acme-reports/2026/Q1")
        await person.comes_to(Location("acme-reports", "2026/Q1/"))


async def test_goes_to_an_object_by_its_key(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("s3://acme-reports/2026/Q1/notes.md")
        await person.until(lambda: person.listing.stage is Stage.COMPLETE and len(person.listing))
        assert person.listing.key_at_cursor() == "2026/Q1/notes.md"


async def test_a_place_that_is_none_leaves_a_message_and_the_dialog(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("arn:aws:iam::123456789012:user/alice")
        await person.sees("not of a bucket")
        assert isinstance(person.app.screen, GoToScreen)
        await person.press("escape")
        await person.is_back()
        assert person.listing.location == ROOT


async def test_a_prefix_without_keys_says_so(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location("s3://acme-logs/nothing/here/")
        await person.sees("No key begins with s3://acme-logs/nothing/here/")


# Long listings


async def test_shows_the_first_page_before_the_rest(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.types_location(EVENTS.uri)
        await person.sees("Reading")
        tap.let(1)
        await person.sees("part-0000000")
        await person.sees(r"1 000\+ objects.*so far")
        assert person.listing.stage is Stage.LOADING


async def test_the_count_grows_until_it_is_certain(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        tap = await half_loaded(stage, person)
        await person.sees(r"2 000\+ objects")
        tap.open()
        await person.comes_to(EVENTS)
        await person.sees(r"5 000 objects ·")
        assert "so far" not in person.screen


async def test_the_cursor_moves_while_rows_come(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        tap = await half_loaded(stage, person)
        await person.press("G", "k")
        key = person.listing.key_at_cursor()
        tap.open()
        await person.comes_to(EVENTS)
        assert (person.listing.cursor, person.listing.key_at_cursor()) == (1998, key)


async def test_escape_stops_and_keeps_the_rows(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await half_loaded(stage, person)
        await person.press("escape")
        await person.sees("stopped")
        await person.sees(r"2 000\+ objects")
        assert person.listing.location == EVENTS
        assert person.listing.stage is Stage.STOPPED


async def test_plus_goes_on_where_it_was_stopped(stage: Scene, server: DemoServer) -> None:
    async with person_at_buckets(stage.app()) as person:
        tap = await half_loaded(stage, person)
        await person.press("escape")
        await person.until(lambda: person.listing.stage is Stage.STOPPED)
        tap.open()
        await person.press("plus")
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000
        first = [query for query in listings_of(server, EVENTS.bucket) if "continuation-token" not in query]
        assert len(first) == 1


async def test_plus_goes_on_after_a_failure(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise NetworkError("The connection broke")

    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        s3 = stage.connection.s3
        tap = await half_loaded(stage, person)
        with monkeypatch.context() as patch:
            patch.setattr(tap, "_page", broken)
            tap.let(1)
            await person.sees("Cannot reach the server")
        assert len(person.listing) == 2000
        assert s3.page == tap._read
        tap.open()
        await person.press("plus")
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000


# Refresh


async def test_refresh_keeps_the_cursor_on_its_key(stage: Scene, server: DemoServer) -> None:
    async with person_at(stage.app(Location("acme-reports", "2026/Q1/"))) as person:
        await person.comes_to(Location("acme-reports", "2026/Q1/"))
        old = person.listing
        await person.puts_cursor_on("2026/Q1/notes.md")
        server._store.put("acme-reports", "2026/Q1/a-new-one.txt", b"new", modified=NEWEST)
        await person.press("ctrl+r")
        await person.until(lambda: person.listing is not old)
        await person.comes_to(Location("acme-reports", "2026/Q1/"))
        assert "2026/Q1/a-new-one.txt" in person.keys
        assert person.listing.key_at_cursor() == "2026/Q1/notes.md"
        assert person.listing.cursor == old.cursor + 1


async def test_refresh_keeps_the_old_rows_until_the_new_ones_are_there(stage: Scene) -> None:
    async with person_at(stage.app(LOGS)) as person:
        await person.comes_to(LOGS)
        assert stage.connection is not None
        tap, old = Tap(stage.connection.s3), person.listing
        await person.press("ctrl+r")
        await person.sees("refreshing")
        assert person.listing is old
        tap.open()
        await person.until(lambda: person.listing is not old)


async def test_refresh_that_fails_keeps_the_old_rows_and_says_why(stage: Scene, server: DemoServer) -> None:
    async with person_at(stage.app(LOGS)) as person:
        await person.comes_to(LOGS)
        assert stage.connection is not None
        break_connection(stage)
        await person.press("ctrl+r")
        await person.until(lambda: person.toasts)
        assert "The connection broke" in person.toasts[0]
        assert person.keys == ["alb/", "app/"]
        assert "refreshing" not in person.screen


async def test_refresh_of_a_half_loaded_folder_that_fails_does_not_pretend_to_load(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await half_loaded(stage, person)
        break_connection(stage)
        await person.press("ctrl+r")
        await person.until(lambda: person.toasts)
        await person.until(lambda: "refreshing" not in person.screen)
        assert person.listing.stage is not Stage.LOADING
        assert "loading" not in person.screen


async def test_escape_stops_a_refresh(stage: Scene) -> None:
    async with person_at(stage.app(LOGS)) as person:
        await person.comes_to(LOGS)
        assert stage.connection is not None
        old = person.listing
        Tap(stage.connection.s3)
        await person.press("ctrl+r")
        await person.sees("refreshing")
        await person.press("escape")
        await person.until(lambda: "refreshing" not in person.screen)
        assert person.listing is old
        assert person.listing.stage is Stage.COMPLETE


def break_connection(stage: Scene) -> None:
    """Let every later read fail at once."""

    def broken(*_: object) -> None:
        raise NetworkError("The connection broke")

    assert stage.connection is not None
    stage.connection.s3.page = broken  # type: ignore


# One row


async def test_y_copies_the_uri_of_a_row(stage: Scene) -> None:
    async with person_at(stage.app(LOGS)) as person:
        await person.comes_to(LOGS)
        await person.press("j", "y")
        assert person.clipboard == "s3://acme-logs/app/"
        assert "s3://acme-logs/app/" in person.toasts[0]


async def test_y_copies_the_uri_of_a_bucket(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.press("y")
        assert person.clipboard == "s3://acme-data-lake/"


async def test_an_object_opens_a_dialog_of_its_facts(stage: Scene) -> None:
    async with person_at(stage.app(Location("acme-reports", "2026/Q4/"))) as person:
        await person.comes_to(Location("acme-reports", "2026/Q4/"))
        await person.opens("2026/Q4/sales.csv")
        await person.meets(ObjectScreen)
        await person.sees("s3://acme-reports/2026/Q4/sales.csv")
        await person.sees(r"KiB +\([\d ]+ bytes\)")
        await person.sees(r"2026-11-.. ..:..:.. \(local time\)")
        await person.sees("STANDARD")
        await person.press("y")
        assert person.clipboard == "s3://acme-reports/2026/Q4/sales.csv"
        await person.press("escape")
        await person.is_back()
        assert person.listing.key_at_cursor() == "2026/Q4/sales.csv"
