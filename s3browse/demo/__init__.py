"""An embedded S3 and STS whose sessions really end, with sample data to browse.

Importing this package is cheap: the server's library is only loaded with ``DemoServer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3browse.demo.server import DemoServer

__all__ = ["DemoServer"]


def __getattr__(name: str) -> object:
    if name == "DemoServer":
        from s3browse.demo.server import DemoServer

        return DemoServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
