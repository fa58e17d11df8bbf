resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.retention_in_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Lets VPC flow logs write to ${var.log_group_name}"
  # {% include "parts/role_boundary.tf" %}

  # AWS: "IAM role for publishing flow logs to CloudWatch Logs", Amazon VPC User Guide: the service assumes the role, for
  # flow logs of this account and region only (the confused deputy problem).
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FlowLogsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "vpc-flow-logs.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account_id }
          ArnLike      = { "aws:SourceArn" = "arn:aws:ec2:${var.region}:${var.account_id}:vpc-flow-log/*" }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "write-flow-log"
  role = aws_iam_role.this.id

  # AWS: "IAM role for publishing flow logs to CloudWatch Logs", Amazon VPC User Guide: these five actions.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "WriteFlowLog"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",     # the service asks for it, although the group is there
          "logs:CreateLogStream",    # one stream a network interface
          "logs:DescribeLogStreams", # the service looks a stream up before it writes
          "logs:PutLogEvents",       # the records themselves
        ]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
      {
        Sid      = "FindLogGroup"
        Effect   = "Allow"
        Action   = "logs:DescribeLogGroups" # the service looks for the group among all of the region
        Resource = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*"
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  vpc_id                   = var.vpc_id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.this.arn
  iam_role_arn             = aws_iam_role.this.arn
  max_aggregation_interval = var.aggregation_seconds

  tags = {
    Name = var.name
  }

  # The service checks at creation that the role may write.
  depends_on = [aws_iam_role_policy.this]
}
