"""Make `src/infragen/provider_actions/actions.json` anew: what the AWS provider asks of AWS for each type of resource.

    python -m tests.provider_actions [PHASE=LOG ...]

Two sources, kept apart by type and by what is done to a resource (create, read, update, delete):

- `observed`: what the provider called in lives of environments on the emulated AWS. A log (`TF_LOG_PROVIDER=DEBUG
  TF_LOG_PATH=create.log infragen apply ...`) has the type of resource of each request and what Terraform was about.
  PHASE is what an apply was: `create`, `update` or `delete`. What logs say is added to what is known; without a log,
  only the rest is made anew.
- `documented`: the permissions that AWS's own handlers of the same resource ask for in CloudFormation's schemas, which
  cfn-lint carries: what no emulator asks for, such as the hosted zone of a private namespace, and updates that no life
  has made. Not what those handlers do with roles or data.

`anything` are the actions that AWS authorises on no resource of its own (Service Authorization Reference, by cfn-lint).
What is written by hand (`written.toml`) is not touched.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files as files_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infragen.provider_actions import FILE
from infragen.provider_schema import FOLDER as SCHEMAS
from tests.iam_actions import SERVICES, actions_of, known_actions
from tests.provider_schema import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BEGINS: Final = re.compile(r"\d{4}-\d\d-\d\dT")
_FIELD: Final = re.compile(r"(tf_\w+|rpc\.service|rpc\.method|http\.method)=(\"[^\"]*\"|\S+)")
_CHANGES: Final = ("create", "update", "delete")
_READS: Final = (
    "ReadResource",
    "ReadDataSource",
    "PlanResourceChange",
    "OpenEphemeralResource",
    "RenewEphemeralResource",
)

_WRITES: Final = re.compile(
    r"^(?!iam:|sts:|kms:CreateGrant).*:(?:Create|Put|Register|Allocate|Attach|Associate|Set|Request|Run|Add|Subscribe|Issue|Modify|Rotate"
    r"|Import|Authorize|POST|PUT|PATCH)", re.IGNORECASE,
)  # fmt: skip
_DATA: Final = ("secretsmanager:GetSecretValue", "firehose:PutRecord", "firehose:PutRecordBatch", "logs:PutLogEvents")
"""What handlers do with what is stored, which Terraform does not."""
_IN_TURN: Final = {
    "acm": "acm-pca",
    "apigateway": "ec2",
    "ecr": "kms",
    "ecs": "kms",
    "elasticache": "ec2 kms logs",
    "elasticloadbalancing": "ec2 s3",
    "es": "ec2 kms logs",
    "firehose": "kms",
    "lambda": "ec2 kms s3",
    "rds": "ec2 kms secretsmanager",
    "route53": "ec2",
    "secretsmanager": "kms lambda",
    "servicediscovery": "ec2 route53",
    "wafv2": "apigateway elasticloadbalancing logs",
}
"""Services that a service asks for on the caller's behalf; what a handler does in others, Terraform's types do."""
_TAGS: Final = {
    "acm": "AddTagsToCertificate RemoveTagsFromCertificate",
    "acm-pca": "TagCertificateAuthority UntagCertificateAuthority",
    "apigateway": "PUT DELETE",
    "cloudtrail": "AddTags RemoveTags",
    "ec2": "CreateTags DeleteTags",
    "elasticache": "AddTagsToResource RemoveTagsFromResource",
    "elasticloadbalancing": "AddTags RemoveTags",
    "es": "AddTags RemoveTags",
    "firehose": "TagDeliveryStream UntagDeliveryStream",
    "rds": "AddTagsToResource RemoveTagsFromResource",
    "route53": "ChangeTagsForResource",
    "s3": "PutBucketTagging",
    "sqs": "TagQueue UntagQueue",
    "ssm": "AddTagsToResource RemoveTagsFromResource",
}
"""The actions that change tags, where they are not `TagResource` and `UntagResource`."""
_IAM_TAGS: Final = {"aws_iam_role": "Role", "aws_iam_policy": "Policy", "aws_iam_instance_profile": "InstanceProfile"}

_SCHEMAS: Final = {
    "aws_acm_certificate": "CertificateManager::Certificate",
    "aws_acmpca_certificate_authority_certificate": "ACMPCA::CertificateAuthorityActivation",
    "aws_amplify_app": "Amplify::App",
    "aws_amplify_branch": "Amplify::Branch",
    "aws_api_gateway_integration": "ApiGateway::Method",
    "aws_api_gateway_method_settings": "ApiGateway::Stage",
    "aws_api_gateway_rest_api_policy": "ApiGateway::RestApi",
    "aws_appautoscaling_policy": "ApplicationAutoScaling::ScalingPolicy",
    "aws_appautoscaling_scheduled_action": "ApplicationAutoScaling::ScalableTarget",
    "aws_appautoscaling_target": "ApplicationAutoScaling::ScalableTarget",
    "aws_cloudtrail": "CloudTrail::Trail",
    "aws_cloudwatch_event_rule": "Events::Rule",
    "aws_cloudwatch_event_target": "Events::Rule",
    "aws_cloudwatch_log_group": "Logs::LogGroup",
    "aws_cloudwatch_log_metric_filter": "Logs::MetricFilter",
    "aws_cloudwatch_log_resource_policy": "Logs::ResourcePolicy",
    "aws_cloudwatch_log_stream": "Logs::LogStream",
    "aws_cloudwatch_log_subscription_filter": "Logs::SubscriptionFilter",
    "aws_cloudwatch_metric_alarm": "CloudWatch::Alarm",
    "aws_codedeploy_app": "CodeDeploy::Application",
    "aws_config_config_rule": "Config::ConfigRule",
    "aws_config_configuration_recorder": "Config::ConfigurationRecorder",
    "aws_config_configuration_recorder_status": "Config::ConfigurationRecorder",
    "aws_config_delivery_channel": "Config::DeliveryChannel",
    "aws_db_instance": "RDS::DBInstance",
    "aws_db_parameter_group": "RDS::DBParameterGroup",
    "aws_db_proxy_default_target_group": "RDS::DBProxyTargetGroup",
    "aws_db_proxy_target": "RDS::DBProxyTargetGroup",
    "aws_docdb_cluster": "DocDB::DBCluster",
    "aws_docdb_cluster_instance": "DocDB::DBInstance",
    "aws_docdb_cluster_parameter_group": "DocDB::DBClusterParameterGroup",
    "aws_ecs_cluster_capacity_providers": "ECS::ClusterCapacityProviderAssociations",
    "aws_glue_catalog_database": "Glue::Database",
    "aws_glue_catalog_table": "Glue::Table",
    "aws_guardduty_detector_feature": "GuardDuty::Detector",
    "aws_instance": "EC2::Instance",
    "aws_iam_policy": "IAM::ManagedPolicy",
    "aws_lambda_function_event_invoke_config": "Lambda::EventInvokeConfig",
    "aws_lb": "ElasticLoadBalancingV2::LoadBalancer",
    "aws_lb_listener": "ElasticLoadBalancingV2::Listener",
    "aws_lb_listener_rule": "ElasticLoadBalancingV2::ListenerRule",
    "aws_lb_target_group": "ElasticLoadBalancingV2::TargetGroup",
    "aws_lb_trust_store": "ElasticLoadBalancingV2::TrustStore",
    "aws_iam_service_linked_role": "IAM::ServiceLinkedRole",
    "aws_opensearch_domain": "OpenSearchService::Domain",
    "aws_rds_cluster": "RDS::DBCluster",
    "aws_rds_cluster_instance": "RDS::DBInstance",
    "aws_rds_cluster_parameter_group": "RDS::DBClusterParameterGroup",
    "aws_route": "EC2::Route",
    "aws_route53_record": "Route53::HostedZone",
    "aws_s3_bucket": "-",  # its parts are types of their own, and what is in it is nobody's
    "aws_route53_zone": "Route53::HostedZone",
    "aws_route_table_association": "EC2::SubnetRouteTableAssociation",
    "aws_secretsmanager_secret_rotation": "SecretsManager::RotationSchedule",
    "aws_security_group": "EC2::SecurityGroup",
    "aws_sfn_state_machine": "StepFunctions::StateMachine",
    "aws_sns_topic_subscription": "SNS::Subscription",
    "aws_vpc_security_group_egress_rule": "EC2::SecurityGroupEgress",
    "aws_vpc_security_group_ingress_rule": "EC2::SecurityGroupIngress",
    "aws_wafv2_web_acl_logging_configuration": "WAFv2::LoggingConfiguration",
}
"""CloudFormation's type where it is called otherwise than Terraform's."""


def observed(log: Path, phase: str) -> dict[str, dict[str, set[str]]]:
    """Return what a log has, by type and by what is done."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for text in _requests(log):
        said = {name: value.strip('"') for name, value in _FIELD.findall(text)}
        kind = next(
            (
                said[name]
                for name in ("tf_resource_type", "tf_data_source_type", "tf_ephemeral_resource_type")
                if name in said
            ),
            "",
        )
        if not kind.startswith("aws_"):
            continue  # the provider itself, which asks who it is: that needs no permission
        does = "read" if said["tf_rpc"] in _READS else phase
        found[kind][does].update(actions_of(SERVICES[said["rpc.service"]], said["rpc.method"], said["http.method"]))
    return found


def _requests(log: Path) -> Iterator[str]:
    """Yield the entries of requests; one may have many lines."""
    entry = ""
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if _BEGINS.match(line):
                if entry:
                    yield entry
                entry = line if "HTTP Request Sent" in line else ""
            elif entry:
                entry += line
    if entry:
        yield entry


@cache
def _handlers() -> Mapping[str, Mapping[str, Any]]:
    """Return the handlers of CloudFormation's schemas by type: `SQS::Queue`."""
    folder = files_of("cfnlint") / "data" / "schemas" / "resources"
    schemas = (json.loads(one.read_text("utf-8")) for one in folder.iterdir() if one.name.endswith(".json"))
    return {one["typeName"].removeprefix("AWS::"): one.get("handlers", {}) for one in schemas}


def documented(kind: str) -> dict[str, set[str]]:
    """Return what CloudFormation's handlers of the same resource change, without roles and data."""
    flat = {name.replace("::", "").lower(): name for name in _handlers()}
    name = _SCHEMAS.get(kind) or flat.get(kind.removeprefix("aws_").replace("_", ""), "")
    found: dict[str, set[str]] = {}
    handlers = _handlers().get(name, {})
    every = [one for does in _CHANGES for one in handlers.get(does, {}).get("permissions", ())]
    own = "iam" if kind.startswith("aws_iam_") else _service_of(every)
    for does in _CHANGES:
        said = handlers.get(does, {}).get("permissions", ())
        kept = {_spelt(one) for one in said if one.lower() in known_actions() and _is_of(one, own)}
        if kept:
            found[does] = kept
    return found


def _service_of(actions: Iterable[str]) -> str:
    return next((one.partition(":")[0].lower() for one in actions if _WRITES.search(one)), "")


def _spelt(action: str) -> str:
    """Return an action with its prefix as policies have it."""
    prefix, _, name = action.partition(":")
    return f"{prefix.lower()}:{name}"


def tagging(kind: str, actions: Iterable[str]) -> set[str]:
    """Return what changes the tags of a type that has some: default tags change with the environment's name."""
    if "tags" not in _provider()["resources"].get(kind, {}).get("arguments", {}):
        return set()
    if kind.startswith("aws_iam_"):
        return {f"iam:{verb}{_IAM_TAGS[kind]}" for verb in ("Tag", "Untag") if kind in _IAM_TAGS}
    service = _service_of(sorted(actions)) if kind != "aws_s3_object" else ""  # a row of `written.toml` has it
    return (
        {f"{service}:{name}" for name in _TAGS.get(service, "TagResource UntagResource").split()} if service else set()
    )


@cache
def _provider() -> Any:
    return json.loads((SCHEMAS / "aws.json").read_bytes())


def _is_of(action: str, own: str) -> bool:
    """Whether an action is of a resource's own service, or of one that this service asks for on the caller's behalf."""
    prefix = action.partition(":")[0].lower()
    if prefix == "iam" and re.search("Group|User", action):
        return False  # of a policy that people have, which CI never gets
    return (prefix == own or prefix in _IN_TURN.get(own, "").split()) and _spelt(action) not in _DATA


def _written(document: Mapping[str, Any]) -> str:
    """Return a document with one line for each list of a type's actions, so that a reviewer sees what differs."""
    text = json.dumps(document, indent=1)
    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda found: f"[{re.sub(chr(10) + ' +', ' ', found[1])}]", text) + "\n"


def main(arguments: Iterable[str]) -> None:
    """Write the file."""
    before = json.loads(FILE.read_bytes())["types"] if FILE.exists() else {}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, one in before.items():
        for does, actions in one.get("observed", {}).items():
            found[kind][does].update(actions)
    for argument in arguments:
        phase, _, log = argument.partition("=")
        for kind, one in observed(Path(log), phase).items():
            for does, actions in one.items():
                found[kind][does].update(actions)
    types: dict[str, dict[str, dict[str, list[str]]]] = {}
    for kind in sorted({*rendered(), *found}):
        seen = {does: sorted(actions) for does, actions in sorted(found[kind].items()) if actions}
        handled = documented(kind)
        known = {action for one in (found[kind], handled) for some in one.values() for action in some}
        handled.setdefault("update", set()).update(tagging(kind, known))
        said = {does: sorted(actions) for does, actions in handled.items() if actions}
        types[kind] = {name: one for name, one in (("observed", seen), ("documented", said)) if one}
    every = {action for kind in types.values() for one in kind.values() for some in one.values() for action in some}
    document = {
        "read": datetime.now(UTC).date().isoformat(),
        "provider": "5.100.0",
        "schemas": f"cfn-lint {version('cfn-lint')}",
        "anything": sorted(action for action in every if not known_actions()[action.lower()]),
        "types": types,
    }
    FILE.write_text(_written(document), encoding="utf-8")
    print(f"{len(types)} types, {len(every)} actions")  # noqa: T201
    print("nothing observed:", *(kind for kind, one in types.items() if "observed" not in one))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
