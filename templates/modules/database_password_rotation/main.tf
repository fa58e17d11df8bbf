# Gives a database on RDS a new master password every so often: a function that Secrets Manager starts. Its code is
# `rotation.py` beside this file; `rotation.zip` holds the same. Users of applications keep theirs.

# {% include "parts/function_role.tf" %}

resource "aws_iam_role_policy" "this" {
  name = "rotate-password"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "WriteLogs"
          Effect = "Allow"
          Action = [
            "logs:CreateLogStream", # one stream for each environment that runs it
            "logs:PutLogEvents",    # its output
          ]
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
        },
        {
          Sid    = "RotateSecret"
          Effect = "Allow"
          Action = [
            "secretsmanager:DescribeSecret",           # which version is to come, and which is current
            "secretsmanager:GetSecretValue",           # what else the secret says
            "secretsmanager:PutSecretValue",           # the password that is to come
            "secretsmanager:UpdateSecretVersionStage", # it is the current one
          ]
          Resource = [var.secret_arn]
        },
        {
          Sid      = "DrawPassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetRandomPassword"] # it is of no secret
          Resource = ["*"]
        },
        {
          Sid    = "SetPassword"
          Effect = "Allow"
          Action = var.kind == "cluster" ? [
            "rds:DescribeDBClusters", # whether it is set
            "rds:ModifyDBCluster",    # the password
            ] : [
            "rds:DescribeDBInstances", # whether it is set
            "rds:ModifyDBInstance",    # the password
          ]
          Resource = [var.database_arn]
        },
      ],
      [
        for key in var.secrets_kms_key_arn[*] : {
          Sid    = "UseKeyOfSecret"
          Effect = "Allow"
          Action = [
            "kms:Decrypt",         # the current password
            "kms:GenerateDataKey", # the one that is to come
          ]
          Resource = [key]
        }
      ],
    )
  })
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:it calls nothing that a trace would show
  # checkov:skip=CKV_AWS_115:it runs once in many days; an account's limit for all functions stays whole
  # checkov:skip=CKV_AWS_116:Secrets Manager waits for its answer, and tries again by itself
  # checkov:skip=CKV_AWS_117:it calls AWS's APIs alone, and connects to no database
  # checkov:skip=CKV_AWS_173:no variable holds a secret; Lambda encrypts variables with its own key
  # checkov:skip=CKV_AWS_272:its code lies beside this file, and is reviewed with it
  function_name = var.name
  description   = "Gives ${var.database_identifier} a new master password."
  role          = aws_iam_role.this.arn

  filename         = "../modules/database_password_rotation/rotation.zip" # from a stack's folder; `path.module` is another in a plan of all
  source_code_hash = filebase64sha256("${path.module}/rotation.zip")
  runtime          = "python3.13"
  handler          = "rotation.handler"
  architectures    = ["arm64"]
  memory_size      = 128
  timeout          = 300 # RDS sets a password within a minute or two

  environment {
    variables = {
      DATABASE = var.database_identifier
      KIND     = var.kind
    }
  }

  depends_on = [
    aws_cloudwatch_log_group.this, # Lambda would make it, to be kept for good
    aws_iam_role_policy.this,      # what starts before may do nothing
  ]
}

resource "aws_lambda_permission" "this" {
  statement_id   = "rotate"
  action         = "lambda:InvokeFunction" # a rotation is due
  function_name  = aws_lambda_function.this.function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = var.account_id
  source_arn     = var.secret_arn # for this secret only
}

# The first rotation waits for its day; until then Secrets Manager only has the function test whether the database is there.
resource "aws_secretsmanager_secret_rotation" "this" {
  # checkov:skip=CKV_AWS_304:the catalogue says how often, `master_rotation`
  secret_id           = var.secret_arn
  rotation_lambda_arn = aws_lambda_function.this.arn
  rotate_immediately  = false

  rotation_rules {
    automatically_after_days = var.days
  }

  depends_on = [aws_lambda_permission.this] # Secrets Manager asks whether it may invoke the function
}
