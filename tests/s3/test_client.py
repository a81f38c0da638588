"""S3 as the program sees it, against a server that answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from s3browse.demo.hostile import HOSTILE_KEYS
from s3browse.demo.server import DemoServer
from s3browse.errors import AccessDenied, NotFound
from s3browse.s3.client import S3Client
from s3browse.s3.connection import Connection
from s3browse.s3.listing import Kind, Listing, Page
from s3browse.s3.location import ROOT, Location
from s3browse.session.gateway import gated_client
from tests.stage import Stage


@pytest.fixture(scope="module")
def running() -> Iterator[Connection]:
    """A connection with a live session; tests do not change its server."""
    with DemoServer(session_seconds=3600, keys=2500) as server:
        connection = Stage(server).connect(duration=3600)
        connection.broker.renew()
        yield connection


@pytest.fixture
def s3(running: Connection) -> S3Client:
    return running.s3


def pages(s3: S3Client, location: Location) -> list[Page]:
    found = [s3.page(location)]
    while found[-1].next_token:
        found.append(s3.page(location, found[-1].next_token))
    return found


def listing(s3: S3Client, location: Location) -> Listing:
    rows = Listing(location)
    for page in pages(s3, location):
        rows.append(page)
    return rows


def test_the_list_of_buckets_tells_regions_and_days(s3: S3Client) -> None:
    rows = listing(s3, ROOT)
    regions = {entry.key: entry.detail for entry in map(rows.entry, range(len(rows)))}
    assert regions["acme-logs"] == "us-east-1"
    assert regions["acme-eu-archive"] == "eu-west-1"
    assert all(rows.entry(row).kind is Kind.BUCKET and rows.entry(row).modified for row in range(len(rows)))


def test_a_bucket_shows_its_folders_and_its_objects(s3: S3Client) -> None:
    (page,) = pages(s3, Location("acme-data-lake"))
    assert page.prefixes == ["customers/", "events/", "exports/"]
    assert page.keys == ["README.md"]
    assert page.sizes[0] > 0
    assert page.modified[0] > 1_700_000_000


def test_an_object_has_its_size_and_class(s3: S3Client) -> None:
    rows = listing(s3, Location("acme-data-lake", "exports/"))
    entry = rows.entry(rows.row_of("exports/orders-2026-08.csv") or 0)
    assert (entry.kind, entry.size, entry.detail) == (Kind.OBJECT, 6 * 1024 * 1024, "STANDARD")


def test_many_keys_come_in_pages_and_each_once(s3: S3Client) -> None:
    found = pages(s3, Location("acme-data-lake", "events/"))
    keys = [key for page in found for key in page.keys]
    assert [len(page.keys) for page in found] == [1000, 1000, 500]
    assert keys == sorted(set(keys))


def test_a_prefix_without_its_slash_shows_all_that_begins_so(s3: S3Client) -> None:
    (page,) = pages(s3, Location("acme-data-lake", "ev"))
    assert (page.prefixes, page.keys) == (["events/"], [])


@pytest.mark.parametrize("location", [Location("acme-empty"), Location("acme-logs", "nowhere/")])
def test_where_there_is_nothing_the_listing_is_empty(s3: S3Client, location: Location) -> None:
    assert listing(s3, location).is_empty


def test_a_bucket_of_another_region_is_listed(s3: S3Client) -> None:
    assert s3.page(Location("acme-eu-archive")).prefixes == ["backup/"]


def _walk(s3: S3Client, location: Location) -> Iterator[str]:
    for page in pages(s3, location):
        yield from page.keys
        for prefix in page.prefixes:
            yield from _walk(s3, Location(location.bucket, prefix))


def test_hostile_keys_come_exactly_as_they_are(s3: S3Client) -> None:
    assert sorted(_walk(s3, Location("acme-hostile"))) == sorted(HOSTILE_KEYS)


def test_a_bucket_that_nobody_may_look_into(s3: S3Client) -> None:
    with pytest.raises(AccessDenied):
        s3.page(Location("acme-locked"))


def test_a_bucket_that_does_not_exist(s3: S3Client) -> None:
    with pytest.raises(NotFound):
        s3.page(Location("acme-nowhere"))


def test_it_tells_where_it_asks(running: Connection) -> None:
    assert (running.s3.endpoint_url, running.s3.region) == (running.settings.endpoint_url, "us-east-1")


@pytest.mark.parametrize(("agreed", "sent"), [(True, "requester"), (False, None)])
def test_the_consent_to_pay_is_sent_only_when_given(running: Connection, agreed: bool, sent: str | None) -> None:
    client = _client_like(running, request_payer=agreed)
    told: dict[str, Any] = {}
    client._client.meta.events.register_first(
        "before-send.s3", lambda request, **_: told.update(payer=request.headers.get("x-amz-request-payer"))
    )
    client.page(Location("acme-logs"))
    payer = told["payer"]
    assert (payer.decode() if isinstance(payer, bytes) else payer) == sent


def test_the_list_of_buckets_knows_no_consent_to_pay(running: Connection) -> None:
    assert _client_like(running, request_payer=True).page(ROOT).keys


def _client_like(running: Connection, *, request_payer: bool) -> S3Client:
    client = gated_client(running.broker, region="us-east-1", endpoint_url=running.settings.endpoint_url)
    return S3Client(client, request_payer=request_payer)
