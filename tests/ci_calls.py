"""What roles of CI may do, held against calls that were really made: an evaluator of IAM for what an emulator noted.

A call is a line of the sandbox's ledger (`sandbox/infragen_sandbox/gate/ledger.py`): its actions, the ARNs of what it
is about, its region. The policies are those that `infragen bootstrap` rendered. IAM User Guide, "Policy evaluation
logic": an action is allowed when the role's policies and its boundary allow it, and nothing denies it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

import hcl2
from botocore.session import get_session

from infragen.permissions.policies import Statement, is_within, statements_of
from infragen.provider_actions import is_named, is_read
from tests.iam_actions import SERVICES, actions_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

APPLIES: Final = ("write_states", "read_configuration", "read", "change", "manage")
"""The local values of `policies.tf` that are the policies of the role which applies."""
_FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "athena": {"WorkGroup": "workgroup/", "CreateWorkGroup.Name": "workgroup/"},
    "backup": {
        "BackupVaultName": "backup-vault:", "BackupPlanId": "backup-plan:", "BackupPlan.BackupPlanName": "backup-plan:",
    },
    "budgets": {"BudgetName": "budget/", "Budget.BudgetName": "budget/"},
    "cloudtrail": {"Name": "trail/", "TrailName": "trail/"},
    "cloudwatch": {
        "AlarmName": "alarm:", "AlarmNames": "alarm:", "DashboardName": "dashboard/", "DashboardNames": "dashboard/",
    },
    "codedeploy": {"applicationName": "application:", "deploymentConfigName": "deploymentconfig:"},
    "ecr": {"repositoryName": "repository/"},
    "ecs": {
        "clusterName": "cluster/", "family": "task-definition/", "DeleteCluster.cluster": "cluster/",
        "PutClusterCapacityProviders.cluster": "cluster/", "UpdateCluster.cluster": "cluster/",
        "CreateService.serviceName": "service/", "DeleteService.service": "service/",
        "UpdateService.service": "service/",
    },
    "elasticache": {
        "CacheClusterId": "cluster:", "CacheParameterGroupName": "parametergroup:",
        "CacheSubnetGroupName": "subnetgroup:",
        "ReplicationGroupId": "replicationgroup:", "UserGroupId": "usergroup:", "UserId": "user:",
    },
    "elasticloadbalancing": {
        "CreateLoadBalancer.Name": "loadbalancer/app/", "CreateTargetGroup.Name": "targetgroup/",
        "CreateTrustStore.Name": "truststore/",
    },
    "events": {"Name": "rule/", "Rule": "rule/"},
    "firehose": {"DeliveryStreamName": "deliverystream/"},
    "glue": {"DatabaseInput.Name": "database/", "DatabaseName": "database/", "Name": "database/"},
    "iam": {
        "CreatePolicy.PolicyName": "policy/", "InstanceProfileName": "instance-profile/", "RoleName": "role/",
        "CreateServiceLinkedRole.AWSServiceName": "role/aws-service-role/",
    },
    "kms": {"AliasName": "", "KeyId": "key/", "TargetKeyId": "key/"},
    "lambda": {"FunctionName": "function:", "UUID": "event-source-mapping:"},
    "logs": {"logGroupName": "log-group:"},
    "rds": {
        "DBClusterIdentifier": "cluster:", "DBClusterParameterGroupName": "cluster-pg:", "DBInstanceIdentifier": "db:",
        "DBParameterGroupName": "pg:", "DBProxyEndpointName": "db-proxy-endpoint:", "DBProxyName": "db-proxy:",
        "DBSubnetGroupName": "subgrp:", "FinalDBSnapshotIdentifier": "snapshot:", "SourceDBInstanceIdentifier": "db:",
        "CreateGlobalCluster.GlobalClusterIdentifier": "global-cluster:",
        "DeleteGlobalCluster.GlobalClusterIdentifier": "global-cluster:",
        "ModifyGlobalCluster.GlobalClusterIdentifier": "global-cluster:",
        "RemoveFromGlobalCluster.GlobalClusterIdentifier": "global-cluster:",
    },
    "rds-data": {"resourceArn": ""},
    "s3": {"Bucket": ""},
    "scheduler": {
        "CreateScheduleGroup.Name": "schedule-group/", "DeleteScheduleGroup.Name": "schedule-group/",
        "GroupName": "schedule/",
    },
    "secretsmanager": {"Name": "secret:", "SecretId": "secret:"},
    "sns": {"Name": ""},
    "sqs": {"QueueName": "", "QueueUrl": ""},
    "ssm": {
        "AssociationId": "association/", "CreateAssociation.Name": "document/", "UpdateAssociation.Name": "document/",
        "CreateDocument.Name": "document/", "DeleteDocument.Name": "document/", "DescribeDocument.Name": "document/",
        "GetDocument.Name": "document/", "UpdateDocument.Name": "document/",
        "UpdateDocumentDefaultVersion.Name": "document/", "Name": "parameter",
    },
    "states": {"CreateStateMachine.name": "stateMachine:"},
    "wafv2": {
        "CreateIPSet.Name": "regional/ipset/", "CreateWebACL.Name": "regional/webacl/",
        "LoggingConfiguration.ResourceArn": "", "DeleteIPSet.Name": "regional/ipset/",
        "DeleteWebACL.Name": "regional/webacl/", "UpdateIPSet.Name": "regional/ipset/",
        "UpdateWebACL.Name": "regional/webacl/", "CreateRegexPatternSet.Name": "regional/regexpatternset/",
        "DeleteRegexPatternSet.Name": "regional/regexpatternset/",
        "UpdateRegexPatternSet.Name": "regional/regexpatternset/",
    },
}  # fmt: skip
"""What a parameter names, as the part of an ARN before the name; of one operation alone, with that before it."""
_ATTACHES: Final = frozenset({"iam:AttachRolePolicy", "iam:DetachRolePolicy"})
"""What is about a role alone: the policy is a condition (Service Authorization Reference: AWS IAM, `iam:PolicyARN`)."""
_ENDS: Final = {
    "loadbalancer/app/": "/0123456789abcdef", "targetgroup/": "/0123456789abcdef", "secret:": "-AbCdEf",
    "role/aws-service-role/": "/AWSServiceRole",
}  # fmt: skip
"""What AWS puts behind a name that it makes an ARN of, by the part before the name."""
_UNNAMED: Final = frozenset({"athena:DeleteNamedQuery"})
"""Calls whose resource AWS looks up by an id of something in it."""
_OF_AN_ARN: Final = re.compile(r"(?i:arn)\Z|\A(?:taskDefinition|ResourceName|Resource)\Z")
_ROLE: Final = re.compile(r"arn:aws:iam::\d{12}:role/(?!aws-service-role/)[\w+=,.@/-]+")
_BY_THE_SANDBOX: Final = frozenset({"CreateBucket", "PutBucketVersioning", "PutBucketTagging"})
"""What the emulated AWS is prepared with: the bucket of the states, which is `bootstrap`'s on AWS."""


class Role:
    """A role of CI, as `infragen bootstrap` rendered it."""

    def __init__(self, files: Mapping[str, str], *names: str) -> None:
        """Take the files of the root, by name, and the local values that are the role's policies."""
        values = {name: value for block in hcl2.loads(files["policies.tf"])["locals"] for name, value in block.items()}
        self.statements = [one for name in names if name in values for one in _statements(values[name])]
        self.boundary = _statements(values["boundary"])
        conditions = (one.condition.get("StringEquals", {}) for one in self.statements)
        own = (item for keys in conditions for item in keys.items() if item[0].startswith("aws:ResourceTag/"))
        self.own_tags = {key: value for key, (value,) in own}
        """What everything of the environment is tagged with, as conditions have it."""

    def why_not(self, action: str, arns: Sequence[str], context: Mapping[str, str]) -> str:
        """Return why it may not do something to things of these ARNs; nothing when it may.

        Where nobody can tell which things, it has to be allowed on some.
        """
        if not arns:
            return "" if action in self.actions else f"{action}: nothing allows it"
        for arn in arns:
            for every, why in ((self.statements, "nothing allows it"), (self.boundary, "beyond the boundary")):
                fitting = [one for one in every if one.covers(action, arn) and _holds(one, context)]
                if not any(one.allows for one in fitting):
                    return f"{action} on {arn}: {why}"
                if any(not one.allows for one in fitting):
                    return f"{action} on {arn}: denied"
        return ""

    @classmethod
    def of_stacks(cls, files: Mapping[str, str]) -> Self:
        """Return a role that a stack makes with all permissions, within the boundary that the bootstrap makes."""
        role = cls(files)
        role.boundary = _statements(hcl2.loads(files["roles.tf"])["locals"][0]["roles_boundary"])
        role.statements = [Statement("", True, ("*",), (), ("*",), (), (), {})]
        return role

    @property
    def actions(self) -> set[str]:
        """What its policies name."""
        return {action for one in self.statements for action in one.actions}


def _statements(value: Any) -> list[Statement]:
    """Return the statements of a local value: of one `jsonencode`, or of a map of some."""
    if isinstance(value, dict):
        return [one for some in value.values() for one in _statements(some)]
    text = re.sub(r"^\$\{jsonencode\(|\)\}$", "", value).strip()
    cleaned = json.dumps(hcl2.loads(f"a = {text}\n")["a"]).replace('\\"', "")
    return list(
        statements_of(cleaned.replace("${module.state_bucket.kms_key_arn}", "arn:aws:kms:*:*:key/state"), "", str)
    )


def _holds(statement: Statement, context: Mapping[str, str]) -> bool:
    """Whether a statement's conditions hold; a key that a request does not have makes none hold, unless they say so.

    IAM User Guide: Condition operators, `...IfExists`, `Null` and negated ones, which are true without the key;
    `ForAllValues` is true where there is no value.
    """
    return all(
        _is_true(test, context.get(key), values)
        for test, keys in statement.condition.items()
        for key, values in keys.items()
    )


def _is_true(test: str, found: str | None, values: Sequence[str]) -> bool:
    if test == "Null":
        return (found is None) == (values[0] == "true")
    if found is None:
        return test.endswith("IfExists") or test.startswith(("ForAllValues:", "StringNot", "ArnNot"))
    return any(is_within(found, one) for one in values) != ("NotEquals" in test)


def denials(calls: Path, role: Role, account: str, *, after: int = 0, but: Container[int] = ()) -> set[str]:
    """Return what a role would not have been allowed of the calls in a ledger, from a line on, but for some lines."""
    lines = calls.read_text("utf-8").splitlines() if calls.exists() else []
    found: set[str] = set()
    for number, call in enumerate(map(json.loads, lines)):
        if number < after or number in but or call["account"] != account or _is_the_sandbox_s(call):
            continue
        for action, arns, context in asked(call):  # whatever exists in a life is the environment's
            exists = {} if "ec2:CreateAction" in context else role.own_tags
            found.add(role.why_not(action, arns, {**exists, **context}))
    return found - {""}


def _is_the_sandbox_s(call: Mapping[str, Any]) -> bool:
    """Whether no job of CI made a call: the bucket of states is prepared, `sandbox ls` reads a bootstrap's state."""
    if call["terraform"]:
        return False
    return call["operation"] in _BY_THE_SANDBOX or str(call["parameters"].get("Key")).startswith("bootstrap/")


def asked(call: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Yield the actions that a call asks for, what each is about, and what is known of the request."""
    model = _model(call["service"])
    prefix = SERVICES.get(model.service_id, model.signing_name)
    method = model.operation_model(call["operation"]).http["method"]
    context = {"aws:RequestedRegion": call["region"]}
    if prefix == "iam" and "PermissionsBoundary" in call["parameters"]:
        context["iam:PermissionsBoundary"] = call["parameters"]["PermissionsBoundary"]
    for action in actions_of(prefix, call["operation"], method):
        by_name = is_named(action) and (not is_read(action) or "Bucket" in call["parameters"])
        yield action, tuple(_arns(call, prefix, action)) if by_name else ("*",), context
    if prefix == "ec2" and "TagSpecifications" in call["parameters"]:
        yield "ec2:CreateTags", ("*",), {**context, "ec2:CreateAction": call["operation"]}
    if "secretArn" in call["parameters"]:  # which the Data API reads as its caller
        yield "secretsmanager:GetSecretValue", (call["parameters"]["secretArn"],), context
    for role in {one for text in _texts(call["parameters"]) for one in _ROLE.findall(text) if prefix != "iam"}:
        taker = _TAKES.get(call["operation"], _TAKES.get(prefix, f"{prefix}.amazonaws.com"))
        yield "iam:PassRole", (role,), {**context, "iam:PassedToService": taker}


_TAKES: Final = {
    "ecs": "ecs-tasks.amazonaws.com",
    "ec2": "ec2.amazonaws.com",
    "CreateFlowLogs": "vpc-flow-logs.amazonaws.com",
}


def _arns(call: Mapping[str, Any], prefix: str, action: str) -> Iterator[str]:
    """Yield the ARNs of what a call is about; AssertionError where nobody knows, so that nothing is overlooked."""
    if action in _UNNAMED:
        return
    parameters, found = call["parameters"], False
    for name, form in _FORMS[prefix].items():
        operation, _, key = name.rpartition(".")
        if operation in parameters and isinstance(parameters[operation], dict):
            value = parameters[operation].get(key)
        elif operation in ("", call["operation"]):
            value = parameters.get(key)
        else:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and (key != "Name" or operation or not found):
                found = True
                yield _arn(call, prefix, form, one)
    for name, one in parameters.items():
        if (
            _OF_AN_ARN.search(name)
            and action not in _ATTACHES
            and isinstance(one, str)
            and one.startswith("arn:aws:")
            and prefix in (one.split(":")[2], "wafv2")
        ):
            found = True
            yield one
    assert found, f"what {call['service']}:{call['operation']} is about: {parameters}"


def _arn(call: Mapping[str, Any], prefix: str, form: str, value: str) -> str:
    if value.startswith("arn:"):
        return value
    if prefix == "s3":
        key = call["parameters"].get("Key")
        return f"arn:aws:s3:::{value}" + (f"/{key}" if key else "")
    if form == "service/":  # of a cluster
        value = f"{call['parameters']['cluster'].rpartition('/')[2]}/{value}"
    if form == "role/" and value.startswith("AWSServiceRoleFor"):
        form = "role/aws-service-role/opensearchservice.amazonaws.com/"
    value += _ENDS.get(form, "")
    region = "" if prefix in ("iam", "budgets") or form in ("dashboard/", "global-cluster:") else call["region"]
    account = "" if value.startswith("AWS-") else call["account"]  # a document of AWS's own
    return f"arn:aws:{prefix}:{region}:{account}:{form}{value.rpartition('/')[2] if prefix == 'sqs' else value}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str) and not value.startswith("{"):
        yield value


@cache
def _model(service: str) -> Any:
    return get_session().get_service_model(service)
