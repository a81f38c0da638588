"""What the program is, and every key that works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

_ABOUT = (
    "Everything you read here is read by a temporary session. The line above the rows counts down how long it "
    "still lives, in the server's time. When it ends you are asked to renew it, and everything goes on where it stood."
)

_SHOWN_KEYS = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "colon": ":",
    "plus": "+",
    "question_mark": "?",
    "escape": "esc",
    "backspace": "bksp",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


class HelpScreen(ModalScreen[None]):
    """Lists keys by what they are for.

    Args:
        sections: The bindings to list, by heading.
    """

    CSS_PATH = "facts.tcss"
    DEFAULT_CLASSES = "facts"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, sections: Mapping[str, Iterable[Binding]]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """Lay the sections out."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "esc closes"
            yield Static(_ABOUT, classes="fact", markup=False)
            for heading, bindings in self._sections.items():
                yield Static(heading, classes="heading", markup=False)
                lines = Content("\n").join(_line(b) for b in bindings)
                yield Static(lines, classes="fact", markup=False)


def _line(binding: Binding) -> Content:
    keys = " ".join(_SHOWN_KEYS.get(key, key.replace("ctrl+", "^")) for key in binding.key.split(","))
    return Content.assemble(
        (f"{keys:<16}", "bold $foreground"), (binding.tooltip or binding.description, "$foreground 60%")
    )
