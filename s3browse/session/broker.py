"""The session's state, those who watch it, and the gate where requests wait while there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from s3browse.errors import Cancelled, NothingNewer, S3BrowseError, SessionClosed, SessionError, SessionExpired
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, Session

EXPIRING_SHARE = 0.15
"""A session is "expiring" in the last part of its life: this share of it ..."""

EXPIRING_MOST_SECONDS = 600.0
"""... but never for longer than this."""

RENEW_SHARE = 0.2
"""A renewal that needs nobody begins in this last part of a session's life ..."""

RENEW_MOST_SECONDS = 300.0
"""... but not earlier than this before its end."""

_POLL_SECONDS = 0.1
"""How often a waiting request looks whether the person has stopped it."""


class State(Enum):
    """Where a session is in its life; the value is the word on the screen."""

    NONE = "no session"
    STARTING = "starting"
    LIVE = "live"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RENEWING = "renewing"
    UNKNOWN = "expiry unknown"

    @property
    def usable(self) -> bool:
        """Whether requests go through in this state."""
        return self in (State.LIVE, State.EXPIRING, State.UNKNOWN)


class Event(Enum):
    """What listeners are told."""

    RENEWED = "a session has begun"
    IDENTIFIED = "the identity behind the session is known"
    NOT_RENEWED = "a renewal has failed"
    ENDED = "a server refused the session"
    WAITING = "a request has begun to wait at the gate"


class Source(Protocol):
    """Mints the sessions of one connection."""

    @property
    def name(self) -> str:
        """The STS call behind it, or ``ambient``."""

    @property
    def mfa_serial(self) -> str | None:
        """The MFA device whose code ``mint`` needs; None where it needs none."""

    def mint(self, code: str | None = None) -> Session:
        """Get the next session. Blocks; raises S3BrowseError."""

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the credentials belong to; None where the server does not tell."""


@dataclass(frozen=True)
class Snapshot:
    """All that a screen needs to show a session, taken at one moment."""

    state: State
    session: Session | None
    remaining: float | None
    """Server-clock seconds until expiry, not below 0; None where there is no session or no known expiry."""
    waiting: int
    """Requests that wait at the gate."""
    generation: int
    """How many sessions this connection has had."""
    skew: float
    """Seconds by which the server's clock is ahead of this machine's."""
    ended_because: str | None
    """The server's code, where a server ended the session before its time; None where the clock did."""
    mfa_serial: str | None

    @property
    def is_due(self) -> bool:
        """Whether it is time for a renewal that needs nobody: near the end, for the session's length, or past it."""
        if self.state is State.EXPIRED:
            return True
        if self.session is None or self.remaining is None or not self.state.usable:
            return False
        lifetime = self.session.lifetime or RENEW_MOST_SECONDS / RENEW_SHARE
        return self.remaining <= min(RENEW_MOST_SECONDS, RENEW_SHARE * lifetime)

    @property
    def share_left(self) -> float | None:
        """The part of the session's life that is left, 0 to 1; None where it cannot be known."""
        lifetime = self.session.lifetime if self.session else None
        if self.remaining is None or not lifetime or lifetime < 0:
            return None
        return min(1.0, round(self.remaining / lifetime, 3))


_cancelled: ContextVar[Callable[[], bool] | None] = ContextVar("cancelled", default=None)
_must_not_wait: ContextVar[bool] = ContextVar("must_not_wait", default=False)


@contextmanager
def stoppable(cancelled: Callable[[], bool]) -> Iterator[None]:
    """Let whatever this thread does at the gate end with ``Cancelled`` once ``cancelled()`` is true."""
    token = _cancelled.set(cancelled)
    try:
        yield
    finally:
        _cancelled.reset(token)


@contextmanager
def no_waiting() -> Iterator[None]:
    """Let this thread get ``SessionExpired`` at the gate instead of waiting there."""
    token = _must_not_wait.set(True)
    try:
        yield
    finally:
        _must_not_wait.reset(token)


class Broker:
    """Holds the one session of a connection; thread-safe.

    Every request asks ``acquire`` for credentials when it is signed. While the session is live that is one
    comparison; else the request waits there until ``renew`` has brought the next session.

    Args:
        source: Mints the sessions.
        clock: Server time.
    """

    def __init__(self, source: Source, *, clock: ServerClock | None = None) -> None:
        self.source = source
        self.clock = clock or ServerClock()
        self._changed = threading.Condition()
        self._session: Session | None = None
        self._ended_because: str | None = None
        self._proven = False
        self._renewing = False
        self._renewal_failure: BaseException | None = None
        self._closed = False
        self._waiting = 0
        self._generation = 0
        self._keys: set[str] = set()
        self._never_accepted = 0
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Have ``listener`` called at each event, on the thread where it happens and outside the lock."""
        self._listeners.append(listener)

    def snapshot(self) -> Snapshot:
        """Tell everything about the session at this moment. Never blocks on a server."""
        with self._changed:
            session, remaining = self._session, self._remaining()
            early = self._ended_because if remaining != 0.0 else None
            return Snapshot(
                state=self._state(remaining),
                session=session,
                remaining=0.0 if early else remaining,
                waiting=self._waiting,
                generation=self._generation,
                skew=self.clock.skew(),
                ended_because=early,
                mfa_serial=self.source.mfa_serial,
            )

    def acquire(self) -> Credentials:
        """Give the live session's credentials; where there is none, wait until there is.

        Raises:
            SessionExpired: On a thread inside ``no_waiting``.
            Cancelled: When the person stopped it, on a thread inside ``stoppable``.
            SessionClosed: When the program ends.
        """
        session = self._session
        if session is not None and self._is_live():
            return session.credentials
        if _must_not_wait.get():
            raise SessionExpired("The session is over.")
        return self._wait_for_session()

    def renew(self, code: str | None = None) -> None:
        """Mint the next session and let everything that waits go on. Blocks; not for the UI loop.

        When a renewal is under way already, this waits for that one, mints nothing, and fails as that one does.

        Args:
            code: The MFA code, where the source needs one.

        Raises:
            S3BrowseError: As the source raises it. The state is then what it was before.
        """
        with self._changed:
            if self._renewing:
                self._changed.wait_for(lambda: self._closed or not self._renewing)
                if self._closed:
                    raise SessionClosed("The program is ending.")
                if self._renewal_failure is not None:
                    raise self._renewal_failure
                return
            self._renewing = True
            self._renewal_failure = None
        try:
            session = self._succeeding(self.source.mint(code))
        except BaseException as failure:
            with self._changed:
                self._renewing = False
                self._renewal_failure = failure
                self._changed.notify_all()
            self._tell(Event.NOT_RENEWED)
            raise
        with self._changed:
            if self._ended_because and not self._proven:
                self._never_accepted += 1
            self._session, self._ended_because, self._proven = session, None, False
            self._generation += 1
            self._keys.add(session.credentials.access_key)
            self._renewing = False
            self._changed.notify_all()
        self._tell(Event.RENEWED)

    @property
    def renewal_failure(self) -> BaseException | None:
        """Why the latest renewal failed; None where it did not."""
        return self._renewal_failure

    def _succeeding(self, session: Session) -> Session:
        """Check that a minted session is a next one, and of the same principal.

        Raises:
            SessionError: When it is the old one again, or somebody else's.
        """
        old = self._session
        if old is None:
            return session
        if session.credentials.access_key == old.credentials.access_key:
            raise NothingNewer("The credentials found are the ones that are in use already.")
        if session.identity is None and session.base_key == old.base_key:
            return session.identified(old.identity)
        identity = session.identity or self._identity_of(session)
        if identity and old.identity and identity.principal != old.identity.principal:
            raise SessionError(
                f"The base credentials are now those of {identity.arn}, not of {old.identity.arn}.",
                title="Another identity",
                hint="Start s3browse anew to work as that one, or bring the former credentials back.",
            )
        return session.identified(identity)

    def _identity_of(self, session: Session) -> Identity | None:
        try:
            return self.source.identify(session.credentials)
        except S3BrowseError:
            return None

    def identify(self) -> None:
        """Find out who the session belongs to. Blocks; where the server does not tell, nothing changes."""
        session = self._session
        if session is None or session.identity is not None:
            return
        identity = self._identity_of(session)
        with self._changed:
            if identity is None or self._session is not session:
                return
            self._session = session.identified(identity)
        self._tell(Event.IDENTIFIED)

    def reject(self, access_key: str, code: str) -> bool:
        """Note that a server refused the session which ``access_key`` belongs to.

        Args:
            access_key: The key that signed the refused request.
            code: The server's error code.

        Returns:
            Whether it was the current session; news about an earlier one changes nothing.
        """
        with self._changed:
            if not self.is_current(access_key) or self._ended_because:
                return False
            self._ended_because = code
        self._tell(Event.ENDED)
        return True

    def approve(self, access_key: str) -> None:
        """Note that a server took a request signed with this key."""
        if not self._proven and self.is_current(access_key):
            self._proven = True
            self._never_accepted = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether the server has refused this session and one before it, and never accepted either."""
        return not self._proven and self._never_accepted > 0

    def is_ours(self, access_key: str | None) -> bool:
        """Whether the key belongs to any session of this connection; those of directory buckets do not."""
        return access_key in self._keys

    def is_current(self, access_key: str | None) -> bool:
        """Whether the key belongs to the newest session."""
        return self._session is not None and self._session.credentials.access_key == access_key

    def is_proven(self, access_key: str | None) -> bool:
        """Whether a server has accepted this key, the newest, before."""
        return self._proven and self.is_current(access_key)

    def may_be_past_expiry(self) -> bool:
        """Whether the session's Expiration may have come on the server's clock, seen pessimistically."""
        expires_at = self._session.expires_at if self._session else None
        return expires_at is not None and self.clock.latest() >= expires_at

    def close(self) -> None:
        """Free every waiting thread with ``SessionClosed``, now and for good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _remaining(self) -> float | None:
        if self._session is None or self._session.expires_at is None:
            return None
        return max(0.0, self._session.expires_at - self.clock.now())

    def _is_live(self) -> bool:
        return self._session is not None and not self._ended_because and self._remaining() != 0.0

    def _state(self, remaining: float | None) -> State:
        if self._renewing:
            return State.RENEWING if self._session else State.STARTING
        if self._session is None:
            return State.NONE
        if self._ended_because or remaining == 0.0:
            return State.EXPIRED
        if remaining is None:
            return State.UNKNOWN
        lifetime = self._session.lifetime or EXPIRING_MOST_SECONDS / EXPIRING_SHARE
        expiring = remaining <= min(EXPIRING_MOST_SECONDS, EXPIRING_SHARE * lifetime)
        return State.EXPIRING if expiring else State.LIVE

    def _wait_for_session(self) -> Credentials:
        cancelled = _cancelled.get()
        with self._changed:
            self._waiting += 1
        try:
            self._tell(Event.WAITING)
            with self._changed:
                while True:
                    if self._closed:
                        raise SessionClosed("The program is ending.")
                    if cancelled is not None and cancelled():
                        raise Cancelled("Stopped while it waited for a session.")
                    if self._session is not None and self._is_live():
                        return self._session.credentials
                    self._changed.wait(_POLL_SECONDS)
        finally:
            with self._changed:
                self._waiting -= 1

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)
