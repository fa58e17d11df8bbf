"""Rules about what an engine has, and what AWS allows for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.databases import extensions, instance_classes, memory_parameters
from infragen.kinds.databases.aurora import has_data_api, pauses
from infragen.kinds.databases.engines import AURORA, FIELDS, RDS
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.words import TUNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

_INSTEAD: Final = {
    "capacity": "write `size: db.t4g.micro`, the instance class",
    "release": 'write `version: "17"` or `version: "17.9"`',
    "multi_az": "write `readers: 1`: a reader takes over",
    "storage": "remove it: Aurora's storage grows by itself",
}


def _is_own(landscape: Landscape, owner: str, field: str) -> bool:
    """Say whether a field is given for this entry; defaults for all databases are about those that have it."""
    layers = landscape.origins[owner].setting((field,))
    own = (layer for layer in layers if not layer.prefix or layer.prefix[0] not in ("defaults", "every"))
    return any(layer.data[field] is not None for layer in own)


@rule("D113", "a field is of another engine", Severity.ERROR, "docs/databases.md")
def _foreign(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        owner, title = f"databases/{name}", database.kind_of_engine.title
        for field, engines in FIELDS.items():
            if database.engine not in engines and _is_own(landscape, owner, field):
                message = f"`{field}` does nothing with {title}: it is for {_listed(engines)}"
                hint = _INSTEAD.get(field, "remove it")
                if field == "capacity" and database.size is not None:
                    hint = f"remove it: `size: {database.size}` says how large it is"
                yield Finding(message, landscape.at(owner, field, key=True), hint)


def _listed(engines: frozenset[str]) -> str:
    return " and ".join(f"`{engine}`" for engine in sorted(engines))


_NEEDED: Final = {
    "capacity": (AURORA, "the range of its capacity, or an instance class", "capacity: {min: 0.5 ACU, max: 4 ACU}"),
    "release": (FIELDS["release"], "Aurora's release", "release: 8.0.mysql_aurora.3.10.3"),
    "size": (RDS, "an instance class", "size: db.t4g.micro"),
}


@rule("D114", "a database lacks what its engine needs", Severity.ERROR, "docs/databases.md")
def _missing(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        for field, (engines, what, example) in _NEEDED.items():
            is_replaced = field == "capacity" and database.size is not None
            if database.engine in engines and getattr(database, field) is None and not is_replaced:
                message = f"`{field}` is missing: {database.kind_of_engine.title} needs {what}"
                hint = f"add `{example}`, here or as a default of the domain or the system"
                yield Finding(message, landscape.at(f"databases/{name}", "engine"), hint)


@rule("D122", "a cluster has both a range and an instance class", Severity.ERROR, "docs/databases.md")
def _both(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.capacity is not None and database.size is not None:
            owner = f"databases/{name}"
            field, other = ("size", "capacity") if _is_own(landscape, owner, "size") else ("capacity", "size")
            message = "a cluster is serverless, with `capacity`, or has an instance class, `size`; this one has both"
            hint = f"remove one of them; `{other}: null` takes away what a default gives"
            yield Finding(message, landscape.at(owner, field, key=True), hint)


_PAUSE: Final = (300, 86_400)


@rule(
    "D123",
    "a database cannot pause as it is asked to",
    Severity.ERROR,
    "Amazon Aurora User Guide: Scaling to Zero ACUs with automatic pause and resume",
)
def _pause(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        capacity, owner = database.capacity, f"databases/{name}"
        if capacity is None:
            continue
        after = capacity.pause_after
        if after is not None and capacity.min:
            message = f"a database that has {capacity.min:f} ACU at least never pauses"
            place = landscape.at(owner, "capacity", "pause_after")
            yield Finding(message, place, "write `min: 0 ACU`, or remove `pause_after`")
        elif after is not None and not _PAUSE[0] <= after <= _PAUSE[1]:
            message = f"a database pauses after {_PAUSE[0]} to {_PAUSE[1]} s, not {after} s"
            nearest = min(max(after, _PAUSE[0]), _PAUSE[1])
            place = landscape.at(owner, "capacity", "pause_after")
            yield Finding(message, place, f"write `pause_after: {nearest} s`")
        if not capacity.min and not pauses(database.version, database.release):
            field = "release" if database.release else "version"
            message = f"{database.kind_of_engine.title} {database.release or database.version} cannot pause"
            hint = "it can from 16.3, 15.7, 14.12, 13.15 and 3.08 on; write another version, or `min: 0.5 ACU`"
            yield Finding(message, landscape.at(owner, field), hint)


@rule(
    "D131",
    "a cluster cannot have the Data API",
    Severity.ERROR,
    "Aurora User Guide: Limitations for the RDS Data API; Supported Regions and Aurora DB engines for RDS Data API",
)
def _data_api(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        owner, title, is_mysql = f"databases/{name}", database.kind_of_engine.title, database.engine == "aurora-mysql"
        if not database.data_api:
            continue
        if database.size is not None and database.size.startswith("db.t"):
            message = f"a cluster of {database.size} has no Data API"
            hint = "write a class of another family, `capacity`, or `data_api: false`"
            yield Finding(message, landscape.at(owner, "size"), hint)
        if (database.release or not is_mysql) and not has_data_api(database.version, database.release):
            field = "release" if database.release else "version"
            message = f"{title} {database.release or database.version} has no Data API"
            least = "3.07" if is_mysql else "16.1, 15.3, 14.8 and 13.11"
            hint = f"it comes with {least}; write another version, or `data_api: false`"
            yield Finding(message, landscape.at(owner, field), hint)


@rule(
    "D124",
    "a proxy keeps awake what shall pause",
    Severity.WARNING,
    "Amazon Aurora User Guide: Scaling to Zero ACUs with automatic pause and resume, limitations",
)
def _awake(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.capacity is not None and not database.capacity.min and database.proxy is not None:
            message = "RDS Proxy keeps its connections open, so this database never pauses"
            place = landscape.at(f"databases/{name}", "capacity", "min")
            yield Finding(message, place, "remove `proxy`, or write `min: 0.5 ACU`")


_LEAST_STORAGE, _MOST_STORAGE = 20, 65_536
_STRIPED_FROM: Final = 400
_IOPS: Final = (12_000, 64_000)
_THROUGHPUT: Final = (500, 4_000)
_GP3: Final = "Amazon RDS User Guide: Amazon RDS DB instance storage, gp3"


@rule("D116", "a disk is not within what gp3 has", Severity.ERROR, _GP3)
def _disk(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.engine in RDS:
            for field, message, hint in _of_disk(database):
                yield Finding(message, landscape.at(f"databases/{name}", "storage", field), hint)


def _of_disk(database: Database) -> Iterator[tuple[str, str, str]]:
    """Yield the field that is wrong, why, and what to write."""
    storage = database.storage
    if not _LEAST_STORAGE <= storage.size <= _MOST_STORAGE:
        nearest = min(max(storage.size, _LEAST_STORAGE), _MOST_STORAGE)
        yield "size", f"{storage.size} GB; a gp3 disk has 20 GB to 64 TiB (65,536 GB)", f"write `size: {nearest} GB`"
        return
    least = -(-storage.size * 11 // 10)
    if storage.grow_to is not None and not least <= storage.grow_to <= _MOST_STORAGE:
        message = (
            f"{storage.grow_to} GB; AWS wants a limit of a tenth more than the size at least, and 65,536 GB at most"
        )
        yield "grow_to", message, f"write `grow_to: {min(least, _MOST_STORAGE)} GB` or more"
    for field, value, (low, high), unit, says, fixed in (
        ("iops", storage.iops, _IOPS, "", "IOPS", 3_000),
        ("throughput", storage.throughput, _THROUGHPUT, " MB/s", "MiB/s", 125),
    ):
        if value is None:
            continue
        if storage.size < _STRIPED_FROM:
            message = f"a disk of {storage.size} GB has {fixed:,} {says}, and nobody chooses; "
            message += f"from {_STRIPED_FROM} GB on it has {low:,}, and may have up to {high:,}"
            yield field, message, f"remove it, or write `size: {_STRIPED_FROM} GB`"
        elif not low <= value <= high:
            message = (
                f"{value:,} {says}; a disk of {storage.size:,} GB has {low:,} unasked, and may have up to {high:,}"
            )
            yield field, message, f"write `{field}: {min(max(value, low), high)}{unit}`"


@rule(
    "D117",
    "AWS does not manage the password of an instance with readers",
    Severity.ERROR,
    "Amazon RDS User Guide: Password management with AWS Secrets Manager, limitations",
)
def _readers_password(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        is_managed = database.master_password == "managed"  # noqa: S105 -- a kind, not a password
        if database.engine in RDS and database.readers and is_managed:
            message = f"RDS manages no master password for an instance with readers ({database.readers} here)"
            owner = f"databases/{name}"
            is_written = landscape.origins[owner].setting(("master_password",))
            place = landscape.at(owner, "master_password" if is_written else "readers")
            yield Finding(message, place, "write `master_password: write-only` beside it")


@rule(
    "D118",
    "the database inside has a name that the engine does not take",
    Severity.ERROR,
    "Amazon RDS API: CreateDBInstance, `DBName`; PostgreSQL: SQL Key Words; MySQL: Keywords and Reserved Words",
)
def _inner_name(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        engine, inner = database.kind_of_engine, database.inner_name
        place = landscape.at(f"databases/{name}", "schema_name" if database.schema_name else "name")
        if inner in engine.reserved:
            hint = f"write `schema_name: {inner}_data`, the name of the database inside"
            yield Finding(f"`{inner}` is a word of {engine.title}'s own: no database is called so", place, hint)
        elif len(inner) > engine.longest_name:
            message = f"the name has {len(inner)} characters; {engine.title} takes {engine.longest_name}"
            yield Finding(message, place, f"write `schema_name: {inner[:20]}`")


@rule(
    "D119",
    "a proxy hides the readers of an instance",
    Severity.WARNING,
    "Amazon RDS User Guide: RDS Proxy endpoints; read-only ones are Aurora's",
)
def _hidden_readers(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.engine in RDS and database.readers and database.proxy is not None:
            message = "services connect to the proxy, and a proxy leads to the readers of Aurora only"
            hint = "remove `proxy`, or keep the readers for people"
            yield Finding(message, landscape.at(f"databases/{name}", "readers"), hint)


@rule("D120", "a parameter turns TLS off", Severity.ERROR, "Amazon RDS User Guide: Using SSL/TLS")
def _tls(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        parameter, value = database.kind_of_engine.tls
        given = database.parameters.get(parameter)
        if given is not None and given != value:
            message = (
                f"infragen's databases take connections with TLS only, and `{parameter}: {given}` would take others"
            )
            place = landscape.at(f"databases/{name}", "parameters", parameter, key=True)
            yield Finding(message, place, "remove it")


@rule(
    "D125",
    "a parameter leaves out a library that an extension or the audit log needs",
    Severity.ERROR,
    "Amazon RDS User Guide: Using PostgreSQL extensions; Using pgAudit to log database activity",
)
def _library_left_out(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        given = database.parameters.get(extensions.PRELOADED)
        if given is None:
            continue
        loaded = [one.strip() for one in given.split(",") if one.strip()]
        missing = [one for one in extensions.libraries(database) if one not in loaded]
        if missing:
            library = missing[0]
            who = f"the extension `{library}`" if library in database.extensions else "the audit log"
            message = f"{who} needs the library `{library}`, and this parameter loads others only"
            place = landscape.at(f"databases/{name}", "parameters", extensions.PRELOADED)
            yield Finding(message, place, f'write `{extensions.PRELOADED}: "{",".join((*loaded, *missing))}"`')


@rule(
    "D127",
    "AWS offers no such extension of PostgreSQL",
    Severity.WARNING,
    "Release Notes for RDS for PostgreSQL, for Aurora PostgreSQL: Extension versions",
)
def _extension_unknown(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        offered = extensions.offered(database)
        for number, one in enumerate(database.extensions):
            if one not in offered:
                message, hint = _of_no_extension(one, database, offered)
                yield Finding(message, landscape.at(f"databases/{name}", "extensions", number), hint)


def _of_no_extension(name: str, database: Database, offered: frozenset[str]) -> tuple[str, str]:
    title = database.kind_of_engine.title
    if name in extensions.CALLED:
        right = extensions.CALLED[name]
        return f"`{name}` is what its project is called; the extension is `{right}`", f"write `{right}`"
    if name in extensions.LIBRARIES:
        loaded = ",".join(dict.fromkeys(("pg_stat_statements", *extensions.libraries(database), name)))
        hint = f'remove it, and write `parameters: {{{extensions.PRELOADED}: "{loaded}"}}`'
        return f"`{name}` is a library that a server loads, and no extension", hint
    if name in extensions.DECODERS:
        hint = 'remove it; a slot needs `parameters: {rds.logical_replication: "1"}`'
        return f"`{name}` is no extension: a replication slot names it", hint
    if other := extensions.of_the_other(name, database):
        return f"`{name}` is an extension of {other}; {title} has none of that name", "remove it"
    message = f"infragen knows no extension `{name}` that AWS offers for {title}"
    return message, did_you_mean(name, offered) or "`SHOW rds.extensions` lists those of a server; remove it, or go on"


_ALIKE: Final = 0.92
"""How alike a name is that is one letter off: `max_conections`; `log_connections` and `log_disconnections` are less."""


@rule(
    "D128",
    "a parameter of a database is nearly one that AWS has",
    Severity.WARNING,
    "Amazon RDS User Guide: Parameters for MySQL; PostgreSQL parameters on RDS",
)
def _parameter_mistyped(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        known = TUNED[database.kind_of_engine.dialect]
        for parameter in database.parameters:
            if parameter not in known and (meant := _meant(parameter, known)):
                message = f"infragen knows no parameter `{parameter}`, and `{meant}` is nearly that"
                place = landscape.at(f"databases/{name}", "parameters", parameter, key=True)
                yield Finding(message, place, f"write `{meant}`, if that is meant: AWS refuses a name that it has not")


def _meant(parameter: str, known: frozenset[str]) -> str | None:
    from difflib import get_close_matches

    same = (one for one in known if sorted(one.replace("-", "_")) == sorted(parameter.replace("-", "_")))
    return next(same, None) or next(iter(get_close_matches(parameter, sorted(known), n=1, cutoff=_ALIKE)), None)


@rule(
    "D121",
    "an instance class does not allow the connections that are expected",
    Severity.WARNING,
    "Amazon RDS User Guide: Maximum number of database connections",
)
def _connections(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        engine, expected, given = database.kind_of_engine, database.connections, database.size
        limit = None if engine.is_aurora else instance_classes.connections_taken(database)
        if expected is None or given is None or limit is None or expected <= limit:
            continue
        if "max_connections" in database.parameters:
            message = f"{expected} connections are expected, and `max_connections` allows {limit}"
            place = landscape.at(f"databases/{name}", "parameters", "max_connections")
            yield Finding(message, place, f'write `max_connections: "{expected}"` or more, or leave it out')
        else:
            message = f"{expected} connections are expected; {given} takes about {limit}"
            larger = instance_classes.enough(given, expected, engine)
            hint = f"write `size: {larger}`" if larger else "use `proxy: {}`, which pools connections"
            yield Finding(message, landscape.at(f"databases/{name}", "connections"), hint)


@rule(
    "D148",
    "PostgreSQL would take all memory of its instance class as it starts",
    Severity.WARNING,
    "PostgreSQL 17: Resource Consumption, shared_buffers; Amazon RDS User Guide: Hardware specifications",
)
def _buffers(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.kind_of_engine.dialect != "postgresql" or database.size is None:
            continue
        taken, memory = memory_parameters.shared_buffers(database), instance_classes.memory(database.size)
        if taken is not None and memory is not None and taken >= memory:
            message = (
                f"shared_buffers of {_gib(taken)} GB does not fit into {database.size}, which has {_gib(memory)} GB: "
                "PostgreSQL would not start"
            )
            hint = f"write `shared_buffers: {memory // 4 // 2**20} MB`, a quarter of it, or leave it out: RDS sets that"
            yield Finding(message, landscape.at(f"databases/{name}", "parameters", "shared_buffers"), hint)


@rule(
    "D149",
    "an amount of memory is not one that PostgreSQL reads",
    Severity.ERROR,
    "PostgreSQL 17: Parameter Names and Values",
)
def _amounts(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        for parameter, value in memory_parameters.unread(database).items():
            message = f"`{parameter}` is no whole number of AWS's units: {value}"
            hint = "write a whole number and kB, MB, GB or TB, such as `64 MB`, or a bare number in AWS's unit"
            yield Finding(message, landscape.at(f"databases/{name}", "parameters", parameter), hint)


def _gib(amount: int) -> str:
    return f"{amount / 2**30:g}"
