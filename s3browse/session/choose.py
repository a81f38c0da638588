"""Decides how sessions come from the base credentials."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from s3browse.errors import CodeNeeded, SetupError
from s3browse.session.base import BaseChain
from s3browse.session.broker import Source
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import ReadOnly
from s3browse.session.roles import AssumeRole, FederationToken
from s3browse.session.settings import DEFAULT_DURATION, Settings, checked_duration
from s3browse.session.sources import Ambient, GetSessionToken, Sts


def choose_source(settings: Settings, clock: ServerClock) -> Source:
    """Find the base credentials and decide how sessions come from them. Blocks.

    A role or a federated user that was asked for comes first, then the role of a profile with a ``source_profile``;
    else long-term keys are turned into a session, and temporary ones are passed through.

    Raises:
        S3BrowseError: When there are no base credentials, or they cannot be had.
    """
    chain = BaseChain(settings)
    profile = {} if settings.base else chain.profile()
    sts = Sts(settings, clock)
    if settings.role_arn and settings.federated_name:
        raise SetupError("A session is of a role or of a federated user, not of both.")
    if settings.role_arn:
        return _role(settings, settings.role_arn, chain, sts, {})
    if settings.federated_name:
        return FederationToken(
            chain.load, sts, settings.federated_name, _duration(settings, profile), read_only=settings.read_only
        )
    if _names_role_of_another(settings, profile):
        base = BaseChain(replace(settings, profile=profile["source_profile"]))
        return _role(settings, profile["role_arn"], base, sts, profile)
    return _of_own_keys(settings, profile, chain, sts)


def _of_own_keys(settings: Settings, profile: dict[str, Any], chain: BaseChain, sts: Sts) -> Source:
    read_only = ReadOnly.BY_US if settings.read_only else ReadOnly.NO
    try:
        base = chain.load()
    except CodeNeeded as needed:
        return Ambient(chain, sts, mfa_serial=needed.serial, read_only=read_only)
    if base.temporary:
        return Ambient(chain, sts, read_only=read_only)
    serial = settings.mfa_serial or profile.get("mfa_serial")
    return GetSessionToken(chain, sts, _duration(settings, profile), serial, read_only=read_only)


def _role(settings: Settings, arn: str, base: BaseChain, sts: Sts, profile: dict[str, Any]) -> AssumeRole:
    return AssumeRole(
        base.load,
        sts,
        arn,
        _duration(settings, profile),
        session_name=profile.get("role_session_name") or "s3browse",
        external_id=settings.external_id or profile.get("external_id"),
        mfa_serial=settings.mfa_serial or profile.get("mfa_serial"),
        read_only=settings.read_only,
    )


def _names_role_of_another(settings: Settings, profile: dict[str, Any]) -> bool:
    """Whether the profile assumes a role with another profile's credentials, and counts.

    As in the SDKs, credentials in the environment go over a profile that was not named on the command line.
    """
    if settings.profile is None and os.environ.get("AWS_ACCESS_KEY_ID"):
        return False
    source = profile.get("source_profile")
    return bool(profile.get("role_arn") and source) and source != settings.profile


def _duration(settings: Settings, profile: dict[str, Any]) -> int:
    words = profile.get("duration_seconds")
    return settings.duration or (checked_duration(words) if words else DEFAULT_DURATION)
