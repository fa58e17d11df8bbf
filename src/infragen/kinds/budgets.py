"""Budgets: what an environment may cost a month, and who hears that it costs more."""

from collections.abc import Iterator
from typing import Final

from infragen.core.budgets import Budget
from infragen.core.build_context import BuildContext, Record, ResourceView, call, part_of
from infragen.core.kind import Capability, OutputLine, free_of_charge
from infragen.core.part import ENVIRONMENT, LIMITS, asked_by, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.signals import Signal, Signalling
from infragen.core.tracing import Read
from infragen.kinds import levels

_NAME: Final = "budget"
_TAG: Final = "Environment"
"""The tag that every resource of an environment has, as `providers.tf` gives it."""


class BudgetView(ResourceView, Signalling):
    """The budget of an environment."""

    budget = call("monitoring", _NAME)

    @property
    def _budget(self) -> Budget:
        found = self._ctx.settings.budget
        assert found is not None  # noqa: S101 -- it is built where there is one
        return found

    name = pattern("{own.prefix}", LIMITS["budget"])
    monthly = property(lambda self: self._budget.monthly)
    """In US dollars."""

    @property
    def filters(self) -> dict[str, list[str]]:
        tags = [f"user:{_TAG}${self._ctx.environment.name}"] if self._budget.of == "environment" else []
        found = {"TagKeyValue": tags, "Service": self._budget.services, "Region": self._budget.regions}
        return {name: sorted(set(values)) for name, values in found.items() if values}

    @property
    def notifications(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for field, share, told in self._budget.every_alert():
            percent, is_expected = share.rstrip("% "), field == "forecast"
            values: dict[str, object] = {"percent": int(percent), **({"type": "FORECASTED"} if is_expected else {})}
            if not isinstance(told, str):
                values["addresses"] = sorted(set(told))
            elif told in levels.declared(self._ctx.settings):  # a rule says which are not there
                values["topic_arn"] = levels.topic(self._ctx, told)
            name = f"{field}-{percent}" if is_expected else percent
            found[name] = Record(values, Read(ENVIRONMENT, ("budget", field, share)))
        return found

    @property
    def signals(self) -> tuple[Signal, ...]:
        found, own = [], f"a budget for {self._budget.counts}" if self._budget.counts else "a budget"
        for field, share, told in self._budget.every_alert():
            said = f"{share} of it{', as AWS expects' if field == 'forecast' else ''}"
            if self._budget.is_blind:
                found.append(Signal(said, (), f"a budget that counts nothing until the tag {_TAG} is active"))
            elif isinstance(told, str):
                found.append(levels.signal(self._ctx, said, told))
            else:
                found.append(Signal(said, tuple(sorted(set(told))), own))
        return tuple(found)


_ACTIVATE: Final = (
    f"aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey={_TAG},Status=Active"
)
"""Terraform has `aws_ce_cost_allocation_tag` for it, which only the account that pays may create, and not before AWS
has seen the tag: up to a day after the first apply (AWS Billing User Guide, "Activating user-defined cost allocation
tags"; AWS provider, `aws_ce_cost_allocation_tag`)."""


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    budget = ctx.settings.budget
    if budget is not None and budget.is_blind:
        what = f"have costs told apart by the tag {_TAG}, a day after the first apply, in the account that pays"
        yield OutputLine("next", what, _ACTIVATE, is_command=True)


@rule("L129")
def _counts_nothing(environment: Environment) -> Findings:
    budget = environment.settings.budget
    if budget is not None and budget.is_blind:
        message = (
            f"the budget counts costs by the tag {_TAG}, and stays at 0 USD until the account that pays activates it"
        )
        hint = f"run `{_ACTIVATE}` there, and write `tag_is_active: true`; or remove `of: environment`"
        yield Finding(message, environment.at(ENVIRONMENT, "budget", "of"), hint)


@rule("L141")
def _no_recipient(environment: Environment) -> Findings:
    budget = environment.settings.budget
    if budget is None:
        return
    mail = "[operations@example.com]"
    if not (budget.alerts or budget.forecast):
        place = environment.at(ENVIRONMENT, "budget")
        hint = f"add `alerts: {{80 %: {mail}, 100 %: {mail}}}`, with your own address"
        yield Finding("the budget tells nobody: AWS stops nothing when it is passed", place, hint)
    for field, share, told in budget.every_alert():
        if not told:
            place = environment.at(ENVIRONMENT, "budget", field, share)
            yield Finding(f"nobody hears that {share} of the budget are passed", place, f"write `{share}: {mail}`")


@rule("L142")
def _level_not_declared(environment: Environment) -> Findings:
    settings = environment.settings
    for field, share, told in settings.budget.every_alert() if settings.budget is not None else ():
        if isinstance(told, str) and told not in levels.declared(settings):
            known = ", ".join(levels.declared(settings)) or "none"
            message = f"no one is notified of the level `{told}`: {environment.target} has {known}"
            hint = f"write `{share}: [operations@example.com]`, or add `alerts: {{{told}: {{slack: true}}}}`"
            yield Finding(message, environment.at(ENVIRONMENT, "budget", field, share), hint)


CAPABILITY: Final = Capability(
    name=_NAME,
    title="budget",
    setting="budget: {monthly: 3500 USD, alerts: {80 %: [operations@example.com]}}",
    reasons=asked_by("somebody wants to know what it costs", "budget"),
    parts=part_of("monitoring", "kinds/budgets/main.tf", BudgetView),
    monthly_costs=free_of_charge,
    outputs=_outputs,
    rules=(_no_recipient, _level_not_declared, _counts_nothing),
)
