"""The sample web site: pages, styles, scripts, and pictures that are real PNG files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

Colour = tuple[int, int, int]
_PICTURES: dict[str, tuple[int, int, Callable[[float, float], Colour]]] = {
    "images/logo.png": (
        96,
        96,
        lambda x, y: (38, 110, 240) if abs(x - 0.5) + abs(y - 0.5) < 0.4 else (246, 248, 252),
    ),
    "images/sunrise.png": (240, 150, lambda x, y: (255 - int(80 * y), 120 + int(90 * y), 60 + int(140 * x))),
    "images/checks.png": (
        128,
        128,
        lambda x, y: (225, 60, 70) if (int(x * 8) + int(y * 8)) % 2 else (250, 240, 225),
    ),
    "images/team/blue.png": (64, 64, lambda x, y: (30, 90 + int(120 * x), 210)),
    "images/team/green.png": (64, 64, lambda x, y: (40, 160 + int(60 * y), 90)),
}
_PAGES = ("index", "about", "prices", "contact", "blog/2026-10-02-sessions", "blog/2026-11-04-listing")
_CSS = """:root { --accent: #266ef0; --ink: #1d2430; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 42rem; margin: 3rem auto; }
a { color: var(--accent); }
"""
_JS = """const links = document.querySelectorAll("nav a");
for (const link of links) {
  if (link.href === location.href) link.setAttribute("aria-current", "page");
}
"""


def website_files() -> Iterator[tuple[str, str, bytes]]:
    """Yields name, content type and body of each file."""
    for name in _PAGES:
        yield f"{name}.html", "text/html; charset=utf-8", _page(name)
    yield "assets/site.css", "text/css", _CSS.encode()
    yield "assets/site.js", "text/javascript", _JS.encode()
    yield "robots.txt", "text/plain", b"User-agent: *\nAllow: /\n"
    for name, (width, height, colour) in _PICTURES.items():
        yield name, "image/png", png(width, height, colour)
    yield "favicon.ico", "image/x-icon", _icon(png(16, 16, _PICTURES["images/logo.png"][2]))


def png(width: int, height: int, colour: Callable[[float, float], Colour]) -> bytes:
    """Draws a picture as a PNG file of 8-bit RGB (https://www.w3.org/TR/png-3/).

    Args:
        width: In pixels.
        height: In pixels.
        colour: The colour at a place, both of whose coordinates run from 0 to 1.
    """
    rows = (
        b"\0" + b"".join(bytes(colour(column / width, row / height)) for column in range(width))
        for row in range(height)
    )
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _icon(picture: bytes) -> bytes:
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(picture), 22) + picture


def _page(name: str) -> bytes:
    title = name.rpartition("/")[2].replace("-", " ").capitalize()
    links = "\n".join(f'    <a href="/{each}.html">{each}</a>' for each in _PAGES[:4])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n  <meta charset="utf-8">\n'
        f'  <title>{title} – Acme</title>\n  <link rel="stylesheet" href="/assets/site.css">\n</head>\n'
        f"<body>\n  <nav>\n{links}\n  </nav>\n  <h1>{title}</h1>\n"
        '  <p>Acme makes things that work.</p>\n  <img src="/images/logo.png" alt="Acme">\n'
        '  <script src="/assets/site.js"></script>\n</body>\n</html>\n'
    ).encode()
