"""Which copies of an instance AWS has to upgrade before it, as its answers say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws.replicas import clusters_behind, copies_behind
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from infragen.aws.session import Aws

HERE, THERE = "ap-northeast-1", "ap-northeast-3"
COPY = f"arn:aws:rds:{THERE}:111122223333:db:dr-main"


class StubbedAws:
    """AWS with answers that were written down, by region."""

    def __init__(self, **versions: str) -> None:
        session = Session()
        session.set_credentials("111122223333", "secret")
        self._clients = {one: session.create_client("rds", region_name=one) for one in (HERE, THERE)}
        self.stubs = {one: Stubber(client) for one, client in self._clients.items()}
        source: dict[str, Any] = {"ReadReplicaDBInstanceIdentifiers": ["reader-1", COPY]}
        self._answer(HERE, "main", source)
        self._answer(HERE, "reader-1", {"EngineVersion": versions["reader"]})
        self._answer(THERE, "dr-main", {"EngineVersion": versions["copy"]})
        for stub in self.stubs.values():
            stub.activate()

    def _answer(self, region: str, name: str, found: dict[str, Any]) -> None:
        asked = {"DBInstanceIdentifier": name}
        self.stubs[region].add_response("describe_db_instances", {"DBInstances": [found]}, asked)

    def client(self, _service: str, region: str) -> Any:
        return self._clients[region]


@pytest.mark.parametrize(
    ("reader", "copy", "behind"),
    [
        ("16.9", "16.14", ("reader-1 (16.9)", f"dr-main in {THERE} (16.14)")),
        ("16.15", "16.14", (f"dr-main in {THERE} (16.14)",)),
        ("16.15", "16.16", ()),
    ],
)
def test_each_copy_that_is_older_is_named_with_its_region(reader: str, copy: str, behind: tuple[str, ...]) -> None:
    aws = cast("Aws", StubbedAws(reader=reader, copy=copy))
    assert copies_behind(aws, "main", HERE, "16.15") == behind


@pytest.mark.parametrize(
    ("writes", "copy", "behind"),
    [
        (True, "8.0.mysql_aurora.3.10.5", (f"dr-main in {THERE} (8.0.mysql_aurora.3.10.5)",)),
        (True, "8.0.mysql_aurora.3.10.6", ()),
        (False, "8.0.mysql_aurora.3.10.5", ()),  # it is the copy itself, which comes first
    ],
)
def test_copies_of_the_cluster_that_writes_a_global_database_come_first(
    *, writes: bool, copy: str, behind: tuple[str, ...]
) -> None:
    session = Session()
    session.set_credentials("111122223333", "secret")
    clients = {one: session.create_client("rds", region_name=one) for one in (HERE, THERE)}
    arns = {f"arn:aws:rds:{HERE}:111122223333:cluster:main": writes, COPY.replace(":db:", ":cluster:"): not writes}
    members = [{"DBClusterArn": arn, "IsWriter": is_writer} for arn, is_writer in arns.items()]
    others = [{"DBClusterArn": f"arn:aws:rds:{HERE}:111122223333:cluster:other", "IsWriter": True}]
    here, there = (Stubber(client) for client in clients.values())
    found = [{"GlobalClusterMembers": others}, {"GlobalClusterMembers": members}]
    here.add_response("describe_global_clusters", {"GlobalClusters": found})
    if writes:
        asked = {"DBClusterIdentifier": "dr-main"}
        there.add_response("describe_db_clusters", {"DBClusters": [{"EngineVersion": copy}]}, asked)
    here.activate()
    there.activate()
    aws = cast("Aws", SimpleNamespace(client=lambda _service, region: clients[region]))
    assert clusters_behind(aws, "main", HERE, "8.0.mysql_aurora.3.10.6") == behind
    there.assert_no_pending_responses()


def test_a_refusal_of_aws_is_no_answer() -> None:
    aws = StubbedAws(reader="16.9", copy="16.9")
    aws.stubs[THERE].add_client_error("describe_db_instances", "AccessDenied", "not allowed")
    aws.client("rds", THERE).describe_db_instances(DBInstanceIdentifier="dr-main")  # its answer is had
    with pytest.raises(InfragenError, match="which copies main has") as refused:
        copies_behind(cast("Aws", aws), "main", HERE, "16.15")
    assert refused.value.diagnostics[0].code == "P008"
