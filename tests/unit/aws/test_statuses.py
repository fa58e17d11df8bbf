"""What AWS says of an object that it makes: whether it is usable, and whether to wait."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from infragen.aws.statuses import ASKED, is_under_way, is_usable, named, status
from infragen.diagnostics import InfragenError
from infragen.plan.risks.types import PROTECTIONS

REGION = "ap-northeast-1"


class Recorded:
    """AWS with one answer, of the shape that botocore knows; it refuses what botocore would."""

    def __init__(self, answer: str | Exception) -> None:
        self._answer = answer

    def client(self, service: str, region: str) -> Any:
        session = Session()
        session.set_credentials("111122223333", "secret")
        client = session.create_client(service, region_name=region)

        def call(operation: Any, asked: dict[str, Any]) -> Any:
            if isinstance(self._answer, Exception):
                raise self._answer
            model = client.meta.service_model.operation_model(operation)
            assert asked.keys() <= model.input_shape.members.keys()
            assert asked.keys() >= {*model.input_shape.required_members}
            return shaped(model.output_shape, self._answer)

        client._make_api_call = call
        return client


def shaped(shape: Any, text: str, depth: int = 6) -> Any:
    """Return an answer in which every text is the same."""
    if shape is None or shape.type_name == "structure":
        members = shape.members if shape is not None and depth else {}
        return {name: shaped(one, text, depth - 1) for name, one in members.items()}
    if shape.type_name == "list":
        return [shaped(shape.member, text, depth - 1)]
    return text


@pytest.mark.parametrize("kind", sorted(ASKED))
def test_every_type_is_asked_as_its_service_wants_it(kind: str) -> None:
    aws: Any = Recorded("Available")
    assert named(kind, {"id": "main", "identifier": "main", "domain_name": "main"}) == "main"
    assert status(aws, kind, "main", REGION) == "available"


@pytest.mark.parametrize(
    ("code", "gone"),
    [("DBInstanceNotFound", True), ("LoadBalancerNotFound", True), ("404", True), ("AccessDenied", False)],
)
def test_what_is_not_there_has_no_status(code: str, gone: bool) -> None:
    aws: Any = Recorded(ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeDBInstances"))
    if gone:
        assert not status(aws, "aws_db_instance", "main", REGION)
        return
    with pytest.raises(InfragenError, match="AWS does not say whether main is usable"):
        status(aws, "aws_db_instance", "main", REGION)


@pytest.mark.parametrize(
    ("words", "usable", "waits"),
    [
        ("available active running storage-optimization", True, False),
        ("creating backing-up modifying rebooting configuring-enhanced-monitoring pending provisioning", False, True),
        ("failed incompatible-restore create-failed deleting stopped shutting-down terminated", False, False),
    ],
)
def test_what_a_status_means(words: str, usable: bool, waits: bool) -> None:
    for one in ("", *words.split()) if not usable and not waits else words.split():
        assert (is_usable(one), is_under_way(one)) == (usable, waits), one


def test_every_protected_type_that_templates_make_can_be_asked() -> None:
    assert {"aws_db_instance", "aws_docdb_cluster", "aws_instance", "aws_lb", "aws_rds_cluster"} <= (
        ASKED & PROTECTIONS.keys()
    )
