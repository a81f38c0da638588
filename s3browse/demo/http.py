"""Requests and answers as plain values, between WSGI and the rooms that answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote_to_bytes

Environ = dict[str, Any]


class StartResponse(Protocol):
    """WSGI's ``start_response``, as far as it is used."""

    def __call__(self, status: str, headers: list[tuple[str, str]], /) -> object:
        """Begins the response."""


Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Call:
    """One request, read whole."""

    environ: Environ
    body: bytes

    @classmethod
    def of(cls, environ: Environ) -> Call:
        """Reads the request that a WSGI environment describes."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return cls(environ, environ["wsgi.input"].read(length))

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        return str(self.environ["REQUEST_METHOD"])

    @cached_property
    def path(self) -> str:
        """The path as it was sent, still percent-encoded."""
        return str(self.environ["RAW_URI"]).partition("?")[0]

    @property
    def query(self) -> str:
        """The query string as it was sent, still percent-encoded."""
        return str(self.environ["QUERY_STRING"])

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, decoded; of one that repeats, the first."""
        return dict(reversed(parse_qsl(self.query, keep_blank_values=True)))

    @cached_property
    def bucket(self) -> str:
        """The bucket that the path names; empty for the service itself."""
        return _decode(self.path.removeprefix("/").partition("/")[0])

    @cached_property
    def key(self) -> str:
        """The key that the path names; empty for a bucket."""
        return _decode(self.path.removeprefix("/").partition("/")[2])

    def header(self, name: str) -> str | None:
        """Returns a header by its name, or None."""
        folded = name.upper().replace("-", "_")
        value = self.environ.get(folded if folded in _UNPREFIXED else f"HTTP_{folded}")
        return None if value is None else str(value)


_UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}


def _decode(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


@dataclass(frozen=True)
class Answer:
    """One response; the body of an answer to HEAD is never sent."""

    status: int
    body: bytes | Iterable[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    code: str = ""
    """The error's code, as AWS names it; empty when there is none."""

    def blocks(self) -> Iterator[bytes]:
        """Yields the body, block by block."""
        return iter([self.body] if isinstance(self.body, bytes) else self.body)


def xml_answer(text: str, *, status: int = 200) -> Answer:
    """Wraps an XML document in an answer."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(status, body, {"Content-Type": "application/xml"})
