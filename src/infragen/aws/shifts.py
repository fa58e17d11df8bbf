"""Deliveries of ECS services by AWS CodeDeploy: new tasks beside the old ones, to which the requests move."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from infragen.aws.releases import REFUSED, network_of, short_name
from infragen.aws.session import Aws, answering
from infragen.core.delivery import Release, Shift

_UNFINISHED: Final = ("Created", "Queued", "InProgress", "Baking", "Ready")
"""States of a deployment that has not ended (AWS CodeDeploy API: DeploymentInfo, status)."""
_STOPPED: Final = "Stopped"
_WAY_BACK: Final = "codeDeployRollback"
"""Who made a deployment that brings another one back (AWS CodeDeploy API: DeploymentInfo, creator)."""
_BRINGS: Final = "infragen release "
"""Begins the description of a delivery, before its revision: GetDeployment gives no AppSpec back (AWS: its `content`
"is always null")."""


class Standing(Struct, frozen=True):
    """How a delivery stands: whether all requests are on the new tasks, or why it ended badly.

    `rollback` is the delivery that brought the old tasks back, empty where there was none. `brings` is the revision
    that a release of infragen's has it deliver (`order:7`), empty for what others began. One that `is_way_back` brings
    the old tasks of another one back.
    """

    is_done: bool
    failure: str
    rollback: str = ""
    brings: str = ""
    is_way_back: bool = False


def unfinished(aws: Aws, release: Release, shift: Shift) -> str | None:
    """Return the delivery of a service that has not ended, which CodeDeploy takes no other one beside; T057."""
    with answering(REFUSED, f"AWS did not report what CodeDeploy is doing with {release.family}: ", what="deployments"):
        client = aws.client("codedeploy", release.region)
        found = client.list_deployments(
            applicationName=shift.application, deploymentGroupName=shift.application, includeOnlyStatuses=[*_UNFINISHED]
        )["deployments"]
        return str(found[0]) if found else None


def stopped_last(aws: Aws, release: Release, shift: Shift) -> str | None:
    with answering(REFUSED, f"AWS did not report what CodeDeploy did with {release.family}: ", what="deployments"):
        client = aws.client("codedeploy", release.region)
        named = {"applicationName": shift.application, "deploymentGroupName": shift.application}
        found = client.list_deployments(**named)["deployments"][:10]  # AWS lists the newest first
        every = [client.get_deployment(deploymentId=one)["deploymentInfo"] for one in found]
        forward = [one for one in every if one.get("creator") != _WAY_BACK]
        last = max(forward, key=lambda one: one["createTime"], default=None)
        return str(last["deploymentId"]) if last is not None and last["status"] == _STOPPED else None


def alarms(aws: Aws, release: Release, shift: Shift) -> Mapping[str, bool]:
    if not shift.alarms:
        return {}
    with answering(REFUSED, f"AWS did not report which alarms about {release.family} are on: ", what="alarms"):
        client = aws.client("cloudwatch", release.region)
        found = client.describe_alarms(AlarmNames=[*shift.alarms])["MetricAlarms"]
        return {one["AlarmName"]: one["StateValue"] == "ALARM" for one in found}


def deliver(aws: Aws, release: Release, shift: Shift, revision: str, counting: Sequence[str] | None = None) -> str:
    """Pass the network as well, as Terraform cannot change it (Amazon ECS API: UpdateService); InfragenError T057."""
    network = network_of(aws, release.region, shift.start)
    # AWS CodeDeploy User Guide: AppSpec 'resources' section for Amazon ECS deployments
    properties = {
        "TaskDefinition": revision,
        "LoadBalancerInfo": {"ContainerName": shift.container, "ContainerPort": shift.port},
        "PlatformVersion": "LATEST",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": network["subnets"],
                "SecurityGroups": network["securityGroups"],
                "AssignPublicIp": network["assignPublicIp"],
            }
        },
        "CapacityProviderStrategy": [{"CapacityProvider": shift.start.capacity_provider, "Base": 0, "Weight": 1}],
    }
    content = json.dumps(
        {"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}]}
    )
    own = {"enabled": bool(counting), "alarms": [{"name": name} for name in counting or ()]}
    unsure = f"AWS did not report whether {release.family} was deployed, and it may have been: "
    with answering(REFUSED, f"{release.family} was not deployed: ", unsure=unsure, what="a deployment ID"):
        client = aws.client("codedeploy", release.region)
        made = client.create_deployment(
            applicationName=shift.application,
            deploymentGroupName=shift.application,
            revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
            description=f"{_BRINGS}{short_name(revision)}",
            **({} if counting is None else {"overrideAlarmConfiguration": own}),
        )
        return str(made["deploymentId"])


def standing(aws: Aws, release: Release, delivery: str) -> Standing:
    """Start the wait when all requests are on the new tasks (CodeDeploy: instanceTerminationWaitTimeStarted)."""
    with answering(REFUSED, f"AWS did not report the status of {delivery}: ", what="a deployment"):
        client = aws.client("codedeploy", release.region)
        found = client.get_deployment(deploymentId=delivery)["deploymentInfo"]
        status, said = found["status"], str(found.get("description") or "")
        is_bad = status in ("Failed", _STOPPED)
        is_over = status == "Succeeded" or bool(found.get("instanceTerminationWaitTimeStarted"))
        return Standing(
            is_done=is_over and not is_bad,
            failure=f"{status.lower()}: {_why(found)}" if is_bad else "",
            rollback=str((found.get("rollbackInfo") or {}).get("rollbackDeploymentId") or ""),
            brings=said.removeprefix(_BRINGS) if said.startswith(_BRINGS) else "",
            is_way_back=found.get("creator") == _WAY_BACK,
        )


def end_wait(aws: Aws, release: Release, delivery: str) -> None:
    unsure = f"AWS did not report whether {delivery} of {release.family} was ended, and it may have been: "
    with answering(REFUSED, f"{delivery} of {release.family} was not ended: ", unsure=unsure, what="a deployment"):
        client = aws.client("codedeploy", release.region)
        client.continue_deployment(deploymentId=delivery, deploymentWaitType="TERMINATION_WAIT")


def stop(aws: Aws, release: Release, delivery: str) -> None:
    unsure = f"AWS did not report whether {delivery} of {release.family} was stopped, and it may have been: "
    with answering(REFUSED, f"{delivery} of {release.family} was not stopped: ", unsure=unsure, what="a deployment"):
        aws.client("codedeploy", release.region).stop_deployment(deploymentId=delivery, autoRollbackEnabled=True)


def _why(found: Mapping[str, Any]) -> str:
    error, back = found.get("errorInformation") or {}, found.get("rollbackInfo") or {}
    said = [error.get("message"), back.get("rollbackMessage")]
    return "; ".join(one.rstrip(".") for one in said if one) or "AWS gives no reason"
