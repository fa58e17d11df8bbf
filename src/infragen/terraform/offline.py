"""Planning with no account and no network: fake keys, and one loopback answer to whatever leaves terraform.

The AWS provider asks AWS a few things while it plans, whatever its arguments say: passwords for ephemeral resources are
drawn and secrets read, state machines are validated. ANSWERS is all of it; none of these answers reaches a plan or a
state. Anything else, be it an AWS call or another host, is refused at once with a message that names it.

Data sources wait for an object that is not there yet, so terraform reads none. What comes of them is known after apply,
as it is of every object that does not exist yet. Those that are computed from their arguments alone are read.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from infragen.hcl.blocks import block
from infragen.hcl.folders import SUFFIXES
from infragen.hcl.index import Block, Index, edited
from infragen.loopback import AwsHandler, answering
from infragen.stacks.data_sources import COMPUTED_LOCALLY
from infragen.terraform.environment_variables import closed_environment

ACCOUNT = "123456789012"
SECRET = {"username": "offline", "password": "OfflineOfflineOfflineOffline"}
ANSWERS: Mapping[str, Mapping[str, object]] = {
    # ephemeral aws_secretsmanager_random_password
    "secretsmanager.GetRandomPassword": {"RandomPassword": SECRET["password"]},
    # ephemeral aws_secretsmanager_secret_version
    "secretsmanager.GetSecretValue": {
        "ARN": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:offline",
        "Name": "offline",
        "VersionId": "00000000-0000-0000-0000-000000000000",
        "VersionStages": ["AWSCURRENT"],
        "SecretString": json.dumps(SECRET),
        "CreatedDate": 0,
    },
    # aws_sfn_state_machine, in the provider's CustomizeDiff
    "AWSStepFunctions.ValidateStateMachineDefinition": {"result": "OK", "diagnostics": [], "truncated": False},
}
"""What is answered, by the header X-Amz-Target of the request."""


@contextmanager
def offline_environment(base: Mapping[str, str]) -> Iterator[dict[str, str]]:
    with answering(_Refuse) as url:
        offline = {
            "AWS_ACCESS_KEY_ID": "offline",
            "AWS_SECRET_ACCESS_KEY": "offline",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **dict.fromkeys(("AWS_ENDPOINT_URL", "HTTP_PROXY", "HTTPS_PROXY"), url),
        }
        yield closed_environment(base, offline)


class _Refuse(AwsHandler):
    def do_POST(self) -> None:  # noqa: N802 (the library calls it so)
        self.sent()
        action = self.headers.get("X-Amz-Target", "")
        if action in ANSWERS:
            self.answer(200, ANSWERS[action])
        else:
            self._refuse(action or self.path)

    def do_GET(self) -> None:  # noqa: N802
        self._refuse(self.path)

    do_HEAD = do_PUT = do_DELETE = do_CONNECT = do_GET  # noqa: N815 (the library calls them so)

    def _refuse(self, what: str) -> None:
        self.close_connection = True
        message = f"infragen plans offline, but this was requested: {self.command} {what}"
        self.answer(400, {"__type": "OfflineException", "message": message})


UNREAD: Final = ("terraform_data", "not_read_offline")  # type and name of the object that they wait for
_FILE: Final = "not_read_offline.tf"


def without_reading(files: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    changed = dict(files)
    found: list[str] = []
    for path, text in files.items():
        folder, _, name = path.rpartition("/")
        if not folder or not name.endswith(SUFFIXES) or "data" not in text:
            continue
        tops = Index(text).blocks
        every = (*tops, *(one for top in tops if top.kind == "check" for one in top.blocks))
        data = sorted((one for one in every if one.kind == "data" and one.labels), key=lambda one: one.start)
        blocks = [one for one in data if one.labels[0] not in COMPUTED_LOCALLY]
        found += (f"{one.address} in {folder}" for one in blocks)
        changed[path] = edited(text, (change for one in blocks for change in _waiting(text, one)))
        if blocks:
            changed[f"{folder}/{_FILE}"] = block("resource", *UNREAD)
    return changed, tuple(found)


def _waiting(text: str, one: Block) -> Iterator[tuple[int, int, str]]:
    """Put it in place of an empty line, so that what terraform says fits the person's own file."""
    waits, given = ".".join(UNREAD), one.arguments.get("depends_on")
    if given is not None:
        yield given.value_start + 1, given.value_start + 1, f"{waits}, "
        return
    line = text.rfind("\n", 0, one.end) + 1
    if text[line : one.end].isspace() or line == one.end:
        yield line, line, f"  depends_on = [{waits}]\n"
    else:
        yield one.end, one.end, f"\n  depends_on = [{waits}]\n"
    if text.startswith("\n\n", one.end + 1):
        yield one.end + 1, one.end + 2, ""
