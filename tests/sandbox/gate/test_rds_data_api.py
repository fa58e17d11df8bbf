"""Statements run in a cluster with the Data API, once it has a writer, as somebody whose secret is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused
from tests.sandbox.rds_clusters import make_cluster, make_instance
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_statement_waits_for_all_that_it_needs(aws: Callable[[str], Any]) -> None:
    rds, data = aws("rds"), aws("rds-data")
    arn = make_cluster(rds)["DBClusterArn"]
    secret = aws("secretsmanager").create_secret(Name="master", SecretString="{}")["ARN"]
    given = {"resourceArn": arn, "secretArn": secret, "sql": "SELECT 1"}

    code, message = refused(data.execute_statement, **given)
    assert (code, "HttpEndpoint is not enabled for cluster planning" in message) == (
        "HttpEndpointNotEnabledException",
        True,
    )

    rds.enable_http_endpoint(ResourceArn=arn)
    assert refused(data.execute_statement, **given)[0] == "DatabaseUnavailableException"

    make_instance(rds, "writer")
    found = {"DBInstanceIdentifier": "writer"}
    until(lambda: rds.describe_db_instances(**found)["DBInstances"][0]["DBInstanceStatus"] == "available")
    assert refused(data.execute_statement, **given | {"secretArn": f"{secret}x"})[0] == "SecretsErrorException"
    assert refused(data.execute_statement, **given | {"resourceArn": f"{arn}x"})[0] == "DatabaseNotFoundException"
    data.execute_statement(**given)
