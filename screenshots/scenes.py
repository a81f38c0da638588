"""The scenes of the pictures: one story of a session's life, played on the demo's server with the clocks held still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import time_machine
from textual.pilot import Pilot

from s3browse.demo.server import DemoServer
from s3browse.s3.connection import Connection, connect
from s3browse.s3.listing import Stage
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.themes import DARK, LIGHT

NOON = "2026-11-23 14:00:00Z"
PATIENCE_SECONDS = 20.0


class Show:
    """The program on the demo's server, at a time of day that only the scene moves."""

    def __init__(self, server: DemoServer, theme: str) -> None:
        self._server = server
        self._moved = 0.0
        self.app = S3BrowseApp(self._connect, theme=theme)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the server and for the program."""
        self._server.clock.advance(seconds)
        self._moved += seconds

    def _connect(self) -> Connection:
        settings = Settings(
            region="us-east-1",
            endpoint_url=self._server.endpoint_url,
            sts_endpoint_url=self._server.endpoint_url,
            duration=120,
            base=Credentials(self._server.access_key, Secret(self._server.secret_key)),
        )
        clock = ServerClock(boot=lambda: self._moved, wall=lambda: time.time() + self._moved)
        return connect(settings, clock=clock)


@dataclass(frozen=True)
class Scene:
    """A picture: what is done before it is drawn, and what must then be on the screen."""

    name: str
    play: Callable[[Pilot[None], Show], Awaitable[None]]
    shows: tuple[str, ...]
    size: tuple[int, int] = (110, 22)
    theme: str = DARK.name


@contextmanager
def show_for(scene: Scene) -> Iterator[Show]:
    """Set a scene up: the server started, the clocks held at the same moment each time."""
    with time_machine.travel(NOON, tick=False), DemoServer(session_seconds=120, keys=12_000, seed=7) as server:
        yield Show(server, scene.theme)


async def _until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    clock = asyncio.get_running_loop().time
    start = clock()
    while not happened():
        if clock() - start > PATIENCE_SECONDS:
            raise TimeoutError("the scene did not come to its end")
        await pilot.pause()
    await pilot.pause()


async def _go(pilot: Pilot[None], show: Show, uri: str, key: str = "") -> None:
    browser = show.app.browser
    await _until(pilot, lambda: browser.listing.stage is Stage.COMPLETE)
    await pilot.press("colon")
    await pilot.pause()
    pilot.app.screen.query_one("Input").value = uri  # type: ignore[attr-defined]
    await pilot.press("enter")
    await _until(pilot, lambda: browser.listing.location.uri == uri and browser.listing.stage is Stage.COMPLETE)
    if key:
        browser.listing.cursor = browser.listing.row_of(key) or 0
        browser.query_one("EntryTable").show(browser.listing)  # type: ignore[attr-defined]
    await _until(pilot, lambda: "account" in str(browser.query_one("#identity").render()))


async def _browse(pilot: Pilot[None], show: Show) -> None:
    await _go(pilot, show, "s3://acme-website/")
    await pilot.press(*"jjjjjj")
    show.pass_time(27)
    await _tick(pilot, show)


async def _near_the_end(pilot: Pilot[None], show: Show) -> None:
    await _browse(pilot, show)
    show.pass_time(79)
    await _tick(pilot, show)


async def _at_the_end(pilot: Pilot[None], show: Show) -> None:
    await _near_the_end(pilot, show)
    show.pass_time(14)
    await _tick(pilot, show)


async def _renewed(pilot: Pilot[None], show: Show) -> None:
    await _at_the_end(pilot, show)
    await pilot.press("enter")
    await _until(pilot, lambda: pilot.app.screen is show.app.browser)
    await _tick(pilot, show)


async def _session(pilot: Pilot[None], show: Show) -> None:
    await _browse(pilot, show)
    await pilot.press("s")
    await _tick(pilot, show)


async def _hostile(pilot: Pilot[None], show: Show) -> None:
    await _go(pilot, show, "s3://acme-hostile/")
    await pilot.press("G", "pageup")
    await _tick(pilot, show)


async def _tick(pilot: Pilot[None], show: Show) -> None:
    show.app.show_session()
    await pilot.pause()


SCENES = [
    Scene("browsing", _browse, ("live", "acme-website", "0:01:3")),
    Scene("expiring", _near_the_end, ("expiring", "ends soon", "0:00:1")),
    Scene("expired", _at_the_end, ("Session expired", "Renew", "Later", "Quit", "0:00:00")),
    Scene("renewed", _renewed, ("live", "Session renewed", "0:0")),
    Scene("session", _session, ("GetSessionToken", "arn:aws:iam::123456789012:user/alice")),
    Scene("names", _hostile, ("acme-hostile",)),
    Scene("light", _browse, ("live", "acme-website"), theme=LIGHT.name),
]
