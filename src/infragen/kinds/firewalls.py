"""Firewalls: AWS WAF before a gateway, a balancer or a distribution, which have it as a field."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, Export, Module
from infragen.core.entry import Form, Model, Text, written_as
from infragen.core.part import LIMITS, Part, named, pattern
from infragen.kinds import keys
from infragen.tables import own_table
from infragen.text import counted

ROLE: Final = "firewall"
"""What a firewall is where a layout says where such stand; else it is in the file of what it stands before."""
ManagedRules = Literal["core", "known-bad-inputs", "sql-injection", "ip-reputation", "anonymous-ip"]

_MOST_COUNTRIES: Final = 50
"""AWS WAF Developer Guide: Geographic match rule statement."""
_WINDOW: Final = 300
"""Seconds: the catalogue counts an address's requests in five minutes."""
_TABLE: Final = own_table(__file__, "firewalls.toml")
RULES: Final[Mapping[str, tuple[str, ...]]] = {name: tuple(group["rules"]) for name, group in _TABLE["groups"].items()}
COUNTRIES: Final = frozenset(_TABLE["countries"]["codes"].split())
Country = Annotated[str, Form("[A-Z]{2}", "a country by its two capital letters in ISO 3166: `JP`", 2)]


_BODY: Final = "_BODY"
_MOST_REGEX: Final = 512
"""AWS WAFV2 API Reference: RegexMatchStatement, RegexString."""
_MOST_INSPECTED: Final = "KB_64"
"""AWS WAF Developer Guide: Considerations for managing body inspection: at most 64 KB at CloudFront and API Gateway, 16
KB by default; 8 KB at load balancers, which is fixed. What is above 16 KB costs extra for each request."""
CountPath = Annotated[
    str,
    Form(r"[/*][A-Za-z0-9_.$/~@:+&*?-]*", "a path such as `/api/photos/*`: `*` is any text, `?` one character", 128),
]


def _regex(paths: tuple[str, ...]) -> str:
    """Without paths, a pattern that no path matches."""
    each = (re.sub(r"[.$+]", r"\\\g<0>", path).replace("*", ".*").replace("?", ".") for path in paths)
    return f"^({'|'.join(each)})$"


def _some_countries(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not 1 <= len(codes) <= _MOST_COUNTRIES:
        raise ValueError(f"write 1 to {_MOST_COUNTRIES} countries, such as `[JP]`")
    return codes


class Countries(Model):
    """Where requests may come from."""

    _map = written_as(lambda value: f"{{only: {value}}}")

    only: Annotated[tuple[Country, ...], AfterValidator(_some_countries)]
    """Countries whose addresses are admitted, `[JP]`, 50 at most; Route 53's health checks come from everywhere, and
    are admitted too (AWS WAF Developer Guide: Geographic match rule statement)."""


class Firewall(Model):
    """AWS WAF in front of a gateway, balancer or distribution (5 USD a month, and 1 USD for each rule)."""

    @model_validator(mode="after")
    def _stops_something(self) -> Self:
        if not (self.managed or self.countries or self.rate_limit):
            raise ValueError("it would stop nothing: write `managed: [core, known-bad-inputs]`")
        return self

    managed: tuple[ManagedRules, ...]
    """AWS managed rule groups, in order of evaluation."""
    countries: Countries | None = None
    """Refuse requests from other countries, before any other check: `{only: [JP]}`."""
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = None
    """Requests one address may send in five minutes."""
    mode: Literal["block", "count"] = "block"
    """`count`: requests that match the managed rule groups are counted, not blocked, to test the rules first."""
    log: Literal["matched", "all"] = "matched"
    """Which requests its log has: those that a rule blocked or counted, or `all` of them, admitted ones as well."""
    count: dict[ManagedRules, tuple[Text, ...]] = Field(default_factory=dict)
    """Single rules of a group that only count: `core: [SizeRestrictions_BODY]` lets bodies above 8 KB through,
    `core: []` says that there are none."""
    count_at: tuple[CountPath, ...] = ()
    """Paths on which alone the rules on bodies in `count` (`..._BODY`) only count, `[/api/photos/*]`; elsewhere they
    block. `*` is any text."""

    @model_validator(mode="after")
    def _has_short_paths(self) -> Self:
        if len(_regex(self.count_at)) > _MOST_REGEX:
            raise ValueError(f"the paths of `count_at` are too long: WAF takes {_MOST_REGEX} characters in all")
        return self

    @property
    def counted_on_bodies(self) -> tuple[tuple[ManagedRules, str], ...]:
        found = ((group, rule) for group in self.managed for rule in sorted(self.count.get(group, ())))
        return tuple((group, rule) for group, rule in found if rule.endswith(_BODY))

    @property
    def blocks_elsewhere(self) -> bool:
        return bool(self.count_at and self.counted_on_bodies)

    @property
    def is_tuned(self) -> bool:
        return self.mode == "count" or any(self.count.values())

    @property
    def lets_large_bodies_in(self) -> bool:
        """Whether bodies above 8 KB, which `core` would block, only count somewhere."""
        return self.mode == "block" and "core" in self.managed and "SizeRestrictions_BODY" in self.count.get("core", ())


class FirewallView(keys.EncryptedView):
    """What an entry's firewall is built of; the entry has it as `firewall`."""

    @named(LIMITS["web_acl"])
    def web_acl_name(self) -> str:
        return self._ctx.names.plain(*self._prefix, self._entry.identity) if self.has_firewall else ""

    has_firewall = property(lambda self: self._ctx.entry.firewall is not None or self.checked_header is not None)

    @property
    def checked_header(self) -> Mapping[str, object] | None:
        return None

    header_values_name = pattern("{own.web_acl_name}-header", LIMITS["pattern_set"], when="checked_header")

    @property
    def _prefix(self) -> tuple[str, ...]:
        """Say whose firewall it is; gateways, which had the first ones, go without."""
        return () if self._entry.KIND == "gateways" else (self._entry.SINGULAR,)

    @property
    def web_acl(self) -> Module:
        role = ROLE if _is_apart(self._ctx) else "edge"
        return self._ctx.module(role, "web_acl", *self._prefix, self._ctx.entry)

    has_firewall_here = property(lambda self: self.has_firewall and not _is_apart(self._ctx))

    @property
    def web_acl_module(self) -> str:
        where = "_header" if self.checked_header else "" if self.web_acl_target else "_cloudfront"
        countries = "_countries" if self.countries else ""
        return f"../modules/web_acl{where}{countries or ('' if where or not self._firewall.is_tuned else '_tuned')}"

    @property
    def countries(self) -> tuple[str, ...]:
        found = self._firewall.countries
        return tuple(sorted(found.only)) if found else ()

    @property
    def asked_from(self) -> str:
        countries = self.countries if self._ctx.entry.firewall else ()
        return f", asked from {' or '.join(countries)}" if countries else ""

    @property
    def web_acl_target(self) -> Export | None:
        raise NotImplementedError

    @property
    def logged_custom_header(self) -> str | None:
        return None

    web_acl_description = pattern("Before {own.web_acl_name}")

    web_acl_log_group_name = pattern("aws-waf-logs-{own.web_acl_name}", LIMITS["log_group"], when="has_firewall")
    """Where the firewall writes; AWS prescribes how its name begins."""
    logs_every_request = property(lambda self: self._firewall.log == "all")

    @property
    def _firewall(self) -> Firewall:
        found: Firewall | None = self._ctx.entry.firewall
        return found or Firewall.model_construct(managed=())  # of none, nothing is asked

    @property
    def managed_rules(self) -> tuple[Mapping[str, object], ...]:
        found, rules = self._firewall, []
        is_plain = self.web_acl_module == "../modules/web_acl"
        for rule in found.managed:
            tuned = {} if is_plain else {"action": found.mode}
            exempt = {"counted": sorted(found.count[rule])} if found.count.get(rule) and not is_plain else {}
            rules.append({"name": rule, "group": _TABLE["groups"][rule]["name"], **tuned, **exempt})
        return tuple(rules)

    @property
    def counted_at(self) -> Mapping[str, object] | None:
        """AWS WAF Developer Guide: AWS Managed Rules rule groups list, Label; Label match rule statement."""
        found = self._firewall
        if not found.blocks_elsewhere:
            return None
        groups, bodies = _TABLE["groups"], found.counted_on_bodies
        labels = [f"{groups[group]['labels']}:{rule.removesuffix(_BODY)}_Body" for group, rule in bodies]
        return {"labels": labels, "paths": _regex(found.count_at), "action": found.mode}

    @property
    def inspected_body(self) -> str | None:
        is_fixed = self._ctx.entry.KIND == "balancers"
        return _MOST_INSPECTED if self._firewall.lets_large_bodies_in and not is_fixed else None

    @property
    def rate_rules(self) -> tuple[Mapping[str, object], ...]:
        limit = self._firewall.rate_limit
        return ({"name": "rate-per-address", "requests": limit, "seconds": _WINDOW},) if limit else ()


def _is_apart(ctx: BuildContext) -> bool:
    layout = ctx.environment.system.layout
    return not isinstance(layout, str) and ROLE in layout


def parts(ctx: BuildContext, own: FirewallView) -> Iterator[Part]:
    if own.has_firewall and _is_apart(ctx):
        yield ctx.part(ROLE, "kinds/firewalls/main.tf", own, f"{ctx.file_stem}-firewall.tf")


def limits(firewall: Firewall | None) -> Iterator[str]:
    if firewall is not None and firewall.rate_limit is not None:
        yield f"its firewall stops an address at {firewall.rate_limit:,} in five minutes"


def costs(
    firewall: Firewall | None, *, checks_header: bool = False, region: str = "", word: str = "logged"
) -> Iterator[Cost]:
    """`word` is empty if its entry has another log (AWS WAF Developer Guide: Logging web ACL traffic, pricing)."""
    if firewall is not None or checks_header:
        found = firewall or Firewall.model_construct(managed=())
        own = found.rate_limit is not None, found.countries is not None, found.blocks_elsewhere, checks_header
        rules = len(found.managed) + sum(own)
        yield Cost("its firewall", "web-acl", 1)
        yield Cost(f"{counted(rules, 'rule')} of its firewall", "web-acl-rule", rules)
        yield Cost("requests through its firewall", "web-acl-requests", usage="requests")
        which = "every request" if found.log == "all" else "what its rules match"
        yield Cost(f"its firewall's log of {which}", "vended-logs", usage=word, region=region)
