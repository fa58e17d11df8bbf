"""Functions: code on AWS Lambda."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.kind import Billing, Cost, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.operations import OutputLine, quota_of
from infragen.core.part import Link
from infragen.core.rule import rules_of
from infragen.kinds.alarms import told
from infragen.kinds.functions import build, rules
from infragen.kinds.functions.model import Function
from infragen.kinds.secrets import SecretView, rotate_now
from infragen.kinds.workloads import log_route, registry


def _links(function: Function, ctx: BuildContext) -> Iterator[Link]:
    yield from (Link(queue, ctx.owner, "messages start it", is_event=True) for queue in function.takes_from)
    yield from (Link(bucket, ctx.owner, "new objects start it", is_event=True) for bucket in function.watches)


def _outputs(function: Function, ctx: BuildContext) -> Iterator[OutputLine]:
    own, triggers = build.FunctionView(ctx), function.triggers
    if function.image is not None:
        yield from registry.pushed(ctx, function.image, "it is applied once that is there", build.PUSH)
    if function.code is not None:
        upload = build.upload(function.code.key, own.code_bucket, own.region)
        yield OutputLine("next", "upload its code; it is applied once that is there", upload, is_command=True)
    for secret in own.rotated:
        rotate = rotate_now(SecretView(ctx.of(secret)).name, own.region)
        yield OutputLine("detail", f"have it rotate {secret} at once", rotate, is_command=True)
    invoke = f"aws lambda invoke --function-name {own.name} --region {own.region} /dev/stdout"
    is_started = own.rotated or triggers.queues or triggers.schedules or triggers.objects
    yield OutputLine("detail" if is_started else "next", "invoke it", invoke, is_command=True)
    if own.dead_letters is not None:
        yield from _kept(own)
    log = f"aws logs tail /aws/lambda/{own.name} --follow --region {own.region}"
    yield OutputLine("detail", "read its log", log, is_command=True)


def _kept(own: build.FunctionView) -> Iterator[OutputLine]:
    """SQS moves nothing from a queue that another service fills (Amazon SQS API: StartMessageMoveTask)."""
    queue = f"https://sqs.{own.region}.amazonaws.com/{own.account}/{own.dead_letter_name} --region {own.region}"
    look = f"aws sqs receive-message --queue-url {queue} --visibility-timeout 0 --message-attribute-names All"
    yield OutputLine("repair", "look at an event that it could not handle", look, is_command=True)
    again = (
        f"aws sqs receive-message --queue-url {queue} --max-number-of-messages 10 --output text"
        " --query 'Messages[].[ReceiptHandle,Body]'"
        " | while IFS=$'\t' read -r handle event; do"
        f" aws lambda invoke --function-name {own.name} --region {own.region} --invocation-type Event"
        ' --cli-binary-format raw-in-base64-out --payload "$event" /dev/null'
        f' && aws sqs delete-message --queue-url {queue} --receipt-handle "$handle"; done'
    )
    yield OutputLine("repair", "start it again with ten of them, once they can be handled", again, is_command=True)


def _costs(function: Function, ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("invocations", "function-requests", usage="requests")
    yield Cost("time that it runs", "function-arm-time" if function.architecture == "arm64" else "function-time")
    if function.triggers.objects:
        yield Cost("events of new objects", "object-events")
    if told(ctx):
        yield Cost("events of how its runs ended", "events")
    yield from log_route.costs(ctx)
    if function.image is not None:
        yield Cost("images", "image-storage", usage="stored")


KIND: Final = Kind(
    model=Function,
    title="function",
    parts=build.parts,
    network=Network(security_groups=build.groups, connections=build.relations, links=_links),
    permissions=Permissions(resource_arns=lambda _, ctx: (build.FunctionView(ctx).function.arn,), roles=build.roles),
    delivery=Delivery(images=build.images, contents=build.contents),
    cost=Billing(monthly=_costs),
    operations=Operations(
        metrics=build.metrics,
        outputs=_outputs,
        failures=build.failures,
        quotas=(quota_of("concurrent-executions", lambda function, _: function.reserved_concurrency or 0),),
    ),
    failover=Failover(standby_overrides={"triggers": None}, holds=build.holds),
    scaffold=Scaffold(
        example={
            "code": {"bucket": "code-of-{name}", "key": "{name}-1.zip"},
            "runtime": "python3.13",
            "handler": "app.handler",
        }
    ),
    rules=rules_of(rules),
)
