"""The terminal of the tests, tried on a program whose behaviour is known."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

_PROGRAM = """
from textual.app import App
from textual.widgets import Input, Label

class Probe(App):
    BINDINGS = [("ctrl+t", "app.exit_with(7)", "")]

    def compose(self):
        yield Input(placeholder="waiting")
        yield Label("", id="key")
        yield Label("", id="size")

    def action_exit_with(self, status):
        self.exit(return_code=status)

    def on_key(self, event):
        self.query_one("#key").update("last key: " + event.key)

    def on_resize(self, event):
        self.query_one("#size").update(f"size: {event.size.width} x {event.size.height}")

app = Probe()
app.run()
raise SystemExit(app.return_code)
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    program = tmp_path / "probe.py"
    program.write_text(_PROGRAM)
    with Terminal([sys.executable, str(program)], cols=80, rows=24) as terminal:
        terminal.wait_for("size: 80 x 24")
        yield terminal


def test_shows_what_is_typed_and_pressed(terminal: Terminal) -> None:
    terminal.type("bücket")
    terminal.press("left", "backspace", "esc", "a")
    assert terminal.wait_for("bü(.+)at").group(1) == "ck"
    assert "bückat" in terminal.line_of("bück")


@pytest.mark.parametrize(("key", "seen"), [("up", "up"), ("pagedown", "pagedown"), ("f5", "f5"), ("esc", "escape")])
def test_names_keys(terminal: Terminal, key: str, seen: str) -> None:
    terminal.press(key)
    terminal.wait_for(f"last key: {seen}$")


def test_resizes(terminal: Terminal) -> None:
    terminal.resize(60, 20)
    terminal.wait_for("size: 60 x 20")
    terminal.wait_gone("size: 80 x 24")


def test_tells_an_exit_from_a_kill(terminal: Terminal) -> None:
    assert not terminal.restored
    terminal.press("ctrl+t")
    assert terminal.wait_exit() == 7
    assert terminal.restored


def test_tells_a_terminal_left_in_disorder(terminal: Terminal) -> None:
    terminal.signal(signal.SIGKILL)
    assert terminal.wait_exit() == 128 + signal.SIGKILL
    assert not terminal.restored


def test_shows_the_screen_where_a_wait_fails(terminal: Terminal) -> None:
    with pytest.raises(AssertionError, match=r"(?s)'nowhere' did not come.*size: 80 x 24"):
        terminal.wait_for("nowhere", timeout=0.1)
