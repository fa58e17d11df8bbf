output "configuration" {
  description = "The configuration, as a file of Fluent Bit's."
  value       = local.configuration
}
