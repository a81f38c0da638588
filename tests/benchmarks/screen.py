"""How fast the screen is: ``python -m tests.benchmarks.screen [--keys N] [--rounds N]``.

Runs the demo in a pty and prints, in one run on one machine: the time of ``--help``, the first frame beside that of
a bare Textual app, and the time from a key to the end of the frame it caused, idle and while a listing streams in.
Compare ratios within one run only.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

FRAME_END = b"\x1b[?2026l"
"""Ends a synchronized update; the driver asks for them when the terminal says that it knows them."""

BARE_APP = (
    "from textual.app import App\nfrom textual.widgets import Static\n"
    "class Bare(App):\n    def compose(self):\n        yield Static('ready')\nBare().run()"
)


class Screen:
    """A program in a pty of 120 by 36 cells, whose output is timed and not drawn."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvp(command[0], command)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.output = b""

    def read(self, seconds: float) -> bytes:
        """Take what comes within the time, and answer what a terminal is asked."""
        if not select.select([self._file], [], [], seconds)[0]:
            return b""
        data = os.read(self._file, 1 << 16)
        if b"\x1b[?2026$p" in data:
            os.write(self._file, b"\x1b[?2026;2$y")
        self.output += data
        return data

    def wait_for(self, words: bytes, seconds: float = 30) -> float:
        """Seconds from the start until the words have come."""
        while words not in self.output:
            if time.perf_counter() - self.started > seconds:
                raise TimeoutError(words.decode())
            self.read(0.02)
        return time.perf_counter() - self.started

    def press(self, key: bytes) -> float:
        """Seconds from a key to the end of the next frame."""
        while self.read(0.0):
            pass
        sent = time.perf_counter()
        os.write(self._file, key)
        seen = b""
        while FRAME_END not in seen and time.perf_counter() - sent < 5:
            seen += self.read(0.02)
        return time.perf_counter() - sent

    def settle(self, seconds: float = 0.5) -> None:
        """Take what comes for a while."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.read(0.02)

    def end(self) -> None:
        """End the program."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self._file)


def first_frame(command: list[str], words: bytes, rounds: int) -> float:
    """The median of the seconds from the start to the first frame with the words on it."""
    times = []
    for _ in range(rounds):
        screen = Screen(command)
        times.append(screen.wait_for(words))
        screen.end()
    return statistics.median(times)


def key_times(screen: Screen, keys: list[bytes], rounds: int) -> list[float]:
    """The seconds from each key to its frame."""
    return [screen.press(keys[number % len(keys)]) for number in range(rounds)]


def tell(what: str, times: list[float]) -> None:
    """Print median, 95th percentile and worst, in milliseconds."""
    ordered = sorted(times)
    figures = {"p50": statistics.median(times), "p95": ordered[int(len(ordered) * 0.95)], "max": ordered[-1]}
    print(f"{what:<46} " + "  ".join(f"{name} {seconds * 1e3:6.1f}" for name, seconds in figures.items()) + " ms")


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    program = [sys.executable, "-m", "s3browse"]

    started = time.perf_counter()
    for _ in range(5):
        subprocess.run([*program, "--help"], check=True, stdout=subprocess.DEVNULL)
    print(f"{'--help':<46} {(time.perf_counter() - started) / 5 * 1e3:6.1f} ms")
    bare = first_frame([sys.executable, "-c", BARE_APP], b"ready", 5)
    ours = first_frame([*program, "demo"], b"Connecting", 5)
    rows = first_frame([*program, "demo"], b"acme-website", 5)
    print(f"{'first frame: bare Textual app':<46} {bare * 1e3:6.1f} ms")
    print(f"{'first frame: s3browse':<46} {ours * 1e3:6.1f} ms  ({ours / bare:.2f} of bare)")
    print(f"{'first rows: s3browse demo, server included':<46} {rows * 1e3:6.1f} ms  ({rows / bare:.2f} of bare)")

    screen = Screen([*program, "demo", "--session", "1h", "--keys", str(options.keys)])
    screen.wait_for(b"acme-website")
    screen.press(b"\r")
    screen.settle()
    screen.press(b"j")
    screen.press(b"\r")
    screen.wait_for(b"part-0000000")
    tell("key to frame, streaming: down, page down", key_times(screen, [b"j", b"\x1b[6~"], options.rounds))
    screen.press(b"\x1b")
    screen.settle()
    tell("key to frame, idle: down", key_times(screen, [b"j"], options.rounds))
    tell("key to frame, idle: page down", key_times(screen, [b"\x1b[6~"], options.rounds))
    tell("key to frame, idle: end, home", key_times(screen, [b"G", b"g"], options.rounds))
    screen.end()


if __name__ == "__main__":
    main()
