"""Where one is: a bucket and a prefix. Keys are opaque strings; a "folder" is only a view of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from s3browse.text import safe

_ACCESS_POINT = re.compile(
    r"(arn:aws[\w-]*:s3(?:-outposts|-object-lambda)?:[a-z0-9-]*:\d{12}:"
    r"(?:outpost[:/][\w-]+[:/])?accesspoint[:/][\w.-]+)(?:[:/](.*))?",
    re.DOTALL,
)
_BUCKET_ARN = re.compile(r"arn:aws[\w-]*:s3:::([^/]+)(?:/(.*))?", re.DOTALL)
_SCHEME = re.compile(r"s3[an]?://", re.IGNORECASE)
_VIRTUAL_HOST = re.compile(r"(.+)\.s3[.-](?:[\w.-]+\.)?amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_PATH_HOST = re.compile(r"s3[.-](?:[\w.-]+\.)?amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_CONSOLE_PATH = re.compile(r"s3/[a-z-]+/([^/]+)/?(.*)", re.DOTALL)
_BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}")


@dataclass(frozen=True)
class Location:
    """The list of all buckets (no bucket), or a prefix in a bucket.

    A prefix that ends in "/", or is empty, shows what is in that folder. Any other shows all that begins so.
    """

    bucket: str = ""
    prefix: str = ""

    @property
    def is_root(self) -> bool:
        """Whether this is the list of buckets."""
        return not self.bucket

    @property
    def uri(self) -> str:
        """As ``s3://bucket/prefix``, the key exactly as it is."""
        return f"s3://{self.bucket}/{self.prefix}" if self.bucket else "s3://"

    def up(self) -> Location:
        """The location one folder above; the list of buckets above a bucket, and above itself."""
        if not self.prefix:
            return ROOT
        cut = self.prefix[:-1].rfind("/") if self.prefix.endswith("/") else self.prefix.rfind("/")
        return Location(self.bucket, self.prefix[: cut + 1])

    def child_of(self, above: Location) -> str | None:
        """The key of the row by which one gets from ``above`` towards this location; None where one does not."""
        if above.is_root:
            return self.bucket or None
        if self.bucket != above.bucket or not self.prefix.startswith(above.prefix) or self.prefix == above.prefix:
            return None
        end = self.prefix.find("/", len(above.prefix))
        return self.prefix if end < 0 else self.prefix[: end + 1]

    def trail(self) -> list[Location]:
        """Every location from the bucket down to this one; empty for the list of buckets."""
        steps = []
        here = self
        while not here.is_root:
            steps.append(here)
            here = here.up()
        return steps[::-1]

    @property
    def name(self) -> str:
        """The last step as breadcrumbs show it: the bucket, or a folder's name with its "/"."""
        return self.prefix[len(self.up().prefix) :] if self.prefix else self.bucket


ROOT = Location()
"""The list of all buckets."""


def parse_location(words: str) -> Location:
    """Read what people have at hand for a place in S3.

    Takes ``s3://bucket/prefix`` (also ``s3a://``), ``bucket/prefix``, ARNs of buckets, objects and access points,
    and web addresses: path style, virtual host and the AWS console's. In an ``s3://`` location and an ARN the key is
    raw; in a web address it is percent-encoded. Space around is dropped, but not at the end of an ``s3://`` key.

    Raises:
        ValueError: When it is none of these.
    """
    bare = words.strip()
    if bare in ("", "/") or _SCHEME.fullmatch(bare):
        return ROOT
    if bare.lower().startswith(("http://", "https://")):
        return _from_web(bare)
    start = found.end() if (found := _SCHEME.match(bare)) else 0
    words = words.lstrip()[start:] if start and "/" in bare[start:] else bare[start:]
    if found := _ACCESS_POINT.fullmatch(words) or _BUCKET_ARN.fullmatch(words):
        return Location(found[1], found[2] or "")
    if words.startswith("arn:"):
        raise ValueError("That ARN is not of a bucket, an object or an access point.")
    if not start and "://" in words:
        raise ValueError("That is no s3:// location, ARN or web address of S3.")
    bucket, _, prefix = (words if start else words.removeprefix("/")).partition("/")
    return _checked(Location(bucket, prefix))


def _checked(location: Location) -> Location:
    if not _BUCKET_NAME.fullmatch(location.bucket):
        rule = "3 to 255 letters, digits, dots, hyphens and underscores"
        raise ValueError(
            f"“{safe(location.bucket[:80])}” cannot be a bucket's name ({rule}). Write s3://bucket/prefix."
        )
    return location


def _from_web(address: str) -> Location:
    parts = urlsplit(address)
    path, query = unquote(parts.path.removeprefix("/")), parse_qs(parts.query)
    host = parts.hostname or ""
    if "console" in host and path.startswith("s3/"):
        place = _CONSOLE_PATH.fullmatch(path)
        return _checked(Location(place[1], query.get("prefix", [place[2]])[0])) if place else ROOT
    if found := _VIRTUAL_HOST.fullmatch(host):
        return _checked(Location(found[1], path))
    if _PATH_HOST.fullmatch(host) or path:
        bucket, _, prefix = path.partition("/")
        if bucket:
            return _checked(Location(bucket, prefix))
    raise ValueError("No bucket can be read from that address.")
