"""Rules about services that AWS CodeDeploy delivers: who brings revisions, what stands before them, and figures."""

from collections.abc import Iterator
from typing import Final

from infragen.core.resolved_system import Environment
from infragen.core.rule import Finding, Findings, rule
from infragen.kinds.workloads.blue_green import MOST_MINUTES, BlueGreen
from infragen.kinds.workloads.model import Container, Service
from infragen.text import first_of

_MINUTE: Final = 60
_MOST_PERCENT: Final = 99


def _delivered(environment: Environment) -> Iterator[tuple[str, Service, BlueGreen]]:
    for name, service in environment.all(Service).items():
        if service.blue_green is not None:
            yield f"services/{name}", service, service.blue_green


@rule("F142")
def _no_pipeline(environment: Environment) -> Findings:
    for owner, service, _ in _delivered(environment):
        place = environment.at(owner, "blue_green")
        if service.deploy != "pipeline":
            message = f"Terraform sets the image of {owner}, and ECS accepts it only from CodeDeploy"
            yield Finding(message, place, "write `deploy: pipeline`; `infragen release` then deploys it")
        elif service.image.name is not None:
            message = f"the image of {owner} is in no repository of the account's, from which releases take it"
            yield Finding(message, place, "remove `name` from `image`, and push to the repository that it gets then")


@rule("F143")
def _no_balancer(environment: Environment) -> Findings:
    from infragen.kinds.balancers.model import leading_to
    from infragen.kinds.gateways.model import Gateway

    if any(owner.startswith("balancers/") for owner in environment.broken):
        return  # it may lead there
    for owner, service, _ in _delivered(environment):
        before = [f"balancers/{balancer.name}" for balancer in leading_to(environment, service.name)]
        place = environment.at(owner, "blue_green")
        if not before:
            message = f"no route of a balancer leads to {owner}: there are no requests that CodeDeploy could shift"
            hint = f"add `routes: {{all: {{service: {service.name}}}}}` to an entry of balancers"
            yield Finding(message, place, hint)
        elif before[1:]:
            message = f"CodeDeploy moves the requests of one balancer, and {first_of(before)} lead to {owner}"
            hint = "let one of them lead there, or leave the delivery to ECS: `blue_green: null`"
            yield Finding(message, place, hint)
        for name, gateway in environment.all(Gateway).items():
            for path, to in gateway.targets.items() if gateway.is_public else ():
                if to == owner:
                    others = f"those that a gateway leads to {owner}"
                    message = f"CodeDeploy shifts the requests of a balancer, and not {others}"
                    hint = f"remove this route, or leave the delivery to ECS: `blue_green: null` for {owner}"
                    yield Finding(message, environment.at(f"gateways/{name}", "routes", path), hint)


@rule("F144")
def _in_the_mesh(environment: Environment) -> Findings:
    for owner, service, _ in _delivered(environment):
        for called in service.direct_calls:
            message = f"{owner} calls services/{called} through Service Connect, which CodeDeploy's tasks do not have"
            hint = f"let it use a balancer in front of services/{called} instead: `uses: {{balancers/NAME: {{}}}}`"
            yield Finding(message, environment.at(owner, "calls", called), hint)
        if service.request_timeout is not None:
            message = f"`request_timeout` is about calls through Service Connect, which {owner} does not have"
            yield Finding(message, environment.at(owner, "request_timeout"), "remove it, or `blue_green`")
        for caller, container in environment.each(Container):
            if service.name in container.direct_calls and caller != owner:
                message = f"{caller} calls {owner} through Service Connect, which CodeDeploy's tasks do not have"
                hint = "let it use the balancer instead: `uses: {balancers/NAME: {}}`"
                yield Finding(message, environment.at(caller, "calls", service.name), hint)


@rule("F145")
def _figures(environment: Environment) -> Findings:
    for owner, _, asked in _delivered(environment):
        if asked.percent % 1 or asked.percent > _MOST_PERCENT:
            percent = max(1, min(_MOST_PERCENT, int(asked.percent)))
            message = f"a step of the requests is 1 to {_MOST_PERCENT} whole percent"
            yield Finding(message, environment.at(owner, "blue_green", "percent"), f"write `percent: {percent} %`")
            continue
        for field, seconds in (("interval", asked.interval), ("keep", asked.keep)):
            if seconds % _MINUTE:
                message = f"{seconds} s is not a whole number of minutes, which CodeDeploy requires"
                hint = f"write `{field}: {max(1, round(seconds / _MINUTE))} min`"
                yield Finding(message, environment.at(owner, "blue_green", field), hint)
        if asked.keep > MOST_MINUTES * _MINUTE:
            message = "old tasks stay for two days at most"
            yield Finding(message, environment.at(owner, "blue_green", "keep"), "write `keep: 2 days`, or less")
        if asked.shift_seconds > MOST_MINUTES * _MINUTE:
            taken, minutes = asked.shift_seconds // _MINUTE, MOST_MINUTES // asked.steps
            message = f"the requests would take {taken} minutes to move, of {MOST_MINUTES} at most"
            yield Finding(message, environment.at(owner, "blue_green", "interval"), f"write `interval: {minutes} min`")
