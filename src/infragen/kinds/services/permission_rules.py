"""Rules about permissions that are written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.entry import Output
from infragen.core.kind import empty
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds import kinds
from infragen.kinds.workloads.model import Workload
from infragen.kinds.workloads.permissions import PLACEHOLDERS, Permission, is_entry, unknown_placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.resolved_system import ResolvedSystem

_PREFIXES: Final = (
    "access-analyzer acm acm-pca airflow amplify aoss apigateway app-integrations appconfig appflow application- "
    "autoscaling appmesh apprunner appstream appsync aps athena autoscaling backup batch bedrock bedrock-agentcore "
    "braket budgets ce chatbot chime cloud9 clouddirectory cloudformation cloudfront cloudfront-keyvaluestore "
    "cloudhsm cloudtrail cloudwatch codeartifact codebuild codecommit codeconnections codedeploy codepipeline "
    "codestar-connections cognito-identity cognito-idp cognito-sync comprehend comprehendmedical config connect "
    "controltower cur databrew dataexchange datapipeline datasync datazone dax deadline detective devicefarm "
    "directconnect dlm dms docdb-elastic drs ds dsql dynamodb ebs ec2 ec2-instance-connect ec2messages ecr ecr-public "
    "ecs eks elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce elastictranscoder "
    "emr-containers emr-serverless entityresolution es events evidently execute-api finspace firehose fis fms "
    "forecast frauddetector fsx gamelift geo glacier globalaccelerator glue grafana greengrass groundstation "
    "guardduty health healthlake iam identitystore imagebuilder inspector inspector2 iot iotanalytics iotevents "
    "iotfleetwise iotsitewise iottwinmaker iotwireless ivs kafka kafka-cluster kafkaconnect kendra kinesis "
    "kinesisanalytics kinesisvideo kms lakeformation lambda lex license-manager lightsail logs lookoutmetrics m2 "
    "machinelearning macie2 mediaconnect mediaconvert medialive mediapackage mediastore mediatailor medical-imaging "
    "mgh mgn mobiletargeting mq neptune-db neptune-graph network-firewall networkmanager omics organizations osis "
    "outposts personalize pipes polly pricing profile proton q qbusiness qldb quicksight ram rbin rds rds-data rds-db "
    "redshift redshift-data redshift-serverless rekognition resiliencehub resource-explorer-2 resource-groups "
    "robomaker rolesanywhere route53 route53-recovery-control-config route53domains route53resolver rum s3 s3-object- "
    "lambda s3-outposts s3express s3tables s3vectors sagemaker scheduler schemas sdb secretsmanager securityhub "
    "securitylake serverlessrepo servicecatalog servicediscovery servicequotas ses shield signer sms-voice snowball "
    "sns sqs ssm ssm-contacts ssm-incidents ssmmessages sso sso-directory states storagegateway sts support swf "
    "synthetics tag textract timestream timestream-influxdb transcribe transfer translate trustedadvisor "
    "verifiedpermissions vpc-lattice waf waf-regional wafv2 wellarchitected wisdom workmail workspaces xray"
)
_SERVICES: Final = frozenset(_PREFIXES.split())
"""Prefixes of actions (Service Authorization Reference, November 2026); new ones come, so that others are a warning."""


def _each(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Permission]]:
    for owner, container in resolved.each(Workload):
        for name, permission in container.permissions.items():
            yield owner, name, permission


@rule("F130")
def _resource_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, resource in enumerate(permission.resources):
            place = resolved.at(owner, "permissions", name, "resources", index)
            for unknown in unknown_placeholders(resource):
                known = ", ".join(f"`{{{one}}}`" for one in PLACEHOLDERS)
                hint = did_you_mean(unknown, PLACEHOLDERS) or f"there are {known}"
                yield Finding(f"nothing is put in for `{{{unknown}}}`", place, hint)
            if isinstance(resource, Output) or not is_entry(resource):
                continue
            kind, _, entry = resource.partition("/")
            if kind not in kinds():
                yield Finding(f"there is no kind `{kind}`", place, nearest(kind, kinds(), "kinds"))
            elif not resolved.knows(kind, entry):
                yield Finding(f"there is no entry {resource}", place, nearest(entry, resolved.entries[kind], kind))
            elif kinds()[kind].permissions.resource_arns is empty:
                hint = "write its ARN, such as `arn:aws:s3:::demo-reports/*`, or list it in `uses`"
                yield Finding(f"infragen does not know the ARN of {kind}", place, hint)


@rule("F131")
def _reaches_all(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        above = ("permissions", name)
        for field, values in (("actions", permission.actions), ("resources", permission.resources)):
            for index, value in enumerate(values):
                is_wide = value == "*" or (field == "actions" and str(value).endswith(":*"))
                if is_wide and permission.why is None:
                    what = f"the actions `{value}`" if field == "actions" else "everything there is"
                    message = f"the permission `{name}` is for {what}"
                    mend = "name the actions it needs" if field == "actions" else "name the ARNs it needs"
                    hint = f"{mend}, or give the reason: `why: it lists all queues`"
                    yield Finding(message, resolved.at(owner, *above, field, index), hint)


@rule("F132")
def _service_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, action in enumerate(permission.actions):
            service = action.partition(":")[0]
            if service not in _SERVICES and action != "*":
                message = (
                    f"`{service}` is no prefix of actions that infragen knows: IAM accepts it, and it allows nothing"
                )
                hint = did_you_mean(service, _SERVICES) or "look it up in the Service Authorization Reference"
                yield Finding(message, resolved.at(owner, "permissions", name, "actions", index), hint)
