"""S3 as this program sees it: every call that it makes, with errors translated once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from s3browse.errors import NotSupported, ServiceError
from s3browse.s3.listing import Page
from s3browse.s3.location import Location
from s3browse.session.failures import BOTO_ERRORS, translate

PAGE_KEYS = 1000
"""Keys that one ListObjectsV2 answer holds at most (S3 API reference); asked for by number, as some servers send
more when they are not told."""

BUCKETS_A_PAGE = 1000

_UNKNOWN_PARAMETER = frozenset({"InvalidArgument", "InvalidRequest", "400"})

_UNREADABLE = "The answer cannot be read"


class S3Client:
    """Makes this program's S3 calls through a gated boto3 client; thread-safe. Every method blocks.

    Args:
        client: A boto3 S3 client whose requests pass the session's gate.
        request_payer: Whether the person has agreed to pay for what they read in others' buckets.
    """

    def __init__(self, client: Any, *, request_payer: bool = False) -> None:
        self._client = client
        if request_payer:
            _add_request_payer(client)

    @property
    def endpoint_url(self) -> str:
        """Where requests go."""
        return str(self._client.meta.endpoint_url)

    @property
    def region(self) -> str:
        """The region that requests are signed for, until a bucket says otherwise."""
        return str(self._client.meta.region_name)

    def page(self, location: Location, token: str | None = None) -> Page:
        """Get one page of a location's rows.

        Args:
            location: A bucket and prefix, or the list of buckets.
            token: What the page before gave as its ``next_token``.

        Raises:
            S3BrowseError: For every failure, translated. Expiry is none: the call waits at the gate for it.
        """
        return self._buckets(token) if location.is_root else self._objects(location, token)

    def _objects(self, location: Location, token: str | None) -> Page:
        parameters = {"Bucket": location.bucket, "Prefix": location.prefix, "Delimiter": "/", "MaxKeys": PAGE_KEYS}
        if token:
            parameters["ContinuationToken"] = token
        answer = _translated(self._client.list_objects_v2, **parameters)
        objects = answer.get("Contents", [])
        page = _read(
            lambda: Page(
                prefixes=[found["Prefix"] for found in answer.get("CommonPrefixes", [])],
                keys=[found["Key"] for found in objects],
                sizes=[_size(found.get("Size", 0)) for found in objects],
                modified=[_epoch(found.get("LastModified")) for found in objects],
                details=[found.get("StorageClass", "") for found in objects],
                next_token=answer.get("NextContinuationToken") if answer.get("IsTruncated") else None,
            )
        )
        return _checked(page, token, more=bool(answer.get("IsTruncated")))

    def _buckets(self, token: str | None) -> Page:
        parameters = {"MaxBuckets": BUCKETS_A_PAGE} | ({"ContinuationToken": token} if token else {})
        try:
            answer = _translated(self._client.list_buckets, **parameters)
        except ServiceError as error:
            if token is not None or not (isinstance(error, NotSupported) or error.code in _UNKNOWN_PARAMETER):
                raise
            answer = _translated(self._client.list_buckets)  # without paging: all of them at once
        buckets = answer.get("Buckets", [])
        page = _read(
            lambda: Page(
                keys=[found["Name"] for found in buckets],
                sizes=[0] * len(buckets),
                modified=[_epoch(found.get("CreationDate")) for found in buckets],
                details=[found.get("BucketRegion", "") for found in buckets],
                next_token=answer.get("ContinuationToken") or None,
            )
        )
        return _checked(page, token, more=page.next_token is not None)


def _translated(call: Callable[..., Any], **parameters: Any) -> Any:
    try:
        return call(**parameters)
    except BOTO_ERRORS as error:
        raise translate(error) from error


def _read(page: Callable[[], Page]) -> Page:
    try:
        return page()
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ServiceError("Something is missing in it, or is not what it should be.", title=_UNREADABLE) from error


def _checked(page: Page, token: str | None, *, more: bool) -> Page:
    """Refuse a page that would end a listing too early, or never."""
    if more and page.next_token in (None, "", token):
        raise ServiceError("The server says that there is more, but not where it goes on.", title=_UNREADABLE)
    return page


def _size(number: int) -> int:
    """A size as the columns hold it; the largest object is 50 TB, so more than 63 bits is a mistake or a joke."""
    return min(max(0, int(number)), 2**63 - 1)


def _epoch(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _add_request_payer(client: Any) -> None:
    """Send the consent to pay with the operations that know it (S3 API reference, Requester Pays)."""
    model = client.meta.service_model
    known = {
        name
        for name in model.operation_names
        if (shape := model.operation_model(name).input_shape) and "RequestPayer" in shape.members
    }

    def consent(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in known:
            params.setdefault("RequestPayer", "requester")

    client.meta.events.register("provide-client-params.s3", consent)
