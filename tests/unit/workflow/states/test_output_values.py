"""What people are told after an apply: values from the states' outputs, of what was created, and never a secret."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, environment

from infragen.catalog import Project
from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.terraform.apply_records import Applied
from infragen.terraform.states import State, parse_state
from infragen.workflow import console as consoles
from infragen.workflow.rendering.composition import compose
from infragen.workflow.states import output_values
from infragen.workflow.states.output_values import instructions, print_created
from infragen.workflow.states.storage import applied_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from infragen.stacks.outputs import Instruction
    from infragen.workflow.session import Session

FILES = {
    "databases/main.yaml": DATABASE,
    "services/web.yaml": SERVICE + "database: main\n",
    "dev.yaml": f"{DEV}alarm_email: me@demo.example\n",
}
ENDPOINT = {"database_main_endpoint": {"value": "main.example.com", "type": "string"}}


def state(outputs: dict[str, Any], *modules: str) -> State:
    held = {
        "mode": "managed",
        "type": "aws_db",
        "name": "this",
        "provider": "p",
        "instances": [{"attributes": {"id": "x"}}],
    }
    resources = [{"module": f"module.{one}", **held} for one in modules]
    content = {"version": 4, "serial": 1, "lineage": "x", "outputs": outputs, "resources": resources}
    found = parse_state(json.dumps(content).encode(), "data")
    assert found is not None
    return found


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Session]:
    """Return a session on a small system whose states have some outputs."""

    def session(outputs: dict[str, Any] | None = None, stack: str | None = None) -> Session:
        made = environment(tmp_path, FILES)
        project = Project.find(tmp_path)
        composed = compose(project, made, Templates((shipped_templates(),), project.root))
        asked: list[str] = []
        about = {
            "project": project, "environment": made, "composed": composed, "stacks": composed.chosen(stack),
            "on_sandbox": True, "asked": asked, "removed": (),
        }  # fmt: skip

        def pulled(_session: object, stacks: Sequence[Any]) -> dict[str, State]:
            asked.extend(one.name for one in stacks)
            return {} if outputs is None else {"data": state(outputs)}

        monkeypatch.setattr(output_values, "pull_states", pulled)
        return cast("Session", SimpleNamespace(**about))

    return session


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a console was given: notes, and instructions with their command."""
    found: list[Any] = []
    fake = SimpleNamespace(instructions=lambda told, command: found.append((told, command)), findings=found.extend)
    monkeypatch.setattr(consoles, "_IN_PLACE", [fake])
    monkeypatch.setattr(output_values, "note", found.append)
    return found


def values(found: Sequence[Instruction]) -> dict[tuple[str, str], str | None]:
    return {(one.output.owner, one.output.line.what): one.value for one in found}


def test_an_address_is_read_from_the_output_of_its_state(opened: Callable[..., Session]) -> None:
    session = opened(ENDPOINT)
    found = values(instructions(session))
    assert found["databases/main", "host and port"] == "main.example.com:3306"
    assert cast("Any", session).asked == ["network", "data", "app"]  # whether something of the others is applied


@pytest.mark.parametrize(
    "outputs", [None, {}, {"database_main_endpoint": {"value": "x", "type": "string", "sensitive": True}}]
)
def test_what_no_state_knows_or_only_as_a_secret_has_no_value(
    opened: Callable[..., Session], outputs: dict[str, Any] | None
) -> None:
    assert values(instructions(opened(outputs)))["databases/main", "host and port"] is None


def test_a_generated_file_is_named_from_the_project_s_folder(opened: Callable[..., Session]) -> None:
    found = values(instructions(opened(ENDPOINT)))
    assert found["databases/main", "make its users, as the master user"] == "generated/demo/dev/data/sql/main.sql"


def test_of_a_stack_only_what_is_its_own_is_told(opened: Callable[..., Session]) -> None:
    assert {one.output.owner for one in instructions(opened(ENDPOINT, "data"))} == {"databases/main"}
    assert {one.output.owner for one in instructions(opened(ENDPOINT, "app"))} == {"services/web", "alarms"}


def test_what_was_applied_and_whose_state_is_gone_is_not_told_as_never_applied(
    opened: Callable[..., Session], shown: list[Any]
) -> None:
    session = opened()
    applied_records(session).put("data", Applied("digest", "x", 7))
    instructions(session)
    lost, line = shown
    assert (lost.severity, lost.code) == (Severity.WARNING, "T046")
    assert lost.message.startswith("the state of data is gone, but an apply from here stored one (serial 7)")
    assert line.startswith("not applied, or only in part: ")
    assert "services/web" in line
    assert "databases/main" not in line


def test_nobody_is_told_how_to_read_the_log_of_what_is_not_applied(
    opened: Callable[..., Session], shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rules in another stack may still stand, after the stack of the service was destroyed."""
    found = []
    network, app = {"network": state({}, "repository_service_web")}, {"app": state({}, "service_web")}
    for known, is_told in ((network, False), (network | app, True)):
        session = opened()
        monkeypatch.setattr(output_values, "pull_states", lambda *_, known=known: known)
        found.append(values(instructions(session))["services/web", "read its log"])
        assert ("services/web" in shown.pop()) != is_told
    assert found == [None, "aws logs tail /demo/dev/web --follow --region ap-northeast-1"]


def test_what_another_stack_still_has_was_applied(
    opened: Callable[..., Session], shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`state moves` has not moved it yet."""
    session = opened()
    monkeypatch.setattr(output_values, "pull_states", lambda *_: {"network": state({}, "database_main")})
    instructions(session)
    [line] = shown
    assert "services/web" in line
    assert "databases/main" not in line


@pytest.mark.parametrize("name", ["demo-dev-database-main", "demo-dev-db-main"])
def test_a_command_by_a_name_that_is_not_applied_yet_is_not_told(
    opened: Callable[..., Session], shown: list[Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """`names` or `physical_name` was changed since the last apply."""
    cluster = {"cluster_identifier": name, "id": name}
    kept = {"mode": "managed", "module": "module.database_main", "type": "aws_rds_cluster", "name": "this"}
    document = {"version": 4, "serial": 1, "lineage": "x", "outputs": ENDPOINT}
    resources = [{**kept, "provider": "p", "instances": [{"attributes": cluster}]}]
    state = parse_state(json.dumps({**document, "resources": resources}).encode(), "data")
    session = opened()
    monkeypatch.setattr(output_values, "pull_states", lambda *_: {"data": state})
    told = values(instructions(session))
    commands = [value for (owner, _), value in told.items() if owner == "databases/main" and value and "aws " in value]
    by_name = [one for one in commands if "--db-cluster-identifier demo-dev-database-main" in one]
    is_applied = name == "demo-dev-database-main"
    assert bool(by_name) == is_applied
    assert any("not applied yet under the names of their commands: databases/main" in str(one) for one in shown) != (
        is_applied
    )


def test_after_an_apply_only_what_was_created_is_told(opened: Callable[..., Session], shown: list[Any]) -> None:
    print_created(opened(ENDPOINT), {"data": ("module.database_main.aws_rds_cluster.this",), "app": ()})
    [(told, command)] = shown
    assert {one.output.owner for one in told} == {"databases/main"}
    assert command.startswith("infragen outputs demo/dev")
    assert command.endswith("--sandbox")


def test_a_capability_is_told_of_where_something_was_created_that_is_no_entry_s(
    opened: Callable[..., Session], shown: list[Any]
) -> None:
    print_created(
        opened(ENDPOINT), {"app": ('module.alerts_email["me@demo.example"].aws_sns_topic_subscription.this',)}
    )
    [(told, _)] = shown
    assert [one.value for one in told] == ["me@demo.example"]


def test_where_nothing_was_created_nothing_is_told(opened: Callable[..., Session], shown: list[Any]) -> None:
    print_created(opened(ENDPOINT), {"data": (), "app": ()})
    assert shown == []


def test_states_that_cannot_be_read_do_not_undo_an_apply(
    opened: Callable[..., Session], shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(ENDPOINT)

    def fails(*_: object) -> None:
        raise InfragenError(Diagnostic("T001", "the bucket does not answer"))

    monkeypatch.setattr(output_values, "pull_states", fails)
    print_created(session, {"data": ("module.database_main.aws_rds_cluster.this",)})
    assert shown == ["everything was applied, but the states could not be read: the bucket does not answer"]


def test_who_is_not_logged_in_is_told_where_the_values_are(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(ENDPOINT)

    def fails(*_: object) -> None:
        raise InfragenError(Diagnostic("T028", "No valid credential sources found", hint="`--offline` plans"))

    monkeypatch.setattr(output_values, "pull_states", fails)
    with pytest.raises(InfragenError) as refused:
        instructions(session)
    [found] = refused.value.diagnostics
    assert (found.code, found.message) == ("T028", "No valid credential sources found")
    assert "in the bucket demo-dev-terraform-state-111122223333: log in to AWS" in str(found.hint)
