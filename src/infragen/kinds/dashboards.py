"""Dashboards: one page of CloudWatch for an environment, with all that is watched."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from infragen.core.build_context import BuildContext, Record, ResourceView, call, part_of
from infragen.core.kind import Capability, OutputLine, free_of_charge
from infragen.core.part import ENVIRONMENT, LIMITS, asked_by, pattern
from infragen.core.tracing import Read
from infragen.kinds import built
from infragen.kinds.alarms import NAME as ALARMS
from infragen.kinds.alarms import AlarmsView

_NAME: Final = "dashboard"
_WIDTH: Final = 24
"""Columns of a dashboard (Amazon CloudWatch API: Dashboard body structure and syntax)."""
_ALARMS_OF_WIDGET: Final = 100
"""The same: alarms that one widget of states shows."""
_STATES_HEIGHT: Final = 4
_TITLE_HEIGHT: Final = 1
_GRAPH: Final = (6, 5)


class DashboardView(ResourceView):
    """All that is watched, as widgets: the states of all alarms first, then each entry's with its figures."""

    dashboard = call("monitoring", _NAME)
    name = pattern("{own.prefix}", LIMITS["dashboard"])

    @property
    def widgets(self) -> list[Record]:
        entries = []
        for part in chain.from_iterable(built(self._ctx)):
            own = part.own
            if isinstance(own, AlarmsView) and own.watched:
                # One in another region has its name's ARN, so that this stack waits for none of that region.
                at = None if part.region == self.region else f"arn:aws:cloudwatch:{part.region}:{self.account}:alarm:"
                alarms = [
                    (name.removeprefix(f"{own.name}-"), f"{at}{name}" if at else own.made.arns[name], part.region)
                    for name in sorted(own.watched)
                ]
                entries.append((own.title, alarms))
        arns = [arn for _, alarms in entries for _, arn, _ in alarms]
        found, below = [], 0
        for begin in range(0, len(arns), _ALARMS_OF_WIDGET):
            shown = {"title": "Alarms", "alarms": arns[begin : begin + _ALARMS_OF_WIDGET]}
            found.append(_widget("alarm", (0, below, _WIDTH, _STATES_HEIGHT), shown))
            below += _STATES_HEIGHT
        width, height = _GRAPH
        for title, alarms in entries:
            found.append(_widget("text", (0, below, _WIDTH, _TITLE_HEIGHT), {"markdown": f"## {title}"}))
            below += _TITLE_HEIGHT
            for number, (name, arn, region) in enumerate(alarms):
                x, row = number * width % _WIDTH, number * width // _WIDTH
                graph: dict[str, object] = {"title": name, "region": region, "annotations": {"alarms": [arn]}}
                found.append(_widget("metric", (x, below + row * height, width, height), graph))
            below += -(-len(alarms) * width // _WIDTH) * height
        return found


def _widget(kind: str, place: tuple[int, int, int, int], properties: Mapping[str, object]) -> Record:
    x, y, width, height = place
    values = {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": Record(properties)}
    return Record(values, Read(ENVIRONMENT, (_NAME,)))


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    own = DashboardView(ctx)
    console = f"https://{own.region}.console.aws.amazon.com/cloudwatch/home?region={own.region}"
    yield OutputLine("detail", "look at what is watched", f"{console}#dashboards/dashboard/{own.name}")


CAPABILITY: Final = Capability(
    name=_NAME,
    title="dashboard",
    setting="dashboard: true",
    requires=(ALARMS,),
    reasons=asked_by("somebody wants to see what is watched", _NAME),
    parts=part_of("monitoring", "kinds/dashboards/main.tf", DashboardView),
    monthly_costs=free_of_charge,  # as long as the account has three of them (Amazon CloudWatch pricing)
    outputs=_outputs,
)
