"""Deliveries of services by AWS CodeDeploy: what keeps one from beginning, how it ends, and the way back."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infragen.aws.deployments import UNKNOWN
from infragen.aws.releases import REFUSED, short_name
from infragen.aws.shifts import alarms, deliver, end_wait, standing, stop, unfinished
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.text import first_of
from infragen.workflow.console import announce, note
from infragen.workflow.invocation import typeable_command
from infragen.workflow.runs.rollouts import Problem, located

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.aws.session import Aws
    from infragen.catalog import Environment
    from infragen.core.release import Release, Shift

_LOOK_SECONDS: Final = 2.0
_MINUTE: Final = 60
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The services of an environment that CodeDeploy delivers, and the AWS that is asked to."""

    aws: Aws
    environment: Environment
    services: Mapping[str, tuple[Release, Shift]]
    in_sandbox: bool

    @classmethod
    def of(cls, aws: Aws, environment: Environment, released: Mapping[str, Release], *, sandbox: bool) -> Deliveries:
        """Return those among what is released."""
        services = {owner: (one, one.shift) for owner, one in released.items() if one.shift is not None}
        return cls(aws, environment, services, sandbox)

    def refuse(self, *, despite_alarms: bool, end_last: bool) -> None:
        """Raise InfragenError T057 for what CodeDeploy would not begin: beside another delivery, or under an alarm."""
        found = [*self._alarmed(despite=despite_alarms), *([] if end_last else self._kept())]
        if found:
            raise InfragenError(*found)

    def _kept(self) -> Iterator[Diagnostic]:
        for owner, earlier in self._under_way().items():
            message = f"the last delivery of {owner}, {earlier}, has not ended: nothing was released"
            hint = (
                f"wait, or stop its old tasks now: `--end-last`; `{self._command(owner, '--back')}` goes back to them"
            )
            yield Diagnostic(REFUSED, message, self.environment.at(owner, "blue_green", "keep"), hint=hint)

    def _alarmed(self, *, despite: bool) -> Iterator[Diagnostic]:
        """Yield a refusal for each service with an alarm that is on; CodeDeploy alone looks where a role may not."""
        for owner, (one, shift) in self.services.items():
            try:
                on = [name for name, is_on in alarms(self.aws, one, shift).items() if is_on]
            except InfragenError as error:
                if despite:
                    raise
                note(f"warning: {error.diagnostics[0].message}")
                continue
            if on and not despite:
                message = f"CodeDeploy delivers no {owner} while its alarms are on: {first_of(on, _NAMED)}; "
                hint = "where this release mends what they tell of, `--despite-alarms`: those that are on do not count"
                place = self.environment.at(owner, "blue_green")
                yield Diagnostic(REFUSED, f"{message}nothing was released", place, hint=hint)

    def end_last(self, patience: float) -> None:
        """Have the old tasks of deliveries go that keep them, and wait until they have; T057 while requests move."""
        found = self._under_way()
        moving = [owner for owner in found if not standing(self.aws, self.services[owner][0], found[owner]).is_done]
        if moving:
            raise InfragenError(*(self._moving(owner, found[owner]) for owner in moving))
        if not found:
            note(f"no delivery keeps old tasks in {self.environment.target}")
        for owner, delivery in found.items():
            end_wait(self.aws, self.services[owner][0], delivery)
            note(f"{owner}: {delivery} is ended, and its old tasks stop")
        late = self._await_ends(found, patience)
        bad = {owner: f"is not over after {int(patience // _MINUTE)} minutes" for owner in late}
        for owner, delivery in found.items():
            if owner not in bad and (said := standing(self.aws, self.services[owner][0], delivery).failure):
                bad[owner] = said
        if bad:
            raise InfragenError(*(self._refused(owner, f"{found[owner]}, {said}") for owner, said in bad.items()))

    def _moving(self, owner: str, delivery: str) -> Diagnostic:
        hint = f"wait until all are, or bring them back: `{self._command(owner, '--back')}`"
        return replace(self._refused(owner, f"{delivery}, has requests on old tasks"), hint=hint)

    def _refused(self, owner: str, said: str) -> Diagnostic:
        message = f"the last delivery of {owner}, {said}: nothing was released"
        return Diagnostic(REFUSED, message, self.environment.at(owner, "blue_green"))

    def go_back(self, patience: float) -> list[Diagnostic]:
        """Bring the requests of deliveries back to the old tasks, and return what did not come to a good end; T057."""
        found, began = self._under_way(), time.monotonic()
        if not found:
            message = f"no delivery of {first_of([*self.services], _NAMED)} keeps old tasks to go back to"
            hint = "release the tag before: `--tag`, with `--no-backup`"
            raise InfragenError(Diagnostic(REFUSED, message, hint=hint))
        for owner, delivery in found.items():
            stop(self.aws, self.services[owner][0], delivery)
            note(f"{owner}: {delivery} is stopped, and requests go back to its old tasks")
        late = self._await_ends(found, patience)
        problems = [Problem(one, f"is not back after {int(patience // _MINUTE)} minutes") for one in late]
        for owner, delivery in found.items():
            one, _ = self.services[owner]
            rollback = standing(self.aws, one, delivery).rollback
            failure = standing(self.aws, one, rollback).failure if rollback else ""
            if failure:
                problems.append(Problem(owner, f"did not go back, {rollback} {failure}"))
            elif owner not in late:
                note(f"{owner}: requests are on the old tasks again, {time.monotonic() - began:.0f} s")
        return [located(self.environment, one, self._command(one.owner, "--back")) for one in problems]

    def begin(
        self, revisions: Mapping[str, str], tag: str, *, despite_alarms: bool
    ) -> tuple[Mapping[str, str], Mapping[str, Diagnostic]]:
        """Have CodeDeploy bring revisions into force; return the ids of what it began, and what AWS refused."""
        begun, refused = {}, {}
        for owner, (one, shift) in self.services.items():
            try:
                counting = self._counting(owner) if despite_alarms else None
                made = deliver(self.aws, one, shift, revisions[owner], counting)
            except InfragenError as error:
                refused[owner] = replace(error.diagnostics[0], location=self.environment.at(owner, "name"))
                continue
            begun[owner] = made
            note(f"{owner}: {short_name(revisions[owner])} with {tag}, delivered by CodeDeploy as {made}")
            note(f"{owner}: back to the old tasks, at once: `{self._command(owner, '--back')}`")
        return begun, refused

    def _counting(self, owner: str) -> list[str] | None:
        """Return the alarms that bring a delivery back although others are on; None where none is."""
        states = alarms(self.aws, *self.services[owner])
        on, off = ([name for name, is_on in states.items() if is_on is wanted] for wanted in (True, False))
        if not on:
            return None
        left = f"it goes back for {first_of(off, _NAMED)}" if off else "no alarm brings it back"
        note(f"{owner}: delivered with {first_of(on, _NAMED)} on; {left}")
        return off

    def undelivered(self, begun: Mapping[str, str], patience: float, again: str) -> list[Diagnostic]:
        """Wait until all requests are on the new tasks, and return what did not come to a good end."""
        problems, waiting, began = list[Problem](), dict(begun), time.monotonic()
        if waiting:
            announce("waiting for requests to move to new tasks")
        while waiting:
            for owner, delivery in list(waiting.items()):
                one, shift = self.services[owner]
                try:
                    found = standing(self.aws, one, delivery)
                except InfragenError as error:
                    said = error.diagnostics[0]
                    message = f"the delivery goes on: {said.message}"
                    return [*self._located(problems, again), Diagnostic(UNKNOWN, message, hint=said.hint)]
                took, most = time.monotonic() - began, patience + shift.seconds
                if found.failure:
                    problems.append(Problem(owner, f"went back to its old tasks, {delivery} {found.failure}"))
                elif found.is_done:
                    kept = f"the old ones stay for {shift.keep_minutes} minutes"
                    note(f"{owner}: all requests are on new tasks, {took:.0f} s; {kept}")
                elif took >= most:
                    minutes = int(most // _MINUTE)
                    said_late = f"has requests on old tasks after {minutes} minutes; {delivery} goes on"
                    problems.append(Problem(owner, said_late))
                else:
                    continue
                del waiting[owner]
            if waiting:
                time.sleep(_LOOK_SECONDS)
        return self._located(problems, again)

    def _located(self, problems: Iterable[Problem], again: str) -> list[Diagnostic]:
        return [located(self.environment, one, again) for one in problems]

    def _under_way(self) -> dict[str, str]:
        """Return the delivery of each service that has not ended."""
        found = {owner: unfinished(self.aws, *one) for owner, one in self.services.items()}
        return {owner: delivery for owner, delivery in found.items() if delivery is not None}

    def _await_ends(self, owners: Iterable[str], patience: float) -> list[str]:
        """Wait until CodeDeploy delivers none of some services any more; return those that it still does in the end."""
        began, left = time.monotonic(), [*owners]
        while left := [owner for owner in left if unfinished(self.aws, *self.services[owner]) is not None]:
            if time.monotonic() - began >= patience:
                break
            time.sleep(_LOOK_SECONDS)
        return left

    def _command(self, owner: str, flag: str) -> str:
        sandbox = " --sandbox" if self.in_sandbox else ""
        return typeable_command(f"infragen release {self.environment.target} {owner} {flag}{sandbox}")
