"""Sample data: believable, hostile where it says so, and behind the demo's policy."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from s3browse.demo import DemoServer
from s3browse.demo.hostile import HOSTILE_KEYS


def keys(s3: Any, bucket: str, **query: Any) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **query)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]


def test_hostile_keys_come_back_from_listings_in_their_order(s3: Any) -> None:
    assert keys(s3, "acme-hostile", PaginationConfig={"PageSize": 7}) == sorted(HOSTILE_KEYS, key=str.encode)


def test_hostile_keys_come_back_from_folders(s3: Any) -> None:
    found, waiting = set(), [""]
    while waiting:
        page = s3.list_objects_v2(Bucket="acme-hostile", Delimiter="/", Prefix=waiting.pop())
        found |= {each["Key"] for each in page.get("Contents", ())}
        waiting += [each["Prefix"] for each in page.get("CommonPrefixes", ())]
    assert found == set(HOSTILE_KEYS)


@pytest.mark.parametrize("key", HOSTILE_KEYS, ids=ascii)
def test_a_hostile_key_is_read_written_and_deleted(s3: Any, key: str) -> None:
    sample = s3.get_object(Bucket="acme-hostile", Key=key)["Body"].read().decode()
    assert sample == f"The key of this object is {key!r}.\n"
    s3.put_object(Bucket="acme-empty", Key=key, Body=key.encode())
    assert keys(s3, "acme-empty") == [key]
    assert s3.head_object(Bucket="acme-empty", Key=key)["ContentLength"] == len(key.encode())
    s3.delete_object(Bucket="acme-empty", Key=key)
    assert keys(s3, "acme-empty") == []


def test_the_longest_key_is_as_long_as_a_key_may_be() -> None:
    assert max(len(key.encode()) for key in HOSTILE_KEYS) == 1024


def test_buckets_tell_their_region_and_age(s3: Any) -> None:
    buckets = {bucket["Name"]: bucket for bucket in s3.list_buckets()["Buckets"]}
    assert list(buckets) == sorted(buckets)
    assert "acme-locked" in buckets
    assert "acme-private-drop" not in buckets
    assert buckets["acme-eu-archive"]["BucketRegion"] == "eu-west-1"
    assert buckets["acme-logs"]["CreationDate"] < buckets["acme-empty"]["CreationDate"]


def test_buckets_are_paged_on_request(s3: Any) -> None:
    pages = list(s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 4}))
    assert len(pages) == 3
    paged = [bucket["Name"] for page in pages for bucket in page["Buckets"]]
    assert paged == [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_a_bucket_of_another_region_is_found_by_itself(demo: DemoServer, s3: Any) -> None:
    before = len(demo.requests)
    assert "INDEX.txt" in keys(s3, "acme-eu-archive")
    assert demo.requests[before].code == "AuthorizationHeaderMalformed"
    assert s3.get_object(Bucket="acme-eu-archive", Key="INDEX.txt")["Body"].read()


def test_another_region_is_told(demo: DemoServer, s3: Any, connect: Callable[..., Any], session: Any) -> None:
    there = connect(demo, "s3", session, region="eu-west-1")
    assert there.head_bucket(Bucket="acme-eu-archive")["BucketRegion"] == "eu-west-1"
    before = len(demo.requests)
    assert s3.head_bucket(Bucket="acme-eu-archive")["BucketRegion"] == "eu-west-1"
    assert (demo.requests[before].method, demo.requests[before].status) == ("HEAD", 400)


def test_a_locked_bucket_may_not_be_looked_into(s3: Any, refusal: Any) -> None:
    status, code, message = refusal(s3.list_objects_v2, Bucket="acme-locked")
    assert (status, code) == (403, "AccessDenied")
    assert "user/alice is not authorized to perform: s3:ListBucket on resource" in message
    assert refusal(s3.put_object, Bucket="acme-locked", Key="x", Body=b"")[1] == "AccessDenied"
    source = {"Bucket": "acme-locked", "Key": "salaries.csv"}
    assert refusal(s3.copy_object, Bucket="acme-empty", Key="x", CopySource=source)[1] == "AccessDenied"


def test_an_unlisted_bucket_is_open_to_who_names_it(s3: Any) -> None:
    assert keys(s3, "acme-private-drop") == ["drop/for-alice.txt"]


def test_objects_differ_in_class_size_and_age(s3: Any) -> None:
    found = [
        each
        for bucket in ("acme-logs", "acme-reports", "acme-eu-archive")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for each in page["Contents"]
    ]
    classes = {"STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE"}
    assert {each["StorageClass"] for each in found} == classes
    assert len({each["Size"] for each in found}) > 100
    assert len({each["LastModified"] for each in found}) > 100
    assert max(each["Size"] for each in found) < 300 * 1024


def test_logs_can_be_read(s3: Any) -> None:
    packed = s3.get_object(Bucket="acme-logs", Key="app/2026/11/07/api.json.gz")["Body"].read()
    assert gzip.decompress(packed).startswith(b'{"time": ')


def test_pictures_are_pictures(s3: Any) -> None:
    picture = s3.get_object(Bucket="acme-website", Key="images/sunrise.png")["Body"].read()
    width, height = struct.unpack(">II", picture[16:24])
    length = struct.unpack(">I", picture[33:37])[0]
    assert len(zlib.decompress(picture[41 : 41 + length])) == height * (width * 3 + 1)


def test_versions_are_kept(s3: Any) -> None:
    found = s3.list_object_versions(Bucket="acme-versions")
    assert sum(each["Key"] == "config/app.json" for each in found["Versions"]) == 6
    assert [each["Key"] for each in found["DeleteMarkers"]] == ["old/plan.txt"]
    assert "old/plan.txt" not in keys(s3, "acme-versions")


def test_an_upload_in_parts_comes_back(s3: Any) -> None:
    named = {"Bucket": "acme-empty", "Key": "parts"}
    upload = s3.create_multipart_upload(**named)["UploadId"]
    bodies = [b"a" * 5 * 1024 * 1024, b"b"]
    parts = [
        {"PartNumber": number, "ETag": s3.upload_part(**named, UploadId=upload, PartNumber=number, Body=body)["ETag"]}
        for number, body in enumerate(bodies, start=1)
    ]
    s3.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(**named)["Body"].read() == b"".join(bodies)
    s3.delete_object(**named)


def test_many_clients_are_served_at_once(s3: Any) -> None:
    with ThreadPoolExecutor(16) as pool:
        pages = list(pool.map(lambda _: keys(s3, "acme-logs"), range(32)))
    assert len(pages[0]) > 200
    assert all(page == pages[0] for page in pages)
