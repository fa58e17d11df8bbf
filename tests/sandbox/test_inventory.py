"""The inventory names what exists as Terraform does, and nothing that nobody made."""

from __future__ import annotations

import json
import re
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pytest

from infragen_sandbox import inventory as inventory_of_all
from infragen_sandbox.inventory.found import Found
from tests.conftest import ROOT
from tests.sandbox.conftest import REGION
from tests.sandbox.inventory import missing_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.terraform.sandbox import Existing, Sandbox


def _named(server: Sandbox, account: str) -> dict[tuple[str, str], Existing]:
    return {(thing.type, thing.identifier): thing for thing in server.inventory(account, REGION)}


@pytest.mark.parametrize("region", [REGION, "ap-northeast-3", "eu-central-2"])
def test_an_account_nobody_used_is_empty(server: Sandbox, account: str, region: str) -> None:
    """In each region, whichever services it has: Osaka and Zurich have no Timestream."""
    assert server.inventory(account, region) == ()


def test_what_hangs_at_log_groups_and_buckets_is_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    logs, s3 = aws("logs"), aws("s3")
    logs.create_log_group(logGroupName="/ecs/web")
    logs.create_log_stream(logGroupName="/ecs/web", logStreamName="delivery")
    firehose = aws("firehose").create_delivery_stream(
        DeliveryStreamName="sent", S3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{account}:role/writer", "BucketARN": "arn:aws:s3:::kept",
        },
    )["DeliveryStreamARN"]  # fmt: skip
    logs.put_subscription_filter(
        logGroupName="/ecs/web", filterName="sent", filterPattern="", destinationArn=firehose,
        roleArn=f"arn:aws:iam::{account}:role/sender",
    )  # fmt: skip
    for name in (f"one-{account}", f"other-{account}"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all", "Priority": 0, "Filter": {}, "Status": "Enabled", "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::other-{account}"},
    }  # fmt: skip
    s3.put_bucket_replication(
        Bucket=f"one-{account}",
        ReplicationConfiguration={"Role": f"arn:aws:iam::{account}:role/copier", "Rules": [rule]},
    )

    found = _named(server, account)
    assert ("aws_cloudwatch_log_stream", "delivery") in found
    assert ("aws_cloudwatch_log_subscription_filter", "/ecs/web|sent") in found
    replicated = [name for kind, name in found if kind == "aws_s3_bucket_replication_configuration"]
    assert replicated == [f"one-{account}"]


def test_things_have_terraforms_types_and_ids(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "technova-dev"}])

    found = _named(server, account)
    assert found["aws_vpc", vpc].tags == {"Name": "technova-dev"}
    assert ("aws_route_table", table) in found
    assert ("aws_route", f"r-{table}1080289494") in found  # as the provider numbers 0.0.0.0/0


def test_it_knows_each_type_that_a_committed_tree_has() -> None:
    """Else `sandbox ls` says of what is there that it is gone."""
    trees = (one.read_text("utf-8") for one in (ROOT / "generated").rglob("*.tf"))
    made = {kind for text in trees for kind in re.findall(r'^resource "(aws_\w+)"', text, re.MULTILINE)}
    sources = [one.read_text("utf-8") for one in (ROOT / "sandbox/infragen_sandbox").rglob("*.py")]
    told = {word for text in sources for word in re.findall(r"aws_\w+", text)}
    assert made - told == {
        "aws_acm_certificate_validation",  # exists in the provider alone
        "aws_docdb_cluster_parameter_group",
        "aws_rds_cluster_parameter_group",  # both are put together
    }


def test_domains_that_letters_are_sent_from_are_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    ses = aws("sesv2")
    ses.create_configuration_set(ConfigurationSetName="all", Tags=[{"Key": "System", "Value": "shop"}])
    ses.create_email_identity(EmailIdentity="example.com")
    assert ("aws_sesv2_email_identity_mail_from_attributes", "example.com") not in _named(server, account)
    ses.put_email_identity_mail_from_attributes(EmailIdentity="example.com", MailFromDomain="back.example.com")

    found = _named(server, account)
    assert found["aws_sesv2_configuration_set", "all"].tags == {"System": "shop"}
    assert (
        found["aws_sesv2_email_identity", "example.com"].arn == f"arn:aws:ses:{REGION}:{account}:identity/example.com"
    )
    assert ("aws_sesv2_email_identity_mail_from_attributes", "example.com") in found
    ses.delete_email_identity(EmailIdentity="example.com")
    ses.delete_configuration_set(ConfigurationSetName="all")
    assert not [kind for kind, _ in _named(server, account) if "sesv2" in kind]


def test_what_is_deleted_is_gone(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    kms, ecs, secrets = aws("kms"), aws("ecs"), aws("secretsmanager")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    ecs.create_cluster(clusterName="manufacturing")
    secrets.create_secret(Name="planning", SecretString="{}")
    assert len(server.inventory(account, REGION)) == 4  # a secret has a version

    kms.schedule_key_deletion(KeyId=key)
    ecs.delete_cluster(cluster="manufacturing")
    secrets.delete_secret(SecretId="planning")
    assert server.inventory(account, REGION) == ()


def test_a_copy_of_a_secret_in_another_region_is_no_secret_of_its_own(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    made = aws("secretsmanager").create_secret(
        Name="signing", SecretString="{}", AddReplicaRegions=[{"Region": "eu-central-1"}]
    )
    copied = aws("secretsmanager", "eu-central-1").describe_secret(SecretId="signing")
    assert copied["PrimaryRegion"] == REGION

    assert ("aws_secretsmanager_secret", made["ARN"]) in _named(server, account)
    assert server.inventory(account, "eu-central-1") == ()


def test_parameters_are_there_while_they_are(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    ssm = aws("ssm")
    ssm.put_parameter(Name="/planning/limit", Value="1", Type="String", Tags=[{"Key": "System", "Value": "technova"}])
    assert _named(server, account)["aws_ssm_parameter", "/planning/limit"].tags == {"System": "technova"}

    ssm.delete_parameter(Name="/planning/limit")
    assert server.inventory(account, REGION) == ()


def test_the_states_own_bucket_is_left_out(server: Sandbox, account: str) -> None:
    server.create_state_bucket(f"states-{account}", account, REGION)
    server.create_state_bucket(f"states-{account}", account, REGION)

    assert server.inventory(account, REGION) == ()


def test_a_planned_resource_that_is_not_there_is_missed(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    trust = '{"Version":"2012-10-17","Statement":[]}'
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam = aws("iam")
    iam.create_role(RoleName="planning", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName="planning", PolicyArn=managed)

    issuer = iam.create_open_id_connect_provider(
        Url="https://ci.demo.example", ThumbprintList=["a" * 40], Tags=[{"Key": "System", "Value": "demo"}]
    )["OpenIDConnectProviderArn"]
    assert _named(server, account)["aws_iam_openid_connect_provider", issuer].tags == {"System": "demo"}

    planned = [
        ("aws_iam_role", "planning"),
        ("aws_iam_role_policy_attachment", "planning-20261120092339474700000001"),
        ("aws_iam_role", "inventory"),
        ("aws_iam_role_policy_attachment", "planning-20261120092339474700000002"),
    ]
    missing = missing_from(server.inventory(account, REGION), planned)
    assert missing == (planned[2], planned[3])


def test_a_setting_that_names_a_role_counts_while_the_role_exists(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    iam, apigateway = aws("iam"), aws("apigateway")
    role = iam.create_role(RoleName="gateway", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role["Role"]["Arn"]}
    apigateway.update_account(patchOperations=[operation])
    assert ("aws_api_gateway_account", "api-gateway-account") in _named(server, account)

    iam.delete_role(RoleName="gateway")
    assert server.inventory(account, REGION) == ()


def test_a_package_s_entry_point_finds_what_no_collector_of_ours_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def caches(account: str, region: str) -> Iterator[Found]:
        yield Found(
            "elasticache", "aws_elasticache_cluster", "orders", f"arn:aws:elasticache:{region}:{account}:orders"
        )

    point = EntryPoint("caches", "tests.sandbox.test_inventory:caches", "infragen.sandbox")
    monkeypatch.setattr(EntryPoint, "load", lambda _self: caches)
    monkeypatch.setattr(inventory_of_all, "entry_points", lambda *, group: [point] if group == point.group else [])
    inventory_of_all._of_packages.cache_clear()
    try:
        every = inventory_of_all.inventory("222222222222", "eu-west-1")
    finally:
        inventory_of_all._of_packages.cache_clear()
    [found] = [thing for thing in every if thing.service == "elasticache"]
    assert (found.type, found.identifier) == ("aws_elasticache_cluster", "orders")
    assert found.arn == "arn:aws:elasticache:eu-west-1:222222222222:orders"


def test_clusters_of_documentdb_and_aurora_have_their_own_types(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    documents, rds = aws("docdb"), aws("rds")
    for client, engine, family in ((documents, "docdb", "docdb5.0"), (rds, "aurora-mysql", "aurora-mysql8.0")):
        client.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=engine, DBParameterGroupFamily=family, Description=engine
        )
        client.create_db_cluster(
            DBClusterIdentifier=engine, Engine=engine, MasterUsername="admins", MasterUserPassword="sandbox-only"
        )
        client.create_db_instance(
            DBInstanceIdentifier=f"{engine}-writer",
            DBClusterIdentifier=engine,
            DBInstanceClass="db.r6g.large",
            Engine=engine,
        )
    assert {
        ("aws_docdb_cluster", "docdb"),
        ("aws_docdb_cluster_instance", "docdb-writer"),
        ("aws_docdb_cluster_parameter_group", "docdb"),
        ("aws_rds_cluster", "aurora-mysql"),
        ("aws_rds_cluster_instance", "aurora-mysql-writer"),
        ("aws_rds_cluster_parameter_group", "aurora-mysql"),
    } <= set(_named(server, account))


def test_a_snapshot_that_somebody_asked_for_is_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t4g.micro", Engine="postgres", AllocatedStorage=20
    )
    rds.delete_db_instance(DBInstanceIdentifier="orders", FinalDBSnapshotIdentifier="orders-final")
    assert [one for one in _named(server, account) if "snapshot" in one[0]] == [("aws_db_snapshot", "orders-final")]


def test_a_global_cluster_is_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    source = aws("rds").create_db_cluster(
        DBClusterIdentifier="orders", Engine="aurora-mysql", MasterUsername="admins", MasterUserPassword="sandbox-only"
    )
    arn = source["DBCluster"]["DBClusterArn"]
    aws("rds").create_global_cluster(GlobalClusterIdentifier="orders", SourceDBClusterIdentifier=arn)
    assert ("aws_rds_global_cluster", "orders") in set(_named(server, account))


def test_domains_of_opensearch_and_the_role_that_somebody_asked_for_are_told(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    search = aws("opensearch")
    search.create_domain(DomainName="finder", EngineVersion="OpenSearch_2.19")
    assert ("aws_opensearch_domain_saml_options", "finder") not in set(_named(server, account))
    search.update_domain_config(
        DomainName="finder",
        AdvancedSecurityOptions={
            "SAMLOptions": {"Enabled": True, "Idp": {"MetadataContent": "<a/>", "EntityId": "https://people"}}
        },
    )
    iam = aws("iam")
    role = iam.create_service_linked_role(AWSServiceName="opensearchservice.amazonaws.com")["Role"]
    found = set(_named(server, account))
    assert {("aws_opensearch_domain", "finder"), ("aws_opensearch_domain_saml_options", "finder")} <= found
    assert ("aws_iam_service_linked_role", role["Arn"]) not in found, "AWS makes some by itself"
    iam.tag_role(RoleName=role["RoleName"], Tags=[{"Key": "ManagedBy", "Value": "infragen"}])
    assert ("aws_iam_service_linked_role", role["Arn"]) in set(_named(server, account))


def test_what_all_repositories_have_in_common_and_the_patterns_of_firewalls_are_told(
    server: Sandbox, aws: Callable[[str], Any], account: str
) -> None:
    copied = {"rules": [{"destinations": [{"region": "ap-northeast-3", "registryId": account}]}]}
    aws("ecr").put_replication_configuration(replicationConfiguration=copied)
    patterns = aws("wafv2").create_regex_pattern_set(
        Name="static", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "^/static/"}]
    )
    assert {
        ("aws_ecr_replication_configuration", account),
        ("aws_wafv2_regex_pattern_set", patterns["Summary"]["Id"]),
    } <= set(_named(server, account))
    made = aws("ecr").create_repository(repositoryName="web")["repository"]["repositoryArn"]
    few = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
    policy = {"rules": [{"rulePriority": 1, "selection": few, "action": {"type": "expire"}}]}
    aws("ecr").put_lifecycle_policy(repositoryName="web", lifecyclePolicyText=json.dumps(policy))
    kept = [one.arn for one in server.inventory(account, REGION) if one.type == "aws_ecr_lifecycle_policy"]
    assert kept == [made], "its copy in another region has the same name"
    aws("ecr").put_replication_configuration(replicationConfiguration={"rules": []})
    assert ("aws_ecr_replication_configuration", account) not in set(_named(server, account))


def test_tables_of_timestream_are_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    timestream = aws("timestream-write")
    timestream.create_database(DatabaseName="devices")
    timestream.create_table(DatabaseName="devices", TableName="measured")
    found = set(_named(server, account))
    assert ("aws_timestreamwrite_database", "devices") in found
    assert ("aws_timestreamwrite_table", "measured:devices") in found


def test_a_permission_is_told_with_its_function(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    iam, functions = aws("iam"), aws("lambda")
    iam.create_role(RoleName="runs", AssumeRolePolicyDocument="{}")
    for name in ("one", "other"):
        functions.create_function(
            FunctionName=name, Role=f"arn:aws:iam::{account}:role/runs", PackageType="Image",
            Code={"ImageUri": f"{account}.dkr.ecr.{REGION}.amazonaws.com/runs:v1"},
        )  # fmt: skip
        functions.add_permission(
            FunctionName=name, StatementId="alarms", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
        )
    found = {name for kind, name in _named(server, account) if kind == "aws_lambda_permission"}
    assert found == {"one|alarms", "other|alarms"}


def test_state_machines_are_told(server: Sandbox, aws: Callable[[str], Any], account: str) -> None:
    states = aws("stepfunctions")
    machine = states.create_state_machine(name="night", definition="{}", roleArn=f"arn:aws:iam::{account}:role/states")
    assert ("aws_sfn_state_machine", machine["stateMachineArn"]) in set(_named(server, account))
