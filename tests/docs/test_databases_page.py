"""The page on databases: each of its samples is a file of one system, about which nothing is to be said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import blocks, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/databases.md"
SYSTEM = "schema: 1\nname: demo\ntitle: Demo\n"
DEV = 'environment: dev\naccount: "111122223333"\nregion: ap-northeast-1\nnetwork: {cidr: 10.0.0.0/16}\n'

BASTION = "name: main\ntitle: A way in for people\nami: ami-0b1c2d3e4f5061728\nallow: []\nuses: {databases/main: {}}"
USES = "uses: {databases/archive: {}, databases/orders: {}, databases/portal: {}}"


def test_every_sample_is_a_file_about_which_nothing_is_to_be_said(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")

    def said() -> str:
        outcome = infragen("validate", "-C", tmp_path)
        return (outcome.out + outcome.err).strip().splitlines()[-1]

    write("catalog/demo/system.yaml", SYSTEM)
    write("environments/demo/dev.yaml", DEV)
    write("catalog/demo/bastions/main.yaml", BASTION)
    samples = [one.text for one in blocks(PAGE) if one.language == "yaml"]
    names = [re.fullmatch(r"# (catalog/\S+)", text.splitlines()[0])[1] for text in samples]  # type: ignore[index]
    assert names.count("catalog/demo/databases/main.yaml") == 2
    for name, text in zip(names[:2], samples[:2], strict=True):
        write(name, text)
    assert said() == "0 errors, 0 warnings, 0 notices"
    [cost] = re.findall(r"databases/main +([\d.]+) USD", infragen("cost", "demo/dev", "-C", tmp_path).out)
    assert f"about {round(float(cost))} USD a month" in prose(PAGE)
    for name, text in zip(names[2:], samples[2:], strict=True):
        write(name, text)
    write("catalog/demo/bastions/main.yaml", BASTION.replace("/main: {}", "/main: {}, databases/orders: {}"))
    web = tmp_path / "catalog/demo/services/web.yaml"
    web.write_text(f"{web.read_text('utf-8')}{USES}\n", encoding="utf-8")
    assert said() == "0 errors, 0 warnings, 0 notices"
    assert infragen("render", "-C", tmp_path).code == 0
    rendered = (tmp_path / "generated/demo/dev/data/sql/main.sql").read_text("utf-8")
    for role in ("main_owner", "main_migration"):
        assert f"`{role}`" in prose(PAGE)
        assert f'"{role}"' in rendered
