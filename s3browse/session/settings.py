"""What a connection is asked to be: plain values, cheap to import, with no secret but given base credentials."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from s3browse import text
from s3browse.errors import SetupError
from s3browse.session.credentials import Credentials

DEFAULT_DURATION = 3600
"""Seconds of a session when nothing else is asked for."""

SHORTEST_DURATION = 900
LONGEST_DURATION = 129_600
"""Seconds that GetSessionToken takes: 15 minutes to 36 hours (STS API reference, GetSessionToken)."""


class Renewal(Enum):
    """What happens when a session ends; the value is what the command line takes."""

    ASK = "ask"
    AUTO = "auto"
    """Renews ahead of the end, where no code is needed; asks where one is."""
    NEVER = "never"
    """Asks nothing; the person renews when they want to."""


@dataclass(frozen=True)
class Settings:
    """How to reach S3 and STS, and what session to ask for."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    """Where S3 is. STS has its own: the SDKs' convention."""
    sts_endpoint_url: str | None = None
    verify: bool | str | None = None
    """False for no TLS check, a path for a CA bundle, None for the SDK's own settings."""
    duration: int | None = None
    """Seconds to ask for; None takes the profile's ``duration_seconds``, else the default."""
    mfa_serial: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    federated_name: str | None = None
    """Asks for the session of a federated user of this name."""
    renewal: Renewal = Renewal.ASK
    read_only: bool = False
    """Asks for a session that cannot write; where it could, writing is refused here."""
    request_payer: bool = False
    base: Credentials | None = None
    """Base credentials that were handed over; the SDK's chain is then not asked."""
    base_label: str = ""
    """Where those come from, for the person."""


def checked_duration(words: str) -> int:
    """Read a session length such as ``15m`` or ``36h`` into seconds, and hold it against STS's limits.

    Raises:
        SetupError: When it cannot be read or STS would refuse it.
    """
    try:
        seconds = text.parse_duration(words)
    except ValueError as error:
        raise SetupError(str(error), title="Bad session length") from None
    if not SHORTEST_DURATION <= seconds <= LONGEST_DURATION:
        raise SetupError(
            f"{text.duration(seconds)} is outside of what STS gives: 15m to 36h (root keys: to 1h).",
            title="Bad session length",
        )
    return seconds


def region_from_environment(environment: Mapping[str, str] = os.environ) -> str | None:
    """The region that the environment names: AWS_REGION first, as in the AWS CLI; boto3 reads only the other."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None
