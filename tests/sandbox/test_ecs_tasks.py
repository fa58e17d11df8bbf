from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_task_on_fargate_ends_well_and_leaves_nothing_in_its_subnet(
    aws: Callable[[str], Any], vpc: dict[str, str]
) -> None:
    ecs, ec2 = aws("ecs"), aws("ec2")
    ec2.modify_vpc_attribute(VpcId=vpc["id"], EnableDnsHostnames={"Value": True})
    before = interfaces(ec2)
    ecs.create_cluster(clusterName="manufacturing")
    ecs.register_task_definition(
        family="migrate",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "app", "image": "migrate:1"}],
    )
    [task] = ecs.run_task(
        cluster="manufacturing",
        taskDefinition="migrate",
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": [vpc["subnet"]], "securityGroups": [vpc["group"]]}},
    )["tasks"]
    assert len(interfaces(ec2)) == len(before) + 1
    for _ in range(10):
        [task] = ecs.describe_tasks(cluster="manufacturing", tasks=[task["taskArn"]])["tasks"]
        if task["lastStatus"] == "STOPPED":
            break
    assert task["lastStatus"] == "STOPPED"
    assert [container["exitCode"] for container in task["containers"]] == [0]
    assert interfaces(ec2) == before


def interfaces(ec2: Any) -> list[str]:
    return [one["NetworkInterfaceId"] for one in ec2.describe_network_interfaces()["NetworkInterfaces"]]
