"""The root that an environment stands on: whose jobs may do what, and nothing that is not known or not needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from infragen.diagnostics import InfragenError
from infragen.provider_actions import TAGGED, asked_of, is_named
from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.access import (
    POLICIES_OF_A_ROLE,
    POLICY_CHARACTERS,
    Access,
    Grant,
    Scope,
    access_of,
    change_grants,
    packed,
)
from infragen.stacks.bootstrap import NAME, Trust, build, managed_policies
from infragen.stacks.model import BOOTSTRAP
from infragen.workflow.bootstrap.files import access_for, environment_of, render_bootstrap
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import as_if_it_ran, open_project
from tests.ci_calls import APPLIES, Role
from tests.iam_actions import known_actions, tagged_types

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Project
    from infragen.core.resolved_system import Environment

TRUST = Trust("technova/infrastructure", "main", owns_provider=True)
TYPE = re.compile(r'^(?:resource|data|ephemeral) "(aws_[a-z0-9_]+)"', re.MULTILINE)
TYPES = {kind for path in shipped_templates().rglob("*.tf") for kind in TYPE.findall(path.read_text(encoding="utf-8"))}
TYPES |= {f"modules/{path.name}" for path in (shipped_templates() / "modules").iterdir()}
EVERYTHING = access_of(TYPES)
TAGS = (("Environment", "prod"), ("System", "shop"))
SCOPE = Scope("123456789012", ("shop-prod-",), "/shop/prod/", (), ("ap-northeast-1",), TAGS)


def files(environment: Environment, trust: Trust | None = TRUST, access: Access = EVERYTHING) -> dict[str, str]:
    stack = build(environment, access, trust)
    return render_stacks(Templates([shipped_templates()]), [stack], {"environment": environment.settings})


def contexts(environment: Environment, trust: Trust = TRUST) -> dict[str, Any]:
    stack = build(environment, EVERYTHING, trust)
    return {name: value for file in stack.files for name, value in file.context.items()}


def test_what_every_shipped_type_asks_for_is_known() -> None:
    """Of what stacks have: the identity provider is this root's own, and no role of CI makes one."""
    assert EVERYTHING.unknown == ("aws_iam_openid_connect_provider",)


def test_an_unknown_type_is_named_and_a_named_service_is_used() -> None:
    access = access_of(["aws_quantum_thing", "random_id"], more=["quantum"])
    assert access.unknown == ("aws_quantum_thing",)
    assert access.reads == ("quantum:Describe*", "quantum:Get*", "quantum:List*")
    assert "quantum:*" in access.boundary
    [grant] = change_grants(access, SCOPE)
    assert (grant.actions, grant.resources) == (("quantum:*",), ("*",))
    assert grant.condition == {"StringEquals": {"aws:RequestedRegion": ["ap-northeast-1"]}}


def test_actions_are_those_that_aws_has() -> None:
    assert not {one for one in (*EVERYTHING.reads, *EVERYTHING.changes) if one.lower() not in known_actions()}


def test_policies_have_what_their_types_ask_for_and_nothing_else(each_environment: Environment) -> None:
    """The permissions of the role that applies, against the table alone: none is unused, none is missing."""
    found = managed_policies(each_environment, EVERYTHING)
    allowed = [
        action for some in found.values() for policy in some for grant in policy.grants for action in grant.actions
    ]
    asked = asked_of(TYPES)
    apart = {"iam:CreateServiceLinkedRole", "iam:PassRole"}
    assert {*allowed} == (asked.reads | asked.changes) - apart
    tags = {action for action, how in TAGGED.items() if how == "adds"}
    tags |= {"iam:TagRole", "iam:UntagRole", "iam:UpdateRole"}  # of OpenSearch's own role as well
    assert {one for one in allowed if allowed.count(one) > 1} == tags, (
        "to what is new, and to what is the environment's"
    )


@pytest.mark.parametrize(("kind", "other"), [("aws_sqs_queue", "sns:"), ("aws_ecs_cluster", "lambda:")])
def test_what_no_resource_is_of_is_not_allowed(kind: str, other: str) -> None:
    one, both = access_of([kind]), access_of([kind, "aws_sns_topic", "aws_lambda_function"])
    assert not [action for action in (*one.reads, *one.changes) if action.startswith(other)]
    assert [action for action in both.changes if action.startswith(other)]


def test_every_policy_fits_into_iams_quotas(each_environment: Environment) -> None:
    """6,144 characters without white space, ten policies for a role: even where an environment has every type."""
    found = managed_policies(each_environment, EVERYTHING)
    assert len(found["plan"]) + len(found["apply"]) <= POLICIES_OF_A_ROLE
    text = files(each_environment)[f"{NAME}/policies.tf"]
    for body in re.findall(r'^    "(?:read|change)-\d+" = jsonencode\((.*?)^    \}\)', text, re.MULTILINE | re.DOTALL):
        assert len(re.sub(r"#.*|\s", "", body)) <= POLICY_CHARACTERS
    assert "change-2" in text


def test_what_no_role_has_room_for_is_refused() -> None:
    wide = Grant("Wide", tuple(f"quantum:Do{number}" for number in range(9000)), ("*",), {})
    with pytest.raises(InfragenError) as refused:
        packed("change", [wide])
    assert refused.value.diagnostics[0].code == "V007"


def test_reading_reads_no_data() -> None:
    """Nothing that returns what is stored: objects, messages, log lines, items, secrets, images, parameters."""
    data = {
        "s3:GetObject", "sqs:ReceiveMessage", "logs:GetLogEvents", "dynamodb:GetItem", "secretsmanager:GetSecretValue",
        "ecr:GetDownloadUrlForLayer", "ssm:GetParameter", "kinesis:GetRecords", "kms:Decrypt", "logs:FilterLogEvents",
    }  # fmt: skip
    assert not data & {*EVERYTHING.reads}
    assert not [
        one for one in EVERYTHING.reads if not re.match(r"[\w-]+:(BatchGet|Describe|Get|GET|List|Validate|View)", one)
    ]


def test_who_plans_a_workflow_may_have_its_definition_validated() -> None:
    """AWS asks for it on `stateMachine:*`, which the names of an environment do not cover."""
    assert "states:ValidateStateMachineDefinition" in asked_of(["aws_sfn_state_machine"]).reads


def test_things_with_names_are_changed_by_the_environments_names_alone(each_environment: Environment) -> None:
    name = each_environment.name
    own = re.compile(rf"technova[-_]{name}|technova/{name}/|aurora[-_]{name}")
    ids = re.compile(
        r":(db-proxy|db-proxy-endpoint|target-group|event-source-mapping|backup-plan):\*|:key/\*|:default|:catalog\Z"
        r"|:API-Gateway-Execution-Logs_\*\Z"
        r"|:security-group/\*\Z|/managedruleset/\*|/restapis/\*|:document/SSM-SessionManagerRunShell\Z"
        r"|:association/\*\Z|:role/aws-service-role/opensearchservice\.amazonaws\.com/\*\Z|::document/AWS-RunPatchBaseline\Z|:instance/\*\Z"
    )
    grants = [one for policy in managed_policies(each_environment, EVERYTHING)["apply"] for one in policy.grants]
    assert {one.sid for one in grants if one.resources == ("*",)} == {
        "ChangeNetworks", "ChangeNotOthers", "ChangeTagged", "ChangeWithoutNames", "TagNew", "TagNewNetworks", "TagOwn",
        "UntagOwn", "UseKeysByServices",
    }  # fmt: skip
    for grant in grants:
        if grant.resources != ("*",):
            assert not [arn for arn in grant.resources if not own.search(arn) and not ids.search(arn)], grant.sid
        if not grant.sid.startswith(("ChangeOwnIam", "ChangeServiceRoles")):
            assert "aws:RequestedRegion" in grant.condition["StringEquals"]


WITHOUT_A_GUARD = {
    "acm-pca:IssueCertificate": "of another environment's authority too: that signs the one below it",
    "acm-pca:RevokeCertificate": "of another environment's authority too: that signs the one below it",
    "amplify:CreateBranch": "a branch is new",
    "cloudfront:DeleteFunction": "a function has no tags of Terraform's",
    "cloudfront:PublishFunction": "a function has no tags of Terraform's",
    "cloudfront:UpdateFunction": "a function has no tags of Terraform's",
    "ec2:AllocateAddress": "an address is new",
    "ec2:CreateInternetGateway": "a gateway is new",
    "ec2:CreateVpc": "a network is new",
    "ec2:CreateVpcEndpointServiceConfiguration": "a service is new",
}
"""What AWS knows the tags of, and CI's role is not limited by; with the reason."""
OTHERWISE = ("guardduty:", "servicediscovery:", "ses:", "timestream:")
"""One of an account, perhaps adopted; tags that AWS does not guard; names in ARNs."""


def test_what_has_an_id_alone_is_changed_by_the_environments_tags_wherever_aws_knows_them() -> None:
    """Service Authorization Reference: each type of resource of such an action has `aws:ResourceTag`."""
    for action, how in TAGGED.items():
        types = tagged_types(action)
        assert types, action
        assert all(types.values()) or how == "not_others", (action, types)
    assert {*TAGGED} <= {*EVERYTHING.changes}, "each is asked for"
    uses = (
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:RetireGrant",
        "kms:RevokeGrant",
    )
    known = {
        one for one in EVERYTHING.changes
        if (not is_named(one) or one.startswith("kms:")) and one not in uses and not one.startswith(OTHERWISE)
        and tagged_types(one) and all(tagged_types(one).values())
    }  # fmt: skip
    assert known - {*TAGGED} == {*WITHOUT_A_GUARD}


VPC = "arn:aws:ec2:ap-northeast-1:444455556666:vpc/vpc-1"
GROUP = "arn:aws:ec2:ap-northeast-1:444455556666:security-group/sg-1"
KEY = "arn:aws:kms:ap-northeast-1:444455556666:key/1"


def tagged(of: str, environment: str, system: str) -> dict[str, str]:
    return {f"aws:{of}Tag/Environment": environment, f"aws:{of}Tag/System": system}


@pytest.fixture(scope="module")
def applying(repository: Path) -> Role:
    project = open_project(repository)
    found = render_bootstrap(project, environment_of(project, "technova/prod"), TRUST.repository, no_github=False)
    return Role(found, *APPLIES)


OWN, OTHER, NONE = tagged("Resource", "prod", "technova"), tagged("Resource", "dev", "technova"), dict[str, str]()
GETS, AS_OTHER = tagged("Request", "prod", "technova"), tagged("Request", "dev", "technova")
NEW = {"ec2:CreateAction": "CreateVpc"}
ALIAS = {"kms:ResourceAliases": "alias/vault"}


@pytest.mark.parametrize(
    ("action", "arn", "context", "may"),
    [
        ("ec2:DeleteVpc", VPC, OWN, True),
        ("ec2:DeleteVpc", VPC, OTHER, False),
        ("ec2:DeleteVpc", VPC, tagged("Resource", "prod", "shop"), False),
        ("ec2:DeleteVpc", VPC, NONE, False),
        ("ec2:CreateSubnet", VPC, OTHER, False),
        ("ec2:CreateVpc", VPC, NONE, True),
        ("ec2:AuthorizeSecurityGroupIngress", GROUP, OTHER, False),
        ("ec2:AuthorizeSecurityGroupIngress", GROUP, OWN, True),
        ("ec2:CreateTags", VPC, {**NEW, **GETS}, True),
        ("ec2:CreateTags", VPC, {**OTHER, **GETS}, False),
        ("ec2:CreateTags", VPC, {**NONE, **GETS}, False),
        ("ec2:CreateTags", VPC, {**OWN, "aws:TagKeys": "CostCenter"}, True),
        ("ec2:CreateTags", VPC, {**OWN, **AS_OTHER}, False),
        ("ec2:CreateTags", GROUP, GETS, True),
        ("ec2:CreateTags", GROUP, {**OTHER, **GETS}, False),
        ("ec2:DeleteTags", VPC, {**OWN, "aws:TagKeys": "CostCenter"}, True),
        ("ec2:DeleteTags", VPC, {**OWN, "aws:TagKeys": "Environment"}, False),
        ("ec2:DeleteTags", VPC, OWN, False),
        ("ec2:DeleteTags", VPC, {**OTHER, "aws:TagKeys": "CostCenter"}, False),
        ("kms:ScheduleKeyDeletion", KEY, OWN, True),
        ("kms:ScheduleKeyDeletion", KEY, OTHER, False),
        ("kms:ScheduleKeyDeletion", KEY, NONE, False),
        ("kms:PutKeyPolicy", KEY, OTHER, False),
        ("kms:EnableKeyRotation", KEY, NONE, True),
        ("kms:EnableKeyRotation", KEY, OTHER, False),
        ("kms:TagResource", KEY, GETS, True),
        ("kms:TagResource", KEY, AS_OTHER, False),
        ("kms:TagResource", KEY, {**GETS, **ALIAS}, False),
        ("kms:TagResource", KEY, {**OWN, **GETS, **ALIAS}, True),
        ("kms:TagResource", KEY, {**OTHER, **GETS}, False),
        ("kms:UntagResource", KEY, {**OWN, "aws:TagKeys": "System"}, False),
    ],
)
def test_what_is_another_environments_by_its_tags_is_left_alone(
    applying: Role, action: str, arn: str, context: dict[str, str], *, may: bool
) -> None:
    said = applying.why_not(action, [arn], {"aws:RequestedRegion": "ap-northeast-1", **context})
    assert (said == "") == may, said


@pytest.mark.parametrize(
    ("target", "buckets"),
    [
        ("delivery-tracking/prod", ["delivery-tracking-prod-code-123456789012"]),
        ("delivery-tracking/dr", ["delivery-tracking-prod-code-replica-123456789012"]),
        ("webapp/dev", []),
    ],
)
def test_objects_are_read_of_the_buckets_alone_that_have_code_or_what_terraform_puts_there(
    repository: Path, target: str, buckets: list[str]
) -> None:
    """Not of those with dumps, archives and what people upload."""
    project = open_project(repository)
    files = render_bootstrap(project, environment_of(project, target), TRUST.repository, no_github=False)
    reading = [
        one for one in Role(files, "change").statements if {"s3:GetObject", "s3:GetObjectVersion"} & {*one.actions}
    ]
    assert [arn for one in reading for arn in one.resources] == [f"arn:aws:s3:::{one}/*" for one in buckets]


def test_passwords_of_rdss_own_are_reached_only_where_there_are_some(repository: Path) -> None:
    project, found = open_project(repository), set()
    for target in ("technova/dev", "technova/osaka", "technova/prod", "delivery-tracking/prod", "webapp/dev"):
        environment = environment_of(project, target)
        composed = compose(project, environment, templates_of(project))
        has = any("manage_master_user_password " in text for path, text in composed.files.items() if path[-3:] == ".tf")
        text = render_bootstrap(project, environment, TRUST.repository, no_github=False)["policies.tf"]
        assert (":secret:rds!*" in text) == has, target
        found.add(has)
    assert found == {True, False}


def _release_of(project: Project, environment: Environment) -> str:
    trust = replace(TRUST, release_branch="main")
    running = as_if_it_ran(project, environment)
    [release] = [
        one.context["releases"]
        for one in build(environment, EVERYTHING, trust, running=running).files
        if one.path == "release.tf"
    ]
    return " ".join(release.vaults)


@pytest.mark.parametrize("target", ["delivery-tracking/dr", "technova/osaka"])
def test_a_standbys_role_may_do_what_it_takes_on_the_day_it_takes_over(repository: Path, target: str) -> None:
    """Scaling, triggers and rotation come with the takeover, when nobody is there to change roles."""
    project = open_project(repository)
    environment = environment_of(project, target)
    files = render_bootstrap(project, environment, TRUST.repository, no_github=False)
    may = Role(files, *APPLIES).actions
    now, then = (
        access_for(project, compose(project, one, templates_of(project)))
        for one in (environment, as_if_it_ran(project, environment))
    )
    assert {*then.changes} <= {*now.changes}
    assert {*now.changes} <= may
    assert "application-autoscaling:RegisterScalableTarget" in may
    if target == "delivery-tracking/dr":
        assert {"s3:PutBucketNotification", "secretsmanager:RotateSecret"} <= may
        role, context = Role(files, *APPLIES), {"aws:RequestedRegion": "ap-northeast-3"}
        copy = "arn:aws:s3:::delivery-tracking-prod-uploads-replica-123456789012"
        assert role.why_not("s3:PutBucketNotification", [copy], context) == ""
        assert role.why_not("s3:PutBucketPolicy", [copy], context) != "", "the primary's"
        assert "backup-vault:delivery-tracking-dr-" in _release_of(project, environment), "before a release"


def test_a_primarys_role_may_copy_databases_back(repository: Path) -> None:
    """On the way back from its standby, it has a copy of that one's database."""
    project = open_project(repository)
    prod = environment_of(project, "delivery-tracking/prod")
    text = render_bootstrap(project, prod, TRUST.repository, no_github=False)["policies.tf"]
    copies = text[text.index('"CopyDatabases"') : text.index('"HandRolesToServices"')]
    assert '["ap-northeast-1", "ap-northeast-3"]' in copies


def test_a_name_that_begins_otherwise_is_the_environments_too() -> None:
    access = access_of(["aws_cloudwatch_log_group"])
    names = (("log_group", "/ecs/api"), ("log_group", "/shop/prod/api"), ("queue", "orders"))
    found = {one.sid: one for one in change_grants(access, replace(SCOPE, others=names))}["ChangeOwnLogs"]
    assert "arn:aws:logs:*:123456789012:log-group:/ecs/api" in found.resources
    assert not [arn for arn in found.resources if arn.endswith((":/shop/prod/api", ":orders"))]


def test_keys_are_used_by_services_alone() -> None:
    grants = change_grants(access_of(["aws_secretsmanager_secret_version"]), SCOPE)
    [keys] = [one for one in grants if "kms:Decrypt" in one.actions]
    assert keys.condition["StringLike"] == {"kms:ViaService": "*.amazonaws.com"}


def test_roles_are_handed_to_the_services_of_the_types_alone(each_environment: Environment) -> None:
    manage = contexts(each_environment)["manage"]
    assert {arn.rpartition("/")[2] for arn in manage.roles} >= {f"technova-{each_environment.name}-*"}
    assert "*" not in {arn.rpartition("/")[2] for arn in manage.roles}
    assert access_of(["aws_ecs_task_definition"]).passed_to == ("ecs-tasks.amazonaws.com",)
    assert not access_of(["aws_sqs_queue"]).passed_to
    assert "iam:PassRole" not in EVERYTHING.changes


TRUSTS = re.compile(r"assume_role_policy = jsonencode\((.*?)\n  }\)", re.DOTALL)


def test_whoever_a_shipped_role_trusts_is_handed_it() -> None:
    """AWS asks whoever names a role to a service whether it may be handed over (IAM User Guide: Pass a role)."""
    texts = [path.read_text(encoding="utf-8") for path in shipped_templates().rglob("*.tf")]
    trusts = [trust for text in texts for trust in TRUSTS.findall(text)]
    services = {one for trust in trusts for one in re.findall(r'Service += "([a-z0-9.-]+)"', trust)}
    assert len(services) > 10
    assert services <= {*EVERYTHING.passed_to}


def test_an_environment_s_own_dashboard_is_its_own() -> None:
    found = {one.sid: one for one in change_grants(access_of(["aws_cloudwatch_dashboard"]), SCOPE)}
    resources = [arn for one in found.values() for arn in one.resources]
    assert "arn:aws:cloudwatch::123456789012:dashboard/shop-prod" in resources


def test_ci_does_not_change_its_own_policies(each_environment: Environment) -> None:
    identity = contexts(each_environment)["boundary"].own_identity
    account = each_environment.settings.account
    assert f"arn:aws:iam::{account}:policy/ci/technova-{each_environment.name}-ci-*" in identity
    found = managed_policies(each_environment, EVERYTHING)["apply"]
    [iam] = [one for policy in found for one in policy.grants if one.sid == "ChangeOwnIam"]
    assert not [arn for arn in iam.resources if "policy/ci/" in arn or arn.endswith("policy/*")]


def test_a_job_takes_the_role_that_applies_in_the_environment_with_its_reviewers_alone(
    each_environment: Environment,
) -> None:
    found = contexts(each_environment)
    repo = "repo:technova/infrastructure"
    assert found["plan"].subjects == (f"{repo}:pull_request", f"{repo}:ref:refs/heads/main")
    assert found["apply"].subjects == (f"{repo}:environment:{each_environment.name}",)
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


def test_the_inline_policies_of_a_role_fit_into_it(each_environment: Environment) -> None:
    """The quota is 10,240 characters for all inline policies of a role; here even both roles' together fit."""
    text = files(each_environment)[f"{NAME}/policies.tf"]
    managed = re.compile(r"^  (?:read_configuration|change) = \{.*?^  \}$", re.MULTILINE | re.DOTALL)
    inline = re.sub(r"#.*", "", managed.sub("", text)[: text.index("  boundary = ")])
    assert len(re.sub(r"\s", "", inline)) + 2 * 75 < 10240


def test_without_a_repository_it_is_the_bucket_alone(each_environment: Environment) -> None:
    found = files(each_environment, None)
    assert f"{NAME}/github.tf" not in found
    assert {path.split("/")[1] for path in found if path.startswith("modules/")} == {"state_bucket"}
    assert "role" not in found[f"{NAME}/outputs.tf"]


def bounded(environment: Environment, boundary: str | None) -> Environment:
    settings = environment.settings.model_copy(update={"permissions_boundary": boundary})
    return replace(environment, settings=settings)


def root_of(environment: Environment, trust: Trust | None = TRUST) -> dict[str, str]:
    return {path.removeprefix(f"{NAME}/"): text for path, text in files(environment, trust).items()}


ROLE_ARN = "arn:aws:iam::{account}:role/technova-{environment}-service-order"
CHANGES_ROLES = ("iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy")


def test_ci_makes_no_role_without_the_permissions_boundary(each_environment: Environment) -> None:
    settings = each_environment.settings
    arn = f"arn:aws:iam::{settings.account}:policy/company-boundary"
    role, free = (Role(root_of(bounded(each_environment, one)), *APPLIES) for one in ("company-boundary", None))
    made = [ROLE_ARN.format(account=settings.account, environment=settings.environment)]
    for action in CHANGES_ROLES:
        assert free.why_not(action, made, {}) == ""
        assert role.why_not(action, made, {"iam:PermissionsBoundary": arn}) == ""
        assert role.why_not(action, made, {}).endswith("denied"), "with none"
        assert role.why_not(action, made, {"iam:PermissionsBoundary": f"{arn}-2"}).endswith("denied"), "with another"
    removes = "iam:DeleteRolePermissionsBoundary"
    assert free.why_not(removes, made, {}) == ""
    assert role.why_not(removes, made, {"iam:PermissionsBoundary": arn}).endswith("denied")
    for action in ("iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:UpdateAssumeRolePolicy"):
        assert role.why_not(action, made, {}) == "", "also of a role from before, so that it can go"


def test_who_names_the_service_iam_gets_no_further(each_environment: Environment) -> None:
    """`services = ["iam"]` allows everything there: it is CI's own boundary that has the condition."""
    access = access_of(TYPES, ["iam"])
    found = files(bounded(each_environment, "own"), TRUST, access)
    role = Role({"policies.tf": found[f"{NAME}/policies.tf"]}, *APPLIES)
    assert "iam:*" in role.actions
    assert (
        role.why_not("iam:CreateRole", ["arn:aws:iam::1:role/any"], {"aws:RequestedRegion": "us-east-1"})[-6:]
        == "denied"
    )


@pytest.mark.parametrize("boundary", ["own", "company-boundary"])
def test_ci_does_not_change_the_permissions_boundary(each_environment: Environment, boundary: str) -> None:
    environment = bounded(each_environment, boundary)
    role, arn = Role(root_of(environment), *APPLIES), environment.permissions_boundary_arn
    assert arn is not None
    for action in ("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion"):
        fitting = [one for one in role.boundary if one.covers(f"iam:{action}", arn)]
        assert [one for one in fitting if not one.allows and not one.condition], action


def test_the_bootstrap_makes_the_environments_own_boundary_with_and_without_a_repository(
    each_environment: Environment,
) -> None:
    environment = bounded(each_environment, "own")
    name = f"technova-{environment.name}-roles"
    for trust in (TRUST, None):
        found = root_of(environment, trust)
        assert f'name        = "{name}"' in found["roles.tf"]
        assert "modules/permissions_boundary/main.tf" in files(environment, trust)
    assert environment.permissions_boundary_arn == f"arn:aws:iam::{environment.settings.account}:policy/{name}"
    for other in (None, "company-boundary"):
        assert "roles.tf" not in root_of(bounded(each_environment, other))


STATE = "arn:aws:s3:::technova-prod-terraform-state-{account}"


@pytest.fixture(scope="module")
def of_stacks(repository: Path) -> tuple[Role, str]:
    """Return a role with all permissions within the environment's own boundary, and its account."""
    environment = bounded(environment_of(open_project(repository), "technova/prod"), "own")
    return Role.of_stacks(root_of(environment)), environment.settings.account


@pytest.mark.parametrize(
    ("action", "arn", "may"),
    [
        ("s3:GetObject", "arn:aws:s3:::technova-prod-uploads/a", True),
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:ap-northeast-1:{account}:table/any", True),
        ("kms:Decrypt", "arn:aws:kms:ap-northeast-1:{account}:key/other", True),
        ("iam:PassRole", ROLE_ARN, True),
        ("iam:GetRole", ROLE_ARN, True),
        ("sts:AssumeRole", ROLE_ARN, True),
        ("sts:AssumeRole", "arn:aws:iam::999988887777:role/partner", True),
        ("sts:AssumeRole", "arn:aws:iam::{account}:role/Admin", False),
        ("sts:AssumeRole", "arn:aws:iam::{account}:role/technova-prod-ci-apply", False),
        ("iam:PassRole", "arn:aws:iam::{account}:role/technova-prod-ci-apply", False),
        ("iam:PassRole", "arn:aws:iam::{account}:role/Admin", False),
        ("iam:CreateRole", ROLE_ARN, False),
        ("iam:PutRolePolicy", ROLE_ARN, False),
        ("iam:DeleteRolePermissionsBoundary", ROLE_ARN, False),
        ("iam:CreatePolicyVersion", "arn:aws:iam::{account}:policy/technova-prod-roles", False),
        ("iam:CreateUser", "arn:aws:iam::{account}:user/any", False),
        ("organizations:LeaveOrganization", "*", False),
        ("account:PutAlternateContact", "arn:aws:account::{account}:account", False),
        ("s3:GetObject", f"{STATE}/technova/prod/network.tfstate", False),
        ("s3:DeleteObject", "arn:aws:s3:::shop-dev-terraform-state-{account}/shop/dev/app.tfstate", False),
        ("s3:PutBucketPolicy", STATE, False),
        ("kms:Decrypt", "arn:aws:kms:*:*:key/state", False),
    ],
)
def test_what_roles_of_stacks_never_get_beyond(
    of_stacks: tuple[Role, str], action: str, arn: str, *, may: bool
) -> None:
    """By the environment's own boundary, whatever is attached to a role."""
    role, account = of_stacks
    assert (role.why_not(action, [arn.format(account=account, environment="prod")], {}) == "") == may


def test_no_role_of_stacks_opens_another_environments_states(of_stacks: tuple[Role, str]) -> None:
    alias = {"kms:ResourceAliases": "alias/shop-dev-terraform-state"}
    assert of_stacks[0].why_not("kms:Decrypt", ["arn:aws:kms:ap-northeast-1:1:key/1"], alias).endswith("denied")


@pytest.mark.parametrize("boundary", ["own", "arn:aws:iam::123456789012:policy/" + "p" * 512])
def test_boundaries_fit_into_a_managed_policy_beside_the_one_of_roles(
    each_environment: Environment, boundary: str
) -> None:
    found = root_of(bounded(each_environment, boundary))
    texts = [found["policies.tf"].partition("boundary = ")[2], found.get("roles.tf", "").partition("boundary = ")[2]]
    for text in texts:
        assert len(re.sub(r"\s", "", re.sub(r"#.*", "", text))) + 75 < 6144


def test_the_role_that_copies_states_has_no_boundary_of_the_stacks(project: Path) -> None:
    file = project / "environments/delivery-tracking/prod.yaml"
    file.write_text(f"{file.read_text('utf-8').rstrip()}\npermissions_boundary: own\n", "utf-8")
    opened = open_project(project)
    found = render_bootstrap(opened, environment_of(opened, "delivery-tracking/prod"), None, no_github=True)
    assert "permissions_boundary_arn = null" in found["main.tf"]
    assert "permissions_boundary = var.permissions_boundary_arn" in found["modules/s3_bucket_replication/main.tf"]


def test_a_standby_has_copies_of_the_states_in_the_bucket_of_its_own(project: Path) -> None:
    opened = open_project(project)
    texts = {
        name: render_bootstrap(opened, environment_of(opened, f"delivery-tracking/{name}"), None, no_github=True)
        for name in ("prod", "dr")
    }
    assert "copies" not in texts["dr"]["main.tf"]
    [copies] = texts["prod"]["main.tf"].split('module "copies" {')[1:]
    there, own = "arn:aws:kms:ap-northeast-3:123456789012", "delivery-tracking-dr-terraform-state"
    assert f'bucket_arn     = "arn:aws:s3:::{own}-123456789012"' in copies
    assert f'kms_key_arn    = "{there}:alias/{own}"' in copies
    assert f'name            = "{own}-123456789012"' in texts["dr"]["main.tf"]
    assert f'key_alias       = "{own}"' in texts["dr"]["main.tf"]
    module = texts["prod"]["modules/s3_bucket_replication/main.tf"]
    assert "coalesce(var.replica.kms_key_policy, var.replica.kms_key_arn)" in module


def test_ci_cannot_change_the_role_that_copies_states(each_environment: Environment) -> None:
    boundary = contexts(each_environment)["boundary"]
    prefix = f"{each_environment.system.name}-{each_environment.name}"
    assert any(arn.endswith(f":role/{prefix}-terraform-state-copies") for arn in boundary.own_identity)


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


def test_who_applies_runs_sql_where_a_cluster_has_the_data_api(repository: Path) -> None:
    """Amazon Aurora User Guide: Authorizing access to the Amazon RDS Data API."""
    project = open_project(repository)
    with_it, without = (
        render_bootstrap(project, environment_of(project, target), TRUST.repository, no_github=False)["policies.tf"]
        for target in ("webapp/prod", "webapp/dev")
    )
    [(actions, resource)] = re.findall(
        r'"ChangeOwnRdsData"\s+Effect\s+= "Allow"\s+Action\s+= (\[.*?\])\s+Resource\s+= (\[.*?\])', with_it, re.DOTALL
    )
    assert "rds-data:ExecuteStatement" in actions
    assert ":cluster:webapp-prod-*" in resource
    assert "rds-data" not in without
