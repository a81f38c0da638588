"""What a connection is asked to be."""

from __future__ import annotations

import pytest

from s3browse.errors import SetupError
from s3browse.session.settings import checked_duration, region_from_environment


@pytest.mark.parametrize(("words", "seconds"), [("15m", 900), ("900", 900), ("1h", 3600), ("36h", 129_600)])
def test_a_length_that_sts_gives_is_taken(words: str, seconds: int) -> None:
    assert checked_duration(words) == seconds


@pytest.mark.parametrize("words", ["14m59s", "36h1s", "0", "soon", "-1h", ""])
def test_any_other_length_is_refused(words: str) -> None:
    with pytest.raises(SetupError) as refusal:
        checked_duration(words)
    assert refusal.value.title == "Bad session length"


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({}, None),
        ({"AWS_REGION": ""}, None),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "eu-west-1"}, "us-east-2"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
    ],
)
def test_the_region_comes_from_the_environment(environment: dict[str, str], region: str | None) -> None:
    assert region_from_environment(environment) == region


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    assert region_from_environment() == "ap-south-1"
