"""S3 behind the gate: regions, the demo's policy, listings, computed objects; the store does the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import overload
from urllib.parse import unquote
from xml.sax.saxutils import escape

from s3browse.demo.big_bucket import Fixed, Numbered, answer_object, body, find
from s3browse.demo.http import Answer, Call, xml_answer
from s3browse.demo.keyring import ACCOUNT, Principal
from s3browse.demo.listing import Catalogue, Entry, answer_listing, make_token, read_token
from s3browse.demo.refusals import access_denied, wrong_region
from s3browse.demo.sigv4 import Signature
from s3browse.demo.store import Store

LAKE = "acme-data-lake"
"""The bucket with the computed objects."""
LOCKED = "acme-locked"
"""Listed among the buckets, but nobody may look inside."""
UNLISTED = "acme-private-drop"
"""Not listed among the buckets, but open to who names it."""

_MOST_BUCKETS = 10_000
"""Buckets in a page, unless fewer are asked for: ListBuckets' own limit."""
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_PLAIN = {"versionId", "partNumber", "x-id", "uploads", "uploadId"}
_LISTING = re.compile(
    r"list-type|prefix|delimiter|max-keys|marker|start-after|continuation-token|encoding-type|fetch-owner"
    r"|x-id|X-Amz-.*"
)
_ACTIONS = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "POST": "Put", "DELETE": "Delete"}


class Stored(Catalogue):
    """The objects of one bucket of the store, sorted."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._objects = sorted(store.objects(bucket), key=lambda found: str(found.name))

    def __len__(self) -> int:
        return len(self._objects)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [found.name for found in self._objects[number]]
        return str(self._objects[number].name)

    def entry(self, number: int) -> Entry:
        """Returns the entry of the object at that number."""
        found = self._objects[number]
        return Entry(found.name, found.size, found.last_modified_ISO8601, found.etag, found.storage_class)


class S3:
    """Answers S3's calls once they are authenticated.

    Args:
        store: Holds the objects.
        computed: The objects of the data lake that are computed.
    """

    def __init__(self, store: Store, computed: Sequence[Numbered | Fixed]) -> None:
        self._store = store
        self._computed = computed

    def check_region(self, call: Call, signature: Signature) -> None:
        """Refuses a signature for another region than the bucket's.

        Raises:
            Refusal: The regions differ; it names the right one.
        """
        region = self._store.region(call.bucket)
        if region is not None and region != signature.region:
            raise wrong_region(named=signature.region, expected=region, presigned=signature.presigned)

    def answer(self, call: Call, signature: Signature, caller: Principal) -> Answer:
        """Answers one call.

        Raises:
            Refusal: The caller may not do this, or a parameter is wrong.
        """
        _check_policy(call, caller)
        if not call.bucket:
            return self._list_buckets(call)
        region = self._store.region(call.bucket)
        if region is None:
            return self._store.answer(call, signature)
        answer = self._answer_in_bucket(call, signature)
        return answer if call.key else _with_region(answer, region)

    def _answer_in_bucket(self, call: Call, signature: Signature) -> Answer:
        if call.method == "GET" and not call.key and all(map(_LISTING.fullmatch, call.parameters)):
            return answer_listing(call.bucket, call.parameters, self._catalogues(call.bucket))
        entry = self._find_computed(call.bucket, call.key)
        if entry is not None and _is_plain(call) and call.method in {"GET", "HEAD"}:
            return answer_object(entry, call)
        if entry is not None and not _is_plain(call):
            self._make_real(entry)
        if (source := call.header("x-amz-copy-source")) is not None:
            self._make_source_real(source)
        answer = self._store.answer(call, signature)
        if call.bucket == LAKE:
            self._forget_deleted(call)
        return answer

    def _catalogues(self, bucket: str) -> list[Catalogue]:
        return [Stored(self._store, bucket), *(self._computed if bucket == LAKE else ())]

    def _find_computed(self, bucket: str, key: str) -> Entry | None:
        if bucket != LAKE or self._store.has(bucket, key):
            return None
        return next((entry for names in self._computed if (entry := find(names, key))), None)

    def _make_real(self, entry: Entry) -> None:
        self._store.put(
            LAKE,
            entry.name,
            b"".join(body(entry)),
            modified=datetime.fromisoformat(entry.modified).replace(tzinfo=None),
            storage_class=entry.storage_class,
            etag=entry.etag.strip('"'),
        )

    def _make_source_real(self, source: str) -> None:
        bucket, _, key = unquote(source.partition("?")[0]).removeprefix("/").partition("/")
        if (entry := self._find_computed(bucket, key)) is not None:
            self._make_real(entry)

    def _forget_deleted(self, call: Call) -> None:
        names: list[str] = []
        if call.method == "DELETE" and call.key and "uploadId" not in call.parameters:
            names = [call.key]
        elif call.method == "POST" and "delete" in call.parameters:
            names = [unescape(name) for name in re.findall(r"<Key>(.*?)</Key>", call.body.decode(), re.S)]
        for catalogue in self._computed:
            catalogue.gone.update(names)

    def _list_buckets(self, call: Call) -> Answer:
        query = call.parameters
        prefix, region, token = (query.get(name, "") for name in ("prefix", "bucket-region", "continuation-token"))
        after = read_token(token) if token else ""
        found = [
            bucket
            for bucket in self._store.buckets()
            if bucket[0] != UNLISTED
            and bucket[0] > after
            and bucket[0].startswith(prefix)
            and region in {"", bucket[1]}
        ]
        limit = int(query.get("max-buckets") or _MOST_BUCKETS)
        rows = "".join(_bucket_row(*bucket) for bucket in found[:limit])
        rest = f"<ContinuationToken>{make_token(found[limit - 1][0])}</ContinuationToken>" if found[limit:] else ""
        echo = f"<Prefix>{escape(prefix)}</Prefix>" if prefix else ""
        return xml_answer(
            f'<ListAllMyBucketsResult xmlns="{_NAMESPACE}"><Owner><ID>{ACCOUNT}</ID></Owner>'
            f"<Buckets>{rows}</Buckets>{rest}{echo}</ListAllMyBucketsResult>"
        )


def _bucket_row(name: str, region: str, created: datetime) -> str:
    return (
        f"<Bucket><Name>{escape(name)}</Name><CreationDate>{created:%Y-%m-%dT%H:%M:%S}.000Z</CreationDate>"
        f"<BucketRegion>{region}</BucketRegion></Bucket>"
    )


def _with_region(answer: Answer, region: str) -> Answer:
    return replace(answer, headers=answer.headers | {"x-amz-bucket-region": region})


def _is_plain(call: Call) -> bool:
    return all(name in _PLAIN or name.startswith(("response-", "X-Amz-")) for name in call.parameters)


def _check_policy(call: Call, caller: Principal) -> None:
    source = unquote(call.header("x-amz-copy-source") or "").removeprefix("/").partition("/")[0]
    if LOCKED not in {call.bucket, source}:
        return
    action = f"{_ACTIONS.get(call.method, 'Get')}Object" if call.key else "ListBucket"
    path = f"{LOCKED}/{call.key}" if call.key else LOCKED
    raise access_denied(
        f"User: {caller.arn} is not authorized to perform: s3:{action} on resource: "
        f'"arn:aws:s3:::{path}" because no identity-based policy allows the s3:{action} action'
    )
