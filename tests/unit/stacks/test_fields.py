"""Fields against what is rendered: whatever field has another value, some file has, too, or a table says why not.

And whatever argument has another value then has that field among its origins.
`FIELD=services.exec pytest tests/unit/stacks/test_fields.py` looks at one field, in seconds.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import environments, resolve
from infragen.kinds import kinds
from infragen.workflow.rendering.composition import templates_of
from tests.fixtures import FULL
from tests.unit.stacks.field_changes import FieldChanges, covers
from tests.unit.stacks.packaged import FILES, installed
from tests.unit.stacks.systems import write
from tests.unit.stacks.variations import variations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from infragen.core.resolved_system import Environment
    from infragen.render.origins import Origins
    from tests.unit.stacks.field_changes import Place
    from tests.unit.stacks.variations import Driver

    Tried = tuple[str, Driver, Environment]

UNBUILT = {
    r"[\w-]+\.title": "what people call it",
    r"[\w-]+\.notes(\.\w+)?": "a contradiction of the document, and what is built: for people",
    r"[\w-]+\.assumptions\.\*": "for people",
    r"[\w-]+\.enabled": "whether there is anything to build at all: tests/unit/environment/test_enabled.py",
    r"distributions\.(default|behaviours\.\*)\.shared": "for H168",
    r"document-databases\.readers_for": "for people",
    r"balancers\.firewall_why": "for people, and H108",
    r"load-tests\.stages\.why": "for people",
    r"repositories\.copy_of(\.\w+)?": "the command that people type, and F164",
    r"environment\.working_hours\.why": "for people",
    r"environment\.alerts\.\*\.escalation(\.\*)?": "for runbooks",
    r"(services|bffs|workers|jobs)\.reason": "for people",
    r"(services|bffs|workers|jobs|functions|workflows)\.permissions\.\*\.why": "for people, and F131",
    r"(services|bffs|workers|jobs)\.sizes\.\*\.when": "for people",
    r"(services|bffs|workers)\.scaling\.schedules\.\*\.why": "for people",
    r"workers\.scaling\.schedules\.\*\.min_factor": "the worker's minimum is no task, and twice that is none",
    r"(services|bffs|workers|jobs)\.volumes\.\*(\.\w+)?": "figures of the document, for rules",
    r"bffs\.promise\.notified_within": "a BFF has no queue in which an event could wait",
    r"databases\.availability": "for D110, beside the environment's",
    r"databases\.backup\.before_release": "the command that `infragen outputs` shows, where it is there at all",
    r"databases\.connections_why": "for people",
    r"databases\.readers_for": "for people",
    r"databases\.timeseries\.bucket": "with `store: bucket` measurements go there; here they are in Timestream",
    r"databases\.timeseries\.volume": "for rules and estimates",
    r"(domains|system)\.defaults\.\*(\.\*)*": "values of other entries by then",
    r"gateways\.mutual_tls": "the load balancer's of the environment is built, and A105 wants it",
    r"environment\.differs\.\*(\.\*)?": "for `infragen parity`",
    r"environment\.(configurations|document_costs)(\..+)?": "for `infragen cost`",
    r"[\w-]+\.usage(\.\w+)?": "for `infragen cost`",
    r"environment\.profiles": "the sizes of entries by then",
    r"environment\.network\.flow_log_why": "for people; beside `flow_log_retention` there is a log anyway",
    r"bastions\.instance_connect": "the key pair here opens the port already: tests/unit/stacks/test_kinds_bastions.py",
    r"environment\.waits": "what entries say by then: tests/unit/stacks/test_standbys.py",
    r"environment\.budget\.tag_is_active": "for L129 and `infragen signals`",
    r"environment\.recovery(\.\w+(\.\*)?)?": "for rules and the bootstrap: docs/technova.md says what is not built",
    r"secrets\.rotation_why": "for people, and B122",
    r"system\.alternatives(\.\*)*": "for people",
    r"system\.document": "for people",
    r"system\.figures\..+": "where figures come from, for people",
    r"system\.declared\..+": "totals of the document, for rules",
    r"system\.operations\..+": "for people: `infragen describe` and runbooks",
    r"system\.demands\..+": "what the document demands, for `infragen cost`",
}
"""Fields of which nothing is built, whose they are and what they are for; `*` is the key of a map."""

ELSEWHERE = {
    "services.blue_green",
    "services.static_files",  # gateways lead to every service here: tests/unit/stacks/test_kinds_blue_green.py
    # T114: no line of their bill depends on usage, or their package says nothing of it.
    *(
        f"{kind}.usage"
        for kind in ("bastions", "caches", "domains", "google-projects", "load-tests", "metrics", "topics")
    ),
}
"""Fields that no fixture can have."""


SAID_EVERYWHERE = {"environment", "physical_name", "account", "region", "time_zone"}
"""Of which names are made, and the keys of maps; and what is everywhere."""
BEFORE = {
    "module.key_bucket_scans.description", "module.key_replica_scans.description",
    "module.replication_bucket_photos.replica", "module.scaling_service_invoices.max_tasks",
    "module.workgroup_logs.queries", "module.alarms_zone_trucks.alarms",
    "module.authorizer_public.source", "module.user_cache_labels.name",
    "module.image_replication.repositories", "module.alarms_mutual_tls.alarms", "module.alarms_zone_main.alarms",
}  # fmt: skip
"""Arguments of which a part is worked out before the line that writes them: no field is named for that part."""
LOOKED_THROUGH = {"policies", "redeploy_on", "subnet_id"}
"""Arguments for which several fields are looked at, whatever comes of it."""
SEVERAL = {
    "authorization", "counted_at", "protocol",
    "auto_minor_version_upgrade", "open_ingress", "parameter_group_family", "queue", "repository_arns", "secrets",
    "security_group_ids", "service_grants", "source", "target_group_arns", "verified",
}  # fmt: skip
"""Arguments that several fields on several lines have a say in: none of them is named, and no other one."""
NAMING = {"zone", "encryption", "of", "lists"}
"""Own fields that name an entry (`origins.lists`: a balancer), or ask for a key: they go before those of that entry, or
of all keys."""


ONE = os.environ.get("FIELD", "")
"""The only field to look at (`services.scaling.cpu`), while it is being added."""
MOST_ENTRIES = 2
"""Of so many entries a field is changed in a run; `make lives` changes it in all."""


@dataclass(frozen=True)
class Drivers:
    """The fields that change each argument of an environment, and what says where an argument comes from.

    Of an argument that reads what was `left`, nobody knows all that change it.
    """

    origins: Origins
    found: Mapping[Place, set[Driver]] = field(default_factory=lambda: defaultdict(set))
    left: set[Driver] = field(default_factory=set)

    def only(self) -> Iterator[tuple[Place, Driver]]:
        """Yield each argument that one field alone changes."""
        left: dict[str, list[tuple[str, ...]]] = {}
        for owner, path in self.left:
            left.setdefault(owner, []).append(path)
        for place, changing in self.found.items():
            reads = self.origins.reads(*place[:2]).get(place[2], ())
            if len(changing) == 1 and not any(
                covers(read.path, path) for read in reads for path in left.get(read.owner, ())
            ):
                yield place, next(iter(changing))


@dataclass(frozen=True)
class Found:
    """Whether anything is built of each field (`services.sizes.*.cpu`), whose was tried, drivers by environment."""

    fields: dict[str, bool] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    drivers: dict[str, Drivers] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["share", pytest.param("whole", marks=pytest.mark.long)])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What all fields do that the full system and a package's entry set; whole: of all entries, in all files."""
    whole = request.param == "whole"
    made = Found()
    look(made, FULL, "depot", whole=whole, drivers_of={"dev", "prod"} if whole else {"dev"})
    with installed():
        look(made, write(tmp_path_factory.mktemp("packaged"), FILES), "demo", whole=whole, drivers_of=set())
    return made


def look(made: Found, root: Path, system: str, *, whole: bool, drivers_of: AbstractSet[str]) -> None:
    """Change the fields of a system's environments; where no drivers are asked for, those that did nothing yet."""
    project = Project(root)
    templates = templates_of(project)
    for name in environments(project, system):
        of = resolve(project, load(project, system), name).environment()
        changes = FieldChanges(of, templates, whole)
        followed_up = {driver for driver, _ in variations(of)} if name in drivers_of else set()
        drivers = Drivers(changes.origins)
        named = ((name_of(of, driver), driver, other) for driver, other in changes.variations())
        for one, driver, other in looked_at(named, drivers.left):
            is_asked = is_another(of, other, driver) and not made.fields.setdefault(one, False)
            is_known = any(re.fullmatch(known, one) for known in UNBUILT)
            is_enough = not whole and len(made.owners[one] - {driver[0]}) >= MOST_ENTRIES
            if is_enough and (is_known or not is_asked):
                drivers.left.update({driver} & followed_up)
                continue
            made.owners[one].add(driver[0])
            if not is_asked and driver not in followed_up:
                continue
            changed = changes.changed(driver, other)
            if changed is None:  # what is refused for what the other fields say shows nothing
                assert driver not in followed_up or changes.asks_for_more(other), driver
                continue
            if driver in followed_up and not changes.asks_for_more(other):  # what those would read, nobody reads here
                for place in changed.places():
                    drivers.found[place].add(driver)
            if is_asked:
                made.fields[one] = changed.is_any if is_known and not whole else changes.is_built(changed)
        if name in drivers_of:
            made.drivers[name] = drivers


def looked_at(named: Iterable[Tried], left: set[Driver]) -> Iterator[Tried]:
    """Yield what is to be tried; with FIELD, what it leaves out is `left`."""
    for one in named:
        if ONE in ("", one[0]):
            yield one
        else:
            left.add(one[1])


def name_of(of: Environment, driver: Driver) -> str:
    """Return a field without names: a star for each key of a map."""
    owner, path = driver
    return ".".join((owner.partition("/")[0], *(step for step, _ in followed(model_of(of, owner), path))))


def is_another(of: Environment, other: Environment, driver: Driver) -> bool:
    """Whether a field's other value shows anything: what is only asked whether it is there could be any other one."""
    owner, path = driver
    [*_, (_, value)] = followed(model_of(of, owner), path)
    [*_, (_, now)] = followed(model_of(other, owner), path)
    return now is not None or isinstance(value, BaseModel | dict | tuple)


def model_of(of: Environment, owner: str) -> BaseModel:
    return of.find(owner) or {"environment": of.settings, "system": of.system}[owner]


def followed(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield each step of a path, a star for the key of a map, and what it leads to."""
    for step in path:
        inside = value[0] if isinstance(value, tuple) else value
        name, value = ("*", inside.get(step)) if isinstance(inside, dict) else (step, getattr(inside, step))
        yield name, value


def test_every_field_changes_what_is_rendered(found: Found) -> None:
    if ONE:
        known = [one for one in UNBUILT if re.fullmatch(one, ONE)]
        assert found.fields == {ONE: not known}, "no file of the fixtures' environments is another one"
        return
    assert len(found.fields) > 250
    unbuilt = {field for field, is_built in found.fields.items() if not is_built}
    assert {field for field in unbuilt if not any(re.fullmatch(known, field) for known in UNBUILT)} == set()
    assert {known for known in UNBUILT if not any(re.fullmatch(known, field) for field in unbuilt)} == set()


def test_every_field_was_changed(found: Found) -> None:
    """But for names, which are the keys of entries, too, and what can have one value alone."""
    with installed():
        models = {name: kind.model.model_fields for name, kind in kinds().items()}
    known = {
        f"{kind}.{name}"
        for kind, fields in models.items()
        for name, field in fields.items()
        if name != "name" and not (get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1)
    }
    changed = {".".join(field.split(".")[:2]) for field in found.fields}
    assert (ONE in found.fields) if ONE else (known - changed == ELSEWHERE)


def test_every_field_that_changes_an_argument_was_read_for_it(found: Found) -> None:
    """But for rules of security groups: one that another value would bring, or lead elsewhere, is its relation's."""
    missing = [
        (place, owner, ".".join(path))
        for drivers in found.drivers.values()
        for place, changing in drivers.found.items()
        for owner, path in changing
        if not place[2].endswith(("ingress", "egress")) or path[-1] == "why"
        if place[2] not in BEFORE and not place[2].endswith(".source")  # a variant is chosen before its line is written
        if not any(
            read.owner == owner and covers(read.path, path)
            for read in drivers.origins.reads(*place[:2]).get(place[2], ())
        )
    ]
    assert all(ONE or len(drivers.found) > 200 for drivers in found.drivers.values())
    assert missing == [], "\n".join(map(str, sorted(missing)))


def test_the_only_field_that_changes_an_argument_is_its_origin(found: Found) -> None:
    wrong = []
    every = [(drivers, *one) for drivers in found.drivers.values() for one in drivers.only()]
    assert ONE or len(every) > 100
    for drivers, (stack, path, address), (owner, steps) in every:
        _, label, argument = address.split(".")
        if steps[0] in SAID_EVERYWHERE or argument in LOOKED_THROUGH:
            continue
        if argument in {"ingress", "egress"} and steps[-1] != "why":
            continue  # the rule is its relation's, as above
        origin = drivers.origins.of(stack, path, label, [(argument, None)])
        field = ".".join(("system", *steps) if owner == "system" else steps)
        if argument in SEVERAL and (origin is None or argument == "source"):  # a variant may be chosen by another entry
            continue
        if origin is not None and origin.field.rpartition(".")[2] in NAMING:
            continue
        if origin is None or field.partition(".")[0] != origin.field.partition(".")[0]:
            wrong.append((stack, path, address, owner, field, origin and origin.field))
    assert wrong == [], "\n".join(map(str, wrong))
