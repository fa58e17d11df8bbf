"""Plans that were made from nothing: their JSON says so, and what differs between two of them is a plan as well."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.json import encode
from msgspec.structs import replace

from infragen.plan.address import redact_address
from infragen.plan.model import ChangeSet
from infragen.plan.reader import readers
from infragen.redaction.between import between
from infragen.redaction.decode import Guard, OpenPlan
from infragen.redaction.exact_json import collector_paused
from infragen.redaction.provider_schemas import ProviderSchemas
from infragen.text import first_of


def mark_without_state(plan: Path, files: Mapping[str, str]) -> None:
    """Let a plan's JSON say that it was made without a state, of which files by path; not a byte else is changed."""
    content = plan.read_bytes().rstrip()
    member = encode({"planned_without_state": {"files": files}})
    plan.write_bytes(content.removesuffix(b"}") + b"," + member.removeprefix(b"{"))


def difference(old: OpenPlan, new: OpenPlan, schemas: ProviderSchemas | None = None) -> ChangeSet:
    with collector_paused(), Guard(new.name, "a value is nested too deeply to be compared"):
        before, after = (one.body for one in readers([old, new], schemas))
        document, untold = between(old.document, new.document, before.later, after.later)
        *_, reader = readers([old, new, OpenPlan(document, new.name, new.sources)], schemas)
        found = reader.change_set()
    named = first_of([redact_address(one, reader.body.redactor) for one in untold], 5)
    said = (f"known after apply in both, so nobody can tell whether they differ: {named}",) if untold else ()
    summary = replace(found.summary, is_difference=True, untold=len(untold))
    changes = tuple(replace(one, is_difference=True) for one in found.changes)
    return replace(found, changes=changes, summary=summary, notices=(*found.notices, *said))
