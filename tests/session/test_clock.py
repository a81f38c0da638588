"""Server time: learnt from Date headers, whatever this machine's clocks do."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3browse.session.clock import ServerClock, boot_seconds

SERVER_START = 1_800_000_000.0
"""What the server's clock shows when the boot clock is at 0."""


class Machine:
    """A machine's clocks, as a test sets them."""

    def __init__(self, wall: float = SERVER_START) -> None:
        self.boot = 0.0
        self.wall = wall
        self.clock = ServerClock(boot=lambda: self.boot, wall=lambda: self.wall)

    def hear(self, *, took: float = 0.0, shift: float = 0.0) -> None:
        """Get an answer that the server wrote half-way between sending and receiving."""
        written = SERVER_START + shift + self.boot - took / 2
        self.clock.observe(formatdate(written, usegmt=True), self.boot - took, self.boot)


def test_until_a_server_speaks_the_wall_clock_is_believed() -> None:
    machine = Machine(wall=5000.0)
    assert (machine.clock.now(), machine.clock.latest(), machine.clock.skew()) == (5000.0, 5000.0, 0.0)


@pytest.mark.parametrize("skew", [-86_400.0, -1200.0, 1200.0, 86_400.0])
def test_a_wrong_wall_clock_does_not_matter_once_a_server_has_spoken(skew: float) -> None:
    machine = Machine(wall=SERVER_START - skew)
    machine.hear()
    assert machine.clock.now() == pytest.approx(SERVER_START, abs=0.51)
    assert machine.clock.skew() == pytest.approx(skew, abs=0.51)


def test_setting_the_wall_clock_later_changes_nothing() -> None:
    machine = Machine()
    machine.hear()
    before = machine.clock.now()
    machine.wall += 7200
    assert machine.clock.now() == before


def test_a_minute_of_suspend_counts() -> None:
    machine = Machine()
    machine.hear()
    before = machine.clock.now()
    machine.boot += 60
    assert machine.clock.now() == before + 60


def test_the_bounds_of_many_answers_intersect() -> None:
    machine = Machine()
    machine.hear()
    width = machine.clock.latest() - machine.clock.now()
    for _ in range(10):
        machine.boot += 0.9
        machine.hear()
    assert machine.clock.latest() - machine.clock.now() < width / 4
    assert machine.clock.now() == pytest.approx(SERVER_START + machine.boot, abs=0.15)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0, 5)), min_size=1, max_size=20))
def test_the_truth_is_never_outside_of_the_bounds(answers: list[tuple[float, float]]) -> None:
    machine = Machine()
    for after, took in answers:
        machine.boot += after + took
        machine.hear(took=took)
        truth = SERVER_START + machine.boot
        assert 2 * machine.clock.now() - machine.clock.latest() - 1e-3 <= truth <= machine.clock.latest() + 1e-3


def test_a_server_whose_clock_was_set_is_believed_anew() -> None:
    machine = Machine()
    machine.hear()
    machine.boot += 10
    machine.hear(shift=300.0)
    assert machine.clock.now() == pytest.approx(SERVER_START + 310, abs=0.51)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT", "\x00"]
)
def test_a_date_that_cannot_be_read_is_passed_over(date: str) -> None:
    machine = Machine(wall=5000.0)
    machine.clock.observe(date, 0.0, 0.0)
    assert machine.clock.now() == 5000.0


def test_a_date_without_a_zone_is_gmt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        machine = Machine()
        machine.clock.observe(formatdate(SERVER_START).replace(" -0000", ""), 0.0, 0.0)
        assert machine.clock.now() == pytest.approx(SERVER_START, abs=0.51)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_boot_clock_goes_forward() -> None:
    assert boot_seconds() <= boot_seconds()
