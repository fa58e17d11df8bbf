"""Only a serverless v1 cluster has a scaling configuration.

AWS: ScalingConfigurationInfo is "the scaling configuration for an Aurora DB cluster in serverless DB engine mode"
(RDS API Reference, DBCluster). moto answers an empty one for every cluster, which the provider wants to remove.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBCluster

from infragen_sandbox.corrections.patching import replace


def apply() -> None:
    """Install the correction."""
    written = DBCluster.scaling_configuration_info

    def scaling_configuration_info(cluster: Any) -> dict[str, Any] | None:
        if cluster.engine_mode != "serverless":
            return None
        return written.__get__(cluster)  # type: ignore[no-any-return, attr-defined, unused-ignore]

    replace(DBCluster, "scaling_configuration_info", property(scaling_configuration_info))
