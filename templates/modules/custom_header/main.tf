# What a load balancer knows its own distributions by: the value of a header that they send, and nobody else knows. Two are
# accepted, that of the version and the one before, so that no request is refused while distributions get a new one.

resource "terraform_data" "value" {
  for_each = toset([for version in [var.value_version - 1, var.value_version] : tostring(version) if version >= 1])

  input = sensitive(uuid()) # 128 bits of the operating system's randomness, drawn once

  lifecycle {
    ignore_changes = [input]
  }
}
