"""``python -m s3browse.demo``: serves the demo until standard input ends.

Prints one line of JSON that tells where it answers and with which keys.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves the demo; returns the exit status, 3 where the server's library is missing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = _parse(arguments)
    try:
        from s3browse.demo.server import DemoServer
    except ImportError:
        sys.stderr.write("The demo needs moto: pip install 's3browse[demo]'\n")
        return 3
    with DemoServer(session_seconds=options.session_seconds, keys=options.keys, mfa=options.mfa) as demo:
        names = ("endpoint_url", "access_key", "secret_key", "mfa_serial", "mfa_code")
        sys.stdout.write(json.dumps({name: getattr(demo, name) for name in names}) + "\n")
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # nobody reads it from here on
        sys.stdin.buffer.read()
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m s3browse.demo", description="Serves the demo's S3 and STS.")
    parser.add_argument("--session-seconds", type=int, default=120, help="longest session, in seconds")
    parser.add_argument("--keys", type=int, default=100_000, help="computed objects in acme-data-lake")
    parser.add_argument("--mfa", action="store_true", help="ask for an MFA code")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
