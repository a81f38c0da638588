"""The only way off the event loop: run a blocking call on a daemon thread of its own and await it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from s3browse.session.broker import stoppable

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call on a daemon thread and await its result.

    Unlike a thread pool's, such a thread never delays the end of the program. When the awaiting task is cancelled
    the call's result is dropped, and if it waits at the session's gate it ends there.

    Returns:
        What the function returns. Whatever it raises is raised here.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    abandoned = threading.Event()

    def deliver(result: T | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            with stoppable(abandoned.is_set):
                result = function(*args, **kwargs)
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            loop.call_soon_threadsafe(deliver, result, failure)

    threading.Thread(target=run, name=f"s3browse-{function.__name__}", daemon=True).start()
    try:
        return await future
    finally:
        abandoned.set()
