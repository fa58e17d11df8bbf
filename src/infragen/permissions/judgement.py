"""What is allowed, held against what is needed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from infragen.hcl.addresses import without_keys
from infragen.hcl.later import Known, marked
from infragen.permissions.actions import USES, Use, managed
from infragen.permissions.declared import DeclaredUses
from infragen.permissions.model import Missing, Permission, Permissions, Setting, Subject
from infragen.permissions.objects import ROLE, Objects
from infragen.permissions.policies import ALL_BUT, Statement, is_within, statements_of
from infragen.permissions.subjects import CLOSED, Held, held_policies
from infragen.permissions.unread import unread_in
from infragen.permissions.used import Used
from infragen.permissions.uses import planned_uses
from infragen.redaction.decode import OpenPlan

_TAKE: Final = "sts:AssumeRole"
_THE_ROLE: Final = "the role"
_ANY: Final = (("*", "*"),)
"""Every condition: a permission that a catalogue writes out has its own."""


class _Need(NamedTuple):
    """An action on a resource that a use needs, or may have."""

    action: str
    resource: str
    by: str
    under: tuple[tuple[str, str], ...]
    is_needed: bool
    said: str
    source: str


def permissions_of(
    plan: OpenPlan, files: Mapping[str, str], setting: Setting, owner_of: Callable[[str], str | None]
) -> Permissions:
    """Return who may do what once a plan is applied, and what of that no use needs or is missing.

    `files` are those of the root that was planned, by path; `setting` is what neither says; `owner_of` says whose an
    address is, in the catalogue's words. InfragenError: P215 to P218.
    """
    objects = Objects(plan, files, setting)
    held = {**held_policies(objects)}
    found: dict[str, list[Used]] = {}
    for one in (*planned_uses(objects), *DeclaredUses(objects, owner_of).of(setting.declared)):
        found.setdefault(one.subject, []).append(one)
    for address in found.keys() - held.keys():
        if (bare := objects.at(address)) is not None and bare.type in CLOSED:
            held[address] = Held(bare)
    words = _Words(objects, owner_of)
    judged = [_Judge(words, setting, one, found.get(address, ())).subject() for address, one in held.items()]
    judged = [one for one in judged if one.is_role or one.permissions or one.missing]
    return Permissions(
        setting.target,
        tuple(sorted(judged, key=lambda one: (not one.is_role, one.name, one.address))),
        tuple(unread_in(objects, held.values(), setting.declared)),
    )


class _Words:
    def __init__(self, objects: Objects, owner_of: Callable[[str], str | None]) -> None:
        self._objects = objects
        self._owner_of = owner_of

    def owner(self, address: str) -> str:
        return self._owner_of(address) or address

    def name(self, address: str) -> str:
        kind, label = without_keys(address).rsplit(".", 2)[-2:]
        owner = self.owner(address)
        is_said = label in {"this", "main"} or owner.rpartition("/")[2] == label.replace("_", "-")
        which = "" if is_said else f" {label.replace('_', ' ')}"
        words = "role" if kind == ROLE else kind.removeprefix("aws_").replace("_", " ")
        return self._objects.redact(f"{owner}{which} {words}")

    def text(self, text: str) -> str:
        """Return a text with its marks as what they stand for: `[queues/orders sqs queue]/*`."""
        return self._objects.redact("".join(one if isinstance(one, str) else self._known(one) for one in marked(text)))

    def _known(self, known: Known) -> str:
        attribute = "" if known.attribute == "arn" else f" {known.attribute}"
        one = self._objects.at(known.address)
        return f"[{self.name(one.address) if one else known.address}{attribute}]"


class _Judge:
    """One role, or one resource with a policy, and what it is used for."""

    def __init__(self, words: _Words, setting: Setting, held: Held, used: Sequence[Used]) -> None:
        self._words = words
        self._setting = setting
        self._held = held
        self._used = used
        self._needs = tuple(dict.fromkeys(need for one in used for need in self._of(one)))

    def subject(self) -> Subject:
        held = self._held
        permissions = [*self._trusted(), *self._permitted(held.statements)]
        missing = [one for need in self._needs if need.is_needed for one in self._lacking(need)]
        for need in self._takers():
            trusting = [one for one in held.trust if one.allows and one.covers(need.action, "*", need.by)]
            if not any(_may_stand(one, need) for one in trusting):
                why = f"trusted only if {self._condition(trusting[0])}" if trusting else "the role does not trust it"
                missing.append(Missing(need.action, need.resource, need.said, need.source, need.by, why))
        return Subject(
            self._words.name(held.object.address),
            self._words.owner(held.object.address),
            held.object.address,
            held.is_role,
            tuple(dict.fromkeys(USES[one.use].does if one.use in USES else one.use for one in self._used)),
            tuple(sorted(dict.fromkeys(permissions))),
            tuple(sorted(dict.fromkeys(missing))),
        )

    def _of(self, used: Used) -> Iterator[_Need]:
        if used.actions:
            said = f"declared: {used.use}"
            for kind in ("resource", "any"):
                for action, resource in product(used.actions, used.parts[kind]):
                    yield _Need(action, resource, "", _ANY, kind == "resource", said, "the catalogue")
            return
        use = USES[used.use]
        by = "" if self._held.is_role else next(self._filled(use.principal, used), "")
        statements = [*((one, True) for one in use.needs), *((one, False) for one in use.may)]
        for statement, is_needed in statements:
            for on in statement.on:
                for resource in self._filled(on, used):
                    under = tuple(
                        (key, value) for key, text in statement.under.items() for value in self._filled(text, used)
                    )
                    for action in statement.actions:
                        yield _Need(action, resource, by, under, is_needed, use.does, use.source)
        if use.policy:
            yield from self._of_managed(use)

    def _of_managed(self, use: Use) -> Iterator[_Need]:
        for statement in statements_of(managed()[use.policy], use.policy, str):
            for action, resource in product(statement.actions, statement.resources):
                under = tuple((key, "*") for keys in statement.condition.values() for key in keys)
                yield _Need(action, resource, "", under, True, use.does, use.source)

    def _filled(self, text: str, used: Used) -> Iterator[str]:
        """Yield a text with each combination of the parts of a use in its places; none where one of them is absent."""
        own = {"account": (self._setting.account,), "region": (self._held.object.region,)}
        values = {name: found for name, found in {**used.parts, **own}.items() if f"{{{name}}}" in text}
        for chosen in product(*values.values()):
            filled = text
            for name, value in zip(values, chosen, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            yield filled

    def _takers(self) -> Iterator[_Need]:
        account = self._setting.account
        for one in self._used:
            source = next(iter(one.parts.get("source", ())), f"arn:aws:*:{account}:*")
            external = (("sts:ExternalId", found) for found in one.parts.get("external", ()))
            under = (("aws:SourceAccount", account), ("aws:SourceArn", source), *external)
            use = USES.get(one.use)
            if use is None or not use.principal or not self._held.is_role:
                continue
            for principal in self._filled(use.principal, one):
                yield _Need(_TAKE, _THE_ROLE, principal, under, True, use.does, use.source)

    def _trusted(self) -> Iterator[Permission]:
        takers = tuple(self._takers())
        for statement in self._held.trust:
            for action, _, principal in statement.parts():
                fitting = (need for need in takers if need.by == principal and _may_stand(statement, need))
                by = tuple(dict.fromkeys(need.said for need in fitting if statement.covers(need.action, "*")))
                wider = bool(by) and action.lower() != _TAKE.lower()
                yield Permission(
                    action, _THE_ROLE, principal, self._condition(statement), statement.origin, by, wider,
                    not statement.allows,
                )  # fmt: skip

    def _permitted(self, statements: Iterable[Statement]) -> Iterator[Permission]:
        for statement in statements:
            condition = self._condition(statement)
            for action, resource, by in statement.parts():
                exact, part = self._needing(statement, action, resource, by) if statement.allows else ((), ())
                yield Permission(
                    action, self._words.text(resource), by, condition, statement.origin,
                    tuple(dict.fromkeys(exact or part)), bool(part) and not exact, not statement.allows,
                )  # fmt: skip

    def _needing(self, statement: Statement, action: str, resource: str, by: str) -> tuple[list[str], list[str]]:
        exact, part = [], []
        for need in self._needs:
            if need.by != by or not _may_stand(statement, need):
                continue
            if is_within(action.lower(), need.action.lower()) and is_within(resource, need.resource):
                exact.append(need.said)
            elif statement.covers(need.action, need.resource) and _holds(action, resource, need):
                part.append(need.said)
        return exact, part

    def _lacking(self, need: _Need) -> Iterator[Missing]:
        allowed = [
            one for one in self._held.statements if one.allows and one.covers(need.action, need.resource, need.by)
        ]
        why = ""
        if not any(_may_stand(one, need) for one in allowed):
            why = f"allowed only if {self._condition(allowed[0])}" if allowed else "nothing allows it"
        elif any(
            not one.allows and not one.condition and one.covers(need.action, need.resource, need.by)
            for one in self._held.statements
        ):
            why = "denied"
        elif self._held.boundary is not None and not any(
            one.allows and one.covers(need.action, need.resource) for one in self._held.boundary
        ):
            why = "outside of the role's boundary"
        if why:
            yield Missing(need.action, self._words.text(need.resource), need.said, need.source, need.by, why)

    def _condition(self, statement: Statement) -> str:
        said = [
            f"{test} {key} {' or '.join(values)}"
            for test, keys in statement.condition.items()
            for key, values in keys.items()
        ]
        return self._words.text(" and ".join(said))


def _holds(action: str, resource: str, need: _Need) -> bool:
    """Whether a permission has all of a need in it; what is said with `all but` has what its statement covers."""
    return (action.startswith(ALL_BUT) or is_within(need.action.lower(), action.lower())) and (
        resource.startswith(ALL_BUT) or is_within(need.resource, resource)
    )


def _may_stand(statement: Statement, need: _Need) -> bool:
    under: dict[str, list[str]] = {}
    for key, value in need.under:
        under.setdefault(key, []).append(value)
    for test, keys in statement.condition.items():
        for key, values in keys.items():
            allowed = under.get(key, under.get("*"))
            if allowed is None or ("Not" in test and allowed != ["*"]):
                return False
            if not any(is_within(value, one) or is_within(one, value) for value in values for one in allowed):
                return False
    return True
