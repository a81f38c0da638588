"""Answers that a server should not give, and calls that it does not know."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3browse.errors import ServiceError
from s3browse.s3.client import S3Client
from s3browse.s3.listing import Listing
from s3browse.s3.location import ROOT, Location

HERE = Location("acme-logs", "app/")
LARGEST = 2**63 - 1


class Oracle:
    """A boto3 client that gives the answers which a test has laid out, one after another.

    Args:
        answers: What each call returns, or raises.
    """

    def __init__(self, *answers: Any) -> None:
        self.calls: list[dict[str, Any]] = []
        self._answers = list(answers)

    def list_objects_v2(self, **parameters: Any) -> Any:
        """Give the next answer."""
        self.calls.append(parameters)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    list_buckets = list_objects_v2


def refusal(code: str, status: int = 400) -> ClientError:
    """An error answer to ListBuckets."""
    answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "ListBuckets")  # type: ignore[arg-type]


# Objects


@pytest.mark.parametrize(("told", "taken"), [(2**63, LARGEST), (2**80, LARGEST), (LARGEST, LARGEST), (-1, 0)])
def test_a_size_that_cannot_be_is_held_within_bounds(told: int, taken: int) -> None:
    page = S3Client(Oracle({"Contents": [{"Key": "app/a", "Size": told}]})).page(HERE)
    assert page.sizes == [taken]


def test_a_row_of_an_enormous_size_can_be_listed() -> None:
    listing = Listing(HERE)
    listing.append(S3Client(Oracle({"Contents": [{"Key": "app/a", "Size": 2**64}]})).page(HERE))
    assert listing.entry(0).size == LARGEST


@pytest.mark.parametrize(
    "answer",
    [
        {"CommonPrefixes": [{}]},
        {"Contents": [{"Size": 3}]},
        {"Contents": [{"Key": "app/a", "LastModified": "yesterday"}]},
    ],
)
def test_an_answer_that_lacks_something_cannot_be_read(answer: Any) -> None:
    with pytest.raises(ServiceError) as caught:
        S3Client(Oracle(answer)).page(HERE)
    assert caught.value.title == "The answer cannot be read"


def test_more_without_a_token_cannot_be_read() -> None:
    with pytest.raises(ServiceError) as caught:
        S3Client(Oracle({"IsTruncated": True})).page(HERE)
    assert caught.value.title == "The answer cannot be read"


def test_a_token_that_leads_to_itself_cannot_be_read() -> None:
    s3 = S3Client(Oracle(*[{"IsTruncated": True, "NextContinuationToken": "again"}] * 2))
    token = s3.page(HERE).next_token
    with pytest.raises(ServiceError) as caught:
        s3.page(HERE, token)
    assert caught.value.title == "The answer cannot be read"


def test_a_token_on_the_last_page_leads_nowhere() -> None:
    answer = {"IsTruncated": False, "NextContinuationToken": "more"}
    assert S3Client(Oracle(answer)).page(HERE).next_token is None


# Buckets


def test_a_server_that_cannot_page_buckets_is_asked_for_all_at_once() -> None:
    oracle = Oracle(refusal("InvalidArgument"), {"Buckets": [{"Name": "acme-logs"}]})
    assert S3Client(oracle).page(ROOT).keys == ["acme-logs"]
    assert oracle.calls[1] == {}


def test_a_refusal_of_the_second_page_of_buckets_is_one() -> None:
    oracle = Oracle({"Buckets": [], "ContinuationToken": "more"}, refusal("InvalidArgument"))
    s3 = S3Client(oracle)
    token = s3.page(ROOT).next_token
    with pytest.raises(ServiceError, match="InvalidArgument"):
        s3.page(ROOT, token)
    assert len(oracle.calls) == 2


def test_a_refusal_for_another_reason_is_not_asked_again() -> None:
    oracle = Oracle(refusal("SlowDown", 503))
    with pytest.raises(ServiceError, match="SlowDown"):
        S3Client(oracle).page(ROOT)
    assert len(oracle.calls) == 1


def test_a_bucket_without_a_name_cannot_be_read() -> None:
    with pytest.raises(ServiceError) as caught:
        S3Client(Oracle({"Buckets": [{}]})).page(ROOT)
    assert caught.value.title == "The answer cannot be read"


def test_an_empty_token_cannot_be_read() -> None:
    with pytest.raises(ServiceError, match="not where it goes on"):
        S3Client(Oracle({"IsTruncated": True, "NextContinuationToken": ""})).page(HERE)


def test_buckets_that_never_end_cannot_be_read() -> None:
    with pytest.raises(ServiceError, match="not where it goes on"):
        S3Client(Oracle({"Buckets": [], "ContinuationToken": "same"})).page(ROOT, "same")
