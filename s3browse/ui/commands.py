"""The command palette: what the keys do, found by name."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen


def commands_for(app: App[None], screen: Screen[object]) -> Iterable[SystemCommand]:
    """Give a command for every described key that works on a screen, and the choice of a theme.

    Args:
        app: Runs the actions.
        screen: Where the palette was opened.
    """
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        binding: Binding = active.binding
        if not binding.id or not binding.description or binding.id in seen:
            continue
        seen.add(binding.id)
        node, action = active.node, binding.action

        async def run(action: str = action, node: object = node) -> None:
            await app.run_action(action, default_namespace=node)  # type: ignore[arg-type]

        yield SystemCommand(binding.description, binding.tooltip or binding.description, run)
    yield SystemCommand("Theme", "Choose other colours", app.action_change_theme)
