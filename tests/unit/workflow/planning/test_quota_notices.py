"""Before an environment's first apply a plan says which quotas of a new account do not suffice."""

from __future__ import annotations

from pathlib import Path

from infragen.catalog import Environment, Project, load
from infragen.environment import resolve
from infragen.terraform.states import State, StateIdentity
from infragen.workflow.planning.notices import quota_notices

ROOT = Path(__file__).parents[4]
VALIDATE = "infragen validate technova/prod"


def environment(name: str) -> Environment:
    project = Project(ROOT)
    return resolve(project, load(project, "technova"), name).environment()


def state(*resources: dict[str, object]) -> State:
    return State(StateIdentity("00000000", 1, "0"), "1.11.4", {}, resources)  # type: ignore[arg-type]


def test_nothing_stands_yet_and_the_account_has_too_little() -> None:
    [said] = quota_notices(environment("prod"), None, [state()], VALIDATE)
    assert "DB instances 51 of 40" in said
    assert "Fargate On-Demand vCPU resource count 435 of 6" in said
    assert said.endswith(f"`{VALIDATE}`")


def test_a_standby_is_told_of_what_it_has_once_it_has_taken_over() -> None:
    [said] = quota_notices(environment("osaka"), environment("prod"), [state()], VALIDATE)
    assert "DB instances 51 of 40" in said


def test_an_environment_that_stands_has_what_it_needs() -> None:
    assert not list(
        quota_notices(
            environment("prod"),
            None,
            [state(), state({"mode": b'"managed"', "type": b'"aws_vpc"', "name": b'"this"', "instances": b"[{}]"})],
            VALIDATE,
        )
    )
