"""What is printed when the program fails: where it failed, and no value that it held."""

from __future__ import annotations

import traceback

from rich.text import Text
from textual.worker import WorkerFailed

from s3browse.session.secrets import redact
from s3browse.text import safe_lines


def crash_report(error: BaseException | None) -> Text:
    """Describe a crash for the terminal, without local variables and without secrets.

    Textual's own report shows the local variables of every frame, keys and tokens among them.
    """
    if isinstance(error, WorkerFailed):
        error = error.error
    trace = "".join(traceback.format_exception(error)) if error else "No traceback is known.\n"
    return Text(
        f"s3browse has failed. This is a mistake in the program; your objects are untouched.\n\n"
        f"{safe_lines(redact(trace))}\n\n"
        "Please report it with the lines above (secrets have been taken out).\n"
    )
