"""Rules about what an engine has, and what AWS allows for it."""

from decimal import Decimal
from typing import Final

from infragen import availability
from infragen.core.measures import Threshold
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import close_to, did_you_mean
from infragen.kinds.databases import instance_classes, postgresql
from infragen.kinds.databases.aurora import has_data_api, pauses
from infragen.kinds.databases.engines import AURORA, FIELDS, RDS, TUNED
from infragen.kinds.databases.model import IOPS, STRIPED_FROM, THROUGHPUT, Database, Storage
from infragen.text import counted

_INSTEAD: Final = {
    "capacity": "write `size: db.t4g.micro`, the instance class",
    "release": 'write `version: "17"` or `version: "17.9"`',
    "multi_az": "write `readers: 1`: a reader takes over",
    "storage": "remove it: Aurora's storage grows by itself",
}


def _is_own(resolved: ResolvedSystem, owner: str, field: str) -> bool:
    """Defaults for all databases are about those that have the field."""
    layers = resolved.origins[owner].setting((field,))
    own = (layer for layer in layers if not layer.prefix or layer.prefix[0] not in ("defaults", "every"))
    return any(layer.data[field] is not None for layer in own)


@rule("D113", of=Database)
def _foreign(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    owner, title = at.owner, database.kind_of_engine.title
    for field, engines in FIELDS.items():
        if database.engine not in engines and _is_own(resolved, owner, field):
            listed = " and ".join(f"`{engine}`" for engine in sorted(engines))
            message = f"`{field}` does nothing with {title}: it is for {listed}"
            hint = _INSTEAD.get(field, "remove it")
            if field == "capacity" and database.size is not None:
                hint = f"remove it: `size: {database.size}` sets how large it is"
            yield Finding(message, at(field, key=True), hint)


_NEEDED: Final = {
    "capacity": (AURORA, "the range of its capacity, or an instance class", "capacity: {min: 0.5 ACU, max: 4 ACU}"),
    "release": (FIELDS["release"], "Aurora's release", "release: 8.0.mysql_aurora.3.10.6"),
    "size": (RDS, "an instance class", "size: db.t4g.micro"),
}


@rule("D114", of=Database)
def _missing(database: Database, at: At) -> Findings:
    for field, (engines, what, example) in _NEEDED.items():
        is_replaced = field == "capacity" and database.size is not None
        if database.engine in engines and getattr(database, field) is None and not is_replaced:
            message = f"`{field}` is missing: {database.kind_of_engine.title} needs {what}"
            yield Finding(message, at("engine"), f"add `{example}`, here or as a default of the domain or the system")


@rule("D122", of=Database)
def _both(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    if database.capacity is not None and database.size is not None:
        field, other = ("size", "capacity") if _is_own(resolved, at.owner, "size") else ("capacity", "size")
        message = "a cluster is serverless, with `capacity`, or has an instance class, `size`; this one has both"
        hint = f"remove one of them; `{other}: null` takes away what a default gives"
        yield Finding(message, at(field, key=True), hint)


@rule("D188", of=Database)
def _serverless_readers(database: Database, at: At) -> Findings:
    scaling, capacity = database.reader_scaling, database.capacity
    if scaling is not None and capacity is not None:
        message = f"AWS adds no readers to a serverless cluster: each scales by itself, up to {capacity.max:f} ACU"
        hint = f"write `readers: {scaling.max}`, which shrink while idle, or `size: db.r7g.large` instead of `capacity`"
        yield Finding(message, at("reader_scaling", key=True), hint)


@rule("D189", of=Database)
def _readers_to_add(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    scaling, readers = database.reader_scaling, database.readers
    if scaling is None or database.capacity is not None:
        return
    if not readers and not resolved.origins[at.owner].setting(("readers",)):
        message = "no reader is there whose load could be measured: none is ever added"
        yield Finding(message, at("reader_scaling", key=True), "write `readers: 1` beside it")
    elif readers >= scaling.max:
        message = f"{counted(readers, 'reader')} always there, and {scaling.max} at most: none is ever added"
        hint = f"write `max: {min(readers + 2, 15)}`, or remove `reader_scaling`"
        yield Finding(message, at("reader_scaling", "max"), hint)


_PAUSE: Final = (300, 86_400)


@rule("D123", of=Database)
def _pause(database: Database, at: At) -> Findings:
    capacity = database.capacity
    if capacity is None:
        return
    after = capacity.pause_after
    if after is not None and capacity.min:
        message = f"a database that has {capacity.min:f} ACU at least never pauses"
        yield Finding(message, at("capacity", "pause_after"), "write `min: 0 ACU`, or remove `pause_after`")
    elif after is not None and not _PAUSE[0] <= after <= _PAUSE[1]:
        message = f"a database pauses after {_PAUSE[0]} to {_PAUSE[1]} s, not {after} s"
        nearest = min(max(after, _PAUSE[0]), _PAUSE[1])
        yield Finding(message, at("capacity", "pause_after"), f"write `pause_after: {nearest} s`")
    if not capacity.min and not pauses(database.version, database.release):
        field = "release" if database.release else "version"
        message = f"{database.kind_of_engine.title} {database.release or database.version} cannot pause"
        hint = "it can from 16.3, 15.7, 14.12, 13.15 and 3.08 on; write another version, or `min: 0.5 ACU`"
        yield Finding(message, at(field), hint)


@rule("D131", of=Database)
def _data_api(database: Database, at: At) -> Findings:
    title, is_mysql = database.kind_of_engine.title, database.engine == "aurora-mysql"
    if not database.data_api:
        return
    if database.size is not None and database.size.startswith(instance_classes.BURSTABLE):
        message = f"a cluster of {database.size} has no Data API"
        yield Finding(message, at("size"), "write a class of another family, `capacity`, or `data_api: false`")
    if (database.release or not is_mysql) and not has_data_api(database.version, database.release):
        field = "release" if database.release else "version"
        message = f"{title} {database.release or database.version} has no Data API"
        least = "3.07" if is_mysql else "16.1, 15.3, 14.8 and 13.11"
        yield Finding(message, at(field), f"it comes with {least}; write another version, or `data_api: false`")


@rule("D124", of=Database)
def _awake(database: Database, at: At) -> Findings:
    if database.capacity is not None and not database.capacity.min and database.proxy is not None:
        message = "RDS Proxy keeps its connections open, so this database never pauses"
        yield Finding(message, at("capacity", "min"), "remove `proxy`, or write `min: 0.5 ACU`")


@rule("D190", of=Database)
def _share_of_volume(database: Database, at: At) -> Findings:
    said = database.alarms.get("volume")
    if isinstance(said, Threshold) and said.amount.endswith("%") and database.data and database.engine in AURORA:
        planned = Decimal(said.amount.rstrip("% ")) * database.data / 100
        message = (
            f"Aurora's storage has no size that could be used up: {said.amount} is {planned.normalize():f} GB here,"
        )
        hint = "watch `free-local-storage` as well, which does have a size: temporary tables and files"
        yield Finding(f"{message} of the {database.data:,} GB of `data`", at("alarms", "volume", said.side), hint)


_LEAST_STORAGE, _MOST_STORAGE = 20, 65_536


@rule("D116", of=Database)
def _disk(database: Database, at: At) -> Findings:
    if database.engine in RDS:
        yield from _of_disk(database.storage, at)


def _of_disk(storage: Storage, at: At) -> Findings:
    if not _LEAST_STORAGE <= storage.size <= _MOST_STORAGE:
        message = f"{storage.size} GB; a gp3 disk has 20 GB to 64 TiB (65,536 GB)"
        nearest = min(max(storage.size, _LEAST_STORAGE), _MOST_STORAGE)
        yield Finding(message, at("storage", "size"), f"write `size: {nearest} GB`")
        return
    least = -(-storage.size * 11 // 10)
    if storage.grow_to is not None and not least <= storage.grow_to <= _MOST_STORAGE:
        message = (
            f"{storage.grow_to} GB; AWS wants a limit of a tenth more than the size at least, and 65,536 GB at most"
        )
        yield Finding(message, at("storage", "grow_to"), f"write `grow_to: {min(least, _MOST_STORAGE)} GB` or more")
    for field, value, (low, high), unit, says, fixed in (
        ("iops", storage.iops, IOPS, "", "IOPS", 3_000),
        ("throughput", storage.throughput, THROUGHPUT, " MB/s", "MiB/s", 125),
    ):
        if value is None:
            continue
        if storage.size < STRIPED_FROM:
            message = f"a disk of {storage.size} GB has {fixed:,} {says}, which cannot be changed; "
            message += f"from {STRIPED_FROM} GB on it has {low:,}, and may have up to {high:,}"
            yield Finding(message, at("storage", field), f"remove it, or write `size: {STRIPED_FROM} GB`")
        elif not low <= value <= high:
            message = (
                f"{value:,} {says}; a disk of {storage.size:,} GB has {low:,} by default, and may have up to {high:,}"
            )
            yield Finding(message, at("storage", field), f"write `{field}: {min(max(value, low), high)}{unit}`")


@rule("D117", of=Database)
def _readers_password(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    is_managed = database.master_password == "managed"  # noqa: S105 -- a kind, not a password
    if database.engine in RDS and database.readers and is_managed:
        message = f"RDS manages no master password for an instance with readers ({database.readers} here)"
        place = at("master_password" if resolved.origins[at.owner].setting(("master_password",)) else "readers")
        yield Finding(message, place, "write `master_password: write-only` beside it")


@rule("D118", of=Database)
def _inner_name(database: Database, at: At) -> Findings:
    engine, inner = database.kind_of_engine, database.inner_name
    place = at("schema_name" if database.schema_name else "name")
    if inner in engine.reserved:
        hint = f"write `schema_name: {inner}_data`, the name of the database inside"
        yield Finding(f"`{inner}` is a reserved word of {engine.title}: no database can have that name", place, hint)
    elif len(inner) > engine.longest_name:
        message = f"the name has {len(inner)} characters; {engine.title} takes {engine.longest_name}"
        yield Finding(message, place, f"write `schema_name: {inner[:20]}`")


@rule("D119", of=Database)
def _hidden_readers(database: Database, at: At) -> Findings:
    if database.engine in RDS and database.readers and database.proxy is not None:
        message = "services connect to the proxy, and a proxy leads to the readers of Aurora only"
        yield Finding(message, at("readers"), "remove `proxy`, or keep the readers for people")


@rule("D120", of=Database)
def _tls(database: Database, at: At) -> Findings:
    parameter, value = database.kind_of_engine.tls
    given = database.parameters.get(parameter)
    if given is not None and given != value:
        message = f"infragen's databases accept only TLS connections, and `{parameter}: {given}` would accept others"
        yield Finding(message, at("parameters", parameter, key=True), "remove it")


@rule("D125", of=Database)
def _library_left_out(database: Database, at: At) -> Findings:
    given = database.parameters.get(postgresql.PRELOADED)
    if given is None:
        return
    loaded = [one.strip() for one in given.split(",") if one.strip()]
    missing = [one for one in postgresql.libraries(database) if one not in loaded]
    if missing:
        library = missing[0]
        who = f"the extension `{library}`" if library in database.extensions else "the audit log"
        message = f"{who} needs the library `{library}`, and this parameter loads others only"
        place = at("parameters", postgresql.PRELOADED)
        yield Finding(message, place, f'write `{postgresql.PRELOADED}: "{",".join((*loaded, *missing))}"`')


@rule("D127", of=Database)
def _extension_unknown(database: Database, at: At) -> Findings:
    offered = postgresql.offered(database)
    for number, one in enumerate(database.extensions):
        if one not in offered:
            message, hint = _of_no_extension(one, database, offered)
            yield Finding(message, at("extensions", number), hint)


def _of_no_extension(name: str, database: Database, offered: frozenset[str]) -> tuple[str, str]:
    title = database.kind_of_engine.title
    if name in postgresql.CALLED:
        right = postgresql.CALLED[name]
        return f"`{name}` is the project's name; the extension is `{right}`", f"write `{right}`"
    # In AWS's tables of extensions as well, and nothing that SQL makes: a server loads it, or a slot names it
    if name == "auto_explain":
        loaded = ",".join(dict.fromkeys(("pg_stat_statements", *postgresql.libraries(database), name)))
        hint = f'remove it, and write `parameters: {{{postgresql.PRELOADED}: "{loaded}"}}`'
        return f"`{name}` is a preloaded library, not an extension", hint
    if name in ("decoder_raw", "test_decoding", "wal2json"):
        hint = 'remove it; a slot needs `parameters: {rds.logical_replication: "1"}`'
        return f"`{name}` is an output plugin of replication slots, not an extension", hint
    if other := postgresql.of_the_other(name, database):
        return f"`{name}` is an extension of {other}; {title} has none of that name", "remove it"
    message = f"infragen knows no extension `{name}` that AWS offers for {title}"
    return message, did_you_mean(name, offered) or "`SHOW rds.extensions` lists those of a server; remove it, or go on"


@rule("D128", of=Database)
def _parameter_mistyped(database: Database, at: At) -> Findings:
    known = TUNED[database.kind_of_engine.dialect]
    for parameter in database.parameters:
        if parameter in known:
            continue
        same = [one for one in known if sorted(one.replace("-", "_")) == sorted(parameter.replace("-", "_"))]
        # so alike is a name that is one letter off; `log_connections` and `log_disconnections` are less
        if meant := next(iter(same or close_to(parameter, sorted(known), alike=0.92)), None):
            message = f"infragen knows no parameter `{parameter}`, and `{meant}` is similar"
            place = at("parameters", parameter, key=True)
            yield Finding(message, place, f"write `{meant}`, if that is meant: AWS rejects unknown names")


@rule("D121", of=Database)
def _connections(database: Database, at: At) -> Findings:
    engine, expected, given = database.kind_of_engine, database.connections, database.size
    limit = instance_classes.connections_taken(database)
    if expected is None or given is None or limit is None or expected <= limit:
        return
    if "max_connections" in database.parameters:
        message = f"{expected} connections are expected, and `max_connections` allows {limit}"
        place = at("parameters", "max_connections")
        yield Finding(message, place, f'write `max_connections: "{expected}"` or more, or leave it out')
    else:
        message = f"{expected} connections are expected; {given} takes about {limit}"
        larger = instance_classes.enough(given, expected, engine)
        hint = f"write `size: {larger}`" if larger else "use `proxy: {}`, which pools connections"
        yield Finding(message, at("connections"), hint)


@rule("D148", of=Database)
def _buffers(database: Database, at: At) -> Findings:
    if database.kind_of_engine.dialect != "postgresql" or database.size is None:
        return
    taken, memory = postgresql.shared_buffers(database), instance_classes.memory(database.size)
    if taken is not None and memory is not None and taken >= memory:
        message = (
            f"shared_buffers of {taken / 2**30:g} GB does not fit into {database.size}, which has"
            f" {memory / 2**30:g} GB: PostgreSQL would not start"
        )
        hint = f"write `shared_buffers: {memory // 4 // 2**20} MB`, a quarter of it, or leave it out: RDS sets that"
        yield Finding(message, at("parameters", "shared_buffers"), hint)


@rule("D149", of=Database)
def _amounts(database: Database, at: At) -> Findings:
    for parameter, value in postgresql.unread(database).items():
        hint = "write a whole number and kB, MB, GB or TB, such as `64 MB`, or a bare number in AWS's unit"
        yield Finding(f"`{parameter}` is not a whole number of AWS's units: {value}", at("parameters", parameter), hint)


@rule("D115", of=Database)
def _class(database: Database, at: At) -> Findings:
    engine, given = database.kind_of_engine, database.size
    if given is None or given in instance_classes.known(engine):
        return
    if _family(given) not in availability.families() and not availability.is_unheard_of(given):
        return  # D130 says so
    offered = instance_classes.offered(database)
    own = [one for one in offered if _family(one) == _family(given)]
    own = own or [one for one in ("db.t4g.medium", "db.r7g.large") if one in offered]
    hint = did_you_mean(given, offered) or f"write one of {', '.join(own)}"
    yield Finding(f"{engine.title} does not run on {given} ({availability.source()})", at("size"), hint)


def _family(name: str) -> str:
    return name.rpartition(".")[0]


@rule("D130", of=Database)
def _nowhere(database: Database, at: At, environment: Environment) -> Findings:
    recovery = environment.settings.recovery
    engine, given = database.kind_of_engine.name, database.size
    if given is None:
        return
    second = [recovery.region] if recovery is not None and database.global_database else []
    page = "compare Amazon RDS User Guide: Supported DB engines for DB instance classes"
    for region in (environment.settings.region, *second):
        if message := availability.missing(engine, given, region):
            found = availability.instead(engine, given, region, instance_classes.offered(database))
            yield Finding(message, at("size"), found or page)
