"""The ways to a session: each calls STS, or passes on what is already temporary."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from s3browse.errors import CodeNeeded, NothingNewer, ServiceError
from s3browse.session.base import BaseChain
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, ReadOnly, Session
from s3browse.session.failures import BOTO_ERRORS, translate
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from s3browse.session.signing import sign_in_server_time

FALLBACK_REGION = "us-east-1"
"""Where STS is asked when nothing names a region."""


class Sts:
    """Calls one STS endpoint with whatever credentials it is handed; thread-safe.

    Args:
        settings: Region, endpoint and TLS. Regional tokens are valid everywhere, those of the global endpoint are not.
        clock: Learns server time from the answers; requests are signed in it where this machine's is far off.
    """

    def __init__(self, settings: Settings, clock: ServerClock) -> None:
        self.clock = clock
        self._settings = settings
        self._making_client = threading.Lock()  # making one is not thread-safe in boto3; using one is
        self._session: boto3.Session | None = None

    def call(self, operation: str, credentials: Credentials, **parameters: Any) -> Any:
        """Make one call. Blocks.

        Args:
            operation: The name of the boto3 client's method.
            credentials: What signs it.
            parameters: The call's own.

        Raises:
            S3BrowseError: For every failure, translated.
        """
        try:
            return getattr(self._client(credentials), operation)(**parameters)
        except BOTO_ERRORS as error:
            raise translate(error, of_sts=True) from error

    def _client(self, credentials: Credentials) -> Any:
        with self._making_client:
            if self._session is None:  # kept, as reading the service's model takes a tenth of a second
                self._session = boto3.Session(profile_name=self._settings.profile)
            make: Any = self._session.client
            client = make(
                "sts",
                region_name=self._settings.region or self._session.region_name or FALLBACK_REGION,
                endpoint_url=self._settings.sts_endpoint_url,
                verify=self._settings.verify,
                aws_access_key_id=credentials.access_key,
                aws_secret_access_key=credentials.secret_key,
                aws_session_token=credentials.token,
                # Lengths are checked by us, with a better message; test servers give seconds.
                config=Config(connect_timeout=5, read_timeout=30, parameter_validation=False),
            )
        sign_in_server_time(client, self.clock)
        return client

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the credentials belong to (GetCallerIdentity); None where the server does not tell.

        Raises:
            S3BrowseError: When the server cannot be asked.
        """
        answer = self.call("get_caller_identity", credentials)
        account, arn = answer.get("Account"), answer.get("Arn")
        return Identity(str(account), str(arn)) if account and arn else None


def credentials_in(answer: Any) -> Credentials:
    """Read the credentials out of an answer of STS.

    Raises:
        ServiceError: When the server has sent something else than it should.
    """
    try:
        given = answer["Credentials"]
        return Credentials(
            given["AccessKeyId"],
            Secret(given["SecretAccessKey"]),
            Secret(given["SessionToken"]),
            given["Expiration"].timestamp(),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ServiceError("Its answer holds no credentials.", title="STS gives no session") from error


@dataclass(frozen=True)
class GetSessionToken:
    """Asks STS for a session of the same user; takes long-term base credentials only."""

    chain: BaseChain
    sts: Sts
    duration: int
    """Seconds to ask for."""
    mfa_serial: str | None = None
    read_only: ReadOnly = ReadOnly.NO
    name: str = "GetSessionToken"

    def mint(self, code: str | None = None) -> Session:
        """Call GetSessionToken. The Expiration that STS returns is the truth, not the length asked for."""
        if self.mfa_serial and not code:
            raise CodeNeeded(self.mfa_serial)
        base = self.chain.load()
        if base.temporary:
            return Ambient(self.chain, self.sts, read_only=self.read_only).mint()
        mfa = {"SerialNumber": self.mfa_serial, "TokenCode": Secret(code)} if self.mfa_serial and code else {}
        answer = self.sts.call("get_session_token", base, DurationSeconds=self.duration, **mfa)
        return Session(
            credentials_in(answer),
            self.name,
            issued_at=self.sts.clock.now(),
            mfa=bool(mfa),
            asked_seconds=self.duration,
            base_key=base.access_key,
            read_only=self.read_only,
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
    read_only: ReadOnly = ReadOnly.NO
    name: str = "ambient"

    def mint(self, code: str | None = None) -> Session:
        """Read the base credentials again, so that what another program has renewed counts."""
        credentials = self.chain.load(code)
        if credentials.expires_at is not None and credentials.expires_at <= self.sts.clock.now():
            raise NothingNewer("The credentials found have ended.")
        return Session(
            credentials,
            self.name,
            issued_at=self.sts.clock.now(),
            mfa=True if self.mfa_serial else None,
            base_key=credentials.access_key,
            read_only=self.read_only,
        )

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the credentials belong to."""
        return self.sts.identify(credentials)
