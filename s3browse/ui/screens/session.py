"""The session in its large form: everything that is known about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Digits, Static

from s3browse import text
from s3browse.session.broker import Snapshot
from s3browse.session.clock import SKEW_TOLERATED
from s3browse.session.credentials import ReadOnly, Session
from s3browse.ui.widgets.session_panel import STATE_SIGNS, colour_by_state
from s3browse.ui.widgets.time_bar import TimeBar

if TYPE_CHECKING:
    from s3browse.s3.connection import Connection

SKEW_WORTH_TELLING = 2.0
"""Seconds between the clocks from which on the panel says so; less is within what an answer can tell."""


class SessionScreen(ModalScreen[None]):
    """Counts down in large figures and lists the facts."""

    CSS_PATH = "facts.tcss"
    DEFAULT_CLASSES = "facts"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "app.renew", "Renew", id="session.renew"),
        Binding("escape,s,enter,q", "dismiss", "Close", id="session.close"),
    ]

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def compose(self) -> ComposeResult:
        """Lay clock, bar and facts out."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Session"
            dialog.border_subtitle = "R renews · esc closes"
            with Horizontal(id="clock-row"):
                yield Digits("", id="clock")
                yield Static(id="clock-words")
            yield TimeBar()
            yield Static(id="facts", classes="fact")

    def on_mount(self) -> None:
        """Show the session as it is now; the app tells of later moments."""
        self.session_changed(self._connection.broker.snapshot())

    def session_changed(self, snapshot: Snapshot) -> None:
        """Show another moment of the session."""
        state = snapshot.state
        left = "-:--:--" if snapshot.remaining is None else text.countdown(snapshot.remaining)
        self.query_one(Digits).update(left)
        self.query_one("#clock-words", Static).update(Content(f"\n{STATE_SIGNS[state]} {state.value}"))
        colour_by_state(state, self.query_one("#clock-row"), self.query_one(TimeBar))
        self.query_one(TimeBar).share = snapshot.share_left
        lines = [
            Content.assemble((f"{name:<14}", "$foreground 60%"), (value, ""))
            for name, value in self._facts(snapshot).items()
        ]
        self.query_one("#facts", Static).update(Content("\n").join(lines))

    def _facts(self, snapshot: Snapshot) -> dict[str, str]:
        session = snapshot.session
        facts = {"Source": self._source(session)}
        if session is not None:
            facts |= _session_facts(session)
        if snapshot.mfa_serial:
            facts["MFA device"] = text.safe(snapshot.mfa_serial)
        if snapshot.ended_because:
            facts["Ended by"] = f"the server: {text.safe(snapshot.ended_because)}"
        facts["Renewing"] = "asks for an MFA code" if snapshot.mfa_serial else "needs no code"
        facts["Sessions"] = f"{snapshot.generation} in this run, {text.plural(snapshot.waiting, 'request')} waiting"
        facts["S3"] = text.safe(f"{self._connection.s3.endpoint_url} · {self._connection.s3.region}")
        if abs(snapshot.skew) > SKEW_WORTH_TELLING:
            side = "behind" if snapshot.skew > 0 else "ahead of"
            signed = "; requests use server time" if abs(snapshot.skew) > SKEW_TOLERATED else ""
            facts["Clock"] = f"this machine is {text.duration(abs(snapshot.skew))} {side} the server{signed}"
        return facts

    def _source(self, session: Session | None) -> str:
        settings = self._connection.settings
        name = session.source if session else self._connection.broker.source.name
        if settings.base is not None:
            return f"{name} from {settings.base_label or 'given keys'}"
        return (
            f"{name} from profile {text.safe(settings.profile)}" if settings.profile else f"{name} from the SDK's chain"
        )


def _session_facts(session: Session) -> dict[str, str]:
    identity = session.identity
    facts = {
        "ARN": text.safe(identity.arn) if identity else "not told by the server",
        "Account": text.safe(identity.account) if identity else "not told by the server",
        "Access key": session.credentials.masked_key,
        "Token": "present, not shown" if session.credentials.temporary else "none",
        "MFA": {True: "yes", False: "no", None: "not known"}[session.mfa],
        "First seen" if session.source == "ambient" else "Issued": _both_times(session.issued_at),
        "Expires": "not known" if session.expires_at is None else _both_times(session.expires_at),
    }
    if session.read_only is not ReadOnly.NO:
        facts["Read-only"] = session.read_only.value
    if session.length is not None:
        facts["Length"] = text.duration(session.length) + _cut(session)
    return facts


def _cut(session: Session) -> str:
    if not session.cut or session.asked_seconds is None:
        return ""
    root = session.identity is not None and session.identity.is_root
    why = session.why_short or ("AWS gives root keys 1h at most" if root else "the server gives no more")
    return f", asked for {text.duration(session.asked_seconds)}: {why}"


def _both_times(epoch: float) -> str:
    utc = datetime.fromtimestamp(epoch, UTC).strftime("%H:%M:%S")
    return f"{text.timestamp(epoch)} local, {utc} UTC"
