"""A parameter that somebody set says so.

AWS: Parameter.Source is `user` for a value set in the group, and DescribeDBParameters and DescribeDBClusterParameters
filter by it (RDS API Reference, Parameter, DescribeDBParameters). moto leaves it out, and the provider skips
parameters without a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import RDSBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _modify(original: Callable[..., Any], backend: Any, name: str, parameters: list[dict[str, Any]]) -> Any:
    return original(backend, name, [{**parameter, "Source": "user"} for parameter in parameters])


def apply() -> None:
    """Install the correction."""
    around(RDSBackend, "modify_db_parameter_group", _modify)
    around(RDSBackend, "modify_db_cluster_parameter_group", _modify)
