"""The root that an environment stands on: whose jobs may do what, and nothing that is not known or not needed."""

from __future__ import annotations

import fnmatch
import json
import re
from importlib.resources import files as files_of
from typing import TYPE_CHECKING, Any

import pytest

from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.access import Access, access_of, manage_actions, passed_to, read_actions
from infragen.stacks.bootstrap import NAME, Trust, build
from infragen.stacks.model import BOOTSTRAP

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment

TRUST = Trust("technova/infrastructure", "main", owns_provider=True)
TYPE = re.compile(r'^(?:resource|data|ephemeral) "(aws_[a-z0-9_]+)"', re.MULTILINE)
TYPES = {kind for path in shipped_templates().rglob("*.tf") for kind in TYPE.findall(path.read_text(encoding="utf-8"))}
EVERYTHING = access_of(TYPES)


def files(environment: Environment, trust: Trust | None = TRUST, access: Access = EVERYTHING) -> dict[str, str]:
    stack = build(environment, access, trust)
    return render_stacks(Templates([shipped_templates()]), [stack], {"environment": environment.settings})


def contexts(environment: Environment, trust: Trust = TRUST) -> dict[str, Any]:
    stack = build(environment, EVERYTHING, trust)
    return {name: value for file in stack.files for name, value in file.context.items()}


def test_the_service_of_every_shipped_type_is_known() -> None:
    assert EVERYTHING.unknown == ()


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        ("aws_route53_record", "route53"),
        ("aws_route_table", "ec2"),
        ("aws_acmpca_certificate", "acm-pca"),
        ("aws_acm_certificate", "acm"),
        ("aws_cloudwatch_log_group", "logs"),
        ("aws_cloudwatch_event_rule", "events"),
        ("aws_cloudwatch_metric_alarm", "cloudwatch"),
        ("aws_lb_listener", "elasticloadbalancing"),
        ("aws_kinesis_firehose_delivery_stream", "firehose"),
        ("aws_s3control_bucket", "s3"),
    ],
)
def test_a_longer_beginning_goes_before_a_shorter_one(kind: str, service: str) -> None:
    assert service in access_of([kind]).services


def test_an_unknown_type_is_named_and_a_named_service_is_used() -> None:
    access = access_of(["aws_quantum_thing", "random_id"], more=["quantum"])
    assert access.unknown == ("aws_quantum_thing",)
    assert access.services == ("quantum",)
    assert read_actions(access.services) == ("quantum:Describe*", "quantum:Get*", "quantum:List*")


def known_actions() -> dict[str, list[str]]:
    """The actions that AWS has, by prefix and in lower case: the Service Authorization Reference, by cfn-lint."""
    listed = json.loads((files_of("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json").read_text("utf-8"))
    return {prefix: [*one["Actions"]] for prefix, one in listed.items()}


def test_actions_are_those_that_aws_has_and_each_service_can_be_read() -> None:
    known = known_actions()
    for service in EVERYTHING.services:
        found = [fnmatch.filter(known[service], one.lower().partition(":")[2]) for one in read_actions([service])]
        assert any(found), service
    for action in (*read_actions(EVERYTHING.services), *manage_actions(EVERYTHING.services)):
        service, _, name = action.lower().partition(":")
        assert "*" in name or name in known[service], action


def test_reading_a_budget_and_making_a_vault_have_words_of_their_own() -> None:
    services = access_of(["aws_budgets_budget", "aws_backup_vault"]).services
    assert "budgets:ViewBudget" in read_actions(services)
    assert "backup-storage:MountCapsule" in manage_actions(services)


def test_hosts_get_their_roles_by_profiles(each_environment: Environment) -> None:
    assert contexts(each_environment)["manage"].profiles
    without = build(each_environment, access_of(["aws_ecs_service"]), TRUST)
    [manage] = [file.context["manage"] for file in without.files if "manage" in file.context]
    assert manage.profiles == ()  # type: ignore[attr-defined]


def test_reading_reads_no_data() -> None:
    """Nothing that returns what is stored: objects, messages, log lines, items, secrets, images, parameters."""
    actions = read_actions(
        access_of(["aws_dynamodb_table", "aws_ssm_parameter", "aws_kinesis_stream", *TYPES]).services
    )
    data = (
        "s3:GetObject", "sqs:ReceiveMessage", "logs:GetLogEvents", "dynamodb:GetItem", "secretsmanager:GetSecretValue",
        "ecr:GetDownloadUrlForLayer", "ssm:GetParameter", "kinesis:GetRecords", "kms:Decrypt", "logs:FilterLogEvents",
    )  # fmt: skip
    for action in actions:
        assert not [one for one in data if re.fullmatch(action.replace("*", ".*"), one)], action


def test_nothing_is_managed_whose_resources_are_named(each_environment: Environment) -> None:
    assert not {"iam:*", "s3:*"} & set(manage_actions(EVERYTHING.services))
    manage = contexts(each_environment)["manage"]
    prefix = f"technova-{each_environment.name}-"
    for arn in (*manage.roles, *manage.policies, *manage.buckets):
        assert re.search(rf"[:/]({prefix}|aurora-{each_environment.name}-)\*", arn), arn
    assert "ecs-tasks.amazonaws.com" in passed_to(EVERYTHING.services)


def test_pull_requests_plan_and_do_not_apply(each_environment: Environment) -> None:
    found = contexts(each_environment)
    repo = "repo:technova/infrastructure"
    assert found["plan"].subjects == (f"{repo}:pull_request", f"{repo}:ref:refs/heads/main")
    assert found["apply"].subjects == (f"{repo}:environment:{each_environment.name}", f"{repo}:ref:refs/heads/main")
    assert found["apply"].git_ref == "refs/heads/main"
    assert not [subject for subject in (*found["plan"].subjects, *found["apply"].subjects) if "*" in subject]


def test_a_plan_writes_no_state(each_environment: Environment) -> None:
    text = files(each_environment)[f"{NAME}/policies.tf"]
    locking = text[text.index("lock_states") : text.index("write_states")]
    writes = re.findall(r'Action *= (.*s3:Put.*)\n *Resource = "([^"]+)"', locking)
    assert len(writes) == 1
    assert writes[0][1].endswith("/*.tflock")


def test_the_state_lies_where_no_role_of_ci_writes(each_environment: Environment) -> None:
    found = files(each_environment)
    key = re.search(r'key += "([^"]+)"', found[f"{NAME}/backend.tf"])
    assert key is not None
    assert key[1] == f"bootstrap/technova/{each_environment.name}.tfstate"
    assert contexts(each_environment)["states"].objects.endswith(f"/technova/{each_environment.name}/*")


def test_the_boundary_fits_into_a_managed_policy(each_environment: Environment) -> None:
    """The quota is 6,144 characters without white space; a key's ARN is 75 of them."""
    text = files(each_environment)[f"{NAME}/policies.tf"]
    boundary = re.sub(r"#.*", "", text[text.index("boundary = ") :])
    assert len(re.sub(r"\s", "", boundary)) + 75 < 6144


def test_the_policies_of_a_role_fit_into_it(each_environment: Environment) -> None:
    """The quota is 10,240 characters for all inline policies of a role; here even both roles' together fit."""
    text = files(each_environment)[f"{NAME}/policies.tf"]
    inline = re.sub(r"#.*", "", text[: text.index("  boundary = ")])
    assert len(re.sub(r"\s", "", inline)) + 2 * 75 < 10240


def test_without_a_repository_it_is_the_bucket_alone(each_environment: Environment) -> None:
    found = files(each_environment, None)
    assert f"{NAME}/github.tf" not in found
    assert {path.split("/")[1] for path in found if path.startswith("modules/")} == {"state_bucket"}
    assert "role" not in found[f"{NAME}/outputs.tf"]


def test_another_environment_of_the_account_makes_the_identity_provider(each_environment: Environment) -> None:
    found = files(each_environment, Trust("technova/infrastructure", "main", owns_provider=False))
    account = each_environment.settings.account
    text = found[f"{NAME}/github.tf"]
    assert f'"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"' in text
    assert 'module "github"' not in text
    assert not [path for path in found if "github_oidc_provider" in path]


def test_every_call_gives_a_module_exactly_its_variables(each_environment: Environment) -> None:
    found = files(each_environment)
    for path, text in found.items():
        for module, body in re.findall(r'source = "\./modules/([^"]+)"\n(.*?)^\}', text, re.MULTILINE | re.DOTALL):
            variables = found.get(f"modules/{module}/variables.tf", "")
            given = set(re.findall(r"^  ([a-z_]+) += ", body, re.MULTILINE))
            assert given == set(re.findall(r'^variable "([^"]+)"', variables, re.MULTILINE)), (path, module)


def test_its_folder_is_the_one_that_a_tree_leaves_alone() -> None:
    assert NAME == BOOTSTRAP
