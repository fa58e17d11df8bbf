"""How deployments of ECS services stand (Amazon ECS API, DescribeServices), and how another one is started.

Whether the images that they run are in a registry, too (Amazon ECR API, BatchGetImage).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from infragen.aws.session import Aws, answering
from infragen.core.delivery import EcsService, Image

UNKNOWN: Final = "T055"
"""AWS did not report how deployments stand, or did not start one."""
_AT_ONCE: Final = 10
"""Amazon ECS API: DescribeServices, `services`."""


class Deployment(Struct, frozen=True):
    """The deployment in force of a service, `made` at some time: how many tasks it wants, and how many run.

    `state` is AWS's (`IN_PROGRESS`, `COMPLETED`, `FAILED`) with its `reason`; `task` is the task definition that it
    runs, and `events` are the latest of the service, newest first.
    """

    made: datetime
    started: datetime
    task: str
    state: str
    reason: str
    desired: int
    running: int
    events: tuple[str, ...]

    @property
    def failed(self) -> bool:
        return self.state == "FAILED"


def deployments(aws: Aws, services: Iterable[EcsService]) -> Mapping[EcsService, Deployment]:
    """Return the deployments in force of those services that are there; InfragenError T055 when AWS does not say."""
    places: dict[tuple[str, str], dict[str, EcsService]] = defaultdict(dict)
    for one in services:
        places[one.region, one.cluster][one.name] = one
    found = {}
    with answering(UNKNOWN, what="services"):
        for (region, cluster), wanted in places.items():
            client, names = aws.client("ecs", region), list(wanted)
            for start in range(0, len(names), _AT_ONCE):
                some = names[start : start + _AT_ONCE]
                try:
                    answers = client.describe_services(cluster=cluster, services=some)["services"]
                except client.exceptions.ClusterNotFoundException:
                    break  # its stack is not applied yet
                for answer in answers:
                    if answer["status"] == "ACTIVE":
                        found[wanted[answer["serviceName"]]] = _deployment(answer)
    return found


def newest_task(aws: Aws, service: EcsService) -> str:
    """Return the newest task definition of a service's family, which is called as it is; InfragenError T055."""
    with answering(UNKNOWN, what="a task definition"):
        client = aws.client("ecs", service.region)
        arn: str = client.describe_task_definition(taskDefinition=service.name)["taskDefinition"]["taskDefinitionArn"]
        return arn


def deploy_again(aws: Aws, service: EcsService) -> None:
    with answering(UNKNOWN, what="a service"):
        client = aws.client("ecs", service.region)
        client.update_service(cluster=service.cluster, service=service.name, forceNewDeployment=True)


def _deployment(service: Mapping[str, Any]) -> Deployment:
    every = [*service.get("deployments", ()), *service.get("taskSets", ())]  # the latter where CodeDeploy delivers
    primary = [one for one in every if one["status"] == "PRIMARY"][0]  # noqa: RUF015  no StopIteration where none is
    return Deployment(
        made=service["createdAt"],
        started=primary["createdAt"],
        task=primary["taskDefinition"],
        state=primary.get("rolloutState", "COMPLETED"),
        reason=primary.get("rolloutStateReason", ""),
        desired=primary.get("desiredCount", primary.get("computedDesiredCount", 0)),
        running=primary["runningCount"],
        events=tuple(one["message"] for one in service.get("events", ())[:3]),
    )


NOT_REPORTED: Final = "T053"
"""AWS did not report what is there that is awaited."""
_IMAGES_AT_ONCE: Final = 100
"""Amazon ECR API: BatchGetImage, `imageIds`."""
_NOT_THERE: Final = ("ImageNotFound", "ImageReferencedByManifestListNotFound")
"""Amazon ECR API: ImageFailure, `failureCode`."""


def missing_images(aws: Aws, account: str, images: Iterable[Image]) -> frozenset[Image]:
    """InfragenError T053 when AWS gives no answer, or an empty one; a missing repository has no images."""
    wanted: dict[tuple[str, str], dict[str, list[Image]]] = defaultdict(lambda: defaultdict(list))
    for image in images:
        wanted[image.region, image.repository][image.reference].append(image)
    missing: set[Image] = set()
    with answering(NOT_REPORTED, "AWS did not report which images are in the registry: ", what="images"):
        for (region, repository), references in wanted.items():
            client = aws.client("ecr", region)
            names = list(references)
            for start in range(0, len(names), _IMAGES_AT_ONCE):
                some = names[start : start + _IMAGES_AT_ONCE]
                ids = [{"imageDigest" if ":" in one else "imageTag": one} for one in some]
                try:
                    answer = client.batch_get_image(registryId=account, repositoryName=repository, imageIds=ids)
                except client.exceptions.RepositoryNotFoundException:
                    missing.update(image for one in some for image in references[one])
                    continue
                failures = answer.get("failures", ()) if answer.get("images") else answer["failures"]
                for failure in failures:
                    if failure["failureCode"] in _NOT_THERE:
                        named = failure["imageId"]
                        missing.update(references[named.get("imageDigest") or named["imageTag"]])
    return frozenset(missing)
