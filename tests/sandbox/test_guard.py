"""The emulated AWS listens where every web page can send requests to: what it answers nobody but its owner."""

from __future__ import annotations

import http.client
import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.sandbox import Sandbox
from infragen_sandbox import guard
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTROL = [
    ("POST", "/infragen/reset"),
    ("GET", "/infragen/inventory?account=123456789012&region=eu-west-1"),
    ("GET", "/infragen/health"),
    ("POST", "/moto-api/reset"),
    ("GET", "/moto-api/data.json"),
    ("POST", "//moto-api/reset"),
    ("GET", "/infragen"),
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One emulated AWS with a bucket in it."""
    sandbox = Sandbox.start(tmp_path_factory.mktemp("guarded"))
    sandbox.create_state_bucket("kept", "123456789012", "eu-west-1")
    yield sandbox
    assert sandbox.read_object("kept", "x", "123456789012", "eu-west-1") is None
    status, _ = ask(sandbox, "GET", "/kept", {"Host": f"127.0.0.1:{sandbox.server.port}"})
    assert status == 200, "one of the requests here emptied it"
    sandbox.stop()


def ask(sandbox: Sandbox, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send a request with these headers and no others."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.server.port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Content-Length": "0", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_what_is_none_of_aws_wants_the_secret_and_the_right_host(guarded: Sandbox, method: str, path: str) -> None:
    right = {"Host": f"127.0.0.1:{guarded.server.port}", guard.HEADER: guarded.server.secret}
    wrong = [
        {name: value for name, value in right.items() if name != guard.HEADER},
        {**right, guard.HEADER: "0" * 64},
        {**right, guard.HEADER: ""},
        {**right, guard.HEADER: guarded.server.token},
        {**right, "Host": f"rebound.example.com:{guarded.server.port}"},
        {**right, "Host": "127.0.0.1"},
        {**right, "Host": f"127.0.0.1:{guarded.server.port + 1}"},
        {**right, "Host": f"127.0.0.1.example.com:{guarded.server.port}"},
        {guard.HEADER: guarded.server.secret},
        {**right, "Origin": "https://example.com"},
        {**right, "Origin": "null"},
        {**right, "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in wrong:
        status, said = ask(guarded, method, path, headers)
        assert (status, "message" in json.loads(said)) == (403, True), headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example.com"},
        {"Host": "s3.amazonaws.com"},
        {"Host": "moto_api.localhost"},
        {"Host": ""},
        {},
        {"Host": "127.0.0.1", "Origin": "http://127.0.0.1:8000"},
        {"Host": "localhost", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_a_browser_gets_nothing_of_aws_either(guarded: Sandbox, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/"), ("GET", "/kept"), ("POST", "/"), ("OPTIONS", "/kept")):
        assert ask(guarded, method, path, headers)[0] == 403


def test_the_owner_gets_what_it_asks_for(guarded: Sandbox) -> None:
    for host in ("127.0.0.1", "localhost"):
        right = {"Host": f"{host}:{guarded.server.port}", guard.HEADER: guarded.server.secret}
        assert ask(guarded, "GET", "/infragen/health", right)[0] == 200
        assert ask(guarded, "GET", "/kept", {"Host": f"{host}:{guarded.server.port}"})[0] == 200
    assert guarded.inventory("123456789012", "eu-west-1") == ()


def test_the_secret_stands_where_only_its_owner_can_read_it(guarded: Sandbox) -> None:
    state = guarded.folder / "state.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert json.loads(state.read_text())["secret"] == guarded.server.secret
    process = Path(f"/proc/{guarded.server.pid}")
    assert guarded.server.secret.encode() not in (process / "cmdline").read_bytes()
    assert guarded.server.secret not in repr(guarded)
    assert guarded.server.secret not in (guarded.folder / "server.log").read_text()


def test_the_second_emulator_asks_the_same_guard(tmp_path: Path) -> None:
    sandbox = Sandbox.start(tmp_path, services=("glue",))
    try:
        assert sandbox.ministack is not None
        second = Sandbox(sandbox.folder, sandbox.ministack)
        right = {"Host": f"127.0.0.1:{second.server.port}"}
        assert ask(second, "POST", "/_ministack/reset", right)[0] == 403
        assert ask(second, "POST", "/_ministack/config", right)[0] == 403
        assert ask(second, "GET", "/_localstack/health", right)[0] == 403
        assert ask(second, "GET", "/", {**right, "Origin": "https://example.com"})[0] == 403
        assert ask(second, "GET", "/", {"Host": "rebound.example.com"})[0] == 403
        assert ask(second, "POST", "/_ministack/reset", {**right, guard.HEADER: second.server.secret})[0] == 200
        sandbox.reset()
    finally:
        sandbox.stop()


def test_a_fault_of_ours_is_told_to_whoever_asked(guarded: Sandbox) -> None:
    right = {"Host": f"127.0.0.1:{guarded.server.port}", guard.HEADER: guarded.server.secret}
    status, answer = ask(guarded, "GET", "/infragen/inventory", right)
    assert status == 501
    assert b"KeyError: 'account'" in answer
