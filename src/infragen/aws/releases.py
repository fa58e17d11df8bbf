"""A new image in ECS: a revision of a task family with it, a task that runs to its end, a service that changes over.

A revision is made of the newest active one of its family, with another image and nothing else: so it has what the
catalogue says by now, whoever made that one. AWS cannot be asked to do both at once: one that an apply registered in
between is seen by the numbers afterwards. Before all that, a backup of what it changes may be taken.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

from infragen.aws.session import Aws, answering, refusal
from infragen.core.delivery import Backup, EcsService, Release, TaskRun
from infragen.diagnostics import Diagnostic, InfragenError

REFUSED: Final = "T057"
"""AWS did not take a step of a release, or something that it needs is not there."""
_OF_AWS: Final = frozenset({
    "compatibilities", "deregisteredAt", "registeredAt", "registeredBy", "requiresAttributes", "revision", "status",
    "taskDefinitionArn",
})  # fmt: skip
"""What AWS adds to a task definition (Amazon ECS API: TaskDefinition; RegisterTaskDefinition has none of it)."""
_TRIES: Final = 5
"""How often a revision is made again because another came in between, and how many numbers below it are looked at."""
_MADE_OF: Final = "infragen:release-of"
"""The tag of a revision that a release made, with the number of the one that it was made of."""
_STOPPED: Final = "STOPPED"


class Ended(Struct, frozen=True):
    """How a task ended: the exit code of its own container, None where that never ran, and AWS's reasons."""

    exit_code: int | None
    reason: str


def account_of_credentials(aws: Aws, region: str) -> str | None:
    with suppress(InfragenError), answering(REFUSED, what="an account"):
        return str(aws.client("sts", region).get_caller_identity()["Account"])
    return None


def revision_with(aws: Aws, account: str, release: Release, tag: str) -> str:
    """Find or register it, and tag it with the revision that it was made of: an apply may register one in between."""
    prefix = f"no revision of {release.family} with {tag}: "
    unsure = f"AWS did not report whether it registered a revision of {release.family} with {tag}, and it may have: "
    with answering(REFUSED, prefix, unsure=unsure, what="a task definition"):
        client, image = aws.client("ecs", release.region), _image(account, release, tag)
        found = client.describe_task_definition(taskDefinition=release.family, include=["TAGS"])
        is_newest = True
        for _ in range(2 * _TRIES):
            own, between = _own(found["taskDefinition"], account, release), _hidden_by(client, release.family, found)
            if between is not None:
                found, is_newest = between, False
            elif is_newest and all(one["image"] == image for one in own):
                return str(found["taskDefinition"]["taskDefinitionArn"])
            else:
                for one in own:
                    one["image"] = image
                wanted = {name: value for name, value in found["taskDefinition"].items() if name not in _OF_AWS}
                tags = [one for one in found.get("tags", ()) if one["key"] != _MADE_OF]
                tags.append({"key": _MADE_OF, "value": str(found["taskDefinition"]["revision"])})
                answer: Mapping[str, Any] = client.register_task_definition(**wanted, tags=tags)
                found, is_newest = {**answer, "tags": tags}, True
    raise InfragenError(Diagnostic(REFUSED, f"{prefix}others keep registering revisions"))


def _made_of(found: Mapping[str, Any]) -> int | None:
    said = next((str(one["value"]) for one in found.get("tags", ()) if one["key"] == _MADE_OF), "")
    return int(said) if said.isdecimal() else None


def _hidden_by(client: Any, family: str, made: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Numbers rise and are not reused, so one in between is seen, if not deleted (Amazon ECS Developer Guide)."""
    from botocore.exceptions import ClientError

    number, first = made["taskDefinition"]["revision"], _made_of(made)
    for one in range(number - 1, max(number if first is None else first, number - 1 - _TRIES), -1):
        try:
            found: Mapping[str, Any] = client.describe_task_definition(
                taskDefinition=f"{family}:{one}", include=["TAGS"]
            )
        except ClientError as error:
            # Amazon ECS API Reference: DescribeTaskDefinition, Errors
            if error.response["Error"]["Code"] != "ClientException":
                raise
            continue
        if found["taskDefinition"]["status"] == "ACTIVE" and _made_of(found) is None:
            return found
    return None


def made_with(aws: Aws, account: str, release: Release, tag: str) -> str | None:
    with answering(REFUSED, f"AWS did not report what {release.family} runs: ", what="a task definition"):
        client = aws.client("ecs", release.region)
        task = client.describe_task_definition(taskDefinition=release.family)["taskDefinition"]
        image = _image(account, release, tag)
        is_made = all(one["image"] == image for one in _own(task, account, release))
        return str(task["taskDefinitionArn"]) if is_made else None


def _url(account: str, release: Release) -> str:
    return f"{account}.dkr.ecr.{release.region}.amazonaws.com/{release.repository}"


def _image(account: str, release: Release, tag: str) -> str:
    return f"{_url(account, release)}{'@' if ':' in tag else ':'}{tag}"


def _own(task: Mapping[str, Any], account: str, release: Release) -> list[dict[str, Any]]:
    own = []
    for one in task["containerDefinitions"]:
        head, slash, last = one["image"].partition("@")[0].rpartition("/")  # a registry's address may have a port
        own += [one] if f"{head}{slash}{last.partition(':')[0]}" == _url(account, release) else []
    if not own:
        message = f"no container of {release.family} runs an image of {release.repository}"
        raise InfragenError(Diagnostic(REFUSED, message, hint="apply the catalogue first"))
    return own


def start(aws: Aws, release: Release, run: TaskRun, revision: str) -> str:
    network = network_of(aws, release.region, run)
    unsure = f"AWS did not report whether {release.family} was started, and it may have been: "
    with answering(REFUSED, f"{release.family} was not started: ", unsure=unsure, what="a task"):
        answer = aws.client("ecs", release.region).run_task(
            cluster=run.cluster,
            taskDefinition=revision,
            capacityProviderStrategy=[{"capacityProvider": run.capacity_provider, "weight": 1}],
            networkConfiguration={"awsvpcConfiguration": network},
            propagateTags="TASK_DEFINITION",
            startedBy="infragen release",
        )
        if not answer["tasks"]:
            said = "; ".join(one.get("reason", "no reason given") for one in answer.get("failures", ()))
            raise InfragenError(Diagnostic(REFUSED, f"{release.family} was not started: {said}"))
        return str(answer["tasks"][0]["taskArn"])


def still_running(aws: Aws, release: Release, run: TaskRun) -> tuple[str, ...] | None:
    """None without the permission `ecs:ListTasks`; else InfragenError T057: two migrations must not run at once."""
    try:
        with answering(REFUSED, f"AWS did not report whether {release.family} is already running: ", what="tasks"):
            client = aws.client("ecs", release.region)
            wanted = client.list_tasks(cluster=run.cluster, family=release.family, desiredStatus="RUNNING")["taskArns"]
            found = client.describe_tasks(cluster=run.cluster, tasks=wanted)["tasks"] if wanted else []
            return tuple(str(one["taskArn"]) for one in found if one["lastStatus"] != _STOPPED)
    except InfragenError as error:
        if refusal(error).startswith("AccessDenied"):
            return None
        raise


def network_of(aws: Aws, region: str, run: TaskRun) -> Mapping[str, Any]:
    """Return where a task stands, as ECS writes it; InfragenError T057 when a part of it is not there."""
    with answering(REFUSED, "AWS did not report where the task can run: ", what="subnets and security groups"):
        client = aws.client("ec2", region)
        subnets = client.describe_subnets(Filters=[{"Name": "tag:Name", "Values": [*run.subnets]}])["Subnets"]
        groups = client.describe_security_groups(Filters=[{"Name": "group-name", "Values": [*run.groups]}])
        found = {
            "subnets": sorted(one["SubnetId"] for one in subnets),
            "securityGroups": sorted(one["GroupId"] for one in groups["SecurityGroups"]),
        }
    for what, names, ids in (
        ("subnets", run.subnets, found["subnets"]), ("security groups", run.groups, found["securityGroups"]),
    ):  # fmt: skip
        if len(ids) != len(names):
            message = f"expected the {what} {', '.join(names)}, found {len(ids)}"
            raise InfragenError(Diagnostic(REFUSED, message, hint="apply the catalogue first"))
    return {**found, "assignPublicIp": "ENABLED" if run.has_public_address else "DISABLED"}


def ended(aws: Aws, release: Release, run: TaskRun, task: str, container: str) -> Ended | None:
    with answering(REFUSED, f"AWS did not report the status of {release.family}: ", what="a task"):
        answer = aws.client("ecs", release.region).describe_tasks(cluster=run.cluster, tasks=[task])
        if not answer["tasks"]:
            return Ended(None, "AWS no longer knows the task")
        [found] = answer["tasks"]
        if found["lastStatus"] != _STOPPED:
            return None
        own: Mapping[str, Any] = next((one for one in found["containers"] if one["name"] == container), {})
        reasons = dict.fromkeys(one for one in (own.get("reason"), found.get("stoppedReason")) if one)
        return Ended(own.get("exitCode"), "; ".join(reasons))


def change_over(aws: Aws, service: EcsService, revision: str) -> None:
    unsure = f"AWS did not report whether {service.name} was deployed, and it may have been: "
    with answering(REFUSED, f"{service.name} was not deployed: ", unsure=unsure, what="a service"):
        client = aws.client("ecs", service.region)
        client.update_service(cluster=service.cluster, service=service.name, taskDefinition=revision)


def short_name(revision: str) -> str:
    return revision.rpartition("/")[2]


class Finished(Struct, frozen=True):
    """How a backup came to its end."""

    is_there: bool
    reason: str


def start_backup(aws: Aws, backup: Backup) -> str:
    named = f"the backup of {backup.resource}"
    unsure = f"AWS did not report whether {named} was started, and it may have been: "
    with answering(REFUSED, f"{named} was not started: ", unsure=unsure, what="a backup's id"):
        client = aws.client("backup", backup.region)
        answer = client.start_backup_job(
            BackupVaultName=backup.vault,
            ResourceArn=backup.resource,
            IamRoleArn=backup.role,
            Lifecycle={"DeleteAfterDays": backup.keep_days},
        )
        return str(answer["BackupJobId"])


def finished(aws: Aws, backup: Backup, job: str) -> Finished | None:
    with answering(REFUSED, f"AWS did not report the status of the backup of {backup.resource}: ", what="a backup"):
        client = aws.client("backup", backup.region)
        answer = client.describe_backup_job(BackupJobId=job)
        if (state := answer["State"]) in ("CREATED", "PENDING", "RUNNING"):
            return None
        return Finished(state == "COMPLETED", answer.get("StatusMessage") or state)
