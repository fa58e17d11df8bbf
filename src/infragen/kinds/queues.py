"""Queues: Amazon SQS, standard or FIFO, each with a dead-letter queue unless it is left out."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final, Literal

from pydantic import Field

from infragen.core.build_context import BuildContext, Export, Module, ResourceView, call, of
from infragen.core.entry import Entry, Model, Seconds, Slug, Use
from infragen.core.kind import Billing, Cost, Failover, Kind, Operations, OutputLine, Permissions, always
from infragen.core.measures import COUNT, SECONDS, Measure, Thresholds
from infragen.core.part import LIMITS, Binding, Grant, Part, named, pattern
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.signals import Failure, alarmed
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import dead_letters, keys
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.dead_letters import DAY, DeadLetters
from infragen.kinds.workloads.events import Events
from infragen.kinds.workloads.model import Service
from infragen.text import counted, span

_ACTIONS: Final = {
    "receive": ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
    "send": ("sqs:SendMessage",),
}
"""What each word of `access` allows; the SDKs' helpers also look at the queue (`_LOOK`)."""
_USUAL_AGE: Final = 3600
"""Assumption: what takes messages at all has taken each of them after an hour, or after twice the time it may need."""
_LOOK: Final = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl")
_KEY_ACTIONS: Final = {"receive": ("kms:Decrypt",), "send": ("kms:Decrypt", "kms:GenerateDataKey")}
"""What of the key each word needs (Amazon SQS Developer Guide: Key management, least-privilege permissions)."""

_DEAD_LETTERS: Final = Measure("dead-letters", "the number of messages that could not be handled", COUNT, "high")
_AGE: Final = Measure("message-age", "the age of the oldest message", SECONDS, "high")
_WAITING: Final = Measure("waiting", "the number of messages that wait", COUNT)


class Fifo(Model):
    """First in, first out: messages of a group arrive in order, each exactly once."""

    content_based_deduplication: bool = False
    """Messages with the same body are duplicates; without it, the sender gives each an id."""
    high_throughput: bool = False
    """Limits apply to each message group instead of the queue: more messages a second, ordered within a group."""


class Queue(Entry):
    """An SQS queue, encrypted and only accessible with TLS."""

    KIND: ClassVar = "queues"
    SINGULAR: ClassVar = "queue"

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    retention: Seconds = 4 * DAY
    """The longest that a message is kept (1 min to 14 days)."""
    visibility_timeout: Seconds = 30
    """How long a received message is hidden from others (up to 12 h): longer than processing it takes."""
    delay: Seconds | None = None
    """How long a new message is delayed (up to 15 min)."""
    fifo: Fifo | None = None
    """Makes it a FIFO queue; SQS cannot convert a queue, so it is replaced."""
    dead_letters: DeadLetters | Literal["none"] = DeadLetters()
    """Where messages that could not be processed go; `none` drops them when their retention ends."""
    handled_within: Seconds | None = None
    """A message that waits longer raises an alarm; an hour, or twice the visibility timeout, when left out."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"waiting": {"above": "1000"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""


class QueueView(ResourceView):
    """A queue and its dead-letter queue."""

    _entry: Queue
    queue = call("data", "sqs_queue")
    key = keys.of_purpose("messages")

    @property
    def dead_letters(self) -> Module | None:
        return None if self._entry.dead_letters == "none" else self._ctx.module("data", "sqs_dead_letters", self._entry)

    @named(LIMITS["queue"])
    def name(self) -> str:
        """SQS requires that a FIFO queue's name ends in `.fifo`."""
        return f"{self._ctx.names.plain(self._entry.identity)}{self._ending}"

    @named(LIMITS["queue"])
    def dead_letter_name(self) -> str:
        name = f"{self._ctx.names.plain(self._entry.identity)}-dead-letters{self._ending}"
        return "" if self.dead_letters is None else name

    _ending = of(lambda ctx: "" if ctx.entry.fifo is None else ".fifo")

    arn = pattern("arn:aws:sqs:{own.region}:{own.account}:{own.name}")


def _parts(queue: Queue, ctx: BuildContext) -> Iterator[Part]:
    own = QueueView(ctx)
    yield ctx.part("data", "kinds/queues/main.tf", own)
    yield from alarms_part(ctx, ctx.names.of_entry(queue), own.queue, partial(_alarms, queue, own))


def _alarms(queue: Queue, own: QueueView) -> Iterator[tuple[str, Alarm]]:
    if own.dead_letters is not None:
        yield "dead-letters", dead_letter_alarm(own.dead_letter_name, "messages", _DEAD_LETTERS)
    yield "message-age", Alarm(
        description=f"{own.name}: the oldest message waits too long.", namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage", statistic="Maximum", threshold=_told_after(queue),
        dimensions={"QueueName": own.name}, periods=1, datapoints=1, measure=_AGE,
    )  # fmt: skip
    yield "waiting", Alarm(
        description=f"{own.name}: many messages wait.", namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible", statistic="Maximum", dimensions={"QueueName": own.name},
        measure=_WAITING,
    )  # fmt: skip


def dead_letter_alarm(name: str, what: str, measure: Measure) -> Alarm:
    return Alarm(
        description=f"{name}: {what} could not be handled.", namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible", statistic="Maximum", threshold=1,
        dimensions={"QueueName": name}, periods=1, datapoints=1, measure=measure,
    )  # fmt: skip


def _told_after(queue: Queue) -> int:
    return queue.handled_within or max(_USUAL_AGE, 2 * queue.visibility_timeout)


def what_a_standby_has(name: str) -> str:
    return f"a queue of its own: of {name} is lost what waits there"


def _holds(queue: Queue, change: Takeover) -> Iterator[Held]:
    """Yield its messages: SQS copies none to another region, so how long one may wait is what may be lost."""
    seconds = _told_after(queue)
    has = what_a_standby_has(QueueView(change.left).name)
    if queue.alarms.get("message-age") == "none" or (change.promised and seconds > change.promised):
        mend = f"write `handled_within: {span(change.promised or _USUAL_AGE)}`, and no `message-age: none`"
        yield Held("data", f"{has}, however long", "unproved", mend, ("handled_within",))
    else:
        yield Held("data", f"{has}; an alarm tells of a message that waits longer than {span(seconds)}")


def _failures(queue: Queue, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, "message-age", "messages wait, and nothing takes them")
    if queue.dead_letters != "none":
        yield alarmed(ctx.owner, "dead-letters", "a message could not be handled")


def _bindings(queue: Queue, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    wanted = user.entry.uses[f"queues/{queue.name}"].access
    words = [word for word in _ACTIONS if wanted in (None, word)]
    own = QueueView(ctx)
    actions = {*_LOOK, *(action for word in words for action in _ACTIONS[word])}
    grants = [Grant("UseQueue", tuple(sorted(actions)), (own.queue.arn,))]
    if own.key is not None:
        for_key = {action for word in words for action in _KEY_ACTIONS[word]}
        grants.append(Grant("UseKeyOfQueue", tuple(sorted(for_key)), (own.key,)))
    yield Binding({"URL": own.queue.url}, f"queue-{queue.identity}", tuple(grants))


def receiving(ctx: BuildContext) -> Iterator[Grant]:
    """Source: AWS Lambda Developer Guide, Using Lambda with Amazon SQS, execution role permissions."""
    own = QueueView(ctx)
    actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    yield Grant("TakeMessages", actions, (own.queue.arn,))
    if own.key is not None:
        yield Grant("UseKeyOfQueue", _KEY_ACTIONS["receive"], (own.key,))


def keeping(queue: Export, key: Export | None, sid: str = "KeepWhatFailed") -> Iterator[Grant]:
    """Yield what lets a role send to a queue: Lambda what a function could not handle, or a workflow's state.

    Source: AWS Lambda Developer Guide, Adding a dead-letter queue; AWS Step Functions Developer Guide, Send messages to
    an Amazon SQS queue; SQS Developer Guide, Key management.
    """
    yield Grant(sid, _ACTIONS["send"], (queue,))
    if key is not None:
        yield Grant("UseKeyOfQueue", _KEY_ACTIONS["send"], (key,))


def _outputs(queue: Queue, ctx: BuildContext) -> Iterator[OutputLine]:
    own = QueueView(ctx)
    yield OutputLine("service", "messages are sent to", own.queue.url)
    if queue.dead_letters != "none":
        yield from dead_letters.tried_again(ctx, (own.name, own.dead_letter_name), queue.dead_letters, own.key)


def _queues(resolved: ResolvedSystem) -> Iterator[tuple[str, tuple[str, ...], Queue | Events]]:
    yield from ((owner, (), queue) for owner, queue in resolved.each(Queue))
    yield from ((owner, ("events",), service.events) for owner, service in resolved.each(Service))


_SPANS: Final = (
    (("retention",), 60, 14 * DAY),
    (("dead_letters", "retention"), 60, 14 * DAY),
    (("visibility_timeout",), 1, 12 * 3600),
    (("delay",), 1, 15 * 60),
)
"""What SQS takes, in seconds."""


@rule("B101")
def _spans(resolved: ResolvedSystem) -> Findings:
    for owner, above, queue in _queues(resolved):
        for path, least, most in _SPANS:
            given = queue if len(path) == 1 else queue.dead_letters
            if (seconds := getattr(given, path[-1], None)) is not None and not least <= seconds <= most:
                message = f"`{path[-1]}` of {span(seconds)}; SQS takes {span(least)} to {span(most)}"
                hint = f"write `{path[-1]}: {span(min(max(seconds, least), most))}`"
                yield Finding(message, resolved.at(owner, *above, *path), hint)


@rule("B102")
def _short_dead_letters(resolved: ResolvedSystem) -> Findings:
    """But in FIFO queues, letters keep the time at which they were sent (SQS Developer Guide: dead-letter queues)."""
    for owner, above, queue in _queues(resolved):
        letters = "none" if getattr(queue, "fifo", None) else queue.dead_letters
        if letters != "none" and letters.retention <= queue.retention < 14 * DAY:
            waited = f"where they may have waited {span(queue.retention)}"
            message = f"dead letters are kept {span(letters.retention)}, and the time in the queue counts, {waited}"
            place = resolved.at(owner, *above, "dead_letters", "retention")
            yield Finding(message, place, f"write `dead_letters: {{retention: {span(14 * DAY)}}}`")


@rule("B105")
def _never_set_aside(resolved: ResolvedSystem) -> Findings:
    for owner, above, queue in _queues(resolved):
        letters, hidden = queue.dead_letters, queue.visibility_timeout
        if letters != "none" and letters.max_receive_count * hidden >= queue.retention:
            message = (
                f"a message that nobody can handle is hidden {span(hidden)} each time, and deleted after"
                f" {span(queue.retention)}: that is before {counted(letters.max_receive_count, 'attempt')}, so it never"
                " comes to the dead letters, whose alarm stays silent"
            )
            most = max(1, (queue.retention - 1) // hidden)
            place = resolved.at(owner, *above, "dead_letters", "max_receive_count")
            yield Finding(message, place, f"write `dead_letters: {{max_receive_count: {min(most, 5)}}}`")


@rule("B104", of=Queue)
def _never_told(queue: Queue, at: At) -> Findings:
    promised = queue.handled_within
    if promised is not None and promised >= queue.retention:
        message = (
            f"a message that waits is deleted after {span(queue.retention)}, and its alarm is for {span(promised)}: it"
            " never goes off"
        )
        hint = f"write `retention: {span(14 * DAY)}`, or `handled_within` below the retention"
        yield Finding(message, at("handled_within"), hint)


@rule("B103")
def _not_received(environment: Environment) -> Findings:
    if environment.broken or environment.settings.stands_still_by is not None:
        return  # what is broken may receive from it, and what waits for another environment will
    taken = {owner for _, entry in environment.every() for owner in getattr(entry, "takes_from", ())}
    used: dict[str, list[tuple[str, Use]]] = defaultdict(list)
    for user, entry in environment.every():
        for owner, use in getattr(entry, "uses", {}).items():
            used[owner].append((user, use))
    for owner, _ in environment.each(Queue):
        uses = used[owner]
        if uses and owner not in taken and all(use.access == "send" for _, use in uses):
            users = ", ".join(user for user, _ in uses)
            message = f"{users} {'sends' if len(uses) == 1 else 'send'} to {owner}, and nothing receives from it"
            hint = f"add `uses: {{{owner}: {{access: receive}}}}` to what handles the messages"
            yield Finding(message, environment.at(uses[0][0], "uses", owner, key=True), hint)


KIND: Final = Kind(
    model=Queue,
    title="queue",
    parts=_parts,
    permissions=Permissions(
        access=tuple(_ACTIONS), bindings=_bindings, resource_arns=lambda _, ctx: (QueueView(ctx).queue.arn,)
    ),
    cost=Billing(
        monthly=lambda queue, _: (
            Cost("requests", "queue-requests" if queue.fifo is None else "queue-fifo-requests", usage="requests"),
        )
    ),
    operations=Operations(metrics=always(_DEAD_LETTERS, _AGE, _WAITING), outputs=_outputs, failures=_failures),
    failover=Failover(holds=_holds),
    rules=(_spans, _short_dead_letters, _never_set_aside, _never_told, _not_received),
)
