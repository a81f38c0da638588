"""The first moments: something is on the screen before anything slow begins, and what goes wrong is told."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from s3browse.errors import NetworkError
from s3browse.s3.connection import Connection, connect
from s3browse.s3.location import ROOT
from s3browse.session.settings import Settings
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.session import SessionScreen
from tests.stage import Stage as Scene
from tests.ui.conftest import person_at
from tests.ui.fakes import FakeConnection

_SLOW = ("boto3", "botocore", "s3transfer", "moto", "werkzeug")

_FIRST_FRAME = f"""
import json, sys
from s3browse.errors import SetupError
from s3browse.ui.app import S3BrowseApp

def loaded():
    return sorted(name for name in {_SLOW!r} if name in sys.modules)

frames = []
display = S3BrowseApp._display

def noted(app, screen, renderable):
    display(app, screen, renderable)
    if screen is app.browser and renderable is not None:
        frames.append(loaded())

S3BrowseApp._display = noted

def open_connection():
    print(json.dumps(frames[:1]), file=sys.__stdout__)
    app.call_from_thread(app.exit)
    raise SetupError("enough")

app = S3BrowseApp(open_connection)
app.run(headless=True, size=(80, 24))
"""


def test_the_first_frame_comes_before_the_connection_and_before_the_sdk_is_loaded(tmp_path: Path) -> None:
    program = tmp_path / "first_frame.py"
    program.write_text(_FIRST_FRAME)
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0]) == [[]]


async def test_says_what_it_does_while_it_connects() -> None:
    connection, may_go_on = FakeConnection({"one": []}), threading.Event()

    def open_connection() -> Connection:
        may_go_on.wait(30)
        return connection.open()

    async with person_at(S3BrowseApp(open_connection)) as person:
        await person.sees("Connecting")
        await person.sees("starting")
        may_go_on.set()
        await person.comes_to(ROOT)


async def test_keys_do_no_harm_while_it_connects() -> None:
    may_go_on = threading.Event()

    def open_connection() -> Connection:
        may_go_on.wait(30)
        raise NetworkError("Nothing answers")

    async with person_at(S3BrowseApp(open_connection)) as person:
        await person.sees("Connecting")
        await person.press("s", "R", "j", "enter", "backspace", "colon", "plus", "y", "escape", "left_square_bracket")
        assert person.app._exception is None
        assert not isinstance(person.app.screen, SessionScreen)
        await person.press("q")
        await person.until(lambda: person.app._exit)
        may_go_on.set()


async def test_refresh_while_it_connects_does_not_connect_twice() -> None:
    """The demo tells its address once: who opens it a second time waits for ever."""
    connection, may_go_on, opened = FakeConnection({"one": []}), threading.Event(), []

    def open_connection() -> Connection:
        opened.append(1)
        may_go_on.wait(30)
        return connection.open()

    async with person_at(S3BrowseApp(open_connection)) as person:
        await person.sees("Connecting")
        await person.press("ctrl+r", "ctrl+r")
        may_go_on.set()
        await person.comes_to(ROOT)
        assert len(opened) == 1


async def test_without_credentials_it_says_where_it_looked_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    async with person_at(S3BrowseApp(lambda: connect(Settings(region="us-east-1")))) as person:
        await person.sees("No credentials found")
        words = " ".join(person.screen.split())
        for place in ("AWS_ACCESS_KEY_ID", "~/.aws/credentials", "~/.aws/config", "IAM Identity Center", "container"):
            assert place in words
        assert "s3browse demo" in words
        assert "ctrl+r" in words


async def test_an_unknown_profile_is_told() -> None:
    async with person_at(S3BrowseApp(lambda: connect(Settings(profile="nobody")))) as person:
        await person.sees("Unknown profile")
        await person.sees("nobody")


async def test_an_endpoint_that_does_not_answer_is_told_and_ctrl_r_tries_again() -> None:
    connection = FakeConnection({"one": ["a.txt"]})
    connection.source.error = NetworkError("Nothing answers at http://127.0.0.1:1", hint="Check the address.")
    async with person_at(S3BrowseApp(connection.open)) as person:
        await person.sees("Cannot reach the server")
        await person.sees("Nothing answers at http://127.0.0.1:1")
        connection.source.error = None
        await person.press("ctrl+r")
        await person.comes_to(ROOT)
        assert person.keys == ["one"]
        assert "Cannot reach" not in person.screen


async def test_a_connection_that_could_not_be_opened_is_opened_at_the_next_try() -> None:
    connection, failures = FakeConnection({"one": ["a.txt"]}), [NetworkError("Nothing answers")]

    def open_connection() -> Connection:
        if failures:
            raise failures.pop()
        return connection.open()

    async with person_at(S3BrowseApp(open_connection)) as person:
        await person.sees("Nothing answers")
        await person.press("f5")
        await person.comes_to(ROOT)


async def test_renewing_after_a_failed_start_shows_the_buckets() -> None:
    connection = FakeConnection({"one": ["a.txt"]})
    connection.source.error = NetworkError("Nothing answers")
    async with person_at(S3BrowseApp(connection.open)) as person:
        await person.sees("Cannot reach the server")
        connection.source.error = None
        await person.press("R")
        await person.until(lambda: connection.source.minted)
        await person.until(lambda: person.keys == ["one"], seconds=5)


async def test_wrong_keys_are_told(stage: Scene) -> None:
    stage.server.revoke(stage.server.access_key)
    async with person_at(stage.app()) as person:
        await person.sees("does not know these keys")


async def test_a_server_that_is_down_is_told_in_words(stage: Scene) -> None:
    changes = {"sts_endpoint_url": "http://127.0.0.1:9"}
    async with person_at(stage.app(**changes)) as person:
        await person.sees("Nothing answers at http://127.0.0.1:9", seconds=40)
