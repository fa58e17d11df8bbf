"""New tasks that would sign in as a user whom people have yet to make are not begun; what to run is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from tests.unit.stacks.systems import INSTANCE, SERVICE, environment, service

from infragen.diagnostics import InfragenError
from infragen.workflow.runs.awaited import refuse_unmade_users

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

USES = "uses: {databases/main: {why: orders}}\n"
FILES = {
    "services/web.yaml": SERVICE + USES,
    **service("api", USES),
    "databases/main.yaml": INSTANCE,
}


def session(tmp_path: Path, *, on_sandbox: bool = False) -> Session:
    owners = {("app", f"module.service_{name}"): f"services/{name}" for name in ("web", "api")}
    owners["data", "module.users_main"] = "databases/main"
    about = {
        "environment": environment(tmp_path, FILES),
        "composed": SimpleNamespace(owners=lambda: owners),
        "project": SimpleNamespace(root=tmp_path, relative=lambda path: path.relative_to(tmp_path).as_posix()),
        "on_sandbox": on_sandbox,
    }
    return cast("Session", SimpleNamespace(**about))


def contract(*users: str, action: str = "create") -> Contract:
    """Return what a plan does: services are deployed, and people have to make users, or to change them."""
    app = [
        SimpleNamespace(address=f"module.service_{name}.aws_ecs_service.this", actions=("create",))
        for name in ("web", "api")
    ]
    data = [
        SimpleNamespace(address=f'module.users_main.terraform_data.user["{name}"]', actions=(action,)) for name in users
    ]
    changes = {"app": app, "data": data}
    return cast("Contract", SimpleNamespace(of=lambda stack: SimpleNamespace(changes=changes[stack])))


def refused(session: Session, contract: Contract) -> list[str]:
    """Return what is refused, with its hint."""
    with pytest.raises(InfragenError) as found:
        refuse_unmade_users(session, "app", contract, ())
    assert {one.code for one in found.value.diagnostics} == {"T064"}
    return [f"{one.message}; {one.hint}" for one in found.value.diagnostics]


@pytest.mark.parametrize("action", ["create", "update"])
def test_the_script_is_named_with_who_waits_for_it(tmp_path: Path, action: str) -> None:
    assert refused(session(tmp_path), contract("web", "api", action=action)) == [
        (
            "databases/main does not have the users of services/api, services/web yet; nothing of app was applied; "
            "run generated/demo/dev/data/sql/main.sql there (`infragen outputs demo/dev` shows how), then continue: "
            "`infragen apply demo/dev`"
        )
    ]


def test_who_signs_in_as_another_user_waits_for_nothing(tmp_path: Path) -> None:
    assert [said.partition(" yet;")[0] for said in refused(session(tmp_path), contract("api"))] == [
        "databases/main does not have the users of services/api"
    ]


@pytest.mark.parametrize("action", ["delete", "read"])
def test_a_user_who_goes_is_awaited_by_nobody(tmp_path: Path, action: str) -> None:
    refuse_unmade_users(session(tmp_path), "app", contract("web", action=action), ())


def test_once_the_users_were_told_of_and_it_is_applied_again_the_stack_is_applied(tmp_path: Path) -> None:
    refuse_unmade_users(session(tmp_path), "app", contract(), ())
    refuse_unmade_users(session(tmp_path), "app", contract("web"), ("data",))  # a saved plan, which says it again


def test_no_task_of_the_emulated_aws_signs_in(tmp_path: Path) -> None:
    refuse_unmade_users(session(tmp_path, on_sandbox=True), "app", contract("web"), ())
