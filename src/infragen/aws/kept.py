"""What AWS refuses to delete or to make, asked before: a final snapshot whose name is taken, what is not empty.

Sources: RDS API Reference "DeleteDBInstance" and "DeleteDBCluster" (DBSnapshotAlreadyExists), ElastiCache API Reference
"DeleteReplicationGroup" (SnapshotAlreadyExistsFault), Redshift API Reference "DeleteCluster", MemoryDB API Reference
"DeleteCluster"; Amazon S3 User Guide "Deleting a general purpose bucket", Amazon ECR API Reference "DeleteRepository",
AWS Backup Developer Guide "Delete a backup vault", Athena API Reference "DeleteWorkGroup" (RecursiveDeleteOption);
Secrets Manager User Guide "Delete an AWS Secrets Manager secret" (its name is taken while it can be restored).

Names that need no row, since they are free once their object is deleted: a KMS alias (KMS API Reference "DeleteAlias";
the key that waits does not hold it), an alternate domain name of CloudFront (CloudFront Developer Guide "Move an
alternate domain name": taken while another distribution has it), a domain of Cognito or an identity of SES (which no
template makes). A queue's is after 60 seconds (SQS API Reference "DeleteQueue"), for which the provider waits.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any, Final

from msgspec import Struct

from infragen.aws.session import Aws, answering
from infragen.aws.statuses import answer, status


class _Question(Struct, frozen=True):
    """What is asked: the operation of a service, what takes the name, and the parts of the answer that say yes.

    `why` follows "AWS refuses to delete it: "; `mend` is what makes it go, where `FREE` is a name that nothing has yet.
    """

    service: str
    operation: str
    argument: str
    answers: tuple[str, ...]
    why: str
    mend: str
    more: Mapping[str, Any] = {}


def _snapshot(service: str, noun: str, argument: str, answer: str) -> _Question:
    option = "snapshot-name" if argument == "SnapshotName" else f"{noun.removeprefix('cluster-')}-identifier"
    copy = f"`aws {service} copy-{noun} --source-{option} NAME --target-{option} FREE --region REGION`"
    delete = f"`aws {service} delete-{noun} --{option} NAME --region REGION`"
    mend = f"if it is needed, {copy}, and wait until FREE is available: a copy ends with its source; then {delete}"
    why = "its final snapshot is to be NAME, and there is a snapshot of that name"
    return _Question(service, f"describe_{noun.replace('-', '_')}s", argument, (answer,), why, mend)


_CLUSTER: Final = "db-cluster-snapshot DBClusterSnapshotIdentifier DBClusterSnapshots"
_SNAPSHOTS: Final = {
    "db_instance": "rds db-snapshot DBSnapshotIdentifier DBSnapshots",
    **{f"{service}_cluster": f"{service} {_CLUSTER}" for service in ("rds", "docdb", "neptune")},
    "redshift_cluster": "redshift cluster-snapshot SnapshotIdentifier Snapshots",
    "elasticache_cluster": "elasticache snapshot SnapshotName Snapshots",
    "elasticache_replication_group": "elasticache snapshot SnapshotName Snapshots",
    "memorydb_cluster": "memorydb snapshot SnapshotName Snapshots",
}
"""What `_snapshot` takes, by type: how snapshots are asked for."""
_EMPTY: Final = "NAME is not empty"
_QUESTIONS: Final[Mapping[str, _Question]] = {
    **{f"aws_{kind}": _snapshot(*words.split()) for kind, words in _SNAPSHOTS.items()},
    "aws_s3_bucket": _Question(
        "s3", "list_object_versions", "Bucket", ("Versions", "DeleteMarkers"), _EMPTY,
        'empty it, with all versions: "Empty" in the console of S3, or, until nothing is left: `aws s3api delete-'
        'objects --region REGION --bucket NAME --delete "$(aws s3api list-object-versions --region REGION --bucket NAME'
        " --max-items 1000 --output json --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId:"
        " VersionId}}')\"`", {"MaxKeys": 1},
    ),
    "aws_ecr_repository": _Question(
        "ecr", "list_images", "repositoryName", ("imageIds",), _EMPTY,
        "`aws ecr delete-repository --force --region REGION --repository-name NAME` deletes it with its images",
        {"maxResults": 1},
    ),
    "aws_backup_vault": _Question(
        "backup", "list_recovery_points_by_backup_vault", "BackupVaultName", ("RecoveryPoints",), _EMPTY,
        "`aws backup delete-recovery-point --region REGION --backup-vault-name NAME --recovery-point-arn ARN` for each"
        " recovery point", {"MaxResults": 1},
    ),
    "aws_athena_workgroup": _Question(
        "athena", "list_query_executions", "WorkGroup", ("QueryExecutionIds",), "queries have run in NAME",
        "`aws athena delete-work-group --region REGION --work-group NAME --recursive-delete-option` deletes it with its"
        " history", {"MaxResults": 1},
    ),
}  # fmt: skip
_REMEMBERED: Final[Mapping[str, _Question]] = {
    "aws_secretsmanager_secret": _Question(
        "secretsmanager", "describe_secret", "SecretId", ("DeletedDate",),
        "a secret of that name was deleted, and takes the name while it can be restored",
        "`aws secretsmanager restore-secret --region REGION --secret-id NAME`",
    ),
}  # fmt: skip
REMEMBERED: Final = frozenset(_REMEMBERED)
"""Types of which what was deleted takes its name for a time."""


def in_the_way(  # noqa: PLR0913, PLR0917
    aws: Aws, kind: str, name: str, region: str, of: str = "", but: Collection[str] = ()
) -> tuple[str, str] | None:
    """Return reason and remedy; `of` is the object's own name, `but` are keys that are deleted first; P008."""
    return _asked(aws, kind, f"deleting {name}", name, region, of, but) if kind in _QUESTIONS else None


def remembered(aws: Aws, kind: str, name: str, region: str) -> tuple[str, str] | None:
    return _asked(aws, kind, f"making {name}", name, region)


def goes_on(aws: Aws, arn: str) -> str:
    """Return the day on which AWS deletes a key, which the provider treats as gone (service/kms/key.go); P008."""
    with answering("P008", f"AWS does not say whether {arn} can be kept: ", what="a key"):
        found = answer(aws.client("kms", arn.split(":")[3]), "describe_key", KeyId=arn)
        when = found["KeyMetadata"].get("DeletionDate") if found else None
        return f"{when:%Y-%m-%d}" if when else ""


def deleted_secrets(aws: Aws, names: Sequence[str], region: str) -> tuple[str, ...]:
    """Return which of some names secrets have that can be restored; InfragenError P008 when AWS does not say."""
    with answering("P008", "AWS does not say which secrets can be restored: ", what="a list"):
        pages = aws.client("secretsmanager", region).get_paginator("list_secrets")
        listed = pages.paginate(IncludePlannedDeletion=True)
        found = {one["Name"] for page in listed for one in page["SecretList"] if one.get("DeletedDate")}
    return tuple(name for name in names if name in found)


def _asked(  # noqa: PLR0913, PLR0917
    aws: Aws, kind: str, what: str, name: str, region: str, of: str = "", but: Collection[str] = ()
) -> tuple[str, str] | None:
    question = _QUESTIONS.get(kind) or _REMEMBERED[kind]
    with answering("P008", f"AWS does not say what stands in the way of {what}: ", what="a list"):
        client = aws.client(question.service, region)
        has = _has(client, question, name, but)
        if not has or (kind[4:] in _SNAPSHOTS and status(aws, kind, of, region) in _GOING):
            return None
        names = (f"{name}-{number}" for number in count(2))
        free = next(one for one in names if "FREE" not in question.mend or not _has(client, question, one))
    words = {"REGION": region, "NAME": name, "FREE": free}
    why, mend = (_WORD.sub(lambda found: words[found[0]], text) for text in (question.why, question.mend))
    return why, mend


def _has(client: Any, question: _Question, name: str, but: Collection[str] = ()) -> bool:
    more = question.more
    while True:
        found = answer(client, question.operation, **{question.argument: name}, **more)
        parts = (found.get(part) for part in question.answers)
        if any(not but or any(one["Key"] not in but for one in part) for part in parts if part):
            return True
        if not found.get("IsTruncated"):
            return False
        more = {"KeyMarker": found["NextKeyMarker"], "VersionIdMarker": found["NextVersionIdMarker"]}


_WORD: Final = re.compile(r"\b(?:REGION|NAME|FREE)\b")
_GOING: Final = frozenset({"", "deleting", "final-snapshot"})
"""The status of what is gone, or being deleted: Redshift API Reference "Cluster" (ClusterStatus) has the last two."""
