"""Who may sign: the long-term keys and the sessions granted to them."""

from __future__ import annotations

import json
import random
import secrets
import string
import threading
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from s3browse.demo.clock import DemoClock

ACCOUNT = "123456789012"
"""The account that owns everything here: AWS's own example number."""

_ID_ALPHABET = string.ascii_uppercase + "234567"
_SECRET_ALPHABET = string.ascii_letters + string.digits + "+/"
_TOKEN_LENGTH = 280
"""Characters after a token's fixed head; real tokens are a few hundred long."""


@dataclass(frozen=True)
class Principal:
    """Who acts, as GetCallerIdentity tells it."""

    arn: str
    user_id: str


ALICE = Principal(f"arn:aws:iam::{ACCOUNT}:user/alice", "AIDAR7EXAMPLEALICE2Q")
ROOT = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)


@dataclass(frozen=True)
class SessionPolicy:
    """The actions of an inline session policy, as patterns: ``s3:Get*``. Resources and conditions are not looked at."""

    actions: tuple[str, ...]

    @classmethod
    def read(cls, document: str) -> SessionPolicy:
        """Reads a policy document.

        Raises:
            ValueError: It is no policy.
        """
        try:
            statements = json.loads(document)["Statement"]
            allowed = [each["Action"] for each in statements if each["Effect"] == "Allow"]
        except (KeyError, TypeError) as error:
            raise ValueError("a policy needs statements with an effect and actions") from error
        return cls(tuple(action for each in allowed for action in ([each] if isinstance(each, str) else each)))

    def allows(self, action: str) -> bool:
        """Tells whether any statement allows the action."""
        return any(fnmatchcase(action, pattern) for pattern in self.actions)


@dataclass(frozen=True)
class Key:
    """One access key; a session's has a token and an end."""

    access_key: str
    secret: str
    principal: Principal
    token: str | None = None
    expires: float = float("inf")
    """Epoch seconds, a whole number for a session."""
    revoked: bool = False
    policy: SessionPolicy | None = None
    """What the session was narrowed to when it was granted."""

    @property
    def is_session(self) -> bool:
        """Whether the key came from STS."""
        return self.token is not None


class Keyring:
    """All keys that the server has ever granted. Safe to use from several threads.

    Args:
        clock: What a session's end is counted from.
        seed: Makes the same keys in the same order again; None makes secret ones.
    """

    def __init__(self, clock: DemoClock, *, seed: int | None = None) -> None:
        self._clock = clock
        self._random = secrets.SystemRandom() if seed is None else random.Random(seed)
        self._lock = threading.Lock()
        self._keys: dict[str, Key] = {}

    def find(self, access_key: str) -> Key | None:
        """Returns the key of that name, or None for one that is unknown or revoked."""
        key = self._keys.get(access_key)
        return None if key is None or key.revoked else key

    def is_over(self, key: Key) -> bool:
        """Tells whether the key's session has ended."""
        return self._clock.now() >= key.expires

    def add_long_term(self, principal: Principal) -> Key:
        """Makes a long-term key."""
        with self._lock:
            return self._add(Key(self._name("AKIA"), self._text(40), principal))

    def grant(self, principal: Principal, seconds: float, policy: SessionPolicy | None = None) -> Key:
        """Grants a session that ends after so many seconds, cut to a whole second."""
        with self._lock:
            token = f"IQoJb3JpZ2luX2VjE{self._text(_TOKEN_LENGTH)}=="
            end = float(int(self._clock.now() + seconds))
            return self._add(Key(self._name("ASIA"), self._text(40), principal, token, end, policy=policy))

    def end_session(self, access_key: str) -> None:
        """Ends a session now."""
        self._keys[access_key] = replace(self._keys[access_key], expires=self._clock.now())

    def revoke(self, access_key: str) -> None:
        """Forgets a key: nobody knows it from now on."""
        self._keys[access_key] = replace(self._keys[access_key], revoked=True)

    def _add(self, key: Key) -> Key:
        self._keys[key.access_key] = key
        return key

    def _name(self, head: str) -> str:
        while (name := head + "".join(self._random.choices(_ID_ALPHABET, k=16))) in self._keys:
            pass
        return name

    def _text(self, length: int) -> str:
        return "".join(self._random.choices(_SECRET_ALPHABET, k=length))
