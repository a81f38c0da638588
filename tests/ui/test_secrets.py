"""No secret, no token and no whole key id on a screen, in a crash report or in the name of a worker."""

from __future__ import annotations

import re
import threading
from io import StringIO

import pytest
from rich.console import Console
from textual.worker import Worker

from s3browse.errors import NetworkError
from s3browse.s3.listing import Stage
from s3browse.s3.location import Location
from s3browse.session.broker import Snapshot, State
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.browser import BrowserScreen
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.screens.session import SessionScreen
from tests.stage import Stage as Scene
from tests.ui.conftest import Person, person_at, person_at_buckets

A_SESSION = 121

_WHOLE_KEY = re.compile(r"A(KIA|SIA)[A-Z2-7]{16}")


class CrashHere(Exception):
    """What the tests make the program fail with."""


def secrets_of(stage: Scene) -> set[str]:
    """Everything that must not be seen, of all sessions so far."""
    return {
        word
        for key in stage.server._keyring._keys.values()
        for word in (key.access_key, key.secret, key.token)
        if word is not None
    }


def assert_no_secret(stage: Scene, *texts: str) -> None:
    """Look for secrets, also where a line break or a part of one hides them."""
    known = secrets_of(stage)
    assert len(known) >= 6
    for text in texts:
        flat = re.sub(r"[\s│|]", "", text)
        for word in known:
            assert word not in flat
            assert word[:16] not in flat
            assert word[-16:] not in flat
        assert not _WHOLE_KEY.search(flat)


def plain(secret: object) -> str:
    """A secret as the string that it is."""
    return str(secret)


def crash_report_of(app: S3BrowseApp) -> str:
    """What the program prints after it has left the screen."""
    out = StringIO()
    console = Console(file=out, width=200)
    for renderable in app._exit_renderables:
        console.print(renderable)
    return out.getvalue()


async def crash(stage: Scene, app: S3BrowseApp, *keys: str) -> str:
    """Press keys until the program fails; give what it prints."""
    with pytest.raises(Exception, match="it broke"):  # noqa: PT012
        async with person_at_buckets(app) as person:
            await person.press(*keys)
            await person.until(lambda: app._exception is not None)
            await person.pilot.pause()
            report = crash_report_of(app)
            assert app.return_code == 1
    return report


# Crashes


async def test_a_crash_in_a_handler_prints_no_local_variable(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(screen: BrowserScreen) -> None:
        assert stage.connection is not None
        held = stage.connection.broker.acquire()
        secret, token, key = plain(held.secret_key), plain(held.token), held.access_key
        raise CrashHere("it broke", len(secret + token + key))

    monkeypatch.setattr(BrowserScreen, "action_copy_uri", fails)
    report = await crash(stage, stage.app(), "y")
    assert "s3browse has failed" in report
    assert "CrashHere" in report
    assert_no_secret(stage, report)


async def test_a_crash_whose_message_holds_secrets_prints_none(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(screen: BrowserScreen) -> None:
        assert stage.connection is not None
        held = stage.connection.broker.acquire()
        words = f"{plain(held.secret_key)} {plain(held.token)} {held.access_key} {held!r}"
        raise CrashHere(f"it broke: {words}")

    monkeypatch.setattr(BrowserScreen, "action_copy_uri", fails)
    report = await crash(stage, stage.app(), "y")
    assert "it broke" in report
    assert_no_secret(stage, report)


async def test_a_crash_in_a_worker_ends_the_program_with_a_clean_report(stage: Scene) -> None:
    app = stage.app()

    def fails(location: Location, token: str | None = None) -> None:
        assert stage.connection is not None
        held = stage.connection.broker.acquire()
        secret, session_token = plain(held.secret_key), plain(held.token)
        raise CrashHere(f"it broke: {secret} {session_token}")

    with pytest.raises(Exception, match="it broke"):  # noqa: PT012
        async with person_at_buckets(app) as person:
            assert stage.connection is not None
            stage.connection.s3.page = fails  # type: ignore
            await person.press("enter")
            await person.until(lambda: app._exception is not None)
            await person.pilot.pause()
            report = crash_report_of(app)
            assert app.return_code == 1
    assert "CrashHere: it broke" in report
    assert report.count("s3browse has failed") == 1
    assert_no_secret(stage, report)


async def test_a_crash_in_the_renewal_prints_no_code_and_no_secret(stage: Scene) -> None:
    app = stage.app()
    with pytest.raises(Exception, match="it broke"):  # noqa: PT012
        async with person_at_buckets(app) as person:
            assert stage.connection is not None
            stage.connection.broker.source = CrashingSource(stage.connection.broker.source)
            await person.press("R")
            await person.until(lambda: app._exception is not None)
            await person.pilot.pause()
            report = crash_report_of(app)
            assert app.return_code == 1
    assert_no_secret(stage, report)


async def test_a_terminals_sequences_in_a_crash_are_not_obeyed(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(screen: BrowserScreen) -> None:
        raise CrashHere("it broke: [/bold] \x1b]52;c;aGVsbG8=\x07")

    monkeypatch.setattr(BrowserScreen, "action_copy_uri", fails)
    report = await crash(stage, stage.app(), "y")
    assert "it broke: [/bold] ␛]52" in report
    assert "\x1b]" not in report
    assert "\x07" not in report


class CrashingSource:
    """A source whose code has a mistake in it."""

    def __init__(self, source: object) -> None:
        self._source = source

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def mint(self, code: str | None = None) -> object:
        """Fail with a secret at hand."""
        base = self._source.chain.load()  # type: ignore[attr-defined]
        raise CrashHere(f"it broke: {plain(base.secret_key)} of {base.access_key}")


# Workers


async def test_no_worker_is_described_by_what_it_works_with(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Worker[object]] = []
    note = Worker._start

    def noted(worker: Worker[object], *args: object) -> None:
        seen.append(worker)
        note(worker, *args)  # type: ignore

    monkeypatch.setattr(Worker, "_start", noted)
    async with person_at_buckets(stage.app()) as person:
        await person.press("R")
        await person.until(lambda: person.toasts)
        await person.opens("acme-logs")
        await person.comes_to(Location("acme-logs"))
        stage.pass_time(A_SESSION)
        await person.meets(RenewScreen)
        await person.press("enter")
        await person.is_back()
        assert {"start", "list", "identify", "renew", "ask to renew"} <= {worker.description for worker in seen}
        assert_no_secret(stage, *(f"{worker!r} {worker.description}" for worker in seen))


async def test_no_thread_is_named_by_what_it_works_with(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        stage.pass_time(A_SESSION)
        await person.meets(RenewScreen)
        assert_no_secret(stage, *(thread.name for thread in threading.enumerate()))


# Screens


async def test_no_screen_of_a_whole_story_holds_a_secret(stage: Scene) -> None:
    screens: list[str] = []
    async with person_at_buckets(stage.app(), size=(160, 50)) as person:

        async def look(pattern: str = "") -> None:
            await person.sees(pattern)
            screens.append(person.screen)

        await look()
        await person.press("s")
        await person.meets(SessionScreen)
        await look("ASIA…")
        await person.press("escape", "question_mark")
        await look()
        await person.press("escape", "R")
        await person.until(lambda: person.toasts)
        await look()
        stage.server.end_session(stage.live_key)
        await person.opens("acme-logs")
        await person.meets(RenewScreen)
        await look("Session expired")
        stage.server.revoke(stage.server.access_key)
        await person.press("enter")
        await look("does not know")
        await person.until(lambda: person.app._state is State.EXPIRED)
        await person.press("escape")
        await person.is_back()
        await look()
        await person.press("s")
        await person.meets(SessionScreen)
        await look("Ended by")
        assert_no_secret(stage, *screens)


async def test_the_token_that_a_server_echoes_is_not_shown(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        held = stage.connection.broker.acquire()
        words = f"The token {held.token} of {held.access_key} is not good"
        await shows_error(stage, person, words)
        assert_no_secret(stage, person.screen)


async def shows_error(stage: Scene, person: Person, words: str) -> None:
    """Let a listing fail with the error that a server's message becomes."""
    from botocore.exceptions import ClientError

    assert stage.connection is not None

    def refuse(**_: object) -> None:
        answer = {"Error": {"Code": "InvalidRequest", "Message": words}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "ListObjectsV2")  # type: ignore[arg-type]

    stage.connection.s3._client.list_objects_v2 = refuse
    await person.press("enter")
    await person.until(lambda: person.listing.stage is Stage.FAILED)
    await person.sees("is not good")


async def test_the_values_that_screens_get_show_nothing_when_printed(stage: Scene) -> None:
    async with person_at_buckets(stage.app()):
        assert stage.connection is not None
        snapshot: Snapshot = stage.connection.broker.snapshot()
        assert_no_secret(stage, repr(snapshot), str(snapshot), repr(stage.connection), repr(NetworkError("x")))


async def test_a_code_is_shown_as_dots() -> None:
    from s3browse.demo.server import DemoServer

    with DemoServer(session_seconds=120, keys=1, mfa=True) as server:
        async with person_at(Scene(server).app()) as person:
            await person.meets(RenewScreen)
            await person.press(*"908172")
            await person.sees("••••••")
            assert "908172" not in person.screen
