"""What a load test is built of: a script for k6, and a key of its own where it has a limit of its own."""

import json
from collections.abc import Iterator
from math import ceil
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, Environment, ResourceView, call, of
from infragen.core.expressions import Generated, Joined, Reference
from infragen.core.operations import OutputLine, read_secret
from infragen.core.part import Part
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.load_tests.model import PLACEHOLDER, LoadStep, LoadTest
from infragen.kinds.secrets import Secret, SecretView
from infragen.kinds.zones.names import NamedEntry
from infragen.text import counted

_BURST_SECONDS: Final = 2
_MOST_AT_ONCE: Final = 5000
"""Requests that an account takes at once (Amazon API Gateway Developer Guide: quotas)."""
_USER: Final = {word: f"user.{word}" for word in ("tenant", "password")} | {"user": "user.name", "token": "token"}


def target_of(test: LoadTest, environment: Environment) -> NamedEntry | None:
    found = environment.find(test.target)
    return found if isinstance(found, NamedEntry) else None


def host_of(test: LoadTest, environment: Environment) -> str | None:
    if (target := target_of(test, environment)) is None:
        return None
    if test.host is not None:
        return target.full(test.host, environment)
    return target.first_name(environment)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _javascript(text: str, *, in_path: bool = False) -> Reference:
    """Return a text as an expression of JavaScript, in which words in braces are values of the user."""
    pieces = []
    for index, piece in enumerate(PLACEHOLDER.split(text)):
        word = _USER.get(piece, "undefined") if index % 2 else ""  # E121 says which there are
        if word:
            pieces.append(f"encodeURIComponent({word})" if in_path else word)
        elif piece or not text:
            pieces.append(_literal(piece))
    return Reference(" + ".join(pieces))


class Measured(Struct, frozen=True):
    """A set of thresholds, as k6 reads them."""

    name: Reference
    duration: str
    failed: str


class StepView(Struct, frozen=True):
    """One request."""

    name: str
    method: str
    path: Reference
    status: int
    headers: tuple[tuple[str, Reference], ...]
    body: tuple[tuple[str, Reference], ...]
    token: str | None
    """Where in its answer the token is, if later steps need it."""
    pause: float | None
    """Seconds."""


class LoadTestView(ResourceView):
    """What the script and the key of a test read as `own`."""

    _entry: LoadTest
    usage_plan = call("edge", "usage_plan", "load-test")
    keys_module = call("edge", "keys", "load-test")
    script = of(lambda ctx: f"k6/{ctx.entry.name}.js")

    @property
    def about(self) -> Reference:
        test = self._entry
        rate = f"{test.per_second:,.0f} requests a second if each answer takes {test.goals.response_time} ms"
        return Reference(f"Up to {counted(test.most_users, 'user')} of {test.target}, who send {rate}.")

    @property
    def url(self) -> str:
        """Where it asks; empty where no file knows it: only AWS gives the address, or the name is the primary's."""
        environment, target = self._ctx.environment, target_of(self._entry, self._ctx.environment)
        host = host_of(self._entry, environment)
        if target is None or host is None or self._ctx.settings.standby_of is not None:
            return ""
        if isinstance(target, Gateway) and host not in target.domain_names(environment):
            return ""
        return f"http{'s' if target.is_secure(environment) else ''}://{host}"

    @property
    def measured(self) -> tuple[Measured, ...]:
        found = []
        for name, goals in (("goals", self._entry.goals), ("limits", self._entry.limits)):
            if goals is not None:
                duration, failed = f"p({goals.percentile})<{goals.response_time}", (goals.errors / 100).normalize()
                found.append(Measured(Reference(name), duration, f"rate<{failed:f}"))
        return tuple(found)

    stages = of(lambda ctx: tuple((_span(stage.duration), stage.users) for stage in ctx.entry.stages))
    _tenants = of(lambda ctx: ctx.entry.all_tenants(ctx.environment))
    needs_passwords = of(lambda ctx: "password" in ctx.entry.words())

    @property
    def gateway(self) -> GatewayView | None:
        gateway = self._entry.gateway_of(self._ctx.environment)
        return GatewayView(self._ctx.of(gateway)) if gateway is not None else None

    needs_key = property(lambda self: self.gateway is not None and not self.needs_tenants_keys)

    @property
    def needs_tenants_keys(self) -> bool:
        return self.gateway is not None and self._entry.limit is None and bool(self._tenants)

    @property
    def users(self) -> tuple[Reference, ...]:
        if not (self._entry.words() or self.needs_tenants_keys):
            return ()
        keys = self.gateway.keys if self.needs_tenants_keys and self.gateway is not None else None
        found = []
        for tenant in self._tenants or ("",):
            members = {"tenant": json.dumps(tenant)} if tenant else {}
            members["name"] = _literal(self._entry.user.replace("{tenant}", tenant))
            if self.needs_passwords:
                members["password"] = f"PASSWORDS[{json.dumps(tenant or 'password')}]"
            if keys is not None:
                members["key"] = f"API_KEYS[{json.dumps(keys.get(f'tenant-{tenant}', {}).get('name', ''))}]"
            found.append(Reference(f"{{ {', '.join(f'{name}: {value}' for name, value in members.items())} }}"))
        return tuple(found)

    @property
    def steps(self) -> tuple[StepView, ...]:
        found, has_token = [], False
        for number, step in enumerate(self._entry.steps, 1):
            found.append(self._step(step, has_token=has_token, is_last=number == len(self._entry.steps)))
            has_token = has_token or step.token is not None
        return tuple(found)

    def _step(self, step: LoadStep, *, has_token: bool, is_last: bool) -> StepView:
        headers = {"Content-Type": Reference('"application/json"')} if step.body else {}
        if has_token:
            headers["Authorization"] = _javascript("Bearer {token}")
        if self.needs_tenants_keys:
            headers["x-api-key"] = Reference("user.key")
        elif self.needs_key:
            headers["x-api-key"] = Reference("API_KEY")
        own = {name.lower() for name in step.headers}
        headers = {name: value for name, value in headers.items() if name.lower() not in own}
        headers |= {name: _javascript(text) for name, text in step.headers.items()}
        body = tuple(
            (name, _javascript(value) if isinstance(value, str) else Reference(json.dumps(value)))
            for name, value in step.body.items()
        )
        return StepView(
            name=step.name, method=step.method, path=_javascript(step.path, in_path=True), status=step.status,
            headers=tuple(headers.items()), body=body, token=None if is_last else step.token,
            pause=_seconds(step.pause) if step.pause else None,
        )  # fmt: skip

    has_token = property(lambda self: any(step.token for step in self.steps))
    seconds_between = of(lambda ctx: _seconds(ctx.entry.pauses or 1000))
    """How long a user waits who was refused a token, before another try."""
    name = of(lambda ctx: ctx.names.plain("load-test", ctx.entry.identity))
    has_own_key = property(lambda self: self._entry.limit is not None and self.gateway is not None)
    limit_description = of(lambda ctx: f"{ctx.entry.limit} for the load test {ctx.entry.name}")
    limit_per_second = of(lambda ctx: ctx.entry.limit.per_second if ctx.entry.limit is not None else None)
    burst = property(lambda self: min(ceil((self.limit_per_second or 0) * _BURST_SECONDS), _MOST_AT_ONCE))
    keys = property(lambda self: {"load-test": {"name": self.name, "description": self._entry.title}})

    @property
    def variables(self) -> dict[str, str]:
        found, gateway, secret = {}, self.gateway, self._entry.secret
        if self.needs_passwords:
            entry = self._ctx.environment.find(f"secrets/{secret}")
            view = SecretView(self._ctx.of(entry)) if isinstance(entry, Secret) else None
            found["PASSWORDS"] = "" if view is None else read_secret(view.name, view.region)
        read = f"aws apigateway get-api-keys --region {self.region} --include-values"
        if self.needs_tenants_keys and gateway is not None:
            key = gateway.keys.get(f"tenant-{self._tenants[0]}")  # a rule says which tenants have none
            first = "" if key is None else key["name"].removesuffix(self._tenants[0])
            found["API_KEYS"] = f"{read} --query \"items[?starts_with(name,'{first}')].[name,value]\" --output json"
        elif self.needs_key and gateway is not None:
            name = self.name if self.has_own_key else next((one["name"] for one in gateway.keys.values()), "")
            found["API_KEY"] = f"{read} --name-query {name} --query 'items[0].value' --output text" if name else ""
        return found

    @property
    def words(self) -> tuple[Reference, ...]:
        return tuple(Reference(_assigned(name, read) + "\\") for name, read in self.variables.items())


def _seconds(milliseconds: int) -> float:
    return milliseconds / 1000 if milliseconds % 1000 else milliseconds // 1000


def _span(seconds: int) -> str:
    return f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"


def _assigned(name: str, read: str) -> str:
    return f'{name}="$({read})" ' if read else f"{name}=... "


def parts(_test: LoadTest, ctx: BuildContext) -> Iterator[Part]:
    own = LoadTestView(ctx)
    if (target := target_of(ctx.entry, ctx.environment)) is None:
        return
    region = ctx.of(target).region
    yield ctx.part("edge", "kinds/load-tests/script.js", own, own.script, region=region)
    if own.has_own_key and own.gateway is not None:
        yield ctx.part("edge", "kinds/load-tests/main.tf", own, region=own.gateway.region)


def outputs(_test: LoadTest, ctx: BuildContext) -> Iterator[OutputLine]:
    own = LoadTestView(ctx)
    variables = {**own.variables, **({} if own.url else {"BASE_URL": ""})}
    assigned = "".join(_assigned(name, read) for name, read in variables.items())
    command = Joined((f"{assigned}k6 run ", Generated(ctx.owner, "edge", own.script)))
    yield OutputLine("detail", "run it", command, is_command=True)
