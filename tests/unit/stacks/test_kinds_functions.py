"""What a function becomes: where it stands, what it may do, what it is told, and what starts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.unit.stacks.systems import DATABASE, DEV, Rendered, environment, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FUNCTION = """\
name: mail
title: Mail
code: {bucket: releases, key: mail-1.zip}
runtime: python3.13
handler: app.handler
"""
PATH = "app/function-mail.tf"
NAT = {"dev.yaml": DEV.replace("{cidr: 10.0.0.0/16}", "{cidr: 10.0.0.0/16, nat: single}")}
OUTSIDE = "internet: {letters: {why: letters go out}}\n"


def function(tmp_path: Path, more: str = "", files: Mapping[str, str] | None = None) -> Rendered:
    """Render a system with a function beside its service."""
    return rendered(environment(tmp_path, {"functions/mail.yaml": FUNCTION + more, **(files or {})}))


def policy(call: Mapping[str, str]) -> str:
    return re.sub(r"\s+", " ", call.get("policies", ""))


def test_a_function_that_reaches_nothing_in_the_vpc_stands_outside_of_it(tmp_path: Path) -> None:
    found = function(tmp_path, OUTSIDE, {"dev.yaml": f"{DEV}services: {{web: null}}\n"})
    call = found.call(PATH, "function_mail")
    assert "network" not in call
    assert "policies" not in call
    assert [stack.name for stack in found.stacks] == ["app"]


def test_it_stands_in_the_vpc_of_what_it_uses_with_a_group_of_its_own(tmp_path: Path) -> None:
    found = function(tmp_path, "uses: {databases/main: {prefix: DB}}\n", {"databases/main.yaml": DATABASE})
    call = found.call(PATH, "function_mail")
    assert "security_group_function_mail_id" in call["network"]
    assert '"rds-db:connect"' in policy(call)
    assert re.search(r'DB_USER += "function_mail"', call["environment"])
    assert "security_group_function_mail" in found.labels("network/function-mail.tf")


def test_where_there_is_nat_it_leaves_through_it_for_the_internet_and_nowhere_else(tmp_path: Path) -> None:
    found = function(tmp_path, OUTSIDE, NAT)
    assert "network" in found.call(PATH, "function_mail")
    group = found.call("network/function-mail.tf", "security_group_function_mail")
    assert re.findall(r'cidr_block += "([^"]+)"', group["egress"]) == ["0.0.0.0/0"]
    assert "ingress" not in group


def test_secrets_are_given_by_their_arn_and_may_be_read(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:ink-AbCdEf"
    more = f'uses: {{secrets/stripe: {{}}}}\nsecrets: {{INK_ARN: "{arn}"}}\n'
    found = function(tmp_path, more, {"secrets/stripe.yaml": "name: stripe\ntitle: Stripe\nkeys: [api-key]\n"})
    call = found.call(PATH, "function_mail")
    assert re.search(r"STRIPE_ARN += local.data.secret_stripe_arn", call["environment"])
    assert re.search(rf'INK_ARN += "{arn}"', call["environment"])
    assert policy(call).count('"secretsmanager:GetSecretValue"') == 2
    assert f'resources = ["{arn}"]' in policy(call)


def test_a_queue_starts_it_and_lets_it_take_messages_without_a_use(tmp_path: Path) -> None:
    queue = {"queues/orders.yaml": "name: orders\ntitle: Orders\n"}
    found = function(tmp_path, "triggers: {queues: {orders: {batch: 20, window: 5 s}}}\n", queue)
    call = found.call(PATH, "function_mail")
    items = found.items(PATH, "function_mail", "queues")
    assert items == {"orders": {"arn": "local.data.sqs_queue_orders_arn", "batch_size": "20", "window": "5"}}
    assert '"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"' in policy(call)
    assert "ORDERS" not in call["environment"]


def test_a_schedule_has_a_role_and_a_group_of_its_own_and_the_time_zone_of_the_system(tmp_path: Path) -> None:
    found = function(tmp_path, 'triggers: {schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}}\n')
    call = found.call(PATH, "function_mail")
    assert call["schedules_role_name"] == '"demo-dev-function-mail-schedules"'
    assert call["timezone"] == '"UTC"'
    assert '"cron(0 3 * * ? *)"' in call["schedules"]


def test_an_image_comes_from_a_repository_of_its_own(tmp_path: Path) -> None:
    text = "name: mail\ntitle: Mail\nimage: {tag: v1}\ncommand: [app.handler]\n"
    found = function(tmp_path, files={"functions/mail.yaml": text})
    call = found.call(PATH, "function_mail")
    assert call["image"] == '"${local.network.repository_function_mail_url}:v1"'
    assert "runtime" not in call
    assert "code" not in call


def test_a_secret_is_rotated_by_a_function_that_may_write_it_and_is_invoked_for_it_alone(tmp_path: Path) -> None:
    secret = "name: stripe\ntitle: Stripe\nrotation: {by: functions/mail, every: 30 days}\n"
    found = function(tmp_path, files={"secrets/stripe.yaml": secret})
    rotation = found.call("app/secret-stripe.tf", "rotation_secret_stripe")
    assert rotation["secret_arn"] == "local.data.secret_stripe_arn"
    assert rotation["function_arn"] == "module.function_mail.arn"
    assert rotation["days"] == "30"
    may = policy(found.call(PATH, "function_mail"))
    assert '"secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"' in may
    assert "resources = [local.data.secret_stripe_arn]" in may
    module = found.files["modules/secret_rotation/main.tf"]
    assert re.search(r"source_account += var.account_id\n +source_arn +=", module)


OBJECTS = "triggers: {objects: {photos: {keys: ['raw/*']}}}\nuses: {buckets/photos: {access: read}}\n"
PHOTOS = {"buckets/photos.yaml": "name: photos\ntitle: Photos\n"}
PRODUCTION = {"dev.yaml": DEV + "production: true\nalarms: true\ncustomer_keys: true\n"}
KEPT = "function_dead_letters_mail"


def test_production_keeps_the_events_that_it_could_not_handle_and_tells_of_them(tmp_path: Path) -> None:
    found = function(tmp_path, OBJECTS, {**PHOTOS, **PRODUCTION})
    call, kept = found.call(PATH, "function_mail"), found.call(PATH, KEPT)
    assert f"module.{KEPT}.arn" in call["dead_letters"]
    assert (kept["source"], kept["name"]) == (
        '"../modules/event_dead_letter_queue"', '"demo-dev-function-mail-dead-letters"',
    )  # fmt: skip
    rule = found.items(PATH, "function_mail", "objects")["photos"]["rule_name"].strip('"')
    assert kept["rule_arns"] == f'["arn:aws:events:ap-northeast-1:111122223333:rule/{rule}"]'
    assert f'"sqs:SendMessage"] resources = [module.{KEPT}.arn]' in policy(call)
    assert '"kms:GenerateDataKey"] resources = [local.network.key_messages_arn]' in policy(call)
    alarms = found.items(PATH, "alarms_function_mail", "alarms")
    assert "demo-dev-function-mail-dead-letters" in alarms
    assert "kms:EncryptionContext:aws:sqs:arn" in found.files["network/keys.tf"]


def test_what_nobody_waits_for_is_kept_in_production_or_where_the_entry_asks_for_it(tmp_path: Path) -> None:
    def keeps(name: str, more: str, files: Mapping[str, str]) -> bool:
        found = function(tmp_path / name, more, files)
        return KEPT in found.labels(PATH) and "dead_letters" in found.call(PATH, "function_mail")

    assert not keeps("elsewhere", OBJECTS, PHOTOS)
    assert keeps("asked", OBJECTS + "dead_letters: {}\n", PHOTOS)
    assert not keeps("lost", OBJECTS + "dead_letters: none\n", {**PHOTOS, **PRODUCTION})
    assert not keeps("called", "", PRODUCTION)
    assert keeps("nightly", 'triggers: {schedules: {a: {cron: "0 3 * * ? *", why: night}}}\n', PRODUCTION)


def test_retries_are_those_that_the_entry_says(tmp_path: Path) -> None:
    assert "retries" not in function(tmp_path / "usual").call(PATH, "function_mail")
    call = function(tmp_path / "own", "retries: {attempts: 0, within: 1 h}\n").call(PATH, "function_mail")
    assert re.sub(r"\s+", " ", call["retries"]) == "{ attempts = 0 seconds = 3600 }"
