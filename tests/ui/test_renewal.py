"""What happens at a session's end, as the person has chosen it: ask, renew ahead, or leave it."""

from __future__ import annotations

from s3browse.s3.location import Location
from s3browse.session.broker import State
from s3browse.session.settings import Renewal
from s3browse.ui.screens.renew import RenewScreen
from tests.stage import Stage
from tests.ui.conftest import person_at

LOGS = Location("acme-logs")


async def test_auto_renews_ahead_of_the_end_without_a_word_from_the_person(stage: Stage) -> None:
    async with person_at(stage.app(LOGS, renewal=Renewal.AUTO)) as person:
        await person.comes_to(LOGS)
        first = stage.live_key
        stage.pass_time(97)  # of 120: in the last fifth
        await person.until(lambda: stage.live_key != first)
        assert not isinstance(person.app.screen, RenewScreen)
        minted = [request for request in stage.server.requests if "GetSessionToken" in request.query]
        assert len(minted) == 2


async def test_auto_renews_what_the_server_has_ended(stage: Stage) -> None:
    async with person_at(stage.app(LOGS, renewal=Renewal.AUTO)) as person:
        await person.comes_to(LOGS)
        first = stage.live_key
        stage.server.revoke(first)
        await person.press("ctrl+r")
        await person.until(lambda: stage.live_key != first)
        await person.comes_to(LOGS)
        assert person.app.screen is person.app.browser


async def test_auto_that_fails_asks_at_the_end(stage: Stage) -> None:
    async with person_at(stage.app(LOGS, renewal=Renewal.AUTO)) as person:
        await person.comes_to(LOGS)
        stage.server.revoke(stage.server.access_key)
        stage.pass_time(97)
        await person.until(lambda: person.toasts)
        assert person.app.screen is person.app.browser
        stage.pass_time(30)
        await person.meets(RenewScreen)


async def test_never_asks_nothing_and_r_still_renews(stage: Stage) -> None:
    async with person_at(stage.app(LOGS, renewal=Renewal.NEVER)) as person:
        await person.comes_to(LOGS)
        first = stage.live_key
        stage.pass_time(121)
        await person.sees("expired")
        await person.press("ctrl+r")
        await person.sees("waiting for the session")
        assert person.app.screen is person.app.browser
        await person.press("R")
        await person.meets(RenewScreen)
        await person.press("enter")
        await person.until(lambda: stage.live_key != first)
        assert stage.connection is not None
        assert stage.connection.broker.snapshot().state is State.LIVE
