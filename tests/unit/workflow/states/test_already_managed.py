"""Where another environment's states are read from: what the catalogue says, whatever was committed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, small_project

from infragen.catalog import Project
from infragen.diagnostics import InfragenError
from infragen.terraform.child_process import Stopper
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import WorkFolders
from infragen.workflow.states import storage
from infragen.workflow.states.shared_objects import _elsewhere, refuse_copied
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


SECRET = {"mode": "managed", "type": "aws_secretsmanager_secret", "name": "session", "provider": "x"}


def state(*resources: dict[str, Any]) -> bytes:
    return json.dumps({"version": 4, "serial": 3, "lineage": "l", "outputs": {}, "resources": resources}).encode()


@pytest.mark.parametrize("is_rendered", [True, False])
@pytest.mark.parametrize(
    ("replica", "there", "refused"),
    [
        ("eu-central-1", True, True),
        ("eu-central-1", False, False),  # the standby is destroyed
        ("eu-central-1a", True, False),  # nothing of it is copied to the standby's region
    ],
)
def test_what_a_standby_uses_is_not_destroyed_before_it(
    infragen: Callable[..., Outcome], tmp_path: Path, monkeypatch: Any, replica: str, *, is_rendered: bool, there: bool,
    refused: bool,
) -> None:  # fmt: skip
    """A standby names the replica of a secret by its ARN, which is in no state of the primary as it is.

    Its files need not be in this checkout.
    """
    project = small_project(tmp_path, aws=STACKS)
    settings = (project / "environments/small/dev.yaml").read_text()
    settings = settings.replace(
        "environment: dev", "environment: dr\nstandby_of: dev\nfollows: dev\nregion: eu-central-1"
    )
    (project / "environments/small/dr.yaml").write_text(settings.replace("ap-northeast-1", "eu-central-1"))
    assert infragen("render", "small/dev", "-C", project).code == 0
    stored = frozenset() if is_rendered else frozenset({"network", "bootstrap"})
    monkeypatch.setattr(storage, "stored_names", lambda *_: stored)
    for stack in ("network", "bootstrap") if is_rendered else ():
        folder = project / "generated/small/dr" / stack
        folder.mkdir(parents=True)
        (folder / "backend.tf").touch()
    found = Project.find(project)
    instance = {"attributes": {"id": "s", "replica": [{"region": replica}]}}
    holding = parse_state(state({**SECRET, "instances": [instance]}), "data-sales")
    pulled = state(*[{**SECRET, "instances": [{"attributes": {"id": "x"}}]}] * there)
    whole = state({**SECRET, "instances": [{"attributes": {"id": "x"}}]})
    answers = {"network": pulled, "bootstrap": whole}
    session: Any = SimpleNamespace(
        project=found,
        environment=resolve_one(found, "small/dev")[1],
        folders=WorkFolders(project / ".infragen/work/small/dev", "generated/small/dev"),
        runner=SimpleNamespace(state_pull=lambda folder: answers[Path(folder.path).name]),
        stopper=Stopper(),
        stacks=(SimpleNamespace(name="network"), SimpleNamespace(name="data-sales")),
        on_sandbox=True,
    )
    assert holding is not None
    states = {"data-sales": holding}
    if not refused:
        refuse_copied(session, states)
        return
    with pytest.raises(InfragenError) as told:
        refuse_copied(session, states)
    (one,) = told.value.diagnostics
    assert one.code == "P008"
    assert one.message == (
        "small/dr (network) still exists: it uses what data-sales of small/dev copied to eu-central-1"
    )
    assert one.hint is not None
    assert "infragen destroy small/dr --sandbox" in one.hint
    file = project / "environments/small/dr.yaml"
    file.write_text(file.read_text().replace("follows: dev\n", ""))
    with pytest.raises(
        InfragenError, match=r"P008 small/dr .* still exists, without `follows`, so it may have taken over: it uses"
    ) as told:
        refuse_copied(session, states)
    hint = told.value.diagnostics[0].hint
    assert hint is not None
    assert "infragen runbook small/dev failback" in hint
    assert "destroy" not in hint
    session.stacks = session.stacks[:1]
    refuse_copied(session, states)  # a stack of which nothing is there


def test_what_cannot_be_asked_of_a_standby_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = small_project(tmp_path, aws=STACKS)
    (project / "environments/small/dr.yaml").write_text("environment: dr\nstandby_of: dev\nregion: nowhere\n")
    found = Project.find(project)
    session: Any = SimpleNamespace(project=found, environment=resolve_one(found, "small/dev")[1], stacks=())
    refuse_copied(session, {})
    assert "notice: cannot check whether small/dr uses what is destroyed: " in capsys.readouterr().err
