"""A read replica of another region stands in its own, and a promoted one is nobody's replica.

AWS: a replica of another region is made there, with a subnet group, security groups and a parameter group of that
region, and its source lists it by its ARN (RDS User Guide, Creating a read replica in a different AWS Region). Once it
is promoted, neither knows of the other (RDS API Reference, PromoteReadReplica; DBInstance,
ReadReplicaSourceDBInstanceIdentifier). moto looks for what belongs to it in the region of its source, cannot remove it
from that one's list, and leaves the source of a promoted one as it was.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from moto.rds.models import DBInstance, RDSBackend

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable


def _create(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    source = backend.find_db_from_id(wanted["source_db_instance_identifier"])
    if source.region == backend.region_name:
        return original(backend, wanted)
    replica = copy.copy(source)
    replica.backend = backend
    replica.availability_zone = f"{backend.region_name}a"
    replica.update(**wanted)
    replica.set_as_replica()
    backend.databases[wanted["db_instance_identifier"]] = replica
    source.add_replica(replica)
    return replica


def _remove(instance: Any, replica: Any) -> None:
    instance.replicas = [
        name for name in instance.replicas if name not in (replica.db_instance_identifier, replica.db_instance_arn)
    ]


def _promote(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    promoted = original(backend, wanted)
    if promoted.source_db_instance_identifier:
        with suppress(Exception):  # its source may be gone, which is what replicas are promoted for
            backend.find_db_from_id(promoted.source_db_instance_identifier).remove_replica(promoted)
        promoted.source_db_instance_identifier = None
    return promoted


def apply() -> None:
    """Install the correction."""
    around(RDSBackend, "create_db_instance_read_replica", _create)
    around(RDSBackend, "promote_read_replica", _promote)
    replace(DBInstance, "remove_replica", _remove)
