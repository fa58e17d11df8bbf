"""Which Host a load balancer sees behind CloudFront, in each committed environment's plan, and what it makes of it.

Amazon CloudFront Developer Guide: HTTP 502 status code (the origin's certificate has to prove the origin's name, or the
Host that is forwarded); Use managed origin request policies.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from tests.facts.planned import of_type, planned_resources
from tests.offline_plans import EVERY_TIME, offline_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("kept_plans")]

WITH_CLOUDFRONT = [target for target in EVERY_TIME if target.split("/")[0] in {"multicloud", "dandori-portal"}] + [
    "delivery-tracking/prod"
]
ALL_VIEWER, HOST_ONLY = "216adef6-5c7f-47e4-b989-5492eafa07d3", "bf0718e1-ba1e-49d1-88b1-f726733018ae"


def requests(distribution: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name by which each balancer is called, and each Host that it is told."""
    called = {one["origin_id"]: one["domain_name"] for one in distribution["origin"] if one["custom_origin_config"]}
    for behaviour in (*distribution["default_cache_behavior"], *distribution["ordered_cache_behavior"]):
        origin = called.get(behaviour["target_origin_id"])
        policy = behaviour.get("origin_request_policy_id")
        if (
            origin is not None and "cache_policy_id" in behaviour
        ):  # else it is a policy of its own, of which a plan has no id
            for host in distribution["aliases"] if policy in {ALL_VIEWER, HOST_ONLY} else [origin]:
                yield origin, host


@pytest.mark.parametrize("target", WITH_CLOUDFRONT)
def test_a_route_takes_the_host_that_a_viewer_called_and_the_certificate_proves_the_origin(
    tmp_path_factory: pytest.TempPathFactory, target: str
) -> None:
    resources = planned_resources(offline_plan(tmp_path_factory, target))
    [distribution] = (found.values for found in of_type(resources, "aws_cloudfront_distribution"))
    asked = set(requests(distribution))
    assert {host for _, host in asked} == set(distribution["aliases"]), "applications see the name that was called"
    conditions = [rule.values["condition"] for rule in of_type(resources, "aws_lb_listener_rule")]
    by_host = [[one["host_header"] for one in each if one["host_header"]] for each in conditions]
    certificates = [found.values for found in of_type(resources, "aws_acm_certificate")]
    proved = {name for one in certificates for name in (one["domain_name"], *one["subject_alternative_names"])}
    for origin, host in asked:
        assert origin in proved
        assert any(
            all(any(fnmatchcase(host, value) for one in each for value in one["values"]) for each in hosts)
            for hosts in by_host
        )
