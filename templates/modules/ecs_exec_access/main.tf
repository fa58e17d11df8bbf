# Lets an operator open a shell in the tasks (ECS Exec), recorded in the cluster's session log.

resource "aws_iam_role_policy" "this" {
  name = "exec"
  role = var.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenSession"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel", # ECS Exec: the agent's control channel
          "ssmmessages:CreateDataChannel",    # ECS Exec: the session's data
          "ssmmessages:OpenControlChannel",   # ECS Exec
          "ssmmessages:OpenDataChannel",      # ECS Exec
        ]

        # The actions support no resource type (Service Authorization Reference, Amazon Session Manager
        # Message Gateway Service).
        Resource = "*"
      },
      {
        Sid    = "RecordSession"
        Effect = "Allow"
        Action = [
          "logs:CreateLogStream",    # ECS Exec: one stream a session
          "logs:DescribeLogStreams", # ECS Exec: the agent looks before it writes
          "logs:PutLogEvents",       # ECS Exec: what was typed and shown
        ]
        Resource = "${var.log_group_arn}:*"
      },
      {
        Sid    = "FindSessionLog"
        Effect = "Allow"
        Action = "logs:DescribeLogGroups" # ECS Exec: is the group encrypted?

        # Listing is allowed on all log groups or none (Service Authorization Reference, Amazon CloudWatch Logs).
        Resource = "*"
      },
      {
        Sid      = "DecryptSession"
        Effect   = "Allow"
        Action   = "kms:Decrypt" # ECS Exec: the key that the session's data travels under
        Resource = var.kms_key_arn
      },
    ]
  })
}
