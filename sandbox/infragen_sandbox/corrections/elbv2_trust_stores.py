"""Trust stores: the certificate authorities that a listener with mutual TLS believes.

AWS: CreateTrustStore, DescribeTrustStores, ModifyTrustStore, DeleteTrustStore, DescribeTrustStoreAssociations and
GetTrustStoreCaCertificatesBundle; tags as on every other resource; one that a listener uses cannot be deleted
(Elastic Load Balancing API Reference 2015-12-01, CreateTrustStore and following). moto has none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class TrustStore:
    """One trust store, under the attribute names that moto's serializer looks for."""

    trust_store_arn: str
    name: str
    number_of_ca_certificates: int
    total_revoked_entries: int = 0
    status: str = "ACTIVE"


def trust_stores(backend: Any) -> dict[str, TrustStore]:
    """Return the trust stores of an account and region by their ARN; gone after a reset, as the backend is."""
    stores: dict[str, TrustStore] = backend.__dict__.setdefault("infragen_trust_stores", {})
    return stores


def _store(backend: Any, arn: str) -> TrustStore:
    if arn not in trust_stores(backend):
        raise ELBClientError("TrustStoreNotFound", f"Trust store '{arn}' not found")
    return trust_stores(backend)[arn]


def _certificates(response: Any) -> int:
    """Count the certificates of the bundle in S3, which has to be there."""
    bucket = parameter(response, "CaCertificatesBundleS3Bucket")
    key = parameter(response, "CaCertificatesBundleS3Key")
    s3 = s3_backends[response.current_account][response.partition]
    found = s3.get_object(bucket, key) if bucket in s3.buckets else None
    if found is None:
        raise ELBClientError("CaCertificatesBundleNotFound", f"There is no bundle s3://{bucket}/{key}")
    content: bytes = found.value
    return content.count(b"-----BEGIN CERTIFICATE-----")


def _create(response: Any) -> ActionResult:
    backend = response.elbv2_backend
    name = parameter(response, "Name")
    if any(store.name == name for store in trust_stores(backend).values()):
        raise ELBClientError("DuplicateTrustStoreName", f"A trust store with the name '{name}' already exists")
    place = f"arn:{response.partition}:elasticloadbalancing:{response.region}:{response.current_account}"
    arn = f"{place}:truststore/{name}/{mock_random.get_random_hex(16)}"
    trust_stores(backend)[arn] = TrustStore(arn, name, _certificates(response))
    backend.tagging_service.tag_resource(arn, parameter(response, "Tags", []))
    return ActionResult({"TrustStores": [trust_stores(backend)[arn]]})


def _describe(response: Any) -> ActionResult:
    backend = response.elbv2_backend
    arns, names = parameter(response, "TrustStoreArns", []), parameter(response, "Names", [])
    if arns:
        return ActionResult({"TrustStores": [_store(backend, arn) for arn in arns]})
    found = [store for store in trust_stores(backend).values() if not names or store.name in names]
    if names and not found:
        raise ELBClientError("TrustStoreNotFound", f"One or more trust stores not found: {names}")
    return ActionResult({"TrustStores": found})


def _modify(response: Any) -> ActionResult:
    store = _store(response.elbv2_backend, parameter(response, "TrustStoreArn"))
    store.number_of_ca_certificates = _certificates(response)
    return ActionResult({"TrustStores": [store]})


def _users(backend: Any, arn: str) -> list[str]:
    return [
        listener.arn
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
        if (getattr(listener, "mutual_authentication", None) or {}).get("TrustStoreArn") == arn
    ]


def _associations(response: Any) -> ActionResult:
    store = _store(response.elbv2_backend, parameter(response, "TrustStoreArn"))
    users = _users(response.elbv2_backend, store.trust_store_arn)
    return ActionResult({"TrustStoreAssociations": [{"ResourceArn": arn} for arn in users]})


def _delete(response: Any) -> ActionResult:
    backend = response.elbv2_backend
    arn = _store(backend, parameter(response, "TrustStoreArn")).trust_store_arn
    if _users(backend, arn):
        raise ELBClientError("TrustStoreInUse", f"Trust store '{arn}' is used by a listener")
    del trust_stores(backend)[arn]
    return EmptyResult()


def _resource(original: Callable[..., Any], backend: Any, arn: str) -> Any:
    return _store(backend, arn) if ":truststore/" in arn else original(backend, arn)


def apply() -> None:
    """Install the correction."""
    add(ELBV2Response, "create_trust_store", _create)
    add(ELBV2Response, "describe_trust_stores", _describe)
    add(ELBV2Response, "modify_trust_store", _modify)
    add(ELBV2Response, "delete_trust_store", _delete)
    add(ELBV2Response, "describe_trust_store_associations", _associations)
    around(ELBv2Backend, "_get_resource_by_arn", _resource)
