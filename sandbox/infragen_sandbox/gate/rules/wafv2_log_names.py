"""Where a web ACL may write its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_PREFIX = "aws-waf-logs-"


def _check(call: Call) -> Refused | None:
    for arn in call.parameters["LoggingConfiguration"]["LogDestinationConfigs"]:
        name = arn.split(":", 5)[-1].removeprefix("log-group:").removeprefix("deliverystream/")
        if not name.startswith(_PREFIX):
            text = (
                "Error reason: The ARN isn't valid. The name of a log destination begins with "
                f"{_PREFIX}, field: LOG_DESTINATION, parameter: {arn}"
            )
            return Refused("WAFInvalidParameterException", text)
    return None


RULE = Rule(
    "The name of a web ACL's log group, stream or bucket begins with `aws-waf-logs-`",
    "AWS WAF Developer Guide: Logging AWS WAF protection pack (web ACL) traffic, Logging destinations",
    "wafv2",
    ("PutLoggingConfiguration",),
    _check,
)
