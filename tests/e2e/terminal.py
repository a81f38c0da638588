"""A real terminal for the tests: a program on a pty, its screen as text, a person's keys."""

from __future__ import annotations

import os
import re
import signal
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType

import pexpect
import pyte

_KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f5": "\x1b[15~",
}
_ESC_PAUSE = 0.2  # what follows an ESC sooner makes another key of it: alt+…
_POLL = 0.02
_ALTERNATE_SCREEN = re.compile(rb"\x1b\[\?1049([hl])")
_CURSOR = re.compile(rb"\x1b\[\?25([hl])")


class Terminal:
    """Runs a command on a pty; leaving the block kills whatever is left of it.

    Args:
        command: The program and its arguments.
        cols: The terminal's width.
        rows: The terminal's height.
        env: Variables on top of the environment.
    """

    def __init__(
        self, command: Sequence[str], cols: int = 120, rows: int = 36, env: Mapping[str, str] | None = None
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(cols, rows)
        self._stream = pyte.ByteStream(self._screen)
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        with warnings.catch_warnings():
            # From Python 3.12 on a fork beside threads warns, and xdist's workers have threads.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process: pexpect.spawn[bytes] = pexpect.spawn(
                command[0],
                list(command[1:]),
                dimensions=(rows, cols),
                env={**inherited, **terminal, **(env or {})},
                timeout=None,
            )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signal_group(signal.SIGKILL)
        self._process.close(force=True)

    # What a person does

    def press(self, *keys: str) -> None:
        """Press keys, by name ("enter", "ctrl+r") or as the character that they type."""
        for key in keys:
            self._send(_bytes_of(key))
            if key == "esc":
                self.pump(_ESC_PAUSE)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._send(text.encode())

    def resize(self, cols: int, rows: int) -> None:
        """Change the size of the terminal; the program is told."""
        self._screen.resize(rows, cols)
        self._process.setwinsize(rows, cols)

    def signal(self, sign: int) -> None:
        """Send a signal to the program, not to its children."""
        os.kill(self.pid, sign)

    # What a person sees

    @property
    def pid(self) -> int:
        """The process id of the program."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def screen(self) -> str:
        """The text on the screen as it was at the last look, without the spaces at the ends of the lines."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def line_of(self, text: str) -> str:
        """Return the first line on the screen that holds a text."""
        for line in self.screen.splitlines():
            if text in line:
                return line
        raise self._failure(f"no line with {text!r}")

    def wait_for(self, pattern: str, timeout: float = 15) -> re.Match[str]:
        """Wait until a regular expression is found on the screen; ``^`` and ``$`` are a line's ends."""
        found: list[re.Match[str] | None] = [None]

        def is_there() -> bool:
            found[0] = re.search(pattern, self.screen, re.MULTILINE)
            return found[0] is not None

        if not self._wait_until(is_there, timeout) or found[0] is None:
            raise self._failure(f"{pattern!r} did not come in {timeout:g} s")
        return found[0]

    def wait_gone(self, pattern: str, timeout: float = 15) -> None:
        """Wait until a regular expression is no longer found on the screen."""
        if not self._wait_until(lambda: not re.search(pattern, self.screen, re.MULTILINE), timeout):
            raise self._failure(f"{pattern!r} was still there after {timeout:g} s")

    def wait_exit(self, timeout: float = 15) -> int:
        """Wait until the program ends; return its exit status, 128 + n where signal n ended it."""
        if not self._wait_until(lambda: not self._process.isalive(), timeout):
            raise self._failure(f"the program still ran after {timeout:g} s")
        self.pump(0)
        if self._process.signalstatus is not None:
            return 128 + self._process.signalstatus
        assert self._process.exitstatus is not None
        return self._process.exitstatus

    @property
    def restored(self) -> bool:
        """Whether the program has left the alternate screen and shown the cursor again."""
        screen, cursor = _ALTERNATE_SCREEN.findall(self.raw), _CURSOR.findall(self.raw)
        return bool(screen and cursor) and (screen[-1], cursor[-1]) == (b"l", b"h")

    def pump(self, seconds: float) -> None:
        """Take in what the program writes, for a while: at least all that is there already."""
        deadline = time.monotonic() + seconds
        while self._read() or time.monotonic() < deadline:
            pass

    def _wait_until(self, condition: Callable[[], bool], timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._read()
        return True

    def _read(self) -> bool:
        try:
            data = self._process.read_nonblocking(65536, timeout=_POLL)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            time.sleep(_POLL)  # it comes at once from now on, and a waiting loop may not spin
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # the program has ended; the next wait shows what it left
            self._process.send(data)

    def _signal_group(self, sign: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, sign)

    def _failure(self, reason: str) -> AssertionError:
        return AssertionError(f"{reason}; the screen:\n{self.screen.rstrip()}")


def _bytes_of(key: str) -> bytes:
    if key in _KEYS:
        return _KEYS[key].encode()
    if re.fullmatch(r"ctrl\+[a-z]", key):
        return bytes([ord(key[-1]) & 0x1F])
    if len(key) == 1:
        return key.encode()
    raise ValueError(f"no such key: {key!r}")
