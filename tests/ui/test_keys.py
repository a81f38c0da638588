"""Every key has a name by which it can be changed, and is told of in the help and in the palette."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.widgets import Input

from s3browse.s3.location import ROOT, Location
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.browser import BrowserScreen
from s3browse.ui.screens.goto import GoToScreen
from s3browse.ui.screens.help import HelpScreen
from s3browse.ui.screens.object import ObjectScreen
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.screens.session import SessionScreen
from s3browse.ui.widgets.entry_table import EntryTable
from tests.ui.conftest import person_at
from tests.ui.fakes import FakeConnection

MAIN = (S3BrowseApp, BrowserScreen, EntryTable)
DIALOGS = (GoToScreen, HelpScreen, ObjectScreen, RenewScreen, SessionScreen)
LOGS = Location("logs")


def bindings_of(*owners: type) -> list[Binding]:
    """The bindings that classes declare."""
    found: list[Binding] = []
    for owner in owners:
        declared: Iterable[BindingType] = owner.BINDINGS  # type: ignore[attr-defined]
        found += [binding for binding in declared if isinstance(binding, Binding)]
    return found


def app(**options: object) -> S3BrowseApp:
    connection = FakeConnection({"logs": ["a.txt", "b.txt", "c.txt"], "other": ["folder/x.txt"]})
    return S3BrowseApp(connection.open, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("owner", [*MAIN, *DIALOGS])
def test_every_binding_has_an_id(owner: type) -> None:
    assert all(isinstance(binding, Binding) for binding in owner.BINDINGS)  # type: ignore[attr-defined]
    assert [binding.key for binding in bindings_of(owner) if not binding.id] == []


def test_every_id_is_unique() -> None:
    ids = Counter(binding.id for binding in bindings_of(*MAIN, *DIALOGS))
    assert [name for name, times in ids.items() if times > 1] == []


def test_no_key_of_the_main_screen_means_two_things() -> None:
    keys = Counter(key for binding in bindings_of(*MAIN) for key in binding.key.split(","))
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("owner", DIALOGS)
def test_every_dialog_is_left_with_escape(owner: type) -> None:
    assert any("escape" in binding.key.split(",") for binding in bindings_of(owner))


async def test_every_described_key_is_in_the_help() -> None:
    async with person_at(app(), size=(120, 70)) as person:
        await person.comes_to(ROOT)
        await person.press("question_mark")
        await person.meets(HelpScreen)
        await person.pilot.pause()
        shown = person.screen
        missing = [
            binding.id
            for binding in bindings_of(*MAIN)
            if binding.description and (binding.tooltip or binding.description) not in shown
        ]
        assert missing == []


async def test_the_help_can_be_read_to_its_end_on_a_small_terminal() -> None:
    async with person_at(app(), size=(60, 15)) as person:
        await person.comes_to(ROOT)
        await person.press("question_mark")
        await person.meets(HelpScreen)
        await person.press("end")
        await person.sees("Find a command by name|Leave the program")
        await person.press("escape")
        await person.is_back()


async def test_a_key_can_be_changed() -> None:
    async with person_at(app(keymap={"down": "x", "quit": "ctrl+x"})) as person:
        await person.comes_to(ROOT)
        await person.press("j")
        assert person.listing.cursor == 0
        await person.press("x")
        assert person.listing.cursor == 1
        await person.press("q")
        assert not person.app._exit
        await person.press("ctrl+x")
        await person.until(lambda: person.app._exit)


async def test_a_changed_key_is_the_one_in_the_footer() -> None:
    async with person_at(app(keymap={"session": "f9"})) as person:
        await person.comes_to(ROOT)
        await person.sees("f9 Session")


async def test_a_changed_key_is_the_one_in_the_help() -> None:
    async with person_at(app(keymap={"session": "f9"}), size=(120, 70)) as person:
        await person.comes_to(ROOT)
        await person.press("question_mark")
        await person.meets(HelpScreen)
        await person.sees(r"f9 +All about the session")


@pytest.mark.parametrize(
    ("keys", "row"),
    [("j", 1), ("jj", 2), ("jjk", 1), ("G", 2), ("Gg", 0), (("down", "down", "up"), 1), (("end", "home"), 0)],
)
async def test_letters_and_arrows_move_the_cursor(keys: Iterable[str], row: int) -> None:
    async with person_at(app(start=LOGS)) as person:
        await person.comes_to(LOGS)
        await person.press(*keys)
        assert person.listing.cursor == row


@pytest.mark.parametrize("key", ["enter", "l", "right"])
async def test_opens_with(key: str) -> None:
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        await person.press(key)
        await person.comes_to(LOGS)


async def test_rows_that_come_at_once_take_keys() -> None:
    """The table was hidden for a moment: the keys are its again however short that was."""
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        for _ in range(5):
            await person.press("enter")
            await person.comes_to(LOGS)
            await person.pilot.pause()
            assert person.app.focused is person.table
            await person.press("escape")
            await person.comes_to(ROOT)
            await person.pilot.pause()
            assert person.app.focused is person.table


async def test_the_palette_lists_what_the_keys_do() -> None:
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        commands = {command.title for command in person.app.get_system_commands(person.app.screen)}
        wanted = {binding.description for binding in bindings_of(*MAIN) if binding.description}
        assert wanted - {"Palette"} <= commands
        assert "Theme" in commands


async def test_the_palette_runs_what_was_found() -> None:
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        await person.press("ctrl+p")
        await person.meets(CommandPalette)
        await person.press(*"forward", *["backspace"] * 7, *"go to")
        await person.sees("Go to any s3:// location")
        await person.press("down", "enter")
        await person.meets(GoToScreen)
        await person.until(lambda: isinstance(person.app.focused, Input))


async def test_the_palette_opens_the_row_under_the_cursor() -> None:
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        await person.press("ctrl+p")
        await person.meets(CommandPalette)
        await person.press(*"open")
        await person.sees("Open the row")
        await person.press("down", "enter")
        await person.comes_to(LOGS)


async def test_q_in_a_field_is_a_letter() -> None:
    async with person_at(app()) as person:
        await person.comes_to(ROOT)
        await person.press("colon")
        await person.meets(GoToScreen)
        await person.press("q")
        assert not person.app._exit
        assert person.app.screen.query_one(Input).value.endswith("q")


async def test_a_binding_that_stands_in_the_footer_is_short() -> None:
    async with person_at(app(), size=(80, 24)) as person:
        await person.comes_to(ROOT)
        footer = person.screen.splitlines()[-1]
        for binding in bindings_of(*MAIN):
            if binding.show:
                assert binding.description in footer
