# A secret whose value is not Terraform's: people put it, or secret_generated_value draws it.

resource "aws_secretsmanager_secret" "this" {
  name                    = var.name
  description             = var.description
  kms_key_id              = var.kms_key_arn
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
