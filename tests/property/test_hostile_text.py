"""Nothing from the catalogue can become code.

Text in any field of any file is refused at its own line and column, or stays one string of the generated files, which
terraform evaluates back to the same text; all else in the tree is as with harmless text in the same places.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import shlex
import shutil
import string
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.by_commit import chosen, in_turn
from tests.fixtures import FULL
from tests.property.catalogue_fields import Fields, Slot, put, write
from tests.unit.report.hostile import forged, forged_markdown

from infragen.catalog import Project, load
from infragen.catalog.schema import schemas
from infragen.core.entry import Usage
from infragen.diagnostics import InfragenError, Severity
from infragen.environment import resolve
from infragen.kinds import kinds
from infragen.render.languages import shell_literal, sql_literal
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.validation import findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tests.conftest import Outcome as Printed

    from infragen.diagnostics import Diagnostic
    from infragen.source import Document

    Infragen = Callable[..., Printed]

KINDS = kinds()
HOSTILE = {
    "quotes": "\"'`\"\"\"'''",
    "backslashes": '\\\\\\" \\u0041\\',
    "expression": '${file("/etc/passwd")}',
    "expression of plain characters": "${path.cwd}",
    "escaped expression": "$${x}$$${x}$",
    "directive": "%{ for x in [1] }a%{ endfor }%%{x}%",
    "block": '"\n}\nresource "null_resource" "x" {}\n',
    "end of comment": "*/ --> -- # //",
    "template value": '"@{x}"',
    "template block": '# {% raw %}\n# {% include "x" %}{# #}',
    "heredoc": "<<EOT\nx\nEOT\n",
    "unicode line ends": "a\u2028b\u2029c\u0085d",
    "bidirectional": "\u202eevil\u2066\u2069\u200f",
    "nul": "a\x00b",
    "controls": "\x01\x07\x1b[2J\x7f\x9f",
    "tab and line feed": "a\tb\n\nc",
    "carriage return": "a\rb",
    "composed later": "か\u3099 e\u0301 \u212b",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1ef\U0001f1f5",
    "no characters": "\ufeff\ufffe\uffff\ufffd",
    "long": "x" * 10_000,
    "sql": "'; DROP TABLE users; -- `\\",
    "shell": "$(id) `id` ; | & > /dev/null $IFS !! ~",
    "path": "../../../../etc/passwd",
    "yaml": "{a: b}: - & * ! | > %YAML",
    "blank": " ",
    "empty": "",
}
WORDS = {"null": "null", "true": "true", "number": "0123", "tilde": "~", "reference": "local.network.vpc_id"}
"""What would mean something without quotes; tried where any text may stand, because elsewhere it may be a good name."""

HOSTS: Mapping[str, tuple[str, ...]] = {
    "services": ("stock",),
    "bffs": ("partner",),
    "functions": ("press", "stamp"),  # one runs an image
    "databases": ("stock", "ledger", "prices"),  # what Aurora does not know, RDS does; what no serverless one has
    "distributions": ("press", "site"),  # one has a balancer, whose responses are cached by a key
    "event-buses": ("parcels",),  # the other has rules on the default bus
    "gateways": ("admin", "public"),  # one takes signed requests, and one tokens
    "load-tests": ("peak",),
    "queues": ("letters", "parcels"),  # one has no dead letters
    "buckets": ("papers",),
    "metrics": ("export-panics", "parcels"),  # one is counted in a log
    "search-domains": ("parts",),
    "secrets": ("maps", "session"),  # nobody rotates one
    "zones": ("main", "inner"),  # one is of the VPC alone
}
"""The entries that fields are tried in; of a kind that is not named here, the first."""
ALARMED = {
    **dict.fromkeys(("balancers", "distributions", "gateways"), "errors"),
    **dict.fromkeys(("bffs", "caches", "databases", "search-domains", "services", "workers"), "cpu"),
    "event-buses": "dead-letters",
    "functions": "duration",
    "jobs": "not-started",
    "metrics": "found",
    "workflows": "slow",
    "queues": "waiting",
}
"""The word of an alarm that is tried, by kind."""


USED: Mapping[str, tuple[str, ...]] = {
    "balancers": ("processed",),
    "buckets": ("reads", "writes"),  # a row states what they have `stored`
    "distributions": ("sent", "requests"),
}
"""The words of `usage` that are tried, by kind: T114 refuses those that no bill has."""


def _above(kind: str) -> dict[str, Any]:
    """Return what holds for a threshold (it is above a figure, below one, or beyond what is usual), and for usage."""
    others = ("below", "anomaly", "name")  # no two alarms have the same name
    alarms = {f"alarms.{ALARMED[kind]}.{other}": None for other in others if kind in ALARMED}
    return alarms | {f"usage.{word}": None for word in Usage.model_fields if word not in USED.get(kind, ())}


TASK: Mapping[str, Any] = {
    "tasks.desired": None,  # between `min` and `max`, which the schema does not tell
    "image.name": None,  # it excludes `repository`
    "image.pull_secret": None,  # it goes with `name`
    "sidecars.front.image.repository": None,  # it excludes `name`
    "sidecars.migrate.image.repository": None,
    "sidecars.shipper": None,  # beside a router there is no room for it
    "sidecars.front.cpu": "0.03125 vCPU",
    "log_route.bucket": "scans",  # to which others' routers send
    "log_route.router.cpu": "0.03125 vCPU",
    "log_route.router.memory": "0.0625 GB",
    "log_route.router.image.repository": "shipper",
    "log_route.router.image.name": None,
    "log_route.router.pattern": "^(panic|fatal) ",  # a regular expression
    "log_route.pattern": None,  # it excludes `router`
    "log_route.router.search_domain": None,  # few write to one
    "sidecars.front.depends_on": None,  # it waits for `migrate`, which waits for it here
    "sidecars.migrate.cpu": "0.03125 vCPU",
    "sidecars.migrate.memory": "0.0625 GB",
    "sidecars.migrate.depends_on": {"front": "start"},
    "sidecars.migrate.secrets": {"TOKEN": None},  # no variable is both a secret and none
    "sidecars.migrate.writable_paths": ["/var/run/migrate"],
    "sidecars.migrate.shared_paths": ["/srv/migrate"],  # no path is both shared and one container's own
    "scaling.schedules.morning.min_factor": None,  # it excludes `min`
    **{f"scaling.adjustments.rush.{one}": None for one in ("cpu_below", "memory_above", "memory_below", "remove")},
}
"""What holds for whatever is made of containers."""
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "caches/labels": {"authentication": "token"},
    "services/stock": {
        "verified_port": None,  # it gets what is verified from a balancer, and others call it
        **TASK,
        "scaling.queue.name": None,  # it is sent events, and does not receive from a queue
        "uses.databases/invoices.access": "read",
        "blue_green": None,  # gateways lead to it as well
        "deploy": "pipeline",  # a release uploads its static files
        "static_files.bucket": "photos",
    },
    "bffs/partner": {**TASK, "tracing": None},  # its sidecars have to have room
    "workers/packer": TASK,
    "jobs/export": {**TASK, "alarms.not-started.for": "1 h"},  # of whole periods
    "metrics/parcels": {
        "log": None,  # code sends it
        "alarms.few.above": None,
        "alarms.few.anomaly": None,
        "alarms.few.statistic": "Maximum",  # of a query
    },
    "metrics/export-panics": {"dimensions": None, "across": None},  # it is counted in a log
    "gateways/admin": {"authorizer": None, "preflight": None},  # its callers sign, with a second factor
    "gateways/public": {
        "second_factor": None,
        **dict.fromkeys(("allow", "authorizer.function", "certificate", "routes")),  # `admin` has most of these
        "authorizer.open": ["web"],
    },
    "functions/press": {
        "notify": None,  # nothing starts it but people
        "image.name": None,  # it has a repository
        "image.repository": "invoices",  # one that is made
        **dict.fromkeys(("code", "runtime", "handler", "uses", "triggers", "environment", "secrets")),
    },
    "functions/stamp": {"image": None, "command": None},  # it runs a zip file
    "databases/stock": {
        "capacity.pause_after": None,  # it never pauses
        "password_versions": {"store": 2},
        "size": None,  # it excludes `capacity`
        "reader_scaling": None,  # a serverless cluster has none
        **dict.fromkeys(
            ("storage", "multi_az", "reader_zones", "readers_version", "extensions", "ca", "tenants", "tenants_of")
        ),  # Aurora has none of these
        "indexes": None,  # of tables in tenants' schemas
        "url_options": None,  # it has no passwords
    },
    "databases/ledger": {
        "timeseries.bucket": "papers",
        "readers_version": "16.15",  # a minor version of its own
        "url_options": None,  # its users sign in with tokens
        "tenants": None,  # `tenants_of` excludes it
        "password_versions": None,  # its users sign in with tokens
        **dict.fromkeys(
            ("capacity", "data_api", "release", "global_database", "reader_scaling")
        ),  # Aurora alone has these
    },
    "databases/prices": {  # a cluster whose readers come and go
        "timeseries.bucket": "papers",
        "tenants_of": None,  # `tenants` excludes it
        **dict.fromkeys(("password_versions", "url_options")),  # its users sign in with tokens
        **dict.fromkeys(("capacity", "storage", "multi_az", "reader_zones", "readers_version", "ca", "release")),
        "global_database": None,
        "master_rotation": None,  # AWS rotates its password
    },
    "buckets/papers": {"lifecycle.reports.transitions": {"STANDARD_IA": "30 days"}},
    "distributions/press": {
        **dict.fromkeys(("origins.photos.balancer", "origins.photos.gateway")),  # they exclude `bucket`
        "certificate": "arn:aws:acm:us-east-1:444455556666:certificate/12345678-1234-1234-1234-123456789012",
        "behaviours": {"/api/*": {"origin": "photos"}},
        **{f"{one}.{field}": None for one in ("default", "behaviours./api/*") for field in ("cache_key", "shared")},
    },
    "distributions/site": {
        **dict.fromkeys(("origins.photos.balancer", "origins.photos.host", "origins.photos.gateway")),
        **dict.fromkeys(("origins.lists.bucket", "origins.lists.gateway", "origins.lists.failover")),
        **dict.fromkeys(f"origins.carriers.{field}" for field in ("bucket", "balancer", "host", "failover")),
        **dict.fromkeys(("zone", "renamed_from")),
        **dict.fromkeys(("default.cache_key", "default.shared")),  # it fetches from a bucket
    },
    "document-databases/drafts": {
        "password_versions": {"worker_boxer": 2},
        "backup.window": "20:00-21:00",
        "maintenance.window": "22:00-23:00",
    },
    "search-domains/parts": {"standby": None},  # there are two zones
    "load-tests/peak": {"host": "api", "tenants": ["kyoto"], "tenants_of": None},  # `tenants` excludes it
    "queues/letters": {"retention": "1 day"},
    "zones/main": {"mail.dmarc": "elsewhere", "private": None},  # it has that record itself, and balancers' names
    "zones/inner": dict.fromkeys(("mail", "delegated", "zone_id")),  # nobody outside the VPC asks it
    "balancers/door": {
        "mutual_tls": None,  # labels gets what is verified from another balancer
        "allow": ["203.0.113.0/24"],
        "certificate": "arn:aws:acm:ap-northeast-1:444455556666:certificate/12345678-1234-1234-1234-123456789012",
    },
    "environment": {
        "names.target_groups": None,  # balancers would share a name
        "holds": {"vpc": {"until": "2090-01-15", "why": "a week in test comes first"}},
        "differs": {"dev": {"services.*.tasks": "more people use it"}},
        "working_hours": None,  # production is always there
        "document_costs.rows.databases.instead_of": "the rest of last year",
        "document_costs.rows.databases.lines": ["*"],
        "document_costs.rows.databases.usage": None,  # that of other rows is the same
        "document_costs.rows.the rest of last year.instead_of": None,
        "document_costs.rows.the rest.up_to": "200 USD",
        "document_costs.rows.the rest of last year.up_to": "400 USD",
        "network.flow_log_retention": None,  # with it, `flow_log_why` has nothing to explain
        **dict.fromkeys(("standby_of", "follows")),  # it is nobody's standby
    },
}
"""Values of fields of these entries, where the schema alone does not tell what is allowed."""
SHARED_TASK: Mapping[str, Any] = {
    **TASK,
    "image.repository": None,  # some have a `name`
    "log_route": None,  # some have a stream, and some a router
    "sidecars.migrate.depends_on": None,  # `front` waits for it
}
SHARED_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "services": {
        **EXAMPLES["services/stock"],
        **SHARED_TASK,
        "scaling.queue": None,  # few services are sent events
        "scaling.schedules.morning.max": None,  # few may have as many tasks
        **dict.fromkeys(("versions", "events.schemas")),  # few have contracts
        "static_files": None,  # images of some are elsewhere
    },
    "bffs": {**SHARED_TASK, "scaling.queue": None, "versions": None},  # nobody sends events to most
    "workers": SHARED_TASK,
    "jobs": {**SHARED_TASK, "alarms.not-started.for": "1 h"},
    "functions": {
        **dict.fromkeys(("image", "command", "code", "runtime", "handler", "uses", "triggers", "notify")),
        **dict.fromkeys(("environment", "secrets")),
    },
    "databases": {
        **EXAMPLES["databases/stock"],
        "data_api": None,  # RDS has none
        "password_versions": None,  # no two have the same users
    },
    "queues": {**EXAMPLES["queues/letters"], "fifo": None},  # of one, a function gathers messages
    "buckets": EXAMPLES["buckets/papers"],
    "distributions": {**EXAMPLES["distributions/press"], "hosts": None},  # no two have the same
    "document-databases": {**EXAMPLES["document-databases/drafts"], "password_versions": None},
    "load-tests": {"steps": None, "tenants": None},  # what one asks for, others do not serve; one takes a gateway's
    "search-domains": {"standby": None},  # there are two zones
    "zones": {"mail": None},  # some have records of its names
    "secrets": {"keys": None, "generate": None},  # two are read as one value, which people put
    "metrics": {
        "dimensions": None,  # what is counted in a log has none
        "across": None,
        "log": None,
        "alarms.found.statistic": "Maximum",  # a query knows no percentile
        "alarms.unusual": None,  # nor what is usual
    },
    "environments": {**EXAMPLES["environment"], "network.flow_log_why": None},  # prod has a flow log
    "gateways": {"hosts": None, "authorizer": None},  # no two have the same; the callers of one sign
    "balancers": {
        **EXAMPLES["balancers/door"],
        **dict.fromkeys(("allow", "custom_header", "check")),  # with one, the other leads nowhere
        **dict.fromkeys(("hosts", "routes.labels.hosts")),  # no two balancers have the same
    },
}
"""The same for values that all entries of a kind share."""
SHARED_VALUES = {"bffs": ("functions",), "buckets": ("versioning",)}
"""Single values that must go with the maps and lists that all entries of a kind share."""
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "catalog/depot/zones/trucks.yaml": {"mail": {"mail_from": "post", "dmarc": "elsewhere"}},  # all have that record
    "catalog/depot/bffs/web.yaml": {"tracing": False},  # sidecars for all leave no room for its own
    "catalog/depot/services/goods/labels.yaml": {"calls": {"labels": None}},
    "catalog/depot/balancers/partners.yaml": {  # the callers of labels are verified elsewhere
        "routes": {"stock": {"service": "stock"}, "labels": None}
    },
    "catalog/depot/workers/sweeper.yaml": {"tasks": {"min": 1, "max": 6}},
    "environments/depot/prod.yaml": {
        "services": {"labels": {"calls": {"labels": None}}},
        "balancers": {"partners": {"routes": {"labels": None}}},
        "databases": {
            "invoices": {"global_database": True, "master_password": "write-only"},
            "prices": {"capacity": None},
            "letters": {"url_options": None},  # a proxy for all would read its secrets as well
        },
    },
}
"""What files say where a layer lets every service call this one, makes every database
serverless, or starts six tasks of every worker in the morning."""
FORMS = {
    "workflow.definition",
    "workflow.permissions.store.resources.0",
    "zone.records.scales.A.0",
    "balancer.certificate",
    "balancer.hosts.0",
    "balancer.routes.labels.hosts.0",
    "balancer.routes.labels.paths.0",
    "bff.permissions.read-reports.resources.0",
    "bucket.bucket_name",
    "cache.parameters.maxmemory-policy",
    "distribution.public_keys.0",
    "bastion.key_name",
    "environment.document_costs.rows.databases.lacks.0",  # a line of what is built
    "environment.document_costs.rows.databases.lines.0",
    "environment.document_costs.rows.databases.instead_of",  # a row that is there
    "environment.domain_name",
    "environment.environment",
    "environment.internal_domain",
    "environment.load_balancer.also_trusts.0",
    "environment.names.clusters",  # domains would share a name
    "environment.state.bucket",
    "function.permissions.read-reports.resources.0",
    "gateway.certificate",
    "gateway.hosts.0",
    "job.permissions.read-reports.resources.0",
    "search-domain.saml.metadata",
    "service.permissions.read-reports.resources.0",
    "system.names.databases",
    "system.time_zone",
    "worker.permissions.read-reports.resources.0",
    "zone.domain_name",
    "zone.records.status.CNAME.0",
    "zone.zone_id",
}
"""Fields that take text of a form which a rule or a validator checks and the schema does not."""
OF_OUTPUTS = {
    f"{kind}.{form}.*"
    for kind in ("bff", "job", "service", "worker")
    for form in ("environment", "secrets", "sidecars.*.environment", "sidecars.*.secrets", "permissions.*.resources")
} | {f"function.{form}.*" for form in ("environment", "secrets", "permissions.*.resources")}
OF_OUTPUTS |= {"frontend.environment.*", "workflow.permissions.*.resources.*"}
OF_IMAGES = {
    "repository.copy_of",
    *(
        f"{kind}.{form}"
        for kind in ("bff", "job", "service", "worker")
        for form in ("image", "sidecars.*.image", "log_route.router.image")
    ),
}
BESIDE_A_ROUTER = frozenset(f"{kind}.log_route.pattern" for kind in ("bff", "job", "service", "worker"))
"""What may be any text, and is refused with the whole map where that has a router (C003-two-patterns)."""
OF_KEYS = (" (unknown key)", ".headers.*", ".cookies.*", ".query_strings.*")
OTHER_CHOICES = {
    *(f"distribution.default.cache_key{end}" for end in OF_KEYS),  # `behaviours` has the same for a balancer
    *BESIDE_A_ROUTER,
    *OF_IMAGES,
    *(f"{place}{end}" for place in OF_OUTPUTS for end in (".output", " (unknown key)")),
    *("system.layout (key)", "system.layout.*"),
    *(f"{KINDS[kind].model.SINGULAR}.alarms.*" for kind in ALARMED if kind != "databases"),  # one of them says `none`
    "environment.configurations.*.*",  # what an environment's file has, which is tried there
    "environment.working_hours (unknown key)",
    *(f"environment.working_hours.{field}" for field in ("days", "start", "end", "lead", "why")),  # production has none
    *("environment.budget.alerts.*.*", "environment.budget.forecast.*"),
    "function.dead_letters",  # a word, or a map
    *("database.tenants_of.*", "load-test.tenants_of.*"),  # a name, or a list of them
    *(
        f"environment.document_costs.rows.*.usage{end}"
        for end in (" (unknown key)", *(f".{one}" for one in Usage.model_fields))
    ),
    "service.blue_green (unknown key)",  # gateways lead to each service; see test_kinds_blue_green.py
    *(f"service.blue_green.{field}" for field in ("shift", "percent", "interval", "keep")),
}
"""Places inside a map where each file here has a single value, or the other way round; a test of its own tries them."""
IMPORTS = "imports"
"""The kind of file that has no fields, only maps by entry and address; it is tried by tests of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a file of the catalogue."""

    kind: str
    file: str
    slot: Slot

    def __str__(self) -> str:
        dots = ".".join(map(str, (self.kind, *self.slot.path)))
        return dots if self.slot.what == "value" else f"{dots} ({self.slot.what})"


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """Files, and places in them that are tried together."""

    files: Mapping[str, dict[str, Any]]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A literal of a rendered file, and the text that it has to mean."""

    literal: str
    means: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text in many places: where it was refused, and the literals it ended in."""

    refused: frozenset[Place]
    said: tuple[Said, ...]


class World:
    """A copy of the full system whose files can be replaced."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(FULL, folder, dirs_exist_ok=True)
        self.project = Project(folder)
        self.templates = templates_of(self.project)
        self.catalogue = load(self.project, "depot")
        self.environment = resolve(self.project, self.catalogue, "prod").environment()
        self.fields = {name: Fields(schema) for name, schema in schemas().items()}
        for path, text in self.render().items():
            if path.startswith("modules/vpc/"):  # what is there may be held
                file = folder / "generated/depot/prod" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        self.hosts = {kind: HOSTS.get(kind) or (next(iter(self.environment.entries[kind])),) for kind in KINDS}

    def errors(self) -> tuple[Diagnostic, ...]:
        """Return what `infragen validate depot/prod` calls an error, but for examples: the fields have nothing else."""
        try:
            found = findings(self.project, ((load(self.project, "depot"), ("prod",)),), ())
        except InfragenError as error:
            found = error.diagnostics
        return tuple(one for one in found if one.severity == Severity.ERROR and one.code != "T110")

    def render(self) -> Mapping[str, str]:
        """Return what `infragen render depot/prod` would write."""
        environment = resolve(self.project, load(self.project, "depot"), "prod").environment()
        return compose(self.project, environment, self.templates).files

    def own(self) -> Group:
        """Return every field of every kind of file, in one file of each kind, or more where fields exclude others."""
        files, places = {}, []
        for kind, what in KINDS.items():
            name = what.model.SINGULAR
            fields = self.fields[name].without("defaults")
            for host in self.hosts[kind]:
                owner = f"{kind}/{host}"
                places += self._of(name, owner, fields, EXAMPLES.get(owner, {}), files)
        for name, above in (("system", ("defaults",)), ("environment", ("every", *KINDS))):
            places += self._of(name, name, self.fields[name].without(*above), EXAMPLES.get(name, {}), files)
        return Group(files, tuple(places))

    def _of(
        self, name: str, owner: str, fields: Fields, examples: Mapping[str, Any], files: dict[str, dict[str, Any]]
    ) -> Iterator[Place]:
        file = self.environment.source(owner)
        raw = self.environment.origins[owner].home.document.data
        data = fields.complete(
            self.environment.origins[owner].merged(), {**_above(owner.partition("/")[0]), **examples}
        )
        files[file] = {**{key: value for key, value in raw.items() if key not in data}, **data}
        every = (Place(name, file, slot) for slot in fields.slots(data))
        yield from (place for place in every if place.slot.is_held or str(place) not in BESIDE_A_ROUTER)

    def layer(self, file: str, prefixes: Sequence[tuple[str, ...]]) -> Group:
        """Return every field of some kinds as a value of a layer, at their prefixes: defaults below or overrides above.

        Only maps and lists are given, one value of each; a single value there would be a name that all entries share.
        """
        name = {"system.yaml": "system", "prod.yaml": "environment"}.get(Path(file).name, "domain")
        files = {
            one.file: {**copy.deepcopy(one.data), **copy.deepcopy(BESIDE.get(one.file, {}))}
            for one in self.documents()
            if one.file in (file, *BESIDE)
        }
        places: list[Place] = []
        for prefix in prefixes:
            fields = self.fields[name].at(*prefix)
            kind = next(step for step in prefix if step in (*KINDS, "environments"))
            owner = "environment" if kind == "environments" else f"{kind}/{self.hosts[kind][0]}"
            examples = {**_above(kind), **SHARED_EXAMPLES.get(kind, {})}
            whole = fields.complete(self.environment.origins[owner].merged(), examples)
            shared = {
                key: value
                for key, value in whole.items()
                if isinstance(value, dict | list) or key in SHARED_VALUES.get(kind, ())
            }
            target = files[file]
            for step in prefix[:-1]:
                target = target.setdefault(step, {})
            target[prefix[-1]] = {**target.get(prefix[-1], {}), **shared}
            slots = (replace(slot, path=(*prefix, *slot.path)) for slot in fields.slots(whole))
            places += (Place(name, file, slot) for slot in slots if slot.path != prefix)
        return Group(files, tuple(places))

    def layers(self) -> dict[str, Group]:
        """Return every layer in which a kind's fields may stand, all kinds together."""
        domain = self.environment.source(f"domains/{self.hosts['domains'][0]}")
        settings = self.environment.source("environment")
        below = [("defaults", kind) for kind in KINDS]
        return {
            "defaults of the system": self.layer(self.catalogue.system.file, [*below, ("defaults", "environments")]),
            "defaults of a domain": self.layer(domain, below),
            "every": self.layer(settings, [("every", kind) for kind in KINDS]),
            "entries": self.layer(settings, [(kind, self.hosts[kind][0]) for kind in KINDS]),
        }

    def documents(self) -> Iterator[Document]:
        yield self.catalogue.system
        yield self.environment.origins["environment"].home.document
        for named in self.catalogue.entries.values():
            yield from named.values()


def tried(world: World, group: Group, texts: Mapping[Place, str]) -> Outcome:
    """Put all texts into their places, and find out what becomes of each.

    Fails when anything is said at another place than a text's own, or when a rendered file differs in more than the
    literals which hold the texts.
    """
    left = {place: text for place, text in texts.items() if not (text == "@" and "hosts" in place.slot.path)}
    refused = set(texts) - set(left)  # there it is a word: the name of the zone itself
    while True:
        with written(world, group, left) as places:
            errors = world.errors()
            if not errors:
                hostile = world.render()
                break
        for error in errors:
            assert error.location is not None, f"{error}: no place"
            where = (error.location.file, error.location.line, error.location.column)
            assert where in places, f"{error} ({error.hint})\nis at none of {sorted(places)}"
            left.pop(places[where], None)
            refused.add(places[where])
    marks = {place: _mark(number, text, place.slot.what) for number, (place, text) in enumerate(left.items())}
    with written(world, group, marks) as places:
        errors = world.errors()
    ascii_only = {places[(one.location.file, one.location.line, one.location.column)] for one in errors if one.location}
    marks |= {place: marks[place].translate(_PLAIN) for place in ascii_only}
    with written(world, group, marks):
        errors = world.errors()
        assert not errors, f"harmless text is refused where hostile text is not: {errors[0]}"
        harmless = world.render()
    said = _compared(harmless, hostile, {marks[place]: _meant(place, text) for place, text in left.items()})
    return Outcome(frozenset(refused), tuple(said))


def _meant(place: Place, text: str) -> str:
    """Return what a text is once it is rendered: itself, but for Fluent Bit, whose rules end at spaces and quotes.

    A key is no regular expression, and becomes one.
    """
    if place.slot.form == "log_route.router.level_key":
        return re.escape(text)
    is_rule = place.slot.form == "log_route.router.pattern"
    return text.replace(" ", r"\x20").replace('"', r"\x22") if is_rule else text


def _mark(number: int, text: str, what: str) -> str:
    """Return harmless text that is found again, of plain characters if `text` is, for rules describe themselves so.

    A key stands where `text` does among others.
    """
    is_plain = _DESCRIBES_A_RULE.fullmatch(text) or _IDENTIFIER.fullmatch(text)
    first = max((start for start in _SORTED if start <= text[:1]), default="!") if what == "key" else ""
    return first + (f"H{number:04}H" if is_plain else f"\u203a{number:04}\u2039")


_PLAIN = str.maketrans({"\u203a": "H", "\u2039": "H", "!": "+"})
"""Tags take `+`, which stands before digits as well."""
_SORTED = f"!{string.digits}@{string.ascii_uppercase}[{string.ascii_lowercase}|"
"""Digits and letters in the order of ASCII, and one character for those that stand between them, where any text that
begins with it is taken: no name of CloudWatch's begins with `:`."""


@contextmanager
def written(world: World, group: Group, texts: Mapping[Place, Any]) -> Iterator[dict[tuple[str, int, int], Place]]:
    """Write the group's files with texts in some places; tell these places by file, line and column."""
    changed = copy.deepcopy(dict(group.files))
    for place, text in texts.items():
        put(changed[place.file], place.slot, text)
    found = {}
    before = {file: (world.project.root / file).read_bytes() for file in changed}
    for file, data in changed.items():
        text_of_file = write(data)
        (world.project.root / file).write_text(text_of_file.text, encoding="utf-8")
        for place, text in texts.items():
            if place.file == file:
                slot = place.slot
                if slot.what != "value":
                    found[file, *text_of_file.keys[*slot.path, text]] = place
                    continue
                found[file, *text_of_file.values[slot.path]] = place
                if isinstance(text, dict):  # where a key is long, its value is on another line
                    found |= {(file, *text_of_file.values[*slot.path, key]): place for key in text}
                if slot.path in text_of_file.keys:  # a field that should not be there is named by its key
                    found[file, *text_of_file.keys[slot.path]] = place
    try:
        yield found
    finally:
        for file, content in before.items():
            (world.project.root / file).write_bytes(content)


_DESCRIBES_A_RULE = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,200}")
"""Amazon EC2 API: IpRange, `Description`; of other text, infragen describes a rule in its own words."""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""What stands without quotes where it is a key of an object, and means the same (HCL: Object values)."""
_STRING = r'"(?:[^"\\\n$%]|\\.|\$\$\{|%%\{|[$%](?!\{))*"'
"""A quoted template without anything to evaluate (HCL native syntax specification, Quoted Templates)."""
_SQL_STRING = r"'(?:[^'\\]|\\.|'')*'"
"""MySQL 8.0 Reference Manual, String Literals."""
_STRINGS = {
    ".sql": _SQL_STRING,
    ".js": r'"(?:[^"\\\n\r\u2028\u2029]|\\.)*"',
    ".sh": rf"""'[^'\n]*'(?:"'"'[^'\n]*')*|{_STRING}""",  # of one line: comments have apostrophes
}
"""Where strings are written in another way than in HCL; in JavaScript they are JSON's (ECMAScript: String Literals)."""
_WORD_ALONE = re.compile(r"(?m)^( +)([\w@%+=:,./-]+)$", re.ASCII)
"""A word of a shell script on a line of its own: what needs no quotes has none."""


def _compared(harmless: Mapping[str, str], hostile: Mapping[str, str], marks: Mapping[str, str]) -> Iterator[Said]:
    """Yield the literals with hostile text; fails when two trees differ in anything else but alignment."""
    assert harmless.keys() == hostile.keys()
    mark = re.compile("|".join(map(re.escape, marks)))
    for path, text in harmless.items():
        if text == hostile[path]:
            assert not (marks and mark.search(text)), f"{path}: hostile text left as its mark"
            continue
        if path.endswith(".md"):
            assert _headings(text) == _headings(hostile[path]), path
            continue
        pattern = f"({_STRINGS.get(path[path.rfind('.') :], _STRING)})"
        one, other = _keys(text, marks), _keys(hostile[path], marks.values())
        if path.endswith(".sh"):
            one, other = (_WORD_ALONE.sub(r"\1'\2'", each) for each in (one, other))
        before, after = re.split(pattern, one), re.split(pattern, other)
        assert [_shape(part) for part in before[::2]] == [_shape(part) for part in after[::2]], path
        for old, new in zip(before[1::2], after[1::2], strict=True):
            if old != new and path.endswith(".js"):
                assert json.loads(new) == mark.sub(lambda found: marks[found[0]], json.loads(old)), path
            elif old != new and new.startswith("'") and path.endswith(".sh"):
                assert shlex.split(new) == [mark.sub(lambda found: marks[found[0]], word) for word in shlex.split(old)]
            elif _CUT.sub("", old) != _CUT.sub("", new):
                meant = decoded(old)
                given = {one: json.dumps(text, ensure_ascii=False)[1:-1] for one, text in marks.items()}
                inside = given if meant.startswith('{"') else marks  # a pattern of events is JSON in a string
                yield Said(new, mark.sub(lambda found, inside=inside: inside[found[0]], meant))  # type: ignore[misc]


def _headings(text: str) -> list[str]:
    """Return the headings of Markdown; fails where a block of code has no end."""
    found, fence = [], ""
    for line in text.splitlines():
        mark = re.fullmatch(r" *(`{3,})(sh)?", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence and not mark[2]:
            fence = ""
        elif line.startswith("#") and not fence:
            found.append(line)
    assert not fence, text
    return found


def _keys(text: str, words: Iterable[str]) -> str:
    """Write these words with quotes where they are keys without."""
    bare = "|".join(sorted({word for word in words if _IDENTIFIER.fullmatch(word)}))
    return re.sub(rf"(?m)^( *)({bare})(?= +=)", r'\1"\2"', text) if bare else text


_CUT = re.compile(r"(?<=[a-z0-9]-)[0-9a-f]{8}(?=\"\Z)")
"""The digest that ends a name which was too long: of all that it was made of, and so of a mark as well."""


def _shape(text: str) -> str:
    return re.sub(" +", " ", text)


_ESCAPES = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\([nrt\"\\])|([$%])\4\{")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def decoded(literal: str) -> str:
    """Return what a quoted HCL string means (HCL native syntax specification, Quoted Templates)."""
    return _ESCAPES.sub(
        lambda found: (
            f"{found[4]}{{" if found[4] else _SHORT[found[3]] if found[3] else chr(int(found[1] or found[2], 16))
        ),
        literal[1:-1],
    )


def evaluated(literals: Sequence[str], folder: Path) -> list[str]:
    """Return what terraform makes of each literal; one process, no provider."""
    (folder / "main.tf").write_text(
        "locals {\n  all = [\n" + "".join(f"    {literal},\n" for literal in literals) + "  ]\n}\n", encoding="utf-8"
    )
    shown = subprocess.run(
        ["terraform", "console"],
        cwd=folder,
        input="base64encode(jsonencode(local.all))\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    found: list[str] = json.loads(base64.b64decode(json.loads(shown.stdout)))
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def own(world: World) -> Group:
    return world.own()


SHARES = 8
"""Of the texts that are tried everywhere, a run takes one share, which its commit chooses; `make lives` takes all."""
TRIED = [*in_turn([*HOSTILE, *WORDS], SHARES)]


class Outcomes:
    """What becomes of each hostile text in every field of every kind of file; each is tried when first asked for."""

    def __init__(self, world: World, own: Group) -> None:
        self._world, self._own = world, own
        self._found: dict[str, Outcome] = {}

    def of(self, name: str) -> Outcome:
        if name not in self._found:
            places = self._own.places
            if name in WORDS:
                places = tuple(place for place in places if place.slot.is_text and str(place) not in FORMS)
            self._found[name] = tried(self._world, self._own, dict.fromkeys(places, {**HOSTILE, **WORDS}[name]))
        return self._found[name]


@pytest.fixture(scope="module")
def outcomes(world: World, own: Group) -> Outcomes:
    return Outcomes(world, own)


def test_every_place_of_every_schema_is_tried(world: World, own: Group) -> None:
    """A kind or a field that is added is tried unasked, or fails here."""
    tried_places = {(place.kind, place.slot.form, place.slot.what) for place in own.places}
    held = {(place.kind, place.slot.form) for place in own.places if place.slot.is_text and place.slot.is_held}
    missing = set()
    for name in schemas().keys() - {IMPORTS}:
        layers = {"defaults", "every", *KINDS} if name in ("system", "environment", "domain") else set()
        for form, what, is_text in world.fields[name].without(*layers).forms():
            if (name, form, what) not in tried_places or (is_text and (name, form) not in held):
                missing.add(f"{name}.{form}" if what == "value" else f"{name}.{form} ({what})")

    assert missing == OTHER_CHOICES
    assert len(own.places) > 700


@pytest.mark.parametrize("name", [*in_turn(HOSTILE, SHARES)])
@pytest.mark.parametrize("choice", ["image", "key", "output"])
def test_hostile_text_where_a_file_has_the_other_choice_is_refused_there(
    world: World, own: Group, choice: str, name: str
) -> None:
    text = HOSTILE[name]
    above = OF_IMAGES if choice == "image" else {*OF_OUTPUTS, "system.layout"}
    chosen = [
        replace(place, slot=replace(place.slot, what="value"))
        for place in own.places
        if f"{place.kind}.{place.slot.form}" in above
    ]
    value = {"image": text, "key": {text: "x"}, "output": {"output": text}}[choice]
    while chosen:  # what is wrong in a system's own file hides the rest
        with written(world, own, dict.fromkeys(chosen, value)) as places:
            errors = world.errors()
        at = {(file, line): place for (file, line, _), place in places.items()}
        found = {at[error.location.file, error.location.line] for error in errors if error.location}
        assert found
        chosen = [place for place in chosen if place not in found]


def test_a_file_with_every_field_is_a_good_one(world: World, own: Group) -> None:
    """What is refused later is refused for its text."""
    for name, group in {"own": own, **world.layers()}.items():
        with written(world, group, {}):
            assert world.errors() == (), name


def test_ordinary_text_is_taken_wherever_any_text_may_stand(world: World, own: Group) -> None:
    free = [place for place in own.places if place.slot.is_text]
    outcome = tried(world, own, {place: f"生産 {number} (a-z)" for number, place in enumerate(free)})

    assert {str(place) for place in outcome.refused} <= FORMS
    assert len(free) - len(outcome.refused) > 50
    assert len({said.means for said in outcome.said}) >= 6


@pytest.fixture(scope="module")
def harmless(world: World) -> Mapping[str, Mapping[str, str]]:
    """What is rendered where an import has an id, or a key of its address, that is harmless."""
    found = {}
    for where, imported in {
        "id": {"aws_ecr_repository.this": "a-mark-of-ours"},
        "key": {'aws_ecr_repository.this["a-mark-of-ours"]': "id"},
    }.items():
        with importing(world, {"services/invoices": imported}):
            found[where] = world.render()
    return found


@contextmanager
def importing(world: World, document: Mapping[str, Any]) -> Iterator[None]:
    """Let the environment have a file of imports."""
    path = world.project.root / "catalog/depot/imports/prod.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink()


@pytest.mark.parametrize("name", [*in_turn(HOSTILE, SHARES)])
def test_a_hostile_id_to_import_stays_one_string(
    world: World, harmless: Mapping[str, Mapping[str, str]], name: str
) -> None:
    text = HOSTILE[name]
    with importing(world, {"services/invoices": {"aws_ecr_repository.this": text}}):
        errors = world.errors()
        if not errors:
            (said,) = _compared(harmless["id"], world.render(), {"a-mark-of-ours": text})
            assert decoded(said.literal) == said.means == text
        assert {error.location.file for error in errors if error.location} <= {"catalog/depot/imports/prod.yaml"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["{}", "aws_ecr_repository.{}", "x/{}"])
def test_a_hostile_address_to_import_is_refused(world: World, form: str, text: str) -> None:
    with importing(world, {"services/invoices": {form.format(text): "id"}}), pytest.raises(InfragenError):
        world.render()


@pytest.mark.parametrize("name", [*in_turn(HOSTILE, SHARES)])
def test_a_hostile_key_of_an_address_to_import_stays_one_string(
    world: World, harmless: Mapping[str, Mapping[str, str]], name: str
) -> None:
    text = HOSTILE[name]
    with (
        importing(world, {"services/invoices": {f'aws_ecr_repository.this["{text}"]': "id"}}),
        suppress(InfragenError),
    ):
        found = _compared(harmless["key"], world.render(), {"a-mark-of-ours": text})
        assert [said.literal for said in found] == [f'"{text}"']


@pytest.mark.parametrize("name", TRIED)
def test_hostile_text_is_refused_at_its_place_or_stays_one_string(outcomes: Outcomes, name: str) -> None:
    """It cannot be tried when an error is elsewhere, or when anything but a string changes in the tree."""
    for said in outcomes.of(name).said:
        assert decoded(said.literal) == said.means


@pytest.mark.parametrize("name", [*in_turn(("nul", "controls", "carriage return", "composed later"), 4)])
def test_text_that_no_file_could_carry_unchanged_is_refused_everywhere(
    own: Group, outcomes: Outcomes, name: str
) -> None:
    assert outcomes.of(name).refused == set(own.places)


@pytest.mark.terraform
@pytest.mark.parametrize("shares", [SHARES, pytest.param(1, marks=pytest.mark.long)])
def test_terraform_reads_every_rendered_string_back_as_it_was_written(
    outcomes: Outcomes, tmp_path: Path, shares: int
) -> None:
    names = [*HOSTILE, *WORDS][chosen(shares) :: shares]
    said = list(dict.fromkeys(said for name in names for said in outcomes.of(name).said))
    found = evaluated([one.literal for one in said], tmp_path)

    assert len(said) > 60 / shares / 2
    assert found == [one.means for one in said]


@pytest.mark.parametrize("start", [*in_turn(range(4), 4)])
def test_hostile_text_in_defaults_and_overrides_is_no_different(world: World, start: int) -> None:
    """Each field gets a quarter of the texts in four runs: the fields are the same as in an entry's own file."""
    texts = list(HOSTILE.values())
    for name, group in world.layers().items():
        given = {place: texts[(4 * index + start) % len(texts)] for index, place in enumerate(group.places)}
        for said in tried(world, group, given).said:
            assert decoded(said.literal) == said.means, name


SHOWN = {
    "validate": [(), ("--format", "json"), ("--format", "github"), ("--format", "sarif")],
    "render": [("--diff", "--check")],
    "explain": [(), "services.stock", "environment"],
    "graph": [("--format", "mermaid"), ("--format", "dot"), ("--format", "svg")],
    "describe": [()],
    **{one: [(), ("--format", "markdown"), ("--format", "json")] for one in ("cost", "promises", "signals")},
}
"""Commands that print a catalogue, and how each can."""
FORGERIES = {
    "one line": "::error::a ##[error]b <img src=http://x> [c](http://x) ![](x) | @team www.x.y `<i>` \u2028 \u202e",
    "lines": "a\n::add-mask::b\n##[error]c\n\n# No changes\n<img src=http://x>\n```\n[d]: http://x\n| @team |",
}
"""What would command a runner, or be markup, wherever a command shows it."""


def _is_in(place: Place, files: Mapping[str, Any]) -> bool:
    try:
        put(copy.deepcopy(files[place.file]), place.slot, "a")
    except (KeyError, IndexError, TypeError):
        return False
    return True


@pytest.mark.parametrize("name", FORGERIES)
def test_no_command_lets_a_catalogue_forge_its_words(world: World, own: Group, infragen: Infragen, name: str) -> None:
    files = {one.file: copy.deepcopy(one.data) for one in world.documents()}
    for place in own.places:  # a field that says why, where the file has none
        if place.slot.is_text and len(place.slot.path) == 1 and place.file in files:
            files[place.file].setdefault(place.slot.path[0], "a")
    left = {place: FORGERIES[name] for place in own.places if place.slot.is_text and _is_in(place, files)}
    own, folder = Group(files, own.places), world.project.root
    found = {}
    while True:
        with written(world, own, left) as places:
            said = infragen("validate", "depot/prod", "-C", folder, "--format", "github")
            found["validate"] = forged(said.out + said.err, "::(?:error|warning|notice) ")
            if not (errors := world.errors()):
                for command, ways in SHOWN.items():
                    for way in ways:
                        target = "depot" if command == "describe" else "depot/prod"
                        words = (command, target, *((way,) if isinstance(way, str) else way))
                        said = infragen(*words, "-C", folder)
                        assert said.code != 1 or command == "validate", (words, said.err)
                        ours = "::(?:error|warning|notice) " if "github" in way else "(?!)"
                        found[" ".join(words)] = forged(said.out, ours) + forged(said.err)
                        if "markdown" in way or command == "describe":
                            found[f"{' '.join(words)} (read)"] = forged_markdown(said.out, r"\.?[\w/.-]+(?:#L\d+)?$")
                break
        for error in errors:
            assert error.location is not None
            left.pop(places[error.location.file, error.location.line, error.location.column], None)

    assert len(left) > 50
    assert not {command: lines for command, lines in found.items() if lines}


hostile_texts = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("$%{}\"\\@#\n /*<E~u0'`-\u2028\u3099"), max_size=30),
    st.lists(st.sampled_from(sorted(HOSTILE.values(), key=len)[:-1]), max_size=3).map("".join),
).filter(
    lambda text: (
        text not in WORDS.values()
        and not re.fullmatch(r"[a-zA-Z0-9 _.,:/%*-]*|[/*][\w.*$/~\"'@:+&-]*|@", text.strip(), re.ASCII)
    )
)
"""What could be a name, a figure, a schedule, an action, a path or a zone's own name is left out: in another field it
would be a good value. `test_a_path_of_what_has_a_meaning_elsewhere_is_one_string` has a path."""


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(hostile_texts, min_size=5, max_size=20))
def test_any_text_is_refused_at_its_place_or_stays_one_string(world: World, own: Group, texts: list[str]) -> None:
    given_to = {place: texts[index % len(texts)] for index, place in enumerate(own.places)}
    for said in tried(world, own, given_to).said:
        assert decoded(said.literal) == said.means


def test_a_path_of_what_has_a_meaning_elsewhere_is_one_string(world: World, own: Group) -> None:
    text = "/\"'$~*"
    paths = ("balancer.routes.labels.paths.0", "distribution.behaviours (key)")
    with written(world, own, {place: text for place in own.places if str(place) in paths}):
        assert world.errors() == ()
        rendered = world.render()

    for name in ("balancer-door.tf", "distribution-press.tf"):
        body = "".join(rendered[path] for path in rendered if path.endswith(f"/{name}"))
        assert text in map(decoded, re.findall(_STRING, body))


@pytest.mark.parametrize(
    "name", ['quote".yaml', "expression${x}.yaml", "comment*#.yaml", "template{% x %}.yaml", "生産.yaml"]
)
def test_a_file_name_stays_in_the_comment_that_names_it(world: World, name: str) -> None:
    source = world.environment.source("services/stock")
    place = world.project.root / source
    before = world.render()
    renamed = place.rename(place.with_name(name))
    try:
        after = world.render()
    finally:
        renamed.rename(place)

    assert before.keys() == after.keys()
    for path, text in after.items():
        first, _, rest = text.partition("\n")
        assert before[path].partition("\n")[2] == rest
        assert first == before[path].partition("\n")[0].replace(source, source.replace("stock.yaml", name))


@pytest.mark.parametrize("name", ["line\nfeed.yaml", "next\u2028line.yaml", "end--> of comment.yaml"])
def test_a_file_name_that_would_leave_its_comment_is_refused(world: World, name: str) -> None:
    place = world.project.root / world.environment.source("services/stock")
    renamed = place.rename(place.with_name(name))
    try:
        with pytest.raises(InfragenError) as caught:
            world.render()
    finally:
        renamed.rename(place)
    assert {found.code for found in caught.value.diagnostics} == {"G007"}


@given(st.text(max_size=30) | st.sampled_from(sorted(HOSTILE.values(), key=len)[:-1]))
def test_text_in_sql_is_one_literal(text: str) -> None:
    literal = sql_literal(text)
    found = re.fullmatch(_SQL_STRING, literal, re.DOTALL)

    assert found
    assert re.sub(r"''|\\(.)", lambda part: _MYSQL.get(part[1], part[1]) if part[1] else "'", literal[1:-1]) == text
    assert not set("\n\r\0\x1a") & set(literal)


_MYSQL = {"n": "\n", "r": "\r", "0": "\0", "Z": "\x1a"}
"""MySQL 8.0 Reference Manual, Special Character Escape Sequences."""


def test_text_in_a_shell_script_is_one_word() -> None:
    texts = [text for text in HOSTILE.values() if "\0" not in text and len(text) < 1000]
    script = "printf '%s\\0' " + " ".join(map(shell_literal, texts))
    said = subprocess.run(["sh", "-c", script], capture_output=True, check=True)

    assert said.stdout.decode().split("\0")[:-1] == texts
