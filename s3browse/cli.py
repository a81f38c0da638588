"""The command line. Everything heavy is imported inside functions, so that ``--help`` answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from s3browse import __version__

if TYPE_CHECKING:
    from s3browse.s3.connection import Connection
    from s3browse.s3.location import Location
    from s3browse.session.settings import Settings

FAILED = 1
USAGE_ERROR = 2
PERSON_NEEDED = 4

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_EPILOG = """\b
Commands:
  s3browse demo      the same browser on a server of its own, with short sessions and sample
                     data; needs no account (s3browse demo --help)
  s3browse session   print a session: its facts, or its keys for a shell, a program or the SDKs
  s3browse exec      run a command with a session in its environment

Base credentials come from the SDK's chain, as in the AWS CLI. No option takes a secret."""


class _DefaultCommand(click.Group):
    """A group whose first command is meant when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = ["browse", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return "" if name == "browse" else name, command, rest


class _UnnamedContext(click.Context):
    """The context of a command that people do not name."""

    @property
    def command_path(self) -> str:
        return super().command_path.rstrip()


_CONNECTION_OPTIONS = (
    click.option("--profile", metavar="NAME", help="Profile of ~/.aws to take base credentials and settings from."),
    click.option(
        "--region", metavar="REGION", help="Region to sign for; else AWS_REGION, AWS_DEFAULT_REGION, the profile."
    ),
    click.option("--endpoint-url", metavar="URL", help="Where S3 is, if not at AWS."),
    click.option("--sts-endpoint-url", metavar="URL", help="Where STS is, if not at AWS."),
    click.option("--no-verify-ssl", is_flag=True, help="Do not check TLS certificates."),
    click.option(
        "--ca-bundle", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Authorities to trust."
    ),
    click.option("--role-arn", metavar="ARN", help="Assume this role with the base credentials."),
    click.option("--external-id", metavar="ID", help="External id that the role's trust policy wants."),
    click.option("--federation-name", metavar="NAME", help="Ask for a federated user's session (GetFederationToken)."),
    click.option("--read-only", is_flag=True, help="A session that cannot write: by its policy, else refused here."),
    click.option("--duration", metavar="TIME", help="Session length: 15m to 36h, or seconds.  [default: 1h]"),
    click.option("--mfa-serial", metavar="ARN", envvar="AWS_MFA_SERIAL", help="MFA device; its code is asked for."),
    click.option("--debug", is_flag=True, help="Write a log, without secrets."),
)


def _connection_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that say how a session is had."""
    for option in reversed(_CONNECTION_OPTIONS):
        function = option(function)
    return function


@click.group(cls=_DefaultCommand)
def cli() -> None:
    """Browse S3 in the terminal, inside a temporary session."""


@cli.command("browse", epilog=_EPILOG, context_settings=_HELP)
@click.argument("location", required=False, default="")
@_connection_options
@click.option(
    "--renew",
    type=click.Choice(["ask", "auto", "never"]),
    default="ask",
    show_default=True,
    help="When a session ends: ask; auto renews ahead where no code is needed; never waits for R.",
)
@click.option("--request-payer", type=click.Choice(["requester"]), help="Agree to pay for reading others' buckets.")
@click.version_option(__version__, prog_name="s3browse")
def browse(location: str, debug: bool, **options: Any) -> int:
    """Browse S3 in the terminal, inside a temporary session.

    LOCATION is where to begin: s3://bucket/prefix, an ARN, or an address of the AWS console. Without it, the list
    of buckets.
    """
    from s3browse.errors import S3BrowseError

    try:
        start, settings = _read_location(location), _read_settings(options)
        if debug:
            _log()
    except S3BrowseError as error:
        raise click.UsageError(str(error)) from None

    def open_connection() -> Connection:
        from s3browse.s3.connection import connect

        return connect(settings)

    return _run_app(open_connection, start)


browse.context_class = _UnnamedContext


@cli.command("session", context_settings=_HELP)
@_connection_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "env", "fish", "powershell", "json", "process"]),
    default="table",
    show_default=True,
    help="table: facts, no secret. The others print the keys: env, fish and powershell for that shell, process for "
    "credential_process in ~/.aws/config.",
)
def session(form: str, debug: bool, **options: Any) -> int:
    """Print a session: minted by STS, or passed through where the credentials are temporary already.

    \b
    eval "$(s3browse session --profile work --format env)"
    """

    def show(settings: Settings) -> int:
        from s3browse.headless import session_text

        click.echo(session_text(settings, form), nl=False)
        return 0

    return _without_screen(show, options, debug=debug)


@cli.command("exec", context_settings=_HELP | {"allow_interspersed_args": False})
@_connection_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def execute(command: tuple[str, ...], debug: bool, **options: Any) -> int:
    """Run a command with a session in its environment, and no other credentials.

    \b
    s3browse exec --profile work -- aws s3 ls
    """

    def run_command(settings: Settings) -> int:
        from s3browse.headless import run_in_session

        run_in_session(settings, command)

    return _without_screen(run_command, options, debug=debug)


def _without_screen(act: Callable[[Settings], int], options: dict[str, Any], *, debug: bool) -> int:
    from s3browse.errors import CodeNeeded, S3BrowseError
    from s3browse.session.secrets import redact
    from s3browse.text import safe_lines

    try:
        settings = _read_settings(options)
        if debug:
            _log()
    except S3BrowseError as error:
        raise click.UsageError(str(error)) from None
    from s3browse.headless import CannotRun

    try:
        return act(settings)
    except S3BrowseError as error:
        click.echo(safe_lines(redact(str(error))), err=True)
        if isinstance(error, CannotRun):
            return error.status
        return PERSON_NEEDED if isinstance(error, CodeNeeded) else FAILED


@cli.command("demo", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--session", metavar="TIME", default="2m", show_default=True, help="Length of a session: 5s or more.")
@click.option(
    "--keys",
    metavar="N",
    type=click.IntRange(0),
    default=100_000,
    show_default=True,
    help="Keys under s3://acme-data-lake/events/.",
)
@click.option("--mfa", is_flag=True, help="Ask for an MFA code; the demo's is 123456.")
@click.option("--debug", is_flag=True, help="Write a log, without secrets.")
def demo(session: str, keys: int, mfa: bool, debug: bool) -> int:
    """Browse sample data on an embedded S3 and STS whose sessions really end. Needs no account and no network."""
    from s3browse.text import parse_duration

    try:
        seconds = parse_duration(session)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if not 5 <= seconds <= 36 * 3600:
        raise click.UsageError("A session of the demo lasts 5s to 36h.")
    _leave_aws_settings_out()
    if debug:
        _log()
    from s3browse.s3.location import ROOT

    child = _DemoProcess(seconds, keys, mfa=mfa)
    try:
        return _run_app(child.open_connection, ROOT, code_hint="the demo's: 123456")
    finally:
        child.stop()


class _DemoProcess:
    """The demo's server in a process of its own, so that it takes no time from the screen."""

    def __init__(self, seconds: int, keys: int, *, mfa: bool) -> None:
        import subprocess

        options = ["--session-seconds", str(seconds), "--keys", str(keys), *(["--mfa"] if mfa else [])]
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, "-m", "s3browse.demo", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def open_connection(self) -> Connection:
        """Wait until the server answers, and connect to it."""
        import json

        from s3browse.errors import SetupError
        from s3browse.s3.connection import connect
        from s3browse.session.credentials import Credentials
        from s3browse.session.secrets import Secret
        from s3browse.session.settings import Settings

        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SetupError(self._process.communicate()[1].strip()[-400:], title="The demo cannot start")
        told = json.loads(line)
        return connect(
            Settings(
                region="us-east-1",
                endpoint_url=told["endpoint_url"],
                sts_endpoint_url=told["endpoint_url"],
                duration=self._seconds,
                mfa_serial=told["mfa_serial"],
                base=Credentials(told["access_key"], Secret(told["secret_key"])),
                base_label="the demo's own server",
            )
        )

    def stop(self) -> None:
        """End the server; it ends by itself when this program is gone."""
        with self._process:  # closes its pipes, and waits for its end
            self._process.kill()


def run(arguments: list[str] | None = None) -> int:
    """Run a command line.

    Args:
        arguments: What follows the program's name; None takes the process's own.

    Returns:
        The exit status: 0; 1 after a crash, or where there is no session to print or to run a command with; 2 for bad
        options or no terminal; 4 where an MFA code is wanted and nobody can be asked; 126 and 127 for a command that
        cannot be run or found; 128 and more after a signal.
    """
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # by its convention an empty one means nothing; Textual takes it for set
    try:
        result = cli.main(arguments, prog_name="s3browse", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    return result if isinstance(result, int) else 0


def _run_app(open_connection: Callable[[], Connection], start: Location, *, code_hint: str = "6 digits") -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("s3browse needs a terminal: standard input and output must be one.")
    from s3browse.config import load_config
    from s3browse.errors import S3BrowseError
    from s3browse.ui.app import S3BrowseApp

    try:
        config = load_config()
        app = S3BrowseApp(open_connection, start=start, theme=config.theme, keymap=config.keys, code_hint=code_hint)
    except S3BrowseError as error:
        raise click.UsageError(str(error)) from None
    app.run()
    return app.return_code or 0


def _read_location(words: str) -> Location:
    from s3browse.errors import SetupError
    from s3browse.s3.location import parse_location

    if words.lower() in cli.commands:
        hint = f"The command comes first: s3browse {words.lower()} …; a bucket of that name is s3://{words}"
        raise SetupError(f"“{words}” is a command here.", title="Bad location", hint=hint)
    try:
        return parse_location(words)
    except ValueError as error:
        raise SetupError(str(error), title="Bad location") from None


def _read_settings(options: dict[str, Any]) -> Settings:
    from s3browse.session.settings import Renewal, Settings, checked_duration, region_from_environment

    return Settings(
        profile=options["profile"],
        region=options["region"] or region_from_environment(),
        endpoint_url=_checked_url(options["endpoint_url"]),
        sts_endpoint_url=_checked_url(options["sts_endpoint_url"]),
        verify=False if options["no_verify_ssl"] else options["ca_bundle"],
        duration=checked_duration(options["duration"]) if options["duration"] else None,
        mfa_serial=options["mfa_serial"],
        role_arn=options["role_arn"],
        external_id=options["external_id"],
        federated_name=options["federation_name"],
        read_only=options["read_only"],
        renewal=Renewal(options.get("renew", "ask")),
        request_payer=options.get("request_payer") is not None,
    )


def _checked_url(url: str | None) -> str | None:
    from urllib.parse import urlsplit

    from s3browse.errors import SetupError

    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise SetupError(f"{url!r} does not begin with http:// or https://", title="Bad endpoint")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SetupError(f"{url!r} cannot be an address: {error}", title="Bad endpoint") from None
    if not host:
        raise SetupError(f"{url!r} names no host.", title="Bad endpoint")
    return url


def _leave_aws_settings_out() -> None:
    """Keep the person's own AWS settings, and any proxy, away from the demo."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}


def _log() -> None:
    from s3browse.config import log_file
    from s3browse.logs import write_log

    try:
        write_log(log_file())
    except OSError as error:
        raise click.UsageError(f"Cannot write the log: {error}") from None
