"""What other providers' words mean: who is let in, who loses a role, what is deleted with something else."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from infragen.report import terminal
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

SERVICES = "HIGH exposure: every service in Azure, of any customer, is let in: 0.0.0.0"
POSTGRES = "azurerm_postgresql_flexible_server_firewall_rule"


def addresses(first: str, last: str, prefix: str = "_ip_address") -> dict[str, str]:
    return {f"start{prefix}": first, f"end{prefix}": last}


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        (POSTGRES, None, ("0.0.0.0", "0.0.0.0"), SERVICES),
        ("azurerm_mssql_firewall_rule", None, ("0.0.0.0", "0.0.0.0"), SERVICES),
        ("azurerm_mysql_flexible_server_firewall_rule", ("10.0.0.4", "10.0.0.4"), ("0.0.0.0", "0.0.0.0"), SERVICES),
        (
            "azurerm_synapse_firewall_rule", None, ("0.0.0.0", "255.255.255.255"),
            "HIGH exposure: the whole internet is let in: 0.0.0.0 to 255.255.255.255",
        ),
        (
            POSTGRES, ("20.1.0.0", "20.1.0.9"), ("20.1.0.0", "20.1.255.255"),
            "MEDIUM exposure: 65,536 addresses are let in: 20.1.0.0 to 20.1.255.255",
        ),
        (POSTGRES, None, ("20.1.0.1", "20.1.0.9"), "LOW exposure: it lets in 20.1.0.1 to 20.1.0.9"),
    ],
)  # fmt: skip
def test_a_rule_from_one_address_to_another_says_whom_it_lets_in(
    kind: str, before: Any, after: Any, words: str
) -> None:
    found = told(kind, "update" if before else "create", before and addresses(*before), addresses(*after))
    assert found[0] == words


def test_a_smaller_range_opens_nothing() -> None:
    wide, narrow = addresses("20.1.0.0", "20.1.255.255"), addresses("20.1.0.0", "20.1.0.9")
    assert not any("exposure" in one for one in told(POSTGRES, "update", wide, narrow))


def test_of_redis_one_address_is_only_an_address() -> None:
    found = told("azurerm_redis_firewall_rule", "create", None, addresses("0.0.0.0", "0.0.0.0", "_ip"))
    assert not any("Azure" in one for one in found)


def test_what_lets_someone_in_is_not_folded() -> None:
    made = resource(f"{POSTGRES}.a", ["create"], None, addresses("20.1.0.1", "20.1.0.9"))
    said = terminal.render(parse_plan(plan(made)), "demo/prod", width=120)
    assert "20.1.0.1 to 20.1.0.9" in said


@pytest.mark.parametrize(
    ("kind", "after", "words"),
    [
        (
            "google_project_iam_binding", {"project": "p", "role": "roles/editor", "members": ["user:a"]},
            'HIGH downtime: what it does not name loses the role "roles/editor": it is authoritative',
        ),
        (
            "google_storage_bucket_iam_binding", {"bucket": "b", "role": "roles/storage.admin", "members": ["user:a"]},
            'MEDIUM downtime: what it does not name loses the role "roles/storage.admin": it is authoritative',
        ),
        (
            "google_project_iam_policy", {"project": "p", "policy_data": "{}"},
            "HIGH downtime: all roles that it does not name are taken away: it is authoritative",
        ),
        (
            "google_pubsub_topic_iam_policy", {"topic": "t", "policy_data": "{}"},
            "MEDIUM downtime: all roles that it does not name are taken away: it is authoritative",
        ),
        (
            "aws_iam_policy_attachment", {"name": "a", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            "MEDIUM downtime: whoever it does not name loses the policy: it is exclusive",
        ),
    ],
)  # fmt: skip
def test_an_authoritative_grant_takes_from_all_that_it_does_not_name(kind: str, after: Any, words: str) -> None:
    assert words in told(kind, "create", None, after)


def test_a_member_takes_nothing_from_anybody() -> None:
    found = told("google_project_iam_member", "create", None, {"role": "roles/editor", "member": "user:a"})
    assert not any("authoritative" in one for one in found)


VOLUME = "persistent_volume_reclaim_policy"


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        (
            "kubernetes_persistent_volume", {"spec": [{VOLUME: "Retain"}]}, {"spec": [{VOLUME: "Delete"}]},
            f'its disk is deleted with its claim: {VOLUME} "Retain" -> "Delete"',
        ),
        (
            "kubernetes_storage_class_v1", {"reclaim_policy": "Retain"}, {"reclaim_policy": "Delete"},
            'disks are deleted with their claims: reclaim_policy "Retain" -> "Delete"',
        ),
        (
            "google_firestore_database", {"deletion_policy": "ABANDON"}, {"deletion_policy": "DELETE"},
            'destroying it would delete its data: deletion_policy "ABANDON" -> "DELETE"',
        ),
        (
            "aws_cloudwatch_log_group", {"skip_destroy": True}, {"skip_destroy": False},
            "destroying it would delete it at AWS, too: skip_destroy true -> false",
        ),
    ],
)  # fmt: skip
def test_what_is_kept_no_longer_when_something_goes_is_said(kind: str, before: Any, after: Any, words: str) -> None:
    assert f"MEDIUM data loss: {words}" in told(kind, "update", before, after)
    assert not any(words in one for one in told(kind, "update", after, before))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("google_monitoring_alert_policy", "documentation"),
        ("google_monitoring_alert_policy", "display_name"),
        ("google_monitoring_notification_channel", "user_labels"),
        ("google_monitoring_uptime_check_config", "display_name"),
    ],
)
def test_what_people_read_is_no_change_that_nobody_judged(kind: str, name: str) -> None:
    found = told(kind, "update", {name: "old", "conditions": "a"}, {name: "new", "conditions": "a"})
    assert not any("not judged" in one for one in found)
    assert told(kind, "update", {name: "old", "conditions": "a"}, {name: "new", "conditions": "b"}) == [
        "LOW unknown effect: not judged: conditions"
    ]


def test_an_empty_rule_of_a_network_policy_lets_all_in_and_nobody_judges_it() -> None:
    """Kubernetes, "Network policies": `ingress: []` allows nothing, `ingress: [{}]` everything."""
    before, after = ([{"ingress": found}] for found in ([], [{"from": [], "ports": []}]))
    found = told("kubernetes_network_policy_v1", "update", {"spec": before}, {"spec": after})
    assert found == ["LOW unknown effect: not judged: spec"]
