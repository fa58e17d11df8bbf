"""A plan made to keep infragen busy: how much is compared has a bound, and what is beyond it is not judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.plan import parse_plan
from infragen.plan.risk import Level, RiskKind
from infragen.plan.risks import lifecycles, routes, traffic
from tests.unit.plan.plans import plan, resource
from tests.waiting import calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.plan import ChangeSet

Items = list[dict[str, Any]]
TOO_MUCH = "not judged: this plan has too much to compare"


def updates(kind: str, number: int, side: Callable[[int, str], dict[str, Any]], actions: str = "update") -> Items:
    return [resource(f"{kind}.p{n}", actions.split(), side(n, "x"), side(n, "y")) for n in range(number)]


def lifecycle(number: int) -> Items:
    def side(_: int, which: str) -> dict[str, Any]:
        rules = [
            {"id": f"r{n}", "status": "Enabled", "filter": [{"prefix": f"a{n}/"}], "expiration": [{"days": n + days}]}
            for days in ({"x": 9, "y": 1}[which],)
            for n in range(number)
        ]
        return {"bucket": "b", "rule": rules}

    return updates("aws_s3_bucket_lifecycle_configuration", 1, side)


def group_rules(number: int) -> Items:
    def rule(n: int, port: int) -> dict[str, Any]:
        own = {"security_group_id": "sg-1", "cidr_ipv4": f"10.{n % 256}.{n // 256}.0/24", "ip_protocol": "tcp"}
        return {**own, "from_port": port, "to_port": port + n}

    kind = "aws_vpc_security_group_ingress_rule"
    gone = [resource(f"{kind}.p{n}", ["delete"], rule(n, 1), None) for n in range(number)]
    return [*gone, *(resource(f"{kind}.q{n}", ["create"], None, rule(n, 2)) for n in range(number))]


def listener_rules(number: int, stars: str = "*") -> Items:
    def side(n: int, which: str) -> dict[str, Any]:
        values = [f"/a*{n}{stars}{which}*"]
        return {"listener_arn": "l", "priority": n, "condition": [{"path_pattern": [{"values": values}]}]}

    return updates("aws_lb_listener_rule", number, side)


def api_routes(number: int) -> Items:
    def side(n: int, which: str) -> dict[str, Any]:
        return {"api_id": "x", "route_key": f"GET /a{n}/{{x}}/{which}/{{y+}}"}

    return updates("aws_apigatewayv2_route", number, side, "delete create")


def statements(number: int, effect: str = "Allow", names: int = 1) -> Items:
    def side(_: int, which: str) -> dict[str, Any]:
        said = [
            {"Effect": effect, "Action": [f"s3:G{n}.{m}{which}*" for m in range(names)], "Resource": f"a{n}*"}
            for n in range(number)
        ]
        return {"role": "r", "policy": json.dumps({"Statement": said})}

    return updates("aws_iam_role_policy", 1, side)


def behaviors(number: int) -> Items:
    def side(_: int, which: str) -> dict[str, Any]:
        ordered = [{"path_pattern": f"/a*{n}*{which}*", "target_origin_id": f"o{n}"} for n in range(number)]
        return {"ordered_cache_behavior": ordered, "default_cache_behavior": [{"target_origin_id": "o"}]}

    return updates("aws_cloudfront_distribution", 1, side)


def inline_rules(number: int) -> Items:
    def side(_: int, which: str) -> dict[str, Any]:
        low = {"x": 1, "y": 2}[which]
        return {
            "ingress": [
                {"from_port": 1, "to_port": low, "protocol": "tcp", "cidr_blocks": [f"10.{n % 256}.{n // 256}.0/24"]}
                for n in range(number)
            ]
        }

    return updates("aws_security_group", 1, side)


def filtered(number: int) -> Items:
    def side(_: int, which: str) -> dict[str, Any]:
        return {"filter_criteria": [{"filter": [{"pattern": f"{which}{n}"} for n in range(number)]}]}

    return updates("aws_lambda_event_source_mapping", 1, side)


def alarms(number: int) -> Items:
    kind = "aws_sns_topic_subscription"
    told = [{"topic_arn": "xy"[n % 2], "endpoint": f"e{n}"} for n in range(number)]
    alarm = "aws_cloudwatch_metric_alarm"
    still = [resource(f"{kind}.s{n}", ["no-op"], one, one) for n, one in enumerate(told)]
    return [*updates(alarm, number, lambda _, which: {"alarm_actions": [which]}), *still]


MADE = {
    "lifecycle": lambda: lifecycle(500),
    "rules of a group": lambda: group_rules(150),
    "a listener's rules": lambda: listener_rules(200),
    "patterns of many stars": lambda: listener_rules(60, "*a" * 100),
    "routes of an API": lambda: api_routes(250),
    "statements": lambda: statements(600),
    "what is denied": lambda: statements(600, "Deny"),
    "statements of many actions": lambda: statements(60, names=60),
    "behaviors": lambda: behaviors(400),
    "rules in a group": lambda: inline_rules(400),
    "filters": lambda: filtered(2000),
    "alarms": lambda: alarms(400),
}


@pytest.fixture
def least(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a plan no more than its own size has, so that a small one is large."""
    monkeypatch.setattr("infragen.plan.body.LEAST_EFFORT", 0)


def judge(found: ChangeSet) -> None:
    for change in found.changes:
        assert change.risks


@pytest.mark.usefixtures("least")
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_what_is_compared_grows_with_the_size_of_a_plan_not_with_its_square(made: Callable[[], Items]) -> None:
    content = plan(*made())
    found = parse_plan(content)
    assert calls(lambda: judge(found)) < 20 * len(content)
    worst = max(change.risks[0] for change in found.changes)
    assert worst == (Level.HIGH, RiskKind.UNKNOWN, TOO_MUCH)


@pytest.mark.usefixtures("least")
def test_what_was_found_before_stays_found_and_others_are_judged() -> None:
    bucket = resource("aws_s3_bucket.gone", ["delete"], {"bucket": "b"}, None)
    found = {change.address: change.risks for change in parse_plan(plan(*lifecycle(300), bucket)).changes}
    risks = found["aws_s3_bucket_lifecycle_configuration.p0"]
    assert risks[0].reason == TOO_MUCH
    assert {risk.kind for risk in risks[1:]} == {RiskKind.DATA_LOSS}
    assert found["aws_s3_bucket.gone"][0].level is Level.HIGH
    assert found["aws_s3_bucket.gone"][0].kind is RiskKind.DATA_LOSS


@pytest.mark.parametrize(
    "made",
    [
        lambda: lifecycle(500), lambda: listener_rules(100), lambda: api_routes(300), lambda: statements(60),
        lambda: statements(60, "Deny"), lambda: behaviors(75), lambda: inline_rules(60), lambda: group_rules(100),
        lambda: alarms(100),
    ],
)  # fmt: skip
def test_a_plan_of_an_ordinary_size_is_judged_as_a_whole(made: Callable[[], Items]) -> None:
    found = parse_plan(plan(*made()))
    assert all(risk.reason != TOO_MUCH for change in found.changes for risk in change.risks)


@pytest.mark.parametrize(
    ("module", "reader", "made", "number"),
    [
        (lifecycles, "_Rule", lambda: lifecycle(80), 160),
        (traffic, "_flows_of", lambda: group_rules(80), 240),
        (routes, "_requests", lambda: listener_rules(80), 240),
        (routes, "_of_key", lambda: api_routes(80), 240),
    ],
)
def test_what_stands_beside_a_change_is_read_once_for_the_plan(
    monkeypatch: pytest.MonkeyPatch, module: Any, reader: str, made: Callable[[], Items], number: int
) -> None:
    read = getattr(module, reader)
    count = 0

    def counting(*given: Any) -> Any:
        nonlocal count
        count += 1
        return read(*given)

    monkeypatch.setattr(module, reader, counting)
    judge(parse_plan(plan(*made())))
    assert count == number


def block(name: str, *references: str) -> dict[str, Any]:
    known = {"mode": "managed", "type": "aws_sqs_queue", "name": name}
    return {**known, "address": f"aws_sqs_queue.{name}", "expressions": {"name": {"references": list(references)}}}


def queue(address: str) -> dict[str, Any]:
    unknown = {"after_unknown": {"name": True}, "replace_paths": [["name"]]}
    return resource(f"aws_sqs_queue.{address}", ["delete", "create"], {"name": "x"}, {}, **unknown)


@pytest.mark.parametrize("more", [(), ("each.key",)], ids=["all are meant", "that of the same key is meant"])
def test_where_values_come_from_is_looked_up_once_for_all_instances(more: tuple[str, ...]) -> None:
    def spent(number: int) -> int:
        items = [queue(f'{name}["{n}"]') for name in "ab" for n in range(number)]
        blocks = [block("a", "aws_sqs_queue.b", *more), block("b", "var.x")]
        found = parse_plan(plan(*items, configuration={"root_module": {"resources": blocks}}))
        return calls(lambda: [(change.attributes, change.causes) for change in found.changes])

    assert spent(400) < 5 * spent(100)


def test_a_long_way_back_to_the_cause_is_looked_up_once_an_object() -> None:
    def read(number: int) -> int:
        blocks = [block(f"a{n}", f"aws_sqs_queue.a{n + 1}.id") for n in range(number)]
        content = plan(*(queue(f"a{n}") for n in range(number)), configuration={"root_module": {"resources": blocks}})
        found = parse_plan(content)
        return calls(lambda: [change.causes for change in found.changes])

    steps = 200 * 200 / 2
    assert read(200) < 12 * steps + 200 * read(1)
