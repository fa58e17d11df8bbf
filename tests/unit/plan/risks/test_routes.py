"""Which requests something no longer takes, and who takes them then."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource

RULE, LISTENER = "aws_lb_listener_rule", "aws_lb_listener"


def found(*items: dict[str, Any]) -> list[str]:
    """Return the risks of the first of several objects."""
    address = items[0]["address"]
    (change,) = [one for one in parse_plan(plan(*items)).changes if one.address == address]
    return [f"{risk.level.name} {risk.kind}: {risk.reason}" for risk in change.risks]


def rule(priority: int, *paths: str, host: str | None = None) -> dict[str, Any]:
    conditions = [{"path_pattern": [{"values": [*paths]}]}, *([{"host_header": [{"values": [host]}]}] if host else [])]
    return {"listener_arn": "arn:l", "priority": priority, "condition": conditions}


def still(address: str, values: dict[str, Any]) -> dict[str, Any]:
    return resource(address, ["no-op"], values, values)


CATALOG = still(f"{RULE}.catalog", rule(20, "/api/*"))
NOT_FOUND = {"arn": "arn:l", "default_action": [{"fixed_response": [{"status_code": "404"}], "type": "fixed-response"}]}
LOST = "MEDIUM downtime: requests to {} are no longer taken by it: {}"


@pytest.mark.parametrize(
    ("actions", "before", "after", "others", "said"),
    [
        (
            ["update"], rule(10, "/api/carts/*"), rule(10, "/api/payments/*"), [CATALOG],
            LOST.format("/api/carts/*", f"{RULE}.catalog takes them"),
        ),
        (
            ["update"], rule(10, "/api/carts/*"), rule(10, "/pay/*"), [still(f"{LISTENER}.l", NOT_FOUND)],
            LOST.format("/api/carts/*", "they get a 404"),
        ),
        (["update"], rule(10, "/a"), rule(10, "/b"), [], LOST.format("/a", "the listener's default takes them, or")),
        (
            ["delete"], rule(10, "/api/carts/*"), None, [CATALOG],
            LOST.format("/api/carts/*", f"{RULE}.catalog takes them"),
        ),
        (
            ["update"], rule(10, "/api/carts/*"), rule(30, "/api/carts/*"), [CATALOG],
            LOST.format("/api/carts/*", f"{RULE}.catalog takes them"),
        ),
        (
            ["update"], rule(10, "/x", host="a.test"), rule(10, "/x", host="b.test"), [],
            LOST.format("a.test/x", "the listener's default"),
        ),
        (
            ["update"], rule(30, "/x"), rule(10, "/*"), [CATALOG],
            f"MEDIUM downtime: requests to /api/* go to it, and no longer to {RULE}.catalog",
        ),
        (
            ["create"], None, rule(10, "/*"), [CATALOG],
            f"MEDIUM downtime: requests to /api/* go to it, and no longer to {RULE}.catalog",
        ),
    ],
)  # fmt: skip
def test_who_takes_the_requests_of_a_listener_s_rule_then(
    actions: list[str], before: Any, after: Any, others: list[dict[str, Any]], said: str
) -> None:
    assert found(resource(f"{RULE}.a", actions, before, after), *others)[0].startswith(said)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (rule(5, "/api/carts/*"), "LOW harmless: nothing will be lost"),
        (
            rule(10, "/api/carts/*", "/api/payments/*"),
            f"MEDIUM downtime: requests to /api/payments/* go to it, and no longer to {RULE}.catalog",
        ),
        (
            rule(10, "/api/carts*"),
            f"MEDIUM downtime: requests to /api/carts* go to it, and no longer to {RULE}.catalog",
        ),
        (rule(10, "/api/carts/*", "/adm*"), "MEDIUM exposure: it takes requests to /adm* as well"),
        (rule(30, "/api/carts/*", "/api/payments/*"), LOST.format("/api/carts/*", f"{RULE}.catalog takes them")),
    ],
)
def test_a_rule_that_takes_more_takes_it_from_another_one_or_from_nobody(after: Any, said: str) -> None:
    assert found(resource(f"{RULE}.a", ["update"], rule(10, "/api/carts/*"), after), CATALOG) == [said]


def test_a_new_rule_beside_one_for_all_else_takes_nothing_away() -> None:
    made = resource(f"{RULE}.a", ["create"], None, rule(10, "/api/payments/*"))
    assert found(made, CATALOG) == ["LOW harmless: only additions"]


def test_a_rule_that_goes_with_its_listener_is_told_with_that() -> None:
    gone = resource(f"{LISTENER}.l", ["delete"], NOT_FOUND)
    said = found(resource(f"{RULE}.a", ["delete"], rule(10, "/x"), None), gone)
    assert said == ["MEDIUM downtime: its requests fall through to the next rule from then on"]


ROUTE, METHOD = "aws_apigatewayv2_route", "aws_api_gateway_method"


def route(key: str) -> dict[str, Any]:
    return {"api_id": "api", "route_key": key}


@pytest.mark.parametrize(
    ("key", "others", "taker"),
    [
        ("GET /carts/{id}", ["ANY /{proxy+}", "$default"], "ANY /{proxy+}"),
        ("GET /carts/{id}", ["GET /carts/{any}", "ANY /{proxy+}"], "GET /carts/{any}"),
        ("POST /carts", ["GET /carts", "$default"], "$default"),
        ("GET /carts", ["POST /carts", "GET /carts/{id}"], None),
    ],
)
def test_who_takes_the_requests_of_a_route_then(key: str, others: list[str], taker: str | None) -> None:
    beside = [still(f"{ROUTE}.r{place}", route(one)) for place, one in enumerate(others)]
    by = f"{ROUTE}.r{others.index(taker)} takes them" if taker else "nothing else in this plan takes them"
    said = f"MEDIUM downtime: requests to {key} are no longer taken by it: {by}"
    assert found(resource(f"{ROUTE}.a", ["delete"], route(key)), *beside) == [said]
    assert said in found(resource(f"{ROUTE}.a", ["update"], route(key), route("GET /other")), *beside)


def test_who_takes_the_requests_of_a_method_then() -> None:
    def method(resource_id: str, name: str) -> dict[str, Any]:
        return {"rest_api_id": "api", "resource_id": resource_id, "http_method": name}

    paths = [
        still(f"aws_api_gateway_resource.{name}", {"id": name, "path": path})
        for name, path in (("carts", "/carts"), ("all", "/{proxy+}"))
    ]
    rest = still(f"{METHOD}.rest", method("all", "ANY"))
    said = found(resource(f"{METHOD}.a", ["delete"], method("carts", "GET")), *paths, rest)
    assert said == [f"MEDIUM downtime: requests to GET /carts are no longer taken by it: {METHOD}.rest takes them"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_new_method_that_asks_for_nothing_opens_what_a_wider_one_asked_for(*, is_known: bool) -> None:
    """API Gateway Developer Guide, "Set up a proxy integration with a proxy resource": the more specific one wins."""

    def method(resource_id: str | None, proof: str) -> dict[str, Any]:
        fields = {"rest_api_id": "api", "http_method": "ANY", "authorization": proof, "api_key_required": True}
        return {**fields, "resource_id": resource_id} if resource_id else fields

    paths = [
        still(f"aws_api_gateway_resource.{name}", {"id": name, "path": path})
        for name, path in (("export", "/orders/export"), ("all", "/orders/{proxy+}"))
    ]
    after = method("export" if is_known else None, "NONE")
    unknown = {} if is_known else {"after_unknown": {"resource_id": True}}
    made = resource(f"{METHOD}.a", ["create"], None, after, **unknown)
    said = found(made, *paths, still(f"{METHOD}.rest", method("all", "CUSTOM")))
    what = "ANY /orders/export" if is_known else "it"
    assert f"MEDIUM exposure: anyone may call {what}: {METHOD}.rest asks for CUSTOM" in said
    said = found(made, *paths, still(f"{METHOD}.rest", method("all", "NONE")))
    assert not [one for one in said if "asks for" in one]


RECORD = "aws_route53_record"


def record(weight: int, **more: Any) -> dict[str, Any]:
    return {"zone_id": "z", "name": "a.test", "type": "A", "weighted_routing_policy": [{"weight": weight}], **more}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (record(90), record(5), "MEDIUM downtime: 33 % of those who ask for its name are led to it instead of 90 %"),
        (record(90), record(80), "LOW downtime: 89 % of those who ask for its name are led to it instead of 90 %"),
        (record(90), record(0), "MEDIUM downtime: no one who asks for its name is led to it: weight becomes 0"),
        (
            record(1, records=["192.0.2.1"]), record(1, records=["192.0.2.2"]),
            "MEDIUM downtime: its name leads to 192.0.2.2, and no longer to 192.0.2.1",
        ),
        (
            record(1, alias=[{"name": "old.test"}]), record(1, alias=[{"name": "new.test"}]),
            "MEDIUM downtime: its name leads to new.test, and no longer to old.test",
        ),
        (
            record(1, records=["192.0.2.1"]), record(1, records=["192.0.2.1", "192.0.2.2"]),
            "MEDIUM exposure: 192.0.2.2 answers for its name as well",
        ),
        (
            record(1, failover_routing_policy=[{"type": "PRIMARY"}]),
            record(1, failover_routing_policy=[{"type": "SECONDARY"}]),
            "MEDIUM downtime: who asks for its name is led elsewhere: failover PRIMARY -> SECONDARY",
        ),
    ],
)  # fmt: skip
def test_where_a_name_leads_then(before: Any, after: Any, said: str) -> None:
    beside = still(f"{RECORD}.b", record(10))
    assert found(resource(f"{RECORD}.a", ["update"], before, after), beside)[0] == said
    assert said not in found(resource(f"{RECORD}.a", ["update"], after, before), beside)


def test_a_record_in_the_place_of_another_one_may_lead_elsewhere() -> None:
    name = {"zone_id": "z", "name": "a.test", "type": "A"}
    gone = resource(f"{RECORD}.a", ["delete"], name | {"records": ["192.0.2.1"]})
    same, other = (
        resource(f"{RECORD}.b", ["create"], None, name | {"records": [address]})
        for address in ("192.0.2.1", "192.0.2.2")
    )
    assert found(gone, same) == [f"LOW harmless: {RECORD}.b takes its place"]
    assert found(gone, other)[0] == "MEDIUM downtime: its name leads to 192.0.2.2, and no longer to 192.0.2.1"


def test_patterns_that_are_hidden_are_not_shown() -> None:
    secret = resource(
        f"{RULE}.a", ["update"], rule(10, "/hidden"), rule(10, "/b"), before_sensitive={"condition": True},
        after_sensitive={"condition": [{"path_pattern": [{"values": [True]}]}]},
    )  # fmt: skip
    assert "/hidden" not in str(found(secret, CATALOG))
    assert "Redacted" not in str(found(secret, CATALOG))


def test_a_rule_of_which_nobody_knows_the_conditions_loses_nothing() -> None:
    values = {"listener_arn": "arn:l", "priority": 20}
    later = resource(f"{RULE}.b", ["update"], CATALOG["change"]["before"], values, after_unknown={"condition": True})
    assert "no longer to" not in str(found(resource(f"{RULE}.a", ["update"], rule(30, "/x"), rule(10, "/x")), later))
