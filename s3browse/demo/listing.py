"""ListObjects, both versions: pages over any number of sorted catalogues of names.

A page is found by bisection, so it costs the same in a bucket of ten objects and of ten million. The
rules are those of https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from s3browse.demo.http import Answer, xml_answer
from s3browse.demo.refusals import Refusal

PAGE_LIMIT = 1000
"""Entries in a page, at most, whatever is asked."""
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_CONTROLS = {code: f"&#x{code:x};" for code in range(32)}


class Entry(NamedTuple):
    """One object, as a listing tells it."""

    name: str
    size: int
    """Bytes."""
    modified: str
    """ISO 8601 in UTC."""
    etag: str
    """With its quotes."""
    storage_class: str


class Catalogue(Sequence[str]):
    """Names in UTF-8 order, each with its entry."""

    def entry(self, number: int) -> Entry | None:
        """Returns the entry of the name at that number, or None for one that is gone."""
        raise NotImplementedError


@dataclass
class Page:
    """One page of a listing."""

    entries: list[Entry] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    truncated: bool = False
    last: str = ""
    """The last name or prefix of the page: where the next one starts."""

    def __len__(self) -> int:
        return len(self.entries) + len(self.prefixes)


class _Cursor:
    """A place in a catalogue."""

    def __init__(self, names: Catalogue, place: int) -> None:
        self._names = names
        self._move(place)

    def _move(self, place: int) -> None:
        self._place = place
        self.head = self._names[place] if place < len(self._names) else None

    def take(self) -> Entry | None:
        """Returns the entry of the name here, and steps past it."""
        entry = self._names.entry(self._place)
        self._move(self._place + 1)
        return entry

    def skip(self, group: str) -> None:
        """Steps past every name that starts with the group."""
        if self.head is not None and self.head.startswith(group):
            length = len(group)
            self._move(bisect_right(self._names, group, lo=self._place, key=lambda name: name[:length]))


def list_page(
    catalogues: Sequence[Catalogue], *, prefix: str = "", delimiter: str = "", after: str = "", limit: int
) -> Page:
    """Finds the names and common prefixes that follow ``after``.

    A name that stands in several catalogues is taken from the first of them.
    """
    page = Page()
    for found in _walk(catalogues, prefix, delimiter, after) if limit > 0 else ():
        if len(page) == limit:
            page.truncated = True
            break
        if isinstance(found, str):
            page.prefixes.append(found)
            page.last = found
        else:
            page.entries.append(found)
            page.last = found.name
    return page


def _walk(catalogues: Sequence[Catalogue], prefix: str, delimiter: str, after: str) -> Iterator[Entry | str]:
    find, start = (bisect_right, after) if after >= prefix else (bisect_left, prefix)
    cursors = [_Cursor(names, find(names, start)) for names in catalogues]
    while (name := min((each.head for each in cursors if each.head is not None), default=None)) is not None:
        if not name.startswith(prefix):
            return
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        if cut < 0:
            entries = [each.take() for each in cursors if each.head == name]
            if entries[0] is not None:
                yield entries[0]
            continue
        group = name[: cut + len(delimiter)]
        for each in cursors:
            each.skip(group)
        if group > after:
            yield group


@dataclass(frozen=True)
class Query:
    """What a listing's query string asks for."""

    parameters: dict[str, str]

    @property
    def is_v2(self) -> bool:
        """Whether it is ListObjectsV2."""
        return self.parameters.get("list-type") == "2"

    def get(self, name: str) -> str:
        """Returns a parameter, or an empty string."""
        return self.parameters.get(name, "")

    @property
    def limit(self) -> int:
        """How many entries are asked for, at most a page's limit."""
        asked = self.get("max-keys") or str(PAGE_LIMIT)
        if not asked.isdecimal():
            raise _invalid("Provided max-keys not an integer or within integer range", "max-keys", asked)
        return min(int(asked), PAGE_LIMIT)

    @property
    def after(self) -> str:
        """The name that the page follows."""
        if not self.is_v2:
            return self.get("marker")
        token = self.get("continuation-token")
        return read_token(token) if token else self.get("start-after")

    def encode(self, text: str) -> str:
        """Writes a name as the query asks, ready for XML.

        Unencoded, a control character becomes a character reference that XML 1.0 does not allow, as
        in S3's own answers.
        """
        if self.get("encoding-type") == "url":
            return quote(text, safe="/-_.~*")
        return escape(text).translate(_CONTROLS)


def answer_listing(bucket: str, parameters: dict[str, str], catalogues: Sequence[Catalogue]) -> Answer:
    """Answers ListObjects or ListObjectsV2.

    Raises:
        Refusal: A parameter is not what it should be.
    """
    query = Query(parameters)
    page = list_page(
        catalogues,
        prefix=query.get("prefix"),
        delimiter=query.get("delimiter"),
        after=query.after,
        limit=query.limit,
    )
    head = _v2_head(query, page) if query.is_v2 else _v1_head(query, page)
    head = {"Name": bucket, "Prefix": query.encode(query.get("prefix"))} | head
    head |= {"MaxKeys": str(query.limit), "IsTruncated": str(page.truncated).lower()}
    for tag, name in (("Delimiter", "delimiter"), ("EncodingType", "encoding-type")):
        if query.get(name):
            head[tag] = query.encode(query.get(name))
    elements = "".join(f"<{tag}>{text}</{tag}>" for tag, text in head.items())
    contents = "".join(_contents(entry, query.encode(entry.name)) for entry in page.entries)
    prefixes = "".join(
        f"<CommonPrefixes><Prefix>{query.encode(name)}</Prefix></CommonPrefixes>" for name in page.prefixes
    )
    return xml_answer(f'<ListBucketResult xmlns="{_NAMESPACE}">{elements}{contents}{prefixes}</ListBucketResult>')


def _v2_head(query: Query, page: Page) -> dict[str, str]:
    head = {"KeyCount": str(len(page))}
    if query.get("start-after"):
        head["StartAfter"] = query.encode(query.get("start-after"))
    if query.get("continuation-token"):
        head["ContinuationToken"] = escape(query.get("continuation-token"))
    if page.truncated:
        head["NextContinuationToken"] = make_token(page.last)
    return head


def _v1_head(query: Query, page: Page) -> dict[str, str]:
    head = {"Marker": query.encode(query.get("marker"))}
    if page.truncated and query.get("delimiter"):
        head["NextMarker"] = query.encode(page.last)
    return head


def _contents(entry: Entry, name: str) -> str:
    return (
        f"<Contents><Key>{name}</Key><LastModified>{entry.modified}</LastModified>"
        f"<ETag>{escape(entry.etag)}</ETag><Size>{entry.size}</Size>"
        f"<StorageClass>{entry.storage_class}</StorageClass></Contents>"
    )


def make_token(name: str) -> str:
    """Makes the opaque token of a page that follows a name."""
    return base64.b64encode(b"1:" + name.encode()).decode()


def read_token(token: str) -> str:
    """Reads a token back into the name.

    Raises:
        Refusal: The token is not one of ours.
    """
    try:
        head, _, name = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        head, name = "", ""
    if head != "1":
        raise _invalid("The continuation token provided is incorrect", "continuation-token", token)
    return name


def _invalid(message: str, name: str, value: str) -> Refusal:
    return Refusal(400, "InvalidArgument", message, ArgumentName=name, ArgumentValue=value)
