"""Draws the pictures of the README: ``python screenshots/make.py [NAME…]``."""

from __future__ import annotations

import asyncio
import html
import re
import sys
from collections.abc import Awaitable, Callable
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import resvg_py
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

HERE = Path(__file__).parent
CELL = 12.2  # the width of a terminal's column in Textual's SVG
FONT = "Fira Code"  # the only common one whose lines and blocks meet without gaps
FONT_FOLDERS = [
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / "Library/Fonts",
]
_TEXT = re.compile(
    r'<text (?P<head>[^>]*?)x="(?P<x>[\d.]+)"(?P<middle>[^>]*?)textLength="[\d.]+"(?P<tail>[^>]*)>'
    r"(?P<text>.*?)</text>",
    re.DOTALL,
)


class Scene(NamedTuple):
    """A picture: the app it shows, and what is done in the app before it is drawn."""

    name: str
    size: tuple[int, int]
    app: Callable[[], App[Any]]
    play: Callable[[Pilot[Any]], Awaitable[None]]


class _Example(App[None]):
    TITLE = "s3browse"

    def compose(self) -> Any:
        yield Static("┌─ example ─┐\n│ 日本 ▌✓ … │\n└───────────┘", markup=False)


async def _nothing(pilot: Pilot[Any]) -> None:
    await pilot.pause()


SCENES = [Scene("example", (60, 8), _Example, _nothing)]


def png(svg: str) -> bytes:
    """Turn an SVG that Textual exported into a PNG that looks as the terminal does."""
    folders = [str(folder) for folder in FONT_FOLDERS if folder.is_dir()]
    if not any(any(Path(folder).rglob("FiraCode*")) for folder in folders):
        raise SystemExit(f"{FONT} is not installed, and without it lines have gaps: apt-get install fonts-firacode")
    svg = _TEXT.sub(_in_its_columns, svg).replace("font-family: arial", f"font-family: {FONT}")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_dirs=folders, monospace_family=FONT))


def _in_its_columns(match: re.Match[str]) -> str:
    """Place wide characters where the terminal has them: Rich counts each as one column."""
    text = html.unescape(match["text"])
    if cell_len(text) == len(text):
        return match[0]
    column, parts = 0, []
    for _, characters in groupby(text, lambda character: cell_len(character) == 2):
        run = "".join(characters)
        x, length = float(match["x"]) + CELL * column, CELL * cell_len(run)
        parts.append(
            f'<text {match["head"]}x="{x:.1f}"{match["middle"]}textLength="{length:.1f}"{match["tail"]}>'
            f"{html.escape(run)}</text>"
        )
        column += cell_len(run)
    return "".join(parts)


async def draw(scene: Scene) -> bytes:
    """Play a scene and return its picture."""
    app = scene.app()
    app.animation_level = "none"
    async with app.run_test(size=scene.size) as pilot:
        await scene.play(pilot)
        return png(app.export_screenshot())


def main(names: list[str]) -> None:
    """Draw the scenes of these names, or all."""
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        raise SystemExit(f"no such scene: {', '.join(sorted(unknown))}")
    for scene in SCENES:
        if not names or scene.name in names:
            path = HERE / f"{scene.name}.png"
            path.write_bytes(asyncio.run(draw(scene)))
            print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
