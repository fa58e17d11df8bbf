"""Mutual TLS: a service that others call has a load balancer that verifies who they are.

AWS lets two listeners of a load balancer verify client certificates and raises that for nobody, so that each service
has a load balancer of its own: only the security groups of its declared callers reach it, and it leads nowhere else.
With `verifier: shared` one leads to all of them by name: who may call one reaches each (G133).
Each caller has a certificate of its own, which its role alone exports. No role has the private CA sign anything.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infragen.core.build_context import BuildContext, Export, Joined, Module, ResourceView, call, named_by, of
from infragen.core.kind import Capability, Cost, OutputLine
from infragen.core.measures import Measure
from infragen.core.names import LIMITS, short
from infragen.core.part import ENVIRONMENT, Binding, Grant, Group, Part, Relation, asked_by, named, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.system import Settings
from infragen.core.tracing import once
from infragen.kinds import load_balancer, mesh, network, private_ca, reads
from infragen.kinds.alarms import Alarm, AlarmsView
from infragen.kinds.levels import ALARMS

NAME: Final = load_balancer.MUTUAL_TLS

_HTTPS: Final = 443
_ERRORS_PER_MINUTE: Final = 10
"""An assumption: no document gives a figure for this alarm."""


def verifies(ctx: BuildContext) -> bool:
    return ctx.has(NAME) and ctx.owner in mesh.called(ctx.environment)


def _ports(ctx: BuildContext) -> dict[str, int]:
    return _ports_of(ctx.environment, ctx.entry) if ctx.has(NAME) else {}


def _ports_of(environment: Environment, caller: Any) -> dict[str, int]:
    found = {}
    for name, how in getattr(caller, "direct_calls", {}).items():
        checked = reads.checked_by(environment, caller) if how.access == "read" else None
        if checked != "gateway":  # which asks for a signature
            found[name] = reads.PORT if checked == "balancer" else _HTTPS
    return found


@once
def _asked_ports(environment: Environment) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for _, entry in environment.every():
        for name, port in _ports_of(environment, entry).items():
            found.setdefault(name, set()).add(port)
    return {name: frozenset(ports) for name, ports in found.items()}


def balancer(ctx: BuildContext) -> Module:
    return ctx.module("edge", "mutual_tls", ctx.entry)


def _shared(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "mutual_tls")


def _shared_group(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("security", "security_group", "mutual_tls")


def trust_store(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "client_authorities")


def also_trusted(settings: Settings) -> tuple[str, ...]:
    return settings.load_balancer.also_trusts if settings.load_balancer is not None else ()


def _client(ctx: BuildContext) -> Module:
    return ctx.module("edge", "client", ctx.entry.SINGULAR, ctx.entry)


def _group(ctx: BuildContext) -> Module:
    return ctx.module("security", "security_group", "mutual_tls", ctx.entry)


def _end(ctx: BuildContext) -> str:
    return NAME if load_balancer.is_shared(ctx.environment) else f"{NAME}/{ctx.entry.name}"


def _discovery_name(ctx: BuildContext) -> str:
    return "-".join((*ctx.entry.path_parts, "tls"))


def _domain(ctx: BuildContext) -> str:
    return f"{_discovery_name(ctx)}.{mesh.domain(ctx.environment)}"


def parts(ctx: BuildContext) -> Iterator[Part]:
    if verifies(ctx):
        own = "service" if load_balancer.is_shared(ctx.environment) else "balancer"
        yield ctx.part("edge", f"kinds/mutual_tls/{own}.tf", ServiceBalancerView(ctx))
    if bool(_ports(ctx)):
        yield ctx.part("edge", "kinds/mutual_tls/client.tf", ClientView(ctx))


def groups(ctx: BuildContext) -> Iterator[Group]:
    if verifies(ctx) and not load_balancer.is_shared(ctx.environment):
        name = ctx.names.plain(ctx.entry.identity, "tls")
        description = f"Load balancer that verifies callers of {ctx.names.container(ctx.entry)}"
        yield Group(ctx.owner, _end(ctx), name, description, _group(ctx), f"mutual-tls-{ctx.entry.identity}")


def relations(ctx: BuildContext) -> Iterator[Relation]:
    if verifies(ctx):
        entry = ctx.entry
        field = "verified_port" if entry.verified_port else "port"
        yield Relation(_end(ctx), ctx.owner, getattr(entry, field), "requests", ctx.owner, (field,))


def ingress_ports(ctx: BuildContext, user: BuildContext) -> Iterator[tuple[str, int]]:
    if (port := _ports(user).get(ctx.entry.name)) is not None:
        yield _end(ctx), port


def told(ctx: BuildContext, user: BuildContext) -> Mapping[str, str]:
    port = _ports(user).get(ctx.entry.name)
    shown = "" if port == _HTTPS else f":{port}"
    return {} if port is None else {"TLS_URL": f"https://{_domain(ctx)}{shown}"}


def measured(ctx: BuildContext) -> dict[str, Export]:
    own = balancer(ctx)
    before = _shared(ctx) if load_balancer.is_shared(ctx.environment) else own
    return {"LoadBalancer": before.arn_suffix, "TargetGroup": own.target_group_arn_suffix}


def balancer_errors(name: str, balancer: Module, measure: Measure | None = None) -> Alarm:
    """Return the alarm of what a load balancer answers without a task: CloudWatch counts that for all of it alone.

    `ClientTLSNegotiationErrorCount` has none: it counts connections that any client broke off, for whatever reason,
    each attempt anew, and Elastic Load Balancing's guide has no figure for it. Who is refused sees its call fail.
    """
    return Alarm(
        description=f"{name}: answers 5xx by itself: no task is well, or in time.", namespace="AWS/ApplicationELB",
        metric="HTTPCode_ELB_5XX_Count", statistic="Sum", threshold=_ERRORS_PER_MINUTE,
        dimensions={"LoadBalancer": balancer.arn_suffix}, datapoints=3, measure=measure, level="high",
    )  # fmt: skip


class ServiceBalancerView(ResourceView):
    """A service's load balancer, its listener, and the target group of the service's tasks."""

    module = of(balancer)

    @property
    def source(self) -> str:
        kinds = {"reads": reads.PORT in self._asked, "only": _HTTPS not in self._asked}
        return "_".join(("../modules/load_balancer_verifying", *(word for word, is_so in kinds.items() if is_so)))

    reads = property(lambda self: {"port": reads.PORT, "methods": reads.METHODS} if reads.PORT in self._asked else {})
    _asked = of(lambda ctx: _asked_ports(ctx.environment).get(ctx.entry.name, frozenset()))
    shared = of(_shared)
    priority = of(lambda ctx: load_balancer.priorities(ctx.environment)[ctx.owner])
    vpc = of(network.vpc)
    subnets = of(network.task_subnets)
    group = of(_group)
    authority = of(private_ca.authority)
    namespace = of(mesh.namespace)

    @named(LIMITS["load_balancer"])
    def name(self) -> str:
        return short(self._ctx.names.plain(self._ctx.entry.identity, "tls"), LIMITS["load_balancer"].length)

    target_group_name = pattern("{own.name}", LIMITS["target_group"])
    """The target group: it belongs to this load balancer alone, and is called like it."""
    domain = named_by(_domain, LIMITS["certificate"])
    discovery_name = named_by(_discovery_name, LIMITS["discovery"])
    deregistration_delay = load_balancer.DEREGISTRATION_SECONDS
    """Seconds that a stopping task may still answer."""
    log_prefix = load_balancer.NAME


class ClientView(ResourceView):
    """A caller's certificate."""

    module = of(_client)
    authority = of(private_ca.authority)

    @named(LIMITS["certificate"])
    def subject(self) -> str:
        return f"{'-'.join(self._ctx.entry.path_parts)}.{mesh.domain(self._ctx.environment)}"


class MutualTlsView(ResourceView):
    """The certificate of the gateways' load balancer, and the store of whom the others trust."""

    load_balancer_domain = of(load_balancer.domain)
    authority = of(private_ca.authority)
    root = of(private_ca.root)
    is_shared = of(lambda ctx: load_balancer.is_shared(ctx.environment) and bool(mesh.called(ctx.environment)))
    shared = of(_shared)
    shared_group = of(_shared_group)
    subnets = of(network.task_subnets)
    log_prefix = load_balancer.NAME
    shared_domain = of(lambda ctx: f"*.{mesh.domain(ctx.environment)}")
    """What its certificate proves: the names of all services. Its rules and target groups are fewer than those of the
    gateways' load balancer, whose quotas are asked for."""

    @named(LIMITS["load_balancer"])
    def shared_name(self) -> str:
        return f"{self.prefix}-callers" if self.is_shared else ""

    also_trusted = of(lambda ctx: also_trusted(ctx.environment.settings))
    trust_store_name = pattern("{own.prefix}-clients", LIMITS["trust_store"])
    trust_store_bucket_name = pattern("{own.prefix}-client-authorities-{own.account}", LIMITS["bucket"])


class SharedAlarmsView(AlarmsView):
    """The alarm of the load balancer that verifies the callers of all services."""

    title = "Mutual TLS"
    made = call("monitoring", "alarms", "mutual_tls")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    own = MutualTlsView(ctx)
    yield ctx.part("edge", "kinds/mutual_tls/main.tf", own)
    if own.is_shared and ctx.has(ALARMS):
        name = own.shared_name
        watched = (("errors", balancer_errors(name, own.shared)),)
        alarms = SharedAlarmsView(ctx, name, own.shared, lambda: iter(watched))
        yield ctx.part("monitoring", "kinds/alarms/entry.tf", alarms)


def _default_bindings(_ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    """Have a service's tasks register with its load balancer, and give a caller its certificate.

    Whom a certificate names is decided here and by nobody's request: `acm-pca:IssueCertificate` signs whatever subject
    it is asked for, and no condition of IAM restricts that (Service Authorization Reference: AWS Private CA).
    """
    if verifies(receiver):
        arn = balancer(receiver).target_group_arn
        yield Binding(verified=arn) if receiver.entry.verified_port else Binding(targets=(arn,))
    if bool(_ports(receiver)):
        certificate = _client(receiver).arn
        grants = (Grant("ExportOwnCertificate", ("acm:ExportCertificate",), (certificate,)),)
        yield Binding({"CLIENT_CERTIFICATE_ARN": certificate}, "client-certificate", grants)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("the trust store of client certificates", "trust-store", 1, serves=True)
    if verifying := load_balancer.verifiers(ctx.environment):
        what = "load balancers that verify client certificates"
        yield Cost(what, "application-load-balancer", verifying, serves=True)
        yield Cost("what they carry", "application-load-balancer-capacity", usage="processed")


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    """ACM renews what was exported since its last renewal (User Guide: Managed certificate renewal)."""
    said = "at its own port a called service answers `/health` as well, and `X-Amzn-Mtls-...` is true there alone"
    yield OutputLine("code", said, "VERIFIED_PORT")
    said = "a caller shows its certificate with the chain: only the root is trusted"
    yield OutputLine("code", said, "CLIENT_CERTIFICATE_ARN")
    if any(reads.PORT in ports for ports in _asked_ports(ctx.environment).values()):
        said = "who only reads another service (`access: read`) asks it with GET or HEAD"
        others = "anything else is answered with 405; no name of the mesh leads there"
        yield OutputLine("code", f"{said}, and {others}", "..._TLS_URL")
    yield from _withdrawal(ctx)
    if ctx.environment.primary is not None or ctx.settings.recovery is not None:
        # So that a client keeps its certificate in the other one of two environments.
        trusts = "`load_balancer.also_trusts` of the environment that takes over"
        root = private_ca.root(ctx).root_certificate
        yield OutputLine("detail", f"the root certificate of its private CA, for {trusts}", root)
    if ctx.settings.standby_of is None:
        return
    region = f"--region {ctx.region}"
    command = (
        f"for arn in $(aws acm list-certificates {region} --includes keyTypes=EC_prime256v1 --output text --query"
        """ 'CertificateSummaryList[?Type==`"PRIVATE"` && InUse==`false`].CertificateArn');"""
        f' do aws acm export-certificate {region} --certificate-arn "$arn" --query CertificateChain --output text'
        ' --passphrase "$(openssl rand -hex 16 | base64)" > /dev/null; done'
    )
    said = (
        "each half year, export the certificates of clients: no task does while it stands by, and ACM renews no others"
    )
    yield OutputLine("next", said, command, is_command=True)


def _withdrawal(ctx: BuildContext) -> Iterator[OutputLine]:
    """Yield how a client's certificate is withdrawn.

    A load balancer fetches no list: it keeps copies in PEM, of which each is added and removed by its number (Elastic
    Load Balancing API Reference: AddTrustStoreRevocations; AWS re:Post: How do I configure a certificate revocation
    list for mTLS). The private CA leaves its own in DER, once the first certificate is issued, and each new one under
    the same key (AWS Private CA User Guide: Set up a CRL): nothing that an apply could add.
    """
    store, region = trust_store(ctx).arn, f"--region {ctx.region}"
    bucket = private_ca.AuthorityView(ctx.of(private_ca.NAME)).revocation_bucket_name
    issuer = private_ca.authority(ctx).arn
    said = (
        "withdraw a client's certificate, such as a lost device's: SERIAL is its serial number, as it was noted when it"
        " was signed, or as the connection log and `X-Amzn-Mtls-Clientcert-Serial-Number` have it, by which a service"
        " can refuse it until the load balancers do"
    )
    if (primary := ctx.environment.primary) is not None or ctx.settings.recovery is not None:
        other = "the primary" if primary is not None else "the standby"
        said += f"; do the same in {other}, where the client has a certificate of the CA there, or add this list"
    revoke = Joined.of(
        'aws acm-pca revoke-certificate --certificate-authority-arn "', issuer, '" --certificate-serial'
        f""" "$(echo SERIAL | sed 's/../&:/g; s/:$//')" --revocation-reason KEY_COMPROMISE {region}""",
    )  # fmt: skip
    yield OutputLine("next", said, revoke, is_command=True)
    said = (
        "then wait for the list that has it, half an hour as a rule, and add it to the trust store, which fetches none;"
        " a connection that is open stays so for an hour"
    )
    add = Joined.of(
        f'until aws s3 cp "s3://{bucket}/crl/$(basename "', issuer, f'").crl" - {region} | openssl crl -inform DER'
        " -out revoked.pem && openssl crl -in revoked.pem -noout -text | grep -qi 'Serial Number: SERIAL'; do sleep 60;"
        f" done; aws s3 cp revoked.pem s3://{bucket}/revoked.pem {region} && aws elbv2 add-trust-store-revocations"
        ' --trust-store-arn "', store, f'" --revocation-contents S3Bucket={bucket},S3Key=revoked.pem,RevocationType=CRL'
        f" {region}",
    )  # fmt: skip
    yield OutputLine("next", said, add, is_command=True)
    said = "then remove the list before it (`aws elbv2 describe-trust-store-revocations` shows the numbers), once the"
    said += " connection log says `ClientCertCrlHit` of that client, and others still get in; else remove the new one"
    remove = Joined.of(
        'aws elbv2 remove-trust-store-revocations --trust-store-arn "', store, f'" --revocation-ids NUMBER {region}'
    )
    yield OutputLine("next", said, remove, is_command=True)
    if primary is not None and also_trusted(ctx.settings):
        there = f"{ctx.primary_names.prefix}-revocations-{primary.account}"
        said = "after each certificate that is withdrawn in the primary, add its list here, which trusts its CA as well"
        copied = Joined.of(
            f"aws s3 cp s3://{there}/revoked.pem s3://{bucket}/primary.pem --source-region {primary.region} {region} &&"
            ' aws elbv2 add-trust-store-revocations --trust-store-arn "', store, '" --revocation-contents'
            f" S3Bucket={bucket},S3Key=primary.pem,RevocationType=CRL {region}",
        )  # fmt: skip
        yield OutputLine("next", said, copied, is_command=True)


def _shared_groups(ctx: BuildContext) -> Iterator[Group]:
    if MutualTlsView(ctx).is_shared:
        name, description = ctx.names.plain("callers", "tls"), "Load balancer that verifies the callers of all services"
        yield Group(NAME, NAME, name, description, _shared_group(ctx), NAME, is_shared=True)


@rule("G133")
def _reaches_all(environment: Environment) -> Findings:
    """Name whom neither end can refuse: security groups know no host, listener rules no certificate (RuleCondition)."""
    if not load_balancer.is_shared(environment):
        return
    callers: dict[str, set[str]] = defaultdict(set)
    for owner, entry in environment.every():
        for callee in getattr(entry, "direct_calls", ()):
            callers[f"services/{callee}"].add(owner)
    everyone = set().union(*callers.values())
    for called, declared in sorted(callers.items()):
        if others := sorted(everyone - declared - {called}):
            message = f"the shared load balancer also leads {', '.join(others)} to {called}, with no call declared"
            hint = f"have {called} check `X-Amzn-Mtls-Clientcert-Subject` at its `verified_port`, or remove"
            hint += " `verifier: shared`: a load balancer for each service admits its declared callers alone"
            yield Finding(message, environment.at(ENVIRONMENT, "load_balancer", "verifier"), hint)


CAPABILITY: Final = Capability(
    name=NAME,
    title="mutual TLS",
    reasons=asked_by("callers show a client certificate", "load_balancer", "mutual_tls"),
    setting="load_balancer: {mutual_tls: true}",
    requires=("load-balancer", "private-ca"),
    monthly_costs=_costs,
    parts=_parts,
    outputs=_outputs,
    security_groups=_shared_groups,
    rules=(_reaches_all,),
    default_bindings=_default_bindings,
)
