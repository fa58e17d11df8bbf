"""Rules about search domains."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from infragen import availability
from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, ending, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds import network
from infragen.kinds.bastions.model import Bastion
from infragen.kinds.search_domains.build import zones_of
from infragen.kinds.search_domains.model import SUFFIX, SearchDomain, read_metadata
from infragen.tables import own_table

_CLASSES: Final = "search"
_TABLE: Final = own_table(__file__, "limits.toml")
_UNENCRYPTED: Final = frozenset({"m3", "r3", "t2"})
"""Families without encryption at rest, and so without fine-grained access control, which infragen's domains have
(Amazon OpenSearch Service Developer Guide: Supported instance types)."""
_OWN_DISKS: Final = frozenset({"i3", "i4g", "i4i", "i7i", "i8g", "i8ge", "im4gn", "r6gd", "r7gd", "r8gd"})
"""Families with disks of their own, and no EBS volumes (there; Amazon OpenSearch Service pricing)."""
_LEAST_STORAGE: Final = 10
_STANDBY: Final = 3
_MOST_NODES_OF_T3: Final = 10


def _sizes(domain: SearchDomain) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield domain.size, ("size",)
    if domain.masters is not None:
        yield domain.masters.size, ("masters", "size")


def _family(size: str) -> str:
    return size.partition(".")[0]


@rule("D180", of=SearchDomain)
def _class(domain: SearchDomain, at: At) -> Findings:
    known = availability.classes(_CLASSES)
    for size, path in _sizes(domain):
        name = size.removesuffix(SUFFIX)
        usable = [f"{one}{SUFFIX}" for one in known if _family(one) not in _UNENCRYPTED]
        if _family(size) in _UNENCRYPTED:
            message = f"{size} cannot encrypt its disks, which infragen's search domains do"
            yield Finding(message, at(*path), "write a class of today: `t3.small.search`, `m6g.large.search`")
        elif name not in known and (_family(name) in map(_family, known) or availability.is_unheard_of(name)):
            own = [one for one in usable if _family(one) == _family(size)] or ["t3.small.search", "r6g.large.search"]
            hint = did_you_mean(size, usable) or f"write one of {', '.join(own)}"
            yield Finding(f"OpenSearch Service does not run on {size} ({availability.source()})", at(*path), hint)


@rule("D181", of=SearchDomain)
def _nowhere(domain: SearchDomain, at: At, environment: Environment) -> Findings:
    region = environment.settings.region
    for size, path in _sizes(domain):
        name = size.removesuffix(SUFFIX)
        if message := availability.missing(_CLASSES, name, region):
            found = availability.instead(_CLASSES, name, region)
            hint = found.replace(", ", f"{SUFFIX}, ") + SUFFIX if found else "compare OpenSearch Service pricing"
            yield Finding(message.replace(name, size), at(*path), hint)


@rule("D182", of=SearchDomain)
def _zones(domain: SearchDomain, at: At, environment: Environment) -> Findings:
    zones, most = zones_of(domain, environment), len(network.zones(environment))
    if zones > most:
        message = f"the domain would stand in {zones} zones, and the network has {most}"
        yield Finding(message, at("zones"), f"write `zones: {most}`, or add a zone to `network.zones`")
    elif domain.nodes < zones or (zones == 2 and domain.nodes % 2):
        message = f"AWS spreads no {domain.nodes} node{'' if domain.nodes == 1 else 's'} over {zones} zones"
        least = max(zones, domain.nodes + domain.nodes % zones)
        yield Finding(message, at("nodes"), f"write `nodes: {least}`, or `zones: 1`")


@rule("D183", of=SearchDomain)
def _standby(domain: SearchDomain, at: At, environment: Environment) -> Findings:
    if not domain.standby:
        return
    if zones_of(domain, environment) != _STANDBY or domain.nodes % _STANDBY:
        message = "Multi-AZ with Standby needs three zones, with as many data nodes in each"
        is_wide = min(len(network.zones(environment)), _STANDBY) == _STANDBY
        where = "" if is_wide else ", in a network of three zones"
        yield Finding(message, at("standby"), f"write `zones: 3`, and `nodes: 3` or a multiple of it{where}")
    if domain.masters is None:
        message = "Multi-AZ with Standby needs dedicated master nodes, three of them"
        yield Finding(message, at("standby"), "write `masters: {size: m6g.large.search}`")
    for size, path in _sizes(domain):
        if _family(size) == "t3":
            message = f"Multi-AZ with Standby does not run on {size}"
            yield Finding(message, at(*path), "write a larger class: `m6g.large.search`")


@rule("D184", of=SearchDomain)
def _small_masters(domain: SearchDomain, at: At) -> Findings:
    if domain.masters is not None and _family(domain.masters.size) == "t3" and domain.nodes > _MOST_NODES_OF_T3:
        message = f"T3 masters keep {_MOST_NODES_OF_T3} data nodes together at most, not {domain.nodes}"
        yield Finding(message, at("masters", "size"), "write a larger class: `m6g.large.search`")


@rule("D185", of=SearchDomain)
def _storage(domain: SearchDomain, at: At) -> Findings:
    family, _, size = domain.size.removesuffix(SUFFIX).partition(".")
    if family in _OWN_DISKS:
        if domain.storage is not None:
            yield Finding(f"{domain.size} has disks of its own, and no others", at("storage"), "remove `storage`")
        return
    if domain.storage is None:
        yield Finding(f"{domain.size} has no disks of its own", at("size"), "write `storage: {size: 100 GB}`")
        return
    most = _TABLE["largest"].get(family, {}).get(size)
    wanted = domain.storage.size
    is_small = wanted < _LEAST_STORAGE
    if is_small or (most is not None and wanted > most):
        limits = f"{_LEAST_STORAGE} GB" if most is None else f"{_LEAST_STORAGE} to {most} GB"
        message = f"a node of {domain.size} has a disk of {limits}{' or more' if most is None else ''}, not {wanted} GB"
        hint = "write `size: 10 GB`" if is_small else f"write `size: {most} GB` or less, and more `nodes`"
        yield Finding(message, at("storage", "size"), hint)


@rule("D186", of=SearchDomain)
def _unsafe(domain: SearchDomain, at: At, environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    zones, most = zones_of(domain, environment), min(len(network.zones(environment)), _STANDBY)
    if zones == 1:
        message = "all of a production domain's data nodes are in one zone: when it fails, nothing is found"
        yield Finding(message, at("nodes"), f"write `nodes: {most}`, which are spread over as many zones")
    elif zones < _STANDBY and domain.masters is None:
        message = "when one of two zones fails, half of the nodes are no majority, and the domain stops"
        spread = f"`nodes: {_STANDBY}`{'' if most == _STANDBY else ' in a network of three zones'}"
        yield Finding(message, at("nodes"), f"write `masters: {{size: m6g.large.search}}`, or {spread}")
    if "small" in domain.size:
        message = f"AWS recommends no {domain.size} for production: it has little memory, and CPU credits"
        yield Finding(message, at("size"), "write `size: m6g.large.search` or larger")


def production_overrides(domain: SearchDomain) -> Mapping[str, object]:
    found: dict[str, object] = {} if domain.masters else {"masters": {"size": "m6g.large.search"}}
    if domain.zones == 1 or domain.nodes % 2:
        found |= {"zones": None, "nodes": domain.nodes + domain.nodes % 2}
    return found | ({"size": "m6g.large.search"} if "small" in domain.size else {})


@rule("D187", of=SearchDomain)
def _version(domain: SearchDomain, at: At) -> Findings:
    known = _TABLE["current"]
    if domain.version not in known and domain.version not in _TABLE["ended"]:
        message = f"infragen knows no OpenSearch {domain.version} of OpenSearch Service"
        yield Finding(message, at("version"), f"compare AWS's page; known here: {', '.join(known)}")


@rule("D191", of=SearchDomain)
def _metadata(domain: SearchDomain, at: At) -> Findings:
    if domain.saml is not None and (wrong := read_metadata(domain.saml.metadata).wrong):
        message = f"no identity provider is known by this metadata: {wrong}"
        hint = "write the XML that your provider offers as metadata below `metadata: |`, as it is"
        yield Finding(message, at("saml", "metadata"), hint)


@rule("D192")
def _nobody_signs_in(environment: Environment) -> Findings:
    led_to = {used for _, entry in environment.each(Bastion) for used in entry.uses}
    for owner, domain in environment.each(SearchDomain) if environment.settings.production else ():
        if owner in led_to and domain.saml is None:
            message = f"people have a way to {owner}, and nobody can sign in to its OpenSearch Dashboards"
            hint = "add `saml: {admin: GROUP, metadata: ...}`, with your identity provider's metadata"
            yield Finding(message, environment.at(owner, "name"), hint)


@rule("E111", of=SearchDomain)
def _ending(domain: SearchDomain, at: At, today: date) -> Findings:
    if message := ending(f"OpenSearch {domain.version}", _TABLE["ended"].get(domain.version), today):
        message += "; AWS bills extended support for a year, and then isolates it"
        yield Finding(message, at("version"), 'write `version: "2.19"`')
