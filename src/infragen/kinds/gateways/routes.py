"""Views of a gateway: its routes, the API that they form, and usage plans."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, cast

from msgspec import Struct

from infragen.core.build_context import BuildContext, call, of, value
from infragen.core.expressions import Export, Label, Module, Reference, json_encoded
from infragen.core.tracing import kept
from infragen.kinds import keys, load_balancer, vpc_link
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway, requests_of
from infragen.kinds.gateways.validation import Method, Validation, validation_at
from infragen.kinds.workloads.versions import paths

Proof = tuple[str, Export | None]
"""How methods ask who calls, and the authorizer that they ask."""


class Route(Struct, frozen=True):
    """A path of a REST API, and what takes its requests: the load balancer by a path of its own, or a function.

    What an argument says is worked out where it is written, so that what is read for it is known as its origin.
    """

    module: Module
    path: str
    backend: Callable[[], str] = str
    accepts: Callable[[], tuple[str, ...]] = lambda: ("ANY",)
    proof: Callable[[], Proof] = lambda: ("", None)
    parent: Export | None = None
    """What it is below, where the API has more than first segments that lead to services."""
    function: BuildContext | None = None
    validation: Callable[[], Validation | None] = lambda: None
    """What of a contract its requests are checked against, where they are."""
    backend_path: ClassVar[str] = value(lambda self: self.backend())
    """Empty of a function."""
    authorization: ClassVar[str] = value(lambda self: self.proof()[0])
    authorizer_id: ClassVar[Export | None] = value(lambda self: self.proof()[1])
    function_arn: ClassVar[str] = value(lambda self: "" if self.function is None else function_arn(self.function))

    @property
    def source(self) -> str:
        if self.function is not None:
            return "../modules/api_gateway_function_route"
        if self.validation() is not None:
            return "../modules/api_gateway_validated_route"
        return f"../modules/api_gateway_{'route' if self.parent is None else 'nested_route'}"

    path_part: ClassVar[str] = value(lambda self: self.path.rpartition("/")[2])
    methods: ClassVar[tuple[str, ...]] = value(lambda self: self.accepts())

    @property
    def _validated(self) -> tuple[Method, ...]:
        found = self.validation()
        every = found.methods if found is not None else ()
        return tuple(one for one in every if "ANY" in self.methods or one.name in self.methods)

    @property
    def operations(self) -> dict[str, dict[str, object]]:
        return {
            f"{one.name} {one.path}": {
                "parameters": list(one.parameters),
                "models": {of_type: self._model(one, of_type) for of_type in one.models},
            }
            for one in self._validated
        }

    @property
    def body_models(self) -> dict[str, Reference]:
        every = ((one, of_type, model) for one in self._validated for of_type, model in one.models.items())
        return {self._model(one, of_type): json_encoded(model) for one, of_type, model in every}

    def _model(self, method: Method, content_type: str) -> str:
        """Letters and digits, no two of an API alike (CreateModel, name)."""
        said = f"{method.name} {self.path}{method.path} {content_type}"
        words = re.split("[^a-z0-9]+", f"{method.name} {self.path}{method.path}".lower())
        return f"{''.join(word.capitalize() for word in words)[:80]}{sha256(said.encode()).hexdigest()[:8]}"

    @property
    def limited(self) -> tuple[str, ...]:
        if self.validation() is not None:
            return tuple(f"/{self.path}{one.path.rstrip('/')}/{one.name}" for one in self._validated)
        return tuple(f"/{self.path}{below}/{method}" for method in self.methods for below in ("", "/{proxy+}"))

    label: ClassVar[Label] = value(lambda self: self.module.label)


class UsagePlanView(Struct, frozen=True):
    """A usage plan of a REST API: its own, or another one, by the plan's name."""

    ctx: BuildContext
    plan: str
    module: Module
    _gateway: ClassVar[Gateway] = value(lambda self: cast("Gateway", self.ctx.entry))

    @property
    def name(self) -> str:
        words = () if self.plan == DEFAULT_PLAN else ("plan", self.plan)
        return self.ctx.names.plain(self._gateway.identity, *words)

    source: ClassVar[str] = value(lambda self: f"../modules/api_gateway_usage_plan{'_quota' if self.has_quota else ''}")
    has_quota: ClassVar[bool] = value(lambda self: self._gateway.quota_of(self.plan) is not None)

    @property
    def description(self) -> str:
        quota = self._gateway.quota_of(self.plan)
        words = f"{self._gateway.limit_of(self.plan)}{f' and {quota}' if quota else ''}"
        of = "" if self.plan == DEFAULT_PLAN else f" of the plan {self.plan}"
        return f"{words} for each {self._gateway.per.replace('-', ' ')}{of}"

    requests_per_second: ClassVar[Decimal] = value(lambda self: self._gateway.limit_of(self.plan).per_second)
    burst: ClassVar[int] = value(lambda self: self._gateway.burst_of(self.plan))
    quota_limit: ClassVar[int] = value(lambda self: requests_of(self._gateway.quota_of(self.plan) or "0"))

    @property
    def quota_period(self) -> str:
        return (self._gateway.quota_of(self.plan) or "").partition("/")[2].upper()


class ApiView(keys.EncryptedView):
    """What of a REST API its routes need."""

    _entry: Gateway
    api = call("edge", "gateway")
    link = of(vpc_link.link)
    _is_signed = of(lambda ctx: ctx.entry.authentication == "iam")
    authorization: str = value(lambda self: "AWS_IAM" if self._is_signed else "NONE")
    authorizer = call("edge", "authorizer")

    def _proof(self, path: str) -> Proof:
        if (asked := self._entry.authorizer) is None or path in asked.open:
            return self.authorization, None
        return "COGNITO_USER_POOLS" if asked.user_pools else "CUSTOM", self.authorizer.id

    preflight = of(lambda ctx: ctx.entry.preflight)

    @property
    @kept
    def _targets(self) -> dict[str, str]:
        environment = self._ctx.environment
        return {path: to for path, to in self._entry.targets.items() if environment.find(to) is not None}

    @property
    @kept
    def _bffs(self) -> tuple[Any, ...]:
        """A private API passes every path on."""
        every = self._ctx.environment.entries["bffs"].values() if self._entry.is_public else ()
        return tuple(bff for bff in every if bff.gateway == self._entry.name)

    @property
    @kept
    def _paths(self) -> dict[str, str]:
        written = {path: self._ctx.of(to).entry for path, to in self._targets.items()}
        written |= {bff.path: bff for bff in self._bffs}
        return {one: path for path, to in written.items() for one in paths(path, to)}

    @property
    @kept
    def is_nested(self) -> bool:
        functions = any(to.startswith("functions/") for to in self._targets.values())
        return self._entry.authorizer is not None or functions or any("/" in path for path in self._paths)

    def _module(self, word: str, path: str) -> Module:
        """Labelled so that `a/b` is not `a-b`, nor `a/{b}`."""
        label = self._ctx.label(word, self._entry)
        own = path.replace("-", "_").replace("/", "__").replace("{", "_").replace("}", "")
        return Module(self._ctx.owner, "edge", Label(f"{label}_{own}", f"{label.former}_{own}"))

    def _parent(self, path: str) -> Export | None:
        if not (above := path.rpartition("/")[0]):
            return self.api.root_resource_id if self.is_nested else None
        return self._module("route" if above in self._paths else "path", above).resource_id

    def routes_of(self, bff: Any) -> Iterator[Route]:
        ctx = self._ctx.of(bff)
        label = ctx.label("route_bff", bff)
        for path in paths(bff.path, bff):
            below = path.removeprefix(bff.path)
            ending = below.replace("/", "__")
            module = Module(ctx.owner, "edge", Label(f"{label}{ending}", f"{label.former}{ending}"))
            backend, proof = partial(lambda below: f"{bff.path}{below}", below), lambda: self._proof(bff.path)
            validation = partial(validation_at, ctx.environment, bff, below[1:])
            yield Route(
                module, path, backend, lambda: bff.accepted_methods, proof, self._parent(path), validation=validation
            )

    backend_url = of(lambda ctx: load_balancer.url(ctx, load_balancer.GATEWAYS_PORT))


def function_arn(function: BuildContext) -> str:
    """By its name: functions are in a stack after that of gateways."""
    name = function.names.function(function.entry)
    return f"arn:aws:lambda:{function.region}:{function.settings.account}:function:{name}"
