"""The terminal around the program's screen: signals, the window's title, a bell, a desktop notice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from s3browse import text
from s3browse.session.broker import Snapshot, State

_PUSH_TITLE, _POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""Keep the window's title and bring it back (xterm, "Window manipulation")."""

_NOTICES = {State.EXPIRING: "The session ends soon.", State.EXPIRED: "The session is over."}


_EXIT_STATUS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGQUIT": 131}
"""128 and the signal's number, as shells have it."""


class Exit(Protocol):
    """Ends the program, the terminal restored."""

    def __call__(self, *, return_code: int) -> object:
        """End it with an exit status."""


def exit_on_signals(exit: Exit) -> None:
    """End in an orderly way when a signal asks for it. Call it on the running loop."""

    def end(status: int) -> None:
        exit(return_code=status)

    loop = asyncio.get_running_loop()
    for name, status in _EXIT_STATUS.items():
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):  # not on every platform or thread
            loop.add_signal_handler(getattr(signal, name), end, status)


class TerminalWindow:
    """Carries the session into the window's title, and tells of its end once.

    Args:
        write: Sends a control sequence to the terminal.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._title = ""
        self._told: tuple[int, State] | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Bring the title up to date; ring and notify when the session begins to expire, and when it has."""
        title = f"s3browse · {_words(snapshot)}"
        if title != self._title:
            self._write(f"{'' if self._title else _PUSH_TITLE}\x1b]2;{text.safe(title)}\x07")
            self._title = title
        event = (snapshot.generation, snapshot.state)
        if snapshot.state in _NOTICES and event != self._told:
            self._told = event
            self._write("\x07" + _notice(_NOTICES[snapshot.state]))

    def restore(self) -> None:
        """Bring back the title that the window had."""
        if self._title:
            self._write(_POP_TITLE)


def _words(snapshot: Snapshot) -> str:
    """The state and the minutes left: in whole minutes, as the title should not flicker."""
    if snapshot.remaining is None or snapshot.state is State.EXPIRED:
        return snapshot.state.value
    minutes = int(-(-snapshot.remaining // 60))
    return f"{minutes} min left" if minutes < 120 else f"{minutes // 60} h left"


def _notice(words: str) -> str:
    """A desktop notice (OSC 9, as iTerm2, kitty, Ghostty and others take it), passed through tmux where one is."""
    sequence = f"\x1b]9;s3browse: {text.safe(words)}\x07"
    if "TMUX" not in os.environ:
        return sequence
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
