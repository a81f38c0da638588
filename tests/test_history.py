"""Where one has been: back and forward find everything as it was left."""

from __future__ import annotations

import pytest

from s3browse.s3 import history as module
from s3browse.s3.history import History
from s3browse.s3.listing import Listing, Page
from s3browse.s3.location import Location

A, B, C = (Location("bucket", prefix) for prefix in ("a/", "b/", "c/"))


def visited(*locations: Location, rows: int = 0) -> tuple[History, list[Listing]]:
    history, listings = History(), [Listing(location) for location in locations]
    for listing in listings:
        listing.append(Page(prefixes=[f"{number}/" for number in range(rows)]))
        history.visit(listing)
    return history, listings


def test_before_the_first_visit_there_is_nothing() -> None:
    history = History()
    assert (history.current, history.back(), history.forward()) == (None, None, None)


def test_back_and_forward_give_the_very_listings() -> None:
    history, (a, b) = visited(A, B)
    b.cursor = 7
    assert history.current is b
    assert history.back() is a
    assert history.forward() is b
    assert b.cursor == 7


def test_at_the_ends_one_stays() -> None:
    history, (a, b) = visited(A, B)
    assert history.forward() is None
    assert history.current is b
    history.back()
    assert history.back() is None
    assert history.current is a


def test_a_visit_forgets_what_lay_ahead() -> None:
    history, (a, _) = visited(A, B)
    history.back()
    history.visit(Listing(C))
    assert history.forward() is None
    assert history.back() is a
    assert history.find(B) is None


def test_a_reloaded_listing_takes_the_place_of_the_current_one() -> None:
    history, (a, b) = visited(A, B)
    history.back()
    new = Listing(A)
    history.replace(new)
    assert history.current is new
    assert history.forward() is b
    assert history.back() is new
    assert a is not new


def test_find_gives_the_latest_listing_of_a_location() -> None:
    history, (_, _, again) = visited(A, B, A)
    assert history.find(A) is again
    assert history.find(C) is None


def test_of_too_many_rows_those_left_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS_KEPT", 25)
    history, _ = visited(A, B, C, A, rows=10)
    kept = [len(history.current or ())]
    while (listing := history.back()) is not None:
        kept.append(len(listing))
    assert kept == [10, 10, 10, 0]


def test_the_current_listing_is_never_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS_KEPT", 5)
    history, (_, b) = visited(A, B, rows=10)
    assert history.current is b
    assert len(b) == 10


def test_a_forgotten_listing_keeps_its_place_in_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS_KEPT", 5)
    history, _ = visited(A, B, rows=10)
    back = history.back()
    assert back is not None
    assert (back.location, len(back)) == (A, 0)
