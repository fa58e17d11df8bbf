"""What render promises of a whole tree: the same bytes always, idempotent, nothing foreign touched, valid HCL."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.conftest import ROOT
from tests.render.trees import render, tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

TREES = "generated/technova"


def test_the_committed_trees_are_up_to_date(infragen: Infragen) -> None:
    outcome = infragen("render", "--check", "-C", ROOT)
    assert outcome.out == ""
    assert outcome.code == 0


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TechNova, rendered once; a test that writes takes a copy of it."""
    root = tmp_path_factory.mktemp("rendered")
    for folder in ("catalog", "environments"):
        shutil.copytree(ROOT / folder, root / folder)
    render(root)
    return root


@pytest.fixture
def rendered(once: Path, tmp_path: Path) -> Path:
    """A rendered project of a test's own."""
    return Path(shutil.copytree(once, tmp_path / "rendered"))


def test_the_order_of_keys_files_and_folders_changes_no_byte(once: Path, project: Path) -> None:
    expected = tree(once / TREES)
    shuffle(project)
    shuffled = tree(render(project))
    assert shuffled.keys() == expected.keys()
    for path, text in expected.items():
        # The header names the file an entry is written in, and that file has moved.
        assert shuffled[path].split("\n")[1:] == text.split("\n")[1:], path


def shuffle(project: Path) -> None:
    """Write every catalogue file anew with its keys in another order, and all services into one folder."""
    order, services = random.Random(7), project / "catalog/technova/services"
    for path in sorted((project / "catalog").rglob("*.yaml")):
        if "contracts" in path.parts:
            continue  # whose values are read as OpenAPI has them
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        if services in path.parents:
            data["name"] = path.stem  # another name than the file will have
        path.write_text(yaml.dump(_shuffled(data, order), allow_unicode=True, sort_keys=False), encoding="utf-8")
    for number, path in enumerate(sorted(services.rglob("*.yaml"))):
        path.rename(services / f"{100 - number:03d}-{path.name}")


def _shuffled(data: object, order: random.Random) -> object:
    if isinstance(data, dict):
        keys = list(data)
        order.shuffle(keys)
        return {key: _unset(_shuffled(data[key], order)) for key in keys}
    if isinstance(data, list):
        return [_shuffled(item, order) for item in data]
    return data


def _unset(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = {"null": None, "true": True, "false": False}
    return int(value) if value.isdecimal() and len(value) < 6 else words.get(value, value)


def test_a_second_render_touches_no_file(rendered: Path) -> None:
    folder = rendered / TREES
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}
    render(rendered)
    assert before == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_check_names_each_file_that_is_not_up_to_date(infragen: Infragen, rendered: Path) -> None:
    folder = rendered / TREES
    (folder / "dev/network/network.tf").unlink()
    edited = folder / "dev/security/outputs.tf"
    edited.write_text(edited.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    outcome = infragen("render", "technova/dev", "--check", "-C", rendered)
    assert outcome.code == 2
    assert "missing: generated/technova/dev/network/network.tf" in outcome.out
    assert "differs: generated/technova/dev/security/outputs.tf" in outcome.out
    assert not (folder / "dev/network/network.tf").exists()


def test_diff_shows_what_one_changed_line_does(infragen: Infragen, rendered: Path) -> None:
    path = rendered / "catalog/technova/services/manufacturing/planning.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("max: 8}", "max: 9}"), encoding="utf-8")
    outcome = infragen("render", "technova/prod", "--check", "--diff", "-C", rendered)
    assert outcome.code == 2
    changed = [line for line in outcome.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert 2 <= len(changed) <= 8
    assert any(line.startswith("+") and "9" in line for line in changed)


def test_a_hand_written_file_in_the_way_stops_everything(infragen: Infragen, rendered: Path) -> None:
    folder = rendered / TREES
    path = rendered / "catalog/technova/services/manufacturing/planning.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("max: 8}", "max: 9}"), encoding="utf-8")
    mine = folder / "prod/services-manufacturing/service-planning.tf"
    mine.write_text("# mine\n", encoding="utf-8")
    before = tree(folder / "prod")
    outcome = infragen("render", "technova/prod", "-C", rendered)
    assert outcome.code == 1
    assert "services-manufacturing/service-planning.tf" in outcome.err
    assert tree(folder / "prod") == before


def test_stale_files_go_and_foreign_ones_stay(infragen: Infragen, rendered: Path) -> None:
    folder = rendered / TREES
    foreign = folder / "prod/services-manufacturing/notes.md"
    foreign.write_text("ours\n", encoding="utf-8")
    stale = folder / "prod/services-manufacturing/service-material.tf"
    assert stale.exists()
    for kind in ("services", "databases"):
        (rendered / f"catalog/technova/{kind}/manufacturing/material.yaml").unlink()
    for path in (rendered / "catalog/technova").rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("  material:")), encoding="utf-8")
    outcome = infragen("render", "technova/prod", "-C", rendered)
    assert outcome.code == 0, outcome.err
    assert not stale.exists()
    assert foreign.read_text(encoding="utf-8") == "ours\n"


def test_a_foreign_tf_file_is_named_because_terraform_reads_it_too(infragen: Infragen, rendered: Path) -> None:
    folder = rendered / TREES
    (folder / "dev/network/mine.tf").write_text("# mine\n", encoding="utf-8")
    outcome = infragen("render", "technova/dev", "--check", "-C", rendered)
    assert outcome.code == 0
    assert "not infragen's: generated/technova/dev/network/mine.tf" in outcome.err


def test_a_catalogue_with_an_error_renders_nothing(infragen: Infragen, project: Path) -> None:
    path = project / "catalog/technova/services/manufacturing/planning.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("database: planning", "database: plannin"), encoding="utf-8"
    )
    outcome = infragen("render", "technova", "-C", project)
    assert outcome.code == 1
    assert "did you mean" in outcome.err
    assert not (project / "generated").exists()


@pytest.mark.parametrize("stack", ["network", "security", "data-iot", "edge", "services-common", "observability"])
def test_hcl2_reads_every_generated_file_back(stack: str) -> None:
    import hcl2

    for path in sorted((ROOT / "generated/technova/prod" / stack).glob("*.tf")):
        assert hcl2.loads(path.read_text(encoding="utf-8")), path
