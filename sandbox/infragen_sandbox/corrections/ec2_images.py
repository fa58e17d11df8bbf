"""Every image that has an id is there: who makes a host names one of thousands.

AWS: DescribeImages answers for each image that the account may use (Amazon EC2 API Reference), Amazon's, of which there
is a newer one every two weeks, and those of others. moto has a list of some years ago, and refuses the rest. One that
it lacks is taken for Amazon Linux 2023 on arm64, whose root device is `/dev/xvda` (Amazon Linux 2023 User Guide).

AWS also makes a volume as large as its image's snapshot where a request names no size (Amazon EC2 API Reference:
EbsBlockDevice, VolumeSize); moto refuses that. Amazon Linux 2023 has 8 GiB.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.responses.instances import InstanceResponse

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable

_ID: Final = re.compile(r"ami-([0-9a-f]{8}|[0-9a-f]{17})")
_GIBIBYTES: Final = 8
_AMAZON: Final = "137112412989"


def _describe(original: Callable[..., Any], backend: Any, ami_ids: list[str] | None = None, **wanted: Any) -> Any:
    for one in ami_ids or ():
        if one not in backend.amis and one not in backend.deleted_amis and _ID.fullmatch(one):
            backend.amis[one] = Ami(
                backend, one, name=f"al2023-{one}", owner_id=_AMAZON, owner_alias="amazon", public=True,
                virtualization_type="hvm", architecture="arm64", root_device_type="ebs", root_device_name="/dev/xvda",
                hypervisor="xen", region_name=f"{backend.region_name}a",
            )  # fmt: skip
    return original(backend, ami_ids=ami_ids, **wanted)


def _validate(original: Callable[[dict[str, Any]], None], mapping: dict[str, Any]) -> None:
    disk = mapping.get("Ebs")
    if disk is not None and not disk.get("SnapshotId"):
        disk.setdefault("VolumeSize", _GIBIBYTES)
    original(mapping)


def apply() -> None:
    """Install the correction."""
    around(AmiBackend, "describe_images", _describe)
    name = "_validate_block_device_mapping"
    replace(InstanceResponse, name, staticmethod(partial(_validate, getattr(InstanceResponse, name))))
