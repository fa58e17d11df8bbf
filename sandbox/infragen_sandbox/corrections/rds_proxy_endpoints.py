"""A database proxy may have endpoints besides its own, for reading.

AWS: CreateDBProxyEndpoint, DescribeDBProxyEndpoints, ModifyDBProxyEndpoint and DeleteDBProxyEndpoint, with tags; an
endpoint with the role READ_ONLY leads to the cluster's readers, and goes with its proxy (RDS API Reference,
CreateDBProxyEndpoint, DBProxyEndpoint, DeleteDBProxy). moto has none of the four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend, RDSBaseModel
from moto.rds.responses import RDSResponse

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


class ProxyEndpoint(RDSBaseModel):
    """One endpoint, under the attribute names that moto's serializer looks for."""

    resource_type = "db-proxy-endpoint"

    def __init__(self, backend: Any, proxy: Any, wanted: dict[str, Any]) -> None:
        super().__init__(backend)
        self.db_proxy_endpoint_name: str = wanted["DBProxyEndpointName"]
        self.db_proxy_name: str = proxy.db_proxy_name
        self.endpoint = f"{self.db_proxy_endpoint_name}.endpoint.{proxy.endpoint.partition('.')[2]}"
        self.is_default = False
        self.status = "available"
        self.target_role: str = wanted.get("TargetRole") or "READ_WRITE"
        self.vpc_id: str = proxy.vpc_id
        self.vpc_security_group_ids: list[str] = wanted.get("VpcSecurityGroupIds") or proxy.vpc_security_group_ids
        self.vpc_subnet_ids: list[str] = wanted["VpcSubnetIds"]
        self.tags = wanted.get("Tags") or []

    @property
    def resource_id(self) -> str:
        """What the ARN ends with."""
        return self.db_proxy_endpoint_name

    @property
    def db_proxy_endpoint_arn(self) -> str:
        """The ARN under the API's name for it."""
        return self.arn


def proxy_endpoints(backend: Any) -> dict[str, ProxyEndpoint]:
    """Return the endpoints of an account and region by name; gone after a reset, as the backend is."""
    endpoints: dict[str, ProxyEndpoint] = backend.__dict__.setdefault("infragen_proxy_endpoints", {})
    return endpoints


def _endpoint(backend: Any, name: str) -> ProxyEndpoint:
    if name not in proxy_endpoints(backend):
        raise RDSClientError("DBProxyEndpointNotFoundFault", f"There is no DB proxy endpoint {name}")
    return proxy_endpoints(backend)[name]


def _create(response: Any) -> ActionResult:
    backend = response.backend
    wanted = response.params.original_dict()
    proxy = backend.describe_db_proxies(wanted["DBProxyName"])[0]
    if wanted["DBProxyEndpointName"] in proxy_endpoints(backend):
        raise RDSClientError("DBProxyEndpointAlreadyExistsFault", "There is a DB proxy endpoint of this name")
    made = ProxyEndpoint(backend, proxy, wanted)
    proxy_endpoints(backend)[made.db_proxy_endpoint_name] = made
    return ActionResult({"DBProxyEndpoint": made})


def _describe(response: Any) -> ActionResult:
    backend = response.backend
    proxy, name = parameter(response, "DBProxyName"), parameter(response, "DBProxyEndpointName")
    if proxy:
        backend.describe_db_proxies(proxy)  # which says if there is none
    found = [_endpoint(backend, name)] if name else list(proxy_endpoints(backend).values())
    return ActionResult({"DBProxyEndpoints": [one for one in found if proxy in (None, one.db_proxy_name)]})


def _modify(response: Any) -> ActionResult:
    endpoint = _endpoint(response.backend, parameter(response, "DBProxyEndpointName"))
    groups = parameter(response, "VpcSecurityGroupIds")
    if groups:
        endpoint.vpc_security_group_ids = groups
    return ActionResult({"DBProxyEndpoint": endpoint})


def _delete(response: Any) -> ActionResult:
    endpoint = _endpoint(response.backend, parameter(response, "DBProxyEndpointName"))
    del proxy_endpoints(response.backend)[endpoint.db_proxy_endpoint_name]
    return ActionResult({"DBProxyEndpoint": endpoint})


def _delete_proxy(original: Callable[..., Any], backend: Any, proxy_name: str) -> Any:
    proxy = original(backend, proxy_name)
    for endpoint in list(proxy_endpoints(backend).values()):
        if endpoint.db_proxy_name == proxy_name:
            del proxy_endpoints(backend)[endpoint.db_proxy_endpoint_name]
    return proxy


def _tagged(original: Callable[..., Any], backend: Any, arn: str) -> Any:
    if ":db-proxy-endpoint:" in arn:
        return _endpoint(backend, arn.rpartition(":")[2])
    return original(backend, arn)


def apply() -> None:
    """Install the correction."""
    add(RDSResponse, "create_db_proxy_endpoint", _create)
    add(RDSResponse, "describe_db_proxy_endpoints", _describe)
    add(RDSResponse, "modify_db_proxy_endpoint", _modify)
    add(RDSResponse, "delete_db_proxy_endpoint", _delete)
    around(RDSBackend, "delete_db_proxy", _delete_proxy)
    around(RDSBackend, "_get_resource_for_tagging", _tagged)
