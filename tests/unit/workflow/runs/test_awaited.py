"""What needs an image, code or a secret's value that is not there is not applied; each is named with its command."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.stacks.systems import SERVICE, environment, service

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.runs import awaited
from infragen.workflow.runs.awaited import refuse_missing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from infragen.core.delivery import Content
    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

REGISTRY = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two services of an account whose emulated registry says nothing by itself."""
    owners = {("app", f"module.service_{name}"): f"services/{name}" for name in ("web", "api")}
    about = {
        "environment": environment(tmp_path, {"services/web.yaml": SERVICE, **service("api")}),
        "composed": SimpleNamespace(owners=lambda: owners),
        "runner": SimpleNamespace(environment={}),
        "on_sandbox": True,
    }
    return cast("Session", SimpleNamespace(**about))


def planned(*names: str, actions: tuple[str, ...] = ("create",), type: str = "aws_ecs_service") -> Contract:  # noqa: A002
    """Return what a reviewed plan does to services."""
    changes = [SimpleNamespace(address=f"module.service_{name}.{type}.this", actions=actions) for name in names]
    return cast("Contract", SimpleNamespace(of=lambda _stack: SimpleNamespace(changes=changes)))


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The repositories that have what is asked for."""
    there: set[str] = set()

    def missing(_aws: object, account: str, images: Iterable[Any]) -> frozenset[Any]:
        assert account == "111122223333"
        return frozenset(image for image in images if image.repository not in there)

    monkeypatch.setattr(awaited, "missing_images", missing)
    return there


def test_each_image_that_is_not_there_is_named_at_its_line_with_how_to_push_it(
    session: Session, pushed: set[str]
) -> None:
    with pytest.raises(InfragenError) as refused:
        refuse_missing(session, "app", planned("web", "api"))
    said = {one.message: one for one in refused.value.diagnostics}
    assert {one.code for one in said.values()} == {"T052"}
    assert set(said) == {
        f"the image demo-dev-{name}:v1 is not in the registry; nothing of app was applied" for name in ("web", "api")
    }
    web = said["the image demo-dev-web:v1 is not in the registry; nothing of app was applied"]
    assert f"--tag {REGISTRY}/demo-dev-web:v1 ." in str(web.hint)
    assert web.location is not None
    assert web.location.file == "catalog/demo/services/web.yaml"

    pushed.add("demo-dev-web")
    with pytest.raises(InfragenError) as refused:
        refuse_missing(session, "app", planned("web", "api"))
    assert ["demo-dev-api:v1" in one.message for one in refused.value.diagnostics] == [True]

    pushed.add("demo-dev-api")
    refuse_missing(session, "app", planned("web", "api"))


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize(
    "contract",
    [planned(), planned("web", actions=("delete",)), planned("web", type="aws_cloudwatch_log_group"), planned("x")],
)
def test_what_starts_no_task_awaits_nothing(session: Session, contract: Contract) -> None:
    refuse_missing(session, "app", contract)


def test_where_aws_does_not_say_that_is_told_and_the_stack_is_applied(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(*_: object) -> None:
        raise InfragenError(Diagnostic("T053", "AWS did not report which images are in the registry: no permission"))

    monkeypatch.setattr(awaited, "missing_images", silent)
    refuse_missing(session, "app", planned("web"))
    said = " ".join(capsys.readouterr().err.split())
    assert (
        "app: AWS did not report which images are in the registry: no permission; applying it without this check"
        in said
    )


_FUNCTION = """
name: resize
title: Resizes
runtime: python3.13
handler: app.handler
code: {bucket: buckets/code, key: app/resize-1.zip}
"""
_FILES = {
    "services/web.yaml": SERVICE + "uses: {secrets/stripe: {why: payments}, secrets/drawn: {why: sessions}}\n",
    "functions/resize.yaml": _FUNCTION,
    "functions/other.yaml": _FUNCTION.replace("resize", "other").replace("buckets/code", "our-code-of-all"),
    "buckets/code.yaml": "name: code\ntitle: Code\nversioning: true\nreplication: {region: ap-northeast-3}\n",
    "secrets/stripe.yaml": "name: stripe\ntitle: Stripe\nrotation: {by: functions/other, every: 30 days}\n",
    "secrets/drawn.yaml": "name: drawn\ntitle: Drawn\ngenerate: {length: 40}\n",
}
"""The bucket's alarm and the secret's rotation stand in the stack that waits, which they do not make."""
_PUT = "`aws secretsmanager put-secret-value --region ap-northeast-1 --secret-id /demo/dev/stripe --secret-string ...`"


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("on_sandbox", [False, True])
@pytest.mark.parametrize("is_there", [False, True])
def test_code_and_values_that_are_not_there_are_named_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pushed: set[str], is_there: bool, on_sandbox: bool
) -> None:
    def missing(_aws: object, contents: Iterable[Content]) -> frozenset[Content]:
        return frozenset() if is_there else frozenset(contents)

    pushed.add("demo-dev-web")
    monkeypatch.setattr(awaited, "missing_contents", missing)
    owners = {("app", "module.service_web"): "services/web"}
    owners |= {("app", f"module.function_{name}"): f"functions/{name}" for name in ("resize", "other")}
    about = {
        "environment": environment(tmp_path, _FILES),
        "composed": SimpleNamespace(owners=lambda: owners),
        "runner": SimpleNamespace(environment={}),
        "on_sandbox": on_sandbox,
    }
    changes = [
        SimpleNamespace(address=address, actions=("create",))
        for address in (
            "module.service_web.aws_ecs_service.this",
            *(f"module.function_{name}.aws_lambda_function.this" for name in ("resize", "other")),
        )
    ]
    contract = cast("Contract", SimpleNamespace(of=lambda _stack: SimpleNamespace(changes=changes)))

    session = cast("Session", SimpleNamespace(**about))
    if is_there or on_sandbox:
        refuse_missing(session, "app", contract)
        return
    with pytest.raises(InfragenError) as refused:
        refuse_missing(session, "app", contract)
    said = refused.value.diagnostics
    assert {one.code for one in said} == {"T052"}
    found = {one.message.partition(" is not there; ")[0]: (str(one.location), one.hint) for one in said}
    own = "s3://demo-dev-code-111122223333/app/resize-1.zip"
    assert found.keys() == {own, "s3://our-code-of-all/app/other-1.zip", "the value of the secret /demo/dev/stripe"}
    assert found["the value of the secret /demo/dev/stripe"][1] == f"bring it, then continue: {_PUT}"
    copy = f"`aws s3 cp resize-1.zip {own} --region ap-northeast-1`"
    assert found[own] == (found[own][0], f"bring it, then continue: {copy}")
    assert found[own][0].startswith("catalog/demo/functions/resize.yaml:6")


BLUE_GREEN = """\
title: Web
port: 8080
deploy: pipeline
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
tasks: {min: 1, max: 2}
image: {repository: web, tag: v1}
health: {path: /health}
blue_green: {}
"""
FRONT = "title: Front\nreach: vpc\nroutes: {web: {service: web, paths: [/*]}}\n"


@pytest.mark.parametrize(
    ("blue", "green", "is_refused"), [((), ("arn:lb",), True), (("arn:lb",), (), False), ((), (), False)]
)
def test_a_service_starts_where_its_requests_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blue: tuple[str], green: tuple[str], *, is_refused: bool
) -> None:
    """A delivery leaves them in one of two target groups, and Terraform starts a new service in the first."""

    def groups(Names: list[str]) -> dict[str, Any]:  # noqa: N803 -- boto3's name
        both = zip(Names, ("arn:blue", "arn:green"), (blue, green), strict=True)
        keys = ("TargetGroupName", "TargetGroupArn", "LoadBalancerArns")
        return {"TargetGroups": [dict(zip(keys, one, strict=True)) for one in both]}

    rules = [
        {"RuleArn": f"arn:rule-{one}", "Actions": [{"TargetGroupArn": f"arn:{one}"}]} for one in ("green", "other")
    ]
    client = SimpleNamespace(
        describe_target_groups=groups,
        describe_listeners=lambda LoadBalancerArn: {"Listeners": [{"ListenerArn": f"{LoadBalancerArn}/l"}]},  # noqa: N803
        describe_rules=lambda ListenerArn: {"Rules": rules},  # noqa: N803
    )
    monkeypatch.setattr(awaited, "Aws", lambda _environment: SimpleNamespace(client=lambda *_: client))
    monkeypatch.setattr(awaited, "missing_images", lambda *_: frozenset())
    files = {"services/web.yaml": BLUE_GREEN, "balancers/front.yaml": FRONT, "repositories/web.yaml": "title: Web\n"}
    about = {
        "environment": environment(tmp_path, files),
        "composed": SimpleNamespace(owners=lambda: {("app", "module.service_web"): "services/web"}),
        "runner": SimpleNamespace(environment={}),
        "on_sandbox": True,
    }
    session = cast("Session", SimpleNamespace(**about))
    if not is_refused:
        refuse_missing(session, "app", planned("web"))
        return
    with pytest.raises(InfragenError) as refused:
        refuse_missing(session, "app", planned("web"))
    (said,) = refused.value.diagnostics
    assert said.message.startswith("requests of services/web go to demo-dev-front-web-gree")
    action = "--actions Type=forward,TargetGroupArn=arn:blue --region ap-northeast-1"
    assert said.hint == f"`aws elbv2 modify-rule --rule-arn arn:rule-green {action}`, then continue"
    refuse_missing(session, "app", planned("web", actions=("update",)))
