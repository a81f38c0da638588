"""The log that ``--debug`` writes: everything, without secrets, in a file that only its owner can read."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from s3browse.session.secrets import RedactingFormatter


def write_log(path: Path) -> None:
    """Write all that is logged from now on to a file (0600 in a folder that is 0700 when new)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_APPEND, 0o600))
    path.chmod(0o600)
    handler = RotatingFileHandler(path, maxBytes=5_000_000, backupCount=1, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    logging.captureWarnings(True)
