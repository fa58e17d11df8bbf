"""Where another environment's states are read from: what the catalogue says, whatever was committed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.engine.small import STACKS, small_project

from infragen.catalog import Project
from infragen.terraform.child_process import Stopper
from infragen.terraform.workfolder import WorkFolders
from infragen.workflow.states.shared_objects import _elsewhere
from infragen.workflow.target import resolve_one

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

EVIL = 'terraform {\n  backend "http" {\n    address = "https://example.com"\n  }\n}\n'


def test_another_environments_states_are_asked_where_its_catalogue_has_them(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = small_project(tmp_path, aws=STACKS)
    settings = (project / "environments/small/dev.yaml").read_text()
    (project / "environments/small/next.yaml").write_text(settings.replace("environment: dev", "environment: next"))
    assert infragen("render", "-C", project).code == 0
    expected = (project / "generated/small/next/network/backend.tf").read_text()
    committed = project / "generated/small/next"
    (committed / "network/backend.tf").write_text(EVIL)
    (committed / "security/backend.tf").write_bytes(b"\xff\xfe")
    (committed / "data-sales/backend.tf").unlink()
    (committed / "data-sales/backend.tf").symlink_to("/etc/hostname")
    (committed / "bootstrap").mkdir()
    (committed / "bootstrap/backend.tf").write_text(EVIL)
    asked: dict[str, str] = {}

    def state_pull(folder: Any) -> bytes:
        asked[Path(folder.path).name] = (folder.path / "backend.tf").read_text()
        return b""

    found = Project.find(project)
    session: Any = SimpleNamespace(
        project=found,
        environment=resolve_one(found, "small/dev")[1],
        folders=WorkFolders(project / ".infragen/work/small/dev", "generated/small/dev"),
        runner=SimpleNamespace(state_pull=state_pull),
        stopper=Stopper(),
    )
    assert [target for target, _ in _elsewhere(session)] == ["small/dev", "small/next"]
    assert sorted(asked) == sorted(one.name for one in committed.iterdir() if one.is_dir() and one.name != "modules")
    assert asked["network"] == expected
    assert '"bootstrap/small/next.tfstate"' in asked["bootstrap"]
    assert all("example.com" not in text for text in asked.values())
