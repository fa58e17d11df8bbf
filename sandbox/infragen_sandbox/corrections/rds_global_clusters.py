"""A global cluster is of no region, has tags, and fails over.

AWS: it is made of a cluster of any region, found by its identifier or by the ARN of one of its clusters, wherever it is
asked for, has tags like a cluster, and is not deleted while it is protected (RDS API Reference: CreateGlobalCluster,
DescribeGlobalClusters, ModifyGlobalCluster, AddTagsToResource). A failover and a switchover make another cluster the
one that writes, and keep both; before a region that was left comes back, AWS takes a snapshot of what was not copied
(Aurora User Guide: Using switchover or failover in Amazon Aurora Global Database). moto looks for the source in
us-east-1 alone, answers with all global clusters whatever it is asked, has neither tags nor either way over, and leaves
a cluster in it that is removed from another region.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds.exceptions import RDSClientError
from moto.rds.models import GlobalCluster, RDSBackend, find_cluster, rds_backends
from moto.rds.responses import RDSResponse

from infragen_sandbox.corrections.patching import add, around, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _of(backend: Any) -> Any:
    """Return what holds the global clusters of an account."""
    return rds_backends[backend.account_id]["us-east-1"]


def _found(backend: Any, identifier: str) -> Any:
    found = _of(backend).global_clusters.get(identifier)
    if found is None:
        raise RDSClientError("GlobalClusterNotFoundFault", f"Global cluster {identifier} not found")
    return found


def _create(backend: Any, **wanted: Any) -> Any:
    source = wanted.pop("source_db_cluster_identifier")
    if source is None:
        return _make(backend, None, **wanted)
    if wanted["engine"] is not None or wanted["engine_version"] is not None:
        message = "engine and engine version are those of the source DB cluster, and cannot be specified"
        raise RDSClientError("InvalidParameterCombination", message)
    cluster = find_cluster(source)
    about = {**wanted, "engine": cluster.engine, "engine_version": cluster.engine_version}
    return _make(backend, cluster, **{**about, "storage_encrypted": cluster.storage_encrypted})


def _make(backend: Any, source: Any, **about: Any) -> Any:
    identifier = about["global_cluster_identifier"]
    if identifier in backend.global_clusters:
        raise RDSClientError("GlobalClusterAlreadyExistsFault", f"Global cluster {identifier} already exists")
    made = GlobalCluster(backend=backend, **about)
    backend.global_clusters[made.global_cluster_identifier] = made
    if source is not None:
        source.is_writer = True
        source.global_cluster_identifier = made.global_cluster_identifier
        made.members.append(source)
    return made


def _created(original: Callable[..., Any], response: Any) -> Any:
    answer = original(response)
    found = _found(response.backend, response.params["GlobalClusterIdentifier"])
    found.add_tags(response.params.get("Tags") or [])
    return answer


def _described(response: Any) -> Any:
    identifier = response.params.get("GlobalClusterIdentifier")
    filters = response.params.get("Filters") or []
    asked = {value for one in filters if one["Name"] == "db-cluster-id" for value in one["Values"]}
    found = [_found(response.backend, identifier)] if identifier else _of(response.backend).describe_global_clusters()
    of_members = [
        one for one in found if not asked or {member.db_cluster_arn for member in one.members}.intersection(asked)
    ]
    return ActionResult({"GlobalClusters": of_members})


def _modified(response: Any) -> Any:
    found = _found(response.backend, response.params["GlobalClusterIdentifier"])
    if (is_protected := response.params.get("DeletionProtection")) is not None:
        found.deletion_protection = is_protected
    return ActionResult({"GlobalCluster": found})


def _removed(response: Any) -> Any:
    found = _found(response.backend, response.params["GlobalClusterIdentifier"])
    member = _member(found, response.params["DbClusterIdentifier"])
    found.members.remove(member)
    member.global_cluster_identifier = None
    return ActionResult({"GlobalCluster": found})


def _member(found: Any, arn: str) -> Any:
    member = next((one for one in found.members if one.db_cluster_arn == arn), None)
    if member is None:
        message = f"cluster {arn} is not found in global cluster {found.global_cluster_identifier}"
        raise RDSClientError("InvalidParameterValue", message)
    return member


def _deleted(original: Callable[..., Any], backend: Any, global_cluster_identifier: str) -> Any:
    if _found(backend, global_cluster_identifier).deletion_protection:
        raise RDSClientError("InvalidParameterCombination", "Cannot delete protected Global Cluster")
    return original(backend, global_cluster_identifier)


def _failed_over(response: Any) -> Any:
    return _switch(response, is_lossy=response.params.get("AllowDataLoss") or False)


def _switched_over(response: Any) -> Any:
    return _switch(response, is_lossy=False)


def _switch(response: Any, *, is_lossy: bool) -> Any:
    """Make another cluster of a global one the writer, at once: its instances change nothing but what they may do."""
    found = _found(response.backend, response.params["GlobalClusterIdentifier"])
    target = _member(found, response.params["TargetDbClusterIdentifier"])
    writers = [one for one in found.members if one.is_writer]
    if target.is_writer or not target.members:
        raise RDSClientError("InvalidDBClusterStateFault", f"{target.db_cluster_arn} cannot become the primary cluster")
    for one in writers:
        one.is_writer = False
        if is_lossy:
            lost = f"rds:unplanned-global-failover-{one.db_cluster_identifier}-{utcnow():%Y-%m-%d-%H-%M}"
            one.backend.create_auto_cluster_snapshot(one.db_cluster_identifier, lost)
    target.is_writer = True
    answered = copy.copy(found)
    answered.failover_state = {
        "Status": "pending",
        "FromDbClusterArn": writers[0].db_cluster_arn if writers else None,
        "ToDbClusterArn": target.db_cluster_arn,
        "IsDataLossAllowed": is_lossy,
    }
    return ActionResult({"GlobalCluster": answered})


def _resource(original: Callable[..., Any], backend: Any, arn: str) -> Any:
    if ":global-cluster:" in arn:
        return _found(backend, arn.rpartition(":")[2])
    return original(backend, arn)


def _deleting(original: Callable[..., Any], backend: Any, cluster_identifier: str, **about: Any) -> Any:
    cluster = backend.clusters.get(cluster_identifier)
    if cluster is not None and next(_globals_of(cluster), None) is not None:
        message = "This cluster is a part of a global cluster, please remove it from globalcluster first"
        raise RDSClientError("InvalidDBClusterStateFault", message)
    return original(backend, cluster_identifier, **about)


def _globals_of(cluster: Any) -> Iterator[Any]:
    for one in _of(cluster.backend).describe_global_clusters():
        if cluster in one.members:
            yield one


def _copied(original: Callable[..., Any], backend: Any, kwargs: dict[str, Any]) -> Any:
    """Return a cluster; one of a global cluster has what the writing one has of master user and database."""
    identifier = kwargs.get("global_cluster_identifier")
    writing = [one for one in _found(backend, identifier).members if one.is_writer] if identifier else []
    made = original(backend, kwargs)
    for one in writing:
        made.master_username, made.database_name = one.master_username, one.database_name
    return made


def apply() -> None:
    """Install the correction."""
    replace(RDSBackend, "create_global_cluster", _create)
    around(RDSBackend, "delete_global_cluster", _deleted)
    around(RDSBackend, "create_db_cluster", _copied)
    around(RDSBackend, "delete_db_cluster", _deleting)
    around(RDSBackend, "_get_resource_for_tagging", _resource)
    around(RDSResponse, "create_global_cluster", _created)
    replace(RDSResponse, "describe_global_clusters", _described)
    replace(RDSResponse, "remove_from_global_cluster", _removed)
    add(RDSResponse, "modify_global_cluster", _modified)
    add(RDSResponse, "failover_global_cluster", _failed_over)
    add(RDSResponse, "switchover_global_cluster", _switched_over)
