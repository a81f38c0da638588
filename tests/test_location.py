"""Locations: read from what people have at hand, and walked up and down without loss."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3browse.demo.hostile import HOSTILE_KEYS
from s3browse.s3.location import ROOT, Location, parse_location

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PREFIXES = st.text("ab/ .\n", max_size=12)
FOLDER_NAMES = st.text("ab .%?\n", max_size=5)
ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01/accesspoint/my-ap"


@pytest.mark.parametrize(
    ("words", "bucket", "prefix"),
    [
        ("", "", ""),
        ("/", "", ""),
        ("s3://", "", ""),
        ("S3://", "", ""),
        ("bucket", "bucket", ""),
        ("bucket/", "bucket", ""),
        ("bucket/logs/2026/", "bucket", "logs/2026/"),
        ("  bucket/logs/ \n", "bucket", "logs/"),
        ("s3://bucket", "bucket", ""),
        ("s3://bucket ", "bucket", ""),
        (" s3://bucket/logs/", "bucket", "logs/"),
        ("s3a://bucket/logs/", "bucket", "logs/"),
        ("s3n://bucket/logs/", "bucket", "logs/"),
        ("s3://bucket/re", "bucket", "re"),
        ("s3://bucket//lead", "bucket", "/lead"),
        ("s3://bucket/a//b", "bucket", "a//b"),
        ("s3://bucket/100%25 a+b?c#d", "bucket", "100%25 a+b?c#d"),
        ("s3://bucket/trail ", "bucket", "trail "),
        ("arn:aws:s3:::bucket", "bucket", ""),
        ("arn:aws:s3:::bucket/a/b.txt", "bucket", "a/b.txt"),
        ("arn:aws-cn:s3:::bucket/a", "bucket", "a"),
        (ACCESS_POINT, ACCESS_POINT, ""),
        (f"{ACCESS_POINT}/a/b", ACCESS_POINT, "a/b"),
        (f"s3://{ACCESS_POINT}/a/b", ACCESS_POINT, "a/b"),
        (f"{OUTPOST}/a", OUTPOST, "a"),
        ("https://bucket.s3.amazonaws.com", "bucket", ""),
        ("https://bucket.s3.eu-west-1.amazonaws.com/a/b%20c.txt", "bucket", "a/b c.txt"),
        ("https://bucket.s3-eu-west-1.amazonaws.com/a", "bucket", "a"),
        ("https://my.dotted.bucket.s3.amazonaws.com/a", "my.dotted.bucket", "a"),
        ("https://bucket.s3.dualstack.us-west-2.amazonaws.com/a", "bucket", "a"),
        ("https://bucket.s3.cn-north-1.amazonaws.com.cn/a", "bucket", "a"),
        ("https://bucket.s3.amazonaws.com/a?X-Amz-Signature=1", "bucket", "a"),
        ("https://bucket.s3.amazonaws.com//lead", "bucket", "/lead"),
        ("https://s3.eu-west-1.amazonaws.com/bucket/a/", "bucket", "a/"),
        ("https://s3.amazonaws.com/bucket//lead", "bucket", "/lead"),
        ("http://localhost:9000/bucket/a/", "bucket", "a/"),
        ("https://s3.console.aws.amazon.com/s3/buckets/bucket?region=eu-west-1&prefix=a/b%20c/", "bucket", "a/b c/"),
        ("https://eu-west-1.console.aws.amazon.com/s3/object/bucket?prefix=a/b.txt", "bucket", "a/b.txt"),
        ("https://s3.console.aws.amazon.com/s3/buckets/bucket/?region=eu-west-1", "bucket", ""),
        ("https://s3.console.aws.amazon.com/s3/buckets?region=eu-west-1", "", ""),
        ("https://s3.console.aws.amazon.com/s3/home?region=eu-west-1", "", ""),
        ("https://console.aws.amazon.com/s3/buckets/bucket/a/b/?tab=overview", "bucket", "a/b/"),
    ],
)
def test_parse_location_reads(words: str, bucket: str, prefix: str) -> None:
    assert parse_location(words) == Location(bucket, prefix)


@pytest.mark.parametrize(
    "words",
    [
        "s3:///key",
        "a",
        "-bucket",
        "two words",
        "s3://bucket name/a",
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:s3",
        "https://example.com/",
        "https://",
        "http://[",
        "ftp://bucket/key",
        "\x1b[31m",
    ],
)
def test_parse_location_refuses(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_location(words)


def test_a_refusal_repeats_no_control_character() -> None:
    with pytest.raises(ValueError, match="cannot be a bucket") as refusal:
        parse_location("\x1b]52;c;aGVsbG8=\x07")
    assert str(refusal.value).isprintable()


@given(KEYS)
def test_a_uri_is_read_back_exactly(key: str) -> None:
    here = Location("bucket", key)
    assert parse_location(here.uri) == here


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_the_uri_of_a_hostile_key_is_read_back_exactly(key: str) -> None:
    assert parse_location(Location("acme-hostile", key).uri) == Location("acme-hostile", key)


def test_the_uri_of_the_list_of_buckets_is_read_back() -> None:
    assert parse_location(ROOT.uri) == ROOT


@given(st.lists(FOLDER_NAMES, max_size=4), FOLDER_NAMES)
def test_up_inverts_going_down(folders: list[str], name: str) -> None:
    here = Location("bucket", "".join(f"{folder}/" for folder in folders))
    assert Location("bucket", f"{here.prefix}{name}/").up() == here


def test_above_a_bucket_is_the_list_of_buckets() -> None:
    assert Location("bucket").up() == ROOT == ROOT.up()


@pytest.mark.parametrize(
    ("prefix", "above"), [("logs/2026/re", "logs/2026/"), ("re", ""), ("/", ""), ("//", "/"), ("a//", "a/")]
)
def test_up_leaves_the_last_step(prefix: str, above: str) -> None:
    assert Location("bucket", prefix).up() == Location("bucket", above)


@given(PREFIXES)
def test_the_names_of_a_trail_join_to_its_end(prefix: str) -> None:
    here = Location("bucket", prefix)
    bucket, *steps = here.trail()
    assert bucket == Location("bucket")
    assert "".join(step.name for step in steps) == prefix
    assert [bucket, *steps][-1] == here


@given(PREFIXES)
def test_each_step_of_a_trail_is_the_child_of_the_one_before(prefix: str) -> None:
    trail = Location("bucket", prefix).trail()
    for above, below in pairwise(trail):
        assert below.up() == above
        assert below.child_of(above) == below.prefix


def test_the_list_of_buckets_has_no_trail() -> None:
    assert ROOT.trail() == []


@pytest.mark.parametrize(
    ("here", "above", "child"),
    [
        (Location("bucket", "a/b/"), ROOT, "bucket"),
        (Location("bucket", "a/b/c"), Location("bucket"), "a/"),
        (Location("bucket", "a/b/c"), Location("bucket", "a/b/"), "a/b/c"),
        (Location("bucket", "logs/2026/"), Location("bucket", "lo"), "logs/"),
        (Location("bucket", "a/"), Location("bucket", "a/"), None),
        (Location("bucket", "a/"), Location("bucket", "b/"), None),
        (Location("bucket", "a/"), Location("other"), None),
        (ROOT, ROOT, None),
        (ROOT, Location("bucket"), None),
    ],
)
def test_child_of_is_the_row_that_leads_there(here: Location, above: Location, child: str | None) -> None:
    assert here.child_of(above) == child
