"""Names and messages of strangers: the program neither fails nor obeys, and no control character reaches the screen."""

from __future__ import annotations

import re
import unicodedata

import pytest
from textual.widgets import Button

from s3browse.demo.hostile import HOSTILE_KEYS
from s3browse.errors import ServiceError
from s3browse.s3.listing import Entry, Kind, Stage
from s3browse.s3.location import ROOT, Location
from s3browse.session.credentials import Identity
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.goto import GoToScreen
from s3browse.ui.screens.object import ObjectScreen
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.screens.session import SessionScreen
from tests.stage import Stage as Scene
from tests.ui.conftest import Person, person_at
from tests.ui.fakes import FakeConnection

NAMES = {
    "closing-tag": "foo[/bar].txt",
    "colour": "[red]x[/red]",
    "action": "[@click=app.quit]x",
    "action-closed": "[@click=app.quit]x[/]",
    "link": "[link=https://example.com]x[/link]",
    "variable": "$error ${HOME}",
    "escape": "\x1b[31mred\x1b[2J\x1b[H",
    "clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "c1": "\x9b31mcsi\x9d52;c;aGVsbG8=\x9c",
    "bidi": "invoice-\u202efdp.exe \u2066x\u2069",
    "lines": "one\ntwo\r\nthree\u2028four\x85five",
    "delete": "a\x7f\x08\x08b\tc",
    "invisible": "a\u200bb\u200d\ufeffc\u00ad",
    "long": "k" * 1015 + "[/b].txt",
    "wide": "请求日志" * 60,
    "half-wide": "a" + "請" * 80,
    "emoji": "👨‍👩‍👧‍👦🇩🇪🚀❤️" * 9,
    "combining": "e\u0301" * 80 + "z\u0334\u0321\u033a\u0353",
    "arabic": "عربي ملف",
    "dots": "..",
    "blank": "   ",
    "quotes": "'\"`\\",
}
"""Each is tried as an object's name, as a folder's name and as a message."""

BIDI = {chr(code) for code in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}

names = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())


def assert_harmless(person: Person) -> None:
    """Hold what is drawn against what a terminal would obey, and the program against what a name could do to it."""
    for line in person.screen.split("\n"):
        obeyed = [sign for sign in line if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in BIDI]
        assert not obeyed, ascii(line)
    assert not person.app._exit
    assert person.app._exception is None


def is_failed(person: Person, place: Location) -> bool:
    """Whether reading a place has failed."""
    return person.listing.location == place and person.listing.stage is Stage.FAILED


def program(*keys: str, bucket: str = "bucket", start: Location = ROOT) -> tuple[FakeConnection, S3BrowseApp]:
    """A program over keys in memory."""
    connection = FakeConnection({bucket: keys})
    return connection, S3BrowseApp(connection.open, start=start)


async def clicks_on_every(words: str, person: Person) -> None:
    """Click at the middle of every place on the screen where some words stand, and leave what that has opened."""
    places = [
        (found.start() + len(words) // 2, line)
        for line, drawn in enumerate(person.screen.split("\n"))
        for found in re.finditer(re.escape(words), drawn)
    ]
    assert places
    for place in places:
        await person.pilot.click(offset=place)
        await person.pilot.pause(0.01)


async def test_names_as_rows() -> None:
    keys = [name.rpartition("/")[2] for name in NAMES.values()]
    _, app = program(*keys, start=Location("bucket"))
    async with person_at(app, size=(100, 40)) as person:
        await person.comes_to(Location("bucket"))
        assert person.keys == keys
        for row in range(len(keys)):
            person.table.move_to(row)
            await person.pilot.pause(0.01)
            assert_harmless(person)


async def test_names_in_the_dialog_and_on_the_clipboard() -> None:
    _, app = program("a.txt", start=Location("bucket"))
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(Location("bucket"))
        for name in NAMES.values():
            app.push_screen(ObjectScreen(Location("bucket"), Entry(Kind.OBJECT, name, 7, 0.0, name)))
            await person.meets(ObjectScreen)
            app.screen.action_copy_uri()  # type: ignore[attr-defined]
            await person.pilot.pause(0.01)
            assert person.clipboard == f"s3://bucket/{name}"
            assert_harmless(person)
            app.clear_notifications()
            app.pop_screen()
            await person.is_back()


@names
async def test_a_name_as_a_folder_on_the_way_and_in_go_to(name: str) -> None:
    here = Location("bucket", f"{name}/")
    _, app = program(f"{name}/inner/x.txt", start=here)
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(here)
        assert_harmless(person)
        await person.press("colon")
        await person.meets(GoToScreen)
        assert_harmless(person)
        await person.press("enter")
        await person.is_back()
        await person.comes_to(here)
        for step in reversed([ROOT, *here.trail()[:-1]]):
            await person.press("backspace")
            await person.comes_to(step)
            assert_harmless(person)


async def test_messages_in_the_toast_of_a_refresh() -> None:
    connection, app = program("a.txt", start=Location("bucket"))
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(Location("bucket"))
        for words in NAMES.values():
            connection.s3.error = ServiceError(f"{words} says the server", title=words, hint=words)
            await person.press("ctrl+r")
            await person.until(lambda: person.toasts)
            await person.pilot.pause(0.01)
            assert_harmless(person)
            app.clear_notifications()


async def test_messages_in_the_rows_place_and_in_the_status() -> None:
    connection, app = program("a.txt", start=Location("bucket"))
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(Location("bucket"))
        for number, words in enumerate(NAMES.values()):
            connection.s3.error = ServiceError(f"{words} says the server", title=words, hint=words)
            place = Location("bucket", f"{number}/")
            app.browser._go(place)
            await person.until(lambda place=place: is_failed(person, place))
            await person.pilot.pause(0.01)
            assert_harmless(person)


async def test_messages_in_the_toast_of_an_early_renewal() -> None:
    connection, app = program("a.txt", start=Location("bucket"))
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(Location("bucket"))
        for words in NAMES.values():
            connection.source.error = ServiceError(f"{words} says STS", title=words, hint=words)
            await person.press("R")
            await person.until(lambda: person.toasts)
            await person.pilot.pause(0.01)
            assert_harmless(person)
            app.clear_notifications()


async def test_messages_in_the_prompt() -> None:
    connection, app = program("a.txt", start=Location("bucket"))
    async with person_at(app, size=(80, 40)) as person:
        await person.comes_to(Location("bucket"))
        connection.clocks.moved += 121
        await person.meets(RenewScreen)
        button = app.screen.query_one("#renew", Button)
        for words in NAMES.values():
            connection.source.error = ServiceError(f"{words} says STS", title=words, hint=words)
            connection.source.refused = 0
            await person.until(lambda: not button.disabled and not button.has_class("-active"))
            button.press()
            await person.until(lambda: connection.source.refused and not button.disabled)
            await person.pilot.pause(0.01)
            assert app.screen.query_one("#trouble").display
            assert_harmless(person)


async def test_a_device_in_the_prompt() -> None:
    connection, app = program("a.txt")
    connection.source.mfa_serial = " ".join(sorted(NAMES.values(), key=len))
    async with person_at(app, size=(80, 60)) as person:
        await person.meets(RenewScreen)
        assert_harmless(person)


async def test_messages_at_the_start() -> None:
    connection, app = program("a.txt")
    connection.source.error = ServiceError("first")
    async with person_at(app, size=(80, 24)) as person:
        await person.sees("not connected")
        for words in NAMES.values():
            connection.source.refused = 0
            connection.source.error = ServiceError(f"{words} says STS", title=words, hint=words)
            app.action_start()
            await person.until(lambda: connection.source.refused and not app.workers)
            await person.pilot.pause(0.01)
            assert_harmless(person)


async def test_identities() -> None:
    connection, app = program("a.txt")
    async with person_at(app) as person:
        await person.comes_to(ROOT)
        for name in NAMES.values():
            connection.source.identity = Identity(name, f"arn:aws:iam::{name}:user/{name}")
            connection.broker.identify()
            await person.pilot.pause(0.01)
            assert_harmless(person)
        await person.press("s")
        await person.meets(SessionScreen)
        for name in NAMES.values():
            connection.source.identity = Identity(name, f"arn:aws:iam::{name}:user/{name}")
            connection.broker.identify()
            await person.pilot.pause(0.01)
            assert_harmless(person)


async def test_buckets() -> None:
    connection = FakeConnection({name: ["a.txt"] for name in NAMES.values()})
    app = S3BrowseApp(connection.open)
    async with person_at(app) as person:
        await person.comes_to(ROOT)
        assert_harmless(person)
        for row, name in enumerate(NAMES.values()):
            person.table.move_to(row)
            person.table.action_open()
            await person.comes_to(Location(name))
            assert_harmless(person)
            app.browser.action_up()
            await person.comes_to(ROOT)


async def test_clicks_on_names_run_nothing() -> None:
    folder = "[@click=app.quit]a/[@click=app.quit]b/"
    _, app = program(
        *(f"{folder}{name}" for name in ("[@click=app.quit]x", "[@click=app.quit]y[ /]", "[@click=app.quit]z]")),
        start=Location("bucket", folder),
    )
    async with person_at(app, size=(100, 24)) as person:
        await person.comes_to(Location("bucket", folder))
        await clicks_on_every("[@click=app.quit]", person)
        assert_harmless(person)


async def test_clicks_in_the_dialog_run_nothing() -> None:
    _, app = program("[@click=app.quit]x", start=Location("bucket"))
    async with person_at(app, size=(100, 24)) as person:
        await person.comes_to(Location("bucket"))
        await person.press("enter")
        await person.meets(ObjectScreen)
        await clicks_on_every("[@click=app.quit]", person)
        assert_harmless(person)


async def test_clicks_on_a_message_run_nothing() -> None:
    connection, app = program("a.txt")
    words = "[@click=app.quit]click here[/]"
    connection.source.error = ServiceError(words, title=words, hint=words)
    async with person_at(app, size=(80, 24)) as person:
        await person.sees("not connected")
        await clicks_on_every("click here", person)
        assert_harmless(person)


async def test_clicks_on_a_toast_run_nothing() -> None:
    connection, app = program("a.txt")
    async with person_at(app, size=(80, 24)) as person:
        await person.comes_to(ROOT)
        words = "[@click=app.quit]click here[/]"
        connection.source.error = ServiceError(words, title=words, hint=words)
        await person.press("R")
        await person.sees("click here")
        await clicks_on_every("click here", person)
        assert_harmless(person)


async def test_empty_steps_stay_steps() -> None:
    _, app = program("a//b", "//", "/", "/lead", start=Location("bucket"))
    async with person_at(app) as person:
        await person.comes_to(Location("bucket"))
        assert person.keys == ["a/", "/"]
        await person.opens("/")
        await person.comes_to(Location("bucket", "/"))
        assert person.keys == ["//", "/", "/lead"]
        await person.sees(r"\(folder marker\)")
        await person.opens("//")
        await person.comes_to(Location("bucket", "//"))
        await person.press("backspace", "backspace")
        await person.comes_to(Location("bucket"))
        await person.until(lambda: person.listing.key_at_cursor() == "/")
        await person.opens("a/")
        await person.comes_to(Location("bucket", "a/"))
        assert person.keys == ["a//"]


async def test_a_lone_surrogate_does_not_stop_the_program() -> None:
    _, app = program("a\ud800b", start=Location("bucket"))
    async with person_at(app) as person:
        await person.comes_to(Location("bucket"))
        assert_harmless(person)


async def test_keys_of_the_demos_hostile_bucket_are_shown_and_opened(stage: Scene) -> None:
    start = Location("acme-hostile")
    async with person_at(stage.app(start), size=(80, 24)) as person:
        await person.comes_to(start)
        assert {key for key in HOSTILE_KEYS if "/" not in key} <= set(person.keys)
        for row in range(person.listing.prefixes, len(person.listing), 2):
            person.table.move_to(row)
            await person.pilot.pause(0.01)
            assert_harmless(person)
            person.table.action_open()
            await person.meets(ObjectScreen)
            assert_harmless(person)
            person.app.pop_screen()
            await person.is_back()


async def test_every_folder_of_the_demos_hostile_bucket_can_be_entered_and_left(stage: Scene) -> None:
    start = Location("acme-hostile")
    async with person_at(stage.app(start), size=(80, 24)) as person:
        await person.comes_to(start)
        for row in range(person.listing.prefixes):
            folder = person.keys[row]
            person.table.move_to(row)
            person.table.action_open()
            await person.comes_to(Location("acme-hostile", folder))
            assert all(key.startswith(folder) for key in person.keys)
            assert_harmless(person)
            person.app.browser.action_up()
            await person.comes_to(start)
            assert person.listing.key_at_cursor() == folder
