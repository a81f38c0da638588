"""A session without a screen: what is printed, what a command gets, and who is asked for a code."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import boto3
import click
import pytest
from botocore.exceptions import CredentialRetrievalError

from s3browse import formats, headless
from s3browse.cli import cli
from s3browse.demo.server import DemoServer
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from tests.e2e.terminal import Terminal

PROGRAM = (sys.executable, "-m", "s3browse")
ARN = "arn:aws:iam::123456789012:user/alice"
DEVICE = "arn:aws:iam::123456789012:mfa/alice"
SECRET_FORMATS = [form for form in formats.FORMATS if form != "table"]
SECONDS = 60


class Place:
    """A demo server and the ``~/.aws`` files that lead to it."""

    def __init__(self, server: DemoServer, folder: Path) -> None:
        self.server = server
        self.config = folder / "config"
        self.environment = {
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        }
        keys = f"aws_access_key_id = {server.access_key}\naws_secret_access_key = {server.secret_key}\n"
        (folder / "credentials").write_text(f"[base]\n{keys}")
        self.set_up_profile("base", region="eu-north-1", services="demo", **self.mfa)
        self.write(f"[services demo]\nsts =\n  endpoint_url = {server.endpoint_url}\n")

    @property
    def mfa(self) -> dict[str, str]:
        return {"mfa_serial": self.server.mfa_serial} if self.server.mfa_serial else {}

    def write(self, words: str) -> None:
        with self.config.open("a") as file:
            file.write(words)

    def set_up_profile(self, name: str, **facts: str) -> None:
        self.write(f"[profile {name}]\n" + "".join(f"{key} = {value}\n" for key, value in facts.items()))

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the program with pipes for its input and output."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env=os.environ | self.environment | environment,
        )

    def session(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.start("session", "--profile", "base", *arguments, **environment)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.start("exec", "--profile", "base", "--", *command, **environment)

    def terminal(self, *arguments: str) -> Terminal:
        return Terminal([*PROGRAM, *arguments], cols=160, env=self.environment)

    def secrets(self) -> list[str]:
        """The secrets and tokens, and the whole key ids, of all that the server has ever granted."""
        keys = list(self.server._keyring._keys.values())
        return [word for key in keys for word in (key.access_key, key.secret, key.token) if word]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with DemoServer(session_seconds=7200, keys=1) as server:
        yield Place(server, tmp_path)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Place]:
    """A place whose sessions need an MFA code."""
    with DemoServer(session_seconds=7200, keys=1, mfa=True) as server:
        yield Place(server, tmp_path)


def variables_of(printed: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)


def assert_works(place: Place, access_key: str, secret_key: str, token: str) -> None:
    client = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=place.server.endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
    )
    assert access_key.startswith("ASIA")
    assert client.get_caller_identity()["Arn"] == ARN


def assert_variables_work(place: Place, found: dict[str, str]) -> None:
    assert_works(place, found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], found["AWS_SESSION_TOKEN"])
    assert datetime.fromisoformat(found["AWS_CREDENTIAL_EXPIRATION"]).timestamp() > place.server.clock.now()
    assert (found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == ("eu-north-1", "eu-north-1")


# Formats


def test_the_command_line_knows_all_formats() -> None:
    option = next(each for each in cli.commands["session"].params if each.name == "form")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == formats.FORMATS


def test_the_table_shows_facts_and_no_secret(place: Place) -> None:
    done = place.session()
    assert (done.returncode, done.stderr) == (0, "")
    facts = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in done.stdout.splitlines())
    assert list(facts) == ["Source", "Account", "ARN", "Key", "MFA", "Issued", "Expires", "Remaining"]
    assert (facts["Source"], facts["Account"], facts["ARN"]) == ("GetSessionToken", "123456789012", ARN)
    assert re.fullmatch(r"ASIA…[A-Z2-7]{4}", facts["Key"])
    assert facts["MFA"] == "no"
    assert re.fullmatch(r"(0:59:\d\d|1:00:00)", facts["Remaining"])
    assert not [secret for secret in place.secrets() if secret in done.stdout]


def test_the_table_is_what_is_printed_unasked(place: Place) -> None:
    with place.terminal("session", "--profile", "base") as terminal:
        assert terminal.wait_exit(SECONDS) == 0
        assert "GetSessionToken" in terminal.line_of("Source")
        assert not [secret for secret in place.secrets() if secret.encode() in terminal.raw]


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
def test_env_is_taken_by_a_shell(place: Place, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine")
    done = place.session("--format", "env")
    assert (done.returncode, done.stderr) == (0, "")
    taken = subprocess.run(
        [shell, "-c", 'eval "$(cat)"; printenv'], input=done.stdout, capture_output=True, text=True, check=True
    )
    assert_variables_work(place, variables_of(taken.stdout))


@pytest.mark.parametrize(
    ("form", "pattern"), [("fish", r"set -gx (\w+) '(.*)'"), ("powershell", r"\$Env:(\w+) = '(.*)'")]
)
def test_other_shells_lines(place: Place, form: str, pattern: str) -> None:
    done = place.session("--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [re.fullmatch(pattern, line) for line in done.stdout.splitlines()]
    assert_variables_work(place, {line[1]: line[2] for line in lines if line})
    assert all(lines)


_NASTY = "a'b\"c$(touch x)`d`\\e ’f;\n#!"


@pytest.mark.parametrize(
    ("form", "quoted"),
    [
        ("fish", "'a\\'b\"c$(touch x)`d`\\\\e ’f;\n#!'"),
        ("powershell", "'a''b\"c$(touch x)`d`\\e ’’f;\n#!'"),
    ],
)
def test_no_value_leaves_its_quotes(form: str, quoted: str) -> None:
    assert formats._LINES[form]("NAME", _NASTY).endswith(quoted)


def test_no_value_leaves_its_quotes_in_a_real_shell(tmp_path: Path) -> None:
    line = formats._LINES["env"]("NAME", _NASTY)
    done = subprocess.run(
        ["sh", "-c", f'{line}\nprintf %s "$NAME"'], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == _NASTY
    assert not list(tmp_path.iterdir())


def test_json_names_the_identity(place: Place) -> None:
    done = place.session("--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "Account", "Arn"}
    assert_works(place, found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    assert (found["Account"], found["Arn"]) == ("123456789012", ARN)
    assert datetime.fromisoformat(found["Expiration"]).tzinfo is not None


def ask_as(place: Place, profile: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    client = boto3.Session(profile_name=profile).client(
        "sts", region_name="us-east-1", endpoint_url=place.server.endpoint_url
    )
    return str(client.get_caller_identity()["Arn"])


def command_of(*arguments: str) -> str:
    return " ".join([*PROGRAM, "session", *arguments, "--format", "process"])


def test_process_serves_the_sdk(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.set_up_profile("temporary", credential_process=command_of("--profile", "base"))
    assert ask_as(place, "temporary", monkeypatch) == ARN
    signer = place.server.requests[-1]
    assert signer.access_key is not None
    assert signer.access_key.startswith("ASIA")
    document = json.loads(place.session("--format", "process").stdout)
    assert set(document) == {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert document["Version"] == 1


@pytest.mark.skipif(shutil.which("aws") is None, reason="no AWS CLI on this machine")
def test_process_serves_the_aws_cli(place: Place) -> None:
    place.set_up_profile("temporary", credential_process=command_of("--profile", "base"), region="us-east-1")
    done = subprocess.run(
        ["aws", "sts", "get-caller-identity", "--profile", "temporary", "--endpoint-url", place.server.endpoint_url],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | place.environment,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"] == ARN


def test_a_profile_that_leads_to_itself_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.set_up_profile("circle", credential_process=command_of("--profile", "circle"))
    with pytest.raises(CredentialRetrievalError, match="leads to itself"):
        ask_as(place, "circle", monkeypatch)


def test_temporary_base_credentials_pass_through(place: Place) -> None:
    base = variables_of(place.run("env").stdout)
    done = place.start("session", "--sts-endpoint-url", place.server.endpoint_url, "--format", "json", **base)
    found = json.loads(done.stdout)
    assert found["AccessKeyId"] == base["AWS_ACCESS_KEY_ID"]
    assert found["Expiration"] == base["AWS_CREDENTIAL_EXPIRATION"]
    del base["AWS_CREDENTIAL_EXPIRATION"]
    done = place.start("session", "--sts-endpoint-url", place.server.endpoint_url, "--format", "process", **base)
    assert "Expiration" not in json.loads(done.stdout)
    done = place.start("session", "--sts-endpoint-url", place.server.endpoint_url, **base)
    assert re.search(r"^Source +ambient$", done.stdout, re.MULTILINE)
    assert re.search(r"^Expires +not known$", done.stdout, re.MULTILINE)


# exec


def test_a_command_gets_the_session_and_no_other_credentials(place: Place) -> None:
    others = {
        "AWS_PROFILE": "base",
        "AWS_DEFAULT_PROFILE": "base",
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other",
        "AWS_SECURITY_TOKEN": "other",
        "AWS_ACCESS_KEY_ID": place.server.root_access_key,
        "AWS_SECRET_ACCESS_KEY": place.server.root_secret_key,
    }
    done = place.run("env", **others, KEPT="kept")
    assert (done.returncode, done.stderr) == (0, "")
    found = variables_of(done.stdout)
    assert_variables_work(place, found)
    assert not [name for name in others if name in found and found[name] == others[name]]
    assert found["KEPT"] == "kept"
    assert not [name for name in found if name.startswith("S3BROWSE_")]
    for secret in (place.server.access_key, place.server.secret_key, place.server.root_secret_key):
        assert secret not in done.stdout


def test_a_command_finds_the_servers_that_were_given(place: Place, tmp_path: Path) -> None:
    bundle = tmp_path / "authorities.pem"
    bundle.touch()
    url = place.server.endpoint_url
    options = ["--profile", "base", "--endpoint-url", "http://s3.test", "--sts-endpoint-url", url]
    done = place.start("exec", *options, "--ca-bundle", str(bundle), "env", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
    found = variables_of(done.stdout)
    assert (found["AWS_ENDPOINT_URL_S3"], found["AWS_ENDPOINT_URL_STS"]) == ("http://s3.test", url)
    assert found["AWS_CA_BUNDLE"] == str(bundle)
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" not in found


def test_a_command_finds_the_servers_of_the_profile(place: Place) -> None:
    found = variables_of(place.run("env").stdout)
    assert found["AWS_ENDPOINT_URL_STS"] == place.server.endpoint_url
    assert "AWS_ENDPOINT_URL_S3" not in found
    place.set_up_profile("other", endpoint_url=place.server.endpoint_url, source_profile="base")
    place.write(f"aws_access_key_id = {place.server.access_key}\naws_secret_access_key = {place.server.secret_key}\n")
    found = variables_of(place.start("exec", "--profile", "other", "env").stdout)
    assert found["AWS_ENDPOINT_URL_S3"] == place.server.endpoint_url


def test_the_variables_win_over_those_of_a_profile(place: Place) -> None:
    place.set_up_profile("other", endpoint_url="http://nowhere.test")
    url = place.server.endpoint_url
    done = place.run("env", AWS_ENDPOINT_URL=url)
    assert "AWS_ENDPOINT_URL_STS" not in variables_of(done.stdout)
    assert variables_of(done.stdout)["AWS_ENDPOINT_URL"] == url


@pytest.mark.parametrize("dashes", [["--"], []])
def test_a_command_keeps_its_own_words_and_status(place: Place, dashes: list[str]) -> None:
    done = place.start(
        "exec", "--profile", "base", *dashes, "sh", "-c", 'printf "%s|" "$@"; exit 7', "-", "--region", "x"
    )
    assert (done.returncode, done.stdout) == (7, "--region|x|")


def test_a_command_takes_the_process_over(place: Place) -> None:
    done = place.run("sh", "-c", "kill -TERM $$")
    assert done.returncode == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_command_ignores_no_signal(place: Place) -> None:
    ignored = int(place.run("grep", "SigIgn", "/proc/self/status").stdout.split()[1], 16)
    assert not ignored & (1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_secret_is_in_argv(place: Place) -> None:
    done = place.run("sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline")
    assert done.stdout.startswith("sh -c")
    assert not [secret for secret in place.secrets() if secret in done.stdout]


def test_a_command_that_is_not_there(guarded: Place) -> None:
    done = guarded.run("no-such-command\x1b")
    assert (done.returncode, done.stdout) == (127, "")
    assert "no-such-command␛: command not found" in done.stderr
    assert not guarded.server.requests  # nor was a code asked for


def test_a_command_that_cannot_be_run(place: Place, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch(mode=0o600)
    done = place.run(str(plain))
    assert (done.returncode, done.stdout) == (126, "")
    assert f"{plain}: Permission denied" in done.stderr


# Statuses


@pytest.mark.parametrize("command", [["session", "--format", "env"], ["exec", "env"]])
@pytest.mark.parametrize(
    ("options", "title"),
    [
        (["--profile", "nobody"], "Unknown profile"),
        ([], "No credentials found"),
        (["--profile", "base", "--sts-endpoint-url", "http://127.0.0.1:9"], "Cannot reach the server"),
        (["--profile", "stranger"], "The server does not know these keys"),
        (["--profile", "broken"], "The credential process failed"),
    ],
)
def test_a_session_that_cannot_be_had_is_1(place: Place, command: list[str], options: list[str], title: str) -> None:
    place.set_up_profile("broken", credential_process=f"sh -c 'echo {place.server.secret_key} >&2; exit 1'")
    place.set_up_profile("stranger", services="demo", aws_access_key_id="AKIAUNKNOWN000000001")
    place.write(f"aws_secret_access_key = {'x' * 40}\n")
    done = place.start(command[0], *options, *command[1:], AWS_MAX_ATTEMPTS="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert title in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) >= 2  # a hint follows
    assert not [word for word in ("x" * 40, "AKIAUNKNOWN000000001") if word in done.stderr]


def test_a_warning_of_the_sdk_stays_away(place: Place, tmp_path: Path) -> None:
    document = {"Version": 1, "AccessKeyId": "ASIAOLD0000000000001", "SecretAccessKey": "old" * 12}
    (tmp_path / "over.json").write_text(
        json.dumps(document | {"SessionToken": "t", "Expiration": "2020-01-01T00:00:00Z"})
    )
    once = tmp_path / "once"
    place.set_up_profile("flaky", credential_process=f"sh -c 'mkdir {once} && cat {tmp_path}/over.json'")
    done = place.start("session", "--profile", "flaky")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("The credential process failed")


def test_a_refusal_is_redacted(place: Place) -> None:
    place.server.revoke(place.server.access_key)
    done = place.session()
    assert (done.returncode, done.stdout) == (1, "")
    assert not [secret for secret in place.secrets() if secret in done.stderr]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["session", "--format", "xml"], "xml"),
        (["session", "--duration", "5m"], "outside of what STS gives"),
        (["session", "more"], "unexpected extra argument"),
        (["exec"], "Missing argument"),
        (["exec", "--"], "Missing argument"),
        (["exec", "--no-such-option", "ls"], "No such option"),
        (["exec", "--endpoint-url", "localhost", "ls"], "does not begin with http"),
    ],
)
def test_bad_options_are_2(place: Place, arguments: list[str], complaint: str) -> None:
    done = place.start(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in " ".join(done.stderr.split())


@pytest.mark.parametrize("arguments", [["session", "--format", "process"], ["exec", "env"]])
def test_a_code_that_nobody_can_be_asked_for_is_4(guarded: Place, arguments: list[str]) -> None:
    done = guarded.start(arguments[0], "--profile", "base", *arguments[1:])
    assert (done.returncode, done.stdout) == (4, "")
    assert DEVICE in done.stderr
    assert "no terminal" in done.stderr
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "-", *PROGRAM, arguments[0], "--profile", "base", *arguments[1:]],
        capture_output=True,
        check=False,
        env=os.environ | guarded.environment,
    )
    assert closed.returncode == 4


# MFA on a terminal


def test_a_wrong_code_is_told_and_asked_for_again(guarded: Place) -> None:
    with guarded.terminal("session", "--profile", "base") as terminal:
        terminal.wait_for(f"MFA code of {DEVICE}:", SECONDS)
        terminal.type("654321\r")
        terminal.wait_for("MFA code not accepted")
        terminal.wait_for(rf"next one.*\n+MFA code of {DEVICE}:")
        terminal.type("123456\r")
        assert terminal.wait_exit(SECONDS) == 0
        assert re.search("^MFA +yes$", terminal.screen, re.MULTILINE)
        assert b"654321" not in terminal.raw
        assert b"123456\r" not in terminal.raw


def test_three_codes_may_be_tried(guarded: Place) -> None:
    with guarded.terminal("exec", "--profile", "base", "echo", "done") as terminal:
        for number, code in enumerate(["", "654321", "65432x"], 1):
            terminal.pump(0.1)
            terminal._wait_until(lambda asked=number: terminal.screen.count("MFA code of") == asked, SECONDS)
            terminal.type(f"{code}\r")
        assert terminal.wait_exit(SECONDS) == 1
        assert "made of digits" in terminal.screen
        assert "done" not in terminal.screen.splitlines()
    assert len(guarded.server.requests) == 1


def test_the_code_is_asked_for_beside_a_captured_output(guarded: Place, tmp_path: Path) -> None:
    output = tmp_path / "output"
    words = " ".join([*PROGRAM, "session", "--profile", "base", "--format", "env"])
    with Terminal(["sh", "-c", f"{words} > {output} 2> {output}.err"], env=guarded.environment) as terminal:
        terminal.wait_for("MFA code of", SECONDS)
        terminal.type("123456\r")
        assert terminal.wait_exit(SECONDS) == 0
    assert [line.split()[0] for line in output.read_text().splitlines()] == ["export"] * 6
    assert Path(f"{output}.err").read_text() == ""


@pytest.mark.parametrize(("key", "status"), [("ctrl+c", 130), ("ctrl+d", 1)])
def test_the_question_can_be_left(guarded: Place, key: str, status: int) -> None:
    with guarded.terminal("session", "--profile", "base") as terminal:
        terminal.wait_for("MFA code of", SECONDS)
        terminal.press(key)
        assert terminal.wait_exit(SECONDS) == status
        assert "Traceback" not in terminal.screen


def test_a_role_of_a_profile_asks_for_its_code(guarded: Place) -> None:
    role = {"role_arn": guarded.server.role_arn, "source_profile": "base", "services": "demo", "region": "us-east-1"}
    guarded.set_up_profile("role", **role, **guarded.mfa)
    done = guarded.start("session", "--profile", "role")
    assert (done.returncode, DEVICE in done.stderr) == (4, True)
    with guarded.terminal("session", "--profile", "role") as terminal:
        terminal.wait_for(f"MFA code of {DEVICE}:", SECONDS)
        terminal.type("654321\r")
        terminal.wait_for("MFA code not accepted", SECONDS)
        terminal.type("123456\r")
        assert terminal.wait_exit(SECONDS) == 0
        assert "assumed-role" in terminal.line_of("ARN")


# In this process


def test_nothing_is_left_in_this_environment(place: Place) -> None:
    server = place.server
    base = Credentials(server.access_key, Secret(server.secret_key))
    before = dict(os.environ)
    printed = headless.session_text(Settings(sts_endpoint_url=server.endpoint_url, base=base), "env")
    assert dict(os.environ) == before
    assert "AWS_REGION" not in printed
