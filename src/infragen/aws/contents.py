"""Whether code is in its bucket and a secret has a value (S3 API, HeadObject; Secrets Manager API, DescribeSecret)."""

from collections.abc import Iterable

from infragen.aws.deployments import NOT_REPORTED
from infragen.aws.session import Aws, answering
from infragen.core.delivery import Content


def missing_contents(aws: Aws, contents: Iterable[Content]) -> frozenset[Content]:
    """InfragenError T053 also without `s3:ListBucket`, as S3 answers 403 for a missing object then."""
    with answering(NOT_REPORTED, "AWS did not report what is in buckets and secrets: ", what="an answer"):
        return frozenset(one for one in contents if not _is_there(aws, one))


def _is_there(aws: Aws, content: Content) -> bool:
    from botocore.exceptions import ClientError

    try:
        if content.bucket:
            aws.client("s3", content.region).head_object(Bucket=content.bucket, Key=content.name)
            return True
        found = aws.client("secretsmanager", content.region).describe_secret(SecretId=content.name)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket", "NoSuchKey", "ResourceNotFoundException"}:
            return False
        raise
    return any("AWSCURRENT" in stages for stages in found.get("VersionIdsToStages", {}).values())
