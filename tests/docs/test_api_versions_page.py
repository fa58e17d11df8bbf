"""The page on versions of an API: its samples are files about which nothing is to be said, and served as it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

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
CONTRACT = (
    "openapi: 3.0.3\ninfo: {{title: Orders, version: {}}}\npaths:\n  /items:\n    get:\n      responses:\n        {}\n"
)


def test_every_sample_is_a_file_about_which_nothing_is_to_be_said(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    samples = [one.text for one in blocks(PAGE) if one.language == "yaml"]
    *entries, headers = samples
    files = FILES | {text.splitlines()[0].removeprefix("# "): f"{text}\n" for text in entries}
    for version in ("1.4.0", "1.5.0", "2.0.0"):
        promised = yaml.safe_load(headers) if version == "1.5.0" else {}
        answer = yaml.safe_dump({"200": {"description": "all", **promised}}, default_flow_style=True, width=1000)
        answer = answer.strip().removeprefix("{").removesuffix("}")
        files[f"catalog/demo/contracts/orders/v{version}.yaml"] = CONTRACT.format(version, answer)
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    outcome = infragen("validate", "-C", tmp_path)
    said = outcome.out + outcome.err
    assert "0 errors" in said, said
    assert not re.findall(r" (G1[56]\d) ", said), said
    assert infragen("render", "-C", tmp_path).code == 0
    gateway = (tmp_path / "generated/demo/dev/edge/gateway-public.tf").read_text("utf-8")
    served = re.findall(
        r"^\| `/(orders/v\d)` and everything below it \| `/(orders/v\d)/...`", prose(PAGE), re.MULTILINE
    )
    assert re.findall(r'backend_path += "(.*)"', gateway) == [path for path, _ in served]
    task = (tmp_path / "generated/demo/dev/app/service-orders.tf").read_text("utf-8")
    for name, value in re.findall(r'^ +(API_\w+) += "(.*)"$', task, re.MULTILINE):
        assert name in prose(PAGE)
        assert value in headers or f"{name}={value}" in prose(PAGE)
