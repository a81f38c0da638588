"""Keys and themes of the settings file that cannot be used."""

from __future__ import annotations

import pytest

from s3browse.errors import SetupError
from s3browse.ui.app import S3BrowseApp
from tests.ui.fakes import FakeConnection


def refusal_of(**settings: object) -> SetupError:
    """What the program says to settings that it does not take."""
    with pytest.raises(SetupError) as caught:
        S3BrowseApp(FakeConnection({}).open, **settings)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("keys", ["ctrl+l, f5", "ctrl l", " f5", "", "f5,"])
def test_a_key_with_a_blank_or_without_a_name_is_refused(keys: str) -> None:
    refused = refusal_of(keymap={"refresh": keys})
    assert refused.title == "Cannot use config.toml"
    assert f"“{keys}” is not the name of a key" in refused.message
    assert "no blanks" in refused.hint


def test_a_key_for_nothing_known_is_refused() -> None:
    refused = refusal_of(keymap={"explode": "x"})
    assert "explode" in refused.message
    assert "refresh" in refused.hint


def test_a_theme_that_is_not_there_is_refused() -> None:
    refused = refusal_of(theme="mauve")
    assert "mauve" in refused.message
    assert "s3browse-dark" in refused.hint
