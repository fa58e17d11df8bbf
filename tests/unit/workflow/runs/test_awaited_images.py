"""What runs images that are not in the registry is not applied, and each of them is named with how to push it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.stacks.systems import SERVICE, environment, service

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.runs import rollouts
from infragen.workflow.runs.rollouts import refuse_missing_images

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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

    monkeypatch.setattr(rollouts, "missing_images", missing)
    return there


def test_each_image_that_is_not_there_is_named_at_its_line_with_how_to_push_it(
    session: Session, pushed: set[str]
) -> None:
    with pytest.raises(InfragenError) as refused:
        refuse_missing_images(session, "app", planned("web", "api"))
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
        refuse_missing_images(session, "app", planned("web", "api"))
    assert ["demo-dev-api:v1" in one.message for one in refused.value.diagnostics] == [True]

    pushed.add("demo-dev-api")
    refuse_missing_images(session, "app", planned("web", "api"))


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize(
    "contract",
    [planned(), planned("web", actions=("delete",)), planned("web", type="aws_cloudwatch_log_group"), planned("x")],
)
def test_what_starts_no_task_awaits_nothing(session: Session, contract: Contract) -> None:
    refuse_missing_images(session, "app", contract)


def test_where_aws_does_not_say_that_is_told_and_the_stack_is_applied(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(*_: object) -> None:
        raise InfragenError(Diagnostic("T053", "AWS did not report which images are in the registry: no permission"))

    monkeypatch.setattr(rollouts, "missing_images", silent)
    refuse_missing_images(session, "app", planned("web"))
    said = " ".join(capsys.readouterr().err.split())
    assert (
        "app: AWS did not report which images are in the registry: no permission; applying it without this check"
        in said
    )
