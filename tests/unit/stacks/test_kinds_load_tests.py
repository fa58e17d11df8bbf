"""Load tests: whose keys a script sends, where it asks, and what it sends of what the catalogue says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests import k6
from tests.unit.stacks.systems import DEV, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

GATEWAY = """name: api
title: API
reach: internet
purpose: tenants' browsers
limit: 100 req/min
per: api-key
burst: 10
tenants: [acme, globex]
routes: {orders: web}
"""
BALANCER = (
    "name: main\ntitle: Main\nreach: internet\nzone: main\nhosts: ['*.pages', www]\nroutes: {all: {service: web}}\n"
)
ZONE = "name: main\ntitle: Main\ndelegated: true\n"
NAMED = {
    "balancers/main.yaml": BALANCER,
    "zones/main.yaml": ZONE,
    "dev.yaml": f"{DEV}domain_name: example.com\n",
}
TEST = """name: peak
title: Peak
stages: [{duration: 90 s, users: 4}]
goals: {response_time: 200 ms, percentile: 99, errors: 0.5 %}
"""


def script(root: Path, more: str, files: dict[str, str], stack: str = "edge") -> Path:
    """Return the script of a test, which is written below a folder."""
    made = rendered(environment(root, {**files, "load-tests/peak.yaml": TEST + more})).files
    path = root / "peak.js"
    path.write_text(made[f"{stack}/k6/peak.js"], encoding="utf-8")
    return path


def test_each_user_sends_the_key_of_its_tenant(tmp_path: Path) -> None:
    more = "target: gateways/api\nsteps: [{name: list, path: '/orders/{tenant}'}]\n"
    path = script(tmp_path, more, {"gateways/api.yaml": GATEWAY})
    keys = [["demo-dev-api-tenant-globex", "g"], ["demo-dev-api-tenant-acme", "a"]]
    given = {"BASE_URL": "https://api", "API_KEYS": json.dumps(keys)}
    ran = k6.run(path, tmp_path, given, users=(1, 2, 3))
    assert [(one["url"], one["headers"]) for one in ran.requests] == [
        ("https://api/orders/acme", {"x-api-key": "a"}),
        ("https://api/orders/globex", {"x-api-key": "g"}),
        ("https://api/orders/acme", {"x-api-key": "a"}),
    ]
    assert ran.options["stages"] == [{"duration": "90s", "target": 4}]
    assert ran.options["thresholds"] == {"http_req_duration": ["p(99)<200"], "http_req_failed": ["rate<0.005"]}
    with pytest.raises(AssertionError, match="load-test has no key"):
        k6.run(path, tmp_path, {**given, "API_KEYS": json.dumps(keys[:1])})


def test_the_keys_are_those_of_the_gateway_behind_a_distribution(tmp_path: Path) -> None:
    site = "title: Site\norigins: {api: {gateway: api}}\ndefault: {origin: api, methods: all}\n"
    files = {
        "gateways/api.yaml": GATEWAY.replace("reach: internet", "reach: cloudfront"),
        "distributions/site.yaml": site,
    }
    more = "target: distributions/site\nsteps: [{name: list, path: '/orders/{tenant}'}]\n"
    keys = [["demo-dev-api-tenant-globex", "g"], ["demo-dev-api-tenant-acme", "a"]]
    given = {"BASE_URL": "https://site", "API_KEYS": json.dumps(keys)}
    ran = k6.run(script(tmp_path, more, files, "edge-us-east-1"), tmp_path, given, users=(1,))
    assert [(one["url"], one["headers"]) for one in ran.requests] == [
        ("https://site/orders/acme", {"x-api-key": "a"}),
    ]


def test_a_key_of_its_own_stands_where_the_gateway_is(tmp_path: Path) -> None:
    site = "title: Site\norigins: {api: {gateway: api}}\ndefault: {origin: api, methods: all}\n"
    files = {
        "gateways/api.yaml": GATEWAY.replace("reach: internet", "reach: cloudfront"),
        "distributions/site.yaml": site,
        "load-tests/peak.yaml": f"{TEST}target: distributions/site\nlimit: 9 req/s\nsteps: [{{name: a, path: /a}}]\n",
    }
    made = rendered(environment(tmp_path, files)).files
    assert "edge/load-test-peak.tf" in made
    assert "edge-us-east-1/k6/peak.js" in made


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ("", "https://www.example.com/"),
        ("host: a.pages.example.com\n", "https://a.pages.example.com/"),
        ("host: www\n", "https://www.example.com/"),
    ],
)
def test_it_asks_the_name_that_is_said_or_the_first_that_is_no_wildcard(tmp_path: Path, more: str, url: str) -> None:
    steps = "target: balancers/main\nsteps: [{name: home, path: /}]\n"
    path = script(tmp_path, steps + more, NAMED)
    found = k6.run(path, tmp_path, {}).requests[0]
    assert found["url"] == url
    assert found["headers"] == {}
    assert k6.run(path, tmp_path, {"BASE_URL": "http://here"}).requests[0]["url"] == "http://here/"


def test_what_the_catalogue_says_stays_text(tmp_path: Path) -> None:
    hostile = '${__ENV.HOME} `x` \\" </script> \u2028'
    body = {"text": hostile, "times": 3, "all": False, "who": "{user} of {user}"}
    step = {"name": "delete", "path": "/a?b=c", "method": "PUT", "status": 204, "body": body, "pause": "250 ms"}
    more = f"target: balancers/main\nuser: {json.dumps(hostile)}\nsteps: [{json.dumps(step)}]\n"
    ran = k6.run(script(tmp_path, more, NAMED), tmp_path, {}, answers=[[204, {}]])
    assert ran.requests[0]["body"] == {**body, "who": f"{hostile} of {hostile}"}
    assert ran.requests[0]["headers"] == {"Content-Type": "application/json"}
    assert ran.requests[0]["expected"] == {"statuses": [204]}
    assert ran.checks == [("delete: 204", True)]
    assert ran.done[-1] == {"sleep": 0.25}


def test_a_standby_has_the_primary_s_names_and_asks_for_an_address(tmp_path: Path) -> None:
    standby = (
        NAMED["dev.yaml"].replace("environment: dev", "environment: dr\nstandby_of: dev").replace("10.0.", "10.9.")
    )
    more = "target: balancers/main\nsteps: [{name: home, path: /}]\n"
    files = {**NAMED, "dr.yaml": standby.replace("ap-northeast-1", "ap-northeast-3")}
    made = rendered(environment(tmp_path, {**files, "load-tests/peak.yaml": TEST + more}, "dr")).files
    assert '__ENV.BASE_URL || ""' in made["edge/k6/peak.js"]


@pytest.mark.parametrize(
    ("until", "module"), [("", "api_gateway_keys"), ("limit_until: 2027-01-15\n", "api_gateway_keys_until")]
)
def test_a_key_of_its_own_ends_on_its_day(tmp_path: Path, until: str, module: str) -> None:
    """What is planned from that day on disables it."""
    more = f"target: gateways/api\nlimit: 9 req/s\n{until}steps: [{{name: a, path: /orders}}]\n"
    files = {"gateways/api.yaml": GATEWAY, "load-tests/peak.yaml": TEST + more}
    found = rendered(environment(tmp_path, files))
    call = found.call("edge/load-test-peak.tf", "keys_load_test_peak")
    assert call["source"] == f'"../modules/{module}"'
    assert call.get("valid_until") == ('"2027-01-15"' if until else None)
