"""An Aurora cluster has the Data API where it is asked for.

AWS: EnableHttpEndpoint of CreateDBCluster is for serverless v2 and provisioned clusters of Aurora as well; the calls
EnableHttpEndpoint and DisableHttpEndpoint turn it on and off later (RDS API Reference). moto drops the first and lacks
the others.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import DBCluster
from moto.rds.responses import RDSResponse

from infragen_sandbox.corrections.patching import add, parameter, replace


def _get(cluster: Any) -> bool:
    return bool(cluster._enable_http_endpoint)  # noqa: SLF001  moto has no public way


def _set(cluster: Any, value: bool | None) -> None:
    cluster._enable_http_endpoint = bool(value) and str(cluster.engine).startswith("aurora")  # noqa: SLF001


def _switched(response: Any, value: bool) -> ActionResult:
    arn = parameter(response, "ResourceArn")
    response.backend.describe_db_clusters(db_cluster_identifier=arn.rpartition(":")[2])[0].enable_http_endpoint = value
    return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": value})


def _enable(response: Any) -> ActionResult:
    return _switched(response, value=True)


def _disable(response: Any) -> ActionResult:
    return _switched(response, value=False)


def apply() -> None:
    """Install the correction."""
    replace(DBCluster, "enable_http_endpoint", property(_get, _set))
    add(RDSResponse, "enable_http_endpoint", _enable)
    add(RDSResponse, "disable_http_endpoint", _disable)
