"""Balancers: Application Load Balancers, on the internet or inside the VPC, with routes to services."""

from collections.abc import Iterator, Mapping
from typing import Final

from infragen.core.build_context import BuildContext, Joined
from infragen.core.kind import Billing, Cost, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.operations import About, OutputLine, quota_of
from infragen.core.part import INTERNET, Link
from infragen.core.rule import rules_of
from infragen.kinds import firewalls, network, private_ca
from infragen.kinds.balancers import build, failover, rules
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.zones.names import NAMES_OF_CERTIFICATE
from infragen.text import counted

_ABOUTS: Final[Mapping[str, About]] = {"vpc": "address", "cloudfront": "detail"}
"""What its address is to people: nobody calls one that is behind distributions."""


def _costs(balancer: Balancer, ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("the load balancer", "application-load-balancer", 1, serves=True)
    yield Cost("what the load balancer carries", "application-load-balancer-capacity", usage="processed")
    if balancer.is_public:
        addresses = len(network.subnets(ctx.environment, "public"))
        yield Cost(counted(addresses, "public address"), "public-ipv4", addresses, serves=True)
    if balancer.access_logs is not None:
        yield Cost("its access log", "object-storage")
    own = build.BalancerView(ctx)
    if own.health is not None:
        alarms = len(own.health_targets)
        yield Cost(f"{counted(alarms, 'alarm')} of its health check", "alarm", alarms)
    yield from firewalls.costs(balancer.firewall)


def _outputs(balancer: Balancer, ctx: BuildContext) -> Iterator[OutputLine]:
    own = build.BalancerView(ctx)
    whom = {
        "internet": "for everybody",
        "allow-list": "for its allow list",
        "vpc": "for callers in the VPC",
        "cloudfront": "for distributions",
    }
    said = whom[balancer.reach] if own.is_secure else f"{whom[balancer.reach]}, not encrypted"
    for url in own.urls:
        yield OutputLine(_ABOUTS.get(balancer.reach, "public"), said, url)
    yield OutputLine("detail", "the name that AWS gave it", own.balancer.dns_name)
    for name in () if balancer.zone is not None else own.names:
        yield OutputLine("next", f"enter this as CNAME record of {name}", own.balancer.dns_name)
    yield from own.outputs()
    if balancer.mutual_tls:
        issue = Joined.of(
            "aws acm-pca issue-certificate --certificate-authority-arn ", private_ca.authority(ctx).arn,
            " --csr fileb://client.csr --signing-algorithm SHA256WITHECDSA --validity Value=395,Type=DAYS",
            " --template-arn arn:aws:acm-pca:::template/EndEntityClientAuthCertificate_APIPassthrough/V1"
            f" --api-passthrough 'Subject={{CommonName=CLIENT}}' --region {own.region}",
        )  # fmt: skip
        said = (
            "have the private CA sign each client's certificate, of its own key and in the name that you give it here,"
            " not the one that it asks for; other names that it asks for are signed as well, so look at them first"
            " (`openssl req -in client.csr -noout -text`), and keep the number by which it is withdrawn: `aws acm-pca"
            " get-certificate` shows what was signed, and `openssl x509 -noout -serial` its number, behind the `=`;"
            " the client sends both, `Certificate` and `CertificateChain`: the trust store has the root alone"
        )
        yield OutputLine("next", said, issue, is_command=True)


def _links(balancer: Balancer, ctx: BuildContext) -> Iterator[Link]:
    if balancer.is_public and balancer.reach != "cloudfront":
        yield Link(INTERNET, ctx.owner)
    if balancer.zone is not None:
        yield Link(f"zones/{balancer.zone}", ctx.owner, "its names")
    for name, route in balancer.routes.items():
        yield Link(ctx.owner, f"services/{route.service}", ", ".join((*route.hosts, *route.paths)) or name)


KIND: Final = Kind(
    model=Balancer,
    title="balancer",
    parts=build.parts,
    network=Network(
        security_groups=build.groups, connections=build.relations, ingress_ports=build.ingress_ports, links=_links
    ),
    permissions=Permissions(bindings=build.bindings, default_bindings=build.default_bindings),
    cost=Billing(monthly=_costs),
    operations=Operations(
        metrics=build.metrics,
        outputs=_outputs,
        failures=build.failures,
        quotas=(
            quota_of("application-load-balancers"),
            NAMES_OF_CERTIFICATE,
            quota_of("load-balancer-rules", lambda balancer, _: len(balancer.routes)),
        ),
    ),
    failover=Failover(holds=failover.holds, steps=failover.failover_steps),
    scaffold=Scaffold(
        opens="service",
        example={
            "reach": "internet",
            "zone": "{zone}",
            "hosts": ["{name}"],
            "routes": {"all": {"service": "{service}"}},
        },
    ),
    rules=rules_of(rules),
)
