"""The session on the screen: its facts, its clock, its end, and the next one."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import boto3
import pytest
from textual.widgets import Input

from s3browse import text
from s3browse.demo.server import DemoServer
from s3browse.errors import NetworkError, SessionClosed
from s3browse.s3.listing import Stage
from s3browse.s3.location import ROOT, Location
from s3browse.session.broker import State
from s3browse.session.credentials import Credentials, Session
from s3browse.session.secrets import Secret
from s3browse.ui.screens.renew import RenewScreen
from s3browse.ui.screens.session import SessionScreen
from s3browse.ui.widgets.session_panel import SessionPanel
from tests.stage import Stage as Scene
from tests.ui.conftest import Person, Tap, person_at, person_at_buckets

EVENTS = Location("acme-data-lake", "events/")
LOGS = Location("acme-logs")
REPORTS = Location("acme-reports", "2026/Q1/")
A_SESSION = 121
"""Seconds after which a session of the demo is over."""

FALSE_ALARMS = re.compile(r"(?i)access denied|bucket is empty|\(empty\)|nothing here|no buckets|forbidden|\b0 objects")
"""What a session that is over must never be taken for."""


@pytest.fixture
def mfa_stage() -> Iterator[Scene]:
    """A stage whose sessions need a code."""
    with DemoServer(session_seconds=120, keys=10, mfa=True) as server:
        yield Scene(server)


@pytest.fixture
def long_stage() -> Iterator[Scene]:
    """A stage whose sessions may be long."""
    with DemoServer(session_seconds=7200, keys=10) as server:
        yield Scene(server)


def state_of(person: Person) -> State:
    """The state that the panel shows."""
    snapshot = person.app.browser.query_one(SessionPanel).snapshot
    assert snapshot is not None
    return snapshot.state


def panel_text(person: Person) -> str:
    """What stands in the panel."""
    panel = person.app.browser.query_one(SessionPanel)
    return "\n".join(person.screen.splitlines()[panel.region.y : panel.region.bottom])


def session_of(stage: Scene) -> Session:
    """The program's session."""
    assert stage.connection is not None
    session = stage.connection.broker.snapshot().session
    assert session is not None
    return session


def prompts_of(person: Person) -> int:
    """How many prompts there are."""
    return sum(isinstance(screen, RenewScreen) for screen in person.app.screen_stack)


async def sees_prompt(person: Person) -> None:
    """Wait until the prompt for an ended session takes keys."""
    await person.meets(RenewScreen)
    await person.sees("Session expired")
    await person.until(lambda: person.app.focused is not None)


def in_thread_of_person(stage: Scene, location: Location) -> threading.Thread:
    """Let another request of the same connection go off."""
    assert stage.connection is not None

    def read() -> None:
        assert stage.connection is not None
        with suppress(SessionClosed):
            stage.connection.s3.page(location)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


@asynccontextmanager
async def person_expired(stage: Scene, location: Location = REPORTS) -> AsyncIterator[Person]:
    """Somebody whose session has just ended by the clock, before the prompt."""
    async with person_at(stage.app(location)) as person:
        await person.comes_to(location)
        await person.sees("alice")
        stage.pass_time(A_SESSION)
        await sees_prompt(person)
        yield person


# What the panel tells


async def test_the_panel_tells_who_and_how_long(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        session = session_of(stage)
        await person.until(lambda: "arn:" in panel_text(person))
        told = panel_text(person)
        for fact in (
            "GetSessionToken",
            "123456789012",
            "arn:aws:iam::123456789012:user/alice",
            f"ASIA…{session.credentials.access_key[-4:]}",
            "MFA no",
            f"issued {text.clock_time(session.issued_at)}",
            f"until {text.clock_time(session.expires_at or 0)}",
        ):
            assert fact in told


async def test_the_expiry_is_the_servers_and_not_the_length_asked_for(stage: Scene) -> None:
    async with person_at_buckets(stage.app(duration=3600)) as person:
        await person.sees("0:01:(59|[345].)")
        assert "0:59" not in panel_text(person)


async def test_the_panel_says_that_root_keys_get_shorter_sessions(long_stage: Scene) -> None:
    server = long_stage.server
    base = Credentials(server.root_access_key, Secret(server.root_secret_key))
    async with person_at(long_stage.app(base=base, duration=7200)) as person:
        await person.comes_to(ROOT)
        await person.until(lambda: "cut to 1h" in panel_text(person))
        await person.press("s")
        await person.sees("asked for 2h: AWS gives root keys 1h at most")


async def test_a_narrow_terminal_keeps_state_and_clock(stage: Scene) -> None:
    async with person_at(stage.app(), size=(50, 15)) as person:
        await person.comes_to(ROOT)
        assert re.search(r"live +0:0[12]:\d\d", panel_text(person))


async def test_the_session_dialog_tells_everything(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.press("s")
        await person.meets(SessionScreen)
        session = session_of(stage)
        for fact in (
            "GetSessionToken",
            "arn:aws:iam::123456789012:user/alice",
            session.credentials.masked_key,
            "not shown",
            text.timestamp(session.issued_at),
            text.timestamp(session.expires_at or 0),
            stage.server.endpoint_url,
            "needs no code",
        ):
            await person.sees(re.escape(fact))
        await person.press("s")
        await person.is_back()


async def test_r_renews_from_the_session_dialog_as_it_says(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.press("s")
        await person.sees("R renews")
        before = stage.live_key
        await person.press("R")
        await person.until(lambda: stage.live_key != before, seconds=5)


async def test_the_session_dialog_says_when_this_machines_clock_is_off(stage: Scene) -> None:
    stage.server.clock.advance(200)
    async with person_at_buckets(stage.app()) as person:
        await person.press("s")
        await person.sees("this machine is (3m19s|3m20s|3m21s) behind the server")
        assert "server time" not in person.screen


@pytest.mark.parametrize(("off", "side"), [(1200, "behind"), (-1200, "ahead of")])
async def test_on_a_machine_whose_clock_is_far_off_everything_works(stage: Scene, off: float, side: str) -> None:
    stage.server.clock.advance(off)
    async with person_at_buckets(stage.app()) as person:
        await person.press("s")
        await person.sees(f"this machine is (19m59s|20m|20m1s) {side} the server; requests use server time")


# The clock


@pytest.mark.parametrize("seconds", [0, 37, 95])
async def test_the_countdown_is_right_to_the_second(stage: Scene, seconds: int) -> None:
    async with person_at_buckets(stage.app()) as person:
        expires_at = session_of(stage).expires_at
        assert expires_at is not None
        stage.pass_time(seconds)

        def is_right() -> bool:
            left = expires_at - stage.server.clock.now()
            return any(text.countdown(left + off) in panel_text(person) for off in (-1, -0.5, 0, 0.5, 1))

        await person.until(is_right, seconds=3)


async def test_the_countdown_is_right_though_this_machines_clock_is_not(stage: Scene) -> None:
    stage.server.clock.advance(600)
    async with person_at_buckets(stage.app()) as person:
        assert re.search(r"live +0:0(2:00|1:5\d)", panel_text(person))


async def test_the_countdown_is_right_after_a_suspended_minute(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        stage.pass_time(60)
        await person.until(lambda: re.search(r"0:01:00|0:00:5\d", panel_text(person)), seconds=3)


async def test_the_clock_stands_at_zero_when_it_is_over(stage: Scene) -> None:
    async with person_expired(stage) as person:
        assert "0:00:00" in panel_text(person)


# States


async def test_states_have_words_from_live_to_expired(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert re.search(r"\blive\b", panel_text(person))
        stage.pass_time(105)
        await person.until(lambda: re.search(r"\bexpiring\b", panel_text(person)))
        stage.pass_time(20)
        await person.until(lambda: re.search(r"\bexpired\b", panel_text(person)))


async def test_a_renewal_under_way_is_told(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        may_go_on, source = threading.Event(), stage.connection.broker.source
        stage.connection.broker.source = SlowSource(source, may_go_on)
        await person.press("R")
        await person.until(lambda: re.search(r"\brenewing\b", panel_text(person)))
        may_go_on.set()
        await person.until(lambda: re.search(r"\blive\b", panel_text(person)))


async def test_credentials_without_a_known_expiry_are_told_as_such(stage: Scene) -> None:
    async with person_at_buckets(stage.app(base=foreign_session(stage))) as person:
        assert state_of(person) is State.UNKNOWN
        assert "expiry unknown" in panel_text(person)
        assert "ambient" in panel_text(person)
        assert not re.search(r"\d:\d\d:\d\d  ", panel_text(person).splitlines()[0].partition("seen")[0])


async def test_credentials_without_a_known_expiry_ask_when_the_server_refuses_them(stage: Scene) -> None:
    async with person_at_buckets(stage.app(base=foreign_session(stage))) as person:
        stage.pass_time(A_SESSION)
        await person.opens("acme-logs")
        await sees_prompt(person)
        assert not FALSE_ALARMS.search(person.screen)


async def test_a_banner_warns_before_the_end_and_goes_after_renewing(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        banner = person.app.browser.query_one("#banner")
        assert not banner.display
        stage.pass_time(105)
        await person.until(lambda: banner.display)
        await person.sees("ends soon.*R")
        await person.press("R")
        await person.until(lambda: not banner.display)


async def test_r_renews_early(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        before, cursor = stage.live_key, person.listing.cursor
        stage.pass_time(60)
        await person.press("R")
        await person.until(lambda: stage.live_key != before)
        await person.sees("0:0(2:00|1:5.)")
        await person.until(lambda: any("renewed" in toast for toast in person.toasts))
        assert person.app.screen is person.app.browser
        assert person.listing.cursor == cursor


async def test_an_early_renewal_that_fails_says_why_and_leaves_the_session(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        before = stage.live_key
        stage.server.revoke(stage.server.access_key)
        await person.press("R")
        await person.until(lambda: person.toasts)
        assert "does not know these keys" in person.toasts[0]
        assert stage.live_key == before
        assert state_of(person) is State.LIVE


# The end


async def test_the_prompt_comes_when_the_clock_says_so(stage: Scene) -> None:
    async with person_expired(stage) as person:
        expires_at = session_of(stage).expires_at
        assert expires_at is not None
        await person.sees(f"ended at {text.clock_time(expires_at)}")
        assert all(request.status == 200 for request in stage.server.requests)


async def test_the_prompt_comes_when_the_server_says_so_first(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        stage.pass_time_on_server(A_SESSION)
        assert state_of(person) is State.LIVE
        await person.opens("acme-logs")
        await sees_prompt(person)
        assert not FALSE_ALARMS.search(person.screen)


async def test_a_revoked_session_prompts_as_well(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        stage.server.revoke(stage.live_key)
        await person.opens("acme-logs")
        await sees_prompt(person)
        await person.sees("InvalidAccessKeyId")
        await person.press("enter")
        await person.comes_to(LOGS)


async def test_enter_renews_and_the_request_that_failed_is_done(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        stage.pass_time_on_server(A_SESSION)
        await person.opens("acme-logs")
        await sees_prompt(person)
        await person.press("enter")
        await person.comes_to(LOGS)
        assert person.keys == ["alb/", "app/"]
        asked = [request for request in stage.server.requests if request.path.strip("/") == "acme-logs"]
        assert [request.code for request in asked] == ["ExpiredToken", ""]
        assert asked[0].query == asked[1].query


async def test_a_request_made_after_the_end_waits_and_is_done(stage: Scene) -> None:
    async with person_expired(stage, ROOT) as person:
        await person.press("escape")
        await person.is_back()
        await person.opens("acme-logs")
        await sees_prompt(person)
        await person.sees("1 request")
        await person.press("enter")
        await person.comes_to(LOGS)
        assert not [request for request in stage.server.requests if request.status == 403]


async def test_renewing_keeps_rows_cursor_and_scroll(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        await person.types_location(EVENTS.uri)
        await person.comes_to(EVENTS)
        person.table.move_to(4000)
        await person.press("k", "k")
        before = (person.listing, person.listing.cursor, person.listing.top, person.table.scroll_y)
        rows = [line for line in person.screen.splitlines() if "part-" in line]
        stage.pass_time(A_SESSION)
        await sees_prompt(person)
        await person.press("enter")
        await person.is_back()
        await person.sees("live")
        assert (person.listing, person.listing.cursor, person.listing.top, person.table.scroll_y) == before
        assert before[2] > 0
        assert [line for line in person.screen.splitlines() if "part-" in line][:8] == rows[:8]


async def test_the_rows_stay_to_be_seen_behind_the_prompt(stage: Scene) -> None:
    async with person_expired(stage) as person:
        await person.sees("notes.md")
        assert len(person.listing) == 5


async def test_a_half_loaded_listing_goes_on_from_its_token(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.types_location(EVENTS.uri)
        tap.let(2)
        await person.until(lambda: len(person.listing) == 2000)
        stage.pass_time(A_SESSION)
        tap.open()
        await sees_prompt(person)
        await person.sees("waiting")
        await person.press("enter")
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000
        pages = [request.query for request in stage.server.requests if request.path.strip("/") == EVENTS.bucket]
        assert len(pages) == len(set(pages)) == 5


async def test_a_listing_cut_off_by_the_server_goes_on_from_its_token(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        assert stage.connection is not None
        tap = Tap(stage.connection.s3)
        await person.types_location(EVENTS.uri)
        tap.let(3)
        await person.until(lambda: len(person.listing) == 3000)
        stage.server.end_session(stage.live_key)
        tap.open()
        await sees_prompt(person)
        assert len(person.listing) == 3000
        await person.press("enter")
        await person.comes_to(EVENTS)
        assert len(set(person.keys)) == len(person.keys) == 5000


async def test_one_prompt_however_many_wait(stage: Scene) -> None:
    async with person_expired(stage) as person:
        threads = [in_thread_of_person(stage, LOGS) for _ in range(12)]
        await person.sees("12 requests wait")
        assert prompts_of(person) == 1
        before = [request for request in stage.server.requests if request.query == "Action=GetSessionToken"]
        await person.press("enter")
        await person.until(lambda: not any(thread.is_alive() for thread in threads))
        await person.is_back()
        after = [request for request in stage.server.requests if request.query == "Action=GetSessionToken"]
        assert len(after) == len(before) + 1


async def test_an_expired_session_is_never_taken_for_anything_else(stage: Scene) -> None:
    async with person_at_buckets(stage.app()) as person:
        seen = []

        def look(condition: bool) -> bool:
            seen.append(person.screen)
            return condition

        stage.pass_time_on_server(A_SESSION)
        await person.opens("acme-logs")
        await person.until(lambda: look(prompts_of(person) == 1))
        for _ in range(3):
            await person.until(lambda: look(person.app.screen is not person.app.browser))
            await person.press("escape")
            await person.until(lambda: look(person.app.screen is person.app.browser))
            await person.press("backspace")
            await person.until(lambda: look(prompts_of(person) == 0))
            await person.opens("acme-reports")
            await person.until(lambda: look(prompts_of(person) == 1))
        await person.press("enter")
        await person.until(lambda: look(person.listing.stage is Stage.COMPLETE))
        assert not [found for screen in seen if (found := FALSE_ALARMS.search(screen))]


# The answers to the prompt


async def test_later_keeps_the_rows_and_says_that_they_are_old(stage: Scene) -> None:
    async with person_expired(stage) as person:
        rows = person.keys
        await person.press("escape")
        await person.is_back()
        assert person.keys == rows
        assert state_of(person) is State.EXPIRED
        await person.press("j")
        assert person.listing.cursor == 1
        assert prompts_of(person) == 0


async def test_after_later_the_next_request_asks_again(stage: Scene) -> None:
    async with person_expired(stage) as person:
        await person.press("escape")
        await person.is_back()
        await person.press("ctrl+r")
        await sees_prompt(person)


async def test_after_later_r_asks_again(stage: Scene) -> None:
    async with person_expired(stage) as person:
        await person.press("escape")
        await person.is_back()
        await person.press("R")
        await sees_prompt(person)
        await person.press("enter")
        await person.until(lambda: state_of(person) is State.LIVE)


async def test_escape_takes_a_waiting_request_away(stage: Scene) -> None:
    async with person_expired(stage, ROOT) as person:
        await person.press("escape")
        await person.is_back()
        await person.opens("acme-logs")
        await sees_prompt(person)
        await person.press("escape")
        await person.is_back()
        await person.press("escape")
        await person.until(lambda: person.listing.stage is Stage.STOPPED)
        assert stage.connection is not None
        broker = stage.connection.broker
        await person.until(lambda: broker.snapshot().waiting == 0)


async def test_quit_ends_the_program_with_status_0(stage: Scene) -> None:
    async with person_expired(stage) as person:
        await person.pilot.click("#quit")
        await person.until(lambda: not person.app.is_running or person.app._exit)
        assert person.app.return_code == 0


async def test_q_ends_the_program_at_once_though_requests_wait(stage: Scene) -> None:
    async with person_expired(stage, ROOT) as person:
        threads = [in_thread_of_person(stage, LOGS) for _ in range(4)]
        await person.sees("4 waiting")  # or who comes after Later would rightly ask again
        await person.press("escape")
        await person.is_back()
        await person.opens("acme-logs")
        await sees_prompt(person)
        await person.press("escape")
        await person.is_back()
        await person.press("q")
        began = time.monotonic()
        await person.until(lambda: person.app._exit)
    assert time.monotonic() - began < 3
    for thread in threads:
        thread.join(3)
        assert not thread.is_alive()


async def test_a_renewal_refused_by_the_server_is_told_in_the_prompt(stage: Scene) -> None:
    async with person_expired(stage) as person:
        stage.server.revoke(stage.server.access_key)
        await person.press("enter")
        await person.sees("does not know these keys")
        assert prompts_of(person) == 1
        assert len(person.listing) == 5
        assert state_of(person) is State.EXPIRED


async def test_later_is_taken_at_its_word_after_a_renewal_that_failed(stage: Scene) -> None:
    async with person_expired(stage) as person:
        stage.server.revoke(stage.server.access_key)
        await person.press("enter")
        await person.sees("does not know these keys")
        person.app._state = State.RENEWING  # as the last look at the session found it, a quarter of a second ago
        await person.press("escape")
        await person.is_back()
        person.app.show_session()
        await person.pilot.pause()
        assert prompts_of(person) == 0


async def test_a_renewal_that_reaches_no_server_is_told_in_the_prompt(stage: Scene) -> None:
    async with person_expired(stage) as person:
        assert stage.connection is not None
        source = stage.connection.broker.source
        stage.connection.broker.source = FailingSource(source)
        await person.press("enter")
        await person.sees("Nothing answers")
        assert prompts_of(person) == 1
        stage.connection.broker.source = source
        await person.until(lambda: not person.app.screen.query_one("#renew").has_class("-active"))
        await person.press("enter")
        await person.is_back()
        assert state_of(person) is State.LIVE


async def test_the_prompt_goes_when_another_way_brought_a_session(stage: Scene) -> None:
    async with person_expired(stage) as person:
        assert stage.connection is not None
        threading.Thread(target=stage.connection.broker.renew, daemon=True).start()
        await person.is_back()


# MFA


@asynccontextmanager
async def person_with_code(stage: Scene) -> AsyncIterator[Person]:
    """Somebody who has begun a session with the right code."""
    async with person_at(stage.app(REPORTS)) as person:
        await person.meets(RenewScreen)
        await person.press(*"123456", "enter")
        await person.comes_to(REPORTS)
        await person.sees("alice")
        yield person


async def test_a_code_is_asked_for_at_the_start(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.sees("arn:aws:iam::123456789012:mfa/alice")
        assert isinstance(person.app.focused, Input)
        await person.press(*"123456")
        assert not re.search(r"(?<!:)123456(?!789012)", person.screen)
        await person.press("enter")
        await person.comes_to(ROOT)
        await person.until(lambda: "MFA yes" in panel_text(person))


async def test_a_wrong_code_says_so_and_asks_again(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.press(*"000000", "enter")
        await person.sees("code not accepted")
        assert isinstance(person.app.focused, Input)
        assert person.app.focused.value == ""
        await person.press(*"123456", "enter")
        await person.comes_to(ROOT)


async def test_no_code_asks_for_one(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.press("enter")
        await person.sees("Type the code")
        assert not mfa_stage.server.requests


async def test_a_code_is_asked_for_at_the_end(mfa_stage: Scene) -> None:
    async with person_with_code(mfa_stage) as person:
        await person.press("j")
        mfa_stage.pass_time(A_SESSION)
        await sees_prompt(person)
        assert isinstance(person.app.focused, Input)
        await person.press(*"123456", "enter")
        await person.is_back()
        assert state_of(person) is State.LIVE
        assert person.listing.cursor == 1


async def test_r_asks_for_a_code_early_and_escape_leaves_it(mfa_stage: Scene) -> None:
    async with person_with_code(mfa_stage) as person:
        before = mfa_stage.live_key
        await person.press("R")
        await person.meets(RenewScreen)
        await person.sees("present session goes on")
        await person.press("escape")
        await person.is_back()
        assert mfa_stage.live_key == before


async def test_an_early_prompt_tells_when_the_session_ends_under_it(mfa_stage: Scene) -> None:
    async with person_with_code(mfa_stage) as person:
        await person.press("R")
        await person.sees("present session goes on")
        mfa_stage.pass_time(A_SESSION)
        await person.until(lambda: state_of(person) is State.EXPIRED)
        assert prompts_of(person) == 1
        await person.until(lambda: "present session goes on" not in person.screen, seconds=3)


async def test_r_after_later_at_the_start_does_not_speak_of_a_present_session(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.press("escape")
        await person.sees("(?i)waiting for the session")
        await person.press("R")
        await person.meets(RenewScreen)
        assert "present session" not in person.screen
        await person.press(*"123456", "enter")
        await person.comes_to(ROOT)


async def test_quit_at_the_start_ends_the_program(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        await person.pilot.click("#quit")
        await person.until(lambda: person.app._exit)
        assert person.app.return_code == 0


async def test_no_code_is_left_in_the_field_after_renewing(mfa_stage: Scene) -> None:
    async with person_at(mfa_stage.app()) as person:
        await person.meets(RenewScreen)
        field = person.app.screen.query_one(Input)
        await person.press(*"123456", "enter")
        await person.comes_to(ROOT)
        assert field.value == ""


# Helpers and doubles


def foreign_session(stage: Scene) -> Credentials:
    """Temporary credentials as another tool leaves them: without their expiry."""
    server = stage.server
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )
    given = sts.get_session_token()["Credentials"]
    return Credentials(given["AccessKeyId"], Secret(given["SecretAccessKey"]), Secret(given["SessionToken"]))


class SlowSource:
    """A source that mints when it may."""

    def __init__(self, source: object, may_go_on: threading.Event) -> None:
        self._source = source
        self._may_go_on = may_go_on

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def mint(self, code: str | None = None) -> Session:
        """Wait, then mint."""
        self._may_go_on.wait(30)
        return self._source.mint(code)  # type: ignore


class FailingSource:
    """A source whose server is gone."""

    def __init__(self, source: object) -> None:
        self._source = source

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def mint(self, code: str | None = None) -> Session:
        """Fail."""
        raise NetworkError("Nothing answers at http://127.0.0.1:1", hint="Check the address.")
