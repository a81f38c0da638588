"""What the UI tests share: a person at a running program, who waits for what should come and never for a time."""

from __future__ import annotations

import gc
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from s3browse.demo import samples
from s3browse.demo.store import Store
from s3browse.s3.client import S3Client
from s3browse.s3.listing import Listing, Page, Stage
from s3browse.s3.location import ROOT, Location
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.widgets.entry_table import EntryTable

PATIENCE = 12.0
"""Seconds after which what should come about is taken not to: far more than it needs on a busy machine."""


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let the program work until a condition holds; fail, with the screen as it is then, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come about in {seconds:g} s; the screen:\n{screen_text(pilot.app)}")
        await pilot.pause(0.03)


def screen_text(app: App[Any]) -> str:
    """What a person reads: the screen on top, and what shows of those below it."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    return "\n".join("".join(strip.text for strip in line).rstrip() for line in update.strips)  # type: ignore


class Person:
    """Someone who works with a running program."""

    def __init__(self, app: S3BrowseApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    # What a person does

    async def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        await self.pilot.press(*keys)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until a condition holds."""
        await until(self.pilot, condition, seconds)

    async def sees(self, pattern: str, seconds: float = PATIENCE) -> None:
        """Wait until a regular expression is found on the screen."""
        await self.until(lambda: re.search(pattern, self.screen, re.MULTILINE), seconds)

    async def comes_to(self, location: Location) -> None:
        """Wait until all rows of a location are there."""
        await self.until(lambda: self.listing.location == location and self.listing.stage is Stage.COMPLETE)

    async def meets(self, screen: type[Screen[Any]]) -> None:
        """Wait until a dialog is there and takes keys."""
        await self.until(lambda: isinstance(self.app.screen, screen) and self.app.screen.is_mounted)

    async def is_back(self) -> None:
        """Wait until no dialog is left."""
        await self.until(lambda: self.app.screen is self.app.browser)

    async def types_location(self, words: str) -> None:
        """Press ``:``, write a location in the place of what stands there, and press Enter."""
        await self.press("colon")
        await self.until(lambda: self.app.screen.query(Input))
        self.app.screen.query_one(Input).value = words
        await self.press("enter")

    async def puts_cursor_on(self, key: str) -> None:
        """Move the cursor to a key that is there."""
        row = self.listing.row_of(key)
        assert row is not None, f"{key!r} has not come"
        self.table.move_to(row)
        await self.pilot.pause()

    async def opens(self, key: str) -> None:
        """Put the cursor on a key that is there, and press Enter."""
        await self.puts_cursor_on(key)
        await self.press("enter")

    # What a person sees

    @property
    def screen(self) -> str:
        """The text on the whole screen."""
        return screen_text(self.app)

    @property
    def table(self) -> EntryTable:
        """The rows."""
        return self.app.browser.query_one(EntryTable)

    @property
    def listing(self) -> Listing:
        """What the table shows."""
        return self.table.listing

    @property
    def keys(self) -> list[str]:
        """The keys of all rows."""
        return [self.listing.entry(row).key for row in range(len(self.listing))]

    @property
    def toasts(self) -> list[str]:
        """The toasts that are on the screen: title and words."""
        return [f"{toast.title}: {toast.message}" for toast in self.app._notifications]

    @property
    def clipboard(self) -> str:
        """What was copied last."""
        return self.app.clipboard


@asynccontextmanager
async def person_at(app: S3BrowseApp, *, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Person]:
    """Run a program with somebody at it."""
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Person(app, pilot)


@asynccontextmanager
async def person_at_buckets(app: S3BrowseApp, *, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Person]:
    """Run a program with somebody at it who has waited for the list of buckets and for who they are."""
    async with person_at(app, size=size) as person:
        await person.comes_to(ROOT)
        await person.sees("alice")
        yield person


class Tap:
    """Holds back what an S3 client reads, and lets it through page by page."""

    def __init__(self, client: S3Client) -> None:
        self._page = client.page
        self._allowed = threading.Semaphore(0)
        client.page = self._read  # type: ignore[method-assign]

    def let(self, pages: int) -> None:
        """Let so many more pages through."""
        self._allowed.release(pages)

    def open(self) -> None:
        """Let everything through from now on."""
        self.let(1_000_000)

    def _read(self, location: Location, token: str | None = None) -> Page:
        self._allowed.acquire()
        return self._page(location, token)


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_collected_seldom() -> Iterator[None]:
    """Half of the time of these tests would else go into looking through the SDK's models for garbage."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class _Notes:
    """Notes what a store is told to do, to tell it others."""

    def __init__(self) -> None:
        self._told: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: self._told.append((name, args, kwargs))

    def fill(self, store: Store) -> None:
        """Tell it to another store."""
        for name, args, kwargs in self._told:
            getattr(store, name)(*args, **kwargs)


@pytest.fixture(scope="session", autouse=True)
def _samples_are_made_once() -> Iterator[None]:
    """A quarter of a second for each server, else."""
    notes = _Notes()
    samples.fill(notes)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "fill", notes.fill)
        yield
