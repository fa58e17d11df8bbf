"""A GitHub on loopback: just enough of its API to keep comments, and to fail in the ways that GitHub does."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "ghs_a-token-that-stays-secret"
BOT = "github-actions[bot]"
REFUSED = {"message": "Resource not accessible by integration"}
_COMMENTS = re.compile(r"/repos/octo/infra/issues/(\d+)/comments")
_COMMENT = re.compile(r"/repos/octo/infra/issues/comments/(\d+)")


@dataclass
class Answer:
    """What the server says instead of doing as it is told; `done` says that it does it all the same."""

    status: int
    body: object = field(default_factory=lambda: {"message": "no"})
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


class FakeGitHub:
    """Comments of pull request 7 of octo/infra, and every request that came in."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str]] = []
        self.failures: dict[str, list[Answer]] = {}
        self.viewer = BOT
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, body: str, login: str = BOT) -> dict[str, Any]:
        """Write a comment as somebody."""
        number = len(self.comments) + 1
        url = f"https://github.example/octo/infra/pull/7#issuecomment-{number}"
        self.comments.append({"id": number, "body": body, "user": {"login": login}, "html_url": url})
        return self.comments[-1]

    def methods(self) -> list[str]:
        """The methods of the requests that list and write comments."""
        return [method for method, path in self.requests if "/issues/" in path]

    def answer(self, method: str, path: str, query: dict[str, list[str]], data: Any, token: str) -> Answer:
        self.requests.append((method, path))
        failures = self.failures.get(method, []) if "/issues/" in path else []
        failure = failures.pop(0) if failures else None
        if failure and not failure.done:
            return failure
        answer = self._do(method, path, query, data) if token == f"Bearer {TOKEN}" else Answer(401)
        return failure or answer

    def _do(self, method: str, path: str, query: dict[str, list[str]], data: Any) -> Answer:
        if method == "POST" and path == "/graphql":
            return Answer(200, {"data": {"viewer": {"login": self.viewer}}})
        found = _COMMENT.fullmatch(path)
        if found and method == "PATCH":
            comment = self.comments[int(found[1]) - 1]
            comment["body"] = data["body"]
            return Answer(200, comment)
        found = _COMMENTS.fullmatch(path)
        if not found or found[1] != "7":
            return Answer(404, {"message": "Not Found"})
        if method == "POST":
            return Answer(201, self.add(data["body"], self.viewer))
        page, each = int(query["page"][0]), int(query["per_page"][0])
        last = page * each
        more = {"Link": f'<{self.url}{path}?page={page + 1}>; rel="next"'} if last < len(self.comments) else {}
        return Answer(200, self.comments[last - each : last], more)


def _handler(github: FakeGitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data = json.loads(body) if body else None
            token = self.headers.get("Authorization") or ""
            answer = github.answer(self.command, parts.path, parse_qs(parts.query), data, token)
            content = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET: Callable[[BaseHTTPRequestHandler], None] = _any  # noqa: N815
        do_POST: Callable[[BaseHTTPRequestHandler], None] = _any  # noqa: N815
        do_PATCH: Callable[[BaseHTTPRequestHandler], None] = _any  # noqa: N815
        do_DELETE: Callable[[BaseHTTPRequestHandler], None] = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
