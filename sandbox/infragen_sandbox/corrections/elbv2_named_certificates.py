"""A listener takes a certificate of its account and region that somebody imported before.

AWS: a listener's certificate comes from ACM, made there or imported (Elastic Load Balancing User Guide for Application
Load Balancers, HTTPS listener certificates). The emulated AWS begins empty: a certificate that a catalogue names by its
ARN counts as imported, unless it was deleted here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.acm.models import AWSCertificateManagerBackend, acm_backends
from moto.elbv2 import models

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_ID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _imported(account: str, region: str, arn: str) -> bool:
    acm: Any = acm_backends[account][region]
    gone = getattr(acm, "infragen_deleted", ())
    named = re.fullmatch(rf"arn:[a-z-]+:acm:{region}:{account}:certificate/{_ID}", arn)
    return named is not None and arn not in acm._certificates and arn not in gone  # noqa: SLF001  no public way


def _register(original: Callable[..., None], account_id: str, region: str, arn_certificate: str, arn_user: str) -> None:
    if not _imported(account_id, region, arn_certificate):
        original(account_id, region, arn_certificate, arn_user)


def _exists(original: Callable[..., bool], backend: Any, certificate_arn: str) -> bool:
    imported = _imported(backend.account_id, backend.region_name, certificate_arn)
    return imported or original(backend, certificate_arn)


def _delete(original: Callable[..., None], acm: Any, arn: str) -> None:
    original(acm, arn)
    acm.infragen_deleted = {*getattr(acm, "infragen_deleted", ()), arn}


def apply() -> None:
    """Install the correction."""
    around(models, "register_certificate", _register)
    around(models.ELBv2Backend, "_certificate_exists", _exists)
    around(AWSCertificateManagerBackend, "delete_certificate", _delete)
