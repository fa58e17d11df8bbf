"""HTTP for the emulated AWS: connections that stay open, each answer in one piece.

werkzeug's own handler closes every connection, after 10 ms of waiting whether more comes, and a client that is reset
while it reads an answer asks again: for a creation, that is "already exists".
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import MotoRequestHandler

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_BODY = ("1", "204", "304")


class Handler(MotoRequestHandler):
    """One connection of one client; every request is read whole before it is answered whole."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece, when it is flushed

    def run_wsgi(self) -> None:
        """Answer one request."""
        body = self._read_chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else self._read_length()
        environ: dict[str, Any] = self.make_environ()
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            started[:] = [(status, headers)]

        content = b"".join(self.server.app(environ, start_response))
        status, headers = started[0]
        self._answer(status, headers, content)
        self._log(status, environ)

    def _read_length(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _read_chunks(self) -> bytes:
        """Read a body that comes in pieces, each after its length in hexadecimal; trailers are skipped."""
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def _answer(self, status: str, headers: Sequence[tuple[str, str]], content: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if self.command == "HEAD" or name.lower() != "content-length":
                self.send_header(name, value)
        without_body = self.command == "HEAD" or status.startswith(_NO_BODY)
        if not without_body:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not without_body:
            self.wfile.write(content)
        self.wfile.flush()

    def _log(self, status: str, environ: dict[str, Any]) -> None:
        """Log what was refused, and what a client asked again: the second is the sandbox's fault."""
        action = environ.get("HTTP_X_AMZ_TARGET", "")
        attempt = environ.get("HTTP_AMZ_SDK_REQUEST", "attempt=1").partition("attempt=")[2].partition(";")[0]
        if status[0] in "45" or attempt != "1":
            self.log("info", "%s %s %s, attempt %s", status[:3], self.requestline, action, attempt or "1")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing while the headers are sent; `_log` does when all is known."""
