"""What stands between entries is built when somebody asks for it, and not otherwise; who asked can be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.commands.explain import explain
from infragen.hcl.index import Index
from infragen.kinds import capabilities
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import (
    BFF,
    DATABASE,
    DEV,
    GATEWAY,
    SERVICE,
    SYSTEM,
    Rendered,
    environment,
    rendered,
    service,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALWAYS = {"cluster", "network", "public-tasks"}
CALL = {**service("shop"), "services/web.yaml": SERVICE + "calls: {shop: {access: api, why: it asks}}\n"}
DOMAIN = {
    "domains/sales.yaml": "name: sales\ntitle: Sales\nown_cluster: true\n",
    "services/web.yaml": SERVICE + "domain: sales\n",
}

FRONT = {
    "zones/main.yaml": "name: main\ntitle: Main\n",
    "balancers/front.yaml": "name: front\ntitle: Front\nreach: internet\nzone: main\nhosts: [www]\n"
    "failover: {role: primary, healthy_tasks: 1}\nroutes: {all: {service: web}}\n",
}

PLAIN = {name: text.replace("failover: {role: primary, healthy_tasks: 1}\n", "") for name, text in FRONT.items()}
CHECKED = {
    name: text.replace("failover: {role: primary, healthy_tasks: 1}", "check: {path: /health}")
    for name, text in FRONT.items()
}


def settings(text: str) -> dict[str, str]:
    return {"dev.yaml": f"{DEV}{text}\n"}


def network(text: str) -> dict[str, str]:
    return {"dev.yaml": DEV.replace("0.0/16}", f"0.0/16, {text}}}")}


def gateway(reach: str = "internet", more: str = "") -> dict[str, str]:
    return {"gateways/public.yaml": GATEWAY.replace("reach: internet", f"reach: {reach}") + more}


def database(more: str) -> dict[str, str]:
    return {"databases/main.yaml": DATABASE + more, "services/web.yaml": SERVICE + "database: main\n"}


WORKING = 'working_hours: {days: mon-fri, start: "08:00", end: "20:00", why: nobody tests at night}'

SEARCH = 'name: main\ntitle: Main\nversion: "2.19"\nsize: t3.small.search\nstorage: {size: 10 GB}\n'
ASKED: tuple[tuple[str, Mapping[str, str], str, set[str]], ...] = (
    ("mesh", CALL, "services/web: calls", set()),
    ("mesh", settings("mesh: {}"), "environment: mesh", set()),
    ("mesh-encryption", settings("mesh: {encrypted: true}"), "environment: mesh.encrypted", {"mesh", "private-ca"}),
    ("load-balancer", settings("load_balancer: {}"), "environment: load_balancer", {"mesh"}),
    ("gateway-link", gateway(), "gateways/public: name", {"load-balancer", "mesh"}),
    (
        "mutual-tls",
        {**CALL, **settings("load_balancer: {mutual_tls: true}")},
        "environment: load_balancer.mutual_tls",
        {"load-balancer", "mesh", "private-ca"},
    ),
    ("endpoints", network("endpoints: [logs]"), "environment: network.endpoints", {"object-store"}),
    ("endpoints", gateway("vpc"), "gateways/public: reach", {"gateway-link", "load-balancer", "mesh"}),
    (
        "dynamodb-endpoint",
        network("nat: single, endpoints: [dynamodb]"),
        "environment: network.endpoints",
        {"nat", "object-store"},
    ),
    ("nat", network("nat: single"), "environment: network.nat", {"object-store"}),
    ("object-store", network("nat: single"), "environment: network", {"nat"}),
    ("flow-log", network("flow_log_retention: 7 days"), "environment: network.flow_log_retention", set()),
    ("guardduty", settings("account_settings: {guardduty: {}}"), "environment: account_settings.guardduty", set()),
    (
        "cloudtrail",
        settings("account_settings: {cloudtrail: {retention: 1 year}}"),
        "environment: account_settings.cloudtrail",
        set(),
    ),
    (
        "config",
        settings("account_settings: {config: {retention: 1 year}}"),
        "environment: account_settings.config",
        set(),
    ),
    (
        "session-log",
        settings("account_settings: {session_log: {retention: 1 year}}"),
        "environment: account_settings.session_log",
        set(),
    ),
    (
        "ebs-encryption",
        settings("account_settings: {ebs_encryption: true}"),
        "environment: account_settings.ebs_encryption",
        set(),
    ),
    (
        "image-replication",
        settings("account_settings: {image_replication: us-west-2}"),
        "environment: account_settings.image_replication",
        set(),
    ),
    (
        "prometheus",
        {**settings("prometheus: {grafana: {}}"), "services/web.yaml": f"{SERVICE}tracing: true\n"},
        "environment: prometheus.enabled",
        set(),
    ),
    ("search-role", {"search-domains/main.yaml": SEARCH}, "search-domains/main: name", set()),
    ("customer-keys", settings("customer_keys: true"), "environment: customer_keys", set()),
    ("alarms", settings("alarms: true"), "environment: alarms", set()),
    ("alarms", settings("alarm_email: a@demo.example"), "environment: alarm_email", set()),
    ("alarms", {"services/web.yaml": SERVICE + "promise: {response_time: 300 ms}\n"}, "services/web: promise", set()),
    (
        "failover-alarms",
        {**FRONT, **settings("domain_name: demo.example\nalarm_email: a@demo.example")},
        "balancers/front: failover.healthy_tasks",
        {"alarms", "certificate-alarms"},
    ),
    (
        "failover-alarms",
        {**CHECKED, **settings("domain_name: demo.example\nalarm_email: a@demo.example")},
        "balancers/front: check",
        {"alarms", "certificate-alarms"},
    ),
    (
        "certificate-alarms",
        {**PLAIN, **settings("domain_name: demo.example\nalarm_email: a@demo.example")},
        "balancers/front: zone",
        {"alarms"},
    ),
    ("budget", settings("budget: {monthly: 50 USD, alerts: {80 %: [a@demo.example]}}"), "environment: budget", set()),
    ("dashboard", settings("dashboard: true"), "environment: dashboard", {"alarms"}),
    ("database-proxy", database("proxy: {}\n"), "databases/main: proxy", set()),
    ("backup-vault", database("backup: {before_release: 30 days}\n"), "databases/main: backup.before_release", set()),
    ("audit-log", database("audit: {retention: 90 days}\n"), "databases/main: audit", set()),
    ("working-hours", {**database(""), **settings(WORKING)}, "environment: working_hours", set()),
    ("own-cluster", DOMAIN, "domains/sales: own_cluster", set()),
)
"""A capability, what asks for it, who is said to, and what comes along."""


def traces(found: Rendered) -> dict[str, set[str]]:
    """Return what tells of each capability in what is rendered: files, modules, arguments."""
    calls = [call for path, text in found.bodies().items() if path.endswith(".tf") for call in Index(text).calls]
    both = {f"module {call.module}" for call in calls} | {name for call in calls for name in call.arguments}
    texts = "".join(found.bodies().values())
    public = "assign_public_ip       = true" in texts
    signs = {
        "alarms": both & {"module alarms", "module alerts_topic", "module alerts_email"},
        "budget": both & {"module monthly_budget"},
        "certificate-alarms": both & {"module certificate_events"},
        "failover-alarms": {path for path in found.files if path == "edge-us-east-1/failover-alarms.tf"},
        "dashboard": both & {"module dashboard"},
        "audit-log": set(re.findall(r"^ +audit += \d", texts, re.MULTILINE)),
        "backup-vault": both & {"module backup_vault"},
        "cloudtrail": both & {"module cloudtrail"},
        "config": both & {"module config_recorder"},
        "search-role": both & {"module opensearch_service_linked_role"},
        "session-log": both & {"module session_log"},
        "ebs-encryption": {name for name in both if name.startswith("module ebs_encryption")},
        "image-replication": both & {"module ecr_replication"},
        "dynamodb-endpoint": {path for path in found.files if path == "network/dynamodb-endpoint.tf"},
        "guardduty": both & {"module guardduty_detector"},
        "cluster": {path for path in found.files if path == "app/cluster.tf"},
        "customer-keys": {name for name in both if name == "module kms_key" or name.endswith("kms_key_arn")},
        "database-proxy": both & {"module rds_proxy"},
        "endpoints": both & {"module vpc_interface_endpoint"},
        "flow-log": both & {"module vpc_flow_log"},
        "gateway-link": both & {"module gateway_network_load_balancer", "module api_gateway_account"},
        "load-balancer": both & {"module internal_load_balancer", "module access_log_bucket", "target"},
        "mesh": both & {"module private_dns_namespace", "mesh", "namespace_arn"},
        "mesh-encryption": both & {"module service_connect_tls_role"},
        "mutual-tls": both & {"module trust_store", "module private_certificate", "trust_store_arn"},
        "nat": both & {"module nat_gateway", "module nat_routes"},
        "network": both & {"module vpc"},
        "object-store": {path for path in found.files if path == "network/object-store.tf"},
        "own-cluster": {path for path in found.files if path == "app/domain-sales.tf"},
        "private-ca": both & {"module private_ca"},
        "prometheus": both & {"module prometheus_workspace"},
        "public-tasks": {"assign_public_ip"} if public else set(),
        "working-hours": both & {"module working_hours"},
    }
    assert set(signs) == set(capabilities())
    return {name: seen for name, seen in signs.items() if seen}


def test_the_smallest_system_has_a_network_a_cluster_and_public_addresses(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path))
    assert set(in_force(found.environment)) == ALWAYS
    assert set(traces(found)) == ALWAYS
    called = {module for stack in found.stacks for module in stack.modules}
    assert called == {"ecr_repository", "ecs_cluster", "ecs_service_fixed", "security_group", "vpc"}
    assert set(found.call("app/cluster.tf", "cluster")) == {"source", "name", "container_insights"}
    assert found.call("network/network.tf", "vpc")["app_subnets"] == "{}"
    assert found.call("network/network.tf", "vpc")["data_subnets"] == "{}"
    assert not {"policies", "target", "mesh"} & set(found.call("app/service-web.tf", "service_web"))


@pytest.mark.parametrize(("name", "files", "who", "more"), ASKED, ids=[f"{one[0]}-{one[2]}" for one in ASKED])
def test_a_capability_is_built_where_it_is_asked_for(
    tmp_path: Path, name: str, files: Mapping[str, str], who: str, more: set[str]
) -> None:
    found = rendered(environment(tmp_path, files))
    built = in_force(found.environment)
    usual = ALWAYS
    if "object-store" in {name, *more}:
        usual = usual - {"public-tasks"}
    if name == "own-cluster":
        usual = usual - {"cluster"}
    assert set(built) == usual | {name} | more
    assert who in {f"{reason.owner}: {'.'.join(reason.path)}" for reason in built[name]}
    assert set(traces(found)) == set(built)
    for reasons in built.values():
        for reason in reasons:
            assert (reason.owner in built) == reason.why.startswith("needed by ")
            assert reason.owner in built or found.environment.at(reason.owner, *reason.path).line


def test_what_is_needed_is_said_to_be_needed_by_whom(tmp_path: Path) -> None:
    built = in_force(environment(tmp_path, settings("load_balancer: {mutual_tls: true}")))
    assert [(one.owner, one.why) for one in built["private-ca"]] == [("mutual-tls", "needed by mutual TLS")]
    assert [(one.owner, one.why) for one in built["mesh"]] == [("load-balancer", "needed by internal load balancer")]


def test_all_of_them_together_are_what_all_ask_for(tmp_path: Path) -> None:
    everything = {
        "dev.yaml": DEV.replace(
            "0.0/16}", "0.0/16, nat: single, endpoints: [dynamodb, logs], flow_log_retention: 7 days}"
        )
        + "mesh: {encrypted: true}\nload_balancer: {mutual_tls: true}\ncustomer_keys: true\nalarms: true\n"
        + "account_settings: {guardduty: {}, cloudtrail: {retention: 1 year}, session_log: {retention: 1 year},"
        + " ebs_encryption: true, image_replication: us-west-2, config: {retention: 1 year}}\n"
        + "prometheus: {}\ndashboard: true\nbudget: {monthly: 50 USD, alerts: {80 %: [a@demo.example]}}\n"
        + f"{WORKING}\ndomain_name: demo.example\nalarm_email: a@demo.example\n",
        **FRONT,
        **database("proxy: {}\naudit: {retention: 90 days}\nbackup: {before_release: 30 days}\n"),
        **gateway("vpc"),
        "domains/sales.yaml": "name: sales\ntitle: Sales\nown_cluster: true\n",
        **service("shop", "domain: sales\n"),
        "bffs/shop.yaml": BFF,
        "search-domains/main.yaml": SEARCH,
    }
    found = rendered(environment(tmp_path, everything))
    assert set(in_force(found.environment)) == set(capabilities()) - {"public-tasks"}
    assert set(traces(found)) == set(in_force(found.environment))


def test_an_environment_without_entries_has_nothing(tmp_path: Path) -> None:
    of = environment(tmp_path, {"dev.yaml": f"{DEV}services: {{web: null}}\n"})
    assert in_force(of) == {}
    assert rendered(of).bodies() == {}


def test_an_environment_asks_by_itself(tmp_path: Path) -> None:
    root = write(
        tmp_path, {**settings("alarms: true"), "prod.yaml": DEV.replace("environment: dev", "environment: prod")}
    )
    assert "alarms" in in_force(environment(root, settings("alarms: true")))
    assert "alarms" not in in_force(environment(root, settings("alarms: true"), "prod"))


@pytest.mark.parametrize(
    ("network", "settings", "days"),
    [
        ("", "production: true\n", "30"),
        ("", "production: true\nlog_retention: 90 days\n", "90"),
        (", flow_log_retention: 7 days", "production: true\n", "7"),
        (", flow_log_why: a firewall logs them", "production: true\n", None),
        ("", "", None),
    ],
)
def test_production_logs_connections_unless_it_says_why_not(
    tmp_path: Path, network: str, settings: str, days: str | None
) -> None:
    dev = DEV.replace("0.0/16}", f"0.0/16, nat: single{network}}}") + settings
    found = rendered(environment(tmp_path, {"dev.yaml": dev, "services/web.yaml": SERVICE}))
    kept = found.call("network/flow-log.tf", "flow_log")["retention_in_days"] if days else None
    assert ("network/flow-log.tf" in found.files, kept) == (days is not None, days)


def test_the_role_of_a_flow_log_may_what_aws_lists_and_nowhere_else(tmp_path: Path) -> None:
    """Amazon VPC User Guide: IAM role for publishing flow logs to CloudWatch Logs."""
    found = rendered(environment(tmp_path, network("flow_log_retention: 7 days")))
    module = found.files["modules/vpc_flow_log/main.tf"]
    assert set(re.findall(r'"logs:(\w+)"', module)) == {
        "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents"
    }  # fmt: skip
    assert not re.search(r'Resource += "\*"', module)


def test_explain_lists_what_is_in_force_and_who_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {**CALL, **gateway("vpc"), "system.yaml": SYSTEM})
    assert explain("demo/dev", folder=tmp_path) == 0
    text = capsys.readouterr().out
    assert text.startswith("demo/dev: 7 capabilities in force")
    assert "  mesh: service mesh (0.50 USD, and 0.40 USD per million DNS queries)\n" in text
    assert f"    {'catalog/demo/services/web.yaml'}:6:8: services/web: calls other services by name\n" in text
    assert "    load-balancer: needed by internal load balancer\n" in text
    assert "  load-balancer: internal load balancer (17.74 USD, 0.008 USD per LCU-hour, and 0.025 USD per GB" in text
    assert "  cluster: shared ECS cluster\n" in text


def test_explain_counts_who_else_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = {name: text for number in range(5) for name, text in service(f"shop-{number}").items()}
    write(tmp_path, many)
    assert explain("demo/dev", folder=tmp_path) == 0
    assert re.search(r"cluster: shared ECS cluster\n(    .*\n){3}    and 3 more\n", capsys.readouterr().out)
