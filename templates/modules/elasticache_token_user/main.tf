# The token that clients send with AUTH, and a function that replaces it every so often: they are the user `default`, which is
# off until the function has set the first token. Neither the plan nor the state has one. The function's code is
# `rotation.py` beside this file; `rotation.zip` holds the same.

resource "aws_elasticache_user" "this" {
  user_id              = var.user_id
  user_name            = "default" # who sends a token alone is it
  engine               = var.engine
  access_string        = "off ~* &* +@all"
  no_password_required = true # no one signs in as a user that is off

  lifecycle {
    ignore_changes = [
      access_string,        # the function turns it on
      authentication_mode,  # the function gives it passwords
      no_password_required, # the function gives it passwords
    ]
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.user_id
  engine        = var.engine
  user_ids      = [aws_elasticache_user.this.user_id]
}

# The first token, drawn in every run and kept only by the run that makes the secret. The first rotation has the cache take it,
# and the next one beside it.
ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 64
  exclude_punctuation = true # letters and digits need no quoting in an address
}

resource "aws_secretsmanager_secret" "this" {
  name                    = var.secret_name
  description             = "AUTH token of ${var.user_id}"
  kms_key_id              = var.secrets_kms_key_arn
  recovery_window_in_days = var.recovery_window_in_days
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo_version = 1
  secret_string_wo = jsonencode({
    username = "default"
    password = ephemeral.aws_secretsmanager_random_password.this.random_password
  })

  # AWS may delete a version without a label (AWS Secrets Manager API: DescribeSecret), and Terraform would draw another
  # value for one that is gone (provider issue 37302). Its own label stays when a rotation takes AWSCURRENT away.
  version_stages = ["AWSCURRENT", "TERRAFORM"]

  lifecycle {
    ignore_changes = [
      version_stages, # of whoever rotates the secret or puts a value: AWSCURRENT is that version's
    ]
  }
}

# {% include "parts/function_role.tf" %}

resource "aws_iam_role_policy" "this" {
  name = "rotate-token"
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
            "secretsmanager:GetSecretValue",           # the current token, which stays good for one more turn
            "secretsmanager:PutSecretValue",           # the token that is to come
            "secretsmanager:UpdateSecretVersionStage", # it is the current one
          ]
          Resource = [aws_secretsmanager_secret.this.arn]
        },
        {
          Sid      = "DrawToken"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetRandomPassword"] # it is of no secret
          Resource = ["*"]
        },
        {
          Sid    = "SetToken"
          Effect = "Allow"
          Action = [
            "elasticache:DescribeUsers", # whether it is set
            "elasticache:ModifyUser",    # both tokens
          ]
          Resource = [aws_elasticache_user.this.arn]
        },
      ],
      [
        for key in var.secrets_kms_key_arn[*] : {
          Sid    = "UseKeyOfSecret"
          Effect = "Allow"
          Action = [
            "kms:Decrypt",         # the current token
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
  # checkov:skip=CKV_AWS_117:it calls AWS's APIs alone, and connects to no cache
  # checkov:skip=CKV_AWS_173:no variable holds a secret; Lambda encrypts variables with its own key
  # checkov:skip=CKV_AWS_272:its code lies beside this file, and is reviewed with it
  function_name = var.name
  description   = "Gives ${var.user_id} a new token."
  role          = aws_iam_role.this.arn

  filename         = "../modules/elasticache_token_user/rotation.zip" # from a stack's folder; `path.module` is another in a plan of all
  source_code_hash = filebase64sha256("${path.module}/rotation.zip")
  runtime          = "python3.13"
  handler          = "rotation.handler"
  architectures    = ["arm64"]
  memory_size      = 128
  timeout          = 300 # ElastiCache sets a token on all nodes within a minute or two

  environment {
    variables = {
      USER_ID = aws_elasticache_user.this.user_id
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
  source_arn     = aws_secretsmanager_secret.this.arn # for this secret only
}

# The first rotation is at once: until then the cache takes no token at all.
resource "aws_secretsmanager_secret_rotation" "this" {
  # checkov:skip=CKV_AWS_304:the catalogue says how often, `token_rotation`
  secret_id           = aws_secretsmanager_secret_version.this.secret_id
  rotation_lambda_arn = aws_lambda_function.this.arn
  rotate_immediately  = true

  rotation_rules {
    automatically_after_days = var.days
  }

  depends_on = [
    aws_elasticache_user_group.this, # the cache's users are those of the group
    aws_lambda_permission.this,      # Secrets Manager asks whether it may invoke the function
  ]
}
