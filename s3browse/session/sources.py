"""The ways to a session: each calls STS, or passes on what is already temporary."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from s3browse.errors import CodeNeeded, SessionError, SetupError
from s3browse.session.base import BaseChain
from s3browse.session.broker import Source
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, Session
from s3browse.session.failures import BOTO_ERRORS, translate
from s3browse.session.secrets import Secret
from s3browse.session.settings import DEFAULT_DURATION, Settings

FALLBACK_REGION = "us-east-1"
"""Where STS is asked when nothing names a region."""


@dataclass(frozen=True)
class Sts:
    """Calls one STS endpoint with whatever credentials it is handed.

    Args:
        region: Its region; regional tokens are valid everywhere, those of the global endpoint are not.
        endpoint_url: None leaves it to the SDK's own settings.
        verify: As in ``Settings``.
        profile: Profile whose other settings count.
        clock: Learns server time from the answers.
    """

    region: str | None
    endpoint_url: str | None
    verify: bool | str | None
    profile: str | None
    clock: ServerClock

    def call(self, operation: str, credentials: Credentials, **parameters: Any) -> Any:
        """Make one call. Blocks.

        Raises:
            S3BrowseError: For every failure, translated.
        """
        try:
            client = self._client(credentials)
            sent = self.clock.boot()
            answer = getattr(client, operation)(**parameters)
        except BOTO_ERRORS as error:
            raise translate(error) from error
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        if date:
            self.clock.observe(date, sent, self.clock.boot())
        return answer

    def _client(self, credentials: Credentials) -> Any:
        with self._making:
            return self._session.client(
                "sts",
                region_name=self.region or self._session.region_name or FALLBACK_REGION,
                endpoint_url=self.endpoint_url,
                verify=self.verify,
                aws_access_key_id=credentials.access_key,
                aws_secret_access_key=credentials.secret_key,
                aws_session_token=credentials.token,
                # Lengths are checked by us, with a better message; test servers give seconds.
                config=Config(connect_timeout=5, read_timeout=30, parameter_validation=False),
            )

    @cached_property
    def _session(self) -> boto3.Session:
        """Kept, as reading the service's model takes a tenth of a second; it holds no credentials."""
        return boto3.Session(profile_name=self.profile)

    @cached_property
    def _making(self) -> threading.Lock:
        """Making a client is not thread-safe in boto3; using one is."""
        return threading.Lock()

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the credentials belong to (GetCallerIdentity); None where the server does not tell.

        Raises:
            S3BrowseError: When the server cannot be asked.
        """
        answer = self.call("get_caller_identity", credentials)
        account, arn = answer.get("Account"), answer.get("Arn")
        return Identity(str(account), str(arn)) if account and arn else None


@dataclass(frozen=True)
class GetSessionToken:
    """Asks STS for a session of the same user; takes long-term base credentials only."""

    chain: BaseChain
    sts: Sts
    duration: int
    """Seconds to ask for."""
    mfa_serial: str | None = None
    name: str = "GetSessionToken"

    def mint(self, code: str | None = None) -> Session:
        """Call GetSessionToken. The Expiration that STS returns is the truth, not the length asked for."""
        if self.mfa_serial and not code:
            raise CodeNeeded(self.mfa_serial)
        base = self.chain.load()
        if base.temporary:
            return Ambient(self.chain, self.sts).mint()
        mfa = {"SerialNumber": self.mfa_serial, "TokenCode": Secret(code)} if self.mfa_serial and code else {}
        answer = self.sts.call("get_session_token", base, DurationSeconds=self.duration, **mfa)
        given = answer["Credentials"]
        credentials = Credentials(
            given["AccessKeyId"],
            Secret(given["SecretAccessKey"]),
            Secret(given["SessionToken"]),
            given["Expiration"].timestamp(),
        )
        return Session(
            credentials,
            self.name,
            issued_at=self.sts.clock.now(),
            mfa=bool(mfa),
            asked_seconds=self.duration,
        )

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the session belongs to."""
        return self.sts.identify(credentials)


@dataclass(frozen=True)
class Ambient:
    """Passes base credentials on that are already temporary: STS mints no session from a session."""

    chain: BaseChain
    sts: Sts
    mfa_serial: str | None = None
    name: str = "ambient"

    def mint(self, code: str | None = None) -> Session:
        """Read the base credentials again, so that what another program has renewed counts."""
        credentials = self.chain.load(code)
        if credentials.expires_at is not None and credentials.expires_at <= self.sts.clock.now():
            raise SessionError(
                "The credentials found are still the ones that have ended.",
                title="Nothing newer to use",
                hint="Renew them where they come from (the tool or terminal that set them), then renew here.",
            )
        return Session(credentials, self.name, issued_at=self.sts.clock.now(), mfa=self.mfa_serial is not None)

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the credentials belong to."""
        return self.sts.identify(credentials)


def choose_source(settings: Settings, clock: ServerClock) -> Source:
    """Find the base credentials and decide how sessions come from them. Blocks.

    Raises:
        S3BrowseError: When there are no base credentials, or they cannot be had.
    """
    chain = BaseChain(settings)
    profile = {} if settings.base else chain.profile()
    sts = Sts(settings.region, settings.sts_endpoint_url, settings.verify, settings.profile, clock)
    try:
        base = chain.load()
    except CodeNeeded as needed:
        return Ambient(chain, sts, mfa_serial=needed.serial)
    if base.temporary:
        return Ambient(chain, sts)
    duration = settings.duration or _duration_of(profile) or DEFAULT_DURATION
    return GetSessionToken(chain, sts, duration, settings.mfa_serial or profile.get("mfa_serial"))


def _duration_of(profile: dict[str, Any]) -> int | None:
    words = profile.get("duration_seconds")
    try:
        return int(words) if words else None
    except ValueError:
        message = f"The profile's duration_seconds, {words!r}, is not a number."
        raise SetupError(message, title="Bad session length") from None
