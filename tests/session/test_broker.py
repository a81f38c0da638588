"""The session's state at any moment, its renewal, and the gate where requests wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from s3browse.errors import Cancelled, NetworkError, SessionClosed, SessionExpired
from s3browse.session.broker import Broker, Event, State, no_waiting, stoppable
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, Session
from s3browse.session.secrets import Secret

START = 1_800_000_000.0
ALICE = Identity("123456789012", "arn:aws:iam::123456789012:user/alice")
SECONDS = 10
"""How long a test waits for a thread before it fails."""


class Moment:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START


class Counter:
    """A source whose sessions are numbered: ASIA0001, ASIA0002, …"""

    name = "counter"
    mfa_serial = None

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.minted = 0
        self.seconds: float | None = 1000.0
        self.failure: Exception | None = None
        self.identity: Identity | None = ALICE
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = threading.Event()

    def mint(self, code: str | None = None) -> Session:
        """Mint the next one, once a test lets it."""
        self.asked.set()
        assert self.may_answer.wait(SECONDS)
        if self.failure is not None:
            raise self.failure
        self.minted += 1
        expires_at = None if self.seconds is None else self.moment.now + self.seconds
        credentials = Credentials(f"ASIA{self.minted:04}", Secret("secret-secret"), Secret("token-token"), expires_at)
        return Session(credentials, self.name, issued_at=self.moment.now)

    def identify(self, credentials: Credentials) -> Identity | None:
        """Tell whose they are, or fail."""
        if self.failure is not None:
            raise self.failure
        return self.identity


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def source(moment: Moment) -> Counter:
    return Counter(moment)


@pytest.fixture
def broker(source: Counter, moment: Moment) -> Broker:
    return Broker(source, clock=ServerClock(boot=lambda: moment.now, wall=lambda: moment.now))


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)


def start_waiting(broker: Broker, threads: ThreadPoolExecutor, number: int = 1) -> list[Future[Credentials]]:
    started = [threads.submit(broker.acquire) for _ in range(number)]
    wait_until(lambda: broker.snapshot().waiting == number)
    return started


# States


@pytest.mark.parametrize(
    ("lifetime", "after", "state", "remaining"),
    [
        (1000.0, 0.0, State.LIVE, 1000.0),
        (1000.0, 849.0, State.LIVE, 151.0),
        (1000.0, 851.0, State.EXPIRING, 149.0),
        (1000.0, 999.9, State.EXPIRING, 0.1),
        (1000.0, 1000.0, State.EXPIRED, 0.0),
        (1000.0, 5000.0, State.EXPIRED, 0.0),
        (129_600.0, 128_000.0, State.LIVE, 1600.0),
        (129_600.0, 129_001.0, State.EXPIRING, 599.0),
        (None, 100_000.0, State.UNKNOWN, None),
    ],
)
def test_state_at_a_moment(
    broker: Broker,
    source: Counter,
    moment: Moment,
    lifetime: float | None,
    after: float,
    state: State,
    remaining: float,
) -> None:
    source.seconds = lifetime
    broker.renew()
    moment.now += after
    snapshot = broker.snapshot()
    assert snapshot.state is state
    assert snapshot.remaining == (None if remaining is None else pytest.approx(remaining, abs=1e-3))


def test_before_the_first_session_there_is_none(broker: Broker) -> None:
    snapshot = broker.snapshot()
    assert (snapshot.state, snapshot.session, snapshot.generation) == (State.NONE, None, 0)


@pytest.mark.parametrize(("had_one", "state"), [(False, State.STARTING), (True, State.RENEWING)])
def test_while_it_mints_it_is_starting_or_renewing(
    broker: Broker, source: Counter, threads: ThreadPoolExecutor, had_one: bool, state: State
) -> None:
    if had_one:
        broker.renew()
    source.asked.clear()
    source.may_answer.clear()
    renewal = threads.submit(broker.renew)
    assert source.asked.wait(SECONDS)
    assert broker.snapshot().state is state
    source.may_answer.set()
    renewal.result(SECONDS)
    assert broker.snapshot().state is State.LIVE


@pytest.mark.parametrize(
    ("state", "usable"),
    [
        (State.STARTING, False),
        (State.LIVE, True),
        (State.EXPIRING, True),
        (State.EXPIRED, False),
        (State.RENEWING, False),
        (State.UNKNOWN, True),
    ],
)
def test_requests_go_through_in_some_states(state: State, usable: bool) -> None:
    assert state.usable is usable


@pytest.mark.parametrize(("after", "share"), [(0.0, 1.0), (250.0, 0.75), (1000.0, 0.0), (2000.0, 0.0)])
def test_the_share_left_shrinks_to_nothing(broker: Broker, moment: Moment, after: float, share: float) -> None:
    broker.renew()
    moment.now += after
    assert broker.snapshot().share_left == pytest.approx(share)


def test_the_share_left_of_an_unknown_expiry_is_unknown(broker: Broker, source: Counter) -> None:
    source.seconds = None
    broker.renew()
    assert broker.snapshot().share_left is None


# Renewing


def test_each_renewal_is_a_generation(broker: Broker) -> None:
    for generation in (1, 2, 3):
        broker.renew()
        assert broker.snapshot().generation == generation
    assert broker.acquire().access_key == "ASIA0003"


def test_many_renewals_at_once_mint_one_session(broker: Broker, source: Counter, threads: ThreadPoolExecutor) -> None:
    source.may_answer.clear()
    first = threads.submit(broker.renew)
    assert source.asked.wait(SECONDS)
    others = [threads.submit(broker.renew) for _ in range(10)]
    time.sleep(0.02)  # for the others to arrive; were they late, each would mint one and the test would tell
    source.may_answer.set()
    for each in [first, *others]:
        each.result(SECONDS)
    assert (source.minted, broker.snapshot().generation) == (1, 1)


def test_who_waits_for_anothers_renewal_fails_as_it_does(
    broker: Broker, source: Counter, threads: ThreadPoolExecutor
) -> None:
    source.failure = NetworkError("nobody answers")
    source.may_answer.clear()
    first = threads.submit(broker.renew)
    assert source.asked.wait(SECONDS)
    second = threads.submit(broker.renew)
    time.sleep(0.02)
    source.may_answer.set()
    for each in (first, second):
        assert isinstance(each.exception(SECONDS), NetworkError)


def test_closing_frees_who_waits_for_anothers_renewal(
    broker: Broker, source: Counter, threads: ThreadPoolExecutor
) -> None:
    source.may_answer.clear()
    first = threads.submit(broker.renew)
    assert source.asked.wait(SECONDS)
    second = threads.submit(broker.renew)
    time.sleep(0.02)
    broker.close()
    assert isinstance(second.exception(1), SessionClosed)
    source.may_answer.set()
    first.result(SECONDS)


def test_a_failed_renewal_leaves_the_state(broker: Broker, source: Counter) -> None:
    broker.renew()
    before = broker.snapshot()
    source.failure = NetworkError("nobody answers")
    with pytest.raises(NetworkError):
        broker.renew()
    assert broker.snapshot() == before
    assert broker.acquire().access_key == "ASIA0001"


def test_a_failed_renewal_leaves_an_ended_session_ended_and_can_be_repeated(broker: Broker, source: Counter) -> None:
    broker.renew()
    broker.reject("ASIA0001", "ExpiredToken")
    source.failure = NetworkError("nobody answers")
    with pytest.raises(NetworkError):
        broker.renew()
    assert (broker.snapshot().state, broker.snapshot().ended_because) == (State.EXPIRED, "ExpiredToken")
    source.failure = None
    broker.renew()
    assert (broker.snapshot().state, broker.snapshot().ended_because) == (State.LIVE, None)


def test_a_live_session_serves_while_the_next_is_minted(
    broker: Broker, source: Counter, threads: ThreadPoolExecutor
) -> None:
    broker.renew()
    source.may_answer.clear()
    source.asked.clear()
    renewal = threads.submit(broker.renew)
    assert source.asked.wait(SECONDS)
    assert broker.acquire().access_key == "ASIA0001"
    source.may_answer.set()
    renewal.result(SECONDS)
    assert broker.acquire().access_key == "ASIA0002"


# The gate


def test_all_that_waits_goes_on_with_the_next_session(broker: Broker, threads: ThreadPoolExecutor) -> None:
    waiting = start_waiting(broker, threads, 8)
    broker.renew()
    assert {each.result(SECONDS).access_key for each in waiting} == {"ASIA0001"}
    assert broker.snapshot().waiting == 0


def test_an_expired_session_is_never_handed_out(broker: Broker, moment: Moment) -> None:
    broker.renew()
    moment.now += 1000
    with no_waiting(), pytest.raises(SessionExpired):
        broker.acquire()


def test_who_must_not_wait_does_not(broker: Broker) -> None:
    with no_waiting(), pytest.raises(SessionExpired):
        broker.acquire()
    assert broker.snapshot().waiting == 0


def test_who_must_not_wait_gets_a_live_session(broker: Broker) -> None:
    broker.renew()
    with no_waiting():
        assert broker.acquire().access_key == "ASIA0001"


def test_a_waiting_request_can_be_stopped_soon(broker: Broker, threads: ThreadPoolExecutor) -> None:
    stopped = threading.Event()

    def wait() -> None:
        with stoppable(stopped.is_set):
            broker.acquire()

    waiting = threads.submit(wait)
    wait_until(lambda: broker.snapshot().waiting == 1)
    began = time.monotonic()
    stopped.set()
    assert isinstance(waiting.exception(SECONDS), Cancelled)
    assert time.monotonic() - began < 0.2
    assert broker.snapshot().waiting == 0


def test_stopping_one_request_stops_no_other(broker: Broker, threads: ThreadPoolExecutor) -> None:
    def stopped() -> None:
        with stoppable(lambda: True):
            broker.acquire()

    (waiting,) = start_waiting(broker, threads)
    assert isinstance(threads.submit(stopped).exception(SECONDS), Cancelled)
    assert not waiting.done()
    broker.renew()
    assert waiting.result(SECONDS)


def test_closing_frees_everyone(broker: Broker, threads: ThreadPoolExecutor) -> None:
    waiting = start_waiting(broker, threads, 4)
    broker.close()
    assert all(isinstance(each.exception(1), SessionClosed) for each in waiting)


def test_nobody_begins_to_wait_once_it_is_closed(broker: Broker) -> None:
    broker.close()
    with pytest.raises(SessionClosed):
        broker.acquire()


# Refused by a server


def test_a_refused_session_is_over(broker: Broker) -> None:
    broker.renew()
    assert broker.reject("ASIA0001", "InvalidAccessKeyId")
    snapshot = broker.snapshot()
    assert (snapshot.state, snapshot.ended_because) == (State.EXPIRED, "InvalidAccessKeyId")


def test_news_about_an_earlier_session_changes_nothing(broker: Broker) -> None:
    broker.renew()
    broker.renew()
    assert not broker.reject("ASIA0001", "ExpiredToken")
    assert broker.snapshot().state is State.LIVE


def test_the_first_refusal_counts(broker: Broker) -> None:
    broker.renew()
    broker.reject("ASIA0001", "ExpiredToken")
    assert not broker.reject("ASIA0001", "InvalidAccessKeyId")
    assert broker.snapshot().ended_because == "ExpiredToken"


def test_a_key_is_proven_until_the_next_one_comes(broker: Broker) -> None:
    broker.renew()
    assert not broker.is_proven("ASIA0001")
    broker.approve("ASIA0001")
    assert broker.is_proven("ASIA0001")
    broker.renew()
    broker.approve("ASIA0001")
    assert not broker.is_proven("ASIA0001")
    assert not broker.is_proven("ASIA0002")


@pytest.mark.parametrize(("after", "maybe"), [(998.0, False), (1000.0, True)])
def test_it_may_be_past_expiry_at_expiry(broker: Broker, moment: Moment, after: float, maybe: bool) -> None:
    broker.renew()
    moment.now += after
    assert broker.may_be_past_expiry() is maybe


def test_an_unknown_expiry_is_never_past(broker: Broker, source: Counter, moment: Moment) -> None:
    source.seconds = None
    broker.renew()
    moment.now += 1e6
    assert not broker.may_be_past_expiry()


# The identity


def test_the_identity_is_asked_for(broker: Broker) -> None:
    broker.renew()
    broker.identify()
    session = broker.snapshot().session
    assert session is not None
    assert session.identity == ALICE


def test_the_identity_stays_known_through_a_renewal(broker: Broker) -> None:
    broker.renew()
    broker.identify()
    broker.renew()
    session = broker.snapshot().session
    assert session is not None
    assert session.identity == ALICE


@pytest.mark.parametrize("change", [{"identity": None}, {"failure": NetworkError("gone")}])
def test_an_identity_that_the_server_does_not_tell_is_no_error(
    broker: Broker, source: Counter, change: dict[str, object]
) -> None:
    broker.renew()
    vars(source).update(change)
    broker.identify()
    session = broker.snapshot().session
    assert session is not None
    assert session.identity is None


def test_without_a_session_there_is_nobody_to_identify(broker: Broker) -> None:
    broker.identify()
    assert broker.snapshot().session is None


# Listeners


def test_listeners_hear_of_everything_in_order(broker: Broker, threads: ThreadPoolExecutor) -> None:
    heard: list[Event] = []
    broker.subscribe(heard.append)
    (waiting,) = start_waiting(broker, threads)
    wait_until(lambda: heard == [Event.WAITING])
    broker.renew()
    waiting.result(SECONDS)
    broker.identify()
    broker.reject("ASIA0001", "ExpiredToken")
    assert heard == [Event.WAITING, Event.RENEWED, Event.IDENTIFIED, Event.ENDED]


def test_listeners_are_called_outside_of_the_lock(broker: Broker, threads: ThreadPoolExecutor) -> None:
    snapshots = []

    def ask_on_another_thread(_: Event) -> None:
        snapshots.append(threads.submit(broker.snapshot).result(SECONDS))

    broker.subscribe(ask_on_another_thread)
    (waiting,) = start_waiting(broker, threads)
    wait_until(lambda: len(snapshots) == 1)
    broker.renew()
    waiting.result(SECONDS)
    broker.identify()
    broker.reject("ASIA0001", "ExpiredToken")
    assert [each.state for each in snapshots] == [State.NONE, State.LIVE, State.LIVE, State.EXPIRED]


def test_a_listener_may_renew(broker: Broker) -> None:
    broker.subscribe(lambda event: broker.renew() if event is Event.WAITING else None)
    assert broker.acquire().access_key == "ASIA0001"


def test_a_snapshot_does_not_change(broker: Broker, moment: Moment) -> None:
    broker.renew()
    snapshot = broker.snapshot()
    moment.now += 5000
    assert (snapshot.state, snapshot.remaining) == (State.LIVE, 1000.0)
