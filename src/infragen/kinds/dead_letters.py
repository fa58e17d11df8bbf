"""Dead letters: how often a message is tried, how long what failed is kept, and how people have it tried again."""

import json
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from infragen.core.build_context import BuildContext, Export, Joined
from infragen.core.entry import Model, Seconds
from infragen.core.operations import OutputLine
from infragen.text import counted, span

DAY: Final = 86_400


class DeadLetters(Model):
    """A second queue, for messages that could not be processed."""

    max_receive_count: Annotated[int, Field(ge=1, le=1000)] = 5
    """How many times a message is received before it is moved there."""
    retention: Seconds = 14 * DAY
    """How long it is kept there, including the time in the first queue."""


_FROM: Final = (
    "sqs:CancelMessageMoveTask", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ListMessageMoveTasks",
    "sqs:ReceiveMessage", "sqs:StartMessageMoveTask",
)  # fmt: skip


def look(name: str, ctx: BuildContext) -> str:
    url = f"https://sqs.{ctx.region}.amazonaws.com/{ctx.settings.account}/{name}"
    return f"aws sqs receive-message --queue-url {url} --visibility-timeout 0 --region {ctx.region}"


def tried_again(
    ctx: BuildContext, names: tuple[str, str], letters: DeadLetters, key: Export | None
) -> Iterator[OutputLine]:
    """SQS API: StartMessageMoveTask; SQS Developer Guide: permissions for dead-letter queue redrive."""
    region, account = ctx.region, ctx.settings.account
    queue, dead = (f"arn:aws:sqs:{region}:{account}:{name}" for name in names)
    attempts, kept = counted(letters.max_receive_count, "attempt"), span(letters.retention)
    said = f"look at a message that could not be handled in {attempts}; each is kept for {kept} since it was sent"
    yield OutputLine("repair", said, look(names[1], ctx), is_command=True)
    move = f"aws sqs start-message-move-task --source-arn {dead} --region {region}"
    yield OutputLine("repair", "have all of them tried again, once they can be handled", move, is_command=True)
    allowed: list[tuple[tuple[str, ...], str | Export]] = [(_FROM, dead), (("sqs:SendMessage",), queue)]
    allowed += [] if key is None else [(("kms:Decrypt", "kms:GenerateDataKey"), key)]
    pieces: list[str | Export] = []
    for actions, resource in allowed:
        listed = json.dumps(actions, separators=(",", ":"))
        pieces += [f'{"," if pieces else ""}{{"Effect":"Allow","Action":{listed},"Resource":"', resource, '"}']
    command = Joined.of(
        f"aws iam put-role-policy --role-name ROLE --policy-name try-again-{names[0]} --policy-document"
        ' \'{"Version":"2012-10-17","Statement":[',
        *pieces,
        "]}'",
    )
    yield OutputLine("repair", "let a role do both", command, is_command=True)
