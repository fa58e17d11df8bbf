from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ALARM = {"Region": "ap-northeast-1", "Name": "too-few"}


def test_a_health_check_on_an_alarm_has_the_alarm_and_nothing_of_an_address(aws: Callable[[str], Any]) -> None:
    route53 = aws("route53")
    made = route53.create_health_check(
        CallerReference="one",
        HealthCheckConfig={
            "Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": ALARM, "InsufficientDataHealthStatus": "Unhealthy",
        },
    )["HealthCheck"]  # fmt: skip
    assert made["HealthCheckConfig"] == {
        "Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": ALARM, "InsufficientDataHealthStatus": "Unhealthy",
        "Inverted": False, "Disabled": False,
    }  # fmt: skip

    changed = route53.update_health_check(HealthCheckId=made["Id"], Disabled=True, Inverted=True)["HealthCheck"]
    config = changed["HealthCheckConfig"]
    assert (config["Disabled"], config["Inverted"], config["AlarmIdentifier"]) == (True, True, ALARM)
    assert changed["HealthCheckVersion"] == made["HealthCheckVersion"] + 1


def test_a_health_check_of_an_address_keeps_its_figures(aws: Callable[[str], Any]) -> None:
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": "www.example.com", "Port": 443, "RequestInterval": 10}
    made = aws("route53").create_health_check(CallerReference="two", HealthCheckConfig=config)["HealthCheck"]
    assert config.items() <= made["HealthCheckConfig"].items()
