"""The command line: quick, quiet, and clear about what it cannot use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from s3browse import __version__
from s3browse.cli import cli, run

SECONDS = 30
"""More than a program that hangs is given."""


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program with pipes for its input and output."""
    return subprocess.run(
        [sys.executable, "-m", "s3browse", *arguments],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=os.environ | environment,
    )


# Help


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["demo", "--help"], ["demo", "-h"]])
def test_help_is_all_that_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"Usage: s3browse {'demo ' if 'demo' in arguments else ''}[OPTIONS]")
    assert said.err == ""


def test_help_from_outside() -> None:
    done = start("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No option takes a secret." in " ".join(done.stdout.split())


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"s3browse, version {__version__}\n"


# What cannot be used


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--duration", "5m"], "outside of what STS gives"),
        (["--duration", "37h"], "outside of what STS gives"),
        (["--duration", "soon"], "not a length of time"),
        (["no!"], "cannot be a bucket's name"),
        (["a b"], "cannot be a bucket's name"),
        (["arn:aws:iam::123456789012:user/alice"], "not of a bucket"),
        (["https://example.com/"], "No bucket can be read"),
        (["one", "two"], "unexpected extra argument"),
        (["--endpoint-url", "localhost:9000"], "does not begin with http"),
        (["--endpoint-url", "http://"], "names no host"),
        (["--endpoint-url", "http://host:port"], "cannot be an address"),
        (["--sts-endpoint-url", "ftp://host"], "does not begin with http"),
        (["--ca-bundle", "/nonexistent"], "does not exist"),
        (["--request-payer", "me"], "requester"),
        (["--no-such-option"], "No such option"),
        (["--region"], "requires an argument"),
        (["--profile", "x", "demo"], "The command comes first: s3browse demo"),
        (["--debug", "demo"], "The command comes first: s3browse demo"),
        (["--region", "eu-west-1", "session"], "The command comes first: s3browse session"),
        (["demo", "--session", "3s"], "lasts 5s to 36h"),
        (["demo", "--session", "40h"], "lasts 5s to 36h"),
        (["demo", "--session", "soon"], "not a length of time"),
        (["demo", "--keys", "-1"], "range"),
        (["demo", "s3://bucket"], "unexpected extra argument"),
    ],
)
def test_what_cannot_be_used_is_told(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert complaint in " ".join(said.err.split())
    assert "Traceback" not in said.err


def test_a_complaint_repeats_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["\x1b]52;c;aGVsbG8=\x07"]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["s3://acme-logs/app/"], ["--profile", "nobody"], ["demo", "--keys", "0"]])
def test_without_a_terminal_it_says_so_and_ends(arguments: list[str]) -> None:
    done = start(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [[], ["demo"]])
def test_a_log_that_cannot_be_written_is_told(command: list[str], tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.touch()
    done = start(*command, "--debug", XDG_STATE_HOME=str(taken))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Cannot write the log" in done.stderr
    assert "Traceback" not in done.stderr


# Secrets and the environment


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_no_option_takes_a_secret(name: str) -> None:
    options = [word for option in cli.commands[name].params for word in [*option.opts, *option.secondary_opts]]
    assert not [
        word for word in options if any(part in word for part in ("secret", "token", "key-id", "password", "code"))
    ]
    assert not [each for each in cli.commands[name].params if isinstance(each, click.Option) and each.hide_input]


@pytest.mark.parametrize(("before", "after"), [("", None), ("1", "1"), (None, None)])
def test_an_empty_no_color_means_nothing(
    before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if before is not None:
        monkeypatch.setenv("NO_COLOR", before)
    run(["--version"])
    assert os.environ.get("NO_COLOR") == after
