# What a load balancer knows its own distributions by: the value of a header that they send, and nobody else knows. Two are
# accepted, that of the version and the one before, so that no request is refused while distributions get a new one.

resource "terraform_data" "value" {
  for_each = toset([for version in [var.value_version - 1, var.value_version] : tostring(version) if version >= 1])

  # 128 bits of the operating system's randomness, drawn once. Not the input: its output is a copy that plans show.
  triggers_replace = sensitive(uuid())

  lifecycle {
    ignore_changes = [triggers_replace]
  }
}
# {% if variant.stored %}

# For the standby's region, whose load balancer has to know it without a state of this one: a secret has a replica there.
# The plan and this resource's state have no value; that of terraform_data is in the state anyway.
resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = var.secret_arn
  secret_string_wo_version = var.value_version
  secret_string_wo = jsonencode({
    accepted_values = [for version in sort(keys(terraform_data.value)) : terraform_data.value[version].triggers_replace]
    value           = terraform_data.value[tostring(var.value_version)].triggers_replace
  })

  # A version keeps a label of its own, since AWS may delete one that has none (provider issue 37302).
  version_stages = ["AWSCURRENT", "TERRAFORM"]

  lifecycle {
    ignore_changes = [
      version_stages, # of whoever puts a value: AWSCURRENT is that version's
    ]
  }
}
# {% endif %}
