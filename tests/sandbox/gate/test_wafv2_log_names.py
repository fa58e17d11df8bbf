"""Where a web ACL may write its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_log_group_of_another_name_is_refused(aws: Callable[[str], Any], account: str) -> None:
    waf = aws("wafv2")
    visible = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "web"}
    acl = waf.create_web_acl(
        Name="web", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visible
    )["Summary"]["ARN"]  # fmt: skip
    group = f"arn:aws:logs:ap-northeast-1:{account}:log-group:"

    configuration = {"ResourceArn": acl, "LogDestinationConfigs": [f"{group}waf-web"]}
    code, message = refused(waf.put_logging_configuration, LoggingConfiguration=configuration)

    assert code == "WAFInvalidParameterException"
    assert "begins with aws-waf-logs-" in message
    right = {"ResourceArn": acl, "LogDestinationConfigs": [f"{group}aws-waf-logs-web"]}
    assert waf.put_logging_configuration(LoggingConfiguration=right)
