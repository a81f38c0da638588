"""Breadcrumbs: where one is, each step of which can be clicked."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from s3browse import text
from s3browse.s3.location import ROOT, Location
from s3browse.ui.messages import LocationChosen

_SEPARATOR = " › "


class PathBar(Widget):
    """Shows the way from the list of buckets to a location. A click posts ``LocationChosen``."""

    DEFAULT_CSS = """
    PathBar { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    location: reactive[Location] = reactive(ROOT)
    """The place whose way is shown."""

    def render(self) -> Content:
        """Draw as many of the last steps as there is room for."""
        return Content.assemble(*self._parts())

    def on_click(self, event: events.Click) -> None:
        """Go to the step that was clicked."""
        end = 0
        for step, label in self._fitting_steps():
            end += cell_len(label) + cell_len(_SEPARATOR)
            if event.x < end:
                if step is not None:
                    self.post_message(LocationChosen(step))
                return

    def _parts(self) -> list[str | Content | tuple[str, str]]:
        parts: list[str | Content | tuple[str, str]] = []
        steps = self._fitting_steps()
        for index, (_, label) in enumerate(steps):
            last = index == len(steps) - 1
            parts.append((label, "bold $foreground" if last else "$foreground 60%"))
            if not last:
                parts.append((_SEPARATOR, "$foreground 35%"))
        return parts

    def _fitting_steps(self) -> list[tuple[Location | None, str]]:
        steps: list[tuple[Location | None, str]] = [(ROOT, "Buckets")]
        steps += [(step, text.safe(step.name).removesuffix("/") or "/") for step in self.location.trail()]
        dropped = False
        while len(steps) > 1 and self._width_of(steps) + (4 if dropped else 0) > self.size.width:
            steps.pop(0)
            dropped = True
        return [(None, "…"), *steps] if dropped else steps

    def _width_of(self, steps: list[tuple[Location | None, str]]) -> int:
        return sum(cell_len(label) + cell_len(_SEPARATOR) for _, label in steps) - cell_len(_SEPARATOR)
