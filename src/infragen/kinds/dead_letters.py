"""Dead letters: how often a message is tried, how long what failed is kept, and how people have it tried again."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

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


_SPANS: Final = (
    (("retention",), 60, 14 * DAY),
    (("dead_letters", "retention"), 60, 14 * DAY),
    (("visibility_timeout",), 1, 12 * 3600),
    (("delay",), 1, 15 * 60),
)
"""What SQS takes, in seconds."""


def wrong_spans(queue: Any) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the times of a queue that SQS does not take: where they stand, what is said of them, and a hint."""
    for path, least, most in _SPANS:
        given = queue if len(path) == 1 else queue.dead_letters
        if (seconds := getattr(given, path[-1], None)) is not None and not least <= seconds <= most:
            message = f"`{path[-1]}` of {span(seconds)}; SQS takes {span(least)} to {span(most)}"
            yield path, message, f"write `{path[-1]}: {span(min(max(seconds, least), most))}`"


def expire_early(letters: DeadLetters | Literal["none"], retention: int) -> tuple[str, str] | None:
    """Return what is wrong with letters that nobody can have tried again, as they expire on arrival, and a hint.

    What is moved there keeps the time at which it was sent (SQS Developer Guide: Using dead-letter queues in Amazon
    SQS, message retention periods); in a FIFO queue it begins anew.
    """
    if letters == "none" or not letters.retention <= retention < 14 * DAY:
        return None
    waited = f"where they may have waited {span(retention)}"
    message = f"dead letters are kept {span(letters.retention)}, and the time in the queue counts, {waited}"
    return message, f"write `dead_letters: {{retention: {span(14 * DAY)}}}`"


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
    """Yield how people look at what could not be handled, and have it tried again: `names` are both queues'.

    Sources: Amazon SQS API: StartMessageMoveTask; SQS Developer Guide: Configuring queue permissions for dead-letter
    queue redrive; Key management, least-privilege permissions.
    """
    region, account = ctx.region, ctx.settings.account
    queue, dead = (f"arn:aws:sqs:{region}:{account}:{name}" for name in names)
    attempts, kept = counted(letters.max_receive_count, "attempt"), span(letters.retention)
    said = f"look at a message that could not be handled in {attempts}; each is kept for {kept} since it was sent"
    yield OutputLine("repair", said, look(names[1], ctx), is_command=True)
    move = f"aws sqs start-message-move-task --source-arn {dead} --region {region}"
    yield OutputLine("repair", "have all of them tried again, once they can be handled", move, is_command=True)
    allowed: list[tuple[tuple[str, ...], str | Export]] = [(_FROM, dead), (("sqs:SendMessage",), queue)]
    allowed += [] if key is None else [(("kms:Decrypt", "kms:GenerateDataKey"), key)]
    pieces = [
        piece
        for number, (actions, resource) in enumerate(allowed)
        for piece in (
            ("," if number else "") + '{"Effect":"Allow","Action":' + json.dumps(actions, separators=(",", ":")),
            ',"Resource":"',
            resource,
            '"}',
        )
    ]
    command = Joined.of(
        f"aws iam put-role-policy --role-name ROLE --policy-name try-again-{names[0]} --policy-document"
        ' \'{"Version":"2012-10-17","Statement":[',
        *pieces,
        "]}'",
    )
    yield OutputLine("repair", "let a role do both", command, is_command=True)
