"""The log that ``--debug`` writes: everything, without secrets, in a file that only its owner can read."""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from s3browse.session.secrets import RedactingFormatter


class _PrivateFile(RotatingFileHandler):
    """A log whose file, also each one after a rotation, only its owner can read."""

    def _open(self) -> TextIOWrapper:
        def open_private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=open_private)


def write_log(path: Path) -> None:
    """Write all that is logged from now on to a file (0600 in a folder that is 0700 when new).

    Raises:
        OSError: When it cannot be written there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFile(path, maxBytes=5_000_000, backupCount=1, encoding="utf-8", errors="backslashreplace")
    path.chmod(0o600)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    logging.captureWarnings(True)
