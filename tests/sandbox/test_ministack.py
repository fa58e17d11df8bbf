"""The second emulator answers as AWS does where the provider looks, and what exists in it is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("ministack", reason="the second emulator is not installed: make install")

from infragen.terraform.sandbox import second_emulator_services
from tests.waiting import until

if TYPE_CHECKING:
    from infragen.terraform.sandbox import Sandbox

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"


@pytest.fixture(scope="module")
def sandbox(both: Sandbox) -> Sandbox:
    return both


def client(sandbox: Sandbox, service: str) -> Any:
    import boto3
    from botocore.config import Config

    assert sandbox.ministack is not None
    keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "sandbox"}
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    return boto3.client(service, endpoint_url=sandbox.ministack.url, region_name=REGION, config=config, **keys)


@pytest.fixture
def elasticache(sandbox: Sandbox) -> Any:
    return client(sandbox, "elasticache")


def listed(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(one.type, one.identifier) for one in sandbox.inventory(ACCOUNT, REGION) if one.service == "elasticache"]


def test_a_subnet_group_names_subnets_of_the_first_emulator(sandbox: Sandbox, elasticache: Any) -> None:
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="pages", CacheSubnetGroupDescription="pages", SubnetIds=["subnet-1", "subnet-2"]
    )
    [group] = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName="pages")["CacheSubnetGroups"]
    assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == ["subnet-1", "subnet-2"]
    assert ("aws_elasticache_subnet_group", "pages") in listed(sandbox)
    elasticache.delete_cache_subnet_group(CacheSubnetGroupName="pages")
    assert ("aws_elasticache_subnet_group", "pages") not in listed(sandbox)


def test_a_group_tells_the_key_that_it_was_given(elasticache: Any) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/one"
    for name, given in (("encrypted", {"KmsKeyId": key}), ("usual", {})):
        elasticache.create_replication_group(
            ReplicationGroupId=name, ReplicationGroupDescription=name, Engine="redis", CacheNodeType="cache.t3.medium",
            NumNodeGroups=1, ReplicasPerNodeGroup=0, AtRestEncryptionEnabled=True, **given,
        )  # fmt: skip
        [group] = elasticache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
        assert group.get("KmsKeyId") == given.get("KmsKeyId")
        elasticache.delete_replication_group(ReplicationGroupId=name)


@pytest.mark.parametrize(("mode", "answer"), [("iam", "iam"), ("no-password-required", "no-password")])
def test_how_a_user_signs_in_and_its_channels_are_kept(
    sandbox: Sandbox, elasticache: Any, mode: str, answer: str
) -> None:
    elasticache.create_user(
        UserId=mode, UserName=mode, Engine="valkey", AccessString="on ~* &* +@all", AuthenticationMode={"Type": mode}
    )
    [user] = elasticache.describe_users(UserId=mode)["Users"]
    assert user["Authentication"]["Type"] == answer
    assert user["AccessString"] == "on ~* &* +@all"
    assert ("aws_elasticache_user", mode) in listed(sandbox)
    elasticache.delete_user(UserId=mode)


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_a_cluster_has_as_many_shards_as_it_was_asked_for(sandbox: Sandbox, elasticache: Any, shards: int) -> None:
    name = f"shards-{shards}"
    elasticache.create_replication_group(
        ReplicationGroupId=name,
        ReplicationGroupDescription=name,
        Engine="valkey",
        CacheNodeType="cache.t4g.micro",
        NumNodeGroups=shards,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=True,
    )
    [group] = elasticache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    assert len(group["NodeGroups"]) == shards
    assert len(group["MemberClusters"]) == 2 * shards
    assert ("aws_elasticache_replication_group", name) in listed(sandbox)
    nodes = elasticache.describe_cache_clusters()["CacheClusters"]
    assert [node["AutoMinorVersionUpgrade"] for node in nodes] == 2 * shards * [True]
    elasticache.delete_replication_group(ReplicationGroupId=name)
    assert elasticache.describe_cache_clusters()["CacheClusters"] == []


def test_one_shard_is_in_cluster_mode_where_its_parameters_say_so(elasticache: Any) -> None:
    name = {"CacheParameterGroupName": "clustered"}
    elasticache.create_cache_parameter_group(**name, CacheParameterGroupFamily="redis7", Description="clustered")
    wanted = {"ParameterName": "cluster-enabled", "ParameterValue": "yes"}
    elasticache.modify_cache_parameter_group(**name, ParameterNameValues=[wanted])
    elasticache.create_replication_group(
        ReplicationGroupId="one-shard",
        ReplicationGroupDescription="one shard",
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=True,
        **name,
    )
    [group] = elasticache.describe_replication_groups(ReplicationGroupId="one-shard")["ReplicationGroups"]
    assert (group["ClusterEnabled"], group["ClusterMode"]) == (True, "enabled")
    assert group["ConfigurationEndpoint"]["Address"]
    elasticache.delete_replication_group(ReplicationGroupId="one-shard")
    elasticache.delete_cache_parameter_group(**name)


def test_parameters_are_told_by_who_has_set_them(elasticache: Any) -> None:
    name = {"CacheParameterGroupName": "mine"}
    elasticache.create_cache_parameter_group(**name, CacheParameterGroupFamily="valkey8", Description="mine")
    changed = {"ParameterName": "timeout", "ParameterValue": "60"}
    elasticache.modify_cache_parameter_group(**name, ParameterNameValues=[changed])
    asked = elasticache.describe_cache_parameters(**name, Source="user")["Parameters"]
    assert [one["ParameterName"] for one in asked] == ["timeout"]
    assert len(elasticache.describe_cache_parameters(**name)["Parameters"]) > 1
    elasticache.delete_cache_parameter_group(**name)


def test_nothing_that_aws_makes_itself_is_listed(sandbox: Sandbox, elasticache: Any) -> None:
    assert elasticache.describe_cache_parameter_groups()["CacheParameterGroups"]
    until(lambda: listed(sandbox) == [], "what the other tests deleted is still there")


def test_the_second_emulator_is_asked_for_by_resources_of_its_services_alone() -> None:
    assert second_emulator_services(['resource "aws_elasticache_user" "this" {', 'resource "aws_vpc" "this" {']) == {
        "elasticache"
    }
    assert second_emulator_services(['resource "aws_sqs_queue" "this" {', "# aws_glue_job"]) == frozenset()


def test_workgroups_and_tables_are_listed_as_terraform_names_them_and_athena_s_own_is_not(sandbox: Sandbox) -> None:
    athena, glue = client(sandbox, "athena"), client(sandbox, "glue")
    tags = [{"Key": "Environment", "Value": "dev"}]
    athena.create_work_group(Name="logs", Tags=tags)
    query = athena.create_named_query(Name="all", Database="logs", QueryString="SELECT 1", WorkGroup="logs")
    glue.create_database(DatabaseInput={"Name": "logs"}, Tags={"Environment": "dev"})
    glue.create_table(DatabaseName="logs", TableInput={"Name": "requests"})
    assert {group["Name"] for group in athena.list_work_groups()["WorkGroups"]} == {"primary", "logs"}
    found = {one.type: one for one in sandbox.inventory(ACCOUNT, REGION) if one.service in ("athena", "glue")}
    assert {kind: one.identifier for kind, one in found.items()} == {
        "aws_athena_workgroup": "logs",
        "aws_athena_named_query": query["NamedQueryId"],
        "aws_glue_catalog_database": f"{ACCOUNT}:logs",
        "aws_glue_catalog_table": f"{ACCOUNT}:logs:requests",
    }
    tagged = ("aws_athena_workgroup", "aws_glue_catalog_database")
    assert {kind: dict(found[kind].tags) for kind in tagged} == {kind: {"Environment": "dev"} for kind in tagged}
    assert not [one for one in sandbox.inventory(ACCOUNT, "us-east-1") if one.service in ("athena", "glue")]
    athena.delete_named_query(NamedQueryId=query["NamedQueryId"])
    athena.delete_work_group(WorkGroup="logs")
    glue.delete_database(Name="logs")


def test_a_final_snapshot_is_left_and_a_name_that_is_taken_is_refused(elasticache: Any) -> None:
    elasticache.create_replication_group(
        ReplicationGroupId="finals", ReplicationGroupDescription="finals", Engine="valkey",
        CacheNodeType="cache.t4g.micro", NumNodeGroups=1, ReplicasPerNodeGroup=0,
    )  # fmt: skip
    elasticache.create_snapshot(SnapshotName="taken", ReplicationGroupId="finals")
    with pytest.raises(elasticache.exceptions.SnapshotAlreadyExistsFault):
        elasticache.delete_replication_group(ReplicationGroupId="finals", FinalSnapshotIdentifier="taken")
    assert elasticache.describe_replication_groups(ReplicationGroupId="finals")["ReplicationGroups"]
    elasticache.delete_replication_group(ReplicationGroupId="finals", FinalSnapshotIdentifier="final")
    assert elasticache.describe_snapshots(SnapshotName="final")["Snapshots"][0]["SnapshotName"] == "final"


def test_a_headers_policy_has_only_the_lists_that_it_was_given(sandbox: Sandbox) -> None:
    cloudfront = client(sandbox, "cloudfront")
    header = {"Header": "Cache-Control", "Value": "no-cache", "Override": False}
    given = {"CustomHeadersConfig": {"Quantity": 1, "Items": [header]}}
    removed = {"RemoveHeadersConfig": {"Quantity": 1, "Items": [{"Header": "Server"}]}}
    for name, lists in (("pages", given), ("names", removed), ("both", {**given, **removed})):
        made = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig={"Name": name, **lists})
        policy = made["ResponseHeadersPolicy"]
        try:
            read = cloudfront.get_response_headers_policy(Id=policy["Id"])["ResponseHeadersPolicy"]
        finally:
            cloudfront.delete_response_headers_policy(Id=policy["Id"], IfMatch=made["ETag"])
        config = read["ResponseHeadersPolicyConfig"]
        assert {key: value for key, value in config.items() if key.endswith("HeadersConfig")} == lists
