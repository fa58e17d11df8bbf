"""A namespace goes after its services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_namespace_with_a_service_stays(aws: Callable[[str], Any]) -> None:
    names = aws("servicediscovery")
    operation = names.get_operation(OperationId=names.create_http_namespace(Name="shop")["OperationId"])
    namespace = operation["Operation"]["Targets"]["NAMESPACE"]
    service = names.create_service(Name="web", NamespaceId=namespace)["Service"]["Id"]

    code, message = refused(names.delete_namespace, Id=namespace)

    assert code == "ResourceInUse"
    assert f"{namespace} still contains services" in message
    names.delete_service(Id=service)
    assert names.delete_namespace(Id=namespace)["OperationId"]
