"""What counts as the next session: a newer one of the same principal, which the server takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from s3browse.errors import NetworkError, NothingNewer, SessionError
from s3browse.s3.location import Location
from s3browse.session.broker import Broker, Event, State
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials, Identity, Session
from s3browse.session.secrets import Secret
from tests.stage import Stage

START = 1_800_000_000.0
ALICE = Identity("123456789012", "arn:aws:iam::123456789012:user/alice")
BOB = Identity("123456789012", "arn:aws:iam::123456789012:user/bob")


def assumed(role: str, name: str) -> Identity:
    """Somebody who has assumed a role."""
    return Identity("123456789012", f"arn:aws:sts::123456789012:assumed-role/{role}/{name}")


class Hand:
    """A source that mints what a test has laid out, and knows who each key belongs to."""

    name = "hand"
    mfa_serial = None

    def __init__(self) -> None:
        self.now = START
        self.failure: Exception | None = None
        self.owners: dict[str, Identity] = {}
        self.asked_about: list[str] = []
        self._next: Session | None = None

    def lay(self, key: str, *, owner: Identity = ALICE, base: str = "", identity: Identity | None = None) -> None:
        """Lay out what is minted from now on."""
        self.owners[key] = owner
        credentials = Credentials(key, Secret("secret-secret"), Secret("token-token"), self.now + 1000)
        self._next = Session(credentials, self.name, issued_at=self.now, base_key=base, identity=identity)

    def mint(self, code: str | None = None) -> Session:
        """Give what lies there."""
        if self.failure is not None:
            raise self.failure
        assert self._next is not None
        return replace(self._next)

    def identify(self, credentials: Credentials) -> Identity | None:
        """Tell whose they are."""
        self.asked_about.append(credentials.access_key)
        return self.owners[credentials.access_key]


@pytest.fixture
def hand() -> Hand:
    made = Hand()
    made.lay("ASIA0001", base="AKIA0001")
    return made


@pytest.fixture
def broker(hand: Hand) -> Broker:
    """A broker whose first session is live, and known to be alice's."""
    made = Broker(hand, clock=ServerClock(boot=lambda: hand.now, wall=lambda: hand.now))
    made.renew()
    made.identify()
    hand.asked_about.clear()
    return made


def identity_of(broker: Broker) -> Identity | None:
    """Who the session is known to belong to."""
    session = broker.snapshot().session
    assert session is not None
    return session.identity


# The same again


def test_the_same_credentials_again_are_nothing_newer(broker: Broker) -> None:
    with pytest.raises(NothingNewer, match="in use already"):
        broker.renew()


def test_the_same_credentials_again_change_nothing(broker: Broker) -> None:
    before = broker.snapshot()
    with pytest.raises(NothingNewer):
        broker.renew()
    assert broker.snapshot() == before


def test_the_same_credentials_again_do_not_revive_a_session_that_was_ended(broker: Broker) -> None:
    broker.reject("ASIA0001", "ExpiredToken")
    with pytest.raises(NothingNewer):
        broker.renew()
    assert (broker.snapshot().state, broker.snapshot().generation) == (State.EXPIRED, 1)


# Whose they are


def test_another_principals_session_is_not_taken(broker: Broker, hand: Hand) -> None:
    hand.lay("ASIA0002", owner=BOB, base="AKIA0002")
    with pytest.raises(SessionError) as caught:
        broker.renew()
    assert caught.value.title == "Another identity"
    assert BOB.arn in caught.value.message


def test_another_principals_session_changes_nothing(broker: Broker, hand: Hand) -> None:
    before = broker.snapshot()
    hand.lay("ASIA0002", owner=BOB, base="AKIA0002")
    with pytest.raises(SessionError):
        broker.renew()
    assert broker.snapshot() == before


def test_an_identity_that_the_session_brings_along_counts(broker: Broker, hand: Hand) -> None:
    hand.lay("ASIA0002", base="AKIA0001", identity=BOB)
    with pytest.raises(SessionError) as caught:
        broker.renew()
    assert (caught.value.title, hand.asked_about) == ("Another identity", [])


def test_the_same_base_key_carries_the_identity_without_asking(broker: Broker, hand: Hand) -> None:
    hand.lay("ASIA0002", base="AKIA0001")
    broker.renew()
    assert (identity_of(broker), hand.asked_about) == (ALICE, [])


def test_of_another_base_key_it_is_asked_who_it_is(broker: Broker, hand: Hand) -> None:
    hand.lay("ASIA0002", owner=ALICE, base="AKIA0002")
    broker.renew()
    assert (identity_of(broker), hand.asked_about) == (ALICE, ["ASIA0002"])


def test_a_role_may_be_renewed_under_another_sessions_name(hand: Hand) -> None:
    hand.lay("ASIA0001", owner=assumed("S3Access", "monday"), base="ASIA000A")
    broker = Broker(hand)
    broker.renew()
    broker.identify()
    hand.lay("ASIA0002", owner=assumed("S3Access", "tuesday"), base="ASIA000B")
    broker.renew()
    assert identity_of(broker) == assumed("S3Access", "tuesday")


def test_another_role_is_another_identity(hand: Hand) -> None:
    hand.lay("ASIA0001", owner=assumed("S3Access", "monday"), base="ASIA000A")
    broker = Broker(hand)
    broker.renew()
    broker.identify()
    hand.lay("ASIA0002", owner=assumed("Other", "monday"), base="ASIA000B")
    with pytest.raises(SessionError) as caught:
        broker.renew()
    assert caught.value.title == "Another identity"


# What is told


def test_a_renewal_that_fails_is_told(broker: Broker, hand: Hand) -> None:
    heard: list[Event] = []
    broker.subscribe(heard.append)
    hand.failure = NetworkError("Nothing answers")
    with pytest.raises(NetworkError):
        broker.renew()
    assert heard == [Event.NOT_RENEWED]


def test_why_a_renewal_failed_can_be_asked_until_the_next_one(broker: Broker, hand: Hand) -> None:
    hand.failure = NetworkError("Nothing answers")
    with pytest.raises(NetworkError):
        broker.renew()
    assert broker.renewal_failure is hand.failure
    hand.failure = None
    hand.lay("ASIA0002", base="AKIA0001")
    broker.renew()
    assert broker.renewal_failure is None


# How it ended


def test_of_a_session_that_the_server_ended_nothing_remains(broker: Broker) -> None:
    broker.reject("ASIA0001", "InvalidAccessKeyId")
    snapshot = broker.snapshot()
    assert (snapshot.remaining, snapshot.ended_because) == (0.0, "InvalidAccessKeyId")


@pytest.mark.parametrize("refused", [False, True])
def test_a_session_that_ended_by_the_clock_was_ended_by_nobody(broker: Broker, hand: Hand, refused: bool) -> None:
    if refused:
        broker.reject("ASIA0001", "ExpiredToken")
    hand.now += 1000
    snapshot = broker.snapshot()
    assert (snapshot.state, snapshot.remaining, snapshot.ended_because) == (State.EXPIRED, 0.0, None)


# A server that takes none of them


def test_a_server_that_takes_no_session_is_named_as_the_wrong_one(stage: Stage) -> None:
    connection = stage.connect()
    broker = connection.broker

    def answer(event: Event) -> None:
        if event is Event.WAITING:
            broker.renew()
        elif event is Event.RENEWED:
            stage.server.revoke(stage.live_key)

    broker.subscribe(answer)
    broker.renew()
    with pytest.raises(SessionError) as caught:
        connection.s3.page(Location("acme-logs"))
    assert caught.value.title == "The server does not know these keys"
    assert "--endpoint-url (S3) and --sts-endpoint-url (STS)" in caught.value.hint
    assert broker.snapshot().generation == 2
