"""The emulated AWS of a project: started, found again, asked, reset and stopped.

One moto per project serves everything that infragen renders; a second emulator, ministack, is started only when a
service is named that it serves better (`SERVED_BY_MINISTACK`). Both listen on 127.0.0.1, keep everything in memory,
and belong to no terminal: they outlive the command that started them. What there is to know about them stands in
`.infragen/sandbox/state.json`, which each server's own process writes once it listens.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.installation import install_command
from infragen.storage import confined_path, internal_folder, read_internal, remove_internal
from infragen.terraform.environment_variables import closed_environment

SERVED_BY_MINISTACK: Mapping[str, str] = {
    "athena": "ATHENA",
    "backup": "BACKUP",
    "budgets": "BUDGETS",
    "cloudfront": "CLOUDFRONT",
    "cognitoidentityprovider": "COGNITO_IDENTITY_PROVIDER",
    "elasticache": "ELASTICACHE",
    "glue": "GLUE",
}
"""Services that ministack serves better than a corrected moto, by the provider's name of their endpoint, with the part
of `AWS_ENDPOINT_URL_<SERVICE>` that names them. Services that look at each other sit together (autoscaling with ECS,
flow logs with VPCs): all that are not here are moto's."""
STRICT = True
"""Whether a new sandbox refuses what AWS refuses (`sandbox/gate`) and lets time pass (`sandbox/lifecycles`), unless it
is told."""
_STATE_TAG = "infragen:sandbox-state"
_FOLDER = Path(".infragen", "sandbox")
_TOKEN = re.compile(r"[0-9a-f]{16}")
_KEYS = re.compile(r"<Key>([^<]+)</Key>")
_START_SECONDS = 300
_ANSWER_SECONDS = 30
_LOOK_SECONDS = 2.0
HEALTH_SECONDS = 5.0
STOP_SECONDS = 10.0


class Existing(Struct, frozen=True):
    """A resource in the emulated AWS; `type` and `identifier` are Terraform's own (`aws_vpc`, `vpc-0a1b`)."""

    service: str
    type: str
    identifier: str
    arn: str | None
    tags: Mapping[str, str]


class SandboxStatus(Struct, frozen=True):
    """What is known of a project's sandbox; `detail` says it to a person, in one line or two."""

    running: bool
    detail: str
    port: int | None = None
    pid: int | None = None
    started: str | None = None


@dataclass(frozen=True, slots=True)
class _Server:
    """`token` is on its command line, so that its pid is never mistaken; `secret` opens `sandbox/guard.py`."""

    emulator: str
    pid: int
    port: int
    token: str
    started: str
    secret: str = field(default="", repr=False)
    strict: bool = False
    seed: int = 0
    folder: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Sandbox(Struct, frozen=True):
    """A running emulated AWS; a value, holding no process and no connection."""

    folder: Path
    server: _Server
    ministack: _Server | None = None

    @classmethod
    def start(  # noqa: PLR0913  what a server is started with
        cls,
        project_root: Path,
        port: int | None = None,
        services: Collection[str] = (),
        without: Collection[str] = (),
        *,
        strict: bool | None = None,
        seed: int | None = None,
    ) -> Sandbox:
        """Start the emulated AWS of a project, or return the one that runs already.

        Without a `port`, a free one is taken. ministack starts only when one of the `services` (the provider's names)
        is its own. `without` leaves corrections out; `strict` refuses what AWS refuses and lets time pass, `seed` says
        how long each thing takes then; None leaves both to the one that runs, or else to `STRICT` and 0.
        """
        folder = project_root.resolve() / _FOLDER
        with _alone(folder):
            server = _running(folder, "moto")
            if server is None:
                mode = STRICT if strict is None else strict, seed or 0
                server = _launch(folder, "moto", port, mode, without)
                _forget_states(folder)  # in its empty memory, no state of before means anything
            elif strict not in (None, server.strict):
                runs, wanted = ("strict", "--lenient") if server.strict else ("lenient", "--strict")
                raise _runs_otherwise(server, f"in {runs} mode", wanted)
            elif seed not in (None, server.seed):
                raise _runs_otherwise(server, f"with seed {server.seed}", f"--seed {seed}")
            second = _running(folder, "ministack")
            if second is None and SERVED_BY_MINISTACK.keys() & set(services):
                second = _launch(folder, "ministack", None, (server.strict, server.seed))
            return cls(folder, server, second)

    @classmethod
    def running(cls, project_root: Path) -> Sandbox | None:
        folder = project_root.resolve() / _FOLDER
        server = _running(folder, "moto")
        return cls(folder, server, _running(folder, "ministack")) if server else None

    @staticmethod
    def status(project_root: Path) -> SandboxStatus:
        folder = project_root.resolve() / _FOLDER
        known = _known(folder, "moto")
        if known is None:
            return SandboxStatus(running=False, detail="not running")
        if is_up := _answers(known):
            gate = "strict" if known.strict else "lenient"
            detail = f"running on {known.url} since {known.started} (pid {known.pid}, {gate})"
            if known.folder not in ("", os.fspath(folder)):
                detail += (
                    f"\nit was started in {known.folder}, and is used here now: if it cannot go on, move the project "
                    "back; `infragen sandbox stop` (its data is lost) and `infragen sandbox start` begin again here"
                )
        elif _is_ours(known):
            detail = f"pid {known.pid} does not respond on {known.url}: stop it, or read {folder / 'server.log'}"
        else:
            gone = f"pid {known.pid}, started {known.started}, is no longer running; its in-memory data is lost"
            return SandboxStatus(running=False, detail=f"not running: {gone}", started=known.started)
        return SandboxStatus(is_up, detail, known.port, known.pid, known.started)

    @property
    def url(self) -> str:
        """Where the emulated AWS answers; 127.0.0.1 and not localhost, which would make bucket names host names."""
        return self.server.url

    @contextmanager
    def watched(self, gone: Callable[[str], None]) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_LOOK_SECONDS):
                if not _is_ours(self.server):
                    gone(f"the emulated AWS (pid {self.server.pid}) is no longer running; its in-memory data is lost")
                    return

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def stop(self) -> None:
        for server in filter(None, (self.server, self.ministack)):
            _stop(self.folder, server)

    @staticmethod
    def stop_any(project_root: Path) -> bool:
        folder = project_root.resolve() / _FOLDER
        known = [server for name in ("moto", "ministack") if (server := _known(folder, name))]
        alive = [server for server in known if _is_ours(server)]
        for server in known:
            _stop(folder, server)
        return bool(alive)

    def reset(self) -> None:
        _request(self.server, "/infragen/reset", method="POST")
        _forget_states(self.folder)
        if self.ministack:
            _request(self.ministack, "/_ministack/reset", method="POST")

    def outage(self, regions: Collection[str]) -> None:
        query = urllib.parse.urlencode([("region", region) for region in regions])
        for server in filter(None, (self.server, self.ministack)):
            _request(server, f"/infragen/outage?{query}", method="POST")

    def environment(self, account: str, region: str) -> dict[str, str]:
        """Use the 12-digit account as access key, so that `allowed_account_ids` holds in every environment."""
        endpoints = {"AWS_ENDPOINT_URL": self.url}
        if self.ministack:
            names = SERVED_BY_MINISTACK.values()
            endpoints |= {f"AWS_ENDPOINT_URL_{name}": self.ministack.url for name in names}
        return {
            **endpoints,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), region),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "3",
            # Port 9 is no one's: whatever is not loopback fails at once instead of leaving the machine.
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
            "NO_PROXY": "127.0.0.1",
        }

    def create_state_bucket(self, bucket: str, account: str, region: str) -> None:
        """One that is there stays as it is: `infragen bootstrap` makes it with more than this."""
        owner = account, region
        place = f"<LocationConstraint>{region}</LocationConstraint>"
        body = f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>" if region != "us-east-1" else ""
        versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        try:
            _request(self.server, f"/{bucket}", owner=owner, method="PUT", body=body)
        except FileExistsError:
            return
        _request(self.server, f"/{bucket}?versioning", owner=owner, method="PUT", body=versioning)
        # So that the inventory leaves it out: it is not part of what the stacks describe.
        tags = f"<Tagging><TagSet><Tag><Key>{_STATE_TAG}</Key><Value>true</Value></Tag></TagSet></Tagging>"
        _request(self.server, f"/{bucket}?tagging", owner=owner, method="PUT", body=tags)

    def made_state_bucket(self, bucket: str, account: str, region: str) -> bool:
        with suppress(FileNotFoundError):
            tags = _request(self.server, f"/{bucket}?tagging", owner=(account, region))
            return _STATE_TAG.encode() in tags
        return False

    def read_object(self, bucket: str, key: str, account: str, region: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return _request(self.server, f"/{bucket}/{key}", owner=(account, region))
        return None

    def keys(self, bucket: str, prefix: str, account: str, region: str) -> Iterator[str]:
        found = [""]
        with suppress(FileNotFoundError):
            while found:  # a page has 1000 at most
                query = urllib.parse.urlencode({"list-type": 2, "prefix": prefix, "start-after": found[-1]})
                page = _request(self.server, f"/{bucket}?{query}", owner=(account, region))
                found = _KEYS.findall(page.decode())
                yield from found

    def inventory(self, account: str, region: str) -> tuple[Existing, ...]:
        query = urllib.parse.urlencode({"account": account, "region": region})
        answers = (_request(one, f"/infragen/inventory?{query}") for one in filter(None, (self.server, self.ministack)))
        found = (Existing(**thing) for answer in answers for thing in json.loads(answer))
        return tuple(sorted(found, key=lambda one: (one.type, one.identifier)))


def second_emulator_services(files: Iterable[str]) -> frozenset[str]:
    texts = tuple(files)
    begins = {name: f'resource "aws_{name.replace("identityprovider", "")}_' for name in SERVED_BY_MINISTACK}
    return frozenset(name for name, begin in begins.items() if any(begin in text for text in texts))


def _error(code: str, message: str, hint: str) -> InfragenError:
    return InfragenError(Diagnostic(code, message, hint=hint))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        files, place = confined_path(folder)
        internal_folder(files.root).make_folder(place)
        lock = os.fdopen(files.open(place / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "w")
    except OSError as error:
        hint = "make the folder writable, or work in a copy of the project"
        raise _error("E001", f"{folder} cannot be written: {error.strerror}", hint) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _state_file(folder: Path, emulator: str) -> Path:
    return folder / ("state.json" if emulator == "moto" else f"state-{emulator}.json")


def _known(folder: Path, emulator: str) -> _Server | None:
    """Trust no token and no port that is not ours (InfragenError E008): another process would be ended."""
    file = _state_file(folder, emulator)
    try:
        found = _Server(**json.loads(read_internal(file)))
        is_ours = found.emulator == emulator and _TOKEN.fullmatch(found.token)
        return found if is_ours and type(found.pid) is type(found.port) is int else None
    except (OSError, TypeError):
        return None
    except ValueError:
        message = f"{file} cannot be read: an emulated AWS that it recorded may still be running"
        hint = (
            f"find it with `pgrep -fa infragen_sandbox.server`, stop it with `kill`; then `rm {shlex.quote(str(file))}`"
        )
        raise _error("E008", message, hint) from None


def _running(folder: Path, emulator: str) -> _Server | None:
    server, deadline = _known(folder, emulator), time.monotonic() + _ANSWER_SECONDS
    while server and not _answers(server):
        if not _is_ours(server):
            return None
        if time.monotonic() > deadline:
            message = f"the emulated AWS on {server.url} (pid {server.pid}) is running and does not respond"
            raise _error("E006", message, "run the same command again, or `infragen sandbox stop`: its data is lost")
        time.sleep(0.1)
    return server


def _answers(server: _Server) -> bool:
    path = "/infragen/health" if server.emulator == "moto" else "/_ministack/health"
    with suppress(InfragenError, ValueError, OSError):
        answer = json.loads(_request(server, path, seconds=HEALTH_SECONDS))
        return server.emulator != "moto" or answer.get("token") == server.token
    return False


def _is_ours(server: _Server) -> bool:
    listing = ["ps", "-o", "command=", "-p", str(server.pid)]
    with suppress(OSError):
        os.kill(server.pid, 0)
        with suppress(OSError):
            return server.token.encode() in Path(f"/proc/{server.pid}/cmdline").read_bytes()
        ended = subprocess.run(listing, env=closed_environment(os.environ), capture_output=True, check=False)
        return server.token.encode() in ended.stdout
    return False


def _runs_otherwise(server: _Server, how: str, wanted: str) -> InfragenError:
    hint = f"`infragen sandbox stop` (its data is lost), then `infragen sandbox start {wanted}`"
    return _error("E009", f"the emulated AWS on {server.url} is already running {how}", hint)


def _forget_states(folder: Path) -> None:
    for left in (*(folder / "work").glob("*/*/*/errored.*"), *(folder / "applied").glob("*/*.json")):
        remove_internal(left)


def _launch(
    folder: Path, emulator: str, port: int | None, mode: tuple[bool, int], without: Collection[str] = ()
) -> _Server:
    if find_spec(emulator) is None or find_spec("flask") is None:
        message = f"the emulated AWS needs {emulator}, which is not installed"
        raise _error("E002", message, f"`{install_command('sandbox')}`")
    if port and not _free(port):
        hint = "choose another port with --port, or omit it to use a free one"
        raise _error("E003", f"port {port} on 127.0.0.1 is in use", hint)
    token = secrets.token_hex(8)  # as _TOKEN has it
    state = _state_file(folder, emulator)
    remove_internal(state)
    log = folder / f"{'server' if emulator == 'moto' else emulator}.log"
    command = [sys.executable, "-P", "-m", "infragen_sandbox.server", "--emulator", emulator]
    command += ["--port", str(port or 0), "--token", token, "--state", str(state)]
    command += [f"--without={correction}" for correction in without]
    command += [*(["--strict"] if mode[0] else ()), f"--seed={mode[1]}"]
    files, place = confined_path(log)
    with os.fdopen(files.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        env = closed_environment(os.environ)
        process = subprocess.Popen(command, cwd=folder, env=env, start_new_session=True, **pipes)
    server = _await(folder, emulator, process, log)
    if server is None or server.token != token:
        said = log.read_text("utf-8", errors="replace").strip().splitlines() or ["no output"]
        raise _error("E004", f"the emulated AWS did not start: {said[-1]}", f"read {log}")
    return server


def _await(folder: Path, emulator: str, process: subprocess.Popen[bytes], log: Path) -> _Server | None:
    deadline = time.monotonic() + _START_SECONDS
    try:
        while time.monotonic() < deadline and process.poll() is None:
            server = _known(folder, emulator)
            if server and _answers(server):
                return server
            time.sleep(0.03)
    except KeyboardInterrupt:
        process.terminate()
        raise
    if process.poll() is None:
        process.terminate()
        raise _error("E004", f"the emulated AWS did not start within {_START_SECONDS} s", f"read {log}")
    return None


def _free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _stop(folder: Path, server: _Server) -> None:
    if _is_ours(server):
        with suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_ours(server) and time.monotonic() < deadline:
            with suppress(ChildProcessError):  # someone else's child is not ours to wait for
                os.waitpid(server.pid, os.WNOHANG)
            time.sleep(0.03)
        if _is_ours(server):
            os.kill(server.pid, signal.SIGKILL)
    remove_internal(_state_file(folder, server.emulator))


def _request(  # noqa: PLR0913  the parts of a request
    server: _Server,
    path: str,
    *,
    owner: tuple[str, str] | None = None,
    method: str = "GET",
    body: str = "",
    seconds: float = _ANSWER_SECONDS,
) -> bytes:
    """FileExistsError for a 409, FileNotFoundError for a 404, InfragenError for anything else."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    data = body.encode() if method != "GET" else None
    headers = {"Content-Type": "application/xml"}
    if owner:  # the emulator reads whose request it is, and for which service, and checks no signature
        scope = f"{owner[0]}/20200101/{owner[1]}/s3/aws4_request"
        headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=sandbox"
    if path.startswith(("/infragen/", "/_ministack/")):  # not of AWS
        headers["X-Infragen-Token"] = server.secret
    request = urllib.request.Request(f"{server.url}{path}", data, headers, method=method)  # noqa: S310
    look = "`infragen sandbox status` shows details; "
    try:
        with opener.open(request, timeout=seconds) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 409:
            raise FileExistsError(path) from error
        if error.code == 404:
            raise FileNotFoundError(path) from error
        text = error.read().decode(errors="replace")[:300]
        hint = f"{look}`infragen sandbox reset` deletes everything in it, states included"
        hint = "without a region, that command ends it" if "infragen sandbox outage" in text else hint
        raise _error("E005", f"the emulated AWS refused {method} {path}: {error.code} {text}", hint) from error
    except OSError as error:
        then = "stop` ends it, and its data is lost" if _is_ours(server) else "start` starts an empty one"
        hint = f"{look}`infragen sandbox {then}"
        raise _error("E006", f"the emulated AWS on {server.url} does not respond: {error}", hint) from error
