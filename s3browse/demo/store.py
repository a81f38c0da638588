"""The objects behind the gate: moto's S3, asked directly."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from moto.core.request import Request
from moto.s3.models import FakeDeleteMarker, s3_backends
from moto.s3.responses import S3Response

from s3browse.demo.http import Answer, Call
from s3browse.demo.keyring import ACCOUNT
from s3browse.demo.sigv4 import ALGORITHM, Signature

_NOT_PASSED_ON = {"server", "date", "x-amzn-requestid"}
_CODE = re.compile(rb"<Code>([^<]+)</Code>")


class _Plain(Request):
    """A request whose body is an object, whatever its content type claims: never a form to parse."""

    want_form_data_parsed = False


class Store:
    """Buckets and objects. moto keeps them in the process, so only one store lives at a time."""

    def __init__(self) -> None:
        self.clear()

    @staticmethod
    def clear() -> None:
        """Drops every bucket."""
        s3_backends[ACCOUNT]["aws"].reset()

    @property
    def _backend(self) -> Any:
        return s3_backends[ACCOUNT]["aws"]

    def buckets(self) -> list[tuple[str, str, datetime]]:
        """Returns name, region and day of creation of every bucket, by name."""
        found = dict(self._backend.buckets)
        return [(name, found[name].region_name, found[name].creation_date) for name in sorted(found)]

    def region(self, bucket: str) -> str | None:
        """Returns a bucket's region, or None where there is no such bucket."""
        found = self._backend.buckets.get(bucket)
        return None if found is None else str(found.region_name)

    def objects(self, bucket: str) -> Iterator[Any]:
        """Yields the current objects of a bucket, in no order."""
        for versions in list(dict.values(self._backend.buckets[bucket].keys)):
            if versions and not isinstance(versions[-1], FakeDeleteMarker):
                yield versions[-1]

    def has(self, bucket: str, key: str) -> bool:
        """Tells whether an object is stored."""
        return key in self._backend.buckets[bucket].keys

    def create_bucket(self, name: str, *, region: str, created: datetime, versioned: bool = False) -> None:
        """Makes a bucket as of a day."""
        bucket = self._backend.create_bucket(name, region)
        bucket.creation_date = created
        bucket.versioning_status = "Enabled" if versioned else None

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        *,
        modified: datetime,
        storage_class: str = "STANDARD",
        content_type: str = "binary/octet-stream",
        etag: str | None = None,
    ) -> None:
        """Stores an object as of a day; the etag is the body's MD5 unless one is given."""
        etag = etag or hashlib.md5(body, usedforsecurity=False).hexdigest()
        stored = self._backend.put_object(
            bucket, key, body, storage=storage_class, etag=etag, disable_notification=True
        )
        stored.set_metadata({"Content-Type": content_type})
        stored.last_modified = modified

    def delete(self, bucket: str, key: str, *, modified: datetime) -> None:
        """Deletes an object; in a versioned bucket this leaves a delete marker as of a day."""
        self._backend.delete_object(bucket, key)
        marker = self._backend.buckets[bucket].keys.get(key)
        if marker is not None:
            marker.last_modified = modified

    def tag(self, bucket: str, key: str, tags: dict[str, str]) -> None:
        """Gives an object its tags."""
        self._backend.put_object_tagging(self._backend.buckets[bucket].keys[key], tags)

    def answer(self, call: Call, signature: Signature) -> Answer:
        """Lets moto answer a call whose signature was verified."""
        environ = call.environ | {"wsgi.input": io.BytesIO(call.body)}
        if signature.presigned:
            environ |= _signed_in_header(call, signature)
        request = _Plain(environ)
        respond = S3Response().key_response if call.key else S3Response().bucket_response
        status, headers, body = respond(request, request.raw_url, dict(request.headers))
        text = body.encode() if isinstance(body, str) else bytes(body or b"")
        code = _CODE.search(text) if status >= 400 else None
        return Answer(status, text, _plain(headers), code.group(1).decode() if code else "")


def _signed_in_header(call: Call, signature: Signature) -> dict[str, Any]:
    kept = [pair for pair in parse_qsl(call.query, keep_blank_values=True) if not pair[0].startswith("X-Amz-")]
    query = urlencode(kept)
    credential = f"{signature.access_key}/{signature.scope}"
    return {
        "QUERY_STRING": query,
        "RAW_URI": f"{call.path}?{query}",
        "HTTP_AUTHORIZATION": f"{ALGORITHM} Credential={credential}, SignedHeaders=host, Signature=0",
    }


def _plain(headers: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in headers.items() if name.lower() not in _NOT_PASSED_ON}
