resource "aws_iam_policy" "named" {
  name = "planning-task"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Queues", Effect = "Allow", Action = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:PurgeQueue"], Resource = "arn:aws:sqs:us-east-1:123456789012:planning-*" },
      { Sid = "ReadPlans", Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = ["arn:aws:s3:::technova-plans", "arn:aws:s3:::technova-plans/*"] },
      { Sid = "Keys", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = "arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e", Condition = { StringEquals = { "kms:ViaService" = ["s3.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com"] } } },
      { Sid = "Metrics", Effect = "Allow", Action = "cloudwatch:PutMetricData", Resource = "*" },
      { Sid = "Tables", Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem"], Resource = "arn:aws:dynamodb:us-east-1:123456789012:table/plans" },
    ]
  })
}

resource "aws_iam_role_policy" "unnamed" {
  name = "exec"
  role = "planning"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:us-east-1:123456789012:log-group:/technova/planning:*" },
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = "*" },
      { Effect = "Allow", Action = ["ssm:GetParameter", "ssm:GetParameters"], Resource = ["arn:aws:ssm:us-east-1:123456789012:parameter/technova/*"] },
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], Resource = "arn:aws:secretsmanager:us-east-1:123456789012:secret:planning-db-AbCdEf" },
    ]
  })
}

resource "aws_iam_role" "trust" {
  name = "planning"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"] }, Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:ecs:us-east-1:123456789012:*" }, StringEquals = { "aws:SourceAccount" = "123456789012" } } },
    ]
  })
  inline_policy {
    name   = "read"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Read", Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], Resource = "arn:aws:dynamodb:us-east-1:123456789012:table/plans" }] })
  }
}

resource "aws_s3_bucket_policy" "plans" {
  bucket = "technova-plans"
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "plans"
    Statement = [
      { Sid = "TlsOnly", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::technova-plans", "arn:aws:s3:::technova-plans/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } },
      { Sid = "Readers", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::technova-plans/*" },
    ]
  })
}
