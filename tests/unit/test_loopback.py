"""Servers on 127.0.0.1 answer while a block runs, and are quiet about clients that have gone."""

from __future__ import annotations

import socket
import struct
import urllib.request
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from infragen.loopback import answering

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/broken":
            raise ValueError("a mistake of the handler's own")
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Print nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with answering(Hello) as found:
        yield found


def connected(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def test_it_answers_on_loopback_until_the_block_ends() -> None:
    with answering(Hello) as url:
        assert url.startswith("http://127.0.0.1:")
        assert urllib.request.urlopen(f"{url}/", timeout=5).read() == b"hello"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{url}/", timeout=5)


def test_a_client_that_resets_its_connection_leaves_no_traceback(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    client = connected(url)
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.recv(4096)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset
    client.close()
    assert urllib.request.urlopen(f"{url}/", timeout=5).read() == b"hello"
    assert capfd.readouterr().err == ""


def test_a_mistake_of_the_handler_is_not_hidden(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match=r"."):
        urllib.request.urlopen(f"{url}/broken", timeout=5)
    assert "a mistake of the handler's own" in capfd.readouterr().err
