"""Alarms: what is watched of what, at which figures, and who is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.kinds import capabilities
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

ALARMS = DEV + "alarms: true\n"


def watched(found: Rendered, kind: str, name: str, path: str | None = None) -> dict[str, dict[str, str]]:
    """What is watched of an entry, by the ends of the names of its alarms."""
    label = f"alarms_{kind}_{name}"
    where = path or f"app/{kind}-{name}.tf"
    alarms = {**found.items(where, label, "alarms")}
    if "expressions" in found.call(where, label):
        alarms |= found.items(where, label, "expressions")
    return {key.rpartition(f"-{name}-")[2]: alarm for key, alarm in alarms.items()}


def of(root: Path, settings: str = ALARMS, **files: str) -> Rendered:
    return rendered(environment(root, {"dev.yaml": settings, **files}))


def service(root: Path, more: str, settings: str = ALARMS) -> dict[str, dict[str, str]]:
    return watched(of(root, settings, **{"services/web.yaml": SERVICE + more}), "service", "web")


def test_everything_that_runs_is_watched(tmp_path: Path) -> None:
    files = {"databases/main.yaml": DATABASE, "gateways/public.yaml": GATEWAY, "bffs/shop.yaml": BFF}
    found = of(tmp_path, ALARMS, **files)
    for kind, name in (("service", "web"), ("database", "main"), ("gateway", "public"), ("bff", "shop")):
        call = found.call(f"app/{kind}-{name}.tf", f"alarms_{kind}_{name}")
        assert call["topic_arn"] == "module.alerts.arn"


def test_a_service_is_watched_for_what_it_has(tmp_path: Path) -> None:
    alone = service(tmp_path / "alone", "")
    assert set(alone) == {"cpu", "memory", "running-tasks"}
    assert alone["running-tasks"].items() >= {
        "metric": '"CPUUtilization"', "statistic": '"SampleCount"', "threshold": "1", "missing": '"breaching"',
    }.items()  # fmt: skip
    balanced = ALARMS + "load_balancer: {}\n"
    assert set(service(tmp_path / "balanced", "", balanced)) == {*alone, "errors", "unhealthy-tasks"}
    insights = service(tmp_path / "insights", "", ALARMS + "container_insights: true\n")
    assert set(insights) == set(alone)
    assert insights["running-tasks"].items() >= {"metric": '"RunningTaskCount"', "threshold": "1"}.items()


@pytest.mark.parametrize(("promise", "seconds"), [("300 ms", "0.3"), ("3 s", "3"), ("50 ms", "0.05")])
def test_a_promise_is_an_alarm(tmp_path: Path, promise: str, seconds: str) -> None:
    alarms = service(tmp_path, f"promise: {{response_time: {promise}}}\n", DEV + "load_balancer: {}\n")
    alarm = alarms["response-time"]
    assert (alarm["threshold"], alarm["extended_statistic"]) == (seconds, '"p90"')
    assert "statistic" not in alarm


def test_a_promised_availability_is_watched_while_its_budget_is_used_up(tmp_path: Path) -> None:
    alarms = service(tmp_path, "promise: {availability: 99.9 %}\n", DEV + "load_balancer: {}\n")
    fast, slow = alarms["error-budget-fast"], alarms["error-budget-slow"]
    assert (fast["threshold"], fast["seconds"], fast["periods"]) == ("1.44", "3600", "1")
    assert (slow["threshold"], slow["seconds"], slow["periods"]) == ("0.6", "21600", "1")
    assert '"IF(failures >= 10 AND answers > 0, 100 * failures / answers, 0)"' in fast["expressions"]


def test_production_promises_what_its_environment_does_where_a_service_says_nothing(tmp_path: Path) -> None:
    said = "availability: 99.95 %\nload_balancer: {}\n"
    assert "error-budget-fast" not in service(tmp_path / "dev", "", ALARMS + said)
    assert (
        service(tmp_path / "prod", "", ALARMS + said + "production: true\n")["error-budget-fast"]["threshold"] == "0.72"
    )
    own = service(tmp_path / "own", "promise: {availability: 99 %}\n", ALARMS + said + "production: true\n")
    assert own["error-budget-fast"]["threshold"] == "14.4"


def test_what_others_call_is_watched_in_the_mesh_too(tmp_path: Path) -> None:
    caller = SERVICE.replace("web", "shop").replace("Web", "Shop") + "calls: {web: {access: api, why: it asks}}\n"
    files = {"services/web.yaml": SERVICE + "promise: {response_time: 200 ms, availability: 99.9 %}\n"}
    files["services/shop.yaml"] = caller
    found = of(tmp_path, ALARMS + "mesh: {}\nload_balancer: {}\n", **files)
    alarms = watched(found, "service", "web")
    budget = alarms["call-error-budget-slow"]
    assert (budget["namespace"], budget["threshold"], "term_dimensions" in budget) == ('"AWS/ECS"', "0.6", False)
    assert alarms["call-errors"]["metric"] == '"HTTPCode_Target_5XX_Count"'
    slow = alarms["call-response-time"]
    assert (slow["namespace"], slow["metric"], slow["threshold"]) == ('"AWS/ECS"', '"TargetResponseTime"', "375")
    assert 'TargetDiscoveryName = "demo-dev-web"' in slow["dimensions"]
    assert "above 250 ms" in slow["description"]
    assert "call-errors" not in watched(found, "service", "shop")


CALLED = {
    f"services/{name}.yaml": SERVICE.replace("web", name).replace("Web", name.title())
    + f"calls: {{{other}: {{access: api, why: it asks}}}}\n"
    for name, other in (("web", "shop"), ("shop", "web"))
}


@pytest.mark.parametrize(("verifier", "own"), [("per-service", {"tls-balancer-errors"}), ("shared", set())])
def test_somebody_hears_when_callers_with_a_certificate_reach_nothing(
    verifier: str, own: set[str], tmp_path: Path
) -> None:
    settings = ALARMS + f"load_balancer: {{mutual_tls: true, verifier: {verifier}}}\n"
    found = of(tmp_path, settings, **CALLED)
    alarms = watched(found, "service", "web")
    assert {name for name in alarms if name.startswith("tls-")} == {"tls-errors", "tls-unhealthy-tasks", *own}
    unhealthy = alarms["tls-unhealthy-tasks"]
    assert (unhealthy["metric"], unhealthy["threshold"]) == ('"UnHealthyHostCount"', "1")
    assert "local.edge.mutual_tls_web_target_group_arn_suffix" in unhealthy["dimensions"]
    before = {"shared": found.items("app/mutual-tls.tf", "alarms_mutual_tls", "alarms")} if not own else {}
    refused = before["shared"]["demo-dev-callers-errors"] if not own else alarms["tls-balancer-errors"]
    assert refused["metric"] == '"HTTPCode_ELB_5XX_Count"'
    assert "TargetGroup" not in refused["dimensions"]  # which AWS counts it for nowhere
    assert f"local.edge.mutual_tls{'_web' if own else ''}_arn_suffix" in refused["dimensions"]


@pytest.mark.parametrize(("verifier", "alarms"), [("per-service", 2 * 9), ("shared", 2 * 8 + 1)])
def test_what_watches_callers_with_a_certificate_is_in_the_cost_and_the_dashboard(
    verifier: str, alarms: int, tmp_path: Path
) -> None:
    settings = ALARMS + f"dashboard: true\nload_balancer: {{mutual_tls: true, verifier: {verifier}}}\n"
    found = of(tmp_path, settings, **CALLED)
    ctx = BuildContext(found.environment, in_force(found.environment), "alarms")
    assert sum(cost.units or 0 for cost in capabilities()["alarms"].monthly_costs(ctx)) == alarms
    shown = set(re.findall(r"module\.\w+\.arns\[[^]]+\]", found.files["app/dashboard.tf"]))
    assert len(shown) == alarms


def test_a_bff_is_not_called_because_a_service_of_its_name_is(tmp_path: Path) -> None:
    caller = SERVICE.replace("web", "cart").replace("Web", "Cart") + "calls: {shop: {access: api, why: it asks}}\n"
    called = SERVICE.replace("web", "shop").replace("Web", "Shop")
    files = {"services/shop.yaml": called, "services/cart.yaml": caller}
    files |= {"gateways/public.yaml": GATEWAY.replace("web", "shop"), "bffs/shop.yaml": BFF}
    found = of(tmp_path, ALARMS + "mesh: {}\nload_balancer: {}\n", **files)
    assert "call-errors" in watched(found, "service", "shop")
    assert "call-errors" not in watched(found, "bff", "shop")


def test_without_a_word_of_its_own_a_service_keeps_its_private_gateway_s_promise(tmp_path: Path) -> None:
    inside = GATEWAY.replace("reach: internet", "reach: vpc") + "latency_p90: 200 ms\n"
    found = of(tmp_path, ALARMS, **{"gateways/public.yaml": inside})
    assert watched(found, "service", "web")["response-time"]["threshold"] == "0.2"
    assert watched(found, "gateway", "public")["latency"]["threshold"] == "200"


def test_a_bff_keeps_its_gateway_s_promise(tmp_path: Path) -> None:
    files = {"gateways/public.yaml": GATEWAY + "latency_p90: 500 ms\n", "bffs/shop.yaml": BFF}
    alarms = of(tmp_path, ALARMS, **files).items("app/bff-shop.tf", "alarms_bff_shop", "alarms")
    [alarm] = [alarm for name, alarm in alarms.items() if name.endswith("response-time")]
    assert alarm["threshold"] == "0.5"


def test_events_that_wait_longer_than_promised_are_an_alarm(tmp_path: Path) -> None:
    queue = "scaling: {queue: {per_task: 10}}\n"
    assert service(tmp_path / "usual", queue)["event-age"]["threshold"] == "300"
    promised = service(tmp_path / "promised", queue + "promise: {notified_within: 30 s}\n")
    assert promised["event-age"]["threshold"] == "30"
    assert promised["dead-letters"]["threshold"] == "1"


def test_what_is_switched_off_is_not_watched(tmp_path: Path) -> None:
    off = SERVICE.replace("{min: 1, max: 2}", "{min: 0, max: 0}")
    found = of(tmp_path, ALARMS, **{"services/web.yaml": off})
    assert "alarms_service_web" not in found.labels("app/service-web.tf")


def test_figures_of_the_catalogue_are_a_database_s_thresholds(tmp_path: Path) -> None:
    more = "connections: 50\ndata: 150 GB\nreaders: 1\n"
    alarms = watched(of(tmp_path, ALARMS, **{"databases/main.yaml": DATABASE + more}), "database", "main")
    assert (alarms["connections"]["threshold"], alarms["volume"]["threshold"]) == ("50", "150000000000")
    assert set(alarms) == {"capacity", "connections", "cpu", "replica-lag", "volume"}
    alone = watched(of(tmp_path / "alone", ALARMS, **{"databases/main.yaml": DATABASE}), "database", "main")
    assert set(alone) == {"capacity", "connections", "cpu"}


@pytest.mark.parametrize(
    ("size", "metric", "threshold"),
    [
        ("t4g.micro", "CPUUtilization", 45),
        ("t2.small", "CPUUtilization", 90),
        ("r7g.large", "CPUUtilization", 45),
        ("r7g.xlarge", "EngineCPUUtilization", 90),
        ("m4.10xlarge", "EngineCPUUtilization", 90),
    ],
)
def test_a_small_cache_is_watched_for_the_cpu_of_its_node(
    size: str, metric: str, threshold: int, tmp_path: Path
) -> None:
    cache = f"name: main\ntitle: Main\nengine: valkey\nsize: cache.{size}\n"
    found = of(tmp_path, ALARMS, **{"caches/main.yaml": cache}).items(
        "app/cache-main.tf", "alarms_cache_main", "alarms"
    )
    alarm = found["demo-dev-main-001-cpu"]
    assert (alarm["metric"], alarm["threshold"]) == (f'"{metric}"', str(threshold))


def test_people_get_mail_where_an_address_is_given(tmp_path: Path) -> None:
    assert of(tmp_path / "none").labels("app/alarms.tf") == {"alerts"}
    found = of(tmp_path, DEV + "alarm_email: people@demo.example\n")
    assert found.call("app/alarms.tf", "alerts_email")["addresses"] == '["people@demo.example"]'
    assert 'output "alerts_topic_arn"' in found.files["app/outputs.tf"]


def test_a_topic_is_called_as_its_level_says(tmp_path: Path) -> None:
    alerts = "alerts: {critical: {topic: critical-alerts}, low: {mail: [people@demo.example]}}\n"
    found = of(tmp_path, DEV + alerts)
    assert found.call("app/alarms.tf", "alerts_critical")["name"] == '"demo-dev-critical-alerts"'
    assert found.call("app/alarms.tf", "alerts_low")["name"] == '"demo-dev-alerts-low"'


def test_a_layout_by_domain_has_alarms_in_a_stack_of_their_own(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE + "domain: sales\n", "domains/sales.yaml": "name: sales\ntitle: Sales\n"}
    system = {"system.yaml": "schema: 1\nname: demo\ntitle: Demo\nlayout: domains\n"}
    found = of(tmp_path, ALARMS, **files, **system)
    assert set(watched(found, "service", "web", "observability/service-web.tf")) == {"cpu", "memory", "running-tasks"}


def test_a_promise_is_of_as_many_requests_as_it_says(tmp_path: Path) -> None:
    said = "promise: {response_time: 200 ms, percentile: p95}\n"
    alarm = service(tmp_path, said, DEV + "load_balancer: {}\n")["response-time"]
    assert (alarm["extended_statistic"], alarm["threshold"]) == ('"p95"', "0.2")
    assert "p95 of the response times" in alarm["description"]


def test_mistakes_of_callers_are_watched_where_an_entry_gives_a_figure(tmp_path: Path) -> None:
    balanced, said = ALARMS + "load_balancer: {}\n", "alarms: {client-errors: {above: 50}}\n"
    assert "client-errors" not in service(tmp_path / "none", "", balanced)
    alarm = service(tmp_path / "some", said, balanced)["client-errors"]
    assert (alarm["metric"], alarm["threshold"]) == ('"HTTPCode_Target_4XX_Count"', "50")
    gateway = {"gateways/public.yaml": GATEWAY + "alarms: {client-errors: {above: 1 %, for: 3 min}}\n"}
    found = watched(of(tmp_path / "gateway", ALARMS, **gateway), "gateway", "public")["client-errors"]
    assert (found["threshold"], found["periods"]) == ("0.01", "3")
    assert found["terms"].split() == [
        "{",
        "asked",
        "=",
        '"public-with-key"',
        "refused",
        "=",
        '"public-client-errors"',
        "}",
    ]


def test_what_a_scanner_sends_without_a_key_raises_no_alarm_of_a_gateway(tmp_path: Path) -> None:
    said = "alarms: {client-errors: {above: 1 %}}\n"
    found = of(tmp_path, ALARMS, **{"gateways/public.yaml": GATEWAY + said})
    for word in ("with-key", "client-errors"):
        call = found.call(f"app/gateway-public-{word}.tf", f"{word.replace('-', '_')}_gateway_public")
        assert r"$.apiKeyId != \"-\"" in call["pattern"]
        assert call["metric"] == f'"public-{word}"'
    assert "with_key" not in "".join(of(tmp_path / "none", ALARMS, **{"gateways/public.yaml": GATEWAY}).files.values())


def test_requests_that_a_gateway_refuses_as_too_many_are_counted_in_its_access_log(tmp_path: Path) -> None:
    """Amazon API Gateway's 4XXError has them among all others."""
    found = of(tmp_path / "usual", ALARMS, **{"gateways/public.yaml": GATEWAY})
    call = found.call("app/gateway-public-throttled.tf", "throttled_gateway_public")
    assert (call["pattern"], call["metric"]) == (r'"{ $.status = \"429\" }"', '"public-throttled"')
    assert call["log_group_name"] == '"/demo/dev/gateways/public/access"'
    alarm = watched(found, "gateway", "public")["throttled"]
    assert (alarm["namespace"], alarm["metric"], alarm["threshold"]) == ('"demo/dev"', '"public-throttled"', "10")
    silent = of(tmp_path / "none", ALARMS, **{"gateways/public.yaml": GATEWAY + "alarms: {throttled: none}\n"})
    assert "app/gateway-public-throttled.tf" not in silent.files


def test_four_fifths_of_the_declared_throughput_are_told(tmp_path: Path) -> None:
    stated = "schema: 1\nname: demo\ntitle: Demo\ndeclared: {throughput: 100000 req/min}\n"
    files = {"gateways/public.yaml": GATEWAY, "system.yaml": stated}
    alarm = watched(of(tmp_path / "some", ALARMS, **files), "gateway", "public")["requests"]
    assert (alarm["metric"], alarm["threshold"]) == ('"Count"', "80000")
    assert "requests" not in watched(
        of(tmp_path / "none", ALARMS, **{"gateways/public.yaml": GATEWAY}), "gateway", "public"
    )


METRIC = "name: orders\ntitle: Orders\nnamespace: Shop/Business\nmetric: OrderCount\n"


def worked_out(root: Path, more: str) -> dict[str, dict[str, str]]:
    """Return the alarms of a metric that are worked out, by the ends of their names."""
    found = of(root, ALARMS, **{"metrics/orders.yaml": METRIC + more}).items(
        "app/metric-orders.tf", "alarms_metric_orders", "expressions"
    )
    return {key.rpartition("-orders-")[2]: alarm for key, alarm in found.items()}


def test_what_is_unusual_has_a_band_in_place_of_a_figure(tmp_path: Path) -> None:
    alarm = worked_out(tmp_path / "own", "alarms: {unusual: {anomaly: 2, for: 15 min}}\n")["unusual"]
    assert alarm["expressions"].split() == ["{", "band", "=", '"ANOMALY_DETECTION_BAND(result,', '2)"', "}"]
    assert alarm["terms"].split() == ["{", "result", "=", '"OrderCount"', "}"]
    assert alarm["comparison"] == '"LessThanLowerOrGreaterThanUpperThreshold"'
    assert "threshold" not in alarm
    assert alarm["description"] == '"Orders: OrderCount (Sum) is unusual for 15 min."'


@pytest.mark.parametrize(("word", "comparison"), [("cpu", "GreaterThanUpper"), ("free-memory", "LessThanLower")])
def test_only_the_bad_side_of_a_band_is_told_of_what_has_one(tmp_path: Path, word: str, comparison: str) -> None:
    entry = f"{DATABASE}alarms: {{{word}: {{anomaly: 3}}}}\n"
    found = of(tmp_path, ALARMS, **{"databases/main.yaml": entry})
    alarms = found.items("app/database-main.tf", "alarms_database_main", "expressions")
    [alarm] = [alarm for name, alarm in alarms.items() if name.endswith(word)]
    assert alarm["comparison"] == f'"{comparison}Threshold"'


def test_an_alarm_over_any_value_of_a_dimension_asks_all_of_them(tmp_path: Path) -> None:
    more = (
        "across: [TenantId, Endpoint]\nstatistic: Maximum\nalarms: {slow: {above: 500}, idle: {below: 1, for: 1 h}}\n"
    )
    alarms = worked_out(tmp_path / "any", more)
    said = r"SELECT MAX(\"OrderCount\") FROM SCHEMA(\"Shop/Business\", \"TenantId\", \"Endpoint\")"
    assert said in alarms["slow"]["expressions"]
    assert (alarms["slow"]["terms"], alarms["slow"]["threshold"]) == ("{}", "500")
    assert alarms["idle"]["missing"] == '"breaching"'
    few = f"dimensions: {{Stage: prod}}\n{more.replace('slow: {above: 500}', 'slow: {above: 5, statistic: Average}')}"
    asked = worked_out(tmp_path / "few", few)["slow"]["expressions"]
    assert r"SELECT AVG(" in asked
    assert r"""\"Endpoint\") WHERE \"Stage\" = 'prod'""" in asked


def test_a_band_is_billed_as_two_metrics_more_and_a_query_by_what_it_finds(tmp_path: Path) -> None:
    more = "alarms: {unusual: {anomaly: 2}, many: {above: 100}}\n"
    assert alarm_costs(of(tmp_path / "band", ALARMS, **{"metrics/orders.yaml": METRIC + more}).environment) == [4]
    over = "across: [TenantId]\nalarms: {many: {above: 100}}\n"
    assert alarm_costs(of(tmp_path / "query", ALARMS, **{"metrics/orders.yaml": METRIC + over}).environment) == [None]


def alarm_costs(found: Environment) -> list[object]:
    ctx = BuildContext(found, in_force(found), "alarms")
    return [cost.units for cost in capabilities()["alarms"].monthly_costs(ctx) if cost.owner == "metrics/orders"]
