"""The settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3browse.config import Config, config_file, load_config, log_file
from s3browse.errors import SetupError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_without_a_file_everything_is_as_usual(file: Path) -> None:
    assert load_config(file) == Config(theme="s3browse-dark", keys={})


def test_an_empty_file_changes_nothing(file: Path) -> None:
    file.touch()
    assert load_config(file) == Config()


def test_a_file_names_theme_and_keys(file: Path) -> None:
    file.write_text('theme = "nord"\n[keys]\nrefresh = "ctrl+l"\n')
    assert load_config(file) == Config(theme="nord", keys={"refresh": "ctrl+l"})


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (b"theme = ", "Invalid value"),
        (b'thme = "nord"', "thme"),
        (b"theme = 3", "str"),
        (b"keys = [1]", "keys"),
        (b"[keys]\nrefresh = true", "keys"),
        ('theme = "n\u00f6rd"'.encode("latin-1"), "utf-8"),
    ],
)
def test_a_file_that_makes_no_sense_is_told_by_name(file: Path, words: bytes, complaint: str) -> None:
    file.write_bytes(words)
    with pytest.raises(SetupError) as caught:
        load_config(file)
    assert caught.value.title == f"Cannot use {file}"
    assert complaint in caught.value.message


def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_config(tmp_path)
    assert str(tmp_path) in caught.value.title


def test_the_usual_places() -> None:
    assert config_file().parts[-2:] == ("s3browse", "config.toml")
    assert log_file().name == "s3browse.log"
