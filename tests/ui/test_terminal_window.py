"""What the terminal shows outside of the program's screen."""

from __future__ import annotations

import pytest

from s3browse.session.broker import Snapshot, State
from s3browse.ui.terminal import TerminalWindow


def moment(state: State, remaining: float | None, *, generation: int = 1) -> Snapshot:
    return Snapshot(
        state=state,
        session=None,
        remaining=remaining,
        waiting=0,
        generation=generation,
        skew=0.0,
        ended_because=None,
        mfa_serial=None,
    )


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.delenv("TMUX", raising=False)
    return []


@pytest.mark.parametrize(
    ("state", "remaining", "title"),
    [
        (State.LIVE, 3541.0, "60 min left"),
        (State.LIVE, 36 * 3600.0, "36 h left"),
        (State.EXPIRING, 60.0, "1 min left"),
        (State.EXPIRED, 0.0, "expired"),
        (State.UNKNOWN, None, "expiry unknown"),
    ],
)
def test_the_title_carries_the_time_left(written: list[str], state: State, remaining: float, title: str) -> None:
    TerminalWindow(written.append).show(moment(state, remaining))
    assert f"\x1b]2;s3browse · {title}\x07" in written[0]


def test_the_title_is_written_only_when_it_changes(written: list[str]) -> None:
    window = TerminalWindow(written.append)
    for remaining in (3541.0, 3540.5, 3540.0):
        window.show(moment(State.LIVE, remaining))
    assert len(written) == 2  # 60 minutes, and then 59


def test_a_bell_and_a_notice_come_once_for_each_stage_of_a_session(written: list[str]) -> None:
    window = TerminalWindow(written.append)
    for state in (State.LIVE, State.EXPIRING, State.EXPIRING, State.EXPIRED, State.EXPIRED):
        window.show(moment(state, 0.0 if state is State.EXPIRED else 10.0))
    notices = [each for each in written if "\x1b]9;" in each]
    assert notices == [
        "\x07\x1b]9;s3browse: The session ends soon.\x07",
        "\x07\x1b]9;s3browse: The session is over.\x07",
    ]


def test_the_next_session_is_told_of_again(written: list[str]) -> None:
    window = TerminalWindow(written.append)
    for generation in (1, 2):
        window.show(moment(State.EXPIRED, 0.0, generation=generation))
    assert sum("\x1b]9;" in each for each in written) == 2


def test_the_former_title_comes_back(written: list[str]) -> None:
    window = TerminalWindow(written.append)
    window.show(moment(State.LIVE, 100.0))
    window.restore()
    assert (written[0][:7], written[-1]) == ("\x1b[22;2t", "\x1b[23;2t")


def test_a_notice_is_passed_through_tmux(written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "socket,1,0")
    TerminalWindow(written.append).show(moment(State.EXPIRED, 0.0))
    assert written[-1] == "\x07\x1bPtmux;\x1b\x1b]9;s3browse: The session is over.\x07\x1b\\"
