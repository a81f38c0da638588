"""What the listing knows about one object, in full."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from s3browse import text
from s3browse.s3.listing import Entry
from s3browse.s3.location import Location


def copy_uri(screen: Screen[Any], place: Location) -> None:
    """Send a location's s3:// URI to the terminal's clipboard (OSC 52, which gives no answer)."""
    screen.app.copy_to_clipboard(place.uri)
    screen.notify(text.safe(place.uri), title="Sent to the clipboard", markup=False)


class ObjectScreen(ModalScreen[None]):
    """Shows an object's whole key, its size to the byte, its time and its storage class."""

    CSS_PATH = "facts.tcss"
    DEFAULT_CLASSES = "facts"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Close", id="object.close"),
        Binding("y", "copy_uri", "Copy URI", id="object.copy-uri"),
    ]

    def __init__(self, location: Location, entry: Entry) -> None:
        super().__init__()
        self._place = Location(location.bucket, entry.key)
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay the facts out."""
        entry = self._entry
        size = entry.size or 0
        facts = {
            "Key": text.safe(entry.key),
            "URI": text.safe(self._place.uri),
            "Size": text.size(size) if size < 1024 else f"{text.size(size)}  ({text.count(size)} bytes)",
            "Modified": "" if entry.modified is None else f"{text.timestamp(entry.modified)} (local time)",
            "Class": text.safe(entry.detail) or "not told",
        }
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Object"
            dialog.border_subtitle = "y copies the URI · esc closes"
            for name, value in facts.items():
                yield Static(Content.assemble((f"{name:<10}", "$foreground 60%"), (value, "")), classes="fact")

    def action_copy_uri(self) -> None:
        """Copy the object's s3:// URI."""
        copy_uri(self, self._place)
