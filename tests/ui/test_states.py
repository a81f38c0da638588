"""What stands on the screen through a start that fails or waits, a refresh, a resize and the ways back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from s3browse.demo.server import DemoServer
from s3browse.errors import NetworkError
from s3browse.s3.connection import Connection
from s3browse.s3.listing import Stage
from s3browse.s3.location import Location
from s3browse.session.credentials import Credentials
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.widgets.session_panel import SessionPanel
from s3browse.ui.widgets.status_bar import StatusBar
from tests.stage import Stage as Scene
from tests.ui.conftest import Person, Tap, person_at, person_at_buckets
from tests.ui.fakes import FakeConnection

LAKE = Location("acme-data-lake")
EVENTS = Location("acme-data-lake", "events/")
YEARS = Location("acme-reports", "202")
REPORTS = Location("acme-reports")
REPORTS_2026 = Location("acme-reports", "2026/")
Q1 = Location("acme-reports", "2026/Q1/")


@pytest.fixture
def mfa_stage() -> Iterator[Scene]:
    """A stage whose sessions need a code."""
    with DemoServer(session_seconds=120, keys=10, mfa=True) as server:
        yield Scene(server)


def panel_text(person: Person) -> str:
    """What stands in the panel."""
    panel = person.app.browser.query_one(SessionPanel)
    return "\n".join(person.screen.splitlines()[panel.region.y : panel.region.bottom])


def status_line(person: Person) -> str:
    """What stands in the line below the rows."""
    return person.screen.splitlines()[person.app.browser.query_one(StatusBar).region.y]


def temporary_credentials(stage: Scene) -> Credentials:
    """Credentials as another tool leaves them in the environment."""
    broker = stage.connect().broker
    broker.renew()
    session = broker.snapshot().session
    assert session is not None
    return session.credentials


def unreachable() -> Connection:
    """A connection that cannot be opened."""
    raise NetworkError("Nothing answers")


def refused() -> Connection:
    """A connection that can be opened, but gets no session."""
    connection = FakeConnection({"one": []})
    connection.source.error = NetworkError("Nothing answers")
    return connection.open()


# A start that was put off


async def test_after_later_at_the_start_there_is_no_session(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.press("escape")
        await person.is_back()
        await person.until(lambda: "no session" in panel_text(person))
        assert "starting" not in panel_text(person)


async def test_a_start_that_was_put_off_leaves_one_where_one_went_meanwhile(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.press("escape")
        await person.is_back()
        await person.types_location(Q1.uri)
        await person.until(lambda: person.listing.location == Q1)
        await person.press("R")
        await person.meets(RenewScreen)
        await person.press(*"123456", "enter")
        await person.comes_to(Q1)
        assert any(toast.startswith("Session begun: until") for toast in person.toasts)


# A start that failed


async def test_escape_leaves_the_error_of_a_failed_start() -> None:
    async with person_at(S3BrowseApp(refused)) as person:
        await person.sees("Cannot reach the server")
        before = person.screen
        await person.press("escape")
        await person.pilot.pause()
        assert person.screen == before


@pytest.mark.parametrize("open_connection", [unreachable, refused])
async def test_a_failed_start_still_has_no_session_after_a_resize(open_connection: object) -> None:
    async with person_at(S3BrowseApp(open_connection)) as person:  # type: ignore[arg-type]
        await person.sees("Nothing answers")
        await person.until(lambda: "no session" in panel_text(person))
        await person.pilot.resize_terminal(90, 30)
        await person.pilot.pause()
        assert "no session" in panel_text(person)
        assert "Getting a session" not in panel_text(person)


# Renewing what another tool renews


async def test_renewing_credentials_that_nobody_has_renewed_says_so(stage: Scene) -> None:
    async with person_at_buckets(stage.app(base=temporary_credentials(stage))) as person:
        before = stage.live_key
        await person.press("R")
        await person.until(lambda: any(toast.startswith("Nothing newer to use") for toast in person.toasts))
        assert stage.live_key == before
        assert "live" in panel_text(person)


# Half-loaded folders


async def test_a_half_loaded_folder_that_is_opened_again_goes_on_with_its_rows(stage: Scene) -> None:
    async with person_at(stage.app(LAKE)) as person:
        await person.comes_to(LAKE)
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.opens("events/")
        tap.let(2)
        await person.until(lambda: len(person.listing) == 2000)
        half = person.listing
        await person.press("backspace")
        await person.until(lambda: person.listing.location == LAKE)
        await person.opens("events/")
        await person.until(lambda: person.listing is half)
        assert len(person.listing) == 2000
        tap.open()
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000


async def test_loading_the_rest_during_a_refresh_does_not_leave_it_refreshing(stage: Scene) -> None:
    async with person_at(stage.app(LAKE)) as person:
        await person.comes_to(LAKE)
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.opens("events/")
        tap.let(2)
        await person.until(lambda: len(person.listing) == 2000)
        await person.press("ctrl+r")
        await person.sees("refreshing")
        await person.press("plus")
        await person.until(lambda: "refreshing" not in person.screen)
        assert person.listing.stage is Stage.LOADING
        tap.open()
        await person.comes_to(EVENTS)
        assert "refreshing" not in person.screen
        assert len(set(person.keys)) == len(person.keys) == 5000


# The status line


@pytest.mark.parametrize("width", [70, 160])
async def test_the_status_line_follows_a_resize(stage: Scene, width: int) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.pilot.resize_terminal(width, 30)
        await person.until(lambda: person.app.size.width == width)
        await person.until(lambda: status_line(person).endswith("row 1 of 9") and len(status_line(person)) == width - 1)


# The cursor on the way back


async def test_going_back_from_rows_that_never_came_leaves_the_cursor_of_others(stage: Scene) -> None:
    async with person_at(stage.app(YEARS)) as person:
        await person.comes_to(YEARS)
        await person.types_location(REPORTS_2026.uri)
        await person.comes_to(REPORTS_2026)
        assert stage.connection is not None
        Tap(stage.connection.s3)
        await person.press("backspace")
        await person.until(lambda: person.listing.location == REPORTS)
        await person.press("left_square_bracket", "left_square_bracket")
        await person.comes_to(YEARS)
        assert person.listing.key_at_cursor() == "2025/"


async def test_forward_after_back_no_longer_looks_for_where_one_came_from(stage: Scene) -> None:
    async with person_at(stage.app(EVENTS)) as person:
        await person.comes_to(EVENTS)
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.press("backspace")
        await person.until(lambda: person.listing.location == LAKE)
        await person.press("left_square_bracket", "right_square_bracket")
        await person.until(lambda: person.listing.location == LAKE)
        tap.open()
        await person.comes_to(LAKE)
        assert person.listing.cursor == 0


async def test_forward_after_back_leaves_the_cursor_where_it_was_put(stage: Scene) -> None:
    async with person_at(stage.app(REPORTS_2026)) as person:
        await person.comes_to(REPORTS_2026)
        await person.press("backspace")
        await person.comes_to(REPORTS)
        await person.until(lambda: person.listing.key_at_cursor() == "2026/")
        await person.puts_cursor_on("2025/")
        await person.press("left_square_bracket")
        await person.comes_to(REPORTS_2026)
        await person.press("right_square_bracket")
        await person.comes_to(REPORTS)
        assert person.listing.key_at_cursor() == "2025/"
