"""The application: opens the connection, keeps the session in sight, and asks for the next one when it ends."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segments
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from s3browse import text
from s3browse.errors import S3BrowseError, SetupError
from s3browse.s3.location import ROOT, Location
from s3browse.session.broker import Event, State
from s3browse.session.settings import Renewal
from s3browse.ui.background import in_thread
from s3browse.ui.commands import commands_for
from s3browse.ui.crash import crash_report
from s3browse.ui.messages import SessionChanged
from s3browse.ui.screens.browser import BrowserScreen
from s3browse.ui.screens.help import HelpScreen
from s3browse.ui.screens.renew import Choice, Occasion, RenewScreen
from s3browse.ui.screens.session import SessionScreen
from s3browse.ui.terminal import TerminalWindow, exit_on_signals
from s3browse.ui.themes import DARK, LIGHT, SESSION_VARIABLES
from s3browse.ui.widgets.entry_table import EntryTable

if TYPE_CHECKING:
    from s3browse.s3.connection import Connection

_BAD_SETTINGS = "Cannot use config.toml"

TICK_SECONDS = 0.25
"""How often the session is looked at: often enough that a second never shows late."""


class S3BrowseApp(App[None]):
    """The browser.

    Args:
        open_connection: Makes the connection; called on a thread, after the first frame is on the screen.
        start: Where to begin.
        theme: Name of the theme to begin with.
        keymap: Other keys, by the ids of bindings.
        code_hint: What the empty field for an MFA code says.

    Raises:
        SetupError: When there is no such theme, or no binding of such an id.
    """

    CSS_PATH = "app.tcss"
    TITLE = "s3browse"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "session", "Session", id="session", tooltip="All about the session"),
        Binding("R", "renew", "Renew", id="renew", tooltip="Renew the session now"),
        Binding("question_mark", "help", "Help", id="help", key_display="?", tooltip="This help"),
        Binding("q", "quit", "Quit", id="quit", tooltip="Leave the program"),
        Binding("ctrl+p", "command_palette", "Palette", id="palette", show=False, tooltip="Find a command by name"),
    ]

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        *,
        start: Location = ROOT,
        theme: str = DARK.name,
        keymap: dict[str, str] | None = None,
        code_hint: str = "6 digits",
    ) -> None:
        super().__init__()
        self._open_connection = open_connection
        self._code_hint = code_hint
        self._own_keymap = keymap or {}
        self._clashes: set[str] = set()
        self._state = State.NONE
        self._asked_generation = self._tried_generation = 0
        self.connection: Connection | None = None
        self.browser = BrowserScreen(start)
        self._window = TerminalWindow(self._write_to_terminal)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._check_settings(theme)
        self.theme = theme

    def _check_settings(self, theme: str) -> None:
        if theme not in self.available_themes:
            raise SetupError(
                f"There is no theme “{theme}”.",
                title=_BAD_SETTINGS,
                hint=f"There are: {', '.join(self.available_themes)}.",
            )
        ids = {binding.id for binding in _BINDINGS if isinstance(binding, Binding) and binding.id}
        if unknown := sorted(set(self._own_keymap) - ids):
            known = ", ".join(sorted(ids))
            raise SetupError(f"[keys] knows no “{unknown[0]}”.", title=_BAD_SETTINGS, hint=f"It knows: {known}.")
        if odd := [keys for keys in self._own_keymap.values() if not all(keys.split(",")) or " " in keys]:
            hint = "Write one as ctrl+l or f5, several with commas between and no blanks."
            raise SetupError(f"“{odd[0]}” is not the name of a key.", title=_BAD_SETTINGS, hint=hint)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the session's colours to themes that do not name them."""
        return SESSION_VARIABLES

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Say so, once, when the settings file gives away a key that something else has."""
        names = ", ".join(sorted(binding.id or binding.action for binding in clashed_bindings))
        if names not in self._clashes:
            self._clashes.add(names)
            self.notify(f"Something else has the key of: {names}", title="Keys clash", severity="warning", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Fill the command palette."""
        return commands_for(self, screen)

    async def on_mount(self) -> None:
        """Show the browser at once; whatever is slow begins behind it."""
        exit_on_signals(self.exit)
        self.set_keymap(self._own_keymap)
        await self.push_screen(self.browser)
        self.set_interval(TICK_SECONDS, self.show_session)
        self.call_after_refresh(self.action_start)

    def on_unmount(self) -> None:
        """Let no thread go on waiting for a session, and the window have its title back."""
        self._window.restore()
        if self.connection is not None:
            self.connection.broker.close()

    # The session

    def action_start(self) -> None:
        """Begin, unless that is under way."""
        if not self._is_under_way("start"):
            self._start()

    def _is_under_way(self, group: str) -> bool:
        return any(worker.group == group and not worker.is_finished for worker in self.workers)

    @work(exclusive=True, group="start", exit_on_error=True, description="start")
    async def _start(self) -> None:
        """Open the connection and get its first session."""
        try:
            if self.connection is None:
                self.connection = await in_thread(self._open_connection)
                self.connection.broker.subscribe(self._tell)
            connection = self.connection
            if connection.broker.source.mfa_serial is None:
                await in_thread(connection.broker.renew)
        except S3BrowseError as error:
            self.browser.start_failed(error)
            return
        if connection.broker.source.mfa_serial is not None and await self._ask(Occasion.START) is Choice.QUIT:
            return
        self.browser.begin(connection)
        gc.freeze()  # what has been imported by now lives to the end: collections need not walk it, nor keys wait

    def _tell(self, event: Event) -> None:
        self.post_message(SessionChanged(event))

    @on(SessionChanged)
    async def _session_changed(self, message: SessionChanged) -> None:
        self.show_session()
        if message.event is Event.RENEWED:
            self._identify()
        elif message.event is Event.WAITING and self._state is State.EXPIRED and not self._is_under_way("renew"):
            self.ask_to_renew()
        elif message.event is Event.NOT_RENEWED and self._state is not State.NONE:
            self._say_not_renewed()

    @work(group="identify", exit_on_error=True, description="identify")
    async def _identify(self) -> None:
        assert self.connection is not None
        await in_thread(self.connection.broker.identify)

    def show_session(self) -> None:
        """Show the session as it is at this moment, and ask when it has just ended."""
        if self.connection is None or not self.is_running:
            return
        snapshot = self.connection.broker.snapshot()
        self._state = snapshot.state
        self._window.show(snapshot)
        for screen in self.screen_stack:
            if isinstance(screen, (BrowserScreen, SessionScreen, RenewScreen)) and screen.is_mounted:
                screen.session_changed(snapshot)
        if self._renews_by_itself and snapshot.is_due and snapshot.generation != self._tried_generation:
            self._tried_generation = snapshot.generation
            self._renew_by_itself()
        elif snapshot.state is State.EXPIRED and snapshot.generation != self._asked_generation:
            self._asked_generation = snapshot.generation
            self.ask_to_renew()

    @work(group="ask", exit_on_error=True, description="ask to renew")
    async def ask_to_renew(self) -> None:
        """Show the prompt, once however many requests wait; not to somebody who wants none."""
        if self.connection is not None and self.connection.settings.renewal is not Renewal.NEVER:
            await self._ask(Occasion.EXPIRED)

    @property
    def _renews_by_itself(self) -> bool:
        connection = self.connection
        if connection is None or connection.broker.source.mfa_serial is not None:
            return False
        return connection.settings.renewal is Renewal.AUTO

    @work(exclusive=True, group="renew", exit_on_error=True, description="renew by itself")
    async def _renew_by_itself(self) -> None:
        """Renew, once a session; where that fails, the prompt comes at the end."""
        assert self.connection is not None
        with suppress(S3BrowseError):  # told by _say_not_renewed
            await in_thread(self.connection.broker.renew)

    async def _ask(self, occasion: Occasion) -> Choice:
        assert self.connection is not None
        if self._is_asking:
            return Choice.LATER
        screen = RenewScreen(self.connection.broker, occasion, code_hint=self._code_hint)
        choice = await self.push_screen_wait(screen)
        if choice is Choice.RENEWED:
            self._say_renewed()
        elif choice is Choice.QUIT:
            self.exit()
        return choice

    @property
    def _is_asking(self) -> bool:
        return any(isinstance(screen, RenewScreen) for screen in self.screen_stack)

    def _say_renewed(self) -> None:
        assert self.connection is not None
        snapshot = self.connection.broker.snapshot()
        session = snapshot.session
        ends = None if session is None else session.expires_at
        until = "expiry unknown" if ends is None else f"until {text.clock_time(ends)}"
        self.notify(until, title="Session renewed" if snapshot.generation > 1 else "Session begun", markup=False)

    def _say_not_renewed(self) -> None:
        """Tell why a renewal has failed that no prompt waits for."""
        assert self.connection is not None
        error = self.connection.broker.renewal_failure
        if not self._is_asking and isinstance(error, S3BrowseError):
            self.notify(
                text.safe_lines(f"{error.message}\n{error.hint}"),
                title=text.safe(error.title),
                severity="error",
                markup=False,
            )

    def _write_to_terminal(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # What the person does

    @work(exclusive=True, group="renew", exit_on_error=True, description="renew")
    async def action_renew(self) -> None:
        """Renew now, whether the session has ended or not."""
        if self.connection is None or self._state is State.NONE:
            self.action_start()
        elif self._state is State.EXPIRED:
            await self._ask(Occasion.EXPIRED)
        elif self.connection.broker.source.mfa_serial is not None:
            await self._ask(Occasion.EARLY)
        else:
            with suppress(S3BrowseError):  # told by _say_not_renewed
                await in_thread(self.connection.broker.renew)
                self._say_renewed()

    def action_session(self) -> None:
        """Show the large form of the session."""
        if self.connection is not None:
            self.push_screen(SessionScreen(self.connection))

    def action_help(self) -> None:
        """Show what every key does."""
        sections = {"Move": EntryTable.BINDINGS, "Go": BrowserScreen.BINDINGS, "Session and program": self.BINDINGS}
        self.push_screen(HelpScreen({heading: self._with_own_keys(keys) for heading, keys in sections.items()}))

    def _with_own_keys(self, bindings: Iterable[BindingType]) -> list[Binding]:
        known = [binding for binding in bindings if isinstance(binding, Binding)]
        return [replace(binding, key=self._own_keymap.get(binding.id or "", binding.key)) for binding in known]

    def _fatal_error(self) -> None:
        """Print a crash without local variables and secrets (Textual's own report shows both)."""
        self.bell()
        report = crash_report(self._exception)
        self._exit_renderables.append(Segments(self.console.render(report, self.console.options)))
        self._close_messages_no_wait()


_BINDINGS = [*EntryTable.BINDINGS, *BrowserScreen.BINDINGS, *S3BrowseApp.BINDINGS]
"""Those that the settings file may give other keys; a dialog's own keys stay as they are."""
