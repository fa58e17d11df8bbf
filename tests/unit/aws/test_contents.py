"""Which objects are not in their bucket, and which secrets have no value, as AWS's answers say."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws.contents import missing_contents
from infragen.core.delivery import Content
from infragen.diagnostics import InfragenError

REGION = "ap-northeast-1"
FILE = Content(REGION, "code", "app/resize-1.zip", "buckets/code", "", ("code",))
VALUE = Content(REGION, "", "/demo/dev/stripe", "secrets/stripe", "", ("uses", "secrets/stripe"))


class StubbedAws:
    """AWS with answers that were written down."""

    def __init__(self) -> None:
        session = Session()
        session.set_credentials("key", "secret")
        self.clients = {name: session.create_client(name, region_name=REGION) for name in ("s3", "secretsmanager")}
        self.s3, self.secrets = map(Stubber, self.clients.values())
        for stubber in (self.s3, self.secrets):
            stubber.activate()

    def client(self, service: str, region: str) -> Any:
        assert region == REGION
        return self.clients[service]


def test_what_is_there_is_not_missing() -> None:
    aws: Any = StubbedAws()
    aws.s3.add_response("head_object", {}, {"Bucket": "code", "Key": "app/resize-1.zip"})
    stages = {"VersionIdsToStages": {"0" * 32: ["AWSPREVIOUS"], "1" * 32: ["AWSCURRENT"]}}
    aws.secrets.add_response("describe_secret", stages, {"SecretId": "/demo/dev/stripe"})
    assert missing_contents(aws, [FILE, VALUE]) == frozenset()


@pytest.mark.parametrize("code", ["404", "NoSuchBucket", "NoSuchKey"])
def test_an_object_that_is_not_there(code: str) -> None:
    aws: Any = StubbedAws()
    aws.s3.add_client_error("head_object", code)
    assert missing_contents(aws, [FILE]) == {FILE}


@pytest.mark.parametrize("stages", [{}, {"VersionIdsToStages": {"0" * 32: ["AWSPENDING"]}}])
def test_a_secret_without_a_value(stages: dict[str, Any]) -> None:
    aws: Any = StubbedAws()
    aws.secrets.add_response("describe_secret", stages)
    aws.secrets.add_client_error("describe_secret", "ResourceNotFoundException")
    assert missing_contents(aws, [VALUE]) == missing_contents(aws, [VALUE]) == {VALUE}


def test_where_nobody_may_ask_aws_has_not_said_it() -> None:
    """Without `s3:ListBucket`, S3 says 403 of what is not there, too (Amazon S3 API Reference, HeadObject)."""
    aws: Any = StubbedAws()
    aws.s3.add_client_error("head_object", "403", "Forbidden")
    with pytest.raises(InfragenError, match=r"T053 AWS did not report what is in buckets and secrets: .*Forbidden"):
        missing_contents(aws, [FILE])
