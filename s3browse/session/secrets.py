"""Strings that must not be seen, and the cleaning of every text that could hold one."""

from __future__ import annotations

import logging
import re
import weakref

_HIDDEN = "***"

_known: weakref.WeakValueDictionary[int, Secret] = weakref.WeakValueDictionary()

_SHAPES = re.compile(
    r"""(?ix)
    \b (?P<key> A(?:KIA|SIA) [A-Z0-9]{4} ) [A-Z0-9]{8,}
    | (?P<line> (?<![\w-]) authorization ["']? \s? [:=] \s* b?["']? ) (?: [A-Za-z0-9-]+ \s )? [^"'\r\n]+
    | (?P<name>
        (?<![\w-])
        (?! (?: next_?|start_?|continuation_?|next-|continuation-)+ (?:continuation[-_]?)? (?:token|marker) )
        (?: [\w-]* (?: token | secret | password | signature | credential )
              (?: [-_]0 | _?code | _?access_?key | _?key )?
          | (?: device | authorization ) _?code | code_?verifier | client_?assertion )
        \s? ["'>:=] ["'>:=\s]{0,3} (?: b?["'] )?
      )
      [^\s"'&<>,]+
    """
)


class Secret(str):
    """A string whose representation shows nothing.

    It is the string itself wherever a value is needed (signing, comparing), but ``repr``, and with it
    tracebacks, logs and test reports, shows ``***``. As long as it lives, ``redact`` knows it.
    """

    def __new__(cls, value: str) -> Secret:
        secret = super().__new__(cls, value)
        _known[id(secret)] = secret
        return secret

    def __repr__(self) -> str:
        return _HIDDEN


def mask(access_key: str) -> str:
    """A key id as it may be shown: its kind and its last four characters, ``ASIA…97D1``."""
    return f"{access_key[:4]}…{access_key[-4:]}" if len(access_key) >= 12 else "…"


def redact(text: str) -> str:
    """Take every known secret, and whatever has the shape of one, out of a text."""
    # The references are copied in one step, so other threads may make secrets meanwhile.
    living = [secret for reference in _known.valuerefs() if (secret := reference()) is not None]
    for secret in sorted(living, key=len, reverse=True):
        if len(secret) >= 8:
            text = text.replace(str(secret), _HIDDEN)
    return _SHAPES.sub(lambda m: f"{m['key']}…" if m["key"] else f"{m['line'] or m['name']}{_HIDDEN}", text)


class RedactingFormatter(logging.Formatter):
    """Formats a log record, arguments and traceback included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, then redact the whole."""
        return redact(super().format(record))
