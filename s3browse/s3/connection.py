"""A connection: one way to sessions, their gate, and the S3 client behind it."""

from __future__ import annotations

from dataclasses import dataclass

from s3browse.s3.client import S3Client
from s3browse.session.broker import Broker
from s3browse.session.choose import choose_source
from s3browse.session.clock import ServerClock
from s3browse.session.failures import BOTO_ERRORS, translate
from s3browse.session.gateway import gated_client
from s3browse.session.settings import Settings


@dataclass(frozen=True)
class Connection:
    """What the screens work with. It lives through all renewals."""

    settings: Settings
    broker: Broker
    s3: S3Client


def connect(settings: Settings, *, clock: ServerClock | None = None) -> Connection:
    """Find the base credentials and make the gated client; no session is minted yet. Blocks.

    Args:
        settings: How to reach S3 and STS.
        clock: Server time; tests hand in one that they can move.

    Raises:
        S3BrowseError: When there are no base credentials or they cannot be had.
    """
    clock = clock or ServerClock()
    broker = Broker(choose_source(settings, clock), clock=clock)
    try:
        client = gated_client(
            broker,
            region=settings.region,
            profile=settings.profile,
            endpoint_url=settings.endpoint_url,
            verify=settings.verify,
            read_only=settings.read_only,
        )
    except BOTO_ERRORS as error:
        raise translate(error) from error
    return Connection(settings, broker, S3Client(client, request_payer=settings.request_payer))
