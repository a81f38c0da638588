"""STS: grants sessions, and tells who is calling.

The actions and their answers are those of https://docs.aws.amazon.com/STS/latest/APIReference/.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from s3browse.demo.clock import DemoClock, amz_date, iso
from s3browse.demo.http import Answer, Call, xml_answer
from s3browse.demo.keyring import ACCOUNT, ALICE, ROOT, Key, Keyring, Principal, SessionPolicy
from s3browse.demo.refusals import Refusal, access_denied
from s3browse.demo.sigv4 import Signature, read_signature, verify

MFA_SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/alice"
MFA_CODE = "123456"
"""The code that is always right."""
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/S3Access"
_ROLE_ID = "AROAR7EXAMPLES3ACC5X"
_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_SKEW_SECONDS = 900
_CHAINED_SECONDS = 3600
"""The longest session of a role that is assumed with a session's credentials, by the IAM user guide."""
_ROLE_SECONDS = 43_200
"""The demo role's MaxSessionDuration."""
_ROOT_SECONDS = 3600
"""GetSessionToken's limit for the account's root, by its API reference."""
_DEFAULT_SECONDS = {
    "GetSessionToken": 43_200,
    "AssumeRole": 3600,
    "GetFederationToken": 43_200,
}

Form = dict[str, str]


class Sts:
    """Answers STS's calls. Unlike the real one it has no shortest session, so that one can be seen ending.

    Args:
        keyring: Where sessions are granted.
        clock: The server's time.
        session_seconds: The longest session that is granted, in seconds.
        mfa: Whether a user's sessions need a code of the MFA device.
    """

    def __init__(self, keyring: Keyring, clock: DemoClock, *, session_seconds: int, mfa: bool) -> None:
        self._keyring = keyring
        self._clock = clock
        self._session_seconds = session_seconds
        self._mfa = mfa
        self._actions: dict[str, Callable[[Key, Form], str]] = {
            "GetCallerIdentity": self._get_caller_identity,
            "GetSessionToken": self._get_session_token,
            "AssumeRole": self._assume_role,
            "GetFederationToken": self._get_federation_token,
        }

    def answer(self, call: Call, *, request_id: str) -> Answer:
        """Answers one call.

        Raises:
            Refusal: The caller is not who it says, or may not do this.
        """
        key = self._authenticate(call)
        form = read_form(call)
        action = form.get("Action", "")
        if action not in self._actions:
            message = f"Could not find operation {action} for version {form.get('Version', 'NO_VERSION_SPECIFIED')}"
            raise Refusal(400, "InvalidAction", message)
        result = self._actions[action](key, form)
        return xml_answer(
            f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}'
            f"</{action}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
            f"</{action}Response>"
        )

    def _authenticate(self, call: Call) -> Key:
        signature = read_signature(call)
        if signature is None:
            raise Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        key = self._keyring.find(signature.access_key)
        if key is None or key.token != signature.token:
            message = "The security token included in the request is invalid."
            raise Refusal(403, "InvalidClientTokenId", message)
        if self._keyring.is_over(key):
            raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")
        self._check_time(signature)
        self._check_signature(call, signature, key)
        return key

    def _check_time(self, signature: Signature) -> None:
        now = self._clock.now()
        signed, server = signature.amz_date, amz_date(now)
        if signature.time < now - _SKEW_SECONDS:
            limit = f"{amz_date(now - _SKEW_SECONDS)} ({server} - 15 min.)"
            raise _mismatch(f"Signature expired: {signed} is now earlier than {limit}")
        if signature.time > now + _SKEW_SECONDS:
            limit = f"{amz_date(now + _SKEW_SECONDS)} ({server} + 15 min.)"
            raise _mismatch(f"Signature not yet current: {signed} is still later than {limit}")

    @staticmethod
    def _check_signature(call: Call, signature: Signature, key: Key) -> None:
        try:
            verify(call, signature, key.secret)
        except Refusal as refusal:
            raise _mismatch(
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. "
                "Consult the service documentation for details."
            ) from refusal

    def _get_caller_identity(self, key: Key, form: Form) -> str:
        who = key.principal
        return f"<Arn>{escape(who.arn)}</Arn><UserId>{escape(who.user_id)}</UserId><Account>{ACCOUNT}</Account>"

    def _get_session_token(self, key: Key, form: Form) -> str:
        if key.is_session:
            raise access_denied("Cannot call GetSessionToken with session credentials")
        self._check_mfa(key, form)
        limit = min(self._session_seconds, _ROOT_SECONDS) if key.principal == ROOT else self._session_seconds
        return _credentials(self._keyring.grant(key.principal, min(_asked_seconds(form), limit)))

    def _assume_role(self, key: Key, form: Form) -> str:
        name, role = form.get("RoleSessionName", ""), form.get("RoleArn", "")
        if role != ROLE_ARN or key.principal == ROOT:
            who = key.principal.arn
            raise access_denied(f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}")
        self._check_mfa(key, form)
        if key.is_session and _asked_seconds(form) > _CHAINED_SECONDS:
            raise _too_long("role chaining")
        return self._role_session(name, form)

    def _role_session(self, name: str, form: Form) -> str:
        if _asked_seconds(form) > _ROLE_SECONDS:
            raise _too_long("the MaxSessionDuration set for this role")
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/S3Access/{name}"
        seconds = min(_asked_seconds(form), self._session_seconds)
        session = self._keyring.grant(Principal(arn, f"{_ROLE_ID}:{name}"), seconds, _policy(form))
        user = f"<Arn>{escape(arn)}</Arn><AssumedRoleId>{_ROLE_ID}:{escape(name)}</AssumedRoleId>"
        return f"{_credentials(session)}<AssumedRoleUser>{user}</AssumedRoleUser>"

    def _get_federation_token(self, key: Key, form: Form) -> str:
        if key.is_session:
            raise access_denied("Cannot call GetFederationToken with session credentials")
        name = form.get("Name", "")
        arn = f"arn:aws:sts::{ACCOUNT}:federated-user/{name}"
        principal = Principal(arn, f"{ACCOUNT}:{name}")
        seconds = min(_asked_seconds(form), self._session_seconds)
        session = self._keyring.grant(principal, seconds, _policy(form) or SessionPolicy(()))
        user = f"<Arn>{escape(arn)}</Arn><FederatedUserId>{ACCOUNT}:{escape(name)}</FederatedUserId>"
        return f"{_credentials(session)}<FederatedUser>{user}</FederatedUser>"

    def _check_mfa(self, key: Key, form: Form) -> None:
        serial, code = form.get("SerialNumber"), form.get("TokenCode")
        needed = self._mfa and key.principal == ALICE and not key.is_session
        if not needed and serial is None and code is None:
            return
        if not serial or not code:
            raise _mfa_failed(", must provide both MFA serial number and one time pass code.")
        if serial != MFA_SERIAL:
            raise _mfa_failed(
                ", unable to validate MFA code.  Please verify your MFA serial number is valid "
                "and associated with this user."
            )
        if code != MFA_CODE:
            raise _mfa_failed(" with invalid MFA one time pass code. ")


def read_form(call: Call) -> Form:
    """Reads the form in the body of a call."""
    return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _asked_seconds(form: Form) -> int:
    asked = form.get("DurationSeconds") or str(_DEFAULT_SECONDS[form["Action"]])
    if not asked.isdecimal() or int(asked) == 0:
        message = "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint"
        raise Refusal(400, "ValidationError", message)
    return int(asked)


def _credentials(key: Key) -> str:
    return (
        f"<Credentials><AccessKeyId>{key.access_key}</AccessKeyId>"
        f"<SecretAccessKey>{key.secret}</SecretAccessKey><SessionToken>{key.token}</SessionToken>"
        f"<Expiration>{iso(key.expires)}</Expiration></Credentials>"
    )


def _policy(form: Form) -> SessionPolicy | None:
    try:
        return SessionPolicy.read(form["Policy"]) if "Policy" in form else None
    except ValueError as error:
        raise Refusal(400, "MalformedPolicyDocument", str(error)) from error


def _too_long(limit: str) -> Refusal:
    message = f"The requested DurationSeconds exceeds {limit}."
    return Refusal(400, "ValidationError", message)


def _mismatch(message: str) -> Refusal:
    return Refusal(403, "SignatureDoesNotMatch", message)


def _mfa_failed(rest: str) -> Refusal:
    return access_denied(f"MultiFactorAuthentication failed{rest}")
