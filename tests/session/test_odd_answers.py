"""Answers of STS that are not what they should be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from s3browse.errors import ServiceError
from s3browse.session.sources import credentials_in

GIVEN = {
    "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": "secret/secret",
    "SessionToken": "token/token",
    "Expiration": datetime(2026, 11, 23, tzinfo=UTC),
}


def test_credentials_are_read_out_of_an_answer() -> None:
    credentials = credentials_in({"Credentials": GIVEN})
    assert (credentials.access_key, credentials.expires_at) == (GIVEN["AccessKeyId"], 1_795_392_000.0)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Credentials": None},
        {"Credentials": {}},
        *({"Credentials": {name: GIVEN[name] for name in GIVEN if name != missing}} for missing in GIVEN),
        {"Credentials": GIVEN | {"Expiration": "soon"}},
    ],
)
def test_an_answer_without_whole_credentials_is_told_as_such(answer: Any) -> None:
    with pytest.raises(ServiceError) as caught:
        credentials_in(answer)
    assert caught.value.title == "STS gives no session"
