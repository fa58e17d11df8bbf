"""The emulated AWS as a process: `python -m infragen_sandbox.server --port 5000`.

moto behind werkzeug's threaded server on 127.0.0.1, with every correction applied. Besides AWS it answers
`GET /infragen/health`, `GET /infragen/inventory?account=..&region=..`, `POST /infragen/outage?region=..` and
`POST /infragen/reset`, to whoever knows the secret in its state file (`guard.py`).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import secrets
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from infragen_sandbox.guard import refusal
from infragen_sandbox.outage import Outage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from moto.core.request import Request

    from infragen_sandbox.gate.answers import Answer
    from infragen_sandbox.gate.gatekeeper import Gatekeeper
    from infragen_sandbox.lifecycles import Clock

__all__ = ["main"]

# Read by moto when it is imported. Policies managed by AWS exist in every account; the machine images do not matter
# to us and cost a fifth of a second.
_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}

# These wait inside moto for something else to happen; they must not hold everybody up.
_WAITING_ACTIONS = ("ReceiveMessage",)


@dataclass(frozen=True, slots=True)
class Known:
    """What the server is known by: its port, the token on its command line, and its state file: secret, folder."""

    port: int
    token: str
    secret: str
    folder: Path | None = None

    @property
    def trouble(self) -> str:
        """Say where the server was started and how to go on, where that folder is no longer there."""
        if self.folder is None or self.folder.is_dir():
            return ""
        stop = f"stop it (`infragen sandbox stop`, or `kill {os.getpid()}`: its data is lost) and start it again"
        return f" (pid {os.getpid()} was started in {self.folder}, which was moved or removed: move it back, or {stop})"


class SandboxApplication:
    """The WSGI application: infragen's own paths, then moto, one request at a time.

    moto's backends are plain dictionaries that are iterated while others write: under `-parallelism=100` a request
    fails now and then with "dictionary changed size". All of them compute and none of them waits, so taking turns
    costs nothing.
    """

    def __init__(
        self, emulator: WSGIApplication, known: Known, gate: Gatekeeper | None = None, clock: Clock | None = None
    ) -> None:
        self._emulator = emulator
        self._gate = gate
        self._clock = clock
        self._known = known
        self._outage = Outage()
        self._turn = threading.RLock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        headers = _headers(environ)
        refused = refusal(path, headers, self._known.port, self._known.secret)
        if refused is not None:
            return _answer(start_response, {"message": refused}, "403 Forbidden")
        gone = self._outage.refusal(headers)
        if gone is not None:
            return _answer(start_response, {"message": gone}, "503 Service Unavailable")
        if path.startswith("/infragen/"):
            with self._turn:
                if self._clock is not None:
                    self._clock.advance()
                try:
                    return self._own(path, environ, start_response)
                except Exception as error:  # noqa: BLE001  whoever asked is told, rather than cut off
                    return _refuse(environ, start_response, error, self._known.trouble)
        if environ.get("HTTP_X_AMZ_TARGET", "").endswith(_WAITING_ACTIONS):
            return self._guarded(environ, start_response)
        with self._turn:
            if self._clock is not None:
                self._clock.advance()
            return self._guarded(environ, start_response)

    def _guarded(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def answer(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            answered[:] = [(status, headers)]

        try:
            refused = self._refused(environ)
            if refused is not None:
                start_response(f"{refused.status} {HTTPStatus(refused.status).phrase}", list(refused.headers))
                return [refused.body]
            content = list(self._emulator(environ, answer))
            status, headers = answered[0]
        except Exception as error:  # noqa: BLE001  the emulator's bug must not look like a passing fault
            return _refuse(environ, start_response, error, self._known.trouble)
        if status.startswith("404") and b"".join(content[:1]).startswith(_NO_ROUTE):
            return _refuse(environ, start_response, NotImplementedError("the emulator has no such operation"))
        start_response(status, headers)
        return content

    def _refused(self, environ: WSGIEnvironment) -> Answer | None:
        if self._gate is None:
            return None
        from infragen_sandbox.gate.gatekeeper import request_of

        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        return self._gate.refusal(request_of(environ, body))

    def _own(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if path == "/infragen/health":
            return _answer(start_response, {"emulator": "moto", "pid": os.getpid(), "token": self._known.token})
        if path == "/infragen/inventory":
            from infragen_sandbox.inventory import inventory

            query = parse_qs(environ.get("QUERY_STRING", ""))
            found = inventory(query["account"][0], query["region"][0])
            return _answer(start_response, [thing.as_dict() for thing in found])
        if path == "/infragen/outage" and environ["REQUEST_METHOD"] == "POST":
            self._outage.begin(_regions(environ.get("QUERY_STRING", "")))
            return _answer(start_response, {"regions": sorted(self._outage.regions)})
        if path == "/infragen/reset" and environ["REQUEST_METHOD"] == "POST":
            from moto.moto_api._internal.models import moto_api_backend

            moto_api_backend.reset()
            self._outage.begin(())
            if self._clock is not None:
                self._clock.reset()
            return _answer(start_response, {"reset": True})
        return _answer(start_response, {"error": f"no such path: {path}"}, "404 Not Found")


def _regions(query: str) -> list[str]:
    return parse_qs(query).get("region", [])


_OWN_PATHS = ("/infragen/", "/_ministack/", "/_localstack/")
"""What is none of AWS in the second emulator."""

_NO_ROUTE = b"<!doctype html>"
"""How werkzeug answers what nobody serves; AWS never speaks HTML."""


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}


def _answer(start_response: StartResponse, body: object, status: str = "200 OK") -> list[bytes]:
    content = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


def _refuse(
    environ: WSGIEnvironment, start_response: StartResponse, error: Exception, trouble: str = ""
) -> list[bytes]:
    """Answer what the emulator cannot do with 501: SDKs repeat a 500 for more than 90 s, a 501 never.

    `trouble` is what the operator can mend.
    """
    traceback.print_exc()
    action = environ.get("HTTP_X_AMZ_TARGET") or f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
    code = "NotImplemented" if isinstance(error, NotImplementedError) else "EmulatorFailure"
    message = f"{action}: {type(error).__name__}: {error}{trouble}"
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)]
    content = json.dumps({"__type": code, "message": message}).encode()
    is_query = not environ.get("HTTP_X_AMZ_TARGET") and "form" in environ.get("CONTENT_TYPE", "")
    if is_query or "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
        from xml.sax.saxutils import escape

        headers = [("Content-Type", "text/xml")]
        error_xml = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        content = (
            f"<ErrorResponse>{error_xml}<RequestId>0</RequestId></ErrorResponse>" if is_query else error_xml
        ).encode()
    start_response("501 Not Implemented", [*headers, ("Content-Length", str(len(content)))])
    return [content]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infragen_sandbox.server", description="The emulated AWS.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--without", action="append", default=[], metavar="CORRECTION", help="leave a correction out")
    parser.add_argument("--strict", action="store_true", help="refuse what AWS refuses, and let time pass")
    parser.add_argument("--seed", type=int, default=0, help="how long each thing takes to be made and deleted")
    parser.add_argument("--emulator", choices=("moto", "ministack"), default="moto")
    parser.add_argument(
        "--token", default="", help="repeated by /infragen/health: proves that this is the process meant"
    )
    parser.add_argument("--state", type=Path, help="file that says who and where this is, for as long as it runs")
    return parser.parse_args(arguments)


class _Log(io.TextIOBase):
    """The output of the server: text that cannot be written (a full disk) is lost, and stops no request."""

    def write(self, text: str) -> int:
        """Write a text at once, as far as there is room."""
        with suppress(OSError):
            os.write(1, text.encode(errors="replace"))
        return len(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the first line of the output says where."""
    options = _arguments(arguments)
    sys.stdout = sys.stderr = _Log()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))
    try:
        listener = socket.create_server(("127.0.0.1", options.port), backlog=512)
    except OSError as error:
        print(f"port {options.port} on 127.0.0.1 is not available: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 3
    try:
        if options.emulator == "ministack":
            _serve_ministack(listener, options)
        else:
            _serve_moto(listener, options)
    finally:
        _withdraw(options)
    return 0


def _serve_moto(listener: socket.socket, options: argparse.Namespace) -> None:
    port = listener.getsockname()[1]
    os.environ.update({"MOTO_PORT": str(port), **_SETTINGS})

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    from infragen_sandbox import shortcuts
    from infragen_sandbox.corrections import apply_all
    from infragen_sandbox.handler import Handler

    apply_all(without=options.without)
    shortcuts.apply()
    secret = secrets.token_hex(32)
    emulator = DomainDispatcherApplication(create_backend_app)
    known = Known(port, options.token, secret, options.state and options.state.parent)
    application = SandboxApplication(emulator, known, _gate(options), _clock(options))
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=Handler, fd=listener.fileno())
    _announce(options, port, secret)
    server.serve_forever()


def _gate(options: argparse.Namespace) -> Gatekeeper | None:
    if not options.strict:
        return None
    from infragen_sandbox.gate.gatekeeper import Gatekeeper
    from infragen_sandbox.gate.ledger import Ledger

    return Gatekeeper(Ledger(options.state.with_name(f"calls-{options.emulator}.jsonl")) if options.state else None)


def _clock(options: argparse.Namespace) -> Clock | None:
    """Let time pass in the emulator, on top of its corrections."""
    if not options.strict:
        return None
    from infragen_sandbox.lifecycles import Clock, install

    clock = Clock(options.seed)
    install(clock, options.emulator)
    return clock


def _serve_ministack(listener: socket.socket, options: argparse.Namespace) -> None:
    """Run the second emulator on the port; it binds to every address unless it is told not to."""
    port = listener.getsockname()[1]
    listener.close()
    os.environ.update({"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_HOST": "127.0.0.1"})

    from ministack import app as module

    from infragen_sandbox import ministack

    ministack.apply()
    secret = secrets.token_hex(32)
    gate, clock = _gate(options), _clock(options)
    emulator = module.app if gate is None else _gated(module.app, gate)
    module.app = _guarded(emulator, port, secret, clock)
    _announce(options, port, secret)
    sys.argv[1:] = []
    module.main()


def _guarded(app: Any, port: int, secret: str, clock: Clock | None) -> Any:
    """Return an ASGI application that asks the guard first, and does what is due by then."""
    outage = Outage()

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
        refused = refusal(scope["path"], named, port, secret) if "path" in scope else None
        gone = outage.refusal(named)
        if clock is not None:
            clock.advance()
        body: Any = None
        if refused is not None or gone is not None:
            body = {"message": refused or gone}
        elif scope.get("path") == "/infragen/inventory":
            body = _second_inventory(scope)
        elif scope.get("path") == "/infragen/outage":
            outage.begin(_regions(scope["query_string"].decode()))
            body = {"regions": sorted(outage.regions)}
        if body is None:
            await app(scope, receive, send)
        elif scope["type"] == "http":
            status = 403 if refused is not None else 503 if gone is not None else 200
            kind = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": status, "headers": kind})
            await send({"type": "http.response.body", "body": json.dumps(body).encode()})
        else:
            await send({"type": "websocket.close", "code": 1008})

    return guarded


def _gated(app: Any, gate: Gatekeeper) -> Any:
    """Return an ASGI application that asks the gate first, with the whole body."""

    async def gated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OWN_PATHS):
            await app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        refused = gate.refusal(_asgi_request(scope, body))
        if refused is None:
            await app(scope, _again(body, receive), send)
            return
        headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers]
        await send({"type": "http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "http.response.body", "body": refused.body})

    return gated


def _asgi_request(scope: Any, body: bytes) -> Request:
    from moto.core.request import Request

    headers = {name.decode("latin-1").title(): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return Request.from_primitives(scope["method"], f"http://{headers['Host']}{path}?{query}", headers, body)


def _again(body: bytes, receive: Any) -> Any:
    """Give a body that was read already, once; then whatever comes."""
    whole = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return whole.pop() if whole else await receive()

    return again


def _second_inventory(scope: Any) -> list[dict[str, Any]]:
    from infragen_sandbox.ministack import inventory

    query = parse_qs(scope["query_string"].decode())
    return [thing.as_dict() for thing in inventory(query["account"][0], query["region"][0])]


def _announce(options: argparse.Namespace, port: int, secret: str) -> None:
    """Write the state file, for its owner alone, in one step, so that nobody ever reads half of it."""
    print(f"infragen sandbox: {options.emulator} on http://127.0.0.1:{port}, pid {os.getpid()}", flush=True)  # noqa: T201
    if options.state is None:
        return
    started = datetime.now(UTC).isoformat(timespec="seconds")
    known = {
        "emulator": options.emulator,
        "pid": os.getpid(),
        "port": port,
        "token": options.token,
        "secret": secret,
        "started": started,
        "strict": options.strict,
        "seed": options.seed,
        "folder": str(options.state.parent),
    }
    unfinished = options.state.with_suffix(f".{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(known, indent=2))
    unfinished.replace(options.state)


def _withdraw(options: argparse.Namespace) -> None:
    """Remove the state file if it still speaks of us."""
    with suppress(OSError, ValueError, TypeError):
        if json.loads(options.state.read_text("utf-8"))["pid"] == os.getpid():
            options.state.unlink()


if __name__ == "__main__":
    sys.exit(main())
