"""Event queues: who consumes, and what AWS calls their queues, found without reading another stack."""

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.expressions import Module
from infragen.core.part import Binding, Grant
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.kinds import keys
from infragen.kinds.workloads.events import told
from infragen.kinds.workloads.model import Container, Service


class Queue(Struct, frozen=True):
    """What AWS calls a consumer's queue. All follows from the name, so publisher and consumer share no stack."""

    name: str
    dead_letter_name: str
    arn: str
    url: str


def queue(ctx: BuildContext) -> Module:
    return ctx.module("compute", "queue", ctx.entry)


def queue_of(ctx: BuildContext, service: Service) -> Queue:
    settings = ctx.settings
    name = f"{ctx.names.container(service)}-events"
    return Queue(
        name=name,
        dead_letter_name=f"{name}-dlq",
        arn=f"arn:aws:sqs:{settings.region}:{settings.account}:{name}",
        url=f"https://sqs.{settings.region}.amazonaws.com/{settings.account}/{name}",
    )


@once
def consumers(environment: Environment) -> frozenset[str]:
    called = {callee for _, container in environment.each(Container) for callee in container.consumers}
    services = environment.all(Service).items()
    scaled = {name for name, one in services if one.scaling.queue is not None and one.counted_queue is None}
    return frozenset(called | scaled)


def publishing(ctx: BuildContext, consumer: Service) -> Binding:
    queue = queue_of(ctx, consumer)
    grants = [Grant("SendEvents", ("sqs:SendMessage",), (queue.arn,))]
    if (key := keys.key(ctx, "messages")) is not None:
        grants.append(Grant("EncryptEvents", ("kms:Decrypt", "kms:GenerateDataKey"), (key,)))
    variables = {"EVENTS_URL": queue.url, **told(ctx.environment, consumer.name, consumer.events)}
    return Binding(variables, f"publish-to-{consumer.identity}", tuple(grants))


def consuming(ctx: BuildContext, service: Service) -> Binding:
    queue = queue_of(ctx, service)
    actions = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    grants = [Grant("ConsumeEvents", actions, (queue.arn,))]
    if (key := keys.key(ctx, "messages")) is not None:
        grants.append(Grant("DecryptEvents", ("kms:Decrypt",), (key,)))
    variables = {"EVENTS_URL": queue.url, **told(ctx.environment, service.name, service.events)}
    return Binding(variables, "consume-events", tuple(grants))
