"""Hangs the gate into boto3: credentials that wait, and an answer handler that notices a session's end.

Only public botocore interfaces are used. The signer asks the credentials object for a frozen triple at every
request and every retry, before it takes the time, so a request that has waited is signed afresh.
"""

from __future__ import annotations

import re
import threading
from contextvars import ContextVar
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    CredentialProvider,
    CredentialResolver,
    ReadOnlyCredentials,
)
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError

from s3browse.errors import ReadOnlyHere, SessionExpired
from s3browse.session.broker import Broker, no_waiting
from s3browse.session.failures import BOTO_ERRORS
from s3browse.session.signing import goes_again, sign_in_server_time
from s3browse.session.verdict import Verdict, judge

MOST_RENEWALS_PER_REQUEST = 4
"""A request that is refused for its session more often than this fails with the server's error."""

TOTAL_ATTEMPTS = 4
"""botocore counts a retry after a renewal as an attempt; one more than its default leaves its own retries whole."""

_PROBE_SECONDS = 5.0
"""How long what a probe found holds for the same key."""

_is_probe: ContextVar[bool] = ContextVar("is_probe", default=False)

_CREDENTIAL = re.compile(r"Credential=([^/]+)/")


class GateCredentials(BotocoreCredentials):
    """botocore credentials that keep nothing and ask the broker each time."""

    def __init__(self, broker: Broker) -> None:
        # No super().__init__: it would copy the secrets into this object.
        self._broker = broker
        self.method = "s3browse-session"

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Give the live triple, or wait for it at the gate."""
        held = self._broker.acquire()
        return ReadOnlyCredentials(held.access_key, held.secret_key, held.token, None)

    @property
    def access_key(self) -> str:  # type: ignore[override]
        """The live session's key id."""
        return self._broker.acquire().access_key

    @property
    def secret_key(self) -> str:  # type: ignore[override]
        """The live session's secret."""
        return self._broker.acquire().secret_key

    @property
    def token(self) -> str | None:  # type: ignore[override]
        """The live session's token."""
        return self._broker.acquire().token

    @property
    def account_id(self) -> str | None:
        """Not told: endpoints by account are not used with S3."""
        return None

    def __repr__(self) -> str:
        return "<GateCredentials>"


class _GateProvider(CredentialProvider):
    METHOD = CANONICAL_NAME = "s3browse-session"

    def __init__(self, broker: Broker) -> None:
        self._credentials = GateCredentials(broker)

    def load(self) -> GateCredentials:
        return self._credentials


def gated_client(
    broker: Broker,
    *,
    region: str | None = None,
    profile: str | None = None,
    endpoint_url: str | None = None,
    verify: bool | str | None = None,
    read_only: bool = False,
    config: Config | None = None,
) -> Any:
    """Make an S3 client all of whose requests go through the broker's gate.

    Args:
        broker: The connection's broker.
        region: Region to sign for; None leaves it to the SDK's own settings.
        profile: Profile whose other settings (services, s3, retries, …) count.
        endpoint_url: Where S3 is; None leaves it to the SDK's own settings.
        verify: False for no TLS check, a path for a CA bundle, None for the SDK's own settings.
        read_only: Whether operations that write are refused before they are sent.
        config: botocore settings that go over ours.

    Returns:
        A boto3 S3 client; it is thread-safe and lives as long as the connection, through all renewals.
    """
    core = botocore.session.Session(profile=profile)
    core.register_component("credential_provider", CredentialResolver([_GateProvider(broker)]))
    attempts = core.get_config_variable("max_attempts")
    ours = Config(
        signature_version="s3v4",
        retries={"total_max_attempts": attempts or TOTAL_ATTEMPTS},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=32,
        response_checksum_validation="when_required",
    )
    client = boto3.Session(botocore_session=core).client(
        "s3",
        region_name=region,
        endpoint_url=endpoint_url,
        verify=verify,
        config=ours.merge(config) if config else ours,
    )
    sign_in_server_time(client, broker.clock)  # first: what an answer means depends on the time that it tells
    _AnswerHandler(client, broker).register()
    if read_only:
        client.meta.events.register_first("provide-client-params.s3", _refuse_writing, unique_id="s3browse-read-only")
    return client


def _refuse_writing(model: Any, **_: Any) -> None:
    if model.http.get("method") not in ("GET", "HEAD") and model.name != "SelectObjectContent":
        raise ReadOnlyHere(f"{model.name} would write, and this session is for reading only.")


class _AnswerHandler:
    """Sees every answer first; sends a request again when it failed for its session only."""

    def __init__(self, client: Any, broker: Broker) -> None:
        self._client = client
        self._broker = broker
        self._probing = threading.Lock()
        self._probed: dict[str, tuple[float, str | None]] = {}

    def register(self) -> None:
        events = self._client.meta.events
        events.register_last("request-created.s3", self._note_signer, unique_id="s3browse-signer")
        events.register_first("needs-retry.s3", self._needs_retry, unique_id="s3browse-gate")

    def _note_signer(self, request: Any, **_: Any) -> None:
        header = request.headers.get("Authorization", "")
        found = _CREDENTIAL.search(header.decode() if isinstance(header, bytes) else header)
        request.context["s3browse_key"] = found[1] if found else None

    def _needs_retry(self, response: Any, request_dict: Any, operation: Any, attempts: int, **_: Any) -> int | None:
        context = request_dict["context"]
        key = context.get("s3browse_key")
        if not self._broker.is_ours(key) or _is_probe.get() or goes_again(context, attempts):
            return None
        method = operation.http.get("method")
        if response is None:
            code = self._code_behind_hang_up(context, key, method)
        else:
            http, parsed = response
            code = self._code_against_session(http, parsed, context, key, head=method == "HEAD")
        if code is None:
            return None
        renewals = context.get("s3browse_renewals", 0)
        if renewals == MOST_RENEWALS_PER_REQUEST:
            return None
        context["s3browse_renewals"] = renewals + 1
        self._broker.reject(key, code)
        self._broker.acquire()
        return 0  # seconds to wait before botocore sends it again, signed anew

    def _code_against_session(self, http: Any, parsed: Any, context: Any, key: str, *, head: bool) -> str | None:
        """Give the code that an answer holds against the session; None where it holds nothing."""
        if http.status_code < 300:
            self._broker.approve(key)
            return None
        code = str(parsed.get("Error", {}).get("Code", ""))
        superseded = not self._broker.is_current(key)
        verdict = judge(
            code,
            http.status_code,
            head=head,
            superseded=superseded,
            past_expiry=not superseded and self._broker.may_be_past_expiry(),
            proven=self._broker.is_proven(key),
        )
        if verdict is Verdict.UNCLEAR:
            return self._probe(context, key)
        if verdict is Verdict.REVOKED and self._broker.is_hopeless:
            return None
        return code if verdict in (Verdict.EXPIRED, Verdict.REVOKED) else None

    def _code_behind_hang_up(self, context: Any, key: str, method: str) -> str | None:
        """Ask why the connection broke during an upload.

        A server that says "100 Continue" before it looks at the credentials, and then hangs up, shows only as
        a broken connection.
        """
        if method not in ("PUT", "POST") or context.get("s3browse_hang_ups", 0) >= 2:
            return None
        context["s3browse_hang_ups"] = context.get("s3browse_hang_ups", 0) + 1
        return self._probe(context, key)

    def _probe(self, context: Any, key: str) -> str | None:
        """Send a small request whose answer has a body: what does the server hold against the session?"""
        bucket = (context.get("input_params") or {}).get("Bucket")
        if not self._broker.is_current(key):
            return "ExpiredToken"
        if bucket is None:
            return None
        with self._probing:
            asked_at, code = self._probed.get(key, (float("-inf"), None))
            if self._broker.clock.boot() - asked_at >= _PROBE_SECONDS:
                code = self._ask_for_code(bucket, key)
                self._probed = {key: (self._broker.clock.boot(), code)}
            # A renewal may have come in between: then the probe has told about the next key.
            return code if self._broker.is_current(key) else "ExpiredToken"

    def _ask_for_code(self, bucket: str, key: str) -> str | None:
        token = _is_probe.set(True)
        try:
            with no_waiting():
                self._client.list_objects_v2(Bucket=bucket, MaxKeys=1)
        except SessionExpired:
            return "ExpiredToken"
        except ClientError as error:
            return self._code_in_error(error, key)
        except BOTO_ERRORS:
            return None
        finally:
            _is_probe.reset(token)
        return None

    def _code_in_error(self, error: ClientError, key: str) -> str | None:
        code = str(error.response["Error"].get("Code", ""))
        verdict = judge(
            code,
            error.response["ResponseMetadata"]["HTTPStatusCode"],
            head=False,
            superseded=False,
            past_expiry=self._broker.may_be_past_expiry(),
            proven=self._broker.is_proven(key),
        )
        return code if verdict in (Verdict.EXPIRED, Verdict.REVOKED) else None
