"""``python -m s3browse`` and the ``s3browse`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from s3browse.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
