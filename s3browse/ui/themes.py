"""The program's two themes. Session states have colours of their own, so every theme can set them."""

from __future__ import annotations

from textual.theme import Theme

SESSION_VARIABLES = {
    "session-live": "#3fb68b",
    "session-expiring": "#e5a13a",
    "session-expired": "#e5534b",
}
"""What other themes fall back to; see ``S3BrowseApp.get_theme_variable_defaults``."""

DARK = Theme(
    name="s3browse-dark",
    primary="#5aa9e6",
    secondary="#8fb8de",
    accent="#5aa9e6",
    foreground="#d7dde6",
    background="#12161d",
    surface="#171c25",
    panel="#1f2631",
    success="#3fb68b",
    warning="#e5a13a",
    error="#e5534b",
    variables={
        "button-focus-text-style": "bold",
        "button-color-foreground": "#0c1016",
        "footer-background": "#171c25",
        "footer-key-foreground": "#5aa9e6",
        "footer-description-foreground": "#9aa5b4",
        "scrollbar": "#313b4a",
        "scrollbar-background": "#12161d",
        "scrollbar-hover": "#42506a",
        "scrollbar-active": "#5aa9e6",
        "scrollbar-corner-color": "#12161d",
    },
)

LIGHT = Theme(
    name="s3browse-light",
    dark=False,
    primary="#1667a8",
    secondary="#3a6f9f",
    accent="#1667a8",
    foreground="#1f2731",
    background="#fbfcfd",
    surface="#f1f4f7",
    panel="#e4e9ef",
    success="#1d7f5a",
    warning="#9a6200",
    error="#b3261e",
    variables={
        "session-live": "#1d7f5a",
        "session-expiring": "#9a6200",
        "session-expired": "#b3261e",
        "button-focus-text-style": "bold",
        "footer-background": "#f1f4f7",
        "footer-key-foreground": "#1667a8",
        "footer-description-foreground": "#4c5866",
        "scrollbar": "#c3ccd6",
        "scrollbar-background": "#fbfcfd",
        "scrollbar-hover": "#a5b2c0",
        "scrollbar-active": "#1667a8",
        "scrollbar-corner-color": "#fbfcfd",
    },
)
