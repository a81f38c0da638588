"""What tests set the program up with: a clock that they move, and a connection to a demo server of their own."""

from __future__ import annotations

import time
from dataclasses import replace

from s3browse.demo.server import DemoServer
from s3browse.s3.connection import Connection, connect
from s3browse.s3.location import ROOT, Location
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from s3browse.ui.app import S3BrowseApp


class Clocks:
    """This machine's two clocks, under a test's control."""

    def __init__(self) -> None:
        self.moved = 0.0

    def boot(self) -> float:
        """The clock that never steps, in seconds."""
        return time.monotonic() + self.moved

    def wall(self) -> float:
        """The clock on the wall, in seconds since 1970."""
        return time.time() + self.moved

    def server_clock(self) -> ServerClock:
        """A program's view of server time that runs on these clocks."""
        return ServerClock(boot=self.boot, wall=self.wall)


def settings_for(server: DemoServer, *, duration: int = 120) -> Settings:
    """Settings that reach a demo server with alice's long-term keys."""
    return Settings(
        region="us-east-1",
        endpoint_url=server.endpoint_url,
        sts_endpoint_url=server.endpoint_url,
        duration=duration,
        mfa_serial=server.mfa_serial,
        base=Credentials(server.access_key, Secret(server.secret_key)),
    )


class Stage:
    """A demo server, the clocks of a machine, and a program on it.

    Args:
        server: A started demo server.
    """

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.clocks = Clocks()
        self.settings = settings_for(server)
        self.connection: Connection | None = None

    def connect(self, **changes: object) -> Connection:
        """Open a connection, with some settings changed; no session has been minted yet."""
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.connection = connect(settings, clock=self.clocks.server_clock())
        return self.connection

    def app(self, start: Location = ROOT, **changes: object) -> S3BrowseApp:
        """A program that has not been run yet."""
        return S3BrowseApp(lambda: self.connect(**changes), start=start)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the server and for this machine alike."""
        self.server.clock.advance(seconds)
        self.clocks.moved += seconds

    def pass_time_on_server(self, seconds: float) -> None:
        """Let time pass for the server only, as if this machine had not noticed."""
        self.server.clock.advance(seconds)

    @property
    def live_key(self) -> str:
        """The key id of the program's present session."""
        assert self.connection is not None
        session = self.connection.broker.snapshot().session
        assert session is not None
        return session.credentials.access_key
