"""The rows of a location: they grow page by page, and the cursor stays where the person put it."""

from __future__ import annotations

import pytest

from s3browse.errors import NetworkError
from s3browse.s3.listing import Entry, Kind, Listing, Page, Stage
from s3browse.s3.location import ROOT, Location

HERE = Location("bucket", "logs/")


def page(*keys: str, prefixes: tuple[str, ...] = (), more: bool = False, size: int = 10) -> Page:
    return Page(
        prefixes=prefixes,
        keys=keys,
        sizes=[size] * len(keys),
        modified=[1000.0] * len(keys),
        details=["STANDARD"] * len(keys),
        next_token="more" if more else None,
    )


def listing(*pages: Page, location: Location = HERE) -> Listing:
    made = Listing(location)
    for each in pages:
        made.append(each)
    return made


def keys(rows: Listing) -> list[str]:
    return [rows.entry(row).key for row in range(len(rows))]


def test_folders_stand_before_objects_whenever_they_come() -> None:
    rows = listing(page("logs/a", prefixes=("logs/x/",), more=True), page("logs/b", prefixes=("logs/y/",)))
    assert keys(rows) == ["logs/x/", "logs/y/", "logs/a", "logs/b"]
    assert (rows.prefixes, rows.objects, len(rows)) == (2, 2, 4)


@pytest.mark.parametrize("key", ["logs/x/", "logs/a", "logs/b"])
def test_late_folders_leave_the_cursor_on_its_key(key: str) -> None:
    rows = listing(page("logs/a", "logs/b", prefixes=("logs/x/",), more=True))
    rows.cursor = rows.top = rows.row_of(key) or 0
    rows.append(page("logs/c", prefixes=("logs/y/", "logs/z/")))
    assert rows.key_at_cursor() == key
    assert rows.entry(rows.top).key == key


def test_late_objects_move_nothing() -> None:
    rows = listing(page("logs/a", "logs/b", more=True))
    rows.cursor = 1
    rows.append(page("logs/c"))
    assert (rows.cursor, rows.top) == (1, 0)


def test_an_object_has_size_time_and_class() -> None:
    rows = listing(page("logs/a", size=7))
    assert rows.entry(0) == Entry(Kind.OBJECT, "logs/a", 7, 1000.0, "STANDARD")


def test_a_folder_has_none_of_them() -> None:
    assert listing(page(prefixes=("logs/x/",))).entry(0) == Entry(Kind.PREFIX, "logs/x/")


def test_a_bucket_has_a_day_and_a_region_but_no_size() -> None:
    buckets = Page(keys=["acme"], sizes=[0], modified=[1000.0], details=["eu-west-1"])
    assert listing(buckets, location=ROOT).entry(0) == Entry(Kind.BUCKET, "acme", None, 1000.0, "eu-west-1")


def test_a_time_that_the_server_does_not_tell_is_none() -> None:
    rows = listing(Page(keys=["logs/a"], sizes=[1], modified=[0.0], details=[""]))
    assert rows.entry(0).modified is None


@pytest.mark.parametrize("row", [-1, 3])
def test_there_is_no_row_outside(row: int) -> None:
    with pytest.raises(IndexError):
        listing(page("logs/a", "logs/b", prefixes=("logs/x/",))).entry(row)


def test_sizes_add_up() -> None:
    assert listing(page("logs/a", "logs/b", more=True), page("logs/c")).total_size == 30


def test_row_of_finds_folders_and_objects() -> None:
    rows = listing(page("logs/a", "logs/b", prefixes=("logs/x/",)))
    assert [rows.row_of(key) for key in ("logs/x/", "logs/a", "logs/b", "logs/c")] == [0, 1, 2, None]


def test_an_empty_listing_has_no_key_at_the_cursor() -> None:
    assert listing().key_at_cursor() is None


@pytest.mark.parametrize(
    ("prefix", "key", "name"),
    [
        ("", "readme.md", "readme.md"),
        ("logs/", "logs/2026/", "2026/"),
        ("logs/", "logs/", ""),
        ("logs/re", "logs/report.csv", "report.csv"),
        ("logs/re", "logs/re", "re"),
        ("lo", "logs/", "logs/"),
        ("/", "/lead", "lead"),
        ("a/", "a//", "/"),
    ],
)
def test_a_name_is_the_key_below_the_folder_one_is_in(prefix: str, key: str, name: str) -> None:
    assert listing(location=Location("bucket", prefix)).name_of(Entry(Kind.OBJECT, key)) == name


def test_a_bucket_is_named_in_full() -> None:
    assert listing(location=ROOT).name_of(Entry(Kind.BUCKET, "acme-logs")) == "acme-logs"


# Stages


def test_a_listing_loads_until_its_last_page() -> None:
    rows = listing(page("logs/a", more=True))
    assert (rows.stage, rows.next_token) == (Stage.LOADING, "more")
    rows.append(page("logs/b"))
    assert (rows.stage, rows.next_token) == (Stage.COMPLETE, None)


def test_a_stopped_listing_keeps_its_rows_and_can_go_on() -> None:
    rows = listing(page("logs/a", more=True))
    rows.stop()
    assert (rows.stage, rows.next_token, keys(rows)) == (Stage.STOPPED, "more", ["logs/a"])
    rows.resume()
    assert rows.stage is Stage.LOADING


def test_a_complete_listing_cannot_be_stopped() -> None:
    rows = listing(page("logs/a"))
    rows.stop()
    assert rows.stage is Stage.COMPLETE


def test_a_failed_listing_keeps_its_rows_and_can_go_on() -> None:
    rows = listing(page("logs/a", more=True))
    error = NetworkError("gone")
    rows.fail(error)
    assert (rows.stage, rows.error, rows.next_token, keys(rows)) == (Stage.FAILED, error, "more", ["logs/a"])
    rows.resume()
    assert (rows.stage, rows.error) == (Stage.LOADING, None)


def test_it_is_empty_only_when_that_is_known() -> None:
    rows = listing()
    assert not rows.is_empty
    rows.append(page())
    assert rows.is_empty
    assert not listing(page("logs/a")).is_empty


# A reloaded listing


def test_a_reloaded_listing_puts_the_cursor_on_the_same_key() -> None:
    old = listing(page("logs/b", "logs/c", "logs/d"))
    old.cursor, old.top = 2, 1
    new = listing(page("logs/a", "logs/b", "logs/c", "logs/d"))
    new.take_place_of(old)
    assert (new.key_at_cursor(), new.top) == ("logs/d", 2)


@pytest.mark.parametrize(("now", "row"), [(("logs/a", "logs/c"), 1), (("logs/a",), 0), ((), 0)])
def test_where_the_key_is_gone_the_cursor_stays_nearby(now: tuple[str, ...], row: int) -> None:
    old = listing(page("logs/a", "logs/b", "logs/c"))
    old.cursor = 1
    new = listing(page(*now))
    new.take_place_of(old)
    assert (new.cursor, new.top) == (row, 0)
