"""The session at a glance: its state, the time left, who it is and when it ends."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from s3browse import text
from s3browse.session.broker import Snapshot, State
from s3browse.session.credentials import Session
from s3browse.ui.widgets.time_bar import TimeBar

STATE_SIGNS = {
    State.STARTING: "◌",
    State.LIVE: "●",
    State.EXPIRING: "◐",
    State.EXPIRED: "○",
    State.RENEWING: "◌",
    State.UNKNOWN: "●",
}
"""A shape for each state, so that colour is never all that tells them apart."""

STATE_CLASSES = {
    State.STARTING: "",
    State.LIVE: "-live",
    State.EXPIRING: "-expiring",
    State.EXPIRED: "-expired",
    State.RENEWING: "-expiring",
    State.UNKNOWN: "-live",
}


class SessionPanel(Vertical):
    """Two lines that are always on the screen; one where there is little room."""

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
        name = STATE_CLASSES[snapshot.state]
        for target in (self, self.query_one(TimeBar)):
            for other in ("-live", "-expiring", "-expired"):
                target.set_class(other == name, other)
        self._put("#state", f"{STATE_SIGNS[snapshot.state]} {snapshot.state.value}{_waiting(snapshot)}")
        self._put("#clock", "" if snapshot.remaining is None else text.countdown(snapshot.remaining))
        self.query_one(TimeBar).share = snapshot.share_left
        if snapshot.session is not None:
            self._put("#times", self._times(snapshot.session))
            self._put("#identity", self._identity(snapshot.session))

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

    def _times(self, session: Session) -> str:
        if self.size.width < 60 or session.expires_at is None:
            return ""
        until = f"until {text.clock_time(session.expires_at)}"
        if self.size.width < 100:
            return until
        return f"{'seen' if session.source == 'ambient' else 'issued'} {text.clock_time(session.issued_at)}   {until}"

    def _identity(self, session: Session) -> str:
        key = session.credentials.masked_key
        facts = [session.source, key, f"MFA {'yes' if session.mfa else 'no'}"]
        if session.cut and session.length is not None:
            facts.append(f"cut to {text.duration(session.length)}")
        if session.identity is None:
            return "   ".join([*facts, "identity not told"])
        account, arn = text.safe(session.identity.account), text.safe(session.identity.arn)
        who = arn if self.size.width >= 100 else text.safe(session.identity.name)
        return "   ".join([*facts, f"account {account}", who])


def _waiting(snapshot: Snapshot) -> str:
    return f" · {snapshot.waiting} waiting" if snapshot.waiting else ""
