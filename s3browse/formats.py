"""A session as text: facts for a person, or its keys for a shell, a program, or the SDKs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime

from s3browse import text
from s3browse.session.broker import Snapshot
from s3browse.session.credentials import Credentials, Session

FORMATS = ("table", "env", "fish", "powershell", "json", "process")
"""All formats; only ``table`` shows no secret."""

NAMES_THE_IDENTITY = frozenset({"table", "json"})
"""The formats that say whose session it is."""

_UNKNOWN = "not known"


def render(form: str, snapshot: Snapshot, region: str | None) -> str:
    """Write a session in one of ``FORMATS``.

    Args:
        form: The format.
        snapshot: A moment that has a session.
        region: The region to work in, for the formats that set variables.
    """
    session = snapshot.session
    assert session is not None
    match form:
        case "table":
            return _table(session, snapshot.remaining)
        case "json":
            return _json(_keys(session.credentials) | _owner(session))
        case "process":
            return _json({"Version": 1} | _keys(session.credentials))
    line = _LINES[form]
    return "".join(f"{line(name, value)}\n" for name, value in variables(session.credentials, region).items())


def variables(credentials: Credentials, region: str | None) -> dict[str, str]:
    """The environment variables that hand temporary credentials to any SDK."""
    found = {
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_CREDENTIAL_EXPIRATION": _moment(credentials.expires_at),
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    return {name: value for name, value in found.items() if value}


def _table(session: Session, remaining: float | None) -> str:
    identity, ambient = session.identity, session.source == "ambient"
    facts = {
        "Source": session.source,
        "Account": text.safe(identity.account) if identity else _UNKNOWN,
        "ARN": text.safe(identity.arn) if identity else _UNKNOWN,
        "Key": text.safe(session.credentials.masked_key),
        "MFA": "yes" if session.mfa else _UNKNOWN if ambient else "no",
        "First seen" if ambient else "Issued": text.timestamp(session.issued_at),
        "Expires": _UNKNOWN if session.expires_at is None else text.timestamp(session.expires_at),
        "Remaining": _UNKNOWN if remaining is None else text.countdown(remaining),
    }
    return "".join(f"{name:<12}{value}\n" for name, value in facts.items())


def _keys(credentials: Credentials) -> dict[str, object]:
    keys: dict[str, object] = {
        "AccessKeyId": credentials.access_key,
        "SecretAccessKey": credentials.secret_key,
        "SessionToken": credentials.token,
    }
    # Without an Expiration the SDKs take credentials for endless; a null would be an error to some of them.
    expiration = _moment(credentials.expires_at)
    return keys | ({"Expiration": expiration} if expiration else {})


def _owner(session: Session) -> dict[str, object]:
    identity = session.identity
    return {"Account": identity.account if identity else None, "Arn": identity.arn if identity else None}


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"


def _moment(epoch: float | None) -> str | None:
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _posix(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}'"


def _powershell(name: str, value: str) -> str:
    # PowerShell takes typographic single quotes for plain ones.
    escaped = "".join(sign * 2 if sign in "'‘’‚‛" else sign for sign in value)
    return f"$Env:{name} = '{escaped}'"


_LINES: dict[str, Callable[[str, str], str]] = {"env": _posix, "fish": _fish, "powershell": _powershell}
