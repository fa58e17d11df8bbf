"""A loopback proxy before the emulated AWS that can be told to fail, or to act, at a chosen request.

    with Proxy(sandbox) as proxy:                      # the project's commands go through it from now on
        proxy.on(state_is_written("network"), answer=EXPIRED)
        proxy.on(parameter_is_put, act=kill_terraform)

A rule takes one request (or `times` many), acts, and then answers or lets the request through. `act` runs before the
request reaches the emulated AWS, `then` after its answer came and before it is handed back.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.terraform.sandbox import Sandbox

__all__ = [
    "DROP", "EXPIRED", "THROTTLED", "Answer", "Proxy", "Request", "Rule", "bucket_is_made", "identity_is_asked",
    "lock_is_released", "lock_is_taken", "parameter_is_put", "state_is_read", "state_is_written",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What came in."""

    method: str
    path: str
    target: str
    body: bytes
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer in place of AWS; status 0 closes the connection without a word."""

    status: int
    code: str = ""

    def body(self, request: Request) -> bytes:
        """Return the error in the form that the service of a request uses."""
        if request.target:
            return json.dumps({"__type": self.code, "message": f"{self.code} was injected"}).encode()
        error = f"<Code>{self.code}</Code><Message>{self.code} was injected</Message>"
        if request.method == "POST":
            return f"<ErrorResponse><Error>{error}</Error></ErrorResponse>".encode()
        return f"<Error>{error}</Error>".encode()


DROP = Answer(0)
THROTTLED = Answer(503, "SlowDown")
EXPIRED = Answer(400, "ExpiredToken")


@dataclass(slots=True)
class Rule:
    """What to do at which request; `seen` is set once it was done."""

    match: Callable[[Request], bool]
    answer: Answer | None = None
    act: Callable[[], None] | None = None
    then: Callable[[], None] | None = None
    times: int = 1
    seen: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Stands before a project's emulated AWS."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._rules: list[Rule] = []
        self._lock = threading.Condition()
        self._open: list[str] = []
        self._state = sandbox.folder / "state.json"
        self._real = self._state.read_text(encoding="utf-8")
        self.log: list[str] = []

        class Handler(_Handler):
            proxy = self

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.failed = self.log.append

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        known = json.loads(self._real)
        self._state.write_text(json.dumps({**known, "port": self._server.server_port}), encoding="utf-8")
        return self

    def __exit__(self, *_error: object) -> None:
        self._state.write_text(self._real, encoding="utf-8")
        self._server.shutdown()
        self._server.server_close()

    def on(
        self,
        match: Callable[[Request], bool],
        *,
        answer: Answer | None = None,
        act: Callable[[], None] | None = None,
        then: Callable[[], None] | None = None,
        times: int = 1,
    ) -> Rule:
        """Add a rule."""
        rule = Rule(match, answer, act, then, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def forget(self) -> None:
        """Drop all rules: AWS is well again."""
        with self._lock:
            self._rules.clear()
            self.log.clear()

    def before(self, request: Request) -> None:
        """Hear of a request that AWS gets next."""

    def heard(self, request: Request, status: int, content: bytes) -> None:
        """Hear what AWS answered, before it is handed back."""

    @contextmanager
    def answering(self, asked: str) -> Iterator[None]:
        """Count a request as open."""
        with self._lock:
            self._open.append(asked)
        try:
            yield
        finally:
            with self._lock:
                self._open.remove(asked)
                self._lock.notify_all()

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until AWS has carried out all that it was asked for, also by those who were killed meanwhile."""
        with self._lock:
            assert self._lock.wait_for(lambda: not self._open, seconds), f"requests stay open: {self._open}"

    def rule_for(self, request: Request) -> Rule | None:
        """Return the rule that takes a request."""
        with self._lock:
            self.log.append(f"{request.method} {request.path} {request.target}")
            for rule in self._rules:
                if rule.times > 0 and rule.match(request):
                    rule.times -= 1
                    return rule
        return None

    @property
    def port(self) -> int:
        """The port of the emulated AWS itself."""
        return int(json.loads(self._real)["port"])


class _Server(ThreadingHTTPServer):
    failed: Callable[[str], None]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say it in the log alone: mostly, whoever asked was killed."""
        self.failed(traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        with self.proxy.answering(f"{self.command} {self.path} {self.headers.get('X-Amz-Target', '')}"):
            self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        request = Request(
            self.command, self.path, self.headers.get("X-Amz-Target", ""), body, self.headers.get("User-Agent", "")
        )
        rule = self.proxy.rule_for(request)
        if rule is not None and rule.act is not None:
            rule.act()
        if rule is not None and rule.answer is not None:
            rule.seen.set()
            self._fail(rule.answer, request)
            return
        self.proxy.before(request)
        status, headers, content = self._forward(body)
        self.proxy.log.append(f"{status} {self.command} {self.path} {request.target}")
        self.proxy.heard(request, status, content)
        if rule is not None:
            if rule.then is not None:
                rule.then()
            rule.seen.set()
        self._reply(status, headers, content)

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=PATIENCE)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, f"127.0.0.1:{self.proxy.port}" if name.lower() == "host" else value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def _fail(self, answer: Answer, request: Request) -> None:
        if answer.status == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._reply(answer.status, [], answer.body(request))

    def _reply(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in {"content-length", "transfer-encoding", "connection", "server", "date"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
        except OSError:  # whoever asked was killed
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = _any  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def bucket_is_made(request: Request) -> bool:
    """The first thing that `--sandbox` asks for, before any terraform."""
    return request.method == "PUT" and request.path.count("/") == 1 and "?" not in request.path


def identity_is_asked(request: Request) -> bool:
    """The provider's first question, in every plan and every apply."""
    return request.method == "POST" and b"Action=GetCallerIdentity" in request.body


def parameter_is_put(request: Request) -> bool:
    """An SSM parameter is created or changed."""
    return request.target == "AmazonSSM.PutParameter"


def state_is_written(stack: str) -> Callable[[Request], bool]:
    """The state of a stack is stored."""
    return lambda request: request.method == "PUT" and _object(request).endswith(f"/{stack}.tfstate")


def state_is_read(stack: str) -> Callable[[Request], bool]:
    """The state of a stack is read."""
    return lambda request: request.method == "GET" and _object(request).endswith(f"/{stack}.tfstate")


def lock_is_taken(stack: str) -> Callable[[Request], bool]:
    """The lock of a stack's state is written."""
    return lambda request: request.method == "PUT" and _object(request).endswith(f"/{stack}.tfstate.tflock")


def lock_is_released(stack: str) -> Callable[[Request], bool]:
    """The lock of a stack's state is removed."""
    return lambda request: request.method == "DELETE" and _object(request).endswith(f"/{stack}.tfstate.tflock")


def _object(request: Request) -> str:
    return request.path.partition("?")[0]
