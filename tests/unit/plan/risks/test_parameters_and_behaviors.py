"""Parameters of databases by name and direction; what CloudFront keeps, hands on and asks for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plan.risks.judging import told


def group(**values: str) -> dict[str, Any]:
    return {"parameter": [{"name": name, "value": value} for name, value in values.items()]}


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "words"),
    [
        ("aws_db_parameter_group", "synchronous_commit", None, "off", "what was committed may be lost"),
        ("aws_rds_cluster_parameter_group", "innodb_flush_log_at_trx_commit", "1", "2", "what was committed may be"),
        ("aws_db_parameter_group", "sync_binlog", "1", "1000", "replicas and restores may miss"),
        ("aws_db_parameter_group", "require_secure_transport", "ON", "OFF", "connections without TLS are accepted"),
        ("aws_docdb_cluster_parameter_group", "tls", "enabled", "disabled", "connections without TLS are accepted"),
        ("aws_elasticache_parameter_group", "appendonly", "yes", "no", "what was written may be lost in a restart"),
    ],
)
def test_a_parameter_that_guards_less_is_said(kind: str, name: str, before: str | None, after: str, words: str) -> None:
    old, new = group(**({name: before} if before else {})), group(**{name: after})
    (first, *_) = told(kind, "update", old, new)
    assert first.startswith("MEDIUM ")
    assert words in first
    assert f"{name} " in first
    if before:
        assert not any(words in one for one in told(kind, "update", new, old))


DISABLED, OPTIMIZED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "658327ea-f89d-4fab-a63d-7e88639e58f6"
GETS = "MEDIUM downtime: the origin of /api/* no longer gets"
NAME = "AllViewerExceptHostHeader"
VIEWER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def of_api(**more: Any) -> dict[str, Any]:
    return {"ordered_cache_behavior": [{"path_pattern": "/api/*", **more}]}


KEPT = "MEDIUM exposure: answers of {} may be kept and given to other users: "


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            of_api(cache_policy_id=DISABLED), of_api(cache_policy_id=OPTIMIZED),
            f"{KEPT.format('/api/*')}cache policy CachingDisabled -> CachingOptimized",
        ),
        (
            {"default_cache_behavior": [{"cache_policy_id": DISABLED}]},
            {"default_cache_behavior": [{"cache_policy_id": "own"}]},
            f'{KEPT.format("all other paths")}cache policy CachingDisabled -> "own"',
        ),
        (of_api(default_ttl=0), of_api(default_ttl=60), f"{KEPT.format('/api/*')}default_ttl is no longer 0"),
        (
            of_api(origin_request_policy_id=VIEWER), of_api(origin_request_policy_id=""),
            f"{GETS} the cookies, headers and queries of the policy {NAME}",
        ),
        (
            of_api(trusted_key_groups=["a"]), of_api(trusted_key_groups=[]),
            "MEDIUM exposure: anyone can read /api/*: no signature is asked for any more",
        ),
    ],
)  # fmt: skip
def test_what_cloudfront_keeps_and_hands_on_is_said(before: Any, after: Any, words: str) -> None:
    assert words in told("aws_cloudfront_distribution", "update", before, after)
    assert words not in told("aws_cloudfront_distribution", "update", after, before)
