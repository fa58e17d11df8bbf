"""Whether an object that exists is the one that a run made: by what AWS says of it, and by nothing that was guessed.

After a crash, what a plan creates is looked for under the name that the configuration chose. A name proves nothing:
someone else may have taken it first. What proves it are the tags that the configuration gives, all of them and no
other, and when AWS made it. Only names and verdicts leave this module; nothing of them is secret.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from msgspec import DecodeError, Struct, ValidationError, json

from infragen.plan.chosen_names import IMPORTED_BY, LOOKED_UP_BY, NAMED_BY

_MADE_AT: Final = ("create_date", "create_time", "created_at", "created_date", "created_time", "creation_date",
                   "creation_time", "launch_time")  # fmt: skip
"""Attributes in which the types of the AWS provider say when an object was made; most types say nothing."""
_SLACK: Final = timedelta(seconds=60)
"""By how much the clocks of AWS and of this machine may differ."""
_MILLISECONDS: Final = 1e11
"""From here on a number that is a time counts milliseconds."""
_FIELD: Final = re.compile(r"\{(\w+)\}")


def has_chosen_name(kind: str) -> bool:
    return kind in NAMED_BY


class Creation(Struct, frozen=True):
    """An object that a plan creates: its type, and those of its texts that were asked for and that the plan knows."""

    type: str
    texts: Mapping[str, str]


def creations(plan: Path, fields: Collection[str]) -> dict[str, Creation]:
    found = {}
    for address, kind, after in _created(plan):
        texts = {name: value for name in fields if isinstance(value := after.get(name), str) and value}
        found[address] = Creation(kind, texts)
    return found


def names_to_import(plan: Path, addresses: Collection[str] | None = None, account: str | None = None) -> dict[str, str]:
    """Only in a known account is there a name of what is imported by its ARN."""
    return {
        address: template.format_map(after)
        for address, kind, own in _created(plan)
        for after in ({**own, "account": account},)
        if (addresses is None or address in addresses)
        and (template := IMPORTED_BY.get(kind)) is not None
        and _are_known(_FIELD.findall(template), after)
    }


def _are_known(arguments: Iterable[str], after: Mapping[str, Any]) -> bool:
    return all(isinstance(after.get(argument), str) for argument in arguments)


class Lookup(Struct, frozen=True):
    """A data source, and what it finds an object by."""

    type: str
    arguments: Mapping[str, str]


def lookups(plan: Path, addresses: Collection[str]) -> dict[str, Lookup]:
    return {
        address: Lookup(kind, {argument: after[argument] for argument in arguments})
        for address, kind, after in _created(plan)
        if address in addresses and (arguments := LOOKED_UP_BY.get(kind)) is not None and _are_known(arguments, after)
    }


def id_read(plan: Path, address: str) -> str | None:
    known = json.decode(plan.read_bytes()).get("prior_state") or {}
    resources = known.get("values", {}).get("root_module", {}).get("resources", ())
    return next((str(one["values"]["id"]) for one in resources if one.get("address") == address), None)


class Verdict(Struct, frozen=True):
    """Whether an object is proven to be a run's, and why, as half a sentence that goes on after `it`.

    `is_refuted` says that it is proven to be another one: where that is False too, nothing is known.
    """

    is_proven: bool
    why: str
    is_refuted: bool = False


def verdicts(planned: Path, imported: Path, since: datetime, until: datetime) -> dict[str, Verdict]:
    # `planned` is the plan that would create them, `imported` one that would import them; a run worked between `since`
    # and `until`. What cannot be read is not judged, nor what turns out to be another object than the one that was
    # asked for.
    wanted = _changes(planned)
    found = {}
    for address, change in _changes(imported).items():
        own, real = wanted.get(address, {}), change.get("before") or {}
        if change.get("importing") and not is_named_otherwise(change["type"], own.get("after") or {}, real):
            found[address] = judge(own, real, since, until)
    return found


def judge(planned: Mapping[str, Any], real: Mapping[str, Any], since: datetime, until: datetime) -> Verdict:
    made = _made_at(real)
    if made is not None and not since - _SLACK <= made <= until + _SLACK:
        return Verdict(False, f"was made on {made:%Y-%m-%d %H:%M:%S} UTC, when that run was not active", True)
    if (planned.get("after_unknown") or {}).get("tags_all"):
        return Verdict(False, "cannot be identified by its tags: the plan does not know them yet")
    wanted, has = ((side or {}).get("tags_all") or {} for side in (planned.get("after"), real))
    if wanted:
        other = sorted(name for name in {*wanted, *has} if wanted.get(name) != has.get(name))
        if other:
            return Verdict(False, f"does not have the tags that the run sets ({', '.join(other)})", True)
        return Verdict(True, "has the tags that the run sets")
    if has:
        return Verdict(False, f"has tags, and the run sets none ({', '.join(sorted(has))})", True)
    if made is None:
        return Verdict(False, "has no tags to identify it by, and AWS does not report when it was created")
    return Verdict(True, "was created while the run was active")


def is_named_otherwise(kind: str, planned: Mapping[str, Any], real: Mapping[str, Any]) -> bool:
    """Asked for a DB instance that is not there, the provider asks again without a name, and takes the only one."""
    argument = NAMED_BY.get(kind)
    wanted, has = (side.get(argument) if argument is not None else None for side in (planned, real))
    return isinstance(wanted, str) and isinstance(has, str) and has != wanted


def _created(plan: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for change in _resource_changes(plan):
        how = change.get("change") or {}
        if change.get("mode", "managed") == "managed" and "create" in how.get("actions", ("create",)):
            yield str(change.get("address")), str(change.get("type", "")), how.get("after") or {}


def _resource_changes(plan: Path) -> list[dict[str, Any]]:
    try:
        found = json.decode(plan.read_bytes()).get("resource_changes") or []
    except (DecodeError, ValidationError, AttributeError, UnicodeDecodeError):
        return []
    return [one for one in found if isinstance(one, dict)]


def _changes(plan: Path) -> dict[str, Mapping[str, Any]]:
    try:
        found = _resource_changes(plan)
    except OSError:
        return {}
    return {str(one.get("address")): {**(one.get("change") or {}), "type": str(one.get("type", ""))} for one in found}


def _made_at(real: Mapping[str, Any]) -> datetime | None:
    for name in _MADE_AT:
        found = real.get(name)
        try:
            if isinstance(found, str) and found:
                time = datetime.fromisoformat(found)
                return time if time.tzinfo else time.replace(tzinfo=UTC)
            if isinstance(found, int | float) and not isinstance(found, bool) and found > 0:
                return datetime.fromtimestamp(found / 1000 if found >= _MILLISECONDS else found, UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None
