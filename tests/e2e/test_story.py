"""The whole program on a real terminal: ``s3browse demo``, from the first key to the last."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

_DEMO = (sys.executable, "-m", "s3browse", "demo")

_CRASH = """
import sys
from s3browse.ui.screens.browser import BrowserScreen

def fails(screen):
    held = screen._connection.broker.acquire()
    secret, token = str(held.secret_key), str(held.token)
    raise RuntimeError(f"it broke: {held.access_key} {secret} {token}")

BrowserScreen.action_copy_uri = fails
from s3browse.cli import run
sys.exit(run(["demo", "--keys", "10"]))
"""

START = 40
"""Seconds within which the demo has started, its server's process included, on a busy machine."""


@contextmanager
def demo(*options: str, cols: int = 120, rows: int = 36) -> Iterator[Terminal]:
    """Run the demo until its buckets are there."""
    with Terminal([*_DEMO, *options], cols=cols, rows=rows) as terminal:
        terminal.wait_for("acme-website", timeout=START)
        yield terminal


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    told = "".join(task.joinpath("children").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
    return [int(word) for word in told.split()]


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def assert_gone(pids: list[int]) -> None:
    """Wait until processes have ended."""
    deadline = time.monotonic() + 5
    while not all(is_gone(pid) for pid in pids):
        assert time.monotonic() < deadline, "the demo's server is still there"
        time.sleep(0.02)


def assert_no_secret(raw: bytes) -> None:
    """Look for whole key ids and for the head of every token in all that was written."""
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", raw)
    for text in (raw, plain):
        assert not re.search(rb"A(KIA|SIA)[A-Z2-7]{16}", text)
        assert b"IQoJb3JpZ2luX2Vj" not in text


def seconds_left(terminal: Terminal) -> int:
    """What the countdown shows."""
    hours, minutes, seconds = terminal.wait_for(r"(\d):(\d\d):(\d\d) ").groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@pytest.mark.timeout(120)
def test_a_session_ends_is_renewed_and_everything_stands_where_it_stood() -> None:
    with demo("--session", "6s", "--keys", "3000") as terminal:
        terminal.press("G", "k", "k", "enter")  # acme-reports
        terminal.wait_for("Buckets › acme-reports")
        if "Session expired" not in terminal.screen:
            assert seconds_left(terminal) <= 6
        terminal.wait_for("Session expired", timeout=15)
        terminal.wait_for("0:00:00")
        terminal.press("enter")
        terminal.wait_gone("Session expired")
        terminal.wait_for("README.md")
        terminal.press("j")
        terminal.wait_for("^▌2026/")
        row = terminal.line_of("▌")
        terminal.wait_for("expiring", timeout=15)
        terminal.wait_for("Session expired", timeout=15)
        terminal.press("enter")
        terminal.wait_gone("Session expired")
        terminal.wait_for("live +0:00:0[456]")
        assert terminal.line_of("▌") == row
        terminal.press("enter")
        terminal.wait_for("2026/? *$|2026")
        terminal.wait_for("^▌Q1/")
        children = children_of(terminal.pid)
        assert len(children) == 1
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert_gone(children)
        assert_no_secret(terminal.raw)
        assert b"Traceback" not in terminal.raw


def test_an_mfa_code_is_typed_and_not_shown() -> None:
    with Terminal([*_DEMO, "--mfa", "--keys", "10"]) as terminal:
        terminal.wait_for("MFA code of", timeout=START)
        terminal.type("000000")
        terminal.wait_for("••••••")
        terminal.press("enter")
        terminal.wait_for("not accepted")
        terminal.type("123456")
        terminal.press("enter")
        terminal.wait_for("acme-website")
        terminal.wait_for("MFA yes")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert b"000000" not in terminal.raw


@pytest.mark.parametrize(
    ("sign", "status"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=lambda value: str(value),
)
def test_a_signal_restores_the_terminal_and_ends_the_server(sign: int, status: int) -> None:
    with demo("--keys", "10") as terminal:
        children = children_of(terminal.pid)
        terminal.signal(sign)
        assert terminal.wait_exit() == status
        assert terminal.restored
        assert_gone(children)
        assert b"Traceback" not in terminal.raw


def test_a_signal_ends_the_program_while_requests_wait() -> None:
    with demo("--session", "5s", "--keys", "10") as terminal:
        terminal.wait_for("Session expired", timeout=15)
        terminal.press("esc")
        terminal.wait_gone("─ Session expired")
        terminal.press("enter")
        terminal.wait_for("waiting")
        terminal.signal(signal.SIGTERM)
        began = time.monotonic()
        assert terminal.wait_exit() == 143
        assert time.monotonic() - began < 5
        assert terminal.restored


def test_the_server_ends_when_the_program_is_killed() -> None:
    with demo("--keys", "10") as terminal:
        children = children_of(terminal.pid)
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_exit() == 128 + signal.SIGKILL
        assert_gone(children)


@pytest.mark.timeout(150)
def test_keys_answer_while_a_long_listing_comes() -> None:
    with demo("--keys", "200000") as terminal:
        terminal.press(":")
        terminal.wait_for("Go to")
        terminal.press(*["backspace"] * 5)
        terminal.type("s3://acme-data-lake/events/")
        terminal.press("enter")
        terminal.wait_for("part-0000000")
        slowest = 0.0
        for row in range(2, 22):
            began = time.monotonic()
            terminal.press("j")
            terminal.wait_for(rf"row {row} of ")
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 1.5
        terminal.wait_for(r"\d 000\+ objects", timeout=1)  # it has gone on for all that time
        terminal.press("esc")
        terminal.wait_for("stopped", timeout=3)
        terminal.press("q")
        assert terminal.wait_exit() == 0


def test_the_terminal_gets_small_and_large_again() -> None:
    with demo("--keys", "10") as terminal:
        terminal.press("j", "j")
        terminal.wait_for("^▌acme-eu-archive")
        terminal.resize(50, 15)
        terminal.wait_for("^▌acme-eu-archive")
        terminal.wait_for("live +0:0")
        terminal.wait_for("9 buckets")
        terminal.resize(120, 36)
        terminal.wait_for("arn:aws:iam::123456789012:user/alice")
        terminal.wait_for("^▌acme-eu-archive +2022")
        terminal.press("q")
        assert terminal.wait_exit() == 0


def test_a_tiny_terminal_does_not_stop_the_program() -> None:
    with demo("--keys", "10") as terminal:
        for size in ((20, 5), (1, 1), (3, 40), (120, 2)):
            terminal.resize(*size)
            terminal.pump(0.3)
        terminal.resize(80, 24)
        terminal.wait_for("acme-website")
        terminal.press("q")
        assert terminal.wait_exit() == 0


def test_hostile_keys_do_not_reach_the_terminal() -> None:
    with demo("--keys", "10") as terminal:
        terminal.press("j", "j", "j", "enter")
        terminal.wait_for("click me|c1-|amp&lt")
        for _ in range(4):
            terminal.press("pagedown")
            terminal.pump(0.2)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        for sequence in (b"\x1b]52;c;aGVsbG8=", b"\x1b]0;title", b"\xc2\x9b", b"\xe2\x80\xae", b"\x1b[31mred"):
            assert sequence not in terminal.raw


def test_a_crash_restores_the_terminal_and_prints_a_report_without_secrets() -> None:
    with Terminal([sys.executable, "-c", _CRASH]) as terminal:
        terminal.wait_for("acme-website", timeout=START)
        children = children_of(terminal.pid)
        terminal.press("y")
        assert terminal.wait_exit() == 1
        assert terminal.restored
        assert terminal.raw.count(b"s3browse has failed") == 1
        assert b"it broke" in terminal.raw
        assert_no_secret(terminal.raw)
        assert_gone(children)


def test_q_works_before_the_server_is_there() -> None:
    with Terminal([*_DEMO, "--keys", "10"]) as terminal:
        terminal.wait_for("s3browse")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_refresh_before_the_server_is_there_does_no_harm() -> None:
    with Terminal([*_DEMO, "--keys", "10"]) as terminal:
        terminal.wait_for("Connecting")
        terminal.press("ctrl+r")
        terminal.wait_for("acme-website", timeout=START)
        terminal.press("q")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize("arguments", [["demo"], ["s3://bucket/"], []], ids=["demo", "location", "none"])
def test_without_a_terminal_it_says_so_and_ends_with_2(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "s3browse", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_option_ends_with_2_on_a_terminal_too() -> None:
    with Terminal([*_DEMO, "--session", "soon"]) as terminal:
        assert terminal.wait_exit() == 2
        terminal.wait_for("not a length of time")
        assert b"\x1b[?1049h" not in terminal.raw


def test_nothing_of_the_persons_aws_settings_reaches_the_demo() -> None:
    env = {
        "AWS_ACCESS_KEY_ID": "AKIAPERSONPERSON2222",
        "AWS_SECRET_ACCESS_KEY": "persons-secret",
        "AWS_PROFILE": "nobody",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    with Terminal([*_DEMO, "--keys", "10"], env={**os.environ, **env}) as terminal:
        terminal.wait_for("acme-website", timeout=START)
        terminal.press("q")
        assert terminal.wait_exit() == 0
