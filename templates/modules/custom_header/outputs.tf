output "value" {
  description = "Value that distributions send."
  value       = terraform_data.value[tostring(var.value_version)].triggers_replace
  sensitive   = true
}

output "accepted_values" {
  description = "Values that are accepted."
  value       = [for version in sort(keys(terraform_data.value)) : terraform_data.value[version].triggers_replace]
  sensitive   = true
}
