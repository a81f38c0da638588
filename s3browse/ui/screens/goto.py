"""Asks where to go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from s3browse import text
from s3browse.s3.location import Location, parse_location

_NOTE = "s3:// location, ARN or console address · → completes · esc closes"


def _is_plain(uri: str) -> bool:
    """Whether it can be shown and typed as it is."""
    return text.safe(uri) == uri


class GoToScreen(ModalScreen[Location | None]):
    """Takes an s3:// location, an ARN or a web address. Gives None when the person leaves it.

    Args:
        here: What the line begins with.
        known: URIs that are offered while one types.
    """

    CSS_PATH = "goto.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", id="go-to.close")]

    def __init__(self, here: Location, known: Sequence[str]) -> None:
        super().__init__()
        self._here = here
        self._known = known

    def compose(self) -> ComposeResult:
        """Lay the dialog out."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Go to"
            yield Input(
                self._here.uri if _is_plain(self._here.uri) else "",
                placeholder="s3://bucket/prefix",
                suggester=SuggestFromList([uri for uri in self._known if _is_plain(uri)], case_sensitive=True),
                select_on_focus=True,
            )
            yield Static(_NOTE, id="note", markup=False)

    @on(Input.Changed)
    def _changed(self) -> None:
        note = self.query_one("#note", Static)
        if note.has_class("-error"):
            note.remove_class("-error")
            note.update(_NOTE)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        if not message.value.strip():
            self.dismiss(None)
            return
        try:
            self.dismiss(parse_location(message.value))
        except ValueError as error:
            note = self.query_one("#note", Static)
            note.add_class("-error")
            note.update(Content(text.safe(str(error))))
