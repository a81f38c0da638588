"""What stands in the table's place when there are no rows to show: why, and what to do."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from s3browse import text
from s3browse.errors import S3BrowseError


class Notice(Vertical):
    """A title, a message and a hint in the middle of the screen."""

    DEFAULT_CSS = """
    Notice {
        align: center middle; background: $background;
        & > Static { width: 100%; max-width: 76; height: auto; text-align: center; padding: 0 2; }
        & > #title { text-style: bold; margin-bottom: 1; }
        & > #message { color: $text-muted; }
        & > #hint { color: $primary; margin-top: 1; }
        &.-error > #title { color: $error; }
    }
    """

    def compose(self) -> ComposeResult:
        """Lay the three texts out."""
        yield Static(id="title")
        yield Static(id="message")
        yield Static(id="hint")

    def say(self, title: str, message: str = "", hint: str = "", *, error: bool = False) -> None:
        """Show a text; every part may hold a stranger's words."""
        self.set_class(error, "-error")
        for name, words in (("#title", title), ("#message", message), ("#hint", hint)):
            static = self.query_one(name, Static)
            static.update(Content(text.safe_lines(words)))
            static.display = bool(words)

    def say_error(self, error: S3BrowseError, keys: str) -> None:
        """Show an error, and below its hint which keys lead on."""
        self.say(error.title, error.message, f"{error.hint}\n{keys}".strip(), error=True)
