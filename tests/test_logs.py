"""The log that --debug writes: for its owner's eyes, without secrets."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from s3browse.logs import write_log
from s3browse.session.secrets import Secret


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root, quiet = logging.getLogger(), logging.getLogger("asyncio")
    handlers, levels, umask = list(root.handlers), (root.level, quiet.level), os.umask(0o022)
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    quiet.setLevel(levels[1])
    logging.captureWarnings(False)
    os.umask(umask)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "s3browse.log"


def rotating_handler() -> RotatingFileHandler:
    return next(each for each in logging.getLogger().handlers if isinstance(each, RotatingFileHandler))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_only_its_owner_can_read_it(path: Path) -> None:
    write_log(path)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_a_log_that_others_could_read_becomes_its_owners(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    write_log(path)
    assert mode(path) == 0o600


def test_a_log_that_has_grown_is_put_aside_and_the_next_is_its_owners_too(path: Path) -> None:
    write_log(path)
    rotating_handler().doRollover()
    assert (mode(path), mode(path.with_name("s3browse.log.1"))) == (0o600, 0o600)


def test_it_goes_on_where_it_ended(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("before\n")
    write_log(path)
    logging.getLogger("s3browse").info("after")
    assert path.read_text().startswith("before\n")
    assert path.read_text().endswith("s3browse: after\n")


def test_it_holds_everything_but_secrets(path: Path) -> None:
    secret = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    write_log(path)
    logging.getLogger("botocore").debug("signing with %s, aws_session_token=%s", secret, "IQoJb3JpZ2luX2VjEXAMPLE")
    written = path.read_text()
    assert "DEBUG MainThread botocore: signing with ***, aws_session_token=***" in written
    assert str(secret) not in written


def test_hostile_text_does_not_stop_it(path: Path) -> None:
    write_log(path)
    record = logging.makeLogRecord({"msg": "key \udc80"})  # past pytest's own handler: xdist cannot send it
    rotating_handler().handle(record)
    assert "key \\udc80" in path.read_text()
