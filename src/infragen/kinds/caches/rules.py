"""Rules about caches."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from infragen import availability
from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, ending, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds.caches.build import FAMILIES, family
from infragen.kinds.caches.model import NEWEST, Cache
from infragen.kinds.network import in_public
from infragen.tables import own_table

_MOST_NODES: Final = 90
_TITLES: Final = {"redis": "Redis OSS", "valkey": "Valkey"}
_ENDS: Final = {("redis", "6"): date(2027, 1, 31)}
"""The end of standard support (Amazon ElastiCache User Guide: Redis OSS versions end of life schedule)."""
_TABLE: Final = own_table(__file__, "parameters.toml")
_PARAMETERS: Final = {
    family: frozenset[str]().union(*(_TABLE["sets"][one] for one in sets))
    for family, sets in _TABLE["families"].items()
}
_WORDS: Final[Mapping[str, Sequence[str]]] = {**dict.fromkeys(_TABLE["switches"], ("yes", "no")), **_TABLE["words"]}
_EVENTS: Final = "notify-keyspace-events"
_WAYS: Final = "KE"
"""Where events are told, by key or by event: with neither, nobody is told."""
_LETTERS: Final = "g$lshzxeA"
"""Which events are told: `A` is all of them; the engines know `dmnt` besides (Valkey: Keyspace notifications)."""


@rule("B131", of=Cache)
def _version(cache: Cache, at: At) -> Findings:
    if family(cache) is None:
        known = _listed([major for engine, major in FAMILIES if engine == cache.engine], "and")
        message = f"there is no {cache.engine.capitalize()} {cache.version}; infragen knows {known}"
        yield Finding(message, at("version"), f'write `version: "{NEWEST[cache.engine]}"`')


@rule("B132", of=Cache)
def _ending(cache: Cache, at: At, today: date) -> Findings:
    end = _ENDS.get((cache.engine, cache.engine_version.partition(".")[0]))
    if said := ending(f"Redis OSS {cache.version}", end, today):
        hint = f'write `engine: valkey` and `version: "{NEWEST["valkey"]}"`; data and clients stay as they are'
        yield Finding(f"{said}; after it AWS bills extended support", at("version"), hint)


@rule("B133", of=Cache)
def _retention(cache: Cache, at: At) -> Findings:
    days = cache.snapshots.retention if cache.snapshots is not None else 1
    if days > 35:
        message = f"ElastiCache keeps snapshots 1 to 35 days, not {days}"
        yield Finding(message, at("snapshots", "retention"), "write `retention: 35 days` or less")


@rule("B134", of=Cache)
def _no_replica(cache: Cache, at: At, environment: Environment) -> Findings:
    if environment.settings.production and cache.replicas == 0:
        message = "a single node in production: if it fails, its data is lost, and nothing takes over"
        yield Finding(message, at("replicas"), "write `replicas: 1` or more")


def production_overrides(cache: Cache) -> Mapping[str, object]:
    return {} if cache.replicas else {"replicas": 1}


@rule("B135", of=Cache)
def _own_parameter(cache: Cache, at: At) -> Findings:
    if "cluster-enabled" in cache.parameters:
        place = at("parameters", "cluster-enabled", key=True)
        yield Finding("`shards` determines `cluster-enabled`", place, "remove it, and write `shards: 2`")


@rule("B136", of=Cache)
def _nodes(cache: Cache, at: At) -> Findings:
    if cache.shards is not None and cache.nodes > _MOST_NODES:
        message = f"{cache.shards} shards of {1 + cache.replicas} nodes are {cache.nodes}; a cluster has {_MOST_NODES}"
        yield Finding(message, at("shards"), f"write `shards: {_MOST_NODES // (1 + cache.replicas)}` or less")


def _known(cache: Cache) -> frozenset[str]:
    return _PARAMETERS.get(family(cache) or "", frozenset())


@rule("B137", of=Cache)
def _parameter_unknown(cache: Cache, at: At) -> Findings:
    known, title = _known(cache), f"{_TITLES[cache.engine]} {cache.engine_version.partition('.')[0]}"
    for parameter in cache.parameters if known else ():
        place = at("parameters", parameter, key=True)
        if parameter in known:
            continue
        if parameter in _TABLE["fixed"]:
            yield Finding(f"ElastiCache sets `{parameter}` by itself", place, "remove it")
        elif parameter in _TABLE["sets"]["lazy"]:
            yield Finding(f"{title} has no parameter `{parameter}`: it always frees lazily", place, "remove it")
        else:
            message = f"infragen knows no parameter `{parameter}` of {title}"
            yield Finding(message, place, nearest(parameter, known, "known here"))


@rule("B138", of=Cache)
def _parameter_value(cache: Cache, at: At) -> Findings:
    for parameter, value in cache.parameters.items():
        place = at("parameters", parameter)
        if parameter not in _known(cache):
            continue
        if value not in (words := _WORDS.get(parameter, (value,))):
            message = f"`{parameter}` is {_listed(words, 'or')}, not {value!r}"
            yield Finding(message, place, did_you_mean(value, words) or f"write `{parameter}: {words[0]}`")
        elif parameter == _EVENTS and (
            wrong := [one for one in dict.fromkeys(value) if one not in f"{_WAYS}{_LETTERS}dmnt"]
        ):
            message = f"`{parameter}` is made of {_WAYS} and {_LETTERS}; {', '.join(map(repr, wrong))} is not"
            yield Finding(message, place, f"write `{parameter}: Ex` for keys that expire, `KEA` for everything")
        elif parameter in _WORDS or parameter in (_EVENTS, "cluster-enabled", "rename-commands"):
            continue
        elif not value.removeprefix("-").isdecimal():
            yield Finding(f"`{parameter}` is a whole number, not {value!r}", place, f"write `{parameter}: 100`")


@rule("B139", of=Cache)
def _events_for_nobody(cache: Cache, at: At) -> Findings:
    value = cache.parameters.get(_EVENTS)
    if _known(cache) and value and not set(value) & set(_WAYS):
        message = f"with neither `K` nor `E`, `{_EVENTS}: {value}` has no effect"
        hint = f"write `{_EVENTS}: E{value}`, or `K{value}` for a channel by key"
        yield Finding(message, at("parameters", _EVENTS), hint)


def _listed(words: Sequence[str], joint: str) -> str:
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


@rule("B142", of=Cache)
def _no_tokens(cache: Cache, at: At) -> Findings:
    if cache.authentication == "iam" and family(cache) == "redis6.x":
        message = f"Redis OSS {cache.version} does not support IAM authentication; 7.0 and later do, and Valkey"
        yield Finding(message, at("authentication"), f'write `version: "{NEWEST["redis"]}"`, or `engine: valkey`')


@rule("B149", of=Cache)
def _no_token(cache: Cache, at: At) -> Findings:
    if cache.authentication != "token" and "token_rotation" in cache.model_fields_set:
        message = f"{at.owner} has no token that could be rotated"
        yield Finding(message, at("token_rotation"), "write `authentication: token`, or remove `token_rotation`")


@rule("B147", of=Cache)
def _no_users(cache: Cache, at: At, environment: Environment) -> Findings:
    if environment.settings.production and "authentication" not in cache.model_fields_set:
        message = f"{at.owner} has no users: whatever reaches its port reads and changes all of it"
        hint = "write `authentication: iam`, which clients must support, or `authentication: none`"
        yield Finding(message, at("size"), hint)


@rule("E106", of=Cache)
def _minor_unknown(cache: Cache, at: At) -> Findings:
    known = availability.versions(cache.engine)
    if family(cache) is not None and cache.engine_version not in known:
        message = f"{availability.source()} have no {_TITLES[cache.engine]} {cache.version}"
        hint = "compare Amazon ElastiCache User Guide: Supported engines and versions; known here: "
        yield Finding(message, at("version"), hint + ", ".join(known.current))


@rule("B140", of=Cache)
def _node_type(cache: Cache, at: At) -> Findings:
    known, its_family = availability.classes("cache"), cache.size.rpartition(".")[0]
    is_none = its_family in availability.families() or availability.is_unheard_of(cache.size)
    if cache.size not in known and is_none:
        own = [one for one in known if one.rpartition(".")[0] == its_family]
        hint = did_you_mean(cache.size, known) or f"write one of {', '.join(own or ('cache.t4g.micro',))}"
        yield Finding(f"ElastiCache has no {cache.size} ({availability.source()})", at("size"), hint)


@rule("B141", of=Cache)
def _nowhere(cache: Cache, at: At, environment: Environment) -> Findings:
    region = environment.settings.region
    if message := availability.missing("cache", cache.size, region):
        hint = "compare Amazon ElastiCache User Guide: Supported node types"
        yield Finding(message, at("size"), availability.instead("cache", cache.size, region) or hint)


@rule("H171", of=Cache)
def _no_app_tier(cache: Cache, at: At, environment: Environment) -> Findings:
    if cache.tier == "app" and in_public(environment):
        message = f"there is no app tier for {at.owner}: without `nat` and `endpoints`, tasks are in public subnets"
        yield Finding(message, at("tier"), "remove `tier`, or add `network: {nat: single}` to the environment's file")
