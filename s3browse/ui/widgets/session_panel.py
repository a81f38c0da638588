"""The session at a glance: its state, the time left, who it is and when it ends."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from s3browse import text
from s3browse.session.broker import Snapshot, State
from s3browse.session.credentials import ReadOnly, Session
from s3browse.ui.widgets.time_bar import TimeBar

STATE_SIGNS = {
    State.NONE: "○",
    State.STARTING: "◌",
    State.LIVE: "●",
    State.EXPIRING: "◐",
    State.EXPIRED: "○",
    State.RENEWING: "◌",
    State.UNKNOWN: "●",
}
"""A shape for each state, so that colour is never all that tells them apart."""

_STATE_CLASSES = {
    State.NONE: "",
    State.STARTING: "",
    State.LIVE: "-live",
    State.EXPIRING: "-expiring",
    State.EXPIRED: "-expired",
    State.RENEWING: "-expiring",
    State.UNKNOWN: "-live",
}


def colour_by_state(state: State, *widgets: Widget) -> None:
    """Give widgets the class of a state, which style sheets turn into its colour."""
    for widget in widgets:
        for name in ("-live", "-expiring", "-expired"):
            widget.set_class(_STATE_CLASSES[state] == name, name)


class SessionPanel(Vertical):
    """Two lines that are always on the screen. They say less where there is less room."""

    DEFAULT_CSS = """
    SessionPanel {
        height: 2; padding: 0 1; background: $panel;
        & > Horizontal { height: 1; }
        & #state { width: auto; text-style: bold; color: $text-muted; }
        & #clock { width: auto; text-style: bold; margin: 0 2; }
        & #times { width: auto; margin-left: 2; color: $text-muted; }
        & #identity { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-live #state { color: $session-live; }
        &.-expiring #state, &.-expiring #clock { color: $session-expiring; }
        &.-expired #state, &.-expired #clock { color: $session-expired; }
    }
    """

    snapshot: reactive[Snapshot | None] = reactive(None)
    """What is shown."""

    def compose(self) -> ComposeResult:
        """Lay the two lines out."""
        with Horizontal():
            yield Static(f"{STATE_SIGNS[State.STARTING]} {State.STARTING.value}", id="state", markup=False)
            yield Static(id="clock")
            yield TimeBar()
            yield Static(id="times")
        yield Static("Getting a session …", id="identity")

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show another moment of the session."""
        if snapshot is None or not self.is_mounted:
            return
        colour_by_state(snapshot.state, self, self.query_one(TimeBar))
        self._put("#state", f"{STATE_SIGNS[snapshot.state]} {snapshot.state.value}{_waiting(snapshot)}")
        self._put("#clock", "" if snapshot.remaining is None else text.countdown(snapshot.remaining))
        self.query_one(TimeBar).share = snapshot.share_left
        if snapshot.session is not None:
            self._put("#times", self._times(snapshot, snapshot.session))
            self._put("#identity", self._identity(snapshot.session))
        else:
            self._put("#identity", "Getting a session …" if snapshot.state is State.STARTING else "R gets one")

    def say_none(self) -> None:
        """Say that there is no session and none is on its way."""
        self._put("#state", "○ no session")
        self._put("#identity", "")

    def on_resize(self) -> None:
        """Show as much as there is room for."""
        self.watch_snapshot(self.snapshot)

    def _put(self, selector: str, words: str) -> None:
        static = self.query_one(selector, Static)
        if static.content != words:
            static.update(Content(words))

    def _times(self, snapshot: Snapshot, session: Session) -> str:
        if self.size.width < 60:
            return ""
        words = f"{'seen' if session.source == 'ambient' else 'issued'} {text.clock_time(session.issued_at)}"
        if snapshot.ended_because:
            return f"{words}  ended by the server"
        if session.expires_at is None:
            return words
        until = f"{'ended' if snapshot.state is State.EXPIRED else 'until'} {text.clock_time(session.expires_at)}"
        return f"{words}  {until}" if len(words + until) < self.size.width - 36 else until

    def _identity(self, session: Session) -> str:
        key = session.credentials.masked_key
        facts = [session.source, key]
        if session.mfa is not None:
            facts.append(f"MFA {'yes' if session.mfa else 'no'}")
        if session.read_only is not ReadOnly.NO:
            facts.append("read-only")
        if session.cut and session.length is not None:
            facts.append(f"cut to {text.duration(session.length)}")
        if session.identity is None:
            return "  ".join([*facts, "identity not told"])
        account, arn = text.safe(session.identity.account), text.safe(session.identity.arn)
        if self.size.width >= 100:
            facts.append(f"account {account}")
        return "  ".join([*facts, arn])  # the ARN holds the account as well


def _waiting(snapshot: Snapshot) -> str:
    return f" · {snapshot.waiting} waiting" if snapshot.waiting else ""
