"""The role that releases code: what `infragen release` and the workflow ask of AWS, of what they release, no more."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import botocore.session
import hcl2
import pytest
from botocore import xform_name

from infragen.catalog import Project, load
from infragen.environment import resolve
from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.access import access_of
from infragen.stacks.bootstrap import NAME, Trust, build
from tests.unit.workflow.release.test_release import DELIVERED, FILES

from .systems import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULES = ("deployments", "releases", "shifts")
"""What of `infragen.aws` a release goes through."""

BY_THE_WORKFLOW = {
    "ecr:GetAuthorizationToken": "docker login",
    "ecr:BatchCheckLayerAvailability": "docker push: which layers are there",
    "ecr:CompleteLayerUpload": "docker push",
    "ecr:GetDownloadUrlForLayer": "docker push: a layer that another image has",
    "ecr:InitiateLayerUpload": "docker push",
    "ecr:PutImage": "docker push",
    "ecr:UploadLayerPart": "docker push",
    "logs:FilterLogEvents": "aws logs tail, of a migration that failed",
}
IN_TURN = {
    "ecs:TagResource": "a revision and a task that have tags (RegisterTaskDefinition, RunTask)",
    "iam:PassRole": "the roles of a revision and of a backup",
    "codedeploy:GetApplicationRevision": "an AppSpec of a delivery (CreateDeployment)",
    "codedeploy:GetDeploymentConfig": "how requests move (CreateDeployment)",
    "codedeploy:RegisterApplicationRevision": "an AppSpec of a delivery (CreateDeployment)",
    "codedeploy:UpdateDeploymentGroup": "alarms of a delivery's own (CreateDeployment, overrideAlarmConfiguration)",
}
"""What AWS asks for besides what is called (Service Authorization Reference: dependent actions)."""

WITHOUT_RESOURCE = {
    "ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition", "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups", "backup:DescribeBackupJob", "ecs:ListTasks", "codedeploy:ContinueDeployment",
    "codedeploy:StopDeployment",
}  # fmt: skip

SAVED = FILES["databases/main.yaml"] + "backup: {before_release: 30 days}\n"
ALL = {**FILES, **DELIVERED, "databases/main.yaml": SAVED, "dev.yaml": FILES["dev.yaml"] + "alarms: true\n"}
"""A backup, a migration, a service that ECS moves to new tasks, and one that CodeDeploy delivers."""
TRUST = Trust("acme/shop", "main", owns_provider=True, release_branch="develop")
ACCESS = access_of([
    "aws_ecs_service", "aws_ecr_repository", "aws_backup_vault", "aws_cloudwatch_log_group", "aws_db_instance",
])  # fmt: skip


def rendered(folder: Path, files: dict[str, str], trust: Trust = TRUST) -> dict[str, str]:
    write(folder, files)
    project = Project(folder)
    environment = resolve(project, load(project, "demo"), "dev").environment()
    stack = build(environment, ACCESS, trust)
    return render_stacks(Templates([shipped_templates()]), [stack], {"environment": environment.settings})


def statements(files: dict[str, str], name: str = "release", file: str = "release") -> list[dict[str, Any]]:
    """The policy of a local value, its expressions as the texts that they are."""
    document = hcl2.loads(files[f"{NAME}/{file}.tf"])
    found = next(block[name] for block in document["locals"] if name in block)
    text = re.sub(r"^\$\{jsonencode\(|\)\}$", "", found).strip()
    parsed = hcl2.loads(f"a = {text}\n")["a"]
    cleaned: list[dict[str, Any]] = json.loads(json.dumps(parsed).replace('\\"', ""))["Statement"]
    return cleaned


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def calls(module: Path) -> Iterator[str]:
    """Yield each action that a module calls, by the client that the function around it makes, or was given."""
    session, text = botocore.session.get_session(), module.read_text("utf-8")
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        inside = [
            one for one in ast.walk(function) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
        ]
        made = [
            one.args[0].value for one in inside if one.func.attr == "client" and isinstance(one.args[0], ast.Constant)
        ]  # type: ignore[attr-defined]
        if any(one.arg == "client" for one in function.args.args):
            made += re.findall(r'client\("(\w+)"', text)
        for service in set(made):
            operations = session.get_service_model(service).operation_names
            actions = {xform_name(operation): operation for operation in operations}
            yield from (f"{service}:{actions[one.func.attr]}" for one in inside if one.func.attr in actions)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def called(repository: Path) -> set[str]:
    found = {action for name in MODULES for action in calls(repository / f"src/infragen/aws/{name}.py")}
    return found - {"sts:GetCallerIdentity"}  # which everybody may ask (AWS STS API Reference: GetCallerIdentity)


@pytest.fixture
def policy(tmp_path: Path) -> list[dict[str, Any]]:
    return statements(rendered(tmp_path, ALL))


def allowed(policy: list[dict[str, Any]]) -> set[str]:
    return {action for one in policy for action in listed(one["Action"])}


def test_the_calls_of_a_release_are_found(called: set[str]) -> None:
    assert {"ecs:RunTask", "ecs:UpdateService", "ec2:DescribeSubnets", "ecr:BatchGetImage"} <= called
    assert {"ecs:RegisterTaskDefinition", "backup:StartBackupJob"} <= called


def test_a_release_goes_through_no_other_module_of_aws(repository: Path) -> None:
    texts = [
        repository / f"src/infragen/workflow/{name}.py"
        for name in ("release/release", "release/deliveries", "runs/rollouts")
    ]
    imported = {name for path in texts for name in re.findall(r"from infragen\.aws\.(\w+) import", path.read_text())}
    assert imported - {"session"} == set(MODULES)


def test_it_may_do_what_a_release_calls_and_nothing_without_a_reason(
    called: set[str], policy: list[dict[str, Any]]
) -> None:
    """A call that is added without its permission fails here, and so does a permission that nothing calls."""
    assert allowed(policy) == called | set(BY_THE_WORKFLOW) | set(IN_TURN)


def test_everything_that_can_be_narrow_is(policy: list[dict[str, Any]]) -> None:
    wide = {action for one in policy for action in listed(one["Action"]) if "*" in listed(one["Resource"])}
    assert wide == WITHOUT_RESOURCE
    for one in policy:
        for arn in listed(one["Resource"]):
            assert arn == "*" or "demo-dev" in arn or "/demo/dev/" in arn, arn
    assert not [one for one in policy if any("*" in action for action in listed(one["Action"]))]


def test_it_hands_over_the_tasks_roles_and_the_backups_and_to_nobody_else(policy: list[dict[str, Any]]) -> None:
    passed = {
        one["Condition"]["StringEquals"]["iam:PassedToService"]: [
            arn.rpartition("/")[2] for arn in listed(one["Resource"])
        ]
        for one in policy
        if one["Action"] == "iam:PassRole"
    }
    tasks = ("demo-dev-api", "demo-dev-job-migrate", "demo-dev-web")
    assert passed == {
        "ecs-tasks.amazonaws.com": [f"{task}-{kind}" for task in tasks for kind in ("execution", "task")],
        "backup.amazonaws.com": ["demo-dev-database-main-backup"],
    }


def test_what_terraform_deploys_is_out_of_its_reach(policy: list[dict[str, Any]]) -> None:
    assert "demo-dev-own" not in json.dumps(policy)
    assert "job-report" not in json.dumps(policy)


def test_without_a_backup_or_a_migration_it_may_neither(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if not name.startswith("jobs/")}
    actions = allowed(statements(rendered(tmp_path, files)))
    assert not [one for one in actions if one.startswith(("backup:", "ec2:", "logs:")) or one == "ecs:RunTask"]
    assert "ecs:UpdateService" in actions


def test_it_adds_static_files_below_their_prefix_and_takes_none_away(tmp_path: Path) -> None:
    web = FILES["services/web.yaml"] + "static_files: {path: /app/static, bucket: assets, prefix: static}\n"
    assets = "name: assets\ntitle: Assets\nencryption: kms\n"
    policy = statements(rendered(tmp_path, {**FILES, "services/web.yaml": web, "buckets/assets.yaml": assets}))
    bucket = "arn:aws:s3:::demo-dev-assets-111122223333"
    found = {action: listed(one["Resource"]) for one in policy for action in listed(one["Action"]) if "s3:" in action}
    assert found == {
        "s3:ListBucket": [bucket],
        "s3:AbortMultipartUpload": [f"{bucket}/static/*"],
        "s3:PutObject": [f"{bucket}/static/*"],
    }
    keys = next(one for one in policy if "kms:GenerateDataKey" in listed(one["Action"]))
    assert keys["Condition"] == {"StringEquals": {"kms:ViaService": ["s3.ap-northeast-1.amazonaws.com"]}}


def test_jobs_of_one_branch_in_an_environment_of_their_own_take_it(tmp_path: Path) -> None:
    text = rendered(tmp_path, FILES)[f"{NAME}/release.tf"]
    assert re.search(r'subjects += \["repo:acme/shop:environment:dev-release"\]', text)
    assert re.search(r'git_ref += "refs/heads/develop"', text)


def test_its_boundary_holds_what_it_does_and_nobody_of_ci_changes_it(tmp_path: Path) -> None:
    files = rendered(tmp_path, {**FILES, "databases/main.yaml": SAVED})
    boundary = statements(files, "boundary", "policies")
    services = {action.partition(":")[0] for action in boundary[0]["Action"]}
    assert {action.partition(":")[0] for action in allowed(statements(files))} <= services
    never = next(one for one in boundary if one["Sid"] == "NeverOwnIdentity")
    assert "arn:aws:iam::111122223333:role/demo-dev-ci-release" in never["Resource"]


def test_where_no_branch_releases_there_is_no_such_role(tmp_path: Path) -> None:
    files = rendered(tmp_path, FILES, Trust("acme/shop", "main", owns_provider=True))
    assert f"{NAME}/release.tf" not in files
    assert "release_role_arn" not in files[f"{NAME}/outputs.tf"]


def test_forty_services_fit_into_a_role_and_its_reach_ends_at_the_environments_names(tmp_path: Path) -> None:
    more = {
        f"services/s{number}.yaml": FILES["services/api.yaml"].replace("name: api", f"name: s{number}")
        for number in range(40)
    }
    files = rendered(tmp_path, {**FILES, **more, "databases/main.yaml": SAVED})
    text = re.sub(r"\s", "", re.sub(r"#.*", "", files[f"{NAME}/release.tf"]))
    assert len(text) < 10240
    for one in statements(files):
        for arn in listed(one["Resource"]):
            assert arn == "*" or "demo-dev-" in arn or "/demo-dev/" in arn or "/demo/dev/" in arn, arn


def test_it_fits_into_a_role(tmp_path: Path) -> None:
    """The quota is 10,240 characters for all inline policies of a role."""
    text = rendered(tmp_path, ALL)[f"{NAME}/release.tf"]
    assert len(re.sub(r"\s", "", re.sub(r"#.*", "", text))) < 10240


def test_a_service_that_codedeploy_delivers_is_changed_by_that_alone(policy: list[dict[str, Any]]) -> None:
    changed = next(one for one in policy if "ecs:UpdateService" in listed(one["Action"]))
    assert not [arn for arn in listed(changed["Resource"]) if arn.endswith("/demo-dev-web")]
    delivers = next(one for one in policy if "codedeploy:CreateDeployment" in listed(one["Action"]))
    assert (
        "arn:aws:codedeploy:ap-northeast-1:111122223333:deploymentgroup:demo-dev-web/demo-dev-web"
        in delivers["Resource"]
    )


def test_it_looks_at_the_alarms_by_which_a_delivery_goes_back_and_at_no_other(policy: list[dict[str, Any]]) -> None:
    [looks] = [one for one in policy if "cloudwatch:DescribeAlarms" in listed(one["Action"])]
    names = [arn.removeprefix("arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:") for arn in looks["Resource"]]
    assert names == [
        "demo-dev-balancer-front-errors",
        "demo-dev-balancer-front-web-errors",
        "demo-dev-balancer-front-web-unhealthy",
    ]


def test_where_nothing_is_watched_it_looks_at_no_alarm(tmp_path: Path) -> None:
    actions = allowed(statements(rendered(tmp_path, {**FILES, **DELIVERED})))
    assert "codedeploy:CreateDeployment" in actions
    assert "cloudwatch:DescribeAlarms" not in actions


def test_without_such_a_service_it_may_do_nothing_of_codedeploy_s(tmp_path: Path) -> None:
    assert not [one for one in allowed(statements(rendered(tmp_path, FILES))) if one.startswith("codedeploy:")]
