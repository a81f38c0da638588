"""A session without a screen: minted, then printed or handed to a command."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from getpass import getpass
from typing import Any, NoReturn

import botocore.session

from s3browse import text
from s3browse.errors import Cancelled, CodeNeeded, CodeRefused, S3BrowseError, SetupError
from s3browse.formats import NAMES_THE_IDENTITY, render, variables
from s3browse.session.broker import Broker, no_waiting
from s3browse.session.choose import choose_source
from s3browse.session.clock import ServerClock
from s3browse.session.failures import BOTO_ERRORS, translate
from s3browse.session.secrets import Secret, redact
from s3browse.session.settings import Settings

MOST_CODES = 3
"""How many MFA codes a person may try."""

_DEPTH = "S3BROWSE_DEPTH"
_DEEPEST = 4

_STRIPPED = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_SESSION_EXPIRATION",
        "AWSUME_EXPIRATION",
        "AWS_CREDENTIAL_FILE",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        _DEPTH,
    }
)
_STRIPPED_BEGINNINGS = ("AWS_CONTAINER_CREDENTIALS_", "AWS_CONTAINER_AUTHORIZATION_", "AWS_BEARER_TOKEN_")
"""What is, or leads to, other credentials than the session's."""


class CannotRun(S3BrowseError):
    """A command cannot be run.

    Args:
        command: Its name.
        error: What stood in the way.
    """

    title = "Cannot run the command"

    def __init__(self, command: str, error: OSError | ValueError) -> None:
        reason = error.strerror if isinstance(error, OSError) else error
        super().__init__(f"{command}: {reason}")
        self.status = 127 if isinstance(error, FileNotFoundError) else 126
        """The exit status that shells have for it."""


def session_text(settings: Settings, form: str) -> str:
    """Mint a session and write it in one of the formats. Blocks; may ask for an MFA code.

    Raises:
        CodeNeeded: When an MFA code is wanted and there is nobody to ask.
        S3BrowseError: When the session cannot be had.
    """
    broker = _begin(settings)
    if form in NAMES_THE_IDENTITY:
        broker.identify()
    return render(form, broker.snapshot(), _region(settings))


def run_in_session(settings: Settings, command: Sequence[str]) -> NoReturn:
    """Mint a session and become a command that has it in its environment. Blocks; may ask for an MFA code.

    The command takes this process over, so that its signals and its exit status are its own.

    Raises:
        CannotRun: When there is no such command, or it cannot be run.
        CodeNeeded: When an MFA code is wanted and there is nobody to ask.
        S3BrowseError: When the session cannot be had.
    """
    if shutil.which(command[0], mode=os.F_OK) is None:  # looked for before a code is used up
        raise CannotRun(command[0], FileNotFoundError(errno.ENOENT, "command not found"))
    environment = _environment(settings)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores these, and a command would inherit that
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), environment)
    except (OSError, ValueError) as error:
        raise CannotRun(command[0], error) from error


def _environment(settings: Settings) -> dict[str, str]:
    """This process's environment with a new session in place of all other credentials."""
    broker = _begin(settings)
    with no_waiting():
        credentials = broker.acquire()
    kept = {name: value for name, value in os.environ.items() if not _is_stripped(name)}
    addresses, bundle = _addresses(settings), _authorities(settings)
    if addresses:
        kept.pop("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", None)
    return kept | variables(credentials, _region(settings)) | addresses | ({"AWS_CA_BUNDLE": bundle} if bundle else {})


def _begin(settings: Settings) -> Broker:
    clock = ServerClock()
    try:
        with _nested():
            broker = Broker(choose_source(settings, clock), clock=clock)
            _renew(broker)
    except (*BOTO_ERRORS, OSError) as error:
        raise translate(error) from error
    return broker


@contextmanager
def _nested() -> Iterator[None]:
    """End a profile whose ``credential_process`` asks for that very profile: it would start processes for ever."""
    before = os.environ.get(_DEPTH, "")
    if len(before) >= _DEEPEST:
        raise SetupError(
            "The credential process of a profile asks for that profile again.",
            title="The profile leads to itself",
            hint="Name the one with the base credentials: credential_process = s3browse session --profile base …",
        )
    os.environ[_DEPTH] = before + "1"
    try:
        yield
    finally:
        del os.environ[_DEPTH]
        if before:
            os.environ[_DEPTH] = before


def _renew(broker: Broker) -> None:
    serial = broker.source.mfa_serial
    if serial is None:
        broker.renew()
        return
    trouble = ""
    for left in reversed(range(MOST_CODES)):
        try:
            broker.renew(_ask_code(serial, trouble))
            return
        except CodeRefused as refused:
            if not left:
                raise
            trouble = f"{text.safe_lines(redact(str(refused)))}\n"


def _ask_code(serial: str, trouble: str) -> Secret:
    if not (sys.stdin and sys.stdin.isatty()):
        needed = CodeNeeded(text.safe(serial))
        needed.hint = "Standard input is no terminal, so nobody can be asked for it: run this in one."
        raise needed
    try:
        code = getpass(f"{trouble}MFA code of {text.safe(serial)}: ", stream=None).strip()
    except EOFError:
        raise Cancelled("No MFA code was given.") from None
    if not (code.isascii() and code.isdigit()):
        raise CodeRefused("A code is made of digits.", hint="Type the one that the device shows now.")
    return Secret(code)


def _is_stripped(name: str) -> bool:
    return name in _STRIPPED or name.startswith(_STRIPPED_BEGINNINGS)


def _region(settings: Settings) -> str | None:
    region: str | None = settings.region or _sdk(settings).get_config_variable("region")
    return region


def _authorities(settings: Settings) -> str | None:
    given = settings.verify if isinstance(settings.verify, str) else None
    bundle: str | None = given or _sdk(settings).get_config_variable("ca_bundle")
    return bundle


def _addresses(settings: Settings) -> dict[str, str]:
    """Where S3 and STS are, as variables: as given, else as the profile says, which the command no longer sees."""
    given = {"s3": settings.endpoint_url, "sts": settings.sts_endpoint_url}
    found = {service: url or _address_of_profile(settings, service) for service, url in given.items()}
    return {f"AWS_ENDPOINT_URL_{service.upper()}": url for service, url in found.items() if url}


def _address_of_profile(settings: Settings, service: str) -> str | None:
    sdk = _sdk(settings)
    in_environment = {"AWS_ENDPOINT_URL", f"AWS_ENDPOINT_URL_{service.upper()}"} & os.environ.keys()
    if in_environment or sdk.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    profile = sdk.get_scoped_config()
    section = sdk.full_config.get("services", {}).get(profile.get("services"), {}).get(service, {})
    address: str | None = section.get("endpoint_url") or profile.get("endpoint_url")
    return address


def _sdk(settings: Settings) -> Any:
    return botocore.session.Session(profile=settings.profile)
