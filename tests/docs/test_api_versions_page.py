"""The page on versions of an API: its samples are files about which nothing is to be said, and served as it says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft4Validator

from infragen.kinds.gateways.validation import validation_of
from infragen.source import Document

from .pages import blocks, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/api-versions.md"
FILES = {
    "catalog/demo/system.yaml": "schema: 1\ntitle: Demo\n",
    "environments/demo/dev.yaml": 'account: "111122223333"\nregion: ap-northeast-1\nnetwork: {cidr: 10.0.0.0/16}\n',
}
SAMPLES = {
    one.text.splitlines()[0].removeprefix("# "): f"{one.text}\n" for one in blocks(PAGE) if one.language == "yaml"
}
ORDERS, CHECKED = "catalog/demo/services/orders.yaml", "catalog/demo/contracts/orders/v2.0.0.yaml"
CONTRACT = (
    "openapi: 3.0.3\ninfo: {{title: Orders, version: {}}}\npaths:\n  /items:\n    get:\n      responses:\n        {}\n"
)


def test_every_sample_is_a_file_about_which_nothing_is_to_be_said(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    headers = SAMPLES["headers:"]
    files = FILES | {path: text for path, text in SAMPLES.items() if path.startswith("catalog/")}
    for version in ("1.4.0", "1.5.0", "2.0.0"):
        promised = yaml.safe_load(headers) if version == "1.5.0" else {}
        answer = yaml.safe_dump({"200": {"description": "all", **promised}}, default_flow_style=True, width=1000)
        answer = answer.strip().removeprefix("{").removesuffix("}")
        files[f"catalog/demo/contracts/orders/v{version}.yaml"] = CONTRACT.format(version, answer)
    said = made(tmp_path, files, infragen)
    assert not re.findall(r" (G1[56]\d) ", said), said
    gateway = (tmp_path / "generated/demo/dev/edge/gateway-public.tf").read_text("utf-8")
    served = re.findall(
        r"^\| `/(orders/v\d)` and everything below it \| `/(orders/v\d)/...`", prose(PAGE), re.MULTILINE
    )
    assert re.findall(r'backend_path += "(.*)"', gateway) == [path for path, _ in served]
    task = (tmp_path / "generated/demo/dev/app/service-orders.tf").read_text("utf-8")
    for name, value in re.findall(r'^ +(API_\w+) += "(.*)"$', task, re.MULTILINE):
        assert name in prose(PAGE)
        assert value in headers or f"{name}={value}" in prose(PAGE)


def made(root: Path, files: dict[str, str], infragen: Callable[..., Outcome]) -> str:
    """Render a project, and return what is said of it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    outcome = infragen("validate", "-C", root)
    said = outcome.out + outcome.err
    assert "0 errors" in said, said
    assert infragen("render", "-C", root).code == 0
    return said


def test_requests_are_checked_where_that_is_asked_for(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    asked = SAMPLES["versions:"].splitlines()[1].strip()
    files = FILES | {path: text for path, text in SAMPLES.items() if path.startswith("catalog/")}
    files[ORDERS] = files[ORDERS].replace("  2.0.0: {}", f"  {asked}")
    for version in ("1.4.0", "1.5.0"):
        files[f"catalog/demo/contracts/orders/v{version}.yaml"] = CONTRACT.format(
            version, "{'200': {description: all}}"
        )
    files[ORDERS] = files[ORDERS].replace("{deprecated: 2030-01-15, removed: 2030-07-15}", "{}")
    assert " G17" not in made(tmp_path, files, infragen)
    gateway = (tmp_path / "generated/demo/dev/edge/gateway-public.tf").read_text("utf-8")
    assert re.findall(r'^    "([A-Z]+ /\S*)" = \{$', gateway, re.MULTILINE) == ["GET /items", "POST /items"]


@pytest.mark.parametrize(
    ("request_line", "body", "who"),
    re.findall(
        r"^\| `([A-Z]+ \S+)`(?: with `(\{.*?\})`)? \| (the service|API Gateway: \d+) \|$", prose(PAGE), re.MULTILINE
    ),
)
def test_it_is_answered_as_the_page_says(request_line: str, body: str, who: str) -> None:
    method, _, address = request_line.partition(" ")
    path, query = urlsplit(address).path.removeprefix("/orders/v2"), parse_qs(urlsplit(address).query)
    text = SAMPLES[CHECKED]
    found = validation_of(Document(CHECKED, yaml.safe_load(text), text))
    assert found is not None
    assert not found.unchecked
    operation = next((one for one in found.methods if (one.name, one.path) == (method, path)), None)
    if operation is None:
        assert who == "API Gateway: 403"
        return
    is_missing = any(one.partition(".")[2] not in query for one in operation.parameters)
    models = (Draft4Validator(model) for model in operation.models.values())
    is_wrong = is_missing or not all(model.is_valid(json.loads(body)) for model in models)
    assert who == ("API Gateway: 400" if is_wrong else "the service")
