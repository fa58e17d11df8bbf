"""Parameters of databases by name and direction; what CloudFront keeps, hands on and asks for."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
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
        (
            "aws_elasticache_parameter_group",
            "maxmemory-policy",
            "noeviction",
            "volatile-lru",
            "keys are deleted when its",
        ),
        (
            "aws_memorydb_parameter_group",
            "maxmemory-policy",
            "volatile-lru",
            "allkeys-lru",
            "keys without an expiry are",
        ),
        (
            "aws_elasticache_parameter_group",
            "maxmemory-policy",
            "allkeys-lfu",
            "allkeys-random",
            "keys in use are deleted",
        ),
        ("aws_db_parameter_group", "max_connections", "500", "50", "connections beyond it are refused"),
        ("aws_redshift_parameter_group", "require_ssl", "true", "false", "connections without TLS are accepted"),
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


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("min.insync.replicas=2", "min.insync.replicas = 1", "records are confirmed with fewer copies"),
        ("default.replication.factor=3", "default.replication.factor=2", "new topics have fewer copies"),
        ("log.retention.hours=-1", "# log.retention.hours=1\nlog.retention.hours=24", "records are deleted sooner"),
        ("unclean.leader.election.enable=false", "unclean.leader.election.enable=TRUE", "a broker that lacks records"),
    ],
)
def test_the_properties_of_a_broker_are_parameters(before: str, after: str, words: str) -> None:
    old, new = ({"server_properties": side} for side in (before, after))
    assert words in str(told("aws_msk_configuration", "update", old, new))
    assert words not in str(told("aws_msk_configuration", "update", new, old))


AZURE = "azurerm_postgresql_flexible_server_configuration"


@pytest.mark.parametrize(
    ("kind", "before", "after", "left"),
    [
        ("aws_db_parameter_group", group(work_mem="1", fsync="1"), group(work_mem="2", fsync="1"), ["work_mem"]),
        ("aws_elasticache_parameter_group", group(appendonly="yes"), group(), ["appendonly"]),
        (
            "aws_db_parameter_group",
            group(max_connections="500"),
            group(max_connections="LEAST({x},5000)"),
            ["max_connections"],
        ),
        (
            "aws_elasticache_parameter_group",
            group(),
            group(**{"maxmemory-policy": "allkeys-lru"}),
            ["maxmemory-policy"],
        ),
        (
            "aws_msk_configuration",
            {"server_properties": "a=1"},
            {"server_properties": "a=1\nlog.retention.ms=1"},
            ["log.retention.ms"],
        ),
        ("aws_x_parameter_group", group(a="1"), group(b="2"), ["a", "b"]),
        ("aws_msk_configuration", {"server_properties": "a=1"}, {"server_properties": "a=2"}, ["a"]),
        (AZURE, {"name": "work_mem", "value": "1"}, {"name": "work_mem", "value": "2"}, ["work_mem"]),
    ],
)
def test_a_parameter_that_nobody_judges_is_named(kind: str, before: Any, after: Any, left: list[str]) -> None:
    said = ", ".join(f"parameter {name}" for name in left)
    assert told(kind, "update", before, after) == [f"LOW unknown effect: not judged: {said}"]


DISABLED, OPTIMIZED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "658327ea-f89d-4fab-a63d-7e88639e58f6"
GETS = "MEDIUM downtime: the origin of /api/* no longer gets"
NAME = "AllViewerExceptHostHeader"
HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
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
        (
            of_api(response_headers_policy_id=HEADERS), of_api(response_headers_policy_id=""),
            "MEDIUM exposure: browsers no longer get the headers of the policy SecurityHeadersPolicy with /api/*",
        ),
        (
            of_api(function_association=[{"event_type": "viewer-request", "function_arn": "arn:a:function/auth"}]),
            of_api(function_association=[]),
            "MEDIUM exposure: auth no longer runs on viewer-request of /api/*: what it refused is let in",
        ),
        (
            of_api(lambda_function_association=[{"event_type": "viewer-request", "lambda_arn": "arn:a:function:b:3"}]),
            of_api(lambda_function_association=[]),
            "MEDIUM exposure: b:3 no longer runs on viewer-request of /api/*: what it refused is let in",
        ),
        (
            of_api(viewer_protocol_policy="redirect-to-https"), of_api(viewer_protocol_policy="allow-all"),
            "MEDIUM exposure: /api/* is answered without encryption: viewer_protocol_policy allow-all",
        ),
        (
            of_api(forwarded_values=[{"cookies": [{"forward": "all"}]}]),
            of_api(forwarded_values=[{"cookies": [{"forward": "none"}]}]),
            f"{GETS} all cookies",
        ),
        (
            of_api(forwarded_values=[{"headers": ["Authorization"], "query_string": True}]),
            of_api(forwarded_values=[{"headers": [], "query_string": False}]),
            f"{KEPT.format('/api/*')}header Authorization, queries no longer tell them apart",
        ),
        (of_api(min_ttl=0), of_api(min_ttl=60), f"{KEPT.format('/api/*')}min_ttl is no longer 0"),
        (
            of_api(allowed_methods=["GET"]), of_api(allowed_methods=["GET", "POST"]),
            "MEDIUM exposure: POST of /api/* may be sent to its origin: allowed_methods",
        ),
        (
            of_api(allowed_methods=["GET", "POST"]), of_api(allowed_methods=["GET"]),
            "MEDIUM downtime: POST of /api/* is refused: allowed_methods",
        ),
    ],
)  # fmt: skip
def test_what_cloudfront_keeps_and_hands_on_is_said(before: Any, after: Any, words: str) -> None:
    assert words in told("aws_cloudfront_distribution", "update", before, after)
    assert words not in told("aws_cloudfront_distribution", "update", after, before)


@pytest.mark.parametrize("kind", ["aws_api_gateway_stage", "aws_api_gateway_method_settings"])
def test_a_cache_before_an_api_is_told(kind: str) -> None:
    off, on = (
        {"cache_cluster_enabled": is_on} if kind.endswith("stage") else {"settings": [{"caching_enabled": is_on}]}
        for is_on in (False, True)
    )
    assert told(kind, "update", off, on)[0].startswith("MEDIUM exposure: answers may be kept and given to other users")
    assert "exposure" not in str(told(kind, "update", on, off))


def distribution(default: str, **paths: str) -> dict[str, Any]:
    """Return a distribution of behaviors by path, each with its origin."""
    ordered = [{"path_pattern": f"/{path}/*", "target_origin_id": origin} for path, origin in paths.items()]
    return {"default_cache_behavior": [{"target_origin_id": default}], "ordered_cache_behavior": ordered}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            distribution("site", api="api"),
            distribution("site"),
            ["/api/* no longer go to api: all other paths takes them"],
        ),
        (distribution("site", api="api"), distribution("site", api="old"), ["/api/* no longer go to api, but to old"]),
        (distribution("site"), distribution("old"), ["all other paths no longer go to site, but to old"]),
        (
            distribution("site", **{"api/carts": "carts", "api": "api"}),
            distribution("site", **{"api": "api", "api/carts": "carts"}),
            ["/api/carts/* no longer go to carts: /api/* takes them, which goes to api"],
        ),
    ],
)
def test_who_answers_a_path_then_is_told(before: Any, after: Any, words: list[str]) -> None:
    found = told("aws_cloudfront_distribution", "update", before, after)
    assert [f"MEDIUM downtime: requests to {one}" in line for one, line in zip(words, found, strict=True)] == [True]


def test_policies_of_aws_are_shown_by_their_names() -> None:
    """The sides of a difference say what AWS calls them, not their ids."""
    item = resource(
        "aws_cloudfront_distribution.a", ["update"], of_api(cache_policy_id=DISABLED), of_api(cache_policy_id=OPTIMIZED)
    )
    (change,) = parse_plan(plan(item)).changes
    (line,) = change.attributes
    assert (line.before, line.after) == ("CachingDisabled", "CachingOptimized")
    added = resource("aws_cloudfront_distribution.a", ["update"], {}, of_api(origin_request_policy_id=VIEWER))
    (change,) = parse_plan(plan(added)).changes
    assert f"origin_request_policy_id = {NAME}" in str(change.attributes[0].after)


@pytest.mark.parametrize(("path", "expected"), [
    ("/?*", ["MEDIUM downtime: requests to /?* go to static, and no longer to app"]),
    ("/api/*", []),
])  # fmt: skip
def test_a_path_that_becomes_wider_takes_what_others_answered(path: str, expected: list[str]) -> None:
    def answered(path: str) -> dict[str, Any]:
        return {
            "default_cache_behavior": [{"target_origin_id": "app"}],
            "ordered_cache_behavior": [{"path_pattern": path, "target_origin_id": "static"}],
        }

    found = told("aws_cloudfront_distribution", "update", answered("/static/*"), answered(path))
    assert [one for one in found if path in one] == expected


def test_a_path_that_becomes_wider_below_a_name_takes_what_it_overlaps() -> None:
    """The first that fits answers (CloudFront Developer Guide, "Path pattern")."""

    def answered(free: str, thumbs: str) -> dict[str, Any]:
        return {
            "default_cache_behavior": [{"target_origin_id": "files"}],
            "ordered_cache_behavior": [
                {"path_pattern": free, "target_origin_id": "files"},
                {"path_pattern": thumbs, "target_origin_id": "thumbs"},
                {"path_pattern": "/*.mp4", "target_origin_id": "files", "trusted_key_groups": ["paid"]},
            ],
        }

    narrow = answered("/videos/free/*", "/media/thumbs/*.jpg")
    found = told("aws_cloudfront_distribution", "update", narrow, answered("/videos/*", "/media/*.jpg"))
    assert "MEDIUM exposure: anyone can read /videos/*: no signature is asked for any more" in found
    assert "MEDIUM downtime: requests to /media/*.jpg go to thumbs, and no longer to files" in found
    assert not [one for one in found if "/media/*.jpg that" in one]  # no path ends in both
    found = told("aws_cloudfront_distribution", "update", narrow, answered("/videos/free/*", "/media/thumbs/*"))
    assert "MEDIUM downtime: requests to /media/thumbs/* that /*.mp4 took go to thumbs, and no longer to files" in found
    behind = told("aws_cloudfront_distribution", "update", answered("/a/*", "/b/*"), answered("/a/*", "/c/*"))
    assert not [one for one in behind if "to /c/* go" in one]
