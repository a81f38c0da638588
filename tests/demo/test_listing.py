"""Listings: complete, sorted, and as cheap in a bucket of millions as in a small one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3browse.demo.big_bucket import Fixed, Numbered
from s3browse.demo.listing import Catalogue, Entry, answer_listing, list_page, make_token, read_token

NAMES = st.lists(st.text("ab/é~", max_size=6), unique=True, max_size=12)
TEXTS = st.text("ab/é", max_size=3)


def catalogue(names: Sequence[str]) -> Fixed:
    return Fixed([Entry(name, 1, "2026-11-01T00:00:00.000Z", '"e"', "STANDARD") for name in names])


def expected(names: set[str], prefix: str, delimiter: str) -> list[str]:
    """Lists by brute force: every name, cut at the delimiter that follows the prefix."""
    found = set()
    for name in names:
        rest = name.removeprefix(prefix)
        if name.startswith(prefix):
            head, cut, _ = rest.partition(delimiter) if delimiter else (rest, "", "")
            found.add(prefix + head + cut)
    return sorted(found, key=str.encode)


def paged(catalogues: Sequence[Catalogue], after: str, limit: int, **query: str) -> list[str]:
    found = []
    while True:
        page = list_page(catalogues, after=after, limit=limit, **query)
        assert len(page) <= limit
        found += sorted([*page.prefixes, *(entry.name for entry in page.entries)], key=str.encode)
        if not page.truncated:
            return found
        after = read_token(make_token(page.last))


@given(NAMES, NAMES, TEXTS, st.sampled_from(["", "/", "a", "b/"]), TEXTS, st.integers(1, 5))
def test_pages_hold_each_name_once_and_in_order(
    stored: list[str], computed: list[str], prefix: str, delimiter: str, after: str, limit: int
) -> None:
    catalogues = [catalogue(stored), catalogue(computed)]
    found = paged(catalogues, after, limit, prefix=prefix, delimiter=delimiter)
    model = expected({*stored, *computed} - {""}, prefix, delimiter)
    assert found == [name for name in model if name > after]


@given(st.integers(0, 300), st.integers(1, 50))
def test_numbered_names_are_complete_and_sorted(count: int, limit: int) -> None:
    names = Numbered("events/", count)
    found = paged([names], "", limit)
    assert found == sorted(set(names), key=str.encode)
    assert len(found) == count


def test_a_deleted_name_is_not_listed() -> None:
    names = Numbered("n-", 3)
    names.gone.add(names[1])
    assert paged([names], "", 2) == [names[0], names[2]]


@pytest.mark.parametrize(
    "query",
    [{}, {"prefix": "events/part-0000"}, {"delimiter": "/"}, {"start-after": "events/part-0005"}],
    ids=["flat", "prefix", "folders", "middle"],
)
def test_a_page_costs_the_same_in_a_bucket_a_thousand_times_larger(query: dict[str, str]) -> None:
    small, large = (best_time(Numbered("events/part-", keys), query) for keys in (10_000, 10_000_000))
    assert large <= 5 * small


def best_time(names: Catalogue, query: dict[str, str]) -> float:
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        answer_listing("b", {"list-type": "2", "encoding-type": "url", **query}, [names])
        best = min(best, time.perf_counter() - start)
    return best


def all_keys(s3: Any, **query: Any) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="acme-data-lake", **query)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]


def test_the_lake_is_listed_whole(s3: Any) -> None:
    keys = all_keys(s3)
    assert keys == sorted(keys)
    assert sum(key.startswith("events/") for key in keys) == 2500
    assert len(keys) == len(set(keys)) > 2540


def test_the_lake_has_folders(s3: Any) -> None:
    page = s3.list_objects_v2(Bucket="acme-data-lake", Delimiter="/")
    assert [each["Prefix"] for each in page["CommonPrefixes"]] == ["customers/", "events/", "exports/"]
    assert [each["Key"] for each in page["Contents"]] == ["README.md"]


def test_the_first_version_of_listing_pages_too(s3: Any) -> None:
    pages = s3.get_paginator("list_objects").paginate(Bucket="acme-data-lake", PaginationConfig={"PageSize": 900})
    assert [found["Key"] for page in pages for found in page["Contents"]] == all_keys(s3)


def test_pages_start_after_a_key(s3: Any) -> None:
    keys = all_keys(s3)
    page = s3.list_objects_v2(Bucket="acme-data-lake", StartAfter=keys[1000], MaxKeys=3)
    assert [found["Key"] for found in page["Contents"]] == keys[1001:1004]
    assert (page["KeyCount"], page["IsTruncated"]) == (3, True)


@pytest.mark.parametrize("query", [{"ContinuationToken": "nonsense"}, {"MaxKeys": "many"}])
def test_nonsense_is_refused(s3: Any, refusal: Any, query: Any) -> None:
    assert refusal(s3.list_objects_v2, Bucket="acme-data-lake", **query)[:2] == (400, "InvalidArgument")


def test_a_computed_object_is_as_large_as_listed(s3: Any) -> None:
    listed = s3.list_objects_v2(Bucket="acme-data-lake", Prefix="events/", MaxKeys=1)["Contents"][0]
    got = s3.get_object(Bucket="acme-data-lake", Key=listed["Key"])
    head = s3.head_object(Bucket="acme-data-lake", Key=listed["Key"])
    assert len(got["Body"].read()) == listed["Size"] == head["ContentLength"]
    assert got["ETag"] == listed["ETag"] == head["ETag"]
    assert got["LastModified"] == listed["LastModified"]


EXPORT = {"Bucket": "acme-data-lake", "Key": "exports/orders-2026-08.csv"}


@pytest.mark.parametrize("span", ["0-0", "63-64", "100-70000", "6291450-", "-10", "0-99999999"])
def test_a_range_is_the_same_bytes(s3: Any, span: str) -> None:
    whole = s3.get_object(**EXPORT)["Body"].read()
    got = s3.get_object(**EXPORT, Range=f"bytes={span}")
    first, _, last = span.partition("-")
    start = int(first) if first else len(whole) - int(last)
    stop = int(last) + 1 if first and last else len(whole)
    assert got["Body"].read() == whole[start:stop]
    assert got["ContentRange"] == f"bytes {start}-{min(stop, len(whole)) - 1}/{len(whole)}"


def test_a_range_outside_is_refused(s3: Any, refusal: Any) -> None:
    assert refusal(s3.get_object, **EXPORT, Range="bytes=99999999-")[:2] == (416, "InvalidRange")


def test_another_etag_is_refused(s3: Any, refusal: Any) -> None:
    assert s3.get_object(**EXPORT, IfMatch=s3.head_object(**EXPORT)["ETag"], Range="bytes=0-1")
    assert refusal(s3.get_object, **EXPORT, IfMatch='"other"')[:2] == (412, "PreconditionFailed")


def test_a_computed_object_can_be_copied_tagged_and_deleted(s3: Any, refusal: Any) -> None:
    key = s3.list_objects_v2(Bucket="acme-data-lake", Prefix="events/part-0000042")["Contents"][0]["Key"]
    named = {"Bucket": "acme-data-lake", "Key": key}
    body = s3.get_object(**named)["Body"].read()
    s3.copy_object(Bucket="acme-empty", Key="copy", CopySource=named)
    s3.put_object_tagging(**named, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_object(Bucket="acme-empty", Key="copy")["Body"].read() == body
    assert s3.get_object_tagging(**named)["TagSet"] == [{"Key": "a", "Value": "b"}]
    s3.delete_object(**named)
    assert refusal(s3.get_object, **named)[1] == "NoSuchKey"
    assert key not in all_keys(s3, Prefix="events/part-000004")
    s3.delete_object(Bucket="acme-empty", Key="copy")


def test_a_listing_may_hold_no_computed_object() -> None:
    assert len(list_page([Numbered("events/", 0)], limit=1000)) == 0
