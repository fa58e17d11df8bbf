# Runs SQL as the master user through the RDS Data API, which needs no way into the network: when the cluster is there, and
# again when the statements or the passwords in them change. The state keeps what has run; what failed is run by the next
# apply. The statements may be run twice.
# AWS: "Using the Amazon RDS Data API", Aurora User Guide.
resource "terraform_data" "this" {
  triggers_replace = {
    cluster           = var.cluster_resource_id
    statements        = var.statements
    password_versions = var.password_versions
  }

  provisioner "local-exec" {
    command = "command -v infragen >/dev/null && exec infragen sql; printf '%s\\n' \"$WITHOUT_INFRAGEN\" >&2; exit 127"

    environment = {
      INFRAGEN_SQL           = var.statements
      INFRAGEN_SQL_CLUSTER   = var.cluster_arn
      INFRAGEN_SQL_SECRET    = var.secret_arn
      INFRAGEN_SQL_DATABASE  = var.database_name
      INFRAGEN_SQL_PASSWORDS = jsonencode(var.passwords) # ARNs: the command reads the values, which nothing keeps

      WITHOUT_INFRAGEN = <<-EOT
        infragen, which runs this SQL, is not on the PATH. Install it, and apply again. Or run each statement yourself:

          aws rds-data execute-statement --region ${split(":", var.cluster_arn)[3]} --resource-arn ${var.cluster_arn} \
            --secret-arn ${var.secret_arn} --database ${var.database_name} --sql 'STATEMENT'

        In place of each $${NAME}, write the `password` of its secret, if any: ${jsonencode(var.passwords)}
        Then run `terraform untaint ADDRESS`, with the address of this resource, and apply again.

        ${var.statements}
      EOT
    }
  }
}
