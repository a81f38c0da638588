"""A bar of the time that is left."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class TimeBar(Widget):
    """Draws the share of a session's life that is left."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"time-bar--left", "time-bar--gone"}

    DEFAULT_CSS = """
    TimeBar {
        height: 1; width: 1fr; min-width: 6;
        & > .time-bar--left { color: $session-live; }
        & > .time-bar--gone { color: $foreground 15%; }
        &.-expiring > .time-bar--left { color: $session-expiring; }
        &.-expired > .time-bar--left { color: $session-expired; }
    }
    """

    share: reactive[float | None] = reactive(None)
    """From 1 at the beginning to 0 at the end; None draws no bar."""

    def render(self) -> Content:
        """Draw the bar to half a cell."""
        if self.share is None:
            return Content("")
        whole, half = divmod(round(self.share * self.size.width * 2), 2)
        left = "━" * whole + "╸" * half
        gone = "━" * (self.size.width - len(left))
        return Content.assemble(
            Content(left).stylize(self.get_visual_style("time-bar--left")),
            Content(gone).stylize(self.get_visual_style("time-bar--gone")),
        )
