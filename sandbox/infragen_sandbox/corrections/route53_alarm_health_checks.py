"""A health check on an alarm, or on other health checks, has its own figures and nothing of an address.

AWS: AlarmIdentifier and InsufficientDataHealthStatus are what a check of the type CLOUDWATCH_METRIC consists of; port,
interval and threshold are those of an address (Route 53 API Reference, HealthCheckConfig), and its version counts its
updates (UpdateHealthCheck). moto keeps neither, and gives every check but a calculated one a port and an interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

from infragen_sandbox.corrections.patching import around, parameter, replace

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_ALARMS: Final = ("AlarmIdentifier", "InsufficientDataHealthStatus")
_OF_ADDRESSES: Final = ("IPAddress", "Port", "RequestInterval", "FailureThreshold", "MeasureLatency", "EnableSNI")
_CONFIG: Final[Any] = vars(HealthCheck)["health_check_config"]


def _config(check: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(_CONFIG.__get__(check))
    if check.type_ in ("CLOUDWATCH_METRIC", "CALCULATED"):
        found = {name: value for name, value in found.items() if name not in _OF_ADDRESSES}
    return found | {name: value for name, value in vars(check).items() if name in _OF_ALARMS and value is not None}


def _create(original: Callable[..., Any], response: Any) -> Any:
    answer = original(response)
    config = parameter(response, "HealthCheckConfig")
    _remember(answer, config)
    return answer


def _update(original: Callable[..., Any], response: Any) -> Any:
    answer = original(response)
    _remember(answer, {name: parameter(response, name) for name in _OF_ALARMS})
    _check(answer).health_check_version += 1
    return answer


def _check(answer: Any) -> Any:
    return answer.result["HealthCheck"]


def _remember(answer: Any, config: Any) -> None:
    for name in _OF_ALARMS:
        if config.get(name) is not None:
            vars(_check(answer))[name] = config[name]


def apply() -> None:
    """Install the correction."""
    replace(HealthCheck, "health_check_config", property(_config))
    around(Route53, "create_health_check", _create)
    around(Route53, "update_health_check", _update)
