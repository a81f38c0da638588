"""Pictures of the canonical screens, held against those in ``__snapshots__``.

Times, keys and places are the same in every run: the wall clock stands still, the demo's keys come from a seed, and
where a port would be shown another address stands. ``pytest tests/ui/test_snapshots.py -n0 --snapshot-update`` draws
them anew.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from textual.pilot import Pilot
from textual.widgets import Input

from s3browse.demo.server import DemoServer
from s3browse.errors import NetworkError
from s3browse.s3.client import S3Client
from s3browse.s3.connection import Connection
from s3browse.s3.location import ROOT, Location
from s3browse.session.clock import ServerClock
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.help import HelpScreen
from s3browse.ui.screens.object import ObjectScreen
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.screens.session import SessionScreen
from tests.stage import Clocks, Stage
from tests.ui.conftest import Person, Tap

NOW = datetime(2026, 11, 21, 9, 12, 44, tzinfo=UTC)
LARGE, SMALL = (120, 36), (80, 24)
EVENTS = Location("acme-data-lake", "events/")
REPORTS = Location("acme-reports", "2026/Q3/")

Story = Callable[[Person], Awaitable[None]]
Snap = Callable[..., None]


class StillClocks(Clocks):
    """Clocks that stand where a test has put them."""

    def boot(self) -> float:
        return 1000.0 + self.moved

    def wall(self) -> float:
        return NOW.timestamp() + self.moved

    def server_clock(self) -> ServerClock:
        """Server time that runs on these clocks and on no answer's arrival."""
        return ServerClock(boot=self.boot, wall=self.wall)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    # tests/conftest.py takes away what the snapshot plugin has told xdist's workers.
    monkeypatch.setenv("TEXTUAL_SNAPSHOT_TEMPDIR", os.environ.get("TEXTUAL_SNAPSHOT_TEMPDIR", str(tmp_path)))
    monkeypatch.setattr(S3Client, "endpoint_url", "http://127.0.0.1:9000")
    with time_machine.travel(NOW, tick=False):
        yield


def _stage_of(**options: object) -> Iterator[Stage]:
    with DemoServer(session_seconds=120, keys=3000, seed=7, **options) as server:  # type: ignore[arg-type]
        stage = Stage(server)
        stage.clocks = StillClocks()
        yield stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A server with keys that are the same each time, under a clock that stands still."""
    yield from _stage_of()


@pytest.fixture
def mfa_stage() -> Iterator[Stage]:
    """The same, with an MFA device."""
    yield from _stage_of(mfa=True)


@pytest.fixture
def snap(snap_compare: Callable[..., bool]) -> Snap:
    """Tell a story to a program and compare what is then on its screen."""

    def check(app: S3BrowseApp, story: Story, size: tuple[int, int] = LARGE) -> None:
        app.animation_level = "none"

        async def before(pilot: Pilot[None]) -> None:
            app._disable_notifications = False
            person = Person(app, pilot)
            await story(person)
            await _settle(person)

        assert snap_compare(app, run_before=before, terminal_size=size)

    return check


async def _settle(person: Person) -> None:
    """Wait until the screen no longer changes; a field's cursor would."""
    for screen in person.app.screen_stack:
        for field in screen.query(Input):
            field.cursor_blink = False
    seen = [""]
    await person.until(lambda: not any(worker.group in ("identify", "renew") for worker in person.app.workers))
    for _ in range(50):
        await person.pilot.pause()
        if (now := person.screen) == seen[-1]:
            break
        seen.append(now)


async def at_buckets(person: Person) -> None:
    """Wait for the buckets and for who one is."""
    await person.comes_to(ROOT)
    await person.sees("user/alice|alice ·")


async def at_reports(person: Person) -> None:
    """Wait for a folder's rows and put the cursor on one."""
    await person.comes_to(REPORTS)
    await person.sees("user/alice|alice ·")
    await person.puts_cursor_on("2026/Q3/sales.csv")


@pytest.mark.parametrize("size", [LARGE, SMALL, (50, 15)], ids=["large", "small", "tiny"])
def test_buckets(stage: Stage, snap: Snap, size: tuple[int, int]) -> None:
    snap(stage.app(), at_buckets, size)


def test_buckets_in_the_light_theme(stage: Stage, snap: Snap) -> None:
    app = stage.app()
    app.theme = "s3browse-light"
    snap(app, at_buckets)


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_a_deep_folder(stage: Stage, snap: Snap, size: tuple[int, int]) -> None:
    snap(stage.app(REPORTS), at_reports, size)


def test_half_loaded(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_buckets(person)
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.types_location(EVENTS.uri)
        tap.let(1)
        await person.until(lambda: len(person.listing) == 1000)
        await person.press("pagedown")

    snap(stage.app(), story)


def test_expiring(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_reports(person)
        stage.pass_time(108)
        await person.sees("0:00:1.")
        await person.sees("(?i)ends soon")

    snap(stage.app(REPORTS), story, SMALL)


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_expired(stage: Stage, snap: Snap, size: tuple[int, int]) -> None:
    async def story(person: Person) -> None:
        await at_reports(person)
        stage.pass_time(125)
        await person.meets(RenewScreen)
        await person.sees("0:00:00")

    snap(stage.app(REPORTS), story, size)


def test_a_wrong_code(mfa_stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await person.meets(RenewScreen)
        await person.press(*"000000", "enter")
        await person.sees("not accepted")
        await person.press(*"1234")

    snap(mfa_stage.app(), story, SMALL)


def test_renewed(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_reports(person)
        stage.pass_time(125)
        await person.meets(RenewScreen)
        await person.press("enter")
        await person.is_back()
        await person.until(lambda: person.toasts)
        await person.sees("Session renewed")

    snap(stage.app(REPORTS), story, SMALL)


def test_the_session_dialog(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_buckets(person)
        await person.press("s")
        await person.meets(SessionScreen)

    snap(stage.app(), story)


def test_the_object_dialog(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_reports(person)
        await person.press("enter")
        await person.meets(ObjectScreen)

    snap(stage.app(REPORTS), story, SMALL)


def test_the_help(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await at_buckets(person)
        await person.press("question_mark")
        await person.meets(HelpScreen)

    snap(stage.app(), story)


def test_access_denied(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await person.sees("Access denied")
        await person.sees("alice")

    snap(stage.app(Location("acme-locked")), story, SMALL)


def test_hostile_names(stage: Stage, snap: Snap) -> None:
    async def story(person: Person) -> None:
        await person.comes_to(Location("acme-hostile"))
        await person.sees("user/alice")
        await person.press("end")

    snap(stage.app(Location("acme-hostile")), story)


def test_a_start_that_failed(snap: Snap) -> None:
    def open_connection() -> Connection:
        raise NetworkError(
            "Nothing answers at https://sts.eu-north-1.amazonaws.com/",
            hint="Check the address and the network, then retry (ctrl+r).",
        )

    async def story(person: Person) -> None:
        await person.sees("Cannot reach the server")

    snap(S3BrowseApp(open_connection), story, SMALL)
