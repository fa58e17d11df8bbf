# A password for each user. Drawn in every run, kept only by the run that writes a new version: neither the plan nor the
# state has it.
ephemeral "aws_secretsmanager_random_password" "this" {
  for_each = var.users

  password_length     = 40
  exclude_punctuation = true # letters and digits need no quoting in SQL, in a shell or in an address
}

resource "aws_secretsmanager_secret" "this" {
  for_each = var.users

  name                    = each.value.secret_name
  description             = each.value.description
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

resource "aws_secretsmanager_secret_version" "this" {
  for_each = var.users

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo_version = each.value.password_version
  # {% if variant.urls %}
  secret_string_wo = jsonencode(merge(
    {
      username = each.key
      password = ephemeral.aws_secretsmanager_random_password.this[each.key].random_password
    },
    {
      for key, url in var.urls :
      key => format(url, "${each.key}:${ephemeral.aws_secretsmanager_random_password.this[each.key].random_password}")
    },
  ))
  # {% else %}
  secret_string_wo = jsonencode({
    username = each.key
    password = ephemeral.aws_secretsmanager_random_password.this[each.key].random_password
  })
  # {% endif %}

  # AWS may delete a version without a label (AWS Secrets Manager API: DescribeSecret), and Terraform would draw another
  # value for one that is gone (provider issue 37302). Its own label stays when a rotation takes AWSCURRENT away.
  version_stages = ["AWSCURRENT", "TERRAFORM"]

  lifecycle {
    ignore_changes = [
      version_stages, # of whoever rotates the secret or puts a value: AWSCURRENT is that version's
    ]
  }
}
