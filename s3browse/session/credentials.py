"""The values of a session: credentials, the identity behind them, and the session itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from s3browse.session.secrets import Secret, mask


@dataclass(frozen=True)
class Credentials:
    """Keys that sign requests. Long-term without a token, temporary with one."""

    access_key: str = field(repr=False)
    secret_key: Secret
    token: Secret | None = None
    expires_at: float | None = None
    """Server time in seconds since 1970; None where it is not known or does not end."""

    @property
    def temporary(self) -> bool:
        """Whether they end at some time, known or not."""
        return bool(self.token)

    @property
    def masked_key(self) -> str:
        """The key id as it may be shown: ``ASIA…97D1``."""
        return mask(self.access_key)


@dataclass(frozen=True)
class Identity:
    """Who the server says that a session is (STS GetCallerIdentity)."""

    account: str
    arn: str

    @property
    def is_root(self) -> bool:
        """Whether it is the account's root user."""
        return self.arn.endswith(":root")

    @property
    def principal(self) -> str:
        """What stays the same from session to session: the ARN, without the session's name for an assumed role."""
        return self.arn.rpartition("/")[0] if ":assumed-role/" in self.arn else self.arn

    @property
    def name(self) -> str:
        """What people know themselves by: ``alice``, or for a role ``S3Access/session-name``."""
        if ":assumed-role/" in self.arn:
            return self.arn.partition(":assumed-role/")[2]
        return self.arn.rpartition(":")[2].rpartition("/")[2]


class ReadOnly(Enum):
    """Who keeps a session from writing."""

    NO = "no"
    BY_SERVER = "by the server"
    BY_US = "by this program"


@dataclass(frozen=True)
class Session:
    """One temporary credential triple, its times, and the identity behind it."""

    credentials: Credentials
    source: str
    """How it was minted: ``GetSessionToken`` or ``ambient``."""
    issued_at: float
    """Server time in seconds since 1970. An ambient one was issued elsewhere: this is when it was first seen."""
    mfa: bool | None = None
    """Whether an MFA code went into it; None where that is not known."""
    asked_seconds: int | None = None
    """The length that was asked for; the server may give less."""
    identity: Identity | None = None
    base_key: str = field(default="", repr=False)
    """What it was minted from: the base credentials' key id, or a role. The same one means the same principal."""

    why_short: str = ""
    """Why it is shorter than asked for, where that is known."""
    read_only: ReadOnly = ReadOnly.NO

    @property
    def expires_at(self) -> float | None:
        """The Expiration that the server returned, in seconds since 1970; None where it is not known."""
        return self.credentials.expires_at

    @property
    def lifetime(self) -> float | None:
        """Seconds from issue to expiry; None where the expiry is not known."""
        if self.expires_at is None:
            return None
        return self.expires_at - self.issued_at

    @property
    def length(self) -> int | None:
        """Its length in seconds: what was asked for, or whole minutes, where only rounded times differ from that."""
        if self.lifetime is None:
            return None
        whole_minutes = round(self.lifetime / 60) * 60
        for likely in (self.asked_seconds, whole_minutes):
            if likely is not None and abs(self.lifetime - likely) <= 2:
                return likely
        return round(self.lifetime)

    @property
    def cut(self) -> bool:
        """Whether the server gave a noticeably shorter session than was asked for."""
        if self.lifetime is None or self.asked_seconds is None:
            return False
        return self.lifetime < self.asked_seconds - 60

    def identified(self, identity: Identity | None) -> Session:
        """The same session with its identity filled in."""
        return replace(self, identity=identity)
