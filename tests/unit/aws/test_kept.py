"""What AWS would refuse to delete, as its answers say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws.kept import deleted_secrets, in_the_way, remembered
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Mapping

REGION = "ap-northeast-1"
ARN = "arn:aws:backup:ap-northeast-1:111122223333:recovery-point:1"


class StubbedAws:
    """AWS with one answer that was written down."""

    def __init__(self, service: str) -> None:
        session = Session()
        session.set_credentials("111122223333", "secret")
        self.asked, self._client = service, session.create_client(service, region_name=REGION)
        self.answers = Stubber(self._client)
        self.answers.activate()

    def client(self, service: str, region: str) -> Any:
        assert (service, region) == (self.asked, REGION)
        return self._client


CLUSTER = ("describe_db_clusters", "DBClusterIdentifier", "DBClusters", "Status", "DBClusterNotFoundFault")
SNAPSHOTS = [
    ("aws_db_instance", "rds", "DBSnapshot",
     ("describe_db_instances", "DBInstanceIdentifier", "DBInstances", "DBInstanceStatus", "DBInstanceNotFound")),
    ("aws_rds_cluster", "rds", "DBClusterSnapshot", CLUSTER),
    ("aws_docdb_cluster", "docdb", "DBClusterSnapshot", CLUSTER),
    ("aws_neptune_cluster", "neptune", "DBClusterSnapshot", CLUSTER),
    ("aws_redshift_cluster", "redshift", "ClusterSnapshot",
     ("describe_clusters", "ClusterIdentifier", "Clusters", "ClusterStatus", "ClusterNotFound")),
    ("aws_elasticache_replication_group", "elasticache", "Snapshot",
     ("describe_replication_groups", "ReplicationGroupId", "ReplicationGroups", "Status",
      "ReplicationGroupNotFoundFault")),
    ("aws_memorydb_cluster", "memorydb", "Snapshot",
     ("describe_clusters", "ClusterName", "Clusters", "Status", "ClusterNotFoundFault")),
]  # fmt: skip
WORDS = {"DBSnapshot": "db_snapshots", "DBClusterSnapshot": "db_cluster_snapshots",
         "ClusterSnapshot": "cluster_snapshots", "Snapshot": "snapshots"}  # fmt: skip
HOLDERS: list[tuple[str, str, str, str, Mapping[str, Any], str]] = [
    ("aws_s3_bucket", "s3", "list_object_versions", "Bucket", {"DeleteMarkers": [{"Key": "a"}]}, "NoSuchBucket"),
    ("aws_ecr_repository", "ecr", "list_images", "repositoryName", {"imageIds": [{"imageTag": "v1"}]},
     "RepositoryNotFoundException"),
    ("aws_backup_vault", "backup", "list_recovery_points_by_backup_vault", "BackupVaultName",
     {"RecoveryPoints": [{"RecoveryPointArn": ARN}]}, "ResourceNotFoundException"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "service", "what", "own"), SNAPSHOTS)
def test_a_final_snapshot_whose_name_is_taken_stands_in_the_way(
    kind: str, service: str, what: str, own: tuple[str, ...]
) -> None:
    aws: Any = StubbedAws(service)
    part = "Snapshots" if what == "ClusterSnapshot" else f"{what}s"
    argument = {"ClusterSnapshot": "SnapshotIdentifier", "Snapshot": "SnapshotName"}.get(what, f"{what}Identifier")
    operation, by, ones, status, gone = own

    snapshots = f"describe_{WORDS[what]}"
    questions = [(snapshots, {argument: "a-final"}), (operation, {by: "a"})]
    questions += [(snapshots, {argument: f"a-final-{number}"}) for number in (2, 3)]

    def asked(*answers: dict[str, Any] | str) -> tuple[str, str] | None:
        for (name, given), answer in zip(questions, answers, strict=False):
            if isinstance(answer, str):
                aws.answers.add_client_error(name, answer, "there is none")
            else:
                aws.answers.add_response(name, answer, given)
        found = in_the_way(aws, kind, "a-final", REGION, "a")
        aws.answers.assert_no_pending_responses()
        return found

    found = asked({part: [{}]}, {ones: [{status: "available"}]}, {part: [{}]}, f"{what}NotFound")
    assert found is not None
    assert found[1].index(" a-final-3 --region") < found[1].index(f"`aws {service} delete-"), "the copy is made first"
    assert found[0] == "its final snapshot is to be a-final, and there is a snapshot of that name"
    assert f"`aws {service} delete-" in found[1]
    assert "-name a-final " in found[1] or "-identifier a-final " in found[1]
    for going in ("deleting", "final-snapshot"):
        assert asked({part: [{}]}, {ones: [{status: going}]}) is None, "it is the one that it leaves itself"
    assert asked({part: [{}]}, gone) is None
    assert asked({part: []}) is None
    assert asked(f"{what}NotFound") is None


@pytest.mark.parametrize(("kind", "service", "operation", "argument", "answer", "missing"), HOLDERS)
def test_what_is_not_empty_stands_in_the_way(  # noqa: PLR0917
    kind: str, service: str, operation: str, argument: str, answer: Mapping[str, Any], missing: str
) -> None:
    aws: Any = StubbedAws(service)
    aws.answers.add_response(operation, answer)
    aws.answers.add_response(operation, {})
    aws.answers.add_client_error(operation, missing, "there is none")
    found = in_the_way(aws, kind, "one", REGION)
    assert found is not None
    assert found[0] == "one is not empty"
    assert in_the_way(aws, kind, "one", REGION) is None
    assert in_the_way(aws, kind, "one", REGION) is None
    assert argument


@pytest.mark.parametrize(("others", "is_refused"), [(["logo.png"], True), ([], False)])
def test_what_is_deleted_before_its_bucket_is_not_in_its_way_and_all_else_is(
    others: list[str], is_refused: bool
) -> None:
    """Versions of other keys count, on later pages, too."""
    aws: Any = StubbedAws("s3")
    listed, own = "list_object_versions", {"Key": "bundle.pem", "VersionId": "v1"}
    then = {"IsTruncated": True, "NextKeyMarker": "bundle.pem", "NextVersionIdMarker": "v1"}
    marked = {"Bucket": "trust", "KeyMarker": "bundle.pem", "VersionIdMarker": "v1"}
    aws.answers.add_response(listed, {"Versions": [own], **then}, {"Bucket": "trust", "MaxKeys": 1})
    rest = {"Versions": [own], "DeleteMarkers": [{"Key": key} for key in others]}
    aws.answers.add_response(listed, rest, marked)
    found = in_the_way(aws, "aws_s3_bucket", "trust", REGION, "trust", {"bundle.pem"})
    aws.answers.assert_no_pending_responses()
    assert (found is not None) is is_refused


def test_a_workgroup_in_which_queries_have_run_is_not_deleted() -> None:
    aws: Any = StubbedAws("athena")
    for answer in ({"QueryExecutionIds": ["a"]}, {}):
        aws.answers.add_response("list_query_executions", answer, {"WorkGroup": "logs", "MaxResults": 1})
    found = in_the_way(aws, "aws_athena_workgroup", "logs", REGION)
    assert found is not None
    assert found[0] == "queries have run in logs"
    assert "`aws athena delete-work-group --region ap-northeast-1 --work-group logs " in found[1]
    assert in_the_way(aws, "aws_athena_workgroup", "logs", REGION) is None


def test_the_name_of_a_secret_that_can_be_restored_is_taken() -> None:
    aws: Any = StubbedAws("secretsmanager")
    for answer in ({"Name": "key", "DeletedDate": datetime(2026, 11, 1, tzinfo=UTC)}, {"Name": "key"}):
        aws.answers.add_response("describe_secret", answer, {"SecretId": "key"})
    aws.answers.add_client_error("describe_secret", "ResourceNotFoundException", "there is none")
    found = remembered(aws, "aws_secretsmanager_secret", "key", REGION)
    assert found is not None
    assert found[0] == "a secret of that name was deleted, and takes the name while it can be restored"
    assert found[1] == f"`aws secretsmanager restore-secret --region {REGION} --secret-id key`"
    assert remembered(aws, "aws_secretsmanager_secret", "key", REGION) is None
    assert remembered(aws, "aws_secretsmanager_secret", "key", REGION) is None


def test_the_secrets_of_some_names_that_can_be_restored() -> None:
    aws: Any = StubbedAws("secretsmanager")
    gone = [{"Name": name, "DeletedDate": datetime(2026, 11, 1, tzinfo=UTC)} for name in ("maps", "other")]
    first = {"SecretList": [gone[0], {"Name": "key"}], "NextToken": "more"}
    aws.answers.add_response("list_secrets", first, {"IncludePlannedDeletion": True})
    more = {"IncludePlannedDeletion": True, "NextToken": "more"}
    aws.answers.add_response("list_secrets", {"SecretList": gone[1:]}, more)
    assert deleted_secrets(aws, ["key", "maps", "new"], REGION) == ("maps",)


def test_who_may_not_ask_is_told_so() -> None:
    aws: Any = StubbedAws("rds")
    aws.answers.add_client_error("describe_db_snapshots", "AccessDenied", "not authorized")
    with pytest.raises(
        InfragenError, match=r"AWS does not say what stands in the way of deleting a-final: .*AccessDen"
    ):
        in_the_way(aws, "aws_db_instance", "a-final", REGION)


def test_of_other_types_nothing_is_asked() -> None:
    aws: Any = StubbedAws("rds")
    assert in_the_way(aws, "aws_secretsmanager_secret", "a", REGION) is None
