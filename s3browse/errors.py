"""What can go wrong, in words for the person.

Every error that reaches a screen is one of these: a title (what happened), a message (why, often in the
server's own words) and a hint (what to do now).

    S3BrowseError
    ├── SetupError            nothing can begin: settings, profile, options
    │   └── NoCredentials
    ├── SessionError          the session cannot be had or renewed
    │   ├── CodeNeeded        an MFA code is missing
    │   ├── CodeRefused       the MFA code was wrong, late or used before
    │   ├── NothingNewer      the same temporary credentials were found again
    │   ├── SessionExpired    asked by someone who must not wait at the gate
    │   └── SessionClosed     the program is ending
    ├── ReadOnlyHere          would write where only reading was asked for
    ├── Cancelled             the person stopped it
    ├── NetworkError          no answer: address, TLS, time-out
    ├── ClockWrong            this machine's clock is off
    └── ServiceError          the server answered with an error
        ├── AccessDenied
        ├── NotFound
        └── NotSupported      this server lacks the call
"""

from __future__ import annotations


class S3BrowseError(Exception):
    """An error that a person can read.

    Args:
        message: Why it happened. May hold a stranger's words; it is shown as text, never as markup.
        title: What happened, in a few words.
        hint: What the person can do about it.
    """

    title = "Something went wrong"
    hint = ""

    def __init__(self, message: str, *, title: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.title = title or self.title
        self.hint = hint if hint is not None else self.hint

    def __str__(self) -> str:
        return f"{self.title}: {self.message}" + (f"\n{self.hint}" if self.hint else "")


class SetupError(S3BrowseError):
    """The settings, the profile or the options do not lead anywhere."""

    title = "Cannot start"


class NoCredentials(SetupError):
    """The SDK's chain found no base credentials."""

    title = "No credentials found"


class SessionError(S3BrowseError):
    """A session could not be had or renewed."""

    title = "No session"


class CodeNeeded(SessionError):
    """The source wants the code of an MFA device.

    Args:
        serial: The device's serial number or ARN.
    """

    title = "MFA code needed"

    def __init__(self, serial: str) -> None:
        super().__init__(f"A code of the MFA device {serial} is needed.")
        self.serial = serial


class CodeRefused(SessionError):
    """The server did not take the MFA code."""

    title = "MFA code not accepted"
    hint = "Each code works once: wait for the next one, then type it."


class SessionExpired(SessionError):
    """The session is over and the caller must not wait for the next one."""

    title = "Session expired"
    hint = "Renew it."


class NothingNewer(SessionError):
    """The source gave the credentials again that are in use already."""

    title = "Nothing newer to use"
    hint = "Renew them where they come from (the tool or terminal that set them), then renew here."


class SessionClosed(SessionError):
    """The program is ending, so nothing waits for a session any more."""

    title = "Session closed"


class ReadOnlyHere(S3BrowseError):
    """The person asked for a session that only reads, and this would write."""

    title = "Read-only"
    hint = "Start without --read-only to write."


class Cancelled(S3BrowseError):
    """The person stopped what was going on."""

    title = "Stopped"


class NetworkError(S3BrowseError):
    """The server could not be reached or did not answer."""

    title = "Cannot reach the server"


class ClockWrong(S3BrowseError):
    """This machine's clock and the server's are too far apart for a signature to hold."""

    title = "This machine's clock is wrong"


class ServiceError(S3BrowseError):
    """The server answered with an error.

    Args:
        message: The server's message.
        code: The server's error code, or the HTTP status where it sent none.
    """

    title = "The server refused"

    def __init__(self, message: str, *, code: str = "", title: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, title=title, hint=hint)
        self.code = code


class AccessDenied(ServiceError):
    """The session is live, but it may not do this."""

    title = "Access denied"
    hint = "The session is fine; its permissions do not allow this here."


class NotFound(ServiceError):
    """There is no such bucket or object."""

    title = "Not found"


class NotSupported(ServiceError):
    """This server lacks the call."""

    title = "Not supported by this server"
