"""What an entry of the kind load-tests says."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from infragen.core.entry import Entry, Form, Milliseconds, Model, Percent, Rate, Seconds, Slug, Text
from infragen.core.resolved_system import ResolvedSystem
from infragen.core.system import Day
from infragen.kinds.distributions.model import Distribution, HeaderName
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.tenants import GatewayNames, tenants
from infragen.kinds.zones.names import Host

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
WORDS: Final = ("tenant", "user", "password", "token")
_SAFE: Final = 2**53 - 1
"""The largest whole number that JavaScript keeps exactly (ECMAScript: Number.MAX_SAFE_INTEGER)."""
TARGETS: Final = ("gateways", "balancers", "distributions")

Target = Annotated[
    str,
    Form(
        rf"({'|'.join(TARGETS)})/[a-z][a-z0-9]*(-[a-z0-9]+)*",
        "`gateways/NAME`, `balancers/NAME` or `distributions/NAME`",
        81,
    ),
]
StepPath = Annotated[
    str,
    Form(r"/[A-Za-z0-9_.$/~@:+&=?%,;!'()*{}-]*", "a path such as `/dashboard` or `/records?page=1`, a `/` first", 2000),
]
Member = Annotated[str, Form(r"[A-Za-z0-9_.$@-]+", "a member of a JSON object, such as `email`", 128)]
JsonPath = Annotated[
    str,
    Form(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", "where it is in the JSON, such as `token` or `data.accessToken`", 256),
]
"""k6's `Response.json(selector)`: members with a point between them, and numbers for what is in lists."""


HeaderText = Annotated[str, Form(r"[!-~]([ -~]*[!-~])?", "its value in ASCII, on one line, such as `ja`", 2000)]


class Stage(Model):
    """A part of the test: the number of users goes in a straight line from the last stage's to this one's."""

    INSTEAD: ClassVar = dict.fromkeys(("target", "vus"), "write `users: 100`, how many there are at its end")

    duration: Annotated[Seconds, Field(examples=["5 min"])]
    users: Annotated[int, Field(ge=0, le=1_000_000, examples=[100])]
    """How many users there are at its end."""
    why: Text | None = None


class Goals(Model):
    """What the answers to all requests of a test have to keep."""

    INSTEAD: ClassVar = dict.fromkeys(("p95", "p90", "p99"), "write `response_time: 200 ms`, and `percentile: 95`")

    response_time: Annotated[Milliseconds, Field(examples=["200 ms"])]
    """Within what time answers come, `percentile` of them."""
    percentile: Annotated[int, Field(ge=1, le=99)] = 95
    """How many in a hundred answers come within that time."""
    errors: Annotated[Percent, Field(examples=["1 %"])]
    """The share of answers with another status than their step's, which is less than this."""


class LoadStep(Model):
    """One request of a user."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("url", "get", "post"), "write `path: /dashboard`, and `method: POST` where it is not GET"),
        **dict.fromkeys(("sleep", "wait", "think_time"), "write `pause: 1 s` in the step before"),
        **dict.fromkeys(("extract", "save", "capture"), "write `token: data.token`, where it is in the JSON answer"),
    }

    name: Slug
    """What results call it."""
    path: StepPath
    """Its path, with a query string if any; `{tenant}` and `{user}` stand for the user's."""
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    body: dict[
        Member, Annotated[int, Field(ge=-_SAFE, le=_SAFE)] | bool | Annotated[str, StringConstraints(max_length=2000)]
    ] = Field(default_factory=dict, examples=[{"email": "{user}", "password": "{password}"}])
    """A JSON object that it sends. Texts may contain `{tenant}`, `{user}`, `{password}` and `{token}`."""
    headers: dict[HeaderName, HeaderText] = Field(default_factory=dict, examples=[{"Accept-Language": "ja"}])
    """Headers of its own, with the same words in braces."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    """The status that is no error."""
    token: JsonPath | None = None
    """Where in its JSON answer the token is that later steps send as `Authorization: Bearer`: `data.accessToken`."""
    pause: Annotated[Milliseconds, Field(examples=["1 s"])] | None = None
    """How long the user waits after it."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {"body": "`method: POST`"} if data.get("method", "GET") in ("GET", "HEAD") else {}

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("path",), self.path
        yield from ((("headers", name), text) for name, text in self.headers.items())
        yield from ((("body", name), value) for name, value in self.body.items() if isinstance(value, str))

    def words(self) -> frozenset[str]:
        return frozenset(word for _, text in self.texts() for word in PLACEHOLDER.findall(text))


class LoadTest(Entry):
    """A load test: what users do, how many there are and when, and what the answers have to keep."""

    KIND: ClassVar = "load-tests"
    SINGULAR: ClassVar = "load-test"
    INSTEAD: ClassVar = {
        **dict.fromkeys(("url", "base_url"), "write `target: gateways/NAME`, and `host: api` for one of its names"),
        **dict.fromkeys(("thresholds", "document"), "write `goals` and, where there are looser ones, `limits`"),
        **dict.fromkeys(("vus", "duration"), "write `stages: [{duration: 5 min, users: 100}]`"),
        **dict.fromkeys(("password", "passwords"), "write `secret: NAME`, a secret with a key for each tenant"),
        "rate": "write `limit: 5000 req/s` for a key of its own at a gateway; what it sends follows from its steps",
    }

    target: Target
    """What is tested: `gateways/NAME`, `balancers/NAME` or `distributions/NAME`."""
    host: Host | None = None
    """Which of its names is called; its first one when left out."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=100)]
    """How many users there are, and for how long, in turn."""
    goals: Goals
    """What the test measures by."""
    limits: Goals | None = None
    """Looser figures, which `THRESHOLDS=limits` measures by in place of the goals."""
    steps: Annotated[tuple[LoadStep, ...], Field(min_length=1, max_length=100)]
    """What each user does, again and again."""
    tenants: Annotated[tuple[Slug, ...], Field(examples=[["acme", "globex"]])] = ()
    """Tenants that have a test user each; those of the gateway that is tested when left out."""
    tenants_of: Annotated[GatewayNames, Field(examples=["public", ["public", "partners"]])] = ()
    """The gateway whose tenants they are, or several, instead of a list of its own."""
    user: Text = "load-test"
    """The name of the test user; `{tenant}` in it stands for the tenant."""
    secret: Slug | None = None
    """The secret with the passwords: a key for each tenant, or `password` where there are no tenants."""
    limit: Rate | None = None
    """The rate limit of a key of its own at the gateway, in place of the tenants' or clients' keys."""
    limit_until: Day | None = None
    """The day from which on (UTC) an apply disables that key: `2027-01-15`."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        asked, words = {"user": "user", "secret": "password"}, PLACEHOLDER.findall(str(data.get("steps")))
        found = {field: f"`{{{word}}}` in a step" for field, word in asked.items() if word not in words}
        may_have_keys = str(data.get("target", "")).startswith((f"{Gateway.KIND}/", f"{Distribution.KIND}/"))
        found |= {} if data.get("limit") else {"limit_until": "`limit`"}
        return found if may_have_keys else {**found, "limit": "`target: gateways/NAME`"}

    @model_validator(mode="after")
    def _different_names(self) -> Self:
        names = [step.name for step in self.steps]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two steps are called `{twice}`: results would not tell them apart")
        return self

    @property
    def most_users(self) -> int:
        return max((stage.users for stage in self.stages), default=0)

    @property
    def pauses(self) -> int:
        """Milliseconds that a user waits in one round."""
        return sum(step.pause or 0 for step in self.steps)

    @property
    def per_second(self) -> Decimal:
        """How many requests its users send in a second at its peak, while answers take as long as the goals allow."""
        round_ = self.pauses + len(self.steps) * self.goals.response_time
        return Decimal(self.most_users * len(self.steps) * 1000) / (round_ or 1)

    @property
    def requests(self) -> int:
        pairs = pairwise([0, *(stage.users for stage in self.stages)])
        users = sum(sum(both) * stage.duration for both, stage in zip(pairs, self.stages, strict=True))  # twice as many
        return ceil(self.per_second * users / (2 * self.most_users)) if self.most_users else 0

    def words(self) -> frozenset[str]:
        found = frozenset[str]().union(*(step.words() for step in self.steps))
        return found | (set(PLACEHOLDER.findall(self.user)) if "user" in found else set())

    def all_tenants(self, resolved: ResolvedSystem) -> tuple[str, ...]:
        gateway = self.gateway_of(resolved)
        return tenants(self, resolved) or (tuple(gateway.tenants) if gateway is not None else ())

    def gateway_of(self, resolved: ResolvedSystem) -> Gateway | None:
        found = resolved.find(self.target)
        if isinstance(found, Distribution):
            asked = (found.origins.get(found.behaviour_of(step.path.partition("?")[0]).origin) for step in self.steps)
            named = (origin.gateway or "" for origin in asked if origin is not None)
            found = next((one for name in named if (one := resolved.all(Gateway).get(name)) is not None), None)
        return found if isinstance(found, Gateway) else None
