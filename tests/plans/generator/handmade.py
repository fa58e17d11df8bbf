"""Write the cases that no terraform at hand can make. Usage: handmade.py OUTDIR

Deferred changes need an experimental build, actions and imports by identity a provider that has them. The JSON follows
Terraform 1.15's own source (internal/command/jsonplan: plan.go, resource.go, action_invocations.go); the hosted layout
is the one that HCP Terraform sends to `terraform show` (internal/command/jsonformat: Plan in plan.go).
"""

import json
import sys
from pathlib import Path

PROVIDER = "registry.terraform.io/hashicorp/aws"
NOTHING = dict.fromkeys(
    ("add", "change", "destroy", "import", "forget", "move", "replace", "read", "outputs_changed", "drift"), 0
)


def item(address, actions, before, after, **more):
    kind, name = address.split(".")[-2:]
    change = {
        "actions": actions, "before": before, "after": after, "after_unknown": more.pop("after_unknown", {}),
        "before_sensitive": {} if before else False,
        "after_sensitive": more.pop("after_sensitive", {} if after else False),
    }  # fmt: skip
    for key in ("importing", "before_identity", "after_identity", "replace_paths"):
        if key in more:
            change[key] = more.pop(key)
    return {
        "address": address, "mode": "managed", "type": kind, "name": name.split("[")[0], "provider_name": PROVIDER,
        "change": change, **more,
    }  # fmt: skip


def plan(*changes, **more):
    return {
        "format_version": "1.2", "terraform_version": "1.15.5", "planned_values": {"root_module": {}},
        "resource_changes": list(changes), "configuration": {"root_module": {}}, "timestamp": "2026-01-01T00:00:00Z",
        "applyable": True, "complete": True, "errored": False, **more,
    }  # fmt: skip


def invocation(address, trigger, values, sensitive=None):
    _, kind, name = address.split(".", 2)
    return {
        "address": address, "type": kind, "name": name.split("[")[0], "config_values": values,
        "config_sensitive": sensitive or {}, "config_unknown": {}, "provider_name": PROVIDER, **trigger,
    }  # fmt: skip


def after(resource, event, block=0, index=0):
    return {
        "lifecycle_action_trigger": {
            "triggering_resource_address": resource, "action_trigger_event": event,
            "action_trigger_block_index": block, "actions_list_index": index, "on_failure": "fail",
        }
    }  # fmt: skip


def write(name, about, document, counts, masked=()):
    case = Path(sys.argv[1]) / name
    case.mkdir(parents=True, exist_ok=True)
    every = {**NOTHING, "drift_shown": 0, "errored": False, **counts}
    for file, content in (
        ("plan.json", document), ("counts.json", every), ("secrets.json", {"masked": list(masked), "printed": []}),
    ):  # fmt: skip
        text = json.dumps(content, indent=None if file == "plan.json" else 2)
        (case / file).write_text(text + "\n", encoding="utf-8")
    made = f"{about} Made by hand after Terraform 1.15's source, see generator/handmade.py.\n"
    (case / "about.txt").write_text(made, encoding="utf-8")


def deferred():
    waits = [
        ("resource_config_unknown", item("aws_sqs_queue.orders", ["create"], None, {"name": None, "tags": None},
                                         after_unknown={"name": True})),
        ("instance_count_unknown", item('aws_sqs_queue.many["*"]', ["create"], None, {"tags": {}}, index_unknown=True)),
        ("provider_config_unknown", item("module.m.aws_sns_topic.t", ["update"], {"name": "a"}, {"name": "b"},
                                         module_address="module.m")),
        ("absent_prereq", item("aws_db_instance.d", ["delete", "create"], {"engine": "mysql"}, {"engine": "postgres"},
                               replace_paths=[["engine"]], action_reason="replace_because_cannot_update")),
        ("deferred_prereq", item("aws_ssm_parameter.p", ["create"], None, {"value": "FAKE-SECRET-DEFERRED"},
                                 after_sensitive={"value": True})),
    ]  # fmt: skip
    now = item("aws_sns_topic.now", ["create"], None, {"name": "now", "display_name": "FAKE-SECRET-DEFERRED"})
    changes = [{"reason": reason, "resource_change": change} for reason, change in waits]
    return plan(now, deferred_changes=changes, complete=False)


def actions():
    warm = "action.aws_lambda_invoke.warm"
    queue = item("aws_sqs_queue.q", ["create"], None, {"name": "q"}, after_unknown={"arn": True, "id": True})
    invoked = [
        invocation("action.aws_cloudfront_create_invalidation.all", {"invoke_action_trigger": {}}, {"paths": ["/*"]}),
        invocation(warm, after("aws_sqs_queue.q", "BeforeCreate"), {"payload": "{}"}),
        invocation(f'{warm}["a.b"]', after("aws_sqs_queue.q", "AfterCreate", 1), {"payload": "FAKE-SECRET-PAYLOAD"},
                   {"payload": True}),
    ]  # fmt: skip
    waiting = {
        "reason": "deferred_prereq",
        "action_invocation": invocation(f"{warm}_later", after("aws_sqs_queue.later", "AfterUpdate"), {"payload": "x"}),
    }
    return plan(queue, action_invocations=invoked, deferred_action_invocations=[waiting], complete=False)


def identities():
    bucket = {"bucket": "b", "tags": None}
    by_identity = {"account_id": "123456789012", "bucket": "b", "region": "eu-west-1"}
    rule = {"cidr_ipv4": "10.0.0.0/8", "from_port": 443}
    return plan(
        item("aws_s3_bucket.same", ["no-op"], bucket, bucket, importing={"identity": by_identity},
             before_identity=by_identity, after_identity=by_identity),
        item("aws_s3_bucket.changed", ["update"], bucket, {**bucket, "tags": {"a": "b"}},
             importing={"identity": {**by_identity, "bucket": "<b> @team"}}),
        item("aws_s3_bucket.replaced", ["delete", "create"], bucket, {**bucket, "bucket": "c"},
             importing={"id": "b"}, replace_paths=[["bucket"]], action_reason="replace_because_cannot_update"),
        item("aws_vpc_security_group_ingress_rule.r", ["no-op"], rule, rule,
             importing={"id": "sgr-1", "identity": {"id": "sgr-1"}}),
    )  # fmt: skip


def hosted():
    block = {
        "attributes": {
            "name": {"type": "string", "required": True}, "token": {"type": "string", "sensitive": True},
            "seed_wo": {"type": "string", "write_only": True}, "members": {"type": ["set", "string"]},
        }
    }  # fmt: skip
    schemas = {"example.test/x/made": {"provider": {"version": 0, "block": {}},
                                       "resource_schemas": {"made_thing": {"version": 0, "block": block}}}}  # fmt: skip
    before = {"name": "a", "token": "FAKE-SECRET-HOSTED-OLD", "members": ["a", "b"]}
    after = {"name": "a FAKE-SECRET-HOSTED-NEW", "token": "FAKE-SECRET-HOSTED-NEW", "members": ["b", "a", "c"]}
    change = item("made_thing.t", ["update"], before, after)
    drift = item("made_thing.t", ["update"], {"name": "z"}, {"name": "a"})
    return {
        "plan_format_version": "1.2", "provider_format_version": "1.0", "provider_schemas": schemas,
        "resource_changes": [change], "resource_drift": [drift],
        "relevant_attributes": [{"resource": "made_thing.t", "attribute": ["name"]}],
        "output_changes": {
            "o": {"actions": ["update"], "before": 1, "after": 2, "before_sensitive": False, "after_sensitive": False}
        },
    }  # fmt: skip


write(
    "183-deferred-changes",
    "Changes that wait for another apply, each for another reason; they are in no other count.",
    deferred(),
    {"add": 1, "deferred": 5},
    ["FAKE-SECRET-DEFERRED"],
)
write(
    "184-actions",
    "Actions that apply invokes: on request, before and after a change, and one that waits.",
    actions(),
    {"add": 1, "invoke": 3, "deferred": 1},
    ["FAKE-SECRET-PAYLOAD"],
)
write(
    "185-import-by-identity",
    "Objects imported by identity: unchanged, changed, replaced, and with an id besides.",
    identities(),
    {"add": 1, "change": 1, "destroy": 1, "import": 4, "replace": 1},
)
write(
    "186-hosted-layout",
    "The layout of the hosted service: other version members, and the provider's schema beside.",
    hosted(),
    {"change": 1, "outputs_changed": 1, "drift": 1, "drift_shown": 1},
    ["FAKE-SECRET-HOSTED-NEW", "FAKE-SECRET-HOSTED-OLD"],
)
write(
    "187-newer-words",
    "What no version has yet beside what OpenTofu 1.11 lists: an ephemeral resource, an action and a section.",
    plan(
        {**item("ephemeral.aws_secretsmanager_secret_version.master", ["open"], None, None), "mode": "ephemeral"},
        item("aws_sqs_queue.asleep", ["hibernate"], {"name": "q"}, {"name": "q", "tags": {"key": "FAKE-SECRET-NEWER"}},
             after_sensitive={"tags": {"key": True}}),
        item("aws_sqs_queue.gone", ["archive", "delete"], {"name": "old"}, None),
        state_migrations=[{"from": "aws_x.a", "to": "FAKE-SECRET-NEWER"}, {"from": "aws_x.b", "to": "aws_x.c"}],
    ),
    {"destroy": 1, "open": 1, "unknown": 1, "unread": 2},
    ["FAKE-SECRET-NEWER"],
)  # fmt: skip
