"""What a command did to AWS, by the requests that AWS got from it: whose, what, to which object, when.

Each command has a proxy of its own, so that a terraform that outlives its infragen is still heard as what it is. What
is asked and changes something is a `Deed`; what is in the states is followed by what is stored.
"""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.engine import small
from tests.engine.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.proxy import Request

    Pair = tuple[str, str]

__all__ = ["Command", "Deed", "Pair", "Record"]

LONGEST_HOLD = 20.0
_READS = re.compile(r"(?:Action=|\.)(?:Get|Describe|List|BatchGet|Filter|Lookup|Head|Decrypt|GenerateDataKey)")
_OWN_AGENT = "Python-urllib"  # infragen's own: the bucket of an emulated AWS

_JSON = {
    "AmazonSSM.PutParameter": ("put", "aws_ssm_parameter", "Name"),
    "AmazonSSM.DeleteParameter": ("delete", "aws_ssm_parameter", "Name"),
    "AmazonSSM.AddTagsToResource": ("update", "aws_ssm_parameter", "ResourceId"),
    "AmazonSSM.RemoveTagsFromResource": ("update", "aws_ssm_parameter", "ResourceId"),
    "Logs_20140328.CreateLogGroup": ("create", "aws_cloudwatch_log_group", "logGroupName"),
    "Logs_20140328.PutRetentionPolicy": ("update", "aws_cloudwatch_log_group", "logGroupName"),
    "Logs_20140328.DeleteRetentionPolicy": ("update", "aws_cloudwatch_log_group", "logGroupName"),
    "Logs_20140328.TagResource": ("update", "aws_cloudwatch_log_group", "resourceArn"),
    "Logs_20140328.UntagResource": ("update", "aws_cloudwatch_log_group", "resourceArn"),
    "Logs_20140328.DeleteLogGroup": ("delete", "aws_cloudwatch_log_group", "logGroupName"),
    "TrentService.CreateKey": ("create", "aws_kms_key", ""),
    "TrentService.EnableKeyRotation": ("update", "aws_kms_key", "KeyId"),
    "TrentService.DisableKeyRotation": ("update", "aws_kms_key", "KeyId"),
    "TrentService.PutKeyPolicy": ("update", "aws_kms_key", "KeyId"),
    "TrentService.TagResource": ("update", "aws_kms_key", "KeyId"),
    "TrentService.UntagResource": ("update", "aws_kms_key", "KeyId"),
    "TrentService.UpdateKeyDescription": ("update", "aws_kms_key", "KeyId"),
    "TrentService.EnableKey": ("update", "aws_kms_key", "KeyId"),
    "TrentService.DisableKey": ("update", "aws_kms_key", "KeyId"),
    "TrentService.ScheduleKeyDeletion": ("delete", "aws_kms_key", "KeyId"),
    "TrentService.CreateAlias": ("create", "aws_kms_alias", "AliasName"),
    "TrentService.UpdateAlias": ("update", "aws_kms_alias", "AliasName"),
    "TrentService.DeleteAlias": ("delete", "aws_kms_alias", "AliasName"),
}
_QUERY = {
    "PutDashboard": ("put", "aws_cloudwatch_dashboard", "DashboardName"),
    "DeleteDashboards": ("delete", "aws_cloudwatch_dashboard", "DashboardNames.member.1"),
    "AllocateAddress": ("create", "aws_eip", ""),
    "ReleaseAddress": ("delete", "aws_eip", "AllocationId"),
    "CreateTags": ("update", "aws_eip", "ResourceId.1"),
    "DeleteTags": ("update", "aws_eip", "ResourceId.1"),
}
_BUCKET = {
    "": "aws_s3_bucket",
    "tagging": "aws_s3_bucket",
    "versioning": "aws_s3_bucket_versioning",
    "ownershipControls": "aws_s3_bucket_ownership_controls",
    "publicAccessBlock": "aws_s3_bucket_public_access_block",
    "policy": "aws_s3_bucket_policy",
    "encryption": "aws_s3_bucket_server_side_encryption_configuration",
}
_MADE_ID = (re.compile(rb"<allocationId>([^<]+)<"), re.compile(rb'"KeyId": ?"([^"]+)"'))


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a command asked AWS for: `kind` is create, update or delete; of a state enter or leave."""

    at: float
    command: int
    kind: str
    type: str
    name: str
    detail: str = ""
    done: bool = True

    @property
    def pair(self) -> Pair:
        """Type and id."""
        return self.type, self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.type} {self.name}"


class Command(Proxy):
    """One command: what it was, what it did, what it said. A strike may hold a change back, or its answer."""

    def __init__(self, record: Record, checkout: Path, words: tuple[str, ...], size: int) -> None:
        """Stand before the emulated AWS of a checkout, from now on, for one command."""
        self.record = record
        self.checkout = checkout
        self.words = words
        self.size = size
        self.number = len(record.commands)
        self.began = time.time()
        self.said = ""
        self.code: int | None = None
        self.locked = self.changed = False
        self.hold: str | None = None
        self.held, self.let_go = threading.Event(), threading.Event()
        super().__init__(record.real(checkout))
        self.__enter__()

    @property
    def output(self) -> Path:
        """The file of all that it says."""
        return self.checkout.parent / f"{self.number}.said"

    def before(self, request: Request) -> None:
        """Hold a change back, where a strike waits for one."""
        if self.hold == "request" and self.record.changes(request):
            self._hold()

    def heard(self, request: Request, status: int, content: bytes) -> None:
        """Write down what was done."""
        self.record.heard(self, request, status, content)
        if self.hold == "answer" and self.record.changes(request):
            self._hold()

    def _hold(self) -> None:
        self.hold = None
        self.held.set()
        self.let_go.wait(LONGEST_HOLD)

    def hold_back(self, what: str | None) -> None:
        """Hold the next change back, or its answer, until this is called without either."""
        self.let_go.set()
        if what:
            self.held.clear()
            self.let_go.clear()
        self.hold = what


@dataclass
class Record:
    """All commands since AWS was empty, and what they did to it."""

    sandboxes: dict[Path, Any]
    commands: list[Command] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    there: set[Pair] = field(default_factory=set)
    states: dict[str, set[Pair]] = field(default_factory=dict)
    locks: dict[str, tuple[float, int]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._texts = {one: self._file(one).read_text(encoding="utf-8") for one in self.sandboxes}

    def _file(self, checkout: Path) -> Path:
        file: Path = self.sandboxes[checkout].folder / "state.json"
        return file

    def real(self, checkout: Path) -> Any:
        """Return the emulated AWS itself, which the checkout's next proxy stands before."""
        self._file(checkout).write_text(self._texts[checkout], encoding="utf-8")
        return self.sandboxes[checkout]

    def begin(self, checkout: Path, words: tuple[str, ...], size: int) -> Command:
        """Return a command that begins now."""
        command = Command(self, checkout, words, size)
        with self._lock:
            command.number = len(self.commands)
            self.commands.append(command)
        return command

    def settle(self) -> None:
        """Wait until AWS has carried out what it was asked for by those who ended, or were killed."""
        for command in self.commands:
            if command.code is not None:
                command.settle(LONGEST_HOLD + 10)

    def close(self) -> None:
        """End all proxies."""
        ends = [threading.Thread(target=self._close, args=(command,)) for command in self.commands]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        for checkout in self.sandboxes:
            self.real(checkout)

    @staticmethod
    def _close(command: Command) -> None:
        command.hold_back(None)
        command.__exit__()

    def changes(self, request: Request) -> bool:
        """Whether a request changes an object or a state."""
        if request.path.partition("?")[0].endswith(".tfstate"):
            return request.method == "PUT"
        return bool(self._deeds(0, request, True, b""))

    def heard(self, command: Command, request: Request, status: int, content: bytes) -> None:
        """Write down what a request did."""
        with self._lock:
            done = status < 400
            path = request.path.partition("?")[0]
            if path.endswith(".tflock"):
                self._locked(command, request.method, path, done=done)
            elif path.endswith(".tfstate"):
                if request.method == "PUT" and done:
                    self._stored(command, path, request.body)
            else:
                for deed in self._deeds(command.number, request, done, content):
                    self.deeds.append(deed)
                    command.changed |= done
                    if done and deed.kind == "create":
                        self.there.add(deed.pair)
                    if done and deed.kind == "delete":
                        self.there.discard(deed.pair)

    def _locked(self, command: Command, method: str, path: str, *, done: bool) -> None:
        stack = path.rpartition("/")[2].removesuffix(".tfstate.tflock")
        stack = "bootstrap" if "/bootstrap/" in path else stack
        if method == "PUT" and done:
            self.locks[stack] = (time.time(), command.number)
            command.locked = True

    def _stored(self, command: Command, path: str, body: bytes) -> None:
        """Follow which objects a state has; a body may come in chunks with marks between."""
        state: dict[str, Any] = {"resources": []}
        with suppress(ValueError):
            state = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])
        stack = path.removeprefix(f"/{small.BUCKET}/").removesuffix(".tfstate")
        now = {
            (resource["type"], instance["attributes"]["id"])
            for resource in state["resources"]
            if resource["mode"] == "managed"
            for instance in resource["instances"]
            if instance["attributes"].get("id")
        }
        before = self.states.get(stack, set())
        for kind, pairs in (("enter", now - before), ("leave", before - now)):
            for one, name in sorted(pairs):
                self.deeds.append(Deed(time.time(), command.number, kind, one, name, stack))
        self.states[stack] = now
        command.changed = True

    def _deeds(self, number: int, request: Request, done: bool, content: bytes) -> list[Deed]:
        """Return what a request asks for."""
        if request.method in {"GET", "HEAD"} or _READS.search(request.target):
            return []
        found = self._in_bucket(request) if not _is_rpc(request) else self._in_rpc(request, content)
        return [Deed(time.time(), number, *one, done) for one in found]

    def _in_bucket(self, request: Request) -> list[tuple[str, str, str, str]]:
        path, _, query = request.path.partition("?")
        name, _, key = path.lstrip("/").partition("/")
        if key.endswith((".tfstate", ".tflock")) or request.agent.startswith(_OWN_AGENT):
            return []
        part = query.partition("=")[0].partition("&")[0]
        one = _BUCKET.get("" if part == "x-id" else part, f"? {request.path}")
        put = "update" if (one, name) in self.there else "create"
        return [({"PUT": put, "DELETE": "delete"}.get(request.method, "?"), one, name, key)]

    def _in_rpc(self, request: Request, content: bytes) -> list[tuple[str, str, str, str]]:
        if request.target:
            body: dict[str, Any] = json.loads(request.body)
            kind, one, where = _JSON.get(request.target, ("?", f"? {request.target}", ""))
            name = str(body.get(where, "")).partition(":log-group:")
            detail = str(body.get("Value", ""))
            said = name[2] or name[0]
        else:
            words = parse_qs(request.body.decode())
            action = words.get("Action", ["?"])[0]
            if _READS.match(f".{action}"):
                return []
            kind, one, where = _QUERY.get(action, ("?", f"? {action}", ""))
            said, detail = words.get(where, [""])[0], ""
        if not where:
            said = next((found[1].decode() for made in _MADE_ID if (found := made.search(content))), "")
        if kind == "put":
            kind = "update" if (one, said) in self.there else "create"
        return [(kind, one, said, detail)]


def _is_rpc(request: Request) -> bool:
    return bool(request.target) or request.path.partition("?")[0] == "/"
