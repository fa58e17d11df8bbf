# {# The secret with the master password of a database; the caller draws the password. #}
resource "aws_secretsmanager_secret" "master" {
  name                    = var.master_secret_name
  description             = var.master_secret_description
  kms_key_id              = var.secrets_kms_key_arn
  recovery_window_in_days = var.master_recovery_window_in_days
  # {% if variant.global is defined and variant.global %}

  # With its name, its value and the end of its ARN; Secrets Manager keeps it up to date. AWS's own key of that region is
  # named, since the provider would otherwise plan the replica anew whenever it reads which key that is.
  replica {
    region     = var.replica_region
    kms_key_id = "alias/aws/secretsmanager"
  }
  # {% endif %}
}

resource "aws_secretsmanager_secret_version" "master" {
  secret_id                = aws_secretsmanager_secret.master.id
  secret_string_wo_version = var.master_password_version
  secret_string_wo = jsonencode({
    username = var.master_username
    password = ephemeral.aws_secretsmanager_random_password.master.random_password
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
