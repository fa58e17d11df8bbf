"""The workflow's job of contracts: the script that it runs, on a stub in the place of a service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.conftest import Outcome

ENDS = {"Deprecation": "@1877558400", "Sunset": "Tue, 01 Jan 2030 00:00:00 GMT"}
ORDER = {"id": "a", "state": "open", "lines": [{"item": "x", "quantity": 1, "price": 2.5}]}


@pytest.fixture
def partner(shop: Path, infragen: Callable[..., Outcome]) -> dict[str, Any]:
    """The job of a BFF with TechNova's contracts, one of them deprecated."""
    (shop / ".git").mkdir()
    (shop / "infragen.toml").write_text('ci.install = "git+https://git.example.com/infragen@' + "0" * 40 + '"\n')
    bff = shop / "catalog/shop/bffs/web.yaml"
    versions = "versions: {1.1.0: {deprecated: 2029-07-01, removed: 2030-01-01}, 2.0.0: {}}\n"
    bff.write_text(bff.read_text() + versions)
    peak = shop / "catalog/shop/load-tests/peak.yaml"
    peak.write_text(peak.read_text().replace("/web/orders", "/web/v1/orders"))
    contracts = shop / "catalog/shop/contracts/web"
    contracts.mkdir(parents=True)
    for version in ("1.1.0", "2.0.0"):
        source = ROOT / f"catalog/technova/contracts/partner/v{version}.yaml"
        (contracts / f"v{version}.yaml").write_text(source.read_text())
    assert infragen("ci", "github", "-C", shop).code == 0
    job: dict[str, Any] = yaml.safe_load((shop / ".github/workflows/infragen.yml").read_text())["jobs"][
        "contract-shop-bff-web"
    ]
    return job


def step(job: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in job["steps"] if one.get("name") == name)


@contextmanager
def stub(headers: Mapping[str, str], order: Mapping[str, Any], asked: list[tuple[str, str | None]]) -> Iterator[str]:
    """Answer in the place of a service."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, [order])

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(201, order)

        def _answer(self, status: int, value: Any) -> None:
            asked.append((self.path.partition("?")[0], self.headers.get("x-api-key")))
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, said in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
                self.send_header(name, said)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/partner/"
    finally:
        server.shutdown()
        server.server_close()


def tried(
    job: Mapping[str, Any], segment: str, url: str, root: Path, key: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the step of a version as GitHub does, but without a pause between requests."""
    found = step(job, segment)
    script = found["run"].replace("--rate-limit 1/s", "--seed 1")
    assert "--seed 1" in script
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, **found["env"], "URL": url, "KEY": key, "PATH": programs}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=root, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_service_that_keeps_its_contract_passes(partner: Mapping[str, Any], shop: Path) -> None:
    asked: list[tuple[str, str | None]] = []
    with stub(ENDS, ORDER, asked) as url:
        done = tried(partner, "v1", url, shop, key="secret")
    assert done.returncode == 0, done.stdout
    assert ("/partner/v1/orders", "secret") in asked
    assert {key for _, key in asked} == {"secret"}
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("segment", "answer", "words"),
    [
        ("v1", ({}, ORDER), "Missing required response headers"),
        ("v1", ({**ENDS, "Sunset": "Wed, 02 Jan 2030 00:00:00 GMT"}, ORDER), "is not one of"),
        ("v1", (ENDS, {**ORDER, "state": "lost"}), "is not one of"),
        ("v2", ({}, ORDER), "price"),
    ],
    ids=["no header", "another day", "another word", "the old form"],
)
def test_one_that_does_not_is_found_out(
    partner: Mapping[str, Any], shop: Path, segment: str, answer: tuple[dict[str, str], dict[str, Any]], words: str
) -> None:
    with stub(*answer, []) as url:
        done = tried(partner, segment, url, shop)
    assert done.returncode == 1, done.stdout + done.stderr
    assert words in done.stdout


def test_it_waits_for_what_is_applied_but_for_production(partner: Mapping[str, Any]) -> None:
    assert partner["needs"][0] == "check"
    assert {one.rpartition("-")[0] for one in partner["needs"][1:]} == {"apply-shop-test"}
    assert partner["permissions"] == {"contents": "read"}
    assert partner["env"] == {"URL": "${{ vars.INFRAGEN_CONTRACT_URL_SHOP_BFF_WEB }}"}, (
        "nothing that is installed sees the key"
    )
    assert [one["name"] for one in partner["steps"] if one.get("if", "").startswith("env.URL != ''")] == [
        *("Install Schemathesis", "v1", "v2"),
    ]
    assert step(partner, "v2")["env"]["CONTRACT"] == "catalog/shop/contracts/web/v2.0.0.yaml"


def test_the_version_that_is_installed_is_the_one_that_is_tested_here(partner: Mapping[str, Any]) -> None:
    assert (
        'pip install --require-hashes --only-binary :all: --requirement "$locks/schemathesis.txt"'
        in (step(partner, "Install Schemathesis")["run"])
    )
    lock = (ROOT / ".github/requirements/schemathesis.txt").read_text()
    [pinned] = re.findall(r"^schemathesis==\S+", lock, re.MULTILINE)
    assert pinned in (ROOT / "constraints.txt").read_text().splitlines()
