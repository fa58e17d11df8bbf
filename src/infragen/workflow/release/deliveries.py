"""Deliveries of services by AWS CodeDeploy: what keeps one from beginning, how it ends, and the way back."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final, Self, TypeVar

from infragen.aws.deployments import UNKNOWN, deployments
from infragen.aws.releases import REFUSED, made_with, short_name
from infragen.aws.session import Aws
from infragen.aws.shifts import alarms, deliver, end_wait, standing, stop, stopped_last, unfinished
from infragen.catalog import Environment
from infragen.core.delivery import Release, Shift
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.text import first_of
from infragen.workflow.console import announce, note
from infragen.workflow.invocation import typeable_command
from infragen.workflow.runs.rollouts import Problem, located

_LOOK_SECONDS: Final = 2.0
_MINUTE: Final = 60
_NAMED: Final = 5
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The services of an environment that CodeDeploy delivers, and the AWS that is asked to."""

    aws: Aws
    environment: Environment
    services: Mapping[str, tuple[Release, Shift]]
    in_sandbox: bool

    @classmethod
    def of(cls, aws: Aws, environment: Environment, released: Mapping[str, Release], *, sandbox: bool) -> Self:
        services = {owner: (one, one.shift) for owner, one in released.items() if one.shift is not None}
        return cls(aws, environment, services, sandbox)

    def without(self, owners: Collection[str]) -> Self:
        return replace(self, services={owner: one for owner, one in self.services.items() if owner not in owners})

    def tell_adopted(self, adopted: Mapping[str, str], tag: str, *, end_last: bool) -> None:
        for owner, delivery in adopted.items():
            stays = f"; its old tasks stay, and `{self._command(owner, '--end-last')}` stops them" if end_last else ""
            note(f"{owner}: {delivery} is already deploying {tag}; waiting for it{stays}")

    def under_way_with(self, tag: str) -> dict[str, str]:
        """Return the deliveries that bring what a release of a tag would, as a killed one left them; T057."""
        account, found = self.environment.settings.account, {}
        for owner, delivery in self._under_way().items():
            one, _ = self.services[owner]
            wanted = made_with(self.aws, account, one, tag)
            if wanted is not None and self._brings(owner, delivery, wanted):
                found[owner] = delivery
        return found

    def _brings(self, owner: str, delivery: str, revision: str) -> bool:
        found = standing(self.aws, self.services[owner][0], delivery)
        return found.brings == short_name(revision) and not found.is_way_back

    def refuse(self, *, despite_alarms: bool, end_last: bool) -> None:
        last = self._moved() if end_last else self._kept()
        raise_problems([*self._alarmed(despite=despite_alarms), *last])

    def _kept(self) -> Iterator[Diagnostic]:
        for owner, earlier in self._under_way().items():
            message = f"the last deployment of {owner}, {earlier}, is still in progress: nothing was released"
            back = self._command(owner, "--back")
            hint = f"wait, or stop its old tasks now: `--end-last`; `{back}` rolls back to them"
            yield Diagnostic(REFUSED, message, self.environment.at(owner, "blue_green", "keep"), hint=hint)

    def _moved(self) -> Iterator[Diagnostic]:
        for owner, delivery in self._under_way().items():
            if not standing(self.aws, self.services[owner][0], delivery).is_done:
                hint = f"wait until all requests have shifted, or roll back: `{self._command(owner, '--back')}`"
                yield replace(self._refused(owner, f"{delivery}, still has requests on old tasks"), hint=hint)

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
                message = f"CodeDeploy does not deploy {owner} while its alarms are on: {first_of(on, _NAMED)}; "
                hint = "if this release fixes their cause, add `--despite-alarms`: alarms that are on are then ignored"
                place = self.environment.at(owner, "blue_green")
                yield Diagnostic(REFUSED, f"{message}nothing was released", place, hint=hint)

    def end_last(self, patience: float) -> None:
        """Wait until old tasks are gone; T057 while requests move. One that AWS does not end keeps no other."""
        found = self._under_way()
        raise_problems(self._moved())
        if not found and self.services:
            note(f"no deployment keeps old tasks of {first_of([*self.services], _NAMED)}")
        ended, bad = self._each(found, lambda owner: self._end(owner, found[owner]))
        with self._going_on({owner: found[owner] for owner in ended}):
            late, unsaid = self._await_ends(ended, patience)
        for owner in late:
            bad[owner] = self._refused(owner, f"{found[owner]}, has not ended after {int(patience // _MINUTE)} minutes")
        over = [owner for owner in ended if owner not in {*late, *unsaid}]
        stands, unknown = self._each(over, lambda owner: standing(self.aws, self.services[owner][0], found[owner]))
        for owner, one in stands.items():
            if one.failure:
                bad[owner] = self._refused(owner, f"{found[owner]}, {one.failure}")
        raise_problems({**bad, **unsaid, **unknown}.values())

    def _end(self, owner: str, delivery: str) -> None:
        one, shift = self.services[owner]
        try:
            end_wait(self.aws, one, delivery)
        except InfragenError:
            if unfinished(self.aws, one, shift) is not None:
                raise
        note(f"{owner}: {delivery} was ended, and its old tasks are stopping")

    def _refused(self, owner: str, said: str) -> Diagnostic:
        message = f"the last deployment of {owner}, {said}: no service was changed"
        return Diagnostic(REFUSED, message, self.environment.at(owner, "blue_green"))

    def go_back(self, patience: float) -> list[Diagnostic]:
        """Return what did not come to a good end; one that AWS does not stop keeps none of the others. T057."""
        began = time.monotonic()
        found, refused = self._asked(self.services)
        if not found:
            return [*refused.values(), *self._is_back(is_all=not refused)]
        stopped, unstopped = self._each(found, lambda owner: self._stop(owner, found[owner]))
        with self._going_on({owner: found[owner] for owner in stopped}):
            late, unsaid = self._await_ends(stopped, patience)
        problems = [Problem(one, f"was not rolled back after {int(patience // _MINUTE)} minutes") for one in late]
        over = [owner for owner in stopped if owner not in {*late, *unsaid}]
        failures, unknown = self._each(over, lambda owner: self._failed_rollback(owner, found[owner]))
        for owner, failure in failures.items():
            if failure:
                problems.append(Problem(owner, f"failed to roll back: {failure}"))
            else:
                note(f"{owner}: requests are on the old tasks again, {time.monotonic() - began:.0f} s")
        return self._told({**refused, **unstopped, **unsaid, **unknown}, problems)

    def _told(self, refused: Mapping[str, Diagnostic], problems: Iterable[Problem]) -> list[Diagnostic]:
        """Return what AWS refused or does not say, and which ways back came to no good end."""
        own = (located(self.environment, one, self._command(one.owner, "--back")) for one in problems)
        return [*refused.values(), *own]

    def _is_back(self, *, is_all: bool) -> list[Diagnostic]:
        answers, refused = self._each(self.services, lambda owner: stopped_last(self.aws, *self.services[owner]))
        stopped = {owner: delivery for owner, delivery in answers.items() if delivery is not None}
        failures, unknown = self._each(stopped, lambda owner: self._failed_rollback(owner, stopped[owner]))
        problems = [Problem(owner, f"failed to roll back: {said}") for owner, said in failures.items() if said]
        for owner in (owner for owner, said in failures.items() if not said):
            note(f"{owner}: requests are already on the old tasks; {stopped[owner]} was stopped")
        if is_all and not stopped and not refused:
            message = f"no deployment of {first_of([*self.services], _NAMED)} keeps old tasks to roll back to"
            hint = "release the previous tag: `--tag`, with `--no-backup`"
            raise InfragenError(Diagnostic(REFUSED, message, hint=hint))
        return self._told({**refused, **unknown}, problems)

    def _stop(self, owner: str, delivery: str) -> None:
        one, _ = self.services[owner]
        if standing(self.aws, one, delivery).is_way_back:
            note(f"{owner}: {delivery} is already shifting requests back to the old tasks")
            return
        try:
            stop(self.aws, one, delivery)
        except InfragenError:
            if not standing(self.aws, one, delivery).failure:
                raise
        note(f"{owner}: {delivery} was stopped; requests shift back to its old tasks")

    def _failed_rollback(self, owner: str, delivery: str) -> str:
        one, _ = self.services[owner]
        found = standing(self.aws, one, delivery)
        back = delivery if found.is_way_back else found.rollback
        if back and not found.is_way_back:
            found = standing(self.aws, one, back)
        return f"{back} {found.failure}" if back and found.failure else ""

    def begin(
        self, revisions: Mapping[str, str], tag: str, *, despite_alarms: bool
    ) -> tuple[Mapping[str, str], Mapping[str, Diagnostic]]:
        begun, refused = {}, {}
        for owner, (one, shift) in self.services.items():
            try:
                counting = self._counting(owner) if despite_alarms else None
                made = deliver(self.aws, one, shift, revisions[owner], counting)
            except InfragenError as error:
                own = self._own(owner, revisions[owner])
                if own is None:
                    refused[owner] = replace(error.diagnostics[0], location=self.environment.at(owner, "name"))
                    continue
                made = own
            begun[owner] = made
            note(f"{owner}: {short_name(revisions[owner])} with {tag}, deployed by CodeDeploy as {made}")
            note(f"{owner}: to roll back to the old tasks at once: `{self._command(owner, '--back')}`")
        return begun, refused

    def _own(self, owner: str, revision: str) -> str | None:
        """Return the delivery that brings a revision: where an answer was lost, AWS refuses to begin it once more."""
        with suppress(InfragenError):
            delivery = unfinished(self.aws, *self.services[owner])
            if delivery is not None and self._brings(owner, delivery, revision):
                return delivery
        return None

    def _counting(self, owner: str) -> list[str] | None:
        states = alarms(self.aws, *self.services[owner])
        on, off = ([name for name, is_on in states.items() if is_on is wanted] for wanted in (True, False))
        if not on:
            return None
        left = f"it is rolled back for {first_of(off, _NAMED)}" if off else "no alarm rolls it back"
        note(f"{owner}: deployed with {first_of(on, _NAMED)} on; {left}")
        return off

    def undelivered(self, begun: Mapping[str, str], patience: float, again: str) -> list[Diagnostic]:
        problems, waiting, began = list[Diagnostic](), dict(begun), time.monotonic()
        if waiting:
            announce("waiting for requests to move to new tasks")
        with self._going_on(waiting):
            while waiting:
                for owner, delivery in list(waiting.items()):
                    one, shift = self.services[owner]
                    try:
                        found = standing(self.aws, one, delivery)
                    except InfragenError as error:
                        said = error.diagnostics[0]
                        message = f"the deployment continues: {said.message}"
                        return [*problems, Diagnostic(UNKNOWN, message, hint=said.hint)]
                    took, most = time.monotonic() - began, patience + shift.seconds
                    if found.failure:
                        bad = Problem(owner, f"was rolled back to its old tasks: {delivery} {found.failure}")
                        problems.append(located(self.environment, bad, again))
                    elif found.is_done:
                        self._tell_done(owner, took)
                    elif took >= most:
                        minutes = int(most // _MINUTE)
                        late = f"still has requests on old tasks after {minutes} min; {delivery} continues"
                        problems.append(located(self.environment, Problem(owner, late), again))
                    else:
                        continue
                    del waiting[owner]
                if waiting:
                    time.sleep(_LOOK_SECONDS)
        return problems

    def _tell_done(self, owner: str, took: float) -> None:
        one, shift = self.services[owner]
        with suppress(InfragenError):
            found = deployments(self.aws, [one.service]).get(one.service) if one.service is not None else None
            if found is not None and found.desired == 0:
                note(f"{owner}: deployed, {took:.0f} s; its desired count is 0, and new tasks will use it")
                return
        kept = f"the old ones are kept for {shift.keep_minutes} minutes"
        note(f"{owner}: all requests are on new tasks, {took:.0f} s; {kept}")

    @contextmanager
    def _going_on(self, found: Mapping[str, str]) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            for owner, delivery in found.items():
                note(f"{owner}: {delivery} continues in AWS")
            raise

    def _each(
        self, owners: Iterable[str], ask: Callable[[str], Answer]
    ) -> tuple[dict[str, Answer], dict[str, Diagnostic]]:
        answers, refused = {}, {}
        for owner in owners:
            try:
                answers[owner] = ask(owner)
            except InfragenError as error:
                refused[owner] = replace(error.diagnostics[0], location=self.environment.at(owner, "name"))
        return answers, refused

    def _asked(self, owners: Iterable[str]) -> tuple[dict[str, str], dict[str, Diagnostic]]:
        answers, refused = self._each(owners, lambda owner: unfinished(self.aws, *self.services[owner]))
        return {owner: delivery for owner, delivery in answers.items() if delivery is not None}, refused

    def _under_way(self) -> dict[str, str]:
        found, refused = self._asked(self.services)
        raise_problems(refused.values())
        return found

    def _await_ends(self, owners: Iterable[str], patience: float) -> tuple[list[str], dict[str, Diagnostic]]:
        """Return those that CodeDeploy still delivers in the end, and those of which AWS does not say."""
        began, left, refused = time.monotonic(), [*owners], dict[str, Diagnostic]()
        while left:
            under_way, unsaid = self._asked(left)
            refused |= unsaid
            left = [*under_way]
            if not left or time.monotonic() - began >= patience:
                break
            time.sleep(_LOOK_SECONDS)
        return left, refused

    def _command(self, owner: str, flag: str) -> str:
        sandbox = " --sandbox" if self.in_sandbox else ""
        return typeable_command(f"infragen release {self.environment.target} {owner} {flag}{sandbox}")
