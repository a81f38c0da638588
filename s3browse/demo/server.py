"""The demo's server: starts and stops the embedded S3 and STS."""

from __future__ import annotations

import threading
from types import TracebackType

from s3browse.demo import samples, sts
from s3browse.demo.clock import DemoClock
from s3browse.demo.connection import Server
from s3browse.demo.gate import Gate, Request
from s3browse.demo.keyring import ALICE, ROOT, Keyring
from s3browse.demo.s3 import S3
from s3browse.demo.store import Store

__all__ = ["DemoClock", "DemoServer", "Request"]


class DemoServer:
    """An S3 and an STS on 127.0.0.1 whose sessions really end.

    Its objects live in the process, so only one server lives at a time. It is a context manager::

        with DemoServer(session_seconds=60) as demo:
            client = boto3.client("s3", endpoint_url=demo.endpoint_url, ...)

    Args:
        session_seconds: The longest session that STS grants, in seconds.
        keys: How many computed objects stand below ``events/`` in the bucket ``acme-data-lake``.
        mfa: Whether alice's sessions need a code of her MFA device; it is always 123456.
        seed: Makes the same keys in the same order again; None makes secret ones.
    """

    def __init__(
        self, *, session_seconds: int = 120, keys: int = 100_000, mfa: bool = False, seed: int | None = None
    ) -> None:
        self.clock = DemoClock()
        self._keys = keys
        self._keyring = Keyring(self.clock, seed=seed)
        self._sts = sts.Sts(self._keyring, self.clock, session_seconds=session_seconds, mfa=mfa)
        self.mfa_serial = sts.MFA_SERIAL if mfa else None
        self.mfa_code = sts.MFA_CODE if mfa else None
        alice, root = self._keyring.add_long_term(ALICE), self._keyring.add_long_term(ROOT)
        self.access_key, self.secret_key = alice.access_key, alice.secret
        self.root_access_key, self.root_secret_key = root.access_key, root.secret
        self.role_arn = sts.ROLE_ARN
        self.endpoint_url = ""
        """Where both services answer, once started."""

    def __enter__(self) -> DemoServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Fills the buckets and begins to serve, in threads of its own."""
        self._store = Store()
        samples.fill(self._store)
        s3 = S3(self._store, samples.computed(self._keys))
        self._gate = Gate(self._keyring, self.clock, s3, self._sts)
        self._server = Server(self._gate)
        self.endpoint_url = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="demo-server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Closes every connection and drops the buckets."""
        self._server.stop()
        self._thread.join()
        self._store.clear()

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first; of very many, the latest 100,000."""
        return list(self._gate.requests)

    @property
    def latency(self) -> float:
        """Seconds slept before each of S3's answers."""
        return self._gate.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._gate.latency = seconds

    def end_session(self, access_key: str) -> None:
        """Ends a session, as if it expired now: its later requests get ExpiredToken."""
        self._keyring.end_session(access_key)

    def revoke(self, access_key: str) -> None:
        """Forgets a key: its later requests get InvalidAccessKeyId."""
        self._keyring.revoke(access_key)
