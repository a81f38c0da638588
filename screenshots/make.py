"""Draws the pictures of the README: ``python screenshots/make.py [NAME…]``.

With ``--snapshots`` it first updates the snapshots that the tests hold the screens against.
"""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import resvg_py
from rich.cells import cell_len
from scenes import SCENES, Scene, Show, show_for

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


async def draw(scene: Scene, show: Show) -> str:
    """Play a scene and return its picture as SVG.

    Raises:
        SystemExit: When something that the picture is there to show is not on it.
    """
    show.app.animation_level = "none"
    async with show.app.run_test(size=scene.size, notifications=True) as pilot:
        await scene.play(pilot, show)
        svg = show.app.export_screenshot(title="s3browse")
    words = html.unescape(re.sub(r"<[^>]+>", "", svg)).replace("\xa0", " ")
    missing = [expected for expected in scene.shows if expected not in words]
    if missing:
        raise SystemExit(f"{scene.name}: not on the picture: {', '.join(missing)}")
    return svg


def main(names: list[str]) -> None:
    """Draw the scenes of these names, or all."""
    if "--snapshots" in names:
        names = [name for name in names if name != "--snapshots"]
        subprocess.run([sys.executable, "-m", "pytest", "tests/ui/test_snapshots.py", "--snapshot-update"], check=True)
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        raise SystemExit(f"no such scene: {', '.join(sorted(unknown))}")
    for scene in SCENES:
        if names and scene.name not in names:
            continue
        with show_for(scene) as show:
            picture = png(asyncio.run(draw(scene, show)))
        path = HERE / f"{scene.name}.png"
        path.write_bytes(picture)
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
