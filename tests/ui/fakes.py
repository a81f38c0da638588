"""A connection without a server: buckets in memory, and sessions that are minted on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from s3browse.errors import S3BrowseError
from s3browse.s3.client import S3Client
from s3browse.s3.connection import Connection
from s3browse.s3.listing import Page
from s3browse.s3.location import Location
from s3browse.session.broker import Broker
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, Session
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from tests.stage import Clocks

MOMENT = 1_795_000_000.0
"""When every object was written, in seconds since 1970."""


class FakeSource:
    """Mints sessions without STS.

    Args:
        clock: Server time.
        seconds: Length of a session.
    """

    def __init__(self, clock: ServerClock, seconds: float = 120.0) -> None:
        self.name = "GetSessionToken"
        self.mfa_serial: str | None = None
        self.identity = Identity("123456789012", "arn:aws:iam::123456789012:user/alice")
        self.error: S3BrowseError | None = None
        """What ``mint`` raises."""
        self.minted = 0
        self.refused = 0
        self._clock = clock
        self._seconds = seconds

    def mint(self, code: str | None = None) -> Session:
        """Give a session, or raise what was set."""
        if self.error is not None:
            self.refused += 1
            raise self.error
        self.minted += 1
        now = self._clock.now()
        credentials = Credentials(
            f"ASIAFAKEFAKEFAKE{self.minted:04}", Secret("fake/secret/key"), Secret("fake/token"), now + self._seconds
        )
        return Session(credentials, self.name, issued_at=now, mfa=code is not None)

    def identify(self, credentials: Credentials) -> Identity | None:
        """Say who it is."""
        return self.identity


class FakeS3(S3Client):
    """Lists keys in memory, each location as one page.

    Args:
        buckets: The keys of each bucket.
        broker: Whose session every call needs.
    """

    def __init__(self, buckets: Mapping[str, Sequence[str]], broker: Broker) -> None:
        self.error: S3BrowseError | None = None
        """What ``page`` raises."""
        self._buckets_and_keys = buckets
        self._broker = broker

    @property
    def endpoint_url(self) -> str:
        return "http://127.0.0.1:1"

    @property
    def region(self) -> str:
        return "us-east-1"

    def page(self, location: Location, token: str | None = None) -> Page:
        """Give all rows at once, as a server with the delimiter "/" would."""
        self._broker.acquire()
        if self.error is not None:
            raise self.error
        if location.is_root:
            return _page((), list(self._buckets_and_keys))
        found = [key for key in self._buckets_and_keys[location.bucket] if key.startswith(location.prefix)]
        start = len(location.prefix)
        folders = {key[: key.index("/", start) + 1]: None for key in found if "/" in key[start:]}
        return _page(list(folders), [key for key in found if "/" not in key[start:]])


def _page(prefixes: Sequence[str], keys: Sequence[str]) -> Page:
    many = len(keys)
    return Page(prefixes, keys, [7] * many, [MOMENT] * many, ["STANDARD"] * many)


class FakeConnection:
    """Makes a connection to keys in memory; its parts are at hand for a test to change."""

    def __init__(self, buckets: Mapping[str, Sequence[str]]) -> None:
        self.clocks = Clocks()
        clock = self.clocks.server_clock()
        self.source = FakeSource(clock)
        self.broker = Broker(self.source, clock=clock)
        self.s3 = FakeS3(buckets, self.broker)

    def open(self) -> Connection:
        """Give the connection, as the program asks for it."""
        return Connection(Settings(), self.broker, self.s3)
