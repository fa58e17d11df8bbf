# A function on AWS Lambda: its code (a zip file in a bucket, or an image), its role and log, and what starts it. Its policies
# are there before it is, as Lambda asks for them when it places it in a VPC or takes messages of a queue for it.

# {% include "parts/function_role.tf" %}

resource "aws_iam_role_policy" "logs" {
  name = "write-logs"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "WriteLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogStream", # one stream for each environment that runs it
        "logs:PutLogEvents",    # its output
      ]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}

resource "aws_iam_role_policy" "network" {
  # checkov:skip=CKV_AWS_290:AWS has no smaller resource for it, and what is below denies all of it to the code
  count = var.network == null ? 0 : 1

  name = "stand-in-vpc"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "PlaceInNetwork"
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses",   # Lambda may give an interface more addresses
          "ec2:CreateNetworkInterface",     # it gives the function an address in each subnet
          "ec2:DeleteNetworkInterface",     # and takes it back
          "ec2:DescribeNetworkInterfaces",  # whether it is there
          "ec2:DescribeSubnets",            # where the subnets are
          "ec2:UnassignPrivateIpAddresses", # what it gave
        ]

        # Those that Lambda asks for (AWS Lambda Developer Guide, "Giving Lambda functions access to
        # resources in an Amazon VPC").
        Resource = "*"
      },
      {
        # Lambda itself does all that, and no code needs it.
        Sid    = "NotItsCode"
        Effect = "Deny"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DetachNetworkInterface",
          "ec2:UnassignPrivateIpAddresses",
        ]

        # As AWS advises (AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC").
        Resource  = "*"
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = local.arn } }
      },
    ]
  })
}

# One for each thing that the code uses: what is no longer used takes its policy along.
resource "aws_iam_role_policy" "this" {
  for_each = var.policies

  name = each.key
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in each.value : merge(
        {
          Sid      = statement.sid
          Effect   = "Allow"
          Action   = statement.actions
          Resource = statement.resources
        },
        { for name, condition in { Condition = statement.condition } : name => condition if condition != null },
      )
    ]
  })
}

locals {
  arn           = "arn:aws:lambda:${var.region}:${var.account_id}:function:${var.name}"
  event_bus_arn = "arn:aws:events:${var.region}:${var.account_id}:event-bus/default"
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:traces are billed, and there where `tracing` asks for them
  # checkov:skip=CKV_AWS_115:`reserved_concurrency` keeps invocations free for one function, and takes them from all others
  # checkov:skip=CKV_AWS_116:what is started by events keeps those that it could not handle; a queue has its own dead letters, and who waits sees the error
  # checkov:skip=CKV_AWS_117:in the VPC stands what reaches something there; it costs the way to the internet
  # checkov:skip=CKV_AWS_173:no variable holds a secret: code reads those by their ARN; Lambda encrypts variables with its own key
  # checkov:skip=CKV_AWS_272:who may write to the bucket or the repository decides what runs
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.this.arn

  package_type      = var.image == null ? "Zip" : "Image"
  s3_bucket         = try(var.code.bucket, null)
  s3_key            = try(var.code.key, null)
  s3_object_version = try(var.code.version, null)
  runtime           = var.runtime
  handler           = var.handler
  image_uri         = var.image

  architectures                  = [var.architecture]
  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency

  dynamic "image_config" {
    for_each = var.command == null ? [] : [var.command]

    content {
      command = image_config.value
    }
  }

  ephemeral_storage {
    size = var.tmp_size
  }

  environment {
    variables = var.environment
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letters == null ? [] : [var.dead_letters]

    content {
      target_arn = dead_letter_config.value.arn # the event itself, after the last attempt, with the error in its attributes
    }
  }

  # Always said: the provider leaves as it is what is left out.
  tracing_config {
    mode = var.tracing_mode
  }

  dynamic "vpc_config" {
    for_each = var.network == null ? [] : [var.network]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = [vpc_config.value.security_group_id]
    }
  }

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  depends_on = [
    aws_cloudwatch_log_group.this, # Lambda would make it, to be kept for good
    aws_iam_role_policy.logs,      # what starts before cannot write its log
    aws_iam_role_policy.network,   # Lambda asks whether the role may place it
    aws_iam_role_policy.this,      # what starts before may do nothing
  ]
}

# EventBridge is told how runs ended that nobody waited for: those that a schedule or an event started.
resource "aws_iam_role_policy" "outcomes" {
  count = length(var.outcomes) == 0 ? 0 : 1

  name = "tell-outcomes"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TellOutcomes"
      Effect    = "Allow"
      Action    = "events:PutEvents" # Lambda does it as this role, with the source that is the condition
      Resource  = local.event_bus_arn
      Condition = { StringEquals = { "events:source" = "lambda" } }
    }]
  })
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = length(var.outcomes) == 0 && var.retries == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = try(var.retries.seconds, null)
  maximum_retry_attempts       = try(var.retries.attempts, null)

  dynamic "destination_config" {
    for_each = length(var.outcomes) == 0 ? [] : [var.outcomes]

    content {
      dynamic "on_failure" {
        for_each = contains(destination_config.value, "failure") ? [local.event_bus_arn] : []

        content {
          destination = on_failure.value # after the last attempt
        }
      }

      dynamic "on_success" {
        for_each = contains(destination_config.value, "success") ? [local.event_bus_arn] : []

        content {
          destination = on_success.value
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy.outcomes] # Lambda asks whether the role may
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.queues

  event_source_arn                   = each.value.arn
  function_name                      = aws_lambda_function.this.arn
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.window
  function_response_types            = each.value.reports_failures ? ["ReportBatchItemFailures"] : null
}

# S3 tells EventBridge of every new object of a bucket; each rule picks those that start the function.
resource "aws_cloudwatch_event_rule" "objects" {
  for_each = var.objects

  name        = each.value.rule_name
  description = "Starts ${var.name} for new objects of ${each.key}."

  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail = merge(
      { bucket = { name = [each.value.bucket] } },
      length(each.value.keys) == 0 ? {} : { object = { key = [for key in each.value.keys : { wildcard = key }] } },
    )
  })
}

resource "aws_cloudwatch_event_target" "objects" {
  for_each = var.objects

  rule      = aws_cloudwatch_event_rule.objects[each.key].name
  target_id = "function"
  arn       = aws_lambda_function.this.arn

  dynamic "dead_letter_config" {
    for_each = var.dead_letters == null ? [] : [var.dead_letters]

    content {
      arn = dead_letter_config.value.arn # the event, where Lambda did not take it for a day
    }
  }

  depends_on = [aws_lambda_permission.objects] # from the first event on
}

resource "aws_lambda_permission" "objects" {
  for_each = var.objects

  statement_id  = "objects-of-${each.key}"
  function_name = aws_lambda_function.this.function_name
  action        = "lambda:InvokeFunction" # an object was created
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.objects[each.key].arn
}

# {% include "parts/schedules_role.tf" %}

resource "aws_iam_role_policy" "schedules" {
  count = length(var.schedules) == 0 ? 0 : 1

  name = "invoke-function"
  role = aws_iam_role.schedules[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "InvokeFunction"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction" # a schedule is due
      Resource = aws_lambda_function.this.arn
    }]
  })
}

# A group of its own: what its schedules do shows under its name in CloudWatch.
resource "aws_scheduler_schedule_group" "this" {
  count = length(var.schedules) == 0 ? 0 : 1

  name = var.schedule_group_name
}

resource "aws_scheduler_schedule" "this" {
  # checkov:skip=CKV_AWS_297:what it holds is no secret: a time, and what it starts
  for_each = var.schedules

  name        = each.key
  group_name  = aws_scheduler_schedule_group.this[0].name
  description = each.value.description

  schedule_expression          = each.value.expression
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.schedules[0].arn

    # AWS would go on for a day: what belongs to the night is not started at noon.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 60
    }
  }

  depends_on = [aws_iam_role_policy.schedules] # EventBridge Scheduler asks whether it may take the role
}
