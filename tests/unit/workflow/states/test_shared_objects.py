"""What two states have is destroyed from neither: the other stack's object would be gone."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan import Action
from infragen.terraform.states import parse_state
from infragen.workflow.states.shared_objects import refuse_made_elsewhere, refuse_shared

if TYPE_CHECKING:
    from infragen.plan import ChangeSet
    from infragen.terraform.states import State
    from infragen.workflow.session import Session

PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'
SESSION = cast(
    "Session",
    SimpleNamespace(
        composed=SimpleNamespace(stacks=(SimpleNamespace(name="data-a"), SimpleNamespace(name="data-b"))),
        environment=SimpleNamespace(target="small/dev"),
        on_sandbox=True,
    ),
)


def stored(kind: str, provider: str = PROVIDER, names: tuple[str, ...] = ("this",), **attributes: object) -> State:
    one = {"mode": "managed", "module": "module.m", "type": kind, "provider": provider}
    resources = [{**one, "name": name, "instances": [{"attributes": attributes}]} for name in names]
    content: dict[str, Any] = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": resources}
    state = parse_state(json.dumps(content).encode(), "data-a")
    assert state is not None
    return state


def beside(region: str, *states: State) -> State:
    """A state whose provider made something in a region, which an ARN tells, and what is in others."""
    made = stored("aws_sqs_queue", names=("told",), arn=f"arn:aws:sqs:{region}:111122223333:told", id="told")
    return replace(made, resources=tuple(one for state in (made, *states) for one in state.resources))


def plan(action: Action, kind: str) -> ChangeSet:
    address = f"module.data_a.module.m.{kind}.this"
    return cast(
        "ChangeSet", SimpleNamespace(changes=(SimpleNamespace(action=action, stack="data-a", address=address),))
    )


TOPIC = {"arn": "arn:aws:sns:ap-northeast-1:111122223333:x", "id": "x"}


@pytest.fixture(autouse=True)
def former(monkeypatch: pytest.MonkeyPatch) -> dict[str, State]:
    """The states of stacks that the catalogue no longer has, none unless a test says otherwise."""
    states: dict[str, State] = {}

    def with_former(session: Any, stacks: Any) -> Any:
        return SimpleNamespace(**{**vars(session), "composed": SimpleNamespace(stacks=stacks)})

    monkeypatch.setattr("infragen.workflow.states.storage.with_removed_stacks", with_former)
    monkeypatch.setattr(
        "infragen.workflow.states.storage.find_removed_stacks",
        lambda _: tuple(SimpleNamespace(name=name) for name in states),
    )
    monkeypatch.setattr(
        "infragen.workflow.states.storage.pull_states",
        lambda _, stacks: {stack.name: states[stack.name] for stack in stacks},
    )
    return states


def test_a_stack_that_the_catalogue_no_longer_has_counts(former: dict[str, State]) -> None:
    former["data-old"] = stored("aws_sns_topic", **TOPIC)
    with pytest.raises(InfragenError) as refused:
        refuse_shared(SESSION, {"data-a": stored("aws_sns_topic", **TOPIC)}, plan(Action.DELETE, "aws_sns_topic"))
    assert "module.m.aws_sns_topic.this of data-old" in refused.value.diagnostics[0].message


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        ("aws_sns_topic", TOPIC, {**TOPIC, "display_name": "changed since"}),
        ("aws_security_group_rule", {"id": "sgrule-1", "type": "ingress"}, {"id": "sgrule-1", "type": "ingress"}),
        ("aws_iam_role_policy", {"id": "r:p", "role": "r", "timeouts": None}, {"id": "r:p", "role": "r"}),
    ],
)
@pytest.mark.parametrize("action", [Action.DELETE, Action.REPLACE_DELETE_FIRST])
def test_what_another_state_has_too_is_not_destroyed(
    kind: str, here: dict[str, object], there: dict[str, object], action: Action
) -> None:
    states = {"data-a": stored(kind, **here), "data-b": stored(kind, **there)}
    with pytest.raises(InfragenError) as refused:
        refuse_shared(SESSION, states, plan(action, kind))
    (said,) = refused.value.diagnostics
    assert said.code == "M005"
    assert f"module.m.{kind}.this of data-a and module.m.{kind}.this of data-b" in said.message
    assert "`infragen state moves small/dev --apply --sandbox`" in str(said.hint)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [("aws_sns_topic", TOPIC), ("aws_ecr_repository", {"id": "r", "arn": "arn:aws:ecr:x:1:repository/r"})],
)
def test_what_one_state_has_at_another_address_is_not_destroyed(kind: str, attributes: dict[str, object]) -> None:
    twice = stored(kind, names=("this", "other"), **attributes)
    with pytest.raises(InfragenError) as refused:
        refuse_shared(SESSION, {"data-a": twice}, plan(Action.DELETE, kind))
    (said,) = refused.value.diagnostics
    assert said.code == "M005"
    assert f"module.m.{kind}.this of data-a and module.m.{kind}.other of data-a" in said.message
    assert "`removed` block" in str(said.hint)
    refuse_shared(SESSION, {"data-a": stored(kind, **attributes)}, plan(Action.DELETE, kind))


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        ("aws_sns_topic", TOPIC, {**TOPIC, "arn": "arn:aws:sns:us-east-1:111122223333:x"}),
        ("aws_lambda_permission", {"id": "Allow", "function_name": "one"}, {"id": "Allow", "function_name": "two"}),
        ("aws_flow_log", {"id": "fl-1"}, {"id": "fl-1", "provider": f"{PROVIDER}.us_east_1"}),
        ("random_password", {"id": "none"}, {"id": "none"}),
    ],
)
def test_what_only_has_the_same_name_is(kind: str, here: dict[str, Any], there: dict[str, Any]) -> None:
    refuse_shared(SESSION, {"data-a": stored(kind, **here), "data-b": stored(kind, **there)}, plan(Action.DELETE, kind))


POLICY, RULE = ("aws_ecr_lifecycle_policy", {"id": "x"}), ("aws_iam_role_policy", {"id": "r:p"})


def test_what_has_the_same_name_in_another_region_is() -> None:
    """The policy of a repository, and that of its copy: both go by the repository's name, and have no ARN."""
    kind, attributes = POLICY
    one = stored(kind, **attributes)
    states = {"data-a": beside("ap-northeast-1", one), "data-b": beside("ap-northeast-3", one)}
    refuse_shared(SESSION, states, plan(Action.DELETE, kind))


@pytest.mark.parametrize(("thing", "elsewhere"), [(RULE, "ap-northeast-3"), (POLICY, "ap-northeast-1"), (POLICY, "")])
def test_what_has_no_region_or_the_same_or_an_unknown_one_is_not(
    thing: tuple[str, dict[str, Any]], elsewhere: str
) -> None:
    kind, attributes = thing
    one = stored(kind, **attributes)
    states = {"data-a": beside("ap-northeast-1", one), "data-b": beside(elsewhere, one) if elsewhere else one}
    with pytest.raises(InfragenError) as refused:
        refuse_shared(SESSION, states, plan(Action.DELETE, kind))
    assert refused.value.diagnostics[0].code == "M005"


def test_what_is_not_destroyed_may_be_in_two_states() -> None:
    states = {"data-a": stored("aws_sns_topic", **TOPIC), "data-b": stored("aws_sns_topic", **TOPIC)}
    refuse_shared(SESSION, states, plan(Action.UPDATE, "aws_sns_topic"))
    refuse_shared(SESSION, states, plan(Action.FORGET, "aws_sns_topic"))


@pytest.mark.parametrize(
    ("stacks", "declared", "region", "is_refused"),
    [
        (("data-a",), "", "ap-northeast-1", True), (("data-a",), "module.m", "ap-northeast-1", False),
        (("data-a", "data-b"), "", "ap-northeast-1", False), (("data-a",), "", "ap-northeast-3", False),
    ],
)  # fmt: skip
def test_what_another_commit_moved_is_not_made_again(
    former: dict[str, State], stacks: tuple[str, ...], declared: str, region: str, *, is_refused: bool
) -> None:
    """A stack alone is planned without the states of others; SQS gives the queue back that there is."""
    former["data-b"] = beside(region, stored("aws_sqs_queue", id="https://q", url="https://q"))
    known = tuple(SimpleNamespace(name=name, region="") for name in ("data-a", "data-b"))
    call = 'module "m" {\n  source = "../modules/q"\n}\n'
    files = {"data-b/m.tf": call, "modules/q/main.tf": QUEUE} if declared else {}
    session: Any = SimpleNamespace(**{**vars(SESSION), "composed": SimpleNamespace(stacks=known, files=files)})
    session.stacks = tuple(SimpleNamespace(name=name) for name in stacks)
    session.environment = SimpleNamespace(target="small/dev", settings=SimpleNamespace(region="ap-northeast-1"))
    change = SimpleNamespace(
        action=Action.CREATE, stack="data-a", address="module.data_a.module.m.aws_sqs_queue.this",
        previous_address=None, type="aws_sqs_queue",
    )  # fmt: skip
    found: Any = SimpleNamespace(changes=(change,))
    if not is_refused:
        refuse_made_elsewhere(session, found)
        return
    with pytest.raises(InfragenError) as refused:
        refuse_made_elsewhere(session, found)
    (said,) = refused.value.diagnostics
    message = "module.m.aws_sqs_queue.this of data-a would be created, and is in data-b already"
    assert (said.code, said.message) == ("M010", message)


def test_a_bucket_that_another_region_has_is_not_made_by_a_stack_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is one for all regions: the copy of an entry goes to another one in two applies."""
    bucket = stored("aws_s3_bucket", id="files-replica", bucket="files-replica", region="ap-northeast-3")
    session: Any = SimpleNamespace(**vars(SESSION))
    known = tuple(SimpleNamespace(name=name, region="ap-northeast-2") for name in ("seoul", "osaka"))
    session.composed = SimpleNamespace(stacks=known, files={})
    session.stacks, session.on_sandbox = (SimpleNamespace(name="seoul"),), True
    session.environment = SimpleNamespace(target="small/dev", settings=SimpleNamespace(region="ap-northeast-1"))
    made = SimpleNamespace(
        action=Action.CREATE, stack="seoul", address="module.seoul.aws_s3_bucket.this", previous_address=None,
        type="aws_s3_bucket", chosen_names=SimpleNamespace(comes="files-replica"),
    )  # fmt: skip
    found: Any = SimpleNamespace(changes=(made,))
    monkeypatch.setattr("infragen.workflow.states.shared_objects._other_states", lambda *_: {"osaka": bucket})
    with pytest.raises(InfragenError) as refused:
        refuse_made_elsewhere(session, found)
    (said,) = refused.value.diagnostics
    assert (said.code, "which osaka has" in said.message) == ("M008", True)
    assert said.hint == "`infragen plan small/dev --sandbox`, of the whole environment, says how it goes there"


QUEUE = 'resource "aws_sqs_queue" "this" {\n  name = "q"\n}\n'
