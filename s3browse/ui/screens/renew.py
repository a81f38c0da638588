"""The prompt that brings the next session: at the start where a code is needed, early, or when one has ended."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from s3browse import text
from s3browse.errors import S3BrowseError
from s3browse.session.broker import Broker, Snapshot, State
from s3browse.ui.background import in_thread


class Choice(Enum):
    """How the person answered."""

    RENEWED = "renewed"
    LATER = "later"
    QUIT = "quit"


class Occasion(Enum):
    """Why it asks; the value is the title."""

    START = "Start a session"
    EARLY = "Renew the session"
    EXPIRED = "Session expired"


class RenewScreen(ModalScreen[Choice]):
    """Renews, with the MFA code where one is needed, and stays until that has worked or the person leaves it.

    Args:
        broker: Whose session is renewed.
        occasion: Why it asks.
        code_hint: What the empty field for the code says.
    """

    CSS_PATH = "renew.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "later", "Later", id="renew.later"),
        Binding("left", "app.focus_previous", "Previous", id="renew.previous", show=False),
        Binding("right", "app.focus_next", "Next", id="renew.next", show=False),
    ]

    def __init__(self, broker: Broker, occasion: Occasion, *, code_hint: str = "6 digits") -> None:
        super().__init__(classes="-expired" if occasion is Occasion.EXPIRED else None)
        self.broker = broker
        self.occasion = occasion
        self._serial = broker.source.mfa_serial
        self._code_hint = code_hint

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = self.occasion.value
            verb = "starts" if self.occasion is Occasion.START else "renews"
            dialog.border_subtitle = f"enter {verb} · tab moves · esc later"
            yield Static(id="why")
            if self._serial:
                yield Static(Content(f"MFA code of {text.safe(self._serial)}"), id="code-label")
                yield Input(placeholder=self._code_hint, password=True, max_length=8, restrict=r"\d*", id="code")
            yield Static(id="trouble")
            with Horizontal(id="buttons"):
                yield Button("Start" if self.occasion is Occasion.START else "Renew", id="renew", variant="primary")
                yield Button("Later", id="later")
                yield Button("Quit", id="quit")

    def on_mount(self) -> None:
        """Put the focus where Enter renews."""
        self.session_changed(self.broker.snapshot())
        self.query_one("#trouble").display = False
        self.query_one("#code" if self._serial else "#renew").focus()

    def session_changed(self, snapshot: Snapshot) -> None:
        """Tell what has ended and what waits; close when another way has brought a session."""
        if self.occasion is Occasion.EXPIRED and snapshot.state.usable:
            self.dismiss(Choice.RENEWED)
            return
        if self.occasion is Occasion.EARLY and snapshot.state is State.EXPIRED:
            self.occasion = Occasion.EXPIRED
            self.add_class("-expired")
            self.query_one("#dialog").border_title = self.occasion.value
        self.query_one("#why", Static).update(Content(self._why(snapshot)))

    def _why(self, snapshot: Snapshot) -> str:
        if self.occasion is Occasion.START:
            return "This identity needs an MFA code to begin a session."
        if self.occasion is Occasion.EARLY:
            return "The present session goes on until the new one is there."
        return f"{_ended(snapshot)}\nNothing is lost: {_what_waits(snapshot.waiting)}"

    @on(Input.Submitted)
    @on(Button.Pressed, "#renew")
    def _renew_wanted(self) -> None:
        code = self.query_one("#code", Input).value if self._serial else None
        if code == "":
            self._say_trouble("Type the code that the device shows now.")
            self.query_one("#code").focus()
            return
        self._renew(code)

    @work(exclusive=True, group="renew", exit_on_error=True, description="renew")
    async def _renew(self, code: str | None) -> None:
        self._set_busy(True)
        try:
            await in_thread(self.broker.renew, code)
        except S3BrowseError as error:
            self._set_busy(False)
            self._say_trouble(f"{error.title}. {error.message}\n{error.hint}".strip())
            if self._serial:
                self.query_one("#code", Input).clear()
                self.query_one("#code").focus()
            else:
                self.query_one("#renew").focus()
            return
        if self._serial:
            self.query_one("#code", Input).clear()
        if self.is_current:
            self.dismiss(Choice.RENEWED)

    def _set_busy(self, busy: bool) -> None:
        button = self.query_one("#renew", Button)
        button.disabled = busy
        button.label = "Renewing …" if busy else ("Start" if self.occasion is Occasion.START else "Renew")
        if busy:
            self.query_one("#trouble").display = False

    def _say_trouble(self, words: str) -> None:
        trouble = self.query_one("#trouble", Static)
        trouble.update(Content(text.safe_lines(words)))
        trouble.display = True

    @on(Button.Pressed, "#later")
    def action_later(self) -> None:
        """Leave it; everything goes on waiting."""
        self.dismiss(Choice.LATER)

    @on(Button.Pressed, "#quit")
    def _quit(self) -> None:
        self.dismiss(Choice.QUIT)


def _ended(snapshot: Snapshot) -> str:
    session = snapshot.session
    if snapshot.ended_because:
        return f"The server no longer accepts the session ({text.safe(snapshot.ended_because)})."
    if session is None or session.expires_at is None:
        return "The session is over."
    return f"Your session ended at {text.clock_time(session.expires_at)}, as the server set it."


def _what_waits(waiting: int) -> str:
    if not waiting:
        return "rows and cursor stay as they are."
    return f"{text.plural(waiting, 'request')} {'waits' if waiting == 1 else 'wait'} and will go on."
