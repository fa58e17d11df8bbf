"""What services and BFFs promise, the alarms that tell when it is broken, and what their tasks can carry."""

from collections.abc import Iterator

from infragen.core.build_context import BuildContext
from infragen.core.promises import Promised
from infragen.kinds import mesh
from infragen.kinds.alarms import error_budget
from infragen.kinds.balancers.model import leading_to
from infragen.kinds.services import loads
from infragen.kinds.workloads.model import Container, Server, Service
from infragen.text import counted

_BUDGETS = tuple(window.measure.word for window in error_budget.WINDOWS)


def promises(container: Container, ctx: BuildContext) -> Iterator[Promised]:
    if not isinstance(container, Server):
        return
    said, owner = container.promise, ctx.owner
    most = (counted(container.tasks.max, "task"),)
    before = [f"balancers/{one.name}" for one in leading_to(ctx.environment, container.name)]
    if said.response_time is not None:
        words = [(owner, "response-time"), (owner, "call-response-time")]
        words += [(balancer, f"{container.identity}-response-time") for balancer in before]
        says = f"{said.of_requests} of its answers take {said.response_time:,} ms or less"
        step = mesh.Slowness.than(said.response_time).step if mesh.measures(ctx) else 0
        says += f" (in the mesh, slower ones are told above {step:,} ms)" if step > said.response_time else ""
        yield Promised(("promise", "response_time"), says, tuple(words), most)
    if (available := ctx.environment.promised_availability(said.availability)) is not None:
        words = [(one, word) for one in (owner, *before) for word in _BUDGETS]
        says = f"{available:f} % of its answers are none of 5xx"
        yield Promised(("promise", "availability"), says, tuple(words), most)
    if said.notified_within is not None:
        says = f"an event waits {said.notified_within:,} ms or less"
        yield Promised(("promise", "notified_within"), says, ((owner, "event-age"),), most)
    for name, volume in container.volumes.items():
        says = f"carries {volume.figure}: {volume.what}"
        yield Promised(("volumes", name, "figure"), says, (), tuple(loads.limits(container, volume, ctx)))


def limits(container: Container, _ctx: BuildContext) -> Iterator[str]:
    rate = container.scaling.requests_per_target if isinstance(container, Service) else None
    if rate is not None:
        yield f"{container.tasks.max} tasks x {rate}"
