"""Base credentials: what the SDK's chain finds, read anew each time so that a change on disk counts."""

from __future__ import annotations

import json
import os
from typing import Any

import botocore.session
from botocore.exceptions import (
    BotoCoreError,
    CredentialRetrievalError,
    LoginRefreshRequired,
    LoginTokenLoadError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from s3browse.errors import CodeNeeded, NoCredentials, S3BrowseError, SessionError, SetupError
from s3browse.session.credentials import Credentials
from s3browse.session.failures import BOTO_ERRORS, translate
from s3browse.session.secrets import Secret, redact
from s3browse.session.settings import Settings

_EXPIRY_KEYS = ("x_security_token_expires", "expiration", "aws_expiration", "aws_session_expiration")
"""Where tools that write static temporary keys into a profile note when those end."""

_EXPIRY_VARIABLES = ("AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION", "AWSUME_EXPIRATION")

_SSO_LOGIN_OVER = (SSOTokenLoadError, UnauthorizedSSOTokenError, TokenRetrievalError)
_LOGIN_OVER = (LoginRefreshRequired, LoginTokenLoadError)


class BaseChain:
    """Looks base credentials up as the AWS CLI would.

    Args:
        settings: Names the profile, or brings credentials along.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def profile(self) -> dict[str, Any]:
        """The chosen profile's settings; empty where there is no profile.

        Raises:
            SetupError: When the profile that was named does not exist, or a file cannot be read.
        """
        return self._profile_of(self._session())

    def load(self, code: str | None = None) -> Credentials:
        """Find base credentials. Blocks: may run a process or ask a metadata service.

        Args:
            code: Answers the chain where it wants an MFA code (a profile with ``role_arn`` and ``mfa_serial``).

        Raises:
            NoCredentials: When nothing in the chain has any.
            CodeNeeded: When the chain wants a code and none was given.
            S3BrowseError: When a part of the chain failed.
        """
        if self._settings.base is not None:
            return self._settings.base
        session = self._session()
        profile = self._profile_of(session)
        try:
            self._ask_us_for_codes(session, profile, code)
            found = session.get_credentials()
            frozen = found.get_frozen_credentials() if found else None
        except S3BrowseError:
            raise
        except (*BOTO_ERRORS, RuntimeError, OSError) as error:
            raise self._chain_error(error) from error
        if found is None or frozen is None or not frozen.access_key:
            raise self._nothing_found(profile)
        token = Secret(frozen.token) if frozen.token else None
        expires_at = (_expiry_of(found) or _noted_expiry(profile, found.method)) if token else None
        return Credentials(frozen.access_key, Secret(frozen.secret_key or ""), token, expires_at)

    def _session(self) -> botocore.session.Session:
        return botocore.session.Session(profile=self._settings.profile)

    def _profile_of(self, session: botocore.session.Session) -> dict[str, Any]:
        try:
            return dict(session.get_scoped_config())
        except ProfileNotFound as error:
            names = ", ".join(self._other_profiles()[:8])
            raise SetupError(
                redact(str(error)),
                title="Unknown profile",
                hint=f"Profiles here: {names}." if names else "There are no profiles on this machine.",
            ) from error
        except BotoCoreError as error:
            raise SetupError(redact(str(error)), title="Cannot read the AWS settings", hint="Mend the file.") from error

    def _other_profiles(self) -> list[str]:
        try:
            return list(botocore.session.Session().available_profiles)
        except BotoCoreError:
            return []

    def _ask_us_for_codes(self, session: botocore.session.Session, profile: dict[str, Any], code: str | None) -> None:
        """Keep botocore from asking on the terminal, which belongs to the screen."""

        def prompt(_: str) -> str:
            if code is None:
                raise CodeNeeded(str(profile.get("mfa_serial", "of the profile")))
            return code

        resolver = session.get_component("credential_provider")
        for provider in resolver.providers:
            if provider.METHOD == "assume-role":
                provider._prompter = prompt

    def _chain_error(self, error: Exception) -> S3BrowseError:
        named = f" --profile {self._settings.profile}" if self._settings.profile else ""
        message = redact(str(error))
        if isinstance(error, _SSO_LOGIN_OVER):
            return SessionError(message, title="The login is over", hint=f"Run: aws sso login{named}")
        if isinstance(error, _LOGIN_OVER):
            return SessionError(message, title="The login is over", hint=f"Run: aws login{named}")
        if isinstance(error, PartialCredentialsError):
            return SetupError(message, title="Incomplete credentials", hint="Add what is missing, then retry.")
        not_run = isinstance(error, OSError) and not isinstance(error, BotoCoreError)
        if not_run or isinstance(error, (CredentialRetrievalError, json.JSONDecodeError, UnicodeDecodeError)):
            return SessionError(message, title="The credential process failed", hint="Mend it, then retry.")
        if isinstance(error, RuntimeError):
            return SessionError(
                "The credentials that the SDK found are over and were not replaced.",
                title="Base credentials expired",
                hint="Renew them where they come from, then retry.",
            )
        return translate(error)

    def _nothing_found(self, profile: dict[str, Any]) -> NoCredentials:
        name = self._settings.profile or os.environ.get("AWS_PROFILE") or "default"
        where = f"profile “{name}”" + ("" if profile else " (not set up)")
        return NoCredentials(
            f"Looked for: AWS_ACCESS_KEY_ID in the environment, {where} in ~/.aws/credentials and ~/.aws/config, "
            "a web identity, IAM Identity Center, a credential process, a container and an instance role.",
            hint="Set one of them up (aws configure), or try without: s3browse demo",
        )


def _expiry_of(found: Any) -> float | None:
    """When botocore will want to replace these credentials.

    It has no public attribute for this; the AWS CLI reads the same private one for ``export-credentials``.
    """
    moment = getattr(found, "_expiry_time", None)
    return moment.timestamp() if moment is not None else None


def _noted_expiry(profile: dict[str, Any], method: str) -> float | None:
    """The expiry that the tool which wrote static temporary keys has noted beside them."""
    if method == "env":
        notes = [os.environ.get(name) for name in _EXPIRY_VARIABLES]
    else:
        notes = [profile.get(name) for name in _EXPIRY_KEYS]
    for note in filter(None, notes):
        try:
            return float(_parse_moment(str(note)))
        except (ValueError, RuntimeError):
            continue
    return None


def _parse_moment(note: str) -> float:
    from botocore.utils import parse_timestamp

    moment = parse_timestamp(note)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone could be any")
    return float(moment.timestamp())
