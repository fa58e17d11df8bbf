"""Prometheus: a workspace that takes the metrics of traced tasks, and Grafana, where people look at them."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, ResourceView, call, of, part_of
from infragen.core.kind import Capability, Cost, OutputLine
from infragen.core.part import LIMITS, Binding, Grant, asked_by, pattern
from infragen.kinds import keys

NAME: Final = "prometheus"


class PrometheusView(ResourceView):
    """The workspace, and Grafana with the role that reads it."""

    workspace = call("data", NAME)
    board = call("data", "grafana")
    name = pattern("{own.prefix}", LIMITS["prometheus"])
    grafana_role_name = pattern("{own.prefix}-grafana", LIMITS["role"])
    grafana = of(lambda ctx: ctx.settings.prometheus and ctx.settings.prometheus.grafana)
    key_alias = keys.alias
    keys = keys.own(NAME, "metrics in Prometheus", lambda _: {})


def _default_bindings(ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    """Let the collector of a traced task write; it signs requests with the task's role."""
    if getattr(receiver.entry, "tracing", False) and hasattr(receiver.entry, "beside"):
        yield Binding({}, NAME, (Grant("WriteMetrics", ("aps:RemoteWrite",), (PrometheusView(ctx).workspace.arn,)),))


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    """Yield what is billed by usage, and the one editor that each workspace of Grafana is billed for at the least."""
    yield Cost("metrics that tasks send", "prometheus-samples")
    yield Cost("metrics that are kept", "prometheus-storage")
    yield Cost("metrics that are asked for", "prometheus-queries")
    if PrometheusView(ctx).grafana is not None:
        yield Cost("the first editor of Grafana", "grafana-editor", 1)
        yield Cost("other editors of Grafana", "grafana-editor")
        yield Cost("viewers of Grafana", "grafana-viewer")


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    own = PrometheusView(ctx)
    yield OutputLine("detail", "Prometheus is asked at", own.workspace.query_url)
    if own.grafana is not None:
        yield OutputLine("address", "Grafana, for people", own.board.url)
        role = "give people a role in the console of Amazon Managed Grafana"
        yield OutputLine("next", f"{role}, and add Prometheus as Grafana's data source", own.board.id)


CAPABILITY: Final = Capability(
    name=NAME,
    title="Prometheus",
    setting="prometheus: {}",
    reasons=asked_by("metrics of traced tasks", NAME, "enabled"),
    parts=part_of("data", "kinds/prometheus/main.tf", PrometheusView),
    default_bindings=_default_bindings,
    monthly_costs=_costs,
    outputs=_outputs,
)
