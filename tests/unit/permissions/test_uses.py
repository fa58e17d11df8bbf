"""What roles and policies are used for is found in what is planned, and needs what AWS's documentation says."""

from __future__ import annotations

import pytest

from infragen.kinds import kinds
from infragen.permissions import USES, Declared
from tests.unit.permissions.plans import ACCOUNT, REGION, TRUST, found, inline, role, task, verdicts

KEY = """
resource "aws_kms_key" "key" {
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::111122223333:root" } },
  ] })
}
"""

GROUP = "aws_cloudwatch_log_group.app.name"
HUB = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-Ab1Cd2"


def needs(text: str, *declared: Declared, name: str = "api role") -> set[str]:
    """Return what is missing of a role without any policy, as `action on resource`."""
    return {line.removeprefix("missing ") for line in verdicts(role(text, *declared, name=name)) if "missing" in line}


def test_a_container_needs_its_image_its_log_and_its_secrets() -> None:
    text = (
        task(
            image='"${aws_ecr_repository.app.repository_url}:1"',
            logConfiguration=f'{{ logDriver = "awslogs", options = {{ awslogs-group = {GROUP} }} }}',
            secrets='[{ name = "A", valueFrom = "${aws_secretsmanager_secret.pay.arn}:key::" },'
            ' { name = "B", valueFrom = "arn:aws:ssm:eu-west-1:111122223333:parameter/b" }]',
            repositoryCredentials=f'{{ credentialsParameter = "{HUB}" }}',
        )
        + 'resource "aws_ecr_repository" "app" {\n  name = "app"\n}\n'
        + 'resource "aws_cloudwatch_log_group" "app" {\n  name = "/app"\n}\n'
        + 'resource "aws_secretsmanager_secret" "pay" {\n  kms_key_id = aws_kms_key.key.arn\n}\n'
        + KEY
    )
    assert needs(text, name="start role") == {
        "ecr:GetAuthorizationToken on *",
        *(
            f"ecr:{action} on [app ecr repository]"
            for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
        ),
        "logs:CreateLogStream on [app cloudwatch log group]:*",
        "logs:PutLogEvents on [app cloudwatch log group]:*",
        "secretsmanager:GetSecretValue on [pay secretsmanager secret]",
        "kms:Decrypt on [key kms key]",
        "ssm:GetParameters on arn:aws:ssm:eu-west-1:111122223333:parameter/b",
        f"secretsmanager:GetSecretValue on {HUB}",
    }
    assert needs(text) == set()


CLUSTER = """
resource "aws_ecs_cluster" "main" {
  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.key.arn
      logging    = "OVERRIDE"
      log_configuration {
        cloud_watch_log_group_name = "/shell"
      }
    }
  }
}
resource "aws_ecs_service" "api" {
  cluster                = aws_ecs_cluster.main.arn
  task_definition        = aws_ecs_task_definition.api.arn
  enable_execute_command = true
  service_connect_configuration {
    enabled = true
    service {
      port_name = "http"
      dynamic "tls" {
        for_each = [aws_iam_role.mesh.arn]
        content {
          role_arn = tls.value
          kms_key  = aws_kms_key.key.arn
        }
      }
    }
  }
}
"""
MESH = f'resource "aws_iam_role" "mesh" {{\n  name = "mesh"\n  assume_role_policy = {TRUST}\n}}\n'


def test_a_shell_needs_its_channels_its_log_and_its_key() -> None:
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/shell"
    channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
    assert needs(task() + CLUSTER + MESH + KEY) == {
        *(f"ssmmessages:{one} on *" for one in channels),
        "logs:DescribeLogGroups on *",
        *(f"logs:{one} on {group}:*" for one in ("CreateLogStream", "DescribeLogStreams", "PutLogEvents")),
        "kms:Decrypt on [key kms key]",
    }
    off = CLUSTER.replace("enable_execute_command = true", "enable_execute_command = false")
    assert needs(task() + off + MESH + KEY) == set()


def test_service_connect_needs_what_its_policy_of_aws_allows_and_the_key() -> None:
    lacking = needs(task() + CLUSTER + MESH + KEY, name="mesh role")
    assert {"kms:GenerateDataKeyPair on [key kms key]", "sts:AssumeRole on the role"} <= lacking
    assert "acm-pca:IssueCertificate on *" in lacking
    attached = (
        'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.mesh.name\n'
        f'  policy_arn = "{USES["mesh-tls"].policy}"\n}}\n'
    )
    subject = role(task() + CLUSTER + MESH + KEY + attached, name="mesh role")
    assert {one.action for one in subject.missing if one.action.startswith(("acm-pca", "secretsmanager"))} == set()
    assert {one.by for one in subject.missing if one.action == "sts:AssumeRole"} == {"ecs.amazonaws.com"}


SCHEDULE = """
resource "aws_ecs_task_definition" "nightly" {
  task_role_arn      = aws_iam_role.api.arn
  execution_role_arn = aws_iam_role.start.arn
}
resource "aws_iam_role" "clock" {
  name               = "clock"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = aws_scheduler_schedule_group.GROUP.arn } }
    }]
  })
}
resource "aws_scheduler_schedule_group" "nights" {
  name = "nights"
}
resource "aws_scheduler_schedule_group" "days" {
  name = "days"
}
resource "aws_scheduler_schedule" "nightly" {
  group_name = aws_scheduler_schedule_group.nights.name
  target {
    arn      = "arn:aws:ecs:eu-west-1:111122223333:cluster/shop"
    role_arn = aws_iam_role.clock.arn
    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.nightly.arn
      propagate_tags      = "TASK_DEFINITION"
    }
  }
}
"""


def test_a_schedule_starts_tasks_of_a_family_with_their_roles_for_its_own_group() -> None:
    wanted = {
        "ecs:RunTask on [nightly ecs task definition]:*",
        "iam:PassRole on [api role]",
        "iam:PassRole on [start role]",
        f"ecs:TagResource on arn:aws:ecs:{REGION}:{ACCOUNT}:task/*",
    }
    assert needs(task() + SCHEDULE.replace("GROUP", "nights"), name="clock role") == wanted
    other = needs(task() + SCHEDULE.replace("GROUP", "days"), name="clock role")
    assert other == {*wanted, "sts:AssumeRole on the role"}
    untagged = SCHEDULE.replace("GROUP", "nights").replace('propagate_tags      = "TASK_DEFINITION"', "")
    assert needs(task() + untagged, name="clock role") == {one for one in wanted if "Tag" not in one}


DATABASES = """
resource "aws_db_instance" "ledger" {
  identifier = "ledger"
}
resource "aws_rds_cluster" "shop" {
  cluster_identifier = "shop"
}
resource "aws_docdb_cluster" "history" {
  cluster_identifier = "history"
}
resource "aws_scheduler_schedule" "evening" {
  for_each = {
    "rds:stopDBInstance"   = { DbInstanceIdentifier = aws_db_instance.ledger.identifier }
    "rds:stopDBCluster"    = { DbClusterIdentifier = aws_rds_cluster.shop.cluster_identifier }
    "docdb:startDBCluster" = { DbClusterIdentifier = "history" }
  }
  target {
    arn      = "arn:aws:scheduler:::aws-sdk:${each.key}"
    role_arn = aws_iam_role.clock.arn
    input    = jsonencode(each.value)
  }
}
"""


def test_a_call_that_the_clock_makes_needs_the_database_that_it_names() -> None:
    text = MESH.replace("mesh", "clock").replace("ecs-tasks", "scheduler") + DATABASES
    assert needs(text, name="clock role") - {"sts:AssumeRole on the role"} == {
        "rds:StopDBInstance on [ledger db instance]",
        "rds:StopDBCluster on [shop rds cluster]",
        "rds:StartDBCluster on [history docdb cluster]",
    }


QUEUES = """
resource "aws_sqs_queue" "orders" {
  name              = "orders"
  kms_master_key_id = aws_kms_key.key.arn
  redrive_policy    = jsonencode({ deadLetterTargetArn = aws_sqs_queue.orders_dead.arn })
}
resource "aws_sqs_queue" "orders_dead" {
  name = "orders-dead"
}
"""


def test_a_queue_with_a_key_needs_both_and_dead_letters_are_nobodys() -> None:
    queue = "[orders sqs queue]"
    assert needs(task() + QUEUES + KEY, Declared("api", "queues receive", "orders")) == {
        *(f"sqs:{one} on {queue}" for one in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")),
        "kms:Decrypt on [key kms key]",
    }
    assert "kms:GenerateDataKey on [key kms key]" in needs(
        task() + QUEUES + KEY, Declared("api", "queues send", "orders")
    )


FUNCTION = """
resource "aws_lambda_function" "mail" {
  function_name = "mail"
  role          = aws_iam_role.api.arn
  environment {
    variables = { DATABASE_HOST = aws_db_proxy.shop.endpoint, DATABASE_USER = "mail" }
  }
}
resource "aws_cloudwatch_log_group" "mail" {
  name = "/aws/lambda/mail"
}
resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.mail.arn
}
resource "aws_scheduler_schedule" "nightly" {
  target {
    arn      = aws_lambda_function.mail.arn
    role_arn = aws_iam_role.clock.arn
  }
}
"""


def test_a_function_needs_its_log_the_messages_that_start_it_and_what_it_uses() -> None:
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    wanted = {
        *(f"logs:{one} on [mail cloudwatch log group]:*" for one in ("CreateLogStream", "PutLogEvents")),
        *(f"sqs:{one} on [orders sqs queue]" for one in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")),
        "kms:Decrypt on [key kms key]",
    }
    lacking = needs(text)
    assert wanted <= lacking
    assert lacking - wanted == {"sts:AssumeRole on the role"}
    login = Declared("mail", "databases", "shop")
    user = f"rds-db:connect on arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:[shop db proxy]/mail"
    assert needs(text, login) - lacking == {user}
    started = needs(text, name="clock role")
    assert started == {"lambda:InvokeFunction on [mail lambda function]", "sts:AssumeRole on the role"}


FAILURES = """
resource "aws_lambda_function_event_invoke_config" "mail" {
  function_name = NAME
  destination_config {
    on_failure {
      destination = aws_sqs_queue.orders_dead.arn
    }
  }
}
"""


@pytest.mark.parametrize("name", ["aws_lambda_function.mail.function_name", "aws_lambda_function.mail.arn", '"mail"'])
def test_what_a_function_could_not_handle_goes_to_a_queue_whatever_the_function_is_called_by(name: str) -> None:
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    text = text.replace(
        '  name = "orders-dead"\n', '  name              = "orders-dead"\n  kms_master_key_id = aws_kms_key.key.arn\n'
    )
    assert needs(text + FAILURES.replace("NAME", name)) - needs(text) == {
        "sqs:SendMessage on [orders orders dead sqs queue]",
        "kms:GenerateDataKey on [key kms key]",
    }


EVENTS = """
resource "aws_cloudwatch_event_rule" "orders" {
  name = "orders"
}
resource "aws_cloudwatch_event_target" "orders" {
  rule = aws_cloudwatch_event_rule.orders.name
  arn  = aws_lambda_function.mail.arn
  dead_letter_config {
    arn = aws_sqs_queue.orders_dead.arn
  }
}
resource "aws_sqs_queue_policy" "orders_dead" {
  queue_url = aws_sqs_queue.orders_dead.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "sqs:SendMessage",
    Resource = aws_sqs_queue.orders_dead.arn, Principal = { Service = "events.amazonaws.com" },
    Condition = { ArnEquals = { "aws:SourceArn" = [aws_cloudwatch_event_rule.orders.arn] } } } })
}
"""


def test_a_dead_letter_queue_is_sent_to_by_the_function_and_by_the_rules_that_start_it() -> None:
    text = task() + FUNCTION + QUEUES + KEY
    text = text.replace(
        '  name = "orders-dead"\n', '  name              = "orders-dead"\n  kms_master_key_id = aws_kms_key.key.arn\n'
    )
    function = 'resource "aws_lambda_function" "mail" {\n'
    kept = f"{function}  dead_letter_config {{\n    target_arn = aws_sqs_queue.orders_dead.arn\n  }}\n"
    assert needs(text.replace(function, kept)) - needs(text) == {
        "sqs:SendMessage on [orders orders dead sqs queue]",
        "kms:GenerateDataKey on [key kms key]",
    }
    name = "orders orders dead sqs queue"
    assert verdicts(role(text + EVENTS, name=name)) == set()
    other = EVENTS.replace(
        "[aws_cloudwatch_event_rule.orders.arn]", '["arn:aws:events:eu-west-1:111122223333:rule/other"]'
    )
    assert "missing sqs:SendMessage on [orders orders dead sqs queue]" in verdicts(role(text + other, name=name))
    assert "kms:GenerateDataKey* on *" in needs(text + EVENTS, name="key kms key")


def test_a_bus_that_hears_how_runs_ended_is_written_to_by_the_function() -> None:
    bus = f"arn:aws:events:{REGION}:111122223333:event-bus/default"
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    told = FAILURES.replace("NAME", "aws_lambda_function.mail.arn").replace("aws_sqs_queue.orders_dead.arn", f'"{bus}"')
    assert needs(text + told) - needs(text) == {f"events:PutEvents on {bus}"}
    well = told.replace("on_failure", "on_success")
    assert needs(text + well) - needs(text) == {f"events:PutEvents on {bus}"}


ROTATION = """
resource "aws_secretsmanager_secret" "session" {
  kms_key_id = aws_kms_key.key.arn
}
resource "aws_secretsmanager_secret_rotation" "session" {
  secret_id           = aws_secretsmanager_secret.session.id
  rotation_lambda_arn = aws_lambda_function.mail.arn
}
"""


def test_a_function_that_rotates_a_secret_needs_to_read_and_write_it_and_its_key() -> None:
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    assert needs(text + ROTATION) - needs(text) == {
        *(f"secretsmanager:{one} on [session secretsmanager secret]" for one in actions),
        "kms:GenerateDataKey on [key kms key]",
    }


INVOKED = """
resource "aws_cloudwatch_event_rule" "photos" {
  name = "photos"
}
resource "aws_cloudwatch_event_target" "photos" {
  rule = aws_cloudwatch_event_rule.photos.name
  arn  = aws_lambda_function.mail.arn
}
resource "aws_sns_topic" "alerts" {
  name = "alerts"
}
resource "aws_sns_topic_subscription" "alerts" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.mail.arn
}
"""
INVOCATION = """
resource "aws_lambda_permission" "NAME" {
  function_name  = aws_lambda_function.mail.function_name
  action         = "lambda:InvokeFunction"
  principal      = "NAME.amazonaws.com"
  source_arn     = SOURCE
}
"""
SOURCES = {
    "events": "aws_cloudwatch_event_rule.photos.arn",
    "sns": f'"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"',
    "secretsmanager": "aws_secretsmanager_secret.session.arn",
}


def test_a_functions_policy_has_to_let_in_what_starts_it_for_its_own_source_alone() -> None:
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    text += INVOKED + ROTATION
    call = "lambda:InvokeFunction on [mail lambda function]"
    lacking = role(text, name="mail lambda function").missing
    assert sorted(one.by.partition(".")[0] for one in lacking) == sorted(SOURCES)
    given = {name: INVOCATION.replace("NAME", name).replace("SOURCE", arn) for name, arn in SOURCES.items()}
    assert verdicts(role(text + "".join(given.values()), name="mail lambda function")) == set()
    for name in SOURCES:
        other = INVOCATION.replace("NAME", name).replace("SOURCE", "aws_sqs_queue.orders.arn")
        wrong = text + "".join((given | {name: other}).values())
        assert verdicts(role(wrong, name="mail lambda function")) == {f"missing {call}", f"unused {call}"}
    version = given["sns"].replace("  action ", '  qualifier = "1"\n  action ')
    wrong = text + "".join((given | {"sns": version}).values())
    assert verdicts(role(wrong, name="mail lambda function")) == {f"missing {call}", f"unused {call}:1"}


ROUTE = f"""
resource "aws_api_gateway_integration" "mail" {{
  type = "AWS_PROXY"
  uri  = "arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:{REGION}:{ACCOUNT}:function:mail/invocations"
}}
"""  # noqa: E501  a URI is one word


def test_a_function_that_a_gateway_leads_to_has_to_let_it_in() -> None:
    text = task() + FUNCTION + QUEUES + KEY + MESH.replace("mesh", "clock") + PROXY + MESH.replace("mesh", "proxy")
    call = "lambda:InvokeFunction on [mail lambda function]"
    given = INVOCATION.replace("NAME", "apigateway").replace(
        "SOURCE", f'"arn:aws:execute-api:{REGION}:{ACCOUNT}:a/*/*"'
    )
    assert verdicts(role(text + ROUTE, name="mail lambda function")) == {f"missing {call}"}
    assert verdicts(role(text + given, name="mail lambda function")) == {f"unused {call}"}
    assert verdicts(role(text + ROUTE + given, name="mail lambda function")) == set()


PROXY = """
resource "aws_db_proxy" "shop" {
  role_arn = aws_iam_role.proxy.arn
  auth {
    iam_auth   = "REQUIRED"
    secret_arn = aws_secretsmanager_secret_version.shop.arn
  }
}
resource "aws_secretsmanager_secret" "shop" {}
resource "aws_secretsmanager_secret_version" "shop" {
  secret_id = aws_secretsmanager_secret.shop.id
}
"""
LOGIN = '[{ name = "DATABASE_HOST", value = aws_db_proxy.shop.endpoint }, { name = "DATABASE_USER", value = "api" }]'


def test_a_login_is_of_a_user_at_the_proxy_that_the_task_is_given() -> None:
    text = task(LOGIN) + PROXY + MESH.replace("mesh", "proxy")
    declared = Declared("api", "databases", "shop")
    assert needs(text, declared) == {f"rds-db:connect on arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:[shop db proxy]/api"}
    allowed = inline(
        '{ Effect = "Allow", Action = "rds-db:connect", Resource = '
        f'"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:${{split(":", aws_db_proxy.shop.arn)[6]}}/api" }}'
    )
    assert verdicts(role(text + allowed, declared)) == set()
    assert needs(text.replace('"REQUIRED"', '"DISABLED"'), declared) == set()
    assert needs(text, declared, name="proxy role") == {
        "secretsmanager:GetSecretValue on [shop secretsmanager secret]",
        "sts:AssumeRole on the role",
    }


TOKENS = """
resource "aws_db_proxy" "shop" {
  name                = "shop"
  role_arn            = aws_iam_role.proxy.arn
  default_auth_scheme = "IAM_AUTH"
}
resource "aws_db_proxy_target" "shop" {
  db_proxy_name         = aws_db_proxy.shop.name
  db_cluster_identifier = aws_rds_cluster.shop.id
}
"""


def test_a_proxy_with_tokens_of_its_own_may_be_users_of_its_database_and_of_no_other() -> None:
    text = task(LOGIN) + TOKENS + DATABASE + MESH.replace("mesh", "proxy")
    declared = Declared("api", "databases", "shop")
    assert needs(text, declared) == {f"rds-db:connect on arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:[shop db proxy]/api"}
    allowed = inline(
        '{ Effect = "Allow", Action = "rds-db:connect", Resource = '
        f'"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:${{aws_rds_cluster.shop.cluster_resource_id}}/api" }}',
        role="aws_iam_role.proxy.name",
    )
    trusted = text.replace("ecs-tasks.amazonaws.com", "rds.amazonaws.com")
    assert verdicts(role(trusted + allowed, declared, name="proxy role")) == set()
    user = f"rds-db:connect on arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:"
    other = allowed.replace("${aws_rds_cluster.shop.cluster_resource_id}", "cluster-OTHER")
    assert verdicts(role(trusted + other, declared, name="proxy role")) == {
        f"missing {user}[shop rds cluster]/api", f"unused {user}cluster-OTHER/api",
    }  # fmt: skip


DATABASE = """
resource "aws_rds_cluster" "shop" {
  iam_database_authentication_enabled = true
}
"""


def test_who_signs_in_past_the_proxy_needs_the_user_at_the_database_itself_unless_there_is_a_password() -> None:
    login = LOGIN.replace("aws_db_proxy", "aws_rds_cluster").replace('"api"', '"shop_migration"')
    declared = Declared("api", "databases", "shop")
    text = PROXY + DATABASE + MESH.replace("mesh", "proxy")
    user = f"rds-db:connect on arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:[shop rds cluster]/shop_migration"
    assert needs(task(login) + text, declared) == {user}
    allowed = inline(
        '{ Effect = "Allow", Action = "rds-db:connect", Resource = '
        f'"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:${{aws_rds_cluster.shop.cluster_resource_id}}/shop_migration" }}'
    )
    assert verdicts(role(task(login) + text + allowed, declared)) == set()
    password = '[{ name = "DATABASE_PASSWORD", valueFrom = "arn:aws:secretsmanager:eu-west-1:1:secret:x:password::" }]'
    assert needs(task(login, secrets=password) + text, declared) == set()


PASSWORDS = """
resource "aws_lambda_function" "api" {
  role = aws_iam_role.api.arn
  environment {
    variables = {
      DATABASE_HOST         = aws_rds_cluster.shop.endpoint
      DATABASE_USER         = "api"
      DATABASE_PASSWORD_ARN = aws_secretsmanager_secret.shop["api"].arn
    }
  }
}
resource "aws_secretsmanager_secret" "shop" {
  for_each   = toset(["api", "mail"])
  kms_key_id = aws_kms_key.key.arn
}
"""


def test_a_function_reads_the_password_that_it_is_given_and_no_other() -> None:
    text = task() + PASSWORDS + DATABASE + KEY
    declared = Declared("api", "databases", "shop")
    wanted = {"secretsmanager:GetSecretValue on [shop secretsmanager secret]", "kms:Decrypt on [key kms key]"}
    assert needs(text, declared) - needs(text) == wanted
    for user, lacks in (("api", set()), ("mail", {"missing", "unused"})):
        allowed = inline(
            '{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", '
            f'Resource = aws_secretsmanager_secret.shop["{user}"].arn }}'
        )
        found = verdicts(role(text + allowed, declared))
        assert {one.partition(" ")[0] for one in found if "GetSecretValue" in one} == lacks


def test_a_written_out_permission_is_needed_as_it_is_written() -> None:
    written = Declared("api", "permissions.own", actions=("ses:SendEmail",), resources=("*",))
    assert needs(task(), written) == {"ses:SendEmail on *"}
    allowed = inline('{ Effect = "Allow", Action = "ses:SendEmail", Resource = "*" }')
    assert verdicts(role(task() + allowed, written)) == set()
    of_entry = Declared("api", "permissions.own", actions=("sqs:PurgeQueue",), resources=("orders",))
    purging = inline('{ Effect = "Allow", Action = "sqs:PurgeQueue", Resource = aws_sqs_queue.orders.arn }')
    assert verdicts(role(task() + QUEUES + KEY + purging, of_entry)) == set()


def test_a_log_groups_key_has_to_let_its_service_in_and_nobody_else() -> None:
    group = 'resource "aws_cloudwatch_log_group" "app" {\n  name = "/app"\n  kms_key_id = aws_kms_key.key.arn\n}\n'
    key = role(KEY + group, name="key kms key")
    assert {(one.action, one.by) for one in key.missing} == {
        (f"kms:{one}", f"logs.{REGION}.amazonaws.com")
        for one in ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")
    }
    stranger = KEY.replace(
        "  ] })",
        '{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Principal = { Service = "x.amazonaws.com" } }] })',
    )
    assert verdicts(role(stranger, name="key kms key")) == {"unused kms:Decrypt on *"}
    closed = KEY.replace(":root", ":role/admin")
    assert "missing kms:* on *" in verdicts(role(closed, name="key kms key"))


TOPIC = """
resource "aws_sns_topic" "alerts" {
  kms_master_key_id = aws_kms_key.key.arn
}
resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_actions = [aws_sns_topic.alerts.arn]
}
resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "sns:Publish", Resource = aws_sns_topic.alerts.arn,
    Principal = { Service = "cloudwatch.amazonaws.com" } } })
}
"""


def test_an_alarm_needs_the_topics_policy_and_its_keys() -> None:
    assert verdicts(role(KEY + TOPIC, name="alerts sns topic")) == set()
    other = TOPIC.replace('"cloudwatch.amazonaws.com"', '"events.amazonaws.com"')
    assert verdicts(role(KEY + other, name="alerts sns topic")) == {
        "missing sns:Publish on [alerts sns topic]",
        "unused sns:Publish on [alerts sns topic]",
    }
    assert {one.action for one in role(KEY + TOPIC, name="key kms key").missing} == {
        "kms:Decrypt",
        "kms:GenerateDataKey*",
    }


RULE = """
resource "aws_cloudwatch_event_rule" "ended" {
  name = "ended"
}
resource "aws_cloudwatch_event_target" "ended" {
  rule = aws_cloudwatch_event_rule.ended.name
  arn  = aws_sns_topic.alerts.arn
}
"""


def test_a_rule_of_events_needs_the_topics_policy_without_a_condition_and_its_keys() -> None:
    text = (
        KEY
        + TOPIC.replace("[aws_sns_topic.alerts.arn]", "[]").replace("cloudwatch.amazonaws", "events.amazonaws")
        + RULE
    )
    assert verdicts(role(text, name="alerts sns topic")) == set()
    assert {(one.action, one.by) for one in role(text, name="key kms key").missing} == {
        ("kms:Decrypt", "events.amazonaws.com"),
        ("kms:GenerateDataKey*", "events.amazonaws.com"),
    }
    conditioned = text.replace(
        '"events.amazonaws.com" } } })',
        '"events.amazonaws.com" }, Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } } } })',
    )
    assert conditioned != text
    assert "missing sns:Publish on [alerts sns topic]" in verdicts(role(conditioned, name="alerts sns topic"))


def test_a_level_that_somebody_is_told_of_is_a_use_of_its_topic_whatever_alarm_has_it() -> None:
    text = KEY + TOPIC.replace("[aws_sns_topic.alerts.arn]", "[]")
    level = Declared("environment", "topic-alarms", "alerts")
    assert verdicts(role(text, name="alerts sns topic")) == {"unused sns:Publish on [alerts sns topic]"}
    assert verdicts(role(text, level, name="alerts sns topic")) == set()
    assert {(one.action, one.by) for one in role(text, level, name="key kms key").missing} == {
        ("kms:Decrypt", "cloudwatch.amazonaws.com"),
        ("kms:GenerateDataKey*", "cloudwatch.amazonaws.com"),
    }


TRAIL = """
resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = aws_s3_bucket.events.id
  s3_key_prefix  = "own"
  kms_key_id     = aws_kms_key.key.arn
}
resource "aws_s3_bucket" "events" {
  bucket = "events"
}
resource "aws_s3_bucket_policy" "events" {
  bucket = aws_s3_bucket.events.id
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "s3:GetBucketAcl", Resource = aws_s3_bucket.events.arn,
      Principal = { Service = "cloudtrail.amazonaws.com" }, Condition = { StringEquals = { "aws:SourceArn" = ARN } } },
    { Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::events/own/AWSLogs/ACCOUNT/*",
      Principal = { Service = "cloudtrail.amazonaws.com" }, Condition = { StringEquals = {
        "aws:SourceArn" = ARN, "s3:x-amz-acl" = "bucket-owner-full-control" } } },
  ] })
}
"""


@pytest.mark.parametrize(
    ("arn", "is_right"),
    [
        ("aws_cloudtrail.audit.arn", True),
        (f'"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"', True),
        (f'"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/other"', False),
        (f'"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/audit"', False),
    ],
)
def test_a_trail_needs_the_policies_of_its_bucket_and_its_key(arn: str, is_right: bool) -> None:
    text = KEY + TRAIL.replace("ARN", arn).replace("ACCOUNT", ACCOUNT)
    wrong = verdicts(role(text, name="events s3 bucket"))
    there = ("s3:GetBucketAcl on [events s3 bucket]", f"s3:PutObject on [events s3 bucket]/own/AWSLogs/{ACCOUNT}/*")
    assert wrong == (set() if is_right else {f"{word} {one}" for word in ("unused", "missing") for one in there})
    assert {(one.action, one.by) for one in role(text, name="key kms key").missing} == {
        ("kms:DescribeKey", "cloudtrail.amazonaws.com"),
        ("kms:GenerateDataKey*", "cloudtrail.amazonaws.com"),
    }
    assert not any("aws_cloudtrail" in one for one in found(text).unread)
    logged = text.replace("s3_key_prefix ", 'cloud_watch_logs_role_arn = "x"\n  s3_key_prefix ')
    assert any("aws_cloudtrail" in one for one in found(logged).unread)


def test_databases_and_tables_of_glue_have_no_role_and_what_fills_them_has_one() -> None:
    database = 'resource "aws_glue_catalog_database" "logs" { name = "logs" }\n'
    table = 'resource "aws_glue_catalog_table" "all" {\n  name = "all"\n  database_name = "logs"\n}\n'
    crawler = 'resource "aws_glue_crawler" "all" {\n  name = "all"\n  role = "x"\n  database_name = "logs"\n}\n'
    assert not any("aws_glue" in one for one in found(database + table).unread)
    assert any(one.endswith(": aws_glue_crawler") for one in found(database + table + crawler).unread)


DISTRIBUTION = """
resource "aws_cloudfront_distribution" "site" {
  origin {
    domain_name              = DOMAIN
    origin_path              = "/site"
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }
  origin {
    domain_name = "api.example.com"
  }
}
resource "aws_cloudfront_origin_access_control" "site" {
  name = "site"
}
resource "aws_s3_bucket" "pages" {
  bucket = "pages"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.key.arn
    }
  }
}
resource "aws_s3_bucket_policy" "pages" {
  bucket = aws_s3_bucket.pages.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::pages/site/*",
    Principal = { Service = "cloudfront.amazonaws.com" }, Condition = { ArnLike = { "aws:SourceArn" = ARN } } } })
}
"""
OF_ACCOUNT = f'"arn:aws:cloudfront::{ACCOUNT}:distribution/*"'


@pytest.mark.parametrize("arn", ["aws_cloudfront_distribution.site.arn", OF_ACCOUNT])
@pytest.mark.parametrize(
    "domain",
    ['"${aws_s3_bucket.pages.id}.s3.eu-west-1.amazonaws.com"', "aws_s3_bucket.pages.bucket_regional_domain_name"],
)
def test_a_distribution_needs_to_fetch_below_the_path_of_its_origin_and_to_decrypt(domain: str, arn: str) -> None:
    text = KEY + DISTRIBUTION.replace("DOMAIN", domain).replace("ARN", arn)
    assert verdicts(role(text, name="pages s3 bucket")) == set()
    assert {(one.action, one.by) for one in role(text, name="key kms key").missing} == {
        ("kms:Decrypt", "cloudfront.amazonaws.com")
    }
    wider = text.replace("pages/site/*", "pages/*")
    assert verdicts(role(wider, name="pages s3 bucket")) == {"wider s3:GetObject on [pages s3 bucket]/*"}
    stranger = text.replace(f"::{ACCOUNT}:d", "::444455556666:d").replace(
        "_distribution.site.arn", "_distribution.b.arn"
    )
    assert "missing s3:GetObject on [pages s3 bucket]/site/*" in verdicts(role(stranger, name="pages s3 bucket"))
    unsigned = text.replace("aws_cloudfront_origin_access_control.site.id", "null")
    assert verdicts(role(unsigned, name="pages s3 bucket")) == {"unused s3:GetObject on [pages s3 bucket]/site/*"}


def test_a_balancers_log_needs_the_buckets_policy() -> None:
    text = """
resource "aws_lb" "web" {
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    prefix  = "web"
    enabled = true
  }
}
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::logs/PATH/*",
    Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" } } })
}
"""
    right = text.replace("PATH", f"web/AWSLogs/{ACCOUNT}")
    assert verdicts(role(right, name="logs s3 bucket")) == set()
    assert verdicts(role(text.replace("PATH/", ""), name="logs s3 bucket")) == {
        "wider s3:PutObject on [logs s3 bucket]/*"
    }
    bare = right.partition('resource "aws_s3_bucket_policy"')[0]
    assert verdicts(role(bare, name="logs s3 bucket")) == {
        f"missing s3:PutObject on [logs s3 bucket]/web/AWSLogs/{ACCOUNT}/*"
    }
    wrong = text.replace("PATH", "other")
    assert f"missing s3:PutObject on [logs s3 bucket]/web/AWSLogs/{ACCOUNT}/*" in verdicts(
        role(wrong, name="logs s3 bucket")
    )


@pytest.mark.parametrize("name", USES)
def test_each_use_has_a_page_of_aws_and_something_that_it_needs(name: str) -> None:
    use = USES[name]
    assert all(page.startswith("https://docs.aws.amazon.com/") for page in use.source.split("; "))
    assert use.policy or name in {"google-projects", "machine", "task"} or use.needs or use.may


SPOKEN_FOR = {"secrets variables": "what a task is given at its start is read from its definition (`start-secret`)"}
"""Words of `access` that have no use of their own, and why."""


@pytest.mark.parametrize("kind", [name for name, kind in kinds().items() if kind.permissions.access])
def test_the_needs_of_each_kind_s_access_are_written_down(kind: str) -> None:
    words = {f"{kind} {word}" for word in kinds()[kind].permissions.access} - {*SPOKEN_FOR}
    assert kind in USES or words <= {*USES}, "add tables to `src/infragen/permissions/actions.toml`"


def test_a_use_whose_needs_are_nowhere_written_is_told_as_not_looked_at() -> None:
    seen = found(task(), Declared("api", "streams read", "events"))
    assert "uses whose permissions `actions.toml` does not list: api (streams read)" in seen.unread


DELIVERY = """
resource "aws_lb_target_group" "blue" {
  name = "blue"
}
resource "aws_lb_target_group" "other" {
  name = "other"
}
resource "aws_lb_listener" "front" {
  port = 80
}
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.front.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.blue.arn
  }
}
resource "aws_lb_listener_rule" "neighbour" {
  listener_arn = aws_lb_listener.front.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.other.arn
  }
}
resource "aws_iam_role" "deployment" {
  name               = "api-deployment"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codedeploy.amazonaws.com" }
  }] })
}
resource "aws_ecs_service" "api" {
  name            = "api"
  task_definition = aws_ecs_task_definition.api.arn
}
resource "aws_codedeploy_deployment_group" "api" {
  service_role_arn = aws_iam_role.deployment.arn
  alarm_configuration {
    alarms = ["api-errors"]
  }
  ecs_service {
    cluster_name = "main"
    service_name = "api"
  }
  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = [aws_lb_listener.front.arn]
      }
      target_group {
        name = "blue"
      }
      target_group {
        name = "green"
      }
    }
  }
}
"""


def test_codedeploy_needs_its_service_its_rules_its_alarms_and_the_roles_of_tasks() -> None:
    place = f"{REGION}:{ACCOUNT}"
    assert needs(task() + DELIVERY, name="deployment role") == {
        f"ecs:DescribeServices on arn:aws:ecs:{place}:service/main/api",
        f"ecs:UpdateServicePrimaryTaskSet on arn:aws:ecs:{place}:service/main/api",
        f"ecs:CreateTaskSet on arn:aws:ecs:{place}:task-set/main/api/*",
        f"ecs:DeleteTaskSet on arn:aws:ecs:{place}:task-set/main/api/*",
        *(f"elasticloadbalancing:Describe{what} on *" for what in ("Listeners", "Rules", "TargetGroups")),
        "elasticloadbalancing:ModifyListener on [front lb listener]",
        "elasticloadbalancing:ModifyRule on [api lb listener rule]",
        "cloudwatch:DescribeAlarms on *",
        "iam:PassRole on [api role]",
        "iam:PassRole on [start role]",
    }


STARTS = f"""
resource "aws_cloudwatch_event_bus" "shop" {{
  name = "shop"
}}
resource "aws_cloudwatch_event_rule" "paid" {{
  name           = "paid"
  event_bus_name = aws_cloudwatch_event_bus.shop.name
}}
resource "aws_iam_role" "starter" {{
  name               = "starter"
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "events.amazonaws.com" }}
    Condition = {{ ArnEquals = {{ "aws:SourceArn" = "arn:aws:events:{REGION}:{ACCOUNT}:rule/BUS/paid" }} }}
  }}] }})
}}
resource "aws_cloudwatch_event_target" "paid" {{
  rule           = aws_cloudwatch_event_rule.paid.name
  event_bus_name = aws_cloudwatch_event_bus.shop.name
  arn            = TARGET
  role_arn       = aws_iam_role.starter.arn
}}
resource "aws_sfn_state_machine" "flow" {{
  name = "flow"
}}
resource "aws_lambda_function" "check" {{
  function_name = "check"
}}
"""
OF_TASK = """aws_ecs_cluster.main.arn
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.api.arn
    propagate_tags      = "TASK_DEFINITION"
  }"""


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("aws_lambda_function.check.arn", {"lambda:InvokeFunction on [check lambda function]"}),
        (
            f'"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"',
            {f"events:PutEvents on arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"},
        ),
        ("aws_sfn_state_machine.flow.arn", {"states:StartExecution on [flow sfn state machine]"}),
        (
            "aws_sqs_queue.orders.arn",
            {
                "sqs:SendMessage on [orders sqs queue]",
                "kms:Decrypt on [key kms key]",
                "kms:GenerateDataKey on [key kms key]",
            },
        ),
        (
            OF_TASK,
            {
                "ecs:RunTask on [api ecs task definition]:*",
                "iam:PassRole on [api role]",
                "iam:PassRole on [start role]",
                f"ecs:TagResource on arn:aws:ecs:{REGION}:{ACCOUNT}:task/*",
            },
        ),
    ],
)
def test_a_rule_starts_what_it_leads_to_with_its_role_which_trusts_that_rule_alone(
    target: str, wanted: set[str]
) -> None:
    text = task() + KEY + QUEUES + CLUSTER + MESH + STARTS.replace("TARGET", target)
    assert needs(text.replace("rule/BUS", "rule/shop"), name="starter role") == wanted
    assert needs(text.replace("rule/BUS", "rule/other"), name="starter role") == {*wanted, "sts:AssumeRole on the role"}


def test_who_sends_to_a_bus_needs_to_put_events_there() -> None:
    assert needs(
        task() + STARTS.replace("TARGET", "aws_lambda_function.check.arn"), Declared("api", "event-buses send", "shop")
    ) == {"events:PutEvents on [shop cloudwatch event bus]"}


def test_a_host_records_the_shells_that_people_open_on_it_wherever_their_log_is_made() -> None:
    host = """
resource "aws_iam_role" "host" {
  name               = "host"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" }
  }] })
}
resource "aws_iam_instance_profile" "host" {
  name = "host"
  role = aws_iam_role.host.name
}
resource "aws_instance" "host" {
  iam_instance_profile = aws_iam_instance_profile.host.name
}
"""
    group = 'resource "aws_cloudwatch_log_group" "shells" {\n  name = "/session-manager/shells"\n}\n'
    elsewhere = f"logs:PutLogEvents on arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/session-manager/shells:*"
    assert elsewhere in needs(task() + host, name="host role")
    assert "logs:PutLogEvents on [shells cloudwatch log group]:*" in needs(task() + host + group, name="host role")
