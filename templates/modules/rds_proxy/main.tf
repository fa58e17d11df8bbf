# {% if not variant.users %}
# The login of the proxy at the cluster. Drawn in every run, kept only by the run that writes a new version: neither the
# plan nor the state has it.
ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 40
  exclude_punctuation = true # letters and digits need no quoting in SQL or in a shell
}

resource "aws_secretsmanager_secret" "this" {
  name                    = var.secret_name
  description             = var.secret_description
  kms_key_id              = var.secrets_kms_key_arn
  recovery_window_in_days = var.recovery_window_in_days
  # {% if variant.replicated %}

  # With its name, its value and the end of its ARN; Secrets Manager keeps it up to date. AWS's own key of that region is
  # named, since the provider would otherwise plan the replica anew whenever it reads which key that is.
  replica {
    region     = var.replica_region
    kms_key_id = "alias/aws/secretsmanager"
  }
  # {% endif %}
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo_version = var.password_version
  secret_string_wo = jsonencode({
    username = var.username
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

# {% endif %}
# Created before the proxy: AWS would make it without retention and without the key.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/rds/proxy/${var.name}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Lets the proxy ${var.name} log in to its own cluster"
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RdsProxy"
        Effect    = "Allow"
        Principal = { Service = "rds.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

# AWS: "Configuring IAM authentication for RDS Proxy", Aurora User Guide.
resource "aws_iam_role_policy" "this" {
  # {% if variant.tokens %}
  name = "connect-to-database"
  # {% else %}
  name = "read-own-secret"
  # {% endif %}
  role = aws_iam_role.this.id

  # {% if variant.tokens %}
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ConnectToDatabase"
        Effect = "Allow"
        Action = [
          "rds-db:connect", # the second hop: the proxy logs in with a token of this role, as the user that the task is
        ]
        Resource = [for user in var.users : "arn:aws:rds-db:${var.region}:${var.account}:dbuser:${var.database_resource_id}/${user}"]
      },
    ]
  })
  # {% else %}
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "ReadOwnSecret"
          Effect = "Allow"
          Action = [
            "secretsmanager:GetSecretValue", # the second hop: the proxy logs in with the user of this secret
          ]
          # {% if variant.users %}
          Resource = [for login in var.logins : login.secret_arn]
          # {% else %}
          Resource = concat([aws_secretsmanager_secret_version.this.arn], [for login in var.logins : login.secret_arn])
          # {% endif %}
        },
      ],
      [
        for key in compact([var.secrets_kms_key_arn]) : {
          Sid    = "DecryptOwnSecret"
          Effect = "Allow"
          Action = [
            "kms:Decrypt", # the secret is encrypted with the environment's own key
          ]
          Resource = key
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" }
          }
        }
      ],
    )
  })
  # {% endif %}
}

resource "aws_db_proxy" "this" {
  name = var.name
  # {% if variant.users %}
  engine_family = var.engine_family
  # {% else %}
  engine_family = "MYSQL"
  # {% endif %}
  role_arn               = aws_iam_role.this.arn
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [var.security_group_id]
  require_tls            = true
  idle_client_timeout    = var.idle_client_timeout_seconds
  debug_logging          = false # it would write SQL text to the log

  # {% if variant.tokens %}
  default_auth_scheme = "IAM_AUTH" # both hops: tasks log in with a token of their role, and the proxy with one of its own

  # {% elif variant.users %}
  dynamic "auth" {
    for_each = var.logins

    content {
      auth_scheme               = "SECRETS"
      iam_auth                  = var.iam_auth
      client_password_auth_type = var.client_password_auth_type
      secret_arn                = auth.value.secret_arn
      description               = auth.value.description
    }
  }

  # {% else %}
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "REQUIRED" # the first hop: tasks log in with a token of their role, never with a password
    secret_arn  = aws_secretsmanager_secret_version.this.arn
    description = var.auth_description
  }

  dynamic "auth" {
    for_each = var.logins

    content {
      auth_scheme = "SECRETS"
      iam_auth    = "REQUIRED"
      secret_arn  = auth.value.secret_arn
      description = auth.value.description
    }
  }

  # {% endif %}
  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # {% if variant.tokens %}
  # The proxy connects as soon as it exists.
  # {% else %}
  # The proxy reads the secret as soon as it exists.
  # {% endif %}
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy.this,
  ]
}

resource "aws_db_proxy_default_target_group" "this" {
  db_proxy_name = aws_db_proxy.this.name

  connection_pool_config {
    max_connections_percent      = var.max_connections_percent
    max_idle_connections_percent = var.max_idle_connections_percent
    connection_borrow_timeout    = var.connection_borrow_timeout_seconds
  }
}

resource "aws_db_proxy_target" "this" {
  db_proxy_name     = aws_db_proxy.this.name
  target_group_name = aws_db_proxy_default_target_group.this.name
  # {% if variant.users %}
  db_cluster_identifier  = var.cluster_identifier
  db_instance_identifier = var.instance_identifier
  # {% else %}
  db_cluster_identifier = var.cluster_identifier
  # {% endif %}
}

# A second address that leads to the readers.
resource "aws_db_proxy_endpoint" "reader" {
  for_each = var.reader_endpoints

  db_proxy_name          = aws_db_proxy.this.name
  db_proxy_endpoint_name = each.value
  target_role            = "READ_ONLY"
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [var.security_group_id]
}
